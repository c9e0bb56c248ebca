package contract

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"portledger/chaincode/lifecycle"
)

// Past is one act of a document's history. Fabric's history lists valid transactions only.
type Past struct {
	Tx      string          `json:"tx"`
	Version int             `json:"version"`
	State   lifecycle.State `json:"state"`
	// Line is the line of a release order that the act was about, 0 for the document as a whole.
	Line int `json:"line,omitempty"`
	// Part is the family of the record beside the document that the act was about: recovery, pledge or supervision; version and
	// state are that record's.
	Part string `json:"part,omitempty"`
	lifecycle.Entry

	// after is no sooner than this act and every earlier one on the same record. It merges the records of a document in
	// time without ever turning round the order within one, whatever the clocks of their callers said.
	after time.Time
}

// beside are the families of records that stand beside a document.
var beside = []string{"recovery", "pledge", "supervision"}

// History answers every act on a document, oldest first.
func (d *Document) History(ctx contractapi.TransactionContextInterface, id string) (string, error) {
	t, err := d.office.turn(ctx, true)
	if err != nil {
		return "", err
	}
	if err := t.atHome(); err != nil {
		return "", err
	}
	keys, err := d.family.keys(t, id)
	if err != nil {
		return "", err
	}
	past := []Past{}
	for _, key := range keys {
		acts, err := t.past(key)
		if err != nil {
			return "", err
		}
		past = append(past, acts...)
	}
	slices.SortStableFunc(past, func(a, b Past) int { return a.after.Compare(b.after) })
	return t.answer(past)
}

func (t *turn) past(key string) ([]Past, error) {
	versions, err := t.Stub.GetHistoryForKey(key)
	if err != nil {
		return nil, fmt.Errorf("read history: %w", err)
	}
	defer versions.Close()
	var past []Past
	for versions.HasNext() {
		v, err := versions.Next()
		if err != nil {
			return nil, fmt.Errorf("read history: %w", err)
		}
		var r struct {
			lifecycle.Record
			Number int `json:"number"`
		}
		if err := json.Unmarshal(v.Value, &r); err != nil {
			return nil, fmt.Errorf("decode history: %w", err)
		}
		p := Past{Tx: v.TxId, Version: r.Version, State: r.State, Line: r.Number, Entry: r.Last}
		if slices.Contains(beside, r.Family) {
			p.Part = r.Family
		}
		past = append(past, p)
	}
	slices.Reverse(past)
	var latest time.Time
	for i := range past {
		at, err := time.Parse(time.RFC3339Nano, past[i].At)
		if err != nil {
			return nil, fmt.Errorf("decode history: %w", err)
		}
		if at.After(latest) {
			latest = at
		}
		past[i].after = latest
	}
	return past, nil
}
