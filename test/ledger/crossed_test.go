package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/test/world"
)

// What happens to one bill at once under several rules: each is tried by itself elsewhere.

// A bill that was replaced is nothing any more, whoever asks and whatever for.
func TestAReplacedBillBearsNothing(t *testing.T) {
	w := world.New(t)
	id := masterHeld(w)
	amendable(w, id, "forwarder", "AMD")
	w.Must("line", "bill", "reissue", fields{"id": id}, world.Fixture("reissue"))
	for _, who := range []string{"line", "shipper", "forwarder", "bank", "customs"} {
		for _, p := range possibilities(w, who, "bill", id).Acts {
			require.False(t, p.Allowed, "%s by %s", p.Act, who)
		}
	}
	w.Refused(fault.WrongState, "line", "bill", "annul-surrender", fields{"id": id, "reason": "DATA_ERROR"}, "")
	w.Refused(fault.WrongParty, "line", "bill", "restore-electronic", fields{"id": id, "to": w.Party["buyer"], "endorsee": w.Party["buyer"]}, world.Fixture("reissue"))
	w.Refused(fault.WrongState, "forwarder", "bill", "draft", houseRequest(w, id), house.of("bill-order"))
	w.Refused(fault.WrongState, "forwarder", "exchange", "propose", sale(w, id), world.Fixture("exchange-terms"))
	w.Refused(fault.WrongState, "buyer", "guarantee", "draft", w.GuaranteeOf(id), world.Fixture("guarantee-aa"))
	w.Refused(fault.NoBasis, "forwarder", "release", "request", houseRelease(w, id), own.of("release"))
}

// An act is done once: a second time it is refused for the state that the first one brought about.
func TestNoActIsDoneTwice(t *testing.T) {
	w := world.New(t)
	id := w.Must("line", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, world.Fixture("bill-order")).ID
	to := fields{"id": id, "to": w.Party["buyer"]}
	for _, step := range []struct {
		who, act string
		request  fields
		again    fault.Code
	}{
		{"shipper", "approve", fields{"id": id}, fault.WrongState},
		{"line", "issue", fields{"id": id}, fault.WrongState},
		{"shipper", "endorse-to-order", to, fault.OfferOpen},
		{"buyer", "accept", fields{"id": id}, fault.WrongParty},
		{"buyer", "surrender", fields{"id": id}, fault.WrongState},
		{"buyer", "withdraw-surrender", fields{"id": id}, fault.WrongState},
		{"buyer", "surrender", fields{"id": id}, fault.WrongState},
		{"line", "accept-surrender", fields{"id": id}, fault.WrongState},
		{"line", "annul-surrender", fields{"id": id, "reason": "COURT_ORDER"}, fault.WrongState},
		{"buyer", "surrender-for-amendment", fields{"id": id, "reason": "COD"}, fault.WrongState},
		{"line", "reject-surrender", fields{"id": id, "reason": "NOT_AGREED"}, fault.WrongState},
	} {
		w.Must(step.who, "bill", step.act, step.request, "")
		w.Refused(step.again, step.who, "bill", step.act, step.request, "")
	}
}

// A hold ends with its last second, and so does a bank's consent: neither a second early nor late.
func TestTheLastSecond(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	until := w.Net.Now().Truncate(time.Second).Add(time.Hour)
	w.Register("court", portOrg, false, "AUTHORITY")
	w.Must("court", "bill", "place-hold", fields{"id": id, "ground": "COURT", "until": until.Format(time.RFC3339)}, "")
	w.Net.Advance(until.Sub(w.Net.Now()) - time.Second)
	w.Refused(fault.OnHold, "shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"]}, "")
	w.Net.Advance(until.Sub(w.Net.Now()))
	w.Must("shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"]}, "")
	w.Must("bank", "bill", "accept-pledge", fields{"id": id}, "")
	until = until.Add(time.Hour)
	consented := fields{"id": id, "act": "TRANSFER", "until": until.Format(time.RFC3339)}
	w.Must("bank", "bill", "consent", consented, "")
	w.Net.Advance(until.Sub(w.Net.Now()))
	w.Refused(fault.Pledged, "shipper", "bill", "transfer", fields{"id": id, "to": w.Party["buyer"]}, "")
	require.Equal(t, "/until", w.Refused(fault.Invalid, "bank", "bill", "consent", consented, "").At)
	consented["until"] = until.Add(2 * time.Second).Format(time.RFC3339)
	w.Must("bank", "bill", "consent", consented, "")
	w.Net.Advance(time.Second)
	w.Must("shipper", "bill", "transfer", fields{"id": id, "to": w.Party["buyer"]}, "")
}

