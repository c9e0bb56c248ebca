package bill

import (
	"slices"
	"strconv"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// The mediums of a bill (MLETR art. 17 and 18: a change of medium is recorded and ends the former record).
const (
	Paper      = "PAPER"      // 纸质
	Electronic = "ELECTRONIC" // 电子
)

// Medium is one change of a bill's medium.
type Medium struct {
	Medium string `json:"medium"`
	// At is when, RFC 3339.
	At string `json:"at"`
	// Originals is how many paper originals 正本 were printed; Commitment the salted hash of their serial numbers.
	Originals  int    `json:"originals,omitempty"`
	Commitment string `json:"commitment,omitempty"`
}

// MediumsMax bounds the changes of medium that a bill and those it replaces remember.
const MediumsMax = 10

// mediumsOf is the history that a bill takes over from those it replaces: of several the longest, so that what was once on paper
// stays known to have been, and counted.
func mediumsOf(old []Bill) []Medium {
	var longest []Medium
	for _, b := range old {
		if len(b.Mediums) > len(longest) {
			longest = b.Mediums
		}
	}
	return slices.Clone(longest)
}

// OnPaper tells whether the bill lives on as paper originals.
func (b Bill) OnPaper() bool {
	return b.State == Voided && len(b.Mediums) > 0 && b.Mediums[len(b.Mediums)-1].Medium == Paper && len(b.ReplacedBy) == 0
}

func forPaper(b Bill, c command) *fault.Fault {
	if b.Amendment != ToPaper {
		return fault.New(fault.AmendmentForbids, "reason", b.Amendment, "act", string(c.Act))
	}
	return nil
}

func mediumsLeft(b Bill, _ command) *fault.Fault {
	if len(b.Mediums)+2 > MediumsMax {
		return fault.New(fault.LimitReached, "limit", strconv.Itoa(MediumsMax), "what", "changes of medium")
	}
	return nil
}

// print ends the electronic bill: from here on the paper originals are the bill.
func print(b *Bill, c command) {
	b.Mediums = append(slices.Clone(b.Mediums), Medium{Medium: Paper, At: lifecycle.Stamped(c.At),
		Originals: c.Request.Originals, Commitment: c.Request.Commitment})
}

// printer is the issuer of a bill that is on paper; on any other bill nobody plays the part.
var printer = &by{Name: "issuer of the paper originals", Roles: issuer.Roles, Ref: func(b Bill) lifecycle.Ref {
	if !b.OnPaper() {
		return lifecycle.Ref{}
	}
	return b.Issuer
}}

// printed is how many originals there are.
func (b Bill) printed() int { return b.Mediums[len(b.Mediums)-1].Originals }

func originalsOut(b Bill, _ command) *fault.Fault {
	if len(b.Returned) >= b.printed() {
		return fault.New(fault.LimitReached, "limit", strconv.Itoa(b.printed()), "what", "originals")
	}
	return nil
}

func serialOnce(b Bill, c command) *fault.Fault {
	if c.Request.Serial != "" && slices.Contains(b.Returned, c.Request.Serial) {
		return fault.New(fault.Duplicate, "what", "original").In("/content/serial")
	}
	return nil
}

func collect(b *Bill, c command) { b.Returned = append(slices.Clone(b.Returned), c.Request.Serial) }

func allCollected(b Bill, _ command) *fault.Fault {
	if len(b.Returned) < b.printed() {
		return fault.New(fault.OriginalsOut, "returned", strconv.Itoa(len(b.Returned)), "originals", strconv.Itoa(b.printed()))
	}
	return nil
}

// presenterFits asks who gets the new electronic bill: whoever handed the originals in, which the ledger did not see.
func presenterFits(b Bill, c command) *fault.Fault {
	to := c.Request.Parties["/to"]
	switch {
	case b.carries(c, to):
		return notAllowed("/to", "issuer")
	case !mayHold(to):
		return notAllowed("/to", "role")
	}
	return nil
}
