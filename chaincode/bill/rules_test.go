package bill_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// refusal is one condition: the situation, and the first condition that refuses.
type refusal struct {
	name string
	b    bill.Bill
	act  lifecycle.Act
	who  string
	with func(*bill.Bill, *bill.Request)
	code fault.Code
	at   string
}

func (r refusal) run(t *testing.T) {
	c := command(r.act, r.who)
	if r.with != nil {
		r.with(&r.b, &c.Request)
	}
	before := r.b
	after, err := r.b.Apply(c)
	f := fault.Of(err)
	require.NotNil(t, f, r.name)
	require.Equal(t, r.code, f.Code, r.name)
	require.Equal(t, r.at, f.At, r.name)
	require.Equal(t, before, after, r.name)
}

func to(role lifecycle.Role) func(*bill.Bill, *bill.Request) {
	return func(_ *bill.Bill, r *bill.Request) {
		p := registered("recipient")
		p.Roles = []lifecycle.Role{role}
		r.Parties["/to"] = p
	}
}

func kind(k bill.Kind) func(*bill.Bill, *bill.Request) {
	return func(b *bill.Bill, _ *bill.Request) { b.Kind = k }
}

func TestADraftNamesExactlyThePartiesItsKindHas(t *testing.T) {
	unborn := bill.Bill{Record: lifecycle.Record{ID: "bl-1", Family: "bill"}}
	drafts := func(k bill.Kind, consignee, endorsee string) func(*bill.Bill, *bill.Request) {
		return func(_ *bill.Bill, r *bill.Request) {
			r.Kind, r.Consignee, r.Endorsee = k, consignee, endorsee
			delete(r.Parties, "/endorsee")
			if consignee != "" {
				r.Parties["/consignee"] = registered("consignee")
			}
			if endorsee != "" {
				r.Parties["/endorsee"] = registered("holder")
			}
		}
	}
	role := func(place string, role lifecycle.Role, first func(*bill.Bill, *bill.Request)) func(*bill.Bill, *bill.Request) {
		return func(b *bill.Bill, r *bill.Request) {
			first(b, r)
			p := r.Parties[place]
			p.Roles = []lifecycle.Role{role}
			r.Parties[place] = p
		}
	}
	straight, order := drafts(bill.Straight, "PCONSIGNEE", ""), drafts(bill.Order, "", "PHOLDER")
	for _, r := range []refusal{
		{name: "the shipper is no shipper", with: role("/shipper", party.Consignee, order), code: fault.RecipientNotAllowed, at: "/shipper"},
		{name: "the shipper comes before the consignee", with: role("/shipper", party.Trucker, drafts(bill.Straight, "", "")), code: fault.RecipientNotAllowed, at: "/shipper"},
		{name: "straight without consignee", with: drafts(bill.Straight, "", ""), code: fault.Invalid, at: "/consignee"},
		{name: "straight with endorsee", with: drafts(bill.Straight, "PCONSIGNEE", "PHOLDER"), code: fault.Invalid, at: "/endorsee"},
		{name: "waybill without consignee", with: drafts(bill.SeaWaybill, "", ""), code: fault.Invalid, at: "/consignee"},
		{name: "waybill with endorsee", with: drafts(bill.SeaWaybill, "PCONSIGNEE", "PHOLDER"), code: fault.Invalid, at: "/endorsee"},
		{name: "order with consignee", with: drafts(bill.Order, "PCONSIGNEE", "PHOLDER"), code: fault.Invalid, at: "/consignee"},
		{name: "order without endorsee", with: drafts(bill.Order, "", ""), code: fault.Invalid, at: "/endorsee"},
		{name: "bearer with endorsee", with: drafts(bill.Bearer, "", "PHOLDER"), code: fault.Invalid, at: "/endorsee"},
		{name: "bearer with consignee", with: drafts(bill.Bearer, "PCONSIGNEE", ""), code: fault.Invalid, at: "/consignee"},
		{name: "a trucker as consignee", with: role("/consignee", party.Trucker, straight), code: fault.RecipientNotAllowed, at: "/consignee"},
		{name: "a carrier as consignee", with: role("/consignee", party.Carrier, straight), code: fault.RecipientNotAllowed, at: "/consignee"},
		{name: "a terminal as endorsee", with: role("/endorsee", party.Terminal, order), code: fault.RecipientNotAllowed, at: "/endorsee"},
		{name: "customs as endorsee", with: role("/endorsee", party.Customs, order), code: fault.RecipientNotAllowed, at: "/endorsee"},
	} {
		r.b, r.act, r.who = unborn, bill.Draft, "issuer"
		r.run(t)
	}
	for _, k := range []struct {
		kind       bill.Kind
		with       func(*bill.Bill, *bill.Request)
		title      string
		endorsable bool
	}{
		{bill.Straight, straight, "consignee", false},
		{bill.SeaWaybill, drafts(bill.SeaWaybill, "PCONSIGNEE", ""), "consignee", false},
		{bill.Order, order, "holder", true},
		{bill.Bearer, drafts(bill.Bearer, "", ""), "", true},
	} {
		c := command(bill.Draft, "issuer")
		k.with(nil, &c.Request)
		after, err := unborn.Apply(c)
		require.NoError(t, err, k.kind)
		require.Equal(t, k.kind, after.Kind)
		require.Equal(t, people[k.title].Ref, after.Title, k.kind)
		require.Equal(t, k.endorsable, after.Endorsable, k.kind)
		require.Equal(t, people["issuer"].Ref, after.Issuer, "the issuer is who signs, never who the request says")
		require.True(t, after.Holder.Zero(), "nobody holds a draft")
	}
}

