package contract

import (
	"encoding/json"
	"slices"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/chaincode/recovery"
)

// The radar for double finance 重复融资预警 (decision 27): a bank that has a bill before it asks the operating carrier's peer
// whether another bank lends on the same goods, and learns yes or no. Neither the answer nor its read set names another bill.

// Signals are what the radar answers.
type Signals struct {
	ID string `json:"id"`
	// SameBill: another bank has a pledge of this very bill.
	SameBill bool `json:"sameBill"`
	// SameContainers: another bank has a pledge of another bill that lists one of the containers on one of the voyages.
	SameContainers bool `json:"sameContainers"`
	// ReplacesFinanced: another bank had a pledge of a bill that this one took the place of, however long ago.
	ReplacesFinanced bool `json:"replacesFinanced"`
}

const actRadar = "radar"

// radarMax bounds how many bills one question looks at: consolidated cargo (LCL) puts dozens on one container.
const radarMax = 500

// PrepareRadar rehearses Radar on the caller's own peer and answers a Plan that names the organisation to ask. A refusal comes
// back here, before anybody else hears of the question.
func (d *BillDocument) PrepareRadar(ctx contractapi.TransactionContextInterface, id string) (string, error) {
	t, err := d.office.turn(ctx, true)
	if err != nil {
		return "", err
	}
	if err := t.atHome(); err != nil {
		return "", err
	}
	b, err := lentOn(t, id)
	if err != nil {
		return "", err
	}
	return t.answer(Plan{Outcome: outcome(b.Record), Endorsers: []string{b.Operator().Org}})
}

// Radar answers a bank of any organisation on the operating carrier's peer, and nobody else. It is only to be evaluated: it
// writes nothing.
func (d *BillDocument) Radar(ctx contractapi.TransactionContextInterface, id string) (string, error) {
	t, err := d.office.turn(ctx, true)
	if err != nil {
		return "", err
	}
	b, err := lentOn(t, id)
	if err != nil {
		return "", err
	}
	if b.Operator().Org != t.Self {
		return "", fault.New(fault.WrongParty, "act", actRadar, "by", "organisation of this peer")
	}
	signals, err := sweep(t, b)
	if err != nil {
		return "", err
	}
	return t.answer(signals)
}

// lentOn is the bill, if the caller is a bank that has it before it.
func lentOn(t *turn, id string) (bill.Bill, error) {
	b, err := load[bill.Bill](t, "bill", id)
	if err == nil {
		err = inForce(t, b)
	}
	if err != nil {
		return b, err
	}
	if !b.MayLend(t.actor.Ref) {
		return b, fault.New(fault.WrongParty, "act", actRadar, "by", "holder / recipient of the offer / bank of the pledge")
	}
	if banks := []lifecycle.Role{party.Bank}; !t.actor.Has(banks) {
		return b, fault.New(fault.WrongRole, "act", actRadar, "roles", string(party.Bank))
	}
	return b, nil
}

func sweep(t *turn, b bill.Bill) (Signals, error) {
	s := Signals{ID: b.ID, SameBill: b.Financed(t.actor.Ref)}
	var err error
	if s.SameContainers, err = sameContainers(t, b); err != nil {
		return s, err
	}
	s.ReplacesFinanced, err = replacesFinanced(t, b)
	return s, err
}

// sameContainers looks at every other bill that lists one of the bill's containers on one of its voyages.
func sameContainers(t *turn, b bill.Bill) (bool, error) {
	tags, err := tagsOf(t, b)
	if err != nil {
		return false, err
	}
	seen := []string{b.ID}
	for _, tag := range tags {
		marked, err := underTag(t, tag)
		if err != nil {
			return false, err
		}
		for _, id := range marked {
			if slices.Contains(seen, id) {
				continue
			}
			if len(seen) >= radarMax {
				return false, fault.New(fault.LimitReached, "limit", number(radarMax), "what", "bills")
			}
			seen = append(seen, id)
			if financed, err := financedNow(t, b, id); financed || err != nil {
				return financed, err
			}
		}
	}
	return false, nil
}

