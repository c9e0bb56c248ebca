package bill_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/hold"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/test/lawtest"
)

func TestASurrenderForAmendmentIsRefusedInThisOrder(t *testing.T) {
	reason := func(code string) func(*bill.Bill, *bill.Request) {
		return func(_ *bill.Bill, r *bill.Request) { r.Reason = code }
	}
	untitled := func(code string) func(*bill.Bill, *bill.Request) {
		return func(b *bill.Bill, r *bill.Request) { b.Title, r.Reason = people["shipper"].Ref, code }
	}
	for _, r := range []refusal{
		{name: "a hold before the offer", b: held(offered(bill.Transfer)), with: reason(""), code: fault.OnHold},
		{name: "the offer before the reason", b: offered(bill.Transfer), with: reason(""), code: fault.OfferOpen},
		{name: "no reason", b: in(bill.Issued), with: reason(""), code: fault.Invalid, at: "/reason"},
		{name: "a reason of another act", b: in(bill.Issued), with: reason("OTHER"), code: fault.Invalid, at: "/reason"},
		{name: "a switch without title", b: in(bill.Issued), with: untitled(bill.SwitchBill), code: fault.NotTitleHolder, at: "/reason"},
	} {
		r.act, r.who = bill.SurrenderForAmendment, "holder"
		t.Run(r.name, r.run)
	}
	for _, code := range bill.AmendmentReasons {
		if code == bill.SwitchBill {
			continue
		}
		b, c := in(bill.Issued), command(bill.SurrenderForAmendment, "holder")
		untitled(code)(&b, &c.Request)
		after, err := b.Apply(c)
		require.NoError(t, err, "whoever has the bill in hand may ask: %s", code)
		require.Equal(t, people["holder"].Ref, after.Requester)
		require.Equal(t, code, after.Amendment)
		require.True(t, after.Claimant.Zero(), "nobody claims the goods")
	}
}

func TestAnAnsweredAmendmentLeavesNothingBehind(t *testing.T) {
	for who, act := range map[string]lifecycle.Act{"holder": bill.WithdrawSurrender, "issuer": bill.RejectSurrender} {
		after, err := in(bill.PendingAmendment).Apply(command(act, who))
		require.NoError(t, err)
		require.Equal(t, in(bill.Issued), after, act)
	}
	after, err := in(bill.PendingAmendment).Apply(command(bill.AcceptSurrender, "issuer"))
	require.NoError(t, err)
	require.Equal(t, people["issuer"].Ref, after.Holder, "the carrier becomes possessor")
	require.Equal(t, people["holder"].Ref, after.Requester)
}

// back into the hands it came from, whichever surrender it was.
func TestAnAnnulledSurrenderReturnsTheBill(t *testing.T) {
	for _, state := range []lifecycle.State{bill.Surrendered, bill.Amendable} {
		after, err := in(state).Apply(command(bill.AnnulSurrender, "issuer"))
		require.NoError(t, err)
		require.Equal(t, in(bill.Issued), after, state)
		for _, reason := range []string{"", "OTHER", "NOT_AGREED"} {
			refusal{name: reason, b: in(state), act: bill.AnnulSurrender, who: "issuer", code: fault.Invalid, at: "/reason",
				with: func(_ *bill.Bill, r *bill.Request) { r.Reason = reason }}.run(t)
		}
	}
}

func TestBillsReplacedTogetherAreEachOthersLike(t *testing.T) {
	with := func(change func(*bill.Bill)) func(*bill.Bill, *bill.Request) {
		return func(_ *bill.Bill, r *bill.Request) {
			same, other := in(bill.Amendable), in(bill.Amendable)
			change(&other)
			r.Old = []bill.Bill{same, other}
		}
	}
	for name, change := range map[string]func(*bill.Bill){
		"another issuer":     func(b *bill.Bill) { b.Issuer = people["carrier2"].Ref },
		"another requester":  func(b *bill.Bill) { b.Requester = people["recipient"].Ref },
		"another reason":     func(b *bill.Bill) { b.Amendment = bill.AmendData },
		"another kind":       func(b *bill.Bill) { b.Kind = bill.Bearer },
		"another shipper":    func(b *bill.Bill) { b.Shipper = people["recipient"].Ref },
		"another title":      func(b *bill.Bill) { b.Title = people["recipient"].Ref },
		"not endorsable one": func(b *bill.Bill) { b.Endorsable = false },
	} {
		t.Run(name, refusal{b: in(bill.Amendable), act: bill.Reissue, who: "issuer", with: with(change), code: fault.Invalid, at: "/bills/1"}.run)
	}
	named := func(place string) func(*bill.Bill, *bill.Request) {
		return func(_ *bill.Bill, r *bill.Request) {
			switch place {
			case "/shipper":
				r.Shipper = "PSHIPPER"
			case "/consignee":
				r.Consignee = "PCONSIGNEE"
			default:
				r.Endorsee = "PHOLDER"
			}
		}
	}
	for _, place := range []string{"/shipper", "/consignee", "/endorsee"} {
		refusal{name: place, b: in(bill.Amendable), act: bill.Reissue, who: "issuer", with: named(place), code: fault.Invalid, at: place}.run(t)
	}
	refusal{name: "the likeness before the parties", b: in(bill.Amendable), act: bill.Reissue, who: "issuer", code: fault.Invalid, at: "/bills/1",
		with: func(b *bill.Bill, r *bill.Request) {
			named("/shipper")(b, r)
			with(func(b *bill.Bill) { b.Amendment = bill.ToPaper })(b, r)
		}}.run(t)
}