func TestATransferIsRefusedInThisOrder(t *testing.T) {
	itself := func(_ *bill.Bill, r *bill.Request) { r.Parties["/to"] = registered("holder") }
	carrier := func(_ *bill.Bill, r *bill.Request) { r.Parties["/to"] = registered("issuer") }
	for _, r := range []refusal{
		{name: "state before party", b: in(bill.Surrendered), act: bill.Transfer, who: "terminal", code: fault.WrongState},
		{name: "party before condition", b: offered(bill.Transfer), act: bill.Transfer, who: "shipper", code: fault.WrongParty},
		{name: "an open offer before the recipient", b: offered(bill.Transfer), act: bill.Transfer, who: "holder", with: to(party.Trucker), code: fault.OfferOpen},
		{name: "to oneself", b: in(bill.Issued), act: bill.Transfer, who: "holder", with: itself, code: fault.RecipientNotAllowed, at: "/to"},
		{name: "to the issuer", b: in(bill.Issued), act: bill.Transfer, who: "holder", with: carrier, code: fault.RecipientNotAllowed, at: "/to"},
		{name: "to a trucker", b: in(bill.Issued), act: bill.Transfer, who: "holder", with: to(party.Trucker), code: fault.RecipientNotAllowed, at: "/to"},
		{name: "to another carrier", b: in(bill.Issued), act: bill.Transfer, who: "holder", with: to(party.Carrier), code: fault.RecipientNotAllowed, at: "/to"},
		{name: "to customs", b: in(bill.Issued), act: bill.Transfer, who: "holder", with: to(party.Customs), code: fault.RecipientNotAllowed, at: "/to"},
		{name: "a straight bill to anybody but its consignee", b: in(bill.Issued), act: bill.Transfer, who: "holder", with: kind(bill.Straight), code: fault.KindForbids},
		{name: "a straight bill: the recipient's role first", b: in(bill.Issued), act: bill.Transfer, who: "holder",
			with: func(b *bill.Bill, r *bill.Request) { kind(bill.Straight)(b, r); to(party.Depot)(b, r) }, code: fault.RecipientNotAllowed, at: "/to"},
	} {
		t.Run(r.name, r.run)
	}
}

