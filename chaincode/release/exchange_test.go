package release_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/test/lawtest"
)

// committed is a line whose right the buyer sells to the forwarder; sold is one that the buyer was paid for.
func committed() release.Line {
	l := line(release.Listed, "buyer", "forwarder")
	l.Against = "ex-1"
	return l
}

func sold(state lifecycle.State) release.Line {
	l := line(state, "forwarder", "", "buyer")
	l.Sold = 1
	return l
}

const allowedOnSoldLines = `
committed | delegate            | buyer*     | !committed-to-exchange
committed | accept-delegation   | forwarder* | !committed-to-exchange
committed | decline-delegation  | forwarder* | !committed-to-exchange
committed | recall              | buyer*     | !committed-to-exchange
committed | request-appointment | buyer*     | !wrong-role
sold      | delegate            | forwarder* | LISTED
sold      | accept-delegation   |nobody|
sold      | decline-delegation  |nobody|
sold      | recall              | buyer*     | !passed-against-payment
sold      | request-appointment | forwarder* | !wrong-role
sold asked     | confirm-appointment | terminal   | APPOINTED
sold asked     | refuse-appointment  | terminal   | LISTED
sold asked     | cancel-appointment  | forwarder* | LISTED
sold asked     | amend-appointment   | forwarder* | !wrong-role
sold asked     | recall              | buyer*     | !passed-against-payment
sold asked     | delegate            | forwarder* | !appointment-open
sold appointed | cancel-appointment  | forwarder* | LISTED
sold appointed | amend-appointment   | forwarder* | !wrong-role
sold appointed | recall              | buyer*     | !passed-against-payment
sold appointed | delegate            | forwarder* | !appointment-open
sold appointed | no-show             | ` + everybody + ` | LISTED
`

func TestARightThatIsPaidForIsBoundAndNotTakenBack(t *testing.T) {
	lawtest.Trial[release.Line, release.OrderRequest]{
		Law: withoutReefers(), Actors: people, Request: request, Want: allowedOnSoldLines,
		Documents: map[string]release.Line{"committed": committed(), "sold": sold(release.Listed),
			"sold asked": sold(release.AppointmentRequested), "sold appointed": sold(release.Appointed)},
	}.Run(t)
}

// withoutReefers is the law without the acts about the cold, which are tried apart.
func withoutReefers() *lifecycle.Law[release.Line, release.OrderRequest] {
	law := *release.LineLaw
	law.Verbs = nil
	for _, v := range release.LineLaw.Verbs {
		if !release.IsOfReefer(v.Name) {
			law.Verbs = append(law.Verbs, v)
		}
	}
	return &law
}

func followed(l release.Line, act lifecycle.Act, with ...func(*release.OrderRequest)) (release.Line, *fault.Fault) {
	c := ask(act, "forwarder", passTo("forwarder"))
	c.Request.Exchange, c.Request.Seller = "ex-1", people["buyer"].Ref
	for _, change := range with {
		change(&c.Request)
	}
	after, err := l.Follow(act, c)
	return after, fault.Of(err)
}

func TestARightIsCommittedFreedAndPassed(t *testing.T) {
	l, f := followed(line(release.Listed, "buyer", ""), release.CommitLine)
	require.Nil(t, f)
	require.Equal(t, committed(), l)
	freed, f := followed(heldLine(l), release.FreeLine)
	require.Nil(t, f, "a step back stays possible")
	require.Equal(t, heldLine(line(release.Listed, "buyer", "")), freed)
	passed, f := followed(l, release.PassPaid)
	require.Nil(t, f)
	require.Equal(t, sold(release.Listed), passed)
	again, f := followed(passed, release.CommitLine, passTo("trucker"), func(r *release.OrderRequest) { r.Seller = people["forwarder"].Ref })
	require.Nil(t, f, "who paid for a right can sell it")
	require.Equal(t, people["trucker"].Ref, again.Offer)
	ended, f := followed(l, release.RevokeLine)
	require.Nil(t, f)
	require.Empty(t, ended.Against, "an order that ends binds nothing")
}

func TestWhatStandsAgainstTheSaleOfARight(t *testing.T) {
	other := func(r *release.OrderRequest) { r.Exchange = "ex-2" }
	seller := func(name string) func(*release.OrderRequest) {
		return func(r *release.OrderRequest) { r.Seller = people[name].Ref }
	}
	for name, c := range map[string]struct {
		l    release.Line
		act  lifecycle.Act
		with func(*release.OrderRequest)
		code fault.Code
	}{
		"an appointment":         {line(release.Appointed, "buyer", ""), release.CommitLine, nil, fault.WrongState},
		"somebody else's":        {line(release.Listed, "trucker", ""), release.CommitLine, nil, fault.SellerNotInControl},
		"nobody's yet":           {line(release.Listed, "", ""), release.CommitLine, nil, fault.SellerNotInControl},
		"delegated only":         {line(release.Listed, "trucker", "", "buyer"), release.CommitLine, seller("trucker"), fault.SellerNotInControl},
		"an order that is gone":  {heldLine(line(release.Listed, "buyer", "")), release.CommitLine, orderIs(in(release.Revoked)), fault.WrongState},
		"frozen, and offered":    {heldLine(line(release.Listed, "buyer", "trucker")), release.CommitLine, nil, fault.OnHold},
		"offered":                {line(release.Listed, "buyer", "trucker"), release.CommitLine, nil, fault.OfferOpen},
		"committed":              {committed(), release.CommitLine, other, fault.Committed},
		"to a bank":              {line(release.Listed, "buyer", ""), release.CommitLine, passTo("bank"), fault.RecipientNotAllowed},
		"another frees it":       {committed(), release.FreeLine, other, fault.NoOffer},
		"another passes it":      {heldLine(committed()), release.PassPaid, other, fault.NoOffer},
		"frozen in between":      {heldLine(committed()), release.PassPaid, nil, fault.OnHold},
		"revoked in between":     {committed(), release.PassPaid, orderIs(in(release.Revoked)), fault.WrongState},
		"an ordinary delegation": {line(release.Listed, "buyer", "trucker"), release.PassPaid, func(r *release.OrderRequest) { r.Exchange = "" }, fault.NoOffer},
	} {
		change := func(*release.OrderRequest) {}
		if c.with != nil {
			change = c.with
		}
		after, f := followed(c.l, c.act, change)
		require.NotNil(t, f, name)
		require.Equal(t, c.code, f.Code, name)
		require.Equal(t, c.l, after, name)
	}
}