// A pledge goes along with a bill that several come to hold; what they then want needs the bank as before, and its enforcement ends
// their holding and what they proposed.
func TestJointHoldersOfAPledgedBill(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.Must("shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"]}, "")
	w.Must("bank", "bill", "accept-pledge", fields{"id": id}, "")
	together := fields{"id": id, "holders": []string{w.Party["buyer"], w.Party["forwarder"]}, "needs": 2}
	w.Refused(fault.Pledged, "shipper", "bill", "endorse-jointly", together, "")
	w.Must("bank", "bill", "consent", consent(w, id, "ENDORSE"), "")
	w.Must("shipper", "bill", "endorse-jointly", together, "")
	w.Must("buyer", "bill", "accept", fields{"id": id}, "")
	w.Must("forwarder", "bill", "accept", fields{"id": id}, "")
	require.True(t, billOf(w, id).Pledged())
	w.Refused(fault.Pledged, "buyer", "bill", "surrender", fields{"id": id}, "")
	w.Must("bank", "bill", "consent", consent(w, id, "SURRENDER"), "")
	w.Must("buyer", "bill", "surrender", fields{"id": id}, "")
	require.NotNil(t, billOf(w, id).Pledge.Consent, "one of two uses nothing up")
	w.Must("bank", "bill", "revoke-consent", fields{"id": id, "reason": "NOT_AGREED"}, "")
	w.Refused(fault.Pledged, "forwarder", "bill", "surrender", fields{"id": id}, "")
	w.Must("bank", "bill", "enforce", fields{"id": id, "reason": "NON_PAYMENT"}, "")
	b := billOf(w, id)
	require.Nil(t, b.Joint)
	require.Equal(t, []lifecycle.Ref{ref(w, "bank"), ref(w, "bank")}, []lifecycle.Ref{b.Holder, b.Title})
	w.Refused(fault.WrongParty, "buyer", "bill", "surrender", fields{"id": id}, "")
}

// X-11 beside X-06: an annulled surrender puts a pledged bill back under its pledge, and the consent that it took is used up.
func TestAnAnnulledSurrenderIsPledgedAgain(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.Must("shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"]}, "")
	w.Must("bank", "bill", "accept-pledge", fields{"id": id}, "")
	w.Must("bank", "bill", "consent", consent(w, id, "SURRENDER"), "")
	surrender(w, id, "shipper")
	w.Must("line", "bill", "annul-surrender", fields{"id": id, "reason": "COURT_ORDER"}, "")
	w.Refused(fault.Pledged, "shipper", "bill", "surrender", fields{"id": id}, "")
	w.Refused(fault.Pledged, "shipper", "bill", "surrender-for-amendment", fields{"id": id, "reason": "SWTP"}, "")
	w.Must("bank", "bill", "enforce", fields{"id": id, "reason": "COURT_ORDER"}, "")
	require.Equal(t, ref(w, "bank"), billOf(w, id).Holder)
}

// X-12 beside a hold and a part: what was asked for can be taken back under a hold, and nothing goes forward.
func TestAFreezeStopsWhatIsUnderWay(t *testing.T) {
	w := world.New(t)
	id := threeHeld(w, "buyer")
	w.Must("buyer", "bill", "surrender-part", fields{"id": id}, some(1))
	w.Must("customs", "bill", "place-hold", fields{"id": id, "ground": "CUSTOMS_ORDER"}, "")
	w.Refused(fault.OnHold, "line", "bill", "accept-part", fields{"id": id}, "")
	w.Must("buyer", "bill", "withdraw-part", fields{"id": id}, "")
	w.Refused(fault.OnHold, "buyer", "bill", "surrender-part", fields{"id": id}, some(1))
	w.Must("customs", "bill", "lift-hold", fields{"id": id, "hold": 1}, "")
	w.Must("buyer", "bill", "surrender-for-amendment", fields{"id": id, "reason": "COD"}, "")
	w.Must("customs", "bill", "place-hold", fields{"id": id, "ground": "CUSTOMS_ORDER"}, "")
	w.Refused(fault.OnHold, "line", "bill", "accept-surrender", fields{"id": id}, "")
	w.Must("line", "bill", "reject-surrender", fields{"id": id, "reason": "COURT_ORDER"}, "")
	require.Equal(t, ref(w, "buyer"), billOf(w, id).Holder)
}

// A shipper that is its own consignee needs nobody to claim.
func TestAShipperIsItsOwnConsignee(t *testing.T) {
	w := world.New(t)
	id := w.Must("line", "bill", "draft", fields{"shipper": w.Party["forwarder"], "consignee": w.Party["forwarder"]}, world.Fixture("bill-straight")).ID
	w.Must("forwarder", "bill", "approve", fields{"id": id}, "")
	w.Must("line", "bill", "issue", fields{"id": id}, "")
	f := w.Refused(fault.RecipientNotAllowed, "forwarder", "bill", "transfer", fields{"id": id, "to": w.Party["forwarder"]}, "")
	require.Equal(t, []string{"holder", "/to"}, []string{f.Args["why"], f.At})
	surrender(w, id, "forwarder")
	require.Equal(t, ref(w, "forwarder"), billOf(w, id).Claimant)
}