func TestAnEndorsementIsRefusedInThisOrder(t *testing.T) {
	possessor := func(b *bill.Bill, _ *bill.Request) { b.Title = people["shipper"].Ref }
	closed := func(b *bill.Bill, _ *bill.Request) { b.Endorsable = false }
	both := func(fs ...func(*bill.Bill, *bill.Request)) func(*bill.Bill, *bill.Request) {
		return func(b *bill.Bill, r *bill.Request) {
			for _, f := range fs {
				f(b, r)
			}
		}
	}
	for _, act := range []lifecycle.Act{bill.Endorse, bill.EndorseToOrder, bill.BlankEndorse} {
		for _, r := range []refusal{
			{name: "a straight bill", with: kind(bill.Straight), code: fault.KindForbids},
			{name: "the kind before the title", with: both(kind(bill.Straight), possessor), code: fault.KindForbids},
			{name: "possession without title", with: possessor, code: fault.NotTitleHolder},
			{name: "the title before the chain", with: both(possessor, closed), code: fault.NotTitleHolder},
			{name: "endorsed not to order before", with: closed, code: fault.NotEndorsable},
			{name: "the chain before the offer", b: offered(bill.Transfer), with: closed, code: fault.NotEndorsable},
			{name: "the offer before the recipient", b: offered(bill.Transfer), with: to(party.Depot), code: fault.OfferOpen},
			{name: "to a depot", with: to(party.Depot), code: fault.RecipientNotAllowed, at: "/to"},
			{name: "a carrier never gets title", with: to(party.Carrier), code: fault.RecipientNotAllowed, at: "/to"},
		} {
			if r.b.ID == "" {
				r.b = in(bill.Issued)
			}
			r.act, r.who = act, "holder"
			t.Run(string(act)+": "+r.name, r.run)
		}
	}
}

func TestSurrenderNeedsTitleAndNoOffer(t *testing.T) {
	straight := func(consignee string) func(*bill.Bill, *bill.Request) {
		return func(b *bill.Bill, _ *bill.Request) {
			b.Kind, b.Consignee, b.Title = bill.Straight, people[consignee].Ref, people[consignee].Ref
		}
	}
	for _, r := range []refusal{
		{name: "possession of an order bill is not enough", b: in(bill.Issued), with: func(b *bill.Bill, _ *bill.Request) { b.Title = people["shipper"].Ref }, code: fault.NotTitleHolder},
		{name: "a straight bill in another's hands", b: in(bill.Issued), with: straight("consignee"), code: fault.NotTitleHolder},
		{name: "the title before the offer", b: offered(bill.Transfer), with: straight("consignee"), code: fault.NotTitleHolder},
		{name: "an open offer", b: offered(bill.Endorse), code: fault.OfferOpen},
	} {
		r.act, r.who = bill.Surrender, "holder"
		t.Run(r.name, r.run)
	}
	for name, with := range map[string]func(*bill.Bill, *bill.Request){
		"the consignee of a straight bill": straight("holder"),
		"whoever has a bearer bill":        func(b *bill.Bill, _ *bill.Request) { b.Kind, b.Title = bill.Bearer, lifecycle.Ref{} },
	} {
		b, c := in(bill.Issued), command(bill.Surrender, "holder")
		with(&b, &c.Request)
		after, err := b.Apply(c)
		require.NoError(t, err, name)
		require.Equal(t, people["holder"].Ref, after.Claimant, name)
		require.Equal(t, people["holder"].Ref, after.Holder, "%s keeps possession until the carrier accepts", name)
	}
}

