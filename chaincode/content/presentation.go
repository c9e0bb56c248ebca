package content

import "fmt"

// Presentation is what the ledger's rules need of the documents presented under a credit.
type Presentation struct {
	Credit struct {
		ExpiryDate string `json:"expiryDate"` // RFC 3339 full-date
	} `json:"credit"`
	Documents []PresentedDocument `json:"documents"`
}

// PresentedDocument is one document of the set.
type PresentedDocument struct {
	Kind string `json:"kind"`
	Hash string `json:"hash"` // SHA-256, hex
	Bill string `json:"bill"` // the ledger's bill; empty for every kind but BILL
}

// documentBill is the kind of a bill of lading.
const documentBill = "BILL"

// Bills are the ledger's bills among the documents, in their order, with the hash that is given for each.
func (p Presentation) Bills() (ids, hashes []string) {
	for _, d := range p.Documents {
		if d.Kind == documentBill {
			ids, hashes = append(ids, d.Bill), append(hashes, d.Hash)
		}
	}
	return ids, hashes
}

// PresentationOf reads the view from a checked presentation.
func PresentationOf(raw []byte) (Presentation, error) { return decode[Presentation](raw) }

// presentationProblems: a document is in the set once, and a bill of lading, and nothing else, is one of this ledger.
func presentationProblems(p Presentation) []Problem {
	var found list
	hash, bill := map[string]bool{}, map[string]bool{}
	for i, d := range p.Documents {
		at := fmt.Sprintf("/documents/%d", i)
		found.unless((d.Bill != "") == (d.Kind == documentBill), at+"/bill", "kind-of-document")
		found.unless(!hash[d.Hash], at+"/hash", "document-once")
		found.unless(d.Bill == "" || !bill[d.Bill], at+"/bill", "bill-once")
		hash[d.Hash], bill[d.Bill] = true, true
	}
	return found
}

// Refusal is what the ledger's rules need of a notice of refusal.
type Refusal struct {
	Discrepancies []struct {
		Document int `json:"document"` // from 1; 0 for the presentation as a whole
	} `json:"discrepancies"`
}

// RefusalOf reads the view from a checked notice of refusal.
func RefusalOf(raw []byte) (Refusal, error) { return decode[Refusal](raw) }
