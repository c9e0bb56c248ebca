package contract

import (
	"encoding/json"

	"portledger/chaincode/bill"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/recovery"
	"portledger/chaincode/rules"
)

// billView is a bill as its reader gets it.
type billView struct {
	Control bill.Bill       `json:"control"`
	Content json.RawMessage `json:"content,omitempty"`
	// Hash is the SHA-256 of the content's canonical form (RFC 8785), hex: what other platforms compute of it too.
	Hash     string          `json:"hash,omitempty"`
	Acts     []lifecycle.Act `json:"acts"`
	Delivery *rules.Delivery `json:"delivery,omitempty"`
	Recovery *recoveryView   `json:"recovery,omitempty"`
	Pledge   *pledgeView     `json:"pledge,omitempty"`
	// Parts are the parts that were accepted, the latest first; Balance lists the containers that are of none.
	Parts   []partView `json:"parts,omitempty"`
	Balance []string   `json:"balance,omitempty"`
	// Pieces are private contents beside the document: change, amendment, paper, part.
	Pieces map[string]json.RawMessage `json:"pieces,omitempty"`
}

func (bills) read(t *turn, id string) (any, error) {
	b, err := load[bill.Bill](t, "bill", id)
	if err != nil {
		return nil, err
	}
	view := billView{Control: b, Acts: b.Open(t.actor)}
	if view.Recovery, err = readRecovery(t, b); err != nil {
		return nil, err
	}
	if view.Recovery != nil && view.Recovery.Control.State == recovery.Recovered {
		view.Acts = []lifecycle.Act{}
	}
	if view.Pledge, err = readPledge(t, b); err != nil {
		return nil, err
	}
	if view.Content, err = t.ownContent(contentKey(id), b.Readers()); err != nil {
		return nil, err
	}
	if view.Hash, err = hashOf(view.Content); err != nil {
		return nil, err
	}
	if view.Pieces, err = billPieces(t, b); err != nil {
		return nil, err
	}
	if view.Parts, view.Balance, err = readParts(t, b); err != nil {
		return nil, err
	}
	var d rules.Delivery
	found, err := t.Get(key("delivery", id), &d)
	if found {
		d.Out = nil // tokens are for the rules
		view.Delivery = &d
	}
	return view, err
}

func (bills) situations(t *turn, id string) ([]situation, error) {
	b, err := load[bill.Bill](t, "bill", id)
	if err != nil {
		return nil, err
	}
	all := []situation{situationOf(bill.Law, b, 0)}
	all[0].ways = b.Ways
	r, found, err := recoveryOf(t, b)
	if found {
		all = append(all, situationOf(recovery.Law, r, 0))
	}
	if err != nil {
		return nil, err
	}
	pledged, err := deedSituations(t, b)
	return append(all, pledged...), err
}

func (bills) keys(t *turn, id string) ([]string, error) {
	b, err := load[bill.Bill](t, "bill", id)
	if err != nil {
		return nil, err
	}
	keys := []string{key("bill", id)}
	r, found, err := recoveryOf(t, b)
	if found && r.Version > 1 { // something happened to it since it was born with the bill
		keys = append(keys, key("recovery", r.ID))
	}
	if err != nil {
		return nil, err
	}
	pledged, err := deedKeys(t, b)
	return append(keys, pledged...), err
}