func TestANegativeActNeedsAReasonFromTheList(t *testing.T) {
	for act, at := range map[lifecycle.Act]struct {
		b   bill.Bill
		who string
	}{
		bill.Void:            {in(bill.Drafted), "issuer"},
		bill.Reject:          {offered(bill.Transfer), "recipient"},
		bill.RejectSurrender: {in(bill.PendingSurrender), "issuer"},
	} {
		for _, reason := range []string{"", "other", "because Mr Lin said so"} {
			refusal{name: string(act) + " " + reason, b: at.b, act: act, who: at.who, code: fault.Invalid, at: "/reason",
				with: func(_ *bill.Bill, r *bill.Request) { r.Reason = reason }}.run(t)
		}
		for _, reason := range bill.Reasons {
			c := command(act, at.who)
			c.Request.Reason = reason
			_, err := at.b.Apply(c)
			require.NoError(t, err, "%s %s", act, reason)
		}
	}
}

// Who need not give a reason cannot say anything else either: it would stand in public for ever.
func TestAReasonThatNobodyAskedForIsFromTheListToo(t *testing.T) {
	refusal{name: "free text", b: in(bill.Approved), act: bill.WithdrawApproval, who: "shipper", code: fault.Invalid, at: "/reason",
		with: func(_ *bill.Bill, r *bill.Request) { r.Reason = "because Mr Lin said so" }}.run(t)
	for _, reason := range []string{"", "OTHER"} {
		c := command(bill.WithdrawApproval, "shipper")
		c.Request.Reason = reason
		_, err := in(bill.Approved).Apply(c)
		require.NoError(t, err, reason)
	}
}

// The table of domain facts 3.1 and DCSA's chain codes: what the recipient's acceptance does to possession and title.
func TestWhatPassesWhenAnOfferIsAccepted(t *testing.T) {
	holder, recipient := people["holder"].Ref, people["recipient"].Ref
	bearer := in(bill.Issued)
	bearer.Kind, bearer.Title = bill.Bearer, lifecycle.Ref{}
	for _, c := range []struct {
		name       string
		from       bill.Bill
		act        lifecycle.Act
		kind       bill.Kind
		title      lifecycle.Ref
		endorsable bool
	}{
		{"possession of an order bill leaves the title behind", in(bill.Issued), bill.Transfer, bill.Order, holder, true},
		{"endorsed by name, it ends here", in(bill.Issued), bill.Endorse, bill.Order, recipient, false},
		{"endorsed to order, it can go on", in(bill.Issued), bill.EndorseToOrder, bill.Order, recipient, true},
		{"endorsed in blank, possession carries title", in(bill.Issued), bill.BlankEndorse, bill.Bearer, lifecycle.Ref{}, true},
		{"a bearer bill passes by possession", bearer, bill.Transfer, bill.Bearer, lifecycle.Ref{}, true},
		{"a bearer bill becomes an order bill again", bearer, bill.EndorseToOrder, bill.Order, recipient, true},
	} {
		waiting, err := c.from.Apply(command(c.act, "holder"))
		require.NoError(t, err, c.name)
		require.Equal(t, &bill.Offer{Act: c.act, To: recipient}, waiting.Offer, c.name)
		require.Equal(t, holder, waiting.Holder, "%s: the sender keeps control while the offer is open", c.name)
		require.Equal(t, c.from.Title, waiting.Title, c.name)
		after, err := waiting.Apply(command(bill.Accept, "recipient"))
		require.NoError(t, err, c.name)
		require.Nil(t, after.Offer, c.name)
		require.Equal(t, recipient, after.Holder, c.name)
		require.Equal(t, c.kind, after.Kind, c.name)
		require.Equal(t, c.title, after.Title, c.name)
		require.Equal(t, c.endorsable, after.Endorsable, c.name)

		auto := command(c.act, "holder")
		p := registered("recipient")
		p.AutoAccept = true
		auto.Request.Parties["/to"] = p
		atOnce, err := c.from.Apply(auto)
		require.NoError(t, err, c.name)
		require.Equal(t, after, atOnce, "%s: auto-accept comes to the same", c.name)

		for _, back := range []struct {
			act lifecycle.Act
			who string
		}{{bill.Reject, "recipient"}, {bill.Withdraw, "holder"}} {
			undone, err := waiting.Apply(command(back.act, back.who))
			require.NoError(t, err, c.name)
			require.Equal(t, c.from, undone, "%s: %s leaves everything as it was", c.name, back.act)
		}
	}
}