// underTag are the bills that list a container on a voyage now: a draft that was corrected may have listed it before.
func underTag(t *turn, tag string) (ids []string, err error) {
	marks, err := t.Unseen(cargoPrefix(tag), radarMax)
	if err != nil {
		return nil, err
	}
	for _, m := range marks {
		id := string(m.Value)
		c, found, err := listed(t, id)
		if err != nil {
			return nil, err
		}
		if found && c.lists(tag) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// tagsOf are the tags of a bill; the one that took the place of a lost bill has that one's.
func tagsOf(t *turn, b bill.Bill) ([]string, error) {
	id := b.ID
	for range radarMax {
		c, found, err := listed(t, id)
		if err != nil || found {
			return c.Tags, err
		}
		var lost bill.Bill
		if found, err = t.UnseenRecord(key("bill", id), &lost); err != nil {
			return nil, err
		}
		if !found || lost.Recovers == "" {
			break
		}
		id = lost.Recovers
	}
	return nil, fault.New(fault.NotFound, "family", "cargo", "id", b.ID)
}

// listed is what the index says of a bill.
func listed(t *turn, id string) (c cargo, found bool, err error) {
	pieces, err := t.Unseen(cargoKey(id), 1)
	if err != nil || len(pieces) == 0 || pieces[0].Key != cargoKey(id) {
		return c, false, err
	}
	err = json.Unmarshal(pieces[0].Value, &c)
	return c, err == nil, err
}

// financedNow tells whether another bank lends on the bill id, or on what took its place; the bill asked about is no other.
func financedNow(t *turn, asked bill.Bill, id string) (bool, error) {
	b, found, err := livingBill(t, id)
	return found && b.ID != asked.ID && b.Financed(t.actor.Ref), err
}

// replacementOf is the bill that took the place of one whose control was lost, empty for none: the lost one's own record
// stays as it was, with its pledge.
func replacementOf(t *turn, b bill.Bill) (string, error) {
	if !b.Recoverable {
		return "", nil
	}
	var r recovery.Recovery
	found, err := t.UnseenRecord(key("recovery", recoveryID(b.ID)), &r)
	if err != nil || !found || r.State != recovery.Recovered || r.Case == nil {
		return "", err
	}
	return r.Case.Replacement, nil
}

// replacesFinanced looks through the past of every bill that this one took the place of, step by step. No reissue carries a
// pledge over, so only the past can tell.
func replacesFinanced(t *turn, b bill.Bill) (bool, error) {
	waiting := predecessors(b)
	for next := 0; next < len(waiting); next++ {
		if next >= radarMax {
			return false, fault.New(fault.LimitReached, "limit", number(radarMax), "what", "bills")
		}
		last, financed, err := onceFinanced(t, waiting[next])
		if financed || err != nil {
			return financed, err
		}
		for _, id := range predecessors(last) {
			if !slices.Contains(waiting, id) {
				waiting = append(waiting, id)
			}
		}
	}
	return false, nil
}

// onceFinanced tells whether another bank ever lent on a bill, and how the bill stands now.
func onceFinanced(t *turn, id string) (last bill.Bill, financed bool, err error) {
	newest := true
	err = t.UnseenPast(key("bill", id), func(value []byte) (bool, error) {
		var was bill.Bill
		if err := json.Unmarshal(value, &was); err != nil {
			return true, err
		}
		if newest {
			last, newest = was, false
		}
		financed = was.Financed(t.actor.Ref)
		return financed, nil
	})
	return last, financed, err
}

func predecessors(b bill.Bill) []string {
	ids := slices.Clone(b.Replaces)
	if b.Recovers != "" {
		ids = append(ids, b.Recovers)
	}
	return ids
}
