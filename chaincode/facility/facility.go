// Package facility is a credit facility 授信额度: how much a bank is ready to lend or to guarantee to one party, and how much
// of that is taken up.
//
// Everything of it but its state is the bank's alone: the public record says that a bank has a facility and nothing else. The
// package knows neither bills nor guarantees, for which a part of the facility is reserved, nor Fabric.
package facility

import (
	"time"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// The states.
const (
	Opened    lifecycle.State = "OPENED" // no limit yet, so nothing can be reserved
	Active    lifecycle.State = "ACTIVE"
	Suspended lifecycle.State = "SUSPENDED"
	Closed    lifecycle.State = "CLOSED"
)

// The acts.
const (
	Open        lifecycle.Act = "open"
	ChangeLimit lifecycle.Act = "change-limit"
	Suspend     lifecycle.Act = "suspend"
	Resume      lifecycle.Act = "resume"
	Reserve     lifecycle.Act = "reserve"
	Free        lifecycle.Act = "free"
	Close       lifecycle.Act = "close"
)

// What a part of a facility is reserved for: a bill that the bank lends on, or a guarantee that it joins.
const (
	ForPledge    = "PLEDGE"
	ForGuarantee = "GUARANTEE"
)

// Facility is the control record: public. Pledgor, guarantor, currency, limits and amounts are the bank's own.
type Facility struct {
	lifecycle.Record
	Bank lifecycle.Ref `json:"bank"`
}

// Drawable tells whether something can be taken up or accepted under a facility now: it is active, and not run out.
func Drawable(state lifecycle.State, until string, at time.Time) *fault.Fault {
	if state != Active {
		return fault.New(fault.FacilityNotInForce, "why", string(state))
	}
	if until == "" {
		return nil
	}
	if end, err := time.Parse(time.RFC3339, until); err != nil || !at.Before(end) {
		return fault.New(fault.FacilityNotInForce, "why", "EXPIRED")
	}
	return nil
}

// Relying is the bank's organisation: it alone endorses a change.
func (f Facility) Relying() []string { return []string{f.Bank.Org} }

// Parties is the bank: whom the facility is for is not told.
func (f Facility) Parties() []lifecycle.Ref { return []lifecycle.Ref{f.Bank} }

// Request is the public input of the acts.
type Request struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Reason  string `json:"reason"`
	// Witness is the second organisation (MSP id) that endorses the birth, since a new key needs two.
	Witness string `json:"witness"`

	// InUse tells what the bank's own peer knows: that something is reserved.
	InUse bool `json:"-"`
	// Commitment is the one to the private terms that came along.
	Commitment string `json:"-"`
}
