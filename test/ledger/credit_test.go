package ledger_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/release"
	"portledger/test/world"
)

// Credit 信用放货: who may give it to whom, on which terms, and who sees them.

// certified says which status the customs gave the buyer.
func certified(w *world.World, status string) {
	w.TB.Helper()
	w.Must(portOrg, "party", "certify", fields{"id": w.Party["buyer"], "aeoStatus": status}, "")
}

func TestCreditNeedsTermsThatAreDueAhead(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	clear := fields{"id": order, "outcome": "CREDIT"}
	for content, at := range map[string]string{
		"": "/content", `{}`: "/content/dueDate", `{"reference":"CR"}`: "/content/dueDate", `{"dueDate":"2027-01-31"}`: "/content/reference",
		`{"reference":"CR","dueDate":"2027-02-30"}`: "/content/dueDate", `{"reference":"CR","dueDate":"2020-01-31"}`: "/content/dueDate",
		`{"reference":"CR","dueDate":"2027-01-31","amount":"5.00"}`: "/content",
	} {
		f := w.Refused(fault.Invalid, "line", "release", "clear-charges", clear, content)
		if content != `{}` {
			require.Equal(t, at, f.At, content)
		}
	}
	f := w.Refused(fault.Invalid, "line", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, world.Fixture("credit-terms"))
	require.Equal(t, "/content", f.At, "who was paid gives no credit")
	w.Refused(fault.WrongParty, "buyer", "release", "clear-charges", clear, world.Fixture("credit-terms"))
	w.Must("line", "release", "clear-charges", clear, world.Fixture("credit-terms"))

	present(w, "terminal", order, world.Fixture("charge-statement-terminal"))
	for _, bad := range []string{`{"reference":"CR"}`, `{"reference":"CR","dueDate":"2020-01-31"}`} {
		require.Equal(t, "/content/dueDate", w.Refused(fault.Invalid, "terminal", "release", "credit-charges", fields{"id": order}, bad).At)
	}
	require.Equal(t, "/content/dueDate", w.Refused(fault.Invalid, "terminal", "release", "settle-charges", fields{"id": order},
		`{"reference":"TT","dueDate":"2027-01-31"}`).At, "what is paid is not due")
	w.Must("terminal", "release", "credit-charges", fields{"id": order}, `{"reference":"CR-T","dueDate":"2027-01-31"}`)
	require.Equal(t, "CHARGES_CLEARED", w.State("release", order))
	require.Equal(t, "2027-01-31", chargesOf(w, "buyer", order).Charges.Terminal.Statement.Lines[0].Entries[0].Due)
}

func TestCreditIsForWhomTheCustomsCertified(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	present(w, "terminal", order, world.Fixture("charge-statement-terminal"))
	terms, clear := `{"reference":"CR","dueDate":"2027-01-31"}`, fields{"id": order, "outcome": "CREDIT"}
	certified(w, "NONE")
	require.Equal(t, "/outcome", w.Refused(fault.NoCredit, "line", "release", "clear-charges", clear, terms).At)
	w.Refused(fault.NoCredit, "terminal", "release", "credit-charges", fields{"id": order}, terms)
	require.Equal(t, fault.NoCredit, possible(w, "terminal", "release", order, release.CreditCharges, 0).Fault.Code, "and the ledger says so before")
	require.Equal(t, "REQUESTED", w.State("release", order))
	w.Refused(fault.WrongParty, carrierOrg, "party", "certify", fields{"id": w.Party["buyer"], "aeoStatus": "ADVANCED"}, "")
	certified(w, "STANDARD")
	w.Must("line", "release", "clear-charges", clear, terms)
	w.Must("terminal", "release", "credit-charges", fields{"id": order}, terms)
	require.Equal(t, "CHARGES_CLEARED", w.State("release", order))
}

func TestAPayeeMayGiveCreditToAnybody(t *testing.T) {
	w := world.NewWith(t, map[string]string{carrierOrg: `,"charges":{"creditToAnybody":true}`})
	order := w.RequestedRelease(w.SurrenderedBill())
	certified(w, "NONE")
	clear := fields{"id": order, "outcome": "CREDIT"}
	w.Refused(fault.NoCredit, "terminal", "release", "clear-charges", clear, world.Fixture("credit-terms"))
	w.Must("line", "release", "clear-charges", clear, world.Fixture("credit-terms"))
}

func TestTheTermsOfACreditAreSeenByThoseWhomTheyBind(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	secret := canary("terms")
	w.Must("line", "release", "clear-charges", fields{"id": order, "outcome": "CREDIT"}, `{"reference":"`+secret+`","dueDate":"2027-01-31"}`)
	type seen struct {
		Charges struct {
			CarrierTerms json.RawMessage `json:"carrierTerms"`
		} `json:"charges"`
	}
	for _, who := range []string{"line", "buyer"} {
		require.Contains(t, string(read[seen](w, who, "release", order).Charges.CarrierTerms), secret, who)
	}
	for _, who := range []string{"terminal", "trucker", "bank", "line2"} {
		require.Empty(t, read[seen](w, who, "release", order).Charges.CarrierTerms, who)
	}
	require.False(t, bytes.Contains(w.Net.PeerBytes(bankOrg), []byte(secret)))
	require.Nil(t, w.Net.PrivateData(terminalOrg, "credit/"+order+"/CARRIER"), "it endorses the order, sees them pass, and keeps nothing")
	require.NotNil(t, w.Net.PrivateData(carrierOrg, "credit/"+order+"/CARRIER"))
	require.True(t, bytes.Contains(w.Net.PeerBytes(portOrg), []byte(secret)))
}