func TestTheReasonSaysHowManyBillsThereAre(t *testing.T) {
	type count struct{ old, new int }
	fits := map[string][]count{
		bill.AmendData: {{1, 1}}, bill.ChangeOfDestination: {{1, 1}}, bill.SplitBill: {{1, 2}, {1, bill.BillsMax}},
		bill.CombineBills: {{2, 1}, {bill.BillsMax, 1}}, bill.SwitchBill: {{1, 1}, {1, 2}, {2, 1}, {3, 4}},
	}
	misses := map[string][]count{
		bill.AmendData: {{1, 2}, {2, 1}, {0, 1}}, bill.ChangeOfDestination: {{2, 2}}, bill.SplitBill: {{1, 1}, {2, 2}, {1, bill.BillsMax + 1}},
		bill.CombineBills: {{1, 1}, {2, 2}, {bill.BillsMax + 1, 1}}, bill.SwitchBill: {{1, 0}, {bill.BillsMax + 1, 1}},
	}
	for reason, counts := range fits {
		for _, c := range counts {
			require.Nil(t, bill.Numbers(reason, c.old, c.new), "%s %v", reason, c)
		}
		for _, c := range misses[reason] {
			require.NotNil(t, bill.Numbers(reason, c.old, c.new), "%s %v", reason, c)
		}
	}
}

// born is the new bill that takes the place of old.
func born(old bill.Bill, change func(*bill.Request)) (bill.Bill, error) {
	c := command(bill.Issue, "issuer")
	c.Request.Old = []bill.Bill{old}
	c.Request.Parties = map[string]party.Party{"/shipper": registered("shipper"), "/to": registered("recipient")}
	if change != nil {
		change(&c.Request)
	}
	return bill.Law.Follow(bill.Bill{Record: lifecycle.Record{ID: "bl-2", Family: "bill"}}, c)
}

func TestANewBillKeepsWhoeverTheOldOneNamed(t *testing.T) {
	old := in(bill.Amendable)
	old.Title, old.Endorsable = people["recipient"].Ref, false
	b, err := born(old, nil)
	require.NoError(t, err)
	require.Equal(t, bill.Issued, b.State)
	require.Equal(t, people["holder"].Ref, b.Holder, "the new issue goes to the requester")
	require.Equal(t, old.Title, b.Title, "title stays where it was")
	require.False(t, b.Endorsable, "and so does a closed chain")
	require.Equal(t, []string{"bl-1"}, b.Replaces)
	for _, kind := range []bill.Kind{bill.Straight, bill.Bearer, bill.SeaWaybill} {
		_, err := born(old, func(r *bill.Request) { r.Kind = kind })
		require.Equal(t, fault.KindForbids, fault.Of(err).Code, kind)
	}
}

func TestASwitchBillMayNameOthers(t *testing.T) {
	old := in(bill.Amendable)
	old.Amendment = bill.SwitchBill
	b, err := born(old, func(r *bill.Request) {
		r.Kind, r.Consignee = bill.Straight, "PCONSIGNEE"
		r.Parties["/consignee"] = registered("consignee")
	})
	require.NoError(t, err)
	require.Equal(t, people["consignee"].Ref, b.Consignee)
	require.Equal(t, people["consignee"].Ref, b.Title)
	require.False(t, b.Endorsable)
	_, err = born(old, func(r *bill.Request) { r.Kind = bill.SeaWaybill })
	require.Equal(t, fault.KindForbids, fault.Of(err).Code, "nobody would hold it")
	_, err = born(old, func(r *bill.Request) { r.Kind = bill.Order })
	require.Equal(t, "/endorsee", fault.Of(err).At, "an order bill names an order party")
}

