package bill

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// Several parties can hold a bill jointly 共同持有 (decision 18): what the holder may do, they do when enough of them ask for
// the same. There are no acts of their own for that: each makes the act itself, and the one that completes the number performs it.
const (
	EndorseJointly  lifecycle.Act = "endorse-jointly"
	DeclineProposal lifecycle.Act = "decline-proposal"
)

// JointMax bounds the parties of a joint holding: all their organisations endorse every change.
const JointMax = 5

// Joint is a joint holding. The bill's Holder is empty meanwhile.
type Joint struct {
	// Parties are the holders; the first one stands for all where a single party is named, as the claimant.
	Parties []lifecycle.Ref `json:"parties"`
	// Needs is how many of them must agree.
	Needs int `json:"needs"`
	// Titled tells that they have title as well; the bill's Title is empty then.
	Titled   bool      `json:"titled,omitempty"`
	Proposal *Proposal `json:"proposal,omitempty"`
}

// Proposal is an act that some of the joint holders asked for. Any other change of the bill ends it.
type Proposal struct {
	Act lifecycle.Act `json:"act"`
	// Digest is over the whole public request, hex SHA-256; To and Reason are of it.
	Digest string          `json:"digest"`
	To     string          `json:"to,omitempty"`
	Reason string          `json:"reason,omitempty"`
	Agreed []lifecycle.Ref `json:"agreed"`
	// Commitment is the one to the private content of a part surrender.
	Commitment string `json:"commitment,omitempty"`
}

// Apply answers the bill after c, or why c is refused. b is not changed.
func (b Bill) Apply(c command) (Bill, error) {
	after, err := b.applyOnce(c)
	if err != nil {
		return b, err
	}
	if b.Joint != nil && b.Joint.Proposal != nil && after.Joint != nil && after.Joint.Proposal == b.Joint.Proposal {
		after.Joint = b.Joint.with(nil)
	}
	return after, nil
}

func (b Bill) applyOnce(c command) (Bill, error) {
	switch {
	case b.offeredJointly(c):
		return b.answer(c)
	case b.heldJointly(c):
		return b.agree(c)
	}
	return Law.Apply(b, c)
}

// Undecided tells that the act only counts towards what several have to ask for.
func (b Bill) Undecided() bool {
	return (b.Joint != nil && b.Joint.Proposal != nil) || (b.Offer != nil && len(b.Offer.Accepted) > 0)
}

// Part names the part that lets the actor act.
func (b Bill) Part(c command) string {
	switch {
	case b.offeredJointly(c):
		return "joint recipient"
	case b.heldJointly(c):
		return fmt.Sprintf("joint holder, %d must agree", b.Joint.Needs)
	}
	return Law.Part(b, c)
}

// Open lists the acts whose state and party fit this actor now.
func (b Bill) Open(a lifecycle.Actor) []lifecycle.Act {
	if b.Offer != nil && slices.Contains(b.Offer.Jointly, a.Ref) {
		b.Offer = &Offer{Act: b.Offer.Act, To: a.Ref}
	}
	if b.Joint != nil && slices.Contains(b.Joint.Parties, a.Ref) {
		b = b.asOne()
		a.Ref = b.Holder
	}
	return Law.Open(b, a)
}

// Ways answers what would help an act that its caller cannot make now; each of several holders or recipients is named.
func (b Bill) Ways(act lifecycle.Act) []lifecycle.Way {
	var all []lifecycle.Way
	for _, way := range Law.Ways(b, act) {
		var several []lifecycle.Ref
		switch {
		case b.Joint != nil && way.By == holder.Name:
			several = b.Joint.Parties
		case b.Offer != nil && way.By == recipient.Name:
			several = b.Offer.Jointly
		}
		for _, p := range several {
			all = append(all, lifecycle.Way{Act: way.Act, By: way.By, Party: p.Party})
		}
		if len(several) == 0 {
			all = append(all, way)
		}
	}
	return all
}

func (b Bill) offeredJointly(c command) bool {
	return b.Offer != nil && (c.Act == Accept || c.Act == Reject) && slices.Contains(b.Offer.Jointly, c.Actor.Ref)
}

// heldJointly tells whether this is an act of the holder, by one of several.
func (b Bill) heldJointly(c command) bool {
	return b.Joint != nil && slices.Contains(b.Joint.Parties, c.Actor.Ref) &&
		slices.ContainsFunc(Law.Rows, func(r row) bool { return r.From == b.State && r.Do == c.Act && r.By == holder })
}

// asOne is the bill as if the first of its holders held it alone.
func (b Bill) asOne() Bill {
	b.Holder = b.Joint.Parties[0]
	if b.Joint.Titled && b.Kind == Order {
		b.Title = b.Holder
	}
	return b
}

// agree counts one holder towards an act, and performs it with the last one needed. Its conditions are tried each time.
func (b Bill) agree(c command) (Bill, error) {
	one, asked := b.asOne(), c
	asked.Actor.Ref = one.Holder
	after, err := Law.Apply(one, asked)
	if err != nil {
		return b, err
	}
	if c.Act == DeclineProposal {
		b.Joint = b.Joint.with(nil)
		return b, nil
	}
	p, f := b.Joint.counted(c)
	if f != nil {
		return b, f
	}
	if len(p.Agreed) < b.Joint.Needs {
		b.Joint = b.Joint.with(p)
		return b, nil
	}
	if after.Holder != one.Holder {
		after.Joint = nil
		return after, nil
	}
	after.Joint, after.Holder = b.Joint.with(nil), lifecycle.Ref{}
	if b.Joint.Titled {
		after.Title = lifecycle.Ref{}
	}
	return after, nil
}

