package ledger_test

import (
	"fmt"

	"portledger/chaincode/interchange"
	"portledger/test/world"
)

// Scenes are where walks begin that would hardly get there by themselves.

// underLetter begins with a letter of guarantee that is in force, demanded, or being amended.
func (k *walk) underLetter() {
	id := k.w.IssuedBill()
	letter := k.w.ActiveGuarantee(id)
	k.papers = []paper{{family: "bill", id: id, cargo: own, bill: id}, {family: "guarantee", id: letter, cargo: own, bill: id}}
	switch k.pick(4) {
	case 0:
		k.w.Must("line", "guarantee", "demand", letterOf(letter), world.Fixture("demand"))
	case 1:
		by := []string{"line", "bank", "buyer"}[k.pick(3)]
		k.w.Must(by, "guarantee", "propose-amendment", letterOf(letter), world.Fixture("guarantee-amendment"))
	}
}

// anOrder is a paper for an order, and one for each of its lines.
func (k *walk) anOrder(id, order string) {
	k.papers = append(k.papers, paper{family: "bill", id: id, cargo: own, bill: id}, paper{family: "release", id: order, cargo: own, bill: id},
		paper{family: "line", id: order, line: 1, cargo: own, bill: id}, paper{family: "line", id: order, line: 2, cargo: own, bill: id})
}

// atThePort begins with an order in one of the steps before it is accepted, its charges stated or not.
func (k *walk) atThePort() {
	id := k.w.SurrenderedBill()
	order := k.w.RequestedRelease(id)
	k.anOrder(id, order)
	if k.pick(2) == 0 {
		k.w.Must("line", "release", "present-charges", fields{"id": order}, own.of("charge-statement"))
		return
	}
	k.w.IssuedRelease(order)
}

// atItsGate begins with a container at the gate, or with what came of it there.
func (k *walk) atItsGate() {
	g := atGate(k.w)
	k.anOrder(g.bill, g.order)
	k.papers = append(k.papers, paper{family: "interchange", id: g.receipt, line: 1, cargo: own, bill: g.bill})
	step := k.pick(6)
	if step == 0 {
		return
	}
	k.w.Must("terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
	switch step {
	case 2:
		k.w.Must("terminal", "interchange", "sign-by-facility", fields{"id": g.receipt, "commitment": k.receipt(g.receipt).Sheet}, "")
	case 3:
		k.w.Signed(g.receipt, "terminal")
	case 4, 5:
		k.w.Must("line", "interchange", "dispute", fields{"id": g.receipt, "reason": "DAMAGE"}, world.Fixture("statement"))
		if step == 5 {
			for _, who := range []string{"terminal", "line"} { // the two sides: whoever disputes is one
				k.w.Must(who, "interchange", "escalate", fields{"id": g.receipt, "arbiter": k.w.Party["customs"]}, "")
			}
		}
	}
}

// outAndBack begins with a container that left and is to come back.
func (k *walk) outAndBack() {
	g := atGate(k.w)
	k.anOrder(g.bill, g.order)
	k.w.Must("terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
	k.w.Signed(g.receipt, "terminal")
	in := k.w.Must("line", "interchange", "authorise", fields{"type": "IN_EMPTY", "release": g.order, "line": 1, "out": g.receipt,
		"facility": k.w.Party["depot"], "trucker": k.w.Party["trucker"]}, world.Sheet("authority-in", 1)).ID
	k.papers = append(k.papers, paper{family: "interchange", id: g.receipt, line: 1, cargo: own, bill: g.bill},
		paper{family: "interchange", id: in, line: 1, cargo: own, bill: g.bill})
	if k.pick(2) == 0 {
		k.w.Must("depot", "interchange", "record", fields{"id": in}, world.Sheet("gate-sheet-in", 1))
	}
}

// forSomebody begins with a bill that the bank has for the shipper.
func (k *walk) forSomebody() {
	id := k.w.IssuedBill()
	k.papers = []paper{{family: "bill", id: id, cargo: own, bill: id}}
	k.w.Must("shipper", "bill", "transfer", fields{"id": id, "to": k.w.Party["bank"], "capacity": "POST_BOX"}, "")
	k.w.Must("bank", "bill", "accept", fields{"id": id}, "")
}

// inParts begins with a bill of which a part is asked for, or was given.
func (k *walk) inParts() {
	id := k.w.IssuedBill()
	k.papers = []paper{{family: "bill", id: id, cargo: own, bill: id}}
	k.w.Must("shipper", "bill", "surrender-part", fields{"id": id}, k.content("part", k.papers[0]))
	if k.pick(2) == 0 {
		k.w.Must("line", "bill", "accept-part", fields{"id": id}, "")
	}
}

// twoBills begins with two bills of the shipper.
func (k *walk) twoBills() {
	for _, c := range []cargo{own, other} {
		id := c.issued(k.w)
		k.papers = append(k.papers, paper{family: "bill", id: id, cargo: c, bill: id})
	}
}

// underMaster begins with a bill of the forwarder's, and two house bills under it that the buyer has.
func (k *walk) underMaster() {
	master := masterHeld(k.w)
	k.papers = []paper{{family: "bill", id: master, cargo: own, bill: master}}
	for n, box := range own.containers() {
		c := cargo{fmt.Sprintf("FWD26HOUSE%d", n), box, ""}
		id := houseOf(k.w, master, text(only(asFields(world.Fixture("bill-order")), c.number, []string{box})))
		k.papers = append(k.papers, paper{family: "bill", id: id, cargo: c, bill: id})
	}
}

func (k *walk) receipt(id string) interchange.Receipt {
	return read[receiptView](k.w, "line", "interchange", id).Control
}

// asExpected fills in what an act must say again of what stands on the record.
func (k *walk) asExpected(request fields, act string, p paper) {
	switch act {
	case "accept-pledge", "accept-pledge-transfer":
		if terms := k.around(p).deed.Commitment; terms != "" {
			request["terms"] = terms
		}
	case "release-on-trust":
		if receipt := k.around(p).deed.Receipt; receipt != "" {
			request["receipt"] = receipt
		}
	case "accept-resolution":
		if d := k.receipt(p.id).Dispute; d != nil && d.Addendum != "" {
			request["commitment"] = d.Addendum
		}
	}
}

var scenes = []func(*walk){(*walk).draftBill, (*walk).underWay, (*walk).heldJointly, (*walk).underPledge, (*walk).lostControl, (*walk).givenBack,
	(*walk).underLetter, (*walk).atThePort, (*walk).atItsGate, (*walk).outAndBack, (*walk).forSomebody, (*walk).inParts, (*walk).twoBills, (*walk).underMaster}