func TestWhatComesBackFromPaper(t *testing.T) {
	b, err := born(onPaper("serial-1", "serial-2"), func(r *bill.Request) { r.Kind = bill.Bearer })
	require.NoError(t, err)
	require.Equal(t, people["recipient"].Ref, b.Holder, "whoever handed the originals in")
	require.Len(t, b.Mediums, 2)
	require.Equal(t, bill.Electronic, b.Mediums[1].Medium)
	straight := onPaper("serial-1", "serial-2")
	straight.Kind = bill.Straight
	_, err = born(straight, func(r *bill.Request) { r.Kind = bill.Bearer })
	require.Equal(t, fault.KindForbids, fault.Of(err).Code, "a straight bill is not negotiated on paper either")

	// What is printed stays: the shipper, and who has the title where that could not pass on.
	_, err = born(onPaper("serial-1", "serial-2"), func(r *bill.Request) { r.Kind = bill.Bearer; r.Parties["/shipper"] = registered("recipient") })
	require.Equal(t, "/shipper", fault.Of(err).At)
	straight.Consignee, straight.Title = people["consignee"].Ref, people["consignee"].Ref
	named := func(kind bill.Kind, place, who string) func(*bill.Request) {
		return func(r *bill.Request) {
			r.Kind, r.Parties[place] = kind, registered(who)
			r.Consignee, r.Endorsee = "", ""
			if kind == bill.Order {
				r.Endorsee = r.Parties[place].ID
			} else {
				r.Consignee = r.Parties[place].ID
			}
		}
	}
	_, err = born(straight, named(bill.Straight, "/consignee", "recipient"))
	require.Equal(t, []string{"same-parties", "/consignee"}, []string{fault.Of(err).Args["check"], fault.Of(err).At})
	b, err = born(straight, named(bill.Straight, "/consignee", "consignee"))
	require.NoError(t, err)
	require.Equal(t, people["consignee"].Ref, b.Title)
	closed := onPaper("serial-1", "serial-2")
	closed.Endorsable = false
	_, err = born(closed, func(r *bill.Request) { r.Kind = bill.Bearer })
	require.Equal(t, fault.KindForbids, fault.Of(err).Code, "an endorsement that was not to order stays one")
	_, err = born(closed, named(bill.Order, "/endorsee", "recipient"))
	require.Equal(t, []string{"same-parties", "/endorsee"}, []string{fault.Of(err).Args["check"], fault.Of(err).At})
	b, err = born(closed, named(bill.Order, "/endorsee", "holder"))
	require.NoError(t, err)
	require.False(t, b.Endorsable)

	for _, r := range []refusal{
		{name: "an original twice", b: onPaper("serial-2"), act: bill.CollectOriginal, code: fault.Duplicate, at: "/content/serial"},
		{name: "more originals than there are", b: onPaper("serial-1", "serial-2"), act: bill.CollectOriginal, code: fault.LimitReached},
		{name: "originals out before the presenter", b: onPaper(), act: bill.RestoreElectronic, with: to(party.Trucker), code: fault.OriginalsOut},
		{name: "to a trucker", b: onPaper("serial-1", "serial-2"), act: bill.RestoreElectronic, with: to(party.Trucker), code: fault.RecipientNotAllowed, at: "/to"},
		{name: "to the issuer", b: onPaper("serial-1", "serial-2"), act: bill.RestoreElectronic, code: fault.RecipientNotAllowed, at: "/to",
			with: func(_ *bill.Bill, r *bill.Request) { r.Parties["/to"] = registered("issuer") }},
		{name: "paper too often", b: tooOften(), act: bill.SwitchToPaper, code: fault.LimitReached},
		{name: "the reason before the limit", b: func() bill.Bill { b := tooOften(); b.Amendment = bill.AmendData; return b }(), act: bill.SwitchToPaper, code: fault.AmendmentForbids},
	} {
		r.who = "issuer"
		t.Run(r.name, r.run)
	}
	after, err := forPaper().Apply(command(bill.SwitchToPaper, "issuer"))
	require.NoError(t, err)
	require.True(t, after.OnPaper())
	require.Equal(t, 2, after.Mediums[0].Originals)
}

