// Package fault is the one vocabulary of refusals: what the ledger says no with, from a lifecycle table up to a screen.
//
// A Fault names a condition, the place in the request and, where one applies, the rule of the trade. It carries ids,
// codes and states only, never a name, a good, a place or an amount: its text ends up in logs and other people's
// clients. What a code means to HTTP is not known here.
package fault

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// Code names a refused condition. The set is closed: see Catalogue.
type Code string

// Fault is a typed refusal. The zero value is not a valid fault.
type Fault struct {
	Code Code `json:"code"`
	// Rule is the number of the cross-document rule that refused, such as "X-05"; empty for rules of one family.
	Rule string `json:"rule,omitempty"`
	// At is the place: a JSON pointer into the content ("/content/transports") or a request field ("/to").
	At string `json:"at,omitempty"`
	// Args are the values that the texts of the catalogue mention: ids, codes, states.
	Args map[string]string `json:"args,omitempty"`
}

// mark opens the text form. Fabric hands a chaincode's error on as text inside other text, so the mark must be findable.
const mark = "portledger-fault:"

// Error is the text form that Parse reads back.
func (f *Fault) Error() string {
	body, err := json.Marshal(f)
	if err != nil { // a struct of strings always marshals
		return mark + `{"code":"internal"}`
	}
	return mark + string(body)
}

// Parse finds a fault's text form anywhere in text. It answers false for any other text and for unknown codes.
func Parse(text string) (*Fault, bool) {
	at := strings.Index(text, mark)
	if at < 0 {
		return nil, false
	}
	var f Fault
	if err := json.NewDecoder(strings.NewReader(text[at+len(mark):])).Decode(&f); err != nil {
		return nil, false
	}
	if _, known := Lookup(f.Code); !known {
		return nil, false
	}
	return &f, true
}

// Of answers the fault inside err, or nil when err is none.
func Of(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return nil
}

// New makes a refusal; pairs are the names and values of its Args.
func New(code Code, pairs ...string) *Fault {
	f := &Fault{Code: code}
	for i := 0; i+1 < len(pairs); i += 2 {
		if f.Args == nil {
			f.Args = map[string]string{}
		}
		f.Args[pairs[i]] = pairs[i+1]
	}
	return f
}

// placeMost bounds the place in bytes: its steps may be names that the caller made up, and a refusal must not grow with what
// was sent.
const placeMost = 256

// In names the place of the refusal. One that is too long is cut short and ends in an ellipsis.
func (f *Fault) In(place string) *Fault {
	if len(place) > placeMost {
		place = strings.ToValidUTF8(place[:placeMost], "") + "…"
	}
	f.At = place
	return f
}

// By names the cross-document rule that refuses.
func (f *Fault) By(rule string) *Fault {
	f.Rule = rule
	return f
}

// OfCaller tells whether the refusal is of who asks, whatever is asked: another party, a role or a mandate that lacks, a feed
// that nobody trusts. It comes before any that tells how the document stands in detail.
func (f *Fault) OfCaller() bool {
	return slices.Contains([]Code{UnknownCaller, WrongParty, WrongRole, NotEmpowered, FeedNotTrusted}, f.Code)
}
