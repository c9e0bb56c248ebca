package ledger_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"portledger/chaincode/bill"
	"portledger/chaincode/identifier"
	"portledger/test/world"
)

var kinds = []struct {
	fixture string
	named   string // the public field that names a party, and the party
	party   string
}{{"bill-order", "endorsee", "shipper"}, {"bill-order", "endorsee", "bank"}, {"bill-bearer", "", ""}, {"bill-straight", "consignee", "buyer"}, {"bill-seawaybill", "consignee", "buyer"}, {"bill-multimodal", "endorsee", "shipper"}}

// container makes the n-th valid container number.
func container(n int) string {
	for digit := range 10 {
		number := fmt.Sprintf("PLGU%06d%d", n, digit)
		if identifier.Container(number) == nil {
			return number
		}
	}
	panic("no check digit fits")
}

// rewrite puts a cargo in place of a fixture's own numbers, whatever those are.
func rewrite(fixture string, c cargo) string {
	content := world.Fixture(fixture)
	var doc struct {
		Number     string `json:"transportDocumentReference"`
		Equipments []struct {
			Equipment struct {
				Reference string `json:"equipmentReference"`
			} `json:"equipment"`
		} `json:"utilizedTransportEquipments"`
	}
	if err := json.Unmarshal([]byte(content), &doc); err != nil {
		panic(err)
	}
	pairs := []string{doc.Number, c.number}
	for i, e := range doc.Equipments {
		pairs = append(pairs, e.Equipment.Reference, []string{c.first, c.second}[i])
	}
	return strings.NewReplacer(pairs...).Replace(content)
}

func (k *walk) draftBill() {
	k.numbers++
	c := cargo{fmt.Sprintf("PLG%06d", k.numbers), container(2 * k.numbers), container(2*k.numbers + 1)}
	kind := kinds[k.pick(len(kinds))]
	request := fields{"shipper": k.w.Party["shipper"]}
	if kind.named != "" {
		request[kind.named] = k.w.Party[kind.party]
	}
	content := rewrite(kind.fixture, c)
	if n := strings.Count(content, `"ISOEquipmentCode"`); n == 1 {
		c.second = ""
	}
	if kind.fixture == "bill-multimodal" {
		request["billSubtype"] = "MULTIMODAL"
	}
	done := k.must("line", "bill", "draft", request, content)
	k.papers = append(k.papers, paper{family: "bill", id: done.ID, cargo: c, bill: done.ID})
	if k.pick(4) > 0 {
		if kind.fixture == "bill-multimodal" {
			k.must("line", "bill", "plan-legs", fields{"id": done.ID}, world.Fixture("legs"))
			k.papers = append(k.papers, paper{family: "leg", id: world.Leg(done.ID, 1), cargo: c, bill: done.ID})
		}
		k.must("shipper", "bill", "approve", fields{"id": done.ID}, "")
		k.must("line", "bill", "issue", fields{"id": done.ID}, "")
	}
}

// fixture is a bill with as many containers as the cargo has.
func (c cargo) fixture() string {
	if c.second == "" {
		return "bill-straight"
	}
	return "bill-order"
}

// containers of a cargo, in order.
func (c cargo) containers() []string {
	if c.second == "" {
		return []string{c.first}
	}
	return []string{c.first, c.second}
}

func (k *walk) draftGuarantee() {
	if p, ok := k.some("bill"); ok {
		request := k.w.GuaranteeOf(p.bill)
		request["deliverTo"] = k.w.Party[[]string{"buyer", "forwarder"}[k.pick(2)]]
		if done, err := k.try("buyer", "guarantee", "draft", request, k.content("guarantee", p)); err == nil {
			k.papers = append(k.papers, paper{family: "guarantee", id: done.ID, cargo: p.cargo, bill: p.bill})
		}
	}
}

func (k *walk) requestRelease() {
	p, ok := k.some("bill")
	if !ok {
		return
	}
	basis := fields{"type": []string{"EBL_SURRENDER", "SEA_WAYBILL", "LOI"}[k.pick(3)], "bill": p.bill}
	if basis["type"] == "LOI" {
		g, ok := k.some("guarantee")
		if !ok {
			return
		}
		basis["guarantee"] = g.id
	}
	who := []string{"buyer", "forwarder", "shipper", "bank"}[k.pick(4)]
	if b := k.bill(p.bill); b.State == bill.Surrendered && k.pick(4) > 0 { // the one request that can succeed
		basis = fields{"type": "EBL_SURRENDER", "bill": p.bill}
		for _, name := range world.Names {
			if ref(k.w, name) == b.Claimant {
				who = name
			}
		}
	}
	who, p.cargo = k.apart(p, who, basis)
	done, err := k.try(who, "release", "request", fields{"basis": basis, "terminal": k.w.Party["terminal"]}, k.content("release", p))
	if err != nil {
		return
	}
	k.papers = append(k.papers, paper{family: "release", id: done.ID, cargo: p.cargo, bill: p.bill})
	for n := range p.cargo.containers() {
		k.papers = append(k.papers, paper{family: "line", id: done.ID, line: n + 1, cargo: p.cargo, bill: p.bill})
	}
}

func (k *walk) authorise() {
	p, ok := k.some("line")
	if !ok {
		return
	}
	request := fields{"type": "OUT_FULL", "release": p.id, "line": p.line, "facility": k.w.Party["terminal"],
		"trucker": k.w.Party[[]string{"trucker", "trucker2"}[k.pick(2)]]}
	content := "authority-out"
	if out := orderOf(k.w, p.id).Lines[p.line-1].Control.Out; out != "" && k.pick(4) > 0 {
		request["type"], request["out"], request["facility"] = "IN_EMPTY", out, k.w.Party["depot"]
		content = "authority-in"
	}
	if done, err := k.try("line", "interchange", "authorise", request, k.content(content, p)); err == nil {
		k.papers = append(k.papers, paper{family: "interchange", id: done.ID, line: p.line, cargo: p.cargo, bill: p.bill})
	}
}