// endJoint ends the joint holding when possession goes on; the first of the holders keeps the title for all that was not
// endorsed.
func (b *Bill) endJoint() {
	if b.Joint != nil && b.Joint.Titled && b.Kind == Order {
		b.Title = b.Joint.Parties[0]
	}
	b.Joint = nil
}

// restoreJoint puts a joint holding back in the place of the first of its parties, who stood for all. A title that a switch
// bill gave to somebody else stays there.
func (b *Bill) restoreJoint(j *Joint) {
	if j == nil {
		return
	}
	back := *j
	back.Titled = j.Titled && b.Kind == Order && b.Title == j.Parties[0]
	if back.Titled {
		b.Title = lifecycle.Ref{}
	}
	b.Joint, b.Holder = &back, lifecycle.Ref{}
}

// equal tells whether the same parties hold by the same rule.
func (j *Joint) equal(o *Joint) bool {
	if j == nil || o == nil {
		return j == o
	}
	return j.Needs == o.Needs && j.Titled == o.Titled && slices.Equal(j.Parties, o.Parties)
}

func (j Joint) with(p *Proposal) *Joint {
	j.Proposal = p
	return &j
}

// counted is the proposal with this actor's agreement, or why it does not count.
func (j Joint) counted(c command) (*Proposal, *fault.Fault) {
	next := Proposal{Act: c.Act, Digest: digest(c), To: c.Request.To, Reason: c.Request.Reason}
	if c.Request.Selection != nil {
		next.Commitment = c.Request.Selection.Commitment
	}
	if open := j.Proposal; open != nil {
		switch {
		case open.Act != c.Act || (!c.Probe && open.Digest != next.Digest):
			return nil, fault.New(fault.ProposalOpen, "act", string(open.Act))
		case slices.Contains(open.Agreed, c.Actor.Ref):
			return nil, fault.New(fault.Duplicate, "what", "agreement")
		}
		next = *open
	}
	next.Agreed = append(slices.Clone(next.Agreed), c.Actor.Ref)
	return &next, nil
}

// digest is over everything that the request says in public but the version, which each agreement changes, and over what
// a part surrender names.
func digest(c command) string {
	r := c.Request
	r.Version = 0
	body, err := json.Marshal(r)
	if err != nil { // a struct of texts and numbers always marshals
		panic(err)
	}
	if r.Selection != nil {
		body = append(body, r.Selection.Digest...)
	}
	sum := sha256.Sum256(append([]byte(c.Act+"\n"), body...))
	return hex.EncodeToString(sum[:])
}

// answer lets one of several recipients answer: each of them accepts, any one rejects.
func (b Bill) answer(c command) (Bill, error) {
	own := b
	own.Offer = &Offer{Act: b.Offer.Act, To: c.Actor.Ref}
	after, err := Law.Apply(own, c)
	if err != nil || c.Act == Reject {
		return after, err
	}
	if slices.Contains(b.Offer.Accepted, c.Actor.Ref) {
		return b, fault.New(fault.Duplicate, "what", "acceptance")
	}
	offer := *b.Offer
	offer.Accepted = append(slices.Clone(offer.Accepted), c.Actor.Ref)
	if len(offer.Accepted) < len(offer.Jointly) {
		b.Offer = &offer
		return b, nil
	}
	after.Kind, after.Endorsable = Order, true
	after.Holder, after.Title = lifecycle.Ref{}, lifecycle.Ref{}
	after.Joint = &Joint{Parties: offer.Jointly, Needs: offer.Needs, Titled: true}
	return after, nil
}

// jointFits: two to five parties that can hold a bill, each once, of whom at least one must agree.
func jointFits(b Bill, c command) *fault.Fault {
	named := c.Request.Holders
	if len(named) < 2 || len(named) > JointMax {
		return fault.New(fault.Invalid, "check", "count").In("/holders")
	}
	if c.Request.Needs < 1 || c.Request.Needs > len(named) {
		return fault.New(fault.Invalid, "check", "range").In("/needs")
	}
	for i, id := range named {
		place := jointPlace(i)
		to := c.Request.Parties[place]
		switch {
		case slices.Contains(named[:i], id):
			return fault.New(fault.Invalid, "check", "unique").In(place)
		case b.carries(c, to):
			return notAllowed(place, "issuer")
		case !mayHold(to):
			return notAllowed(place, "role")
		}
	}
	return nil
}

func jointPlace(i int) string { return fmt.Sprintf("/holders/%d", i) }

// Places adds the joint holders that the request names to the places at which it names parties; no more than fit.
func (r Request) Places(places map[string]string) map[string]string {
	for i, id := range r.Holders[:min(len(r.Holders), JointMax)] {
		places[jointPlace(i)] = id
	}
	return places
}

func offerJointly(b *Bill, c command) {
	b.Offer = &Offer{Act: c.Act, Needs: c.Request.Needs}
	for i := range c.Request.Holders {
		b.Offer.Jointly = append(b.Offer.Jointly, c.Request.Parties[jointPlace(i)].Ref())
	}
}

func proposed(b Bill, _ command) *fault.Fault {
	if b.Joint == nil || b.Joint.Proposal == nil {
		return fault.New(fault.NoOffer)
	}
	return nil
}

func orgsOf(parties []lifecycle.Ref) []string {
	var orgs []string
	for _, p := range parties {
		if !slices.Contains(orgs, p.Org) {
			orgs = append(orgs, p.Org)
		}
	}
	return orgs
}