func TestABlankEndorsementMayNameNobody(t *testing.T) {
	c := command(bill.BlankEndorse, "holder")
	c.Request.To, c.Request.Parties = "", map[string]party.Party{}
	after, err := in(bill.Issued).Apply(c)
	require.NoError(t, err)
	require.Equal(t, bill.Bearer, after.Kind)
	require.Equal(t, people["holder"].Ref, after.Holder, "possession stays")
	require.True(t, after.Title.Zero())
	require.Nil(t, after.Offer)
}

func TestAWithdrawnOrRejectedSurrenderLeavesNoClaim(t *testing.T) {
	pending := in(bill.PendingSurrender)
	for who, act := range map[string]lifecycle.Act{"holder": bill.WithdrawSurrender, "issuer": bill.RejectSurrender} {
		after, err := pending.Apply(command(act, who))
		require.NoError(t, err)
		require.Equal(t, in(bill.Issued), after, act)
	}
	after, err := pending.Apply(command(bill.AcceptSurrender, "issuer"))
	require.NoError(t, err)
	require.Equal(t, people["issuer"].Ref, after.Holder, "the carrier becomes possessor")
	require.Equal(t, people["holder"].Ref, after.Claimant)
}

// Design 4: the issuer's and the current holder's organisations; before issue the shipper approves, so it relies as well.
func TestWhoMustEndorse(t *testing.T) {
	claimed := waybill()
	claimed.Claimant = claimed.Consignee
	for name, c := range map[string]struct {
		b    bill.Bill
		orgs []string
	}{
		"draft":       {in(bill.Drafted), []string{"CarrierMSP", "PortMSP"}},
		"approved":    {in(bill.Approved), []string{"CarrierMSP", "PortMSP"}},
		"issued":      {in(bill.Issued), []string{"CarrierMSP", "BankMSP"}},
		"offered":     {offered(bill.Transfer), []string{"CarrierMSP", "BankMSP"}},
		"pending":     {in(bill.PendingSurrender), []string{"CarrierMSP", "BankMSP"}},
		"surrendered": {in(bill.Surrendered), []string{"CarrierMSP", "CarrierMSP"}},
		"voided":      {in(bill.Voided), []string{"CarrierMSP", "PortMSP"}},
		"sea waybill": {waybill(), []string{"CarrierMSP", "PortMSP"}},
		"claimed":     {claimed, []string{"CarrierMSP"}},
	} {
		require.Equal(t, c.orgs, c.b.Relying(), name)
	}
}

func TestWhoMayRead(t *testing.T) {
	reads := func(b bill.Bill, who string) bool {
		for _, r := range b.Readers() {
			if r == people[who].Ref {
				return true
			}
		}
		return false
	}
	straight := in(bill.Drafted)
	straight.Kind, straight.Consignee, straight.Title = bill.Straight, people["consignee"].Ref, people["consignee"].Ref
	require.False(t, reads(straight, "consignee"), "a draft is between carrier and shipper")
	straight.State = bill.Voided
	require.False(t, reads(straight, "consignee"), "nor is one that came to nothing its business")
	straight.State = bill.Issued
	require.True(t, reads(straight, "consignee"))
	require.True(t, reads(offered(bill.Transfer), "recipient"), "nobody accepts a bill unseen")
	require.False(t, reads(in(bill.Issued), "recipient"))
	for _, who := range []string{"carrier2", "terminal", "impostor"} {
		require.False(t, reads(offered(bill.Transfer), who), who)
	}
}
