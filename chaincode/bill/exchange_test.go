package bill_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/test/lawtest"
)

// deadline is the exchange's, an hour from now.
var deadline = lifecycle.Stamped(lawtest.At.Add(time.Hour))

// committed is a bill that its holder sells to the recipient against payment.
func committed() bill.Bill {
	b := offered(bill.EndorseToOrder)
	b.Offer.Against, b.Offer.Until = "ex-1", deadline
	return b
}

func follow(b bill.Bill, act lifecycle.Act, change func(*bill.Request)) (bill.Bill, *fault.Fault) {
	c := command(act, "recipient")
	c.Request.Exchange, c.Request.Seller, c.Request.Passes = "ex-1", people["holder"].Ref, bill.EndorseToOrder
	c.Request.Deadline = deadline
	if change != nil {
		change(&c.Request)
	}
	after, err := bill.Law.Follow(b, c)
	return after, fault.Of(err)
}

func TestABillIsCommittedFreedAndDelivered(t *testing.T) {
	b, f := follow(in(bill.Issued), bill.Commit, nil)
	require.Nil(t, f)
	require.Equal(t, committed(), b)
	require.Contains(t, b.Readers(), people["recipient"].Ref)
	require.Equal(t, []string{"CarrierMSP", "BankMSP"}, b.Relying(), "the buyer's organisation is not needed to let go of it")
	freed, f := follow(b, bill.Free, nil)
	require.Nil(t, f)
	require.Equal(t, in(bill.Issued), freed)
	freed, f = follow(held(b), bill.Free, nil)
	require.Nil(t, f, "a step back stays possible")
	require.Nil(t, freed.Offer)
	sold, f := follow(b, bill.DeliverPaid, nil)
	require.Nil(t, f)
	require.Equal(t, people["recipient"].Ref, sold.Holder)
	require.Equal(t, people["recipient"].Ref, sold.Title)
	require.Empty(t, sold.Committed())
	require.Equal(t, "ex-1", b.Committed(), "the bill before is not changed")
}

func TestWhatStandsAgainstAnExchange(t *testing.T) {
	joint := in(bill.Issued)
	joint.Holder, joint.Joint = lifecycle.Ref{}, &bill.Joint{Parties: []lifecycle.Ref{people["holder"].Ref, people["lender"].Ref}, Needs: 1}
	pledged := in(bill.Issued)
	pledged.Pledge = &bill.Pledge{State: bill.PledgeActive, Bank: people["lender"].Ref}
	untitled := in(bill.Issued)
	untitled.Title = people["consignee"].Ref
	ended := in(bill.Issued)
	ended.Endorsable = false
	to := func(who string) func(*bill.Request) {
		return func(r *bill.Request) { r.Parties = map[string]party.Party{"/to": registered(who)} }
	}
	other := func(r *bill.Request) { r.Exchange = "ex-2" }
	for name, c := range map[string]struct {
		b      bill.Bill
		act    lifecycle.Act
		change func(*bill.Request)
		code   fault.Code
	}{
		"surrendered":           {in(bill.PendingSurrender), bill.Commit, nil, fault.WrongState},
		"held by several":       {joint, bill.Commit, nil, fault.KindForbids},
		"somebody else holds":   {held(in(bill.Issued)), bill.Commit, func(r *bill.Request) { r.Seller = people["lender"].Ref }, fault.SellerNotInControl},
		"nobody holds":          {waybill(), bill.Commit, nil, fault.SellerNotInControl},
		"frozen, and offered":   {held(offered(bill.Transfer)), bill.Commit, nil, fault.OnHold},
		"offered":               {offered(bill.Transfer), bill.Commit, nil, fault.OfferOpen},
		"committed":             {committed(), bill.Commit, other, fault.Committed},
		"pledged":               {pledged, bill.Commit, nil, fault.Pledged},
		"without title":         {untitled, bill.Commit, nil, fault.NotTitleHolder},
		"not endorsable":        {ended, bill.Commit, nil, fault.NotEndorsable},
		"to the issuer":         {in(bill.Issued), bill.Commit, to("issuer"), fault.RecipientNotAllowed},
		"to a terminal":         {in(bill.Issued), bill.Commit, to("terminal"), fault.RecipientNotAllowed},
		"another frees it":      {committed(), bill.Free, other, fault.NoOffer},
		"another delivers it":   {held(committed()), bill.DeliverPaid, other, fault.NoOffer},
		"frozen in between":     {held(committed()), bill.DeliverPaid, nil, fault.OnHold},
		"an ordinary offer":     {offered(bill.Transfer), bill.DeliverPaid, func(r *bill.Request) { r.Exchange = "" }, fault.NoOffer},
		"nothing was committed": {in(bill.Issued), bill.Free, nil, fault.NoOffer},
	} {
		after, f := follow(c.b, c.act, c.change)
		require.NotNil(t, f, name)
		require.Equal(t, c.code, f.Code, name)
		require.Equal(t, c.b, after, name)
	}
	pledged.Pledge.Consent = &bill.Consent{Act: bill.ConsentEndorse, To: people["recipient"].Ref, Until: "2026-12-01T00:00:00Z"}
	b, f := follow(pledged, bill.Commit, nil)
	require.Nil(t, f, "its bank consented")
	require.Nil(t, b.Pledge.Consent, "and the consent is used up")
	_, f = follow(pledged, bill.Commit, to("consignee"))
	require.Equal(t, fault.Pledged, f.Code, "for this buyer only")
	pledged.Pledge.Consent.Until = lawtest.At.Add(time.Hour).Format(time.RFC3339)
	_, f = follow(pledged, bill.Commit, nil)
	require.Nil(t, f, "until the consent ends")
	for _, late := range []string{lifecycle.Stamped(lawtest.At.Add(time.Hour + time.Nanosecond)), ""} {
		_, f = follow(pledged, bill.Commit, func(r *bill.Request) { r.Deadline = late })
		require.Equal(t, []any{fault.Pledged, "/deadline"}, []any{f.Code, f.At}, "and no longer")
	}
}

// A bank waits for an exchange as long as somebody may have paid, to the second.
func TestABankEnforcesOnceAnExchangeCannotBeSettled(t *testing.T) {
	sold := active(bill.Issued)
	sold.Offer = committed().Offer
	trusted := sold
	trusted.Pledge = &bill.Pledge{State: bill.TrustReleased, Mode: bill.LockMode, Bank: sold.Pledge.Bank, Pledgor: sold.Pledge.Pledgor}
	for act, b := range map[lifecycle.Act]bill.Bill{bill.Enforce: sold, bill.RecallTrust: trusted} {
		c := command(act, "lender")
		c.At = lawtest.At.Add(time.Hour - time.Second)
		_, err := b.Apply(c)
		require.Equal(t, fault.Committed, fault.Of(err).Code, act)
		c.At = c.At.Add(time.Second)
		after, err := b.Apply(c)
		require.NoError(t, err, act)
		require.Empty(t, after.Committed(), act)
		_, f := follow(after, bill.Free, nil)
		require.Equal(t, fault.NoOffer, f.Code, "there is nothing left to free")
	}
}

func TestABillIsSellableIfItCouldBeCommitted(t *testing.T) {
	c := command(bill.Sign, "holder")
	c.Request.Seller, c.Request.Passes = people["holder"].Ref, bill.Endorse
	require.NoError(t, in(bill.Issued).Sellable(c))
	require.Equal(t, fault.Committed, fault.Of(committed().Sellable(c)).Code)
}
