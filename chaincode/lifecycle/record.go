package lifecycle

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// State is where a document stands in its lifecycle; the empty state is "not born yet".
type State string

// Act is a verb of the trade in kebab-case, the same word on the ledger, in REST and in the printed lifecycles.
type Act string

// Role is what a party or a person may appear as (domain roles such as CARRIER 船公司, BANK 银行).
type Role string

// None is the state before birth.
const None State = ""

// Ref is a party as control records name it: its ledger id and the organisation (MSP id) that vouches for it.
type Ref struct {
	Party string `json:"party"`
	Org   string `json:"org"`
}

// Zero tells whether the place of this party is empty.
func (r Ref) Zero() bool { return r.Party == "" }

// Actor is who signed the transaction: read from the certificate and the ledger's registration, never from an argument.
type Actor struct {
	Ref
	// Roles are those that both the certificate and the party's registration grant.
	Roles []Role
	// Person is the certificate's opaque subject.
	Person string
	// Only tells which acts the actor may make under a mandate, nil where all. It narrows what Open lists; whether an act
	// itself is covered is asked before it gets to its family.
	Only func(Act) bool
}

// AnyRole is what a refusal says of a part that asks for a role, whichever it is.
const AnyRole = "any of the party's"

// Has tells whether the actor holds one of roles; an empty list asks for any. Who has no role may look, and nothing else.
func (a Actor) Has(roles []Role) bool {
	for _, want := range roles {
		for _, have := range a.Roles {
			if want == have {
				return true
			}
		}
	}
	return len(roles) == 0 && len(a.Roles) > 0
}

// Record is the head that every control record has in common. It is public to all members of the channel.
type Record struct {
	ID      string `json:"id"`
	Family  string `json:"family"`
	State   State  `json:"state"`
	Version int    `json:"version"`
	// Commitment is the salted hash of the private content, hex; empty where there is none.
	Commitment string `json:"commitment,omitempty"`
	// Seal is the hash of the content with its salt, hex, as entitled organisations keep it: whoever is handed a copy can
	// tell that it is the one committed to. Fabric publishes it with every copy anyway.
	Seal string `json:"seal,omitempty"`
	// Chain is the hash over all entries so far: each links to the one before.
	Chain string `json:"chain"`
	Last  Entry  `json:"last"`
}

// Head answers the record itself; documents embed it.
func (r *Record) Head() *Record { return r }

// Entry is one act as the chain keeps it (DCSA EBL endorsement chain: actionDateTime, actionCode, actor, recipient).
type Entry struct {
	Act    Act    `json:"act"`
	By     string `json:"by"`
	Org    string `json:"org"`
	Role   string `json:"role"`
	Person string `json:"person"`
	At     string `json:"at"`
	To     string `json:"to,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Agent is the party that acted for By, under Mandate (rule X-21); empty where By acted itself.
	Agent   string `json:"agent,omitempty"`
	Mandate string `json:"mandate,omitempty"`
	// Proposer is the first of the two persons who made the act together; Person is the second. Empty where one acted alone.
	Proposer string `json:"proposer,omitempty"`
}

// Stamp records the act that made this version: who, when, why (rule X-21), linked to the entry before.
func (r *Record) Stamp(e Entry) {
	body, err := json.Marshal(e)
	if err != nil { // a struct of strings always marshals
		panic(err)
	}
	sum := sha256.Sum256(append([]byte(r.Chain), body...))
	r.Version++
	r.Chain = hex.EncodeToString(sum[:])
	r.Last = e
}

// Stamped is a time as records keep it: UTC, RFC 3339.
func Stamped(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }
