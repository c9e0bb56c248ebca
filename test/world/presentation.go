package world

import (
	"cmp"
	"encoding/json"
)

// The steps of a presentation of documents under a credit. The bank's second person is called the checker.

// DocumentsOf is a set for the bills, whose own hashes it gives as the presenter reads them.
func (w *World) DocumentsOf(presenter string, bills ...string) string {
	w.TB.Helper()
	var set map[string]any
	if err := json.Unmarshal([]byte(Fixture("presentation")), &set); err != nil {
		panic(err)
	}
	var documents []any
	for _, id := range bills {
		var view struct {
			Hash string `json:"hash"`
		}
		w.Read(presenter, "bill", id, &view)
		documents = append(documents, map[string]any{"kind": "BILL", "reference": "B/L", "hash": view.Hash, "bill": id})
	}
	set["documents"] = append(documents, set["documents"].([]any)[1:]...)
	body, err := json.Marshal(set)
	if err != nil {
		panic(err)
	}
	return string(body)
}

// OpenedPresentation is a presentation of these bills to the bank, whose set is not complete yet.
func (w *World) OpenedPresentation(presenter string, bills ...string) string {
	w.TB.Helper()
	if w.Person["checker"].MSP == "" {
		w.Enrol("checker", Bank, w.Party["bank"], "BANK")
	}
	return w.Must(presenter, "presentation", "open", Fields{"bank": w.Party["bank"], "bills": bills}, w.DocumentsOf(presenter, bills...)).ID
}

// CompletePresentation is one of a bill that the shipper offers to the bank's order, under examination.
func (w *World) CompletePresentation(bill string) string {
	w.TB.Helper()
	w.Must("shipper", "bill", "endorse-to-order", Fields{"id": bill, "to": w.Party["bank"]}, "")
	id := w.OpenedPresentation("shipper", bill)
	w.Must("shipper", "presentation", "complete", Fields{"id": id}, "")
	return id
}

// RefusedPresentation is one that two persons of the bank refused.
func (w *World) RefusedPresentation(bill string) string {
	w.TB.Helper()
	id := w.CompletePresentation(bill)
	w.Must("bank", "presentation", "propose-refusal", Fields{"id": id}, Fixture("refusal"))
	w.Must("checker", "presentation", "refuse", w.Refusing(id), "")
	return id
}

// Refusing is the public part of a refusal with the notice that is drafted now.
func (w *World) Refusing(id string) Fields {
	w.TB.Helper()
	var view struct {
		Examination struct {
			Control struct {
				Commitment string `json:"commitment"`
			} `json:"control"`
		} `json:"examination"`
	}
	w.Read("bank", "presentation", id, &view)
	return Fields{"id": id, "reason": "DISCREPANCIES", "notice": cmp.Or(view.Examination.Control.Commitment, "none")}
}

// Honour lets two persons of the bank honour.
func (w *World) Honour(id string) {
	w.TB.Helper()
	w.Must("bank", "presentation", "propose-honour", Fields{"id": id}, "")
	w.Must("checker", "presentation", "honour", Fields{"id": id}, "")
}