func tooOften() bill.Bill {
	b := forPaper()
	for len(b.Mediums)+2 <= bill.MediumsMax {
		b.Mediums = append(b.Mediums, bill.Medium{Medium: bill.Paper}, bill.Medium{Medium: bill.Electronic})
	}
	return b
}

func TestHoldsAreRefusedInThisOrder(t *testing.T) {
	many := in(bill.Issued)
	for range hold.EachMax {
		c := command(bill.PlaceHold, "issuer")
		c.Request.Ground = "CARRIER_CHARGES"
		var err error
		many, err = many.Apply(c)
		require.NoError(t, err)
	}
	ground := func(ground, until string) func(*bill.Bill, *bill.Request) {
		return func(_ *bill.Bill, r *bill.Request) { r.Ground, r.Until = ground, until }
	}
	for _, r := range []refusal{
		{name: "too many before the ground", b: many, who: "issuer", with: ground("", ""), code: fault.LimitReached},
		{name: "a ground of somebody else", b: in(bill.Issued), who: "customs", with: ground("COURT", ""), code: fault.Invalid, at: "/ground"},
		{name: "the ground before the end", b: in(bill.Issued), who: "court", with: ground("QUARANTINE", "yesterday"), code: fault.Invalid, at: "/ground"},
		{name: "an end in the past", b: in(bill.Issued), who: "court", with: ground("COURT", "2026-11-21T09:29:59Z"), code: fault.Invalid, at: "/until"},
	} {
		r.act = bill.PlaceHold
		t.Run(r.name, r.run)
	}
	c := command(bill.PlaceHold, "court")
	c.Request.Ground, c.Request.Until = "COURT", "2026-11-21T09:31:00Z"
	b, err := in(bill.Issued).Apply(c)
	require.NoError(t, err)
	later := command(bill.Transfer, "holder")
	_, err = b.Apply(later)
	require.Equal(t, fault.OnHold, fault.Of(err).Code)
	later.At = later.At.Add(60_000_000_000)
	_, err = b.Apply(later)
	require.NoError(t, err, "it ended by itself")
}

// Nobody brings a bill to a carrier, who does not endorse: such a bill would be stuck.
func TestNoBillNamesWhoIssuesIt(t *testing.T) {
	carrier := people["issuer"]
	both := registered("issuer")
	both.Roles = append(both.Roles, party.Shipper, party.Consignee)
	for place, kind := range map[string]bill.Kind{"/shipper": bill.Bearer, "/consignee": bill.Straight, "/endorsee": bill.Order} {
		r := request(bill.Draft)
		r.Kind, r.Consignee, r.Endorsee = kind, "", ""
		r.Parties = map[string]party.Party{"/shipper": registered("shipper")}
		r.Parties[place] = both
		switch place {
		case "/consignee":
			r.Consignee = both.ID
		case "/endorsee":
			r.Endorsee = both.ID
		}
		_, err := bill.Bill{}.Apply(lifecycle.Command[bill.Request]{Act: bill.Draft, Actor: carrier, At: lawtest.At, Request: r})
		f := fault.Of(err)
		require.Equal(t, []string{string(fault.RecipientNotAllowed), place, "issuer"}, []string{string(f.Code), f.At, f.Args["why"]})
	}
	house := in(bill.Issued)
	house.Issuer, house.Master, house.Carrier = people["recipient"].Ref, "bl-0", carrier.Ref
	c := command(bill.Transfer, "holder")
	c.Request.Parties = map[string]party.Party{"/to": both}
	_, err := house.Apply(c)
	require.Equal(t, "issuer", fault.Of(err).Args["why"], "nor does the carrier of a house bill's goods come to hold it")
}

// Bills of different sorts are not combined: the new one would be neither.
func TestOnlyBillsOfOneSortAreCombined(t *testing.T) {
	one, two := in(bill.Amendable), in(bill.Amendable)
	one.Amendment, two.Amendment, two.ID = bill.CombineBills, bill.CombineBills, "bl-2"
	for subtype, want := range map[bill.Subtype]string{"": "", bill.Ocean: "", bill.Through: "same-subtype"} {
		two.Subtype = subtype
		c := command(bill.Reissue, "issuer")
		c.Request.Old = []bill.Bill{two}
		_, err := one.Apply(c)
		if want == "" {
			require.NoError(t, err, subtype)
			continue
		}
		require.Equal(t, want, fault.Of(err).Args["check"], subtype)
	}
}
