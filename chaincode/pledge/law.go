package pledge

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

type (
	command = lifecycle.Command[Request]
	row     = lifecycle.Row[Deed, Request]
	guards  = []lifecycle.Guard[Deed, Request]
)

var (
	bank    = &lifecycle.By[Deed]{Name: "bank of the deed", Ref: func(d Deed) lifecycle.Ref { return d.Bank }, Roles: []lifecycle.Role{party.Bank}}
	pledgor = &lifecycle.By[Deed]{Name: "pledgor", Ref: func(d Deed) lifecycle.Ref { return d.Pledgor }}

	standing = []lifecycle.State{Proposed, Active, TrustReleased}
)

// Law is the deed's whole lifecycle. Its state is read off the bill and follows from acts on that; here it stays as it is.
var Law = &lifecycle.Law[Deed, Request]{
	Family: "pledge",
	State:  func(d *Deed) *lifecycle.State { return &d.State },
	Verbs: []lifecycle.Verb{
		{Name: StateTerms, Content: "pledge-terms", Chinese: "载明质押条款"},
		{Name: ShowTerms, Chinese: "向受让银行出示条款"},
		{Name: SignTrustReceipt, Content: "trust-receipt", Chinese: "签署信托收据"},
		{Name: RenewRegistration, Takes: []string{"until"}, Content: "pledge-registration", Chinese: "登记与展期"},
		{Name: RenewInsurance, Takes: []string{"until"}, Content: "pledge-insurance", Chinese: "投保与续保"},
		{Name: AppointSupervisor, Takes: []string{"to", "hours"}, Chinese: "委任监管方"},
		{Name: OpenDeed, Chinese: "随提议设立"},
		{Name: PassDeed, Chinese: "随质权转让"},
	},
	Rows: slices.Concat([]row{
		{From: lifecycle.None, Do: OpenDeed, To: Proposed, Then: open},
		{From: Proposed, Do: StateTerms, By: pledgor, To: Proposed, Then: func(d *Deed, c command) { d.Commitment = c.Request.Commitment }},
		{From: Active, Do: ShowTerms, By: bank, To: Active, If: guards{passing, stated, notShown}, Then: func(d *Deed, c command) { d.Shown = c.Request.Next }},
		{From: Active, Do: SignTrustReceipt, By: pledgor, To: Active, Then: func(d *Deed, c command) { d.Receipt = c.Request.Commitment }},
		{From: Active, Do: PassDeed, To: Active, Then: pass},
	},
		lifecycle.In(standing, row{Do: RenewRegistration, By: bank, Asks: guards{inFuture}, Then: func(d *Deed, c command) { d.Registration = clock(c) }}),
		lifecycle.In(standing, row{Do: RenewInsurance, By: bank, Asks: guards{inFuture}, Then: insure}),
		lifecycle.In(standing, row{Do: RenewInsurance, By: pledgor, Asks: guards{inFuture}, Then: insure}),
		lifecycle.In(standing, row{Do: AppointSupervisor, By: bank, Asks: guards{supervisorFits, hoursFit}, Then: appoint}),
	),
}

// Apply answers the deed after c, or why c is refused. d is not changed.
func (d Deed) Apply(c command) (Deed, error) { return Law.Apply(d, c) }

func passing(_ Deed, c command) *fault.Fault {
	if c.Request.Next.Zero() {
		return fault.New(fault.NoOffer)
	}
	return nil
}

func stated(d Deed, _ command) *fault.Fault {
	if !d.ToShow() {
		return fault.New(fault.NotFound, "family", "pledge-terms", "id", "?")
	}
	return nil
}

func notShown(d Deed, c command) *fault.Fault {
	if d.Shown == c.Request.Next && c.Request.Has {
		return fault.New(fault.Duplicate, "what", "terms")
	}
	return nil
}

// inFuture: what ran out already is no renewal.
func inFuture(_ Deed, c command) *fault.Fault {
	until, err := lifecycle.Instant(c.Request.Until)
	if err != nil || !until.After(c.At) {
		return fault.New(fault.Invalid, "check", "future").In("/until")
	}
	return nil
}

// supervisorFits: the goods are watched by who has them, a terminal or a warehouse (DEPOT), and not by who lends or owes.
func supervisorFits(d Deed, c command) *fault.Fault {
	to := c.Request.Parties["/to"]
	switch {
	case to.Ref() == d.Bank, to.Ref() == d.Pledgor:
		return fault.New(fault.RecipientNotAllowed, "why", "holder").In("/to")
	case !to.Has(party.Terminal, party.Depot):
		return fault.New(fault.RecipientNotAllowed, "why", "role").In("/to")
	}
	return nil
}

func hoursFit(_ Deed, c command) *fault.Fault {
	if c.Request.Hours < 1 || c.Request.Hours > HoursMax {
		return fault.New(fault.Invalid, "check", "range").In("/hours")
	}
	return nil
}

func open(d *Deed, c command) {
	d.Bill, d.Bank, d.Pledgor = c.Request.Deed.Bill, c.Request.Deed.Bank, c.Request.Deed.Pledgor
}

// pass puts the new bank in the place of the old one. Registration and insurance go on and still name the old one; a receipt that
// was signed to the old one is none to the new; and a supervisor reports to the bank that appointed it.
func pass(d *Deed, c command) {
	d.Bank, d.Shown, d.Receipt = c.Request.Next, lifecycle.Ref{}, ""
	d.Registration, d.Insurance = d.Registration.ofFormer(), d.Insurance.ofFormer()
	d.Unwatched = d.Unwatched || d.Supervision != ""
	d.Supervision = ""
}

func (c *Clock) ofFormer() *Clock {
	if c == nil {
		return nil
	}
	former := *c
	former.Former = true
	return &former
}

func appoint(d *Deed, c command) { d.Supervision, d.Unwatched = c.Request.Supervision, false }

func insure(d *Deed, c command) { d.Insurance = clock(c) }

func clock(c command) *Clock {
	return &Clock{Until: c.Request.Until, Commitment: c.Request.Commitment, Seal: c.Request.Seal}
}
