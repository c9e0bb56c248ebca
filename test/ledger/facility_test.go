package ledger_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/facility"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/recovery"
	"portledger/test/memfabric"
	"portledger/test/world"
)

// creditView is a facility as its readers get it.
type creditView struct {
	Control  facility.Facility `json:"control"`
	Content  json.RawMessage   `json:"content"`
	Acts     []lifecycle.Act   `json:"acts"`
	Exposure *struct {
		Currency                           string
		Facility, Pledgor, Guarantor, Bank facility.Account
		Reservations                       []fields
	} `json:"exposure"`
}

// terms are a bank's limits for a party.
func terms(w *world.World, pledgor, limit string, more fields) string {
	w.TB.Helper()
	all := fields{"pledgor": w.Party[pledgor], "currency": "USD", "limit": limit}
	for name, value := range more {
		all[name] = value
	}
	return text(all)
}

// credit is a facility of the bank with these terms.
func credit(w *world.World, pledgor, limit string, more fields) string {
	w.TB.Helper()
	id := w.Must("bank", "facility", "open", fields{"witness": terminalOrg}, "").ID
	w.Must("bank", "facility", "change-limit", fields{"id": id}, terms(w, pledgor, limit, more))
	return id
}

func reserving(purpose, document, amount string) string {
	return text(fields{"purpose": purpose, "document": document, "amount": amount, "currency": "USD"})
}

func freeing(purpose, document string) string {
	return text(fields{"purpose": purpose, "document": document})
}

// noBill has the form of a bill's id and is none: what a bank reserves is its own business.
const noBill = "bl-aaaaaaaaaaaaaaaaaaaaaaaaa2"

func exposure(w *world.World, id string) (f, pledgor, guarantor, bank string) {
	w.TB.Helper()
	v := read[creditView](w, "bank", "facility", id)
	require.NotNil(w.TB, v.Exposure)
	return v.Exposure.Facility.Used, v.Exposure.Pledgor.Used, v.Exposure.Guarantor.Used, v.Exposure.Bank.Used
}

func TestAPledgeIsAcceptedWithinAReservation(t *testing.T) {
	w := world.New(t)
	before := own.proposed(w, "bank")
	w.Must("bank", "bill", "accept-pledge", fields{"id": before}, "") // a bank without facilities keeps its books elsewhere
	id := credit(w, "shipper", "500000", nil)
	bill := other.proposed(w, "bank")
	w.Refused(fault.NoReservation, "bank", "bill", "accept-pledge", fields{"id": bill}, "")
	require.Equal(t, fault.NoReservation, possible(w, "bank", "bill", bill, "accept-pledge", 0).Fault.Code, "the bank can tell before it tries")
	buyers := credit(w, "buyer", "500000", nil)
	w.Must("bank", "facility", "reserve", fields{"id": buyers}, reserving("PLEDGE", bill, "180000"))
	w.Refused(fault.NoReservation, "bank", "bill", "accept-pledge", fields{"id": bill}, "") // another's debt
	w.Must("bank", "facility", "free", fields{"id": buyers}, freeing("PLEDGE", bill))
	w.Must("bank", "facility", "reserve", fields{"id": id}, reserving("PLEDGE", bill, "180000"))
	require.Nil(t, possible(w, "bank", "bill", bill, "accept-pledge", 0).Fault)
	w.Must("bank", "bill", "accept-pledge", fields{"id": bill}, "")

	f := w.Refused(fault.FacilityInUse, "bank", "facility", "free", fields{"id": id}, freeing("PLEDGE", bill))
	require.Equal(t, "/content/document", f.At)
	w.Refused(fault.FacilityInUse, "bank", "facility", "close", fields{"id": id}, "")
	w.Must("bank", "bill", "release-pledge", fields{"id": bill}, "")
	w.Must("bank", "facility", "free", fields{"id": id}, freeing("PLEDGE", bill))
	used, pledgor, _, all := exposure(w, id)
	require.Equal(t, []string{"0", "0", "0"}, []string{used, pledgor, all})
	// The same bill once more takes a reservation once more.
	w.Must("shipper", "bill", "propose-pledge", fields{"id": bill, "bank": w.Party["bank"]}, "")
	w.Refused(fault.NoReservation, "bank", "bill", "accept-pledge", fields{"id": bill}, "")
	w.Must("bank", "facility", "close", fields{"id": id}, "")
	w.Refused(fault.NoReservation, "bank", "bill", "accept-pledge", fields{"id": bill}, "")
	w.Must("bank", "facility", "close", fields{"id": buyers}, "")
	w.Must("bank", "bill", "accept-pledge", fields{"id": bill}, "") // the bank works without facilities again
}

func TestAGuaranteeIsJoinedWithinAReservation(t *testing.T) {
	w := world.New(t)
	id := credit(w, "buyer", "900000", fields{"guarantor": w.Party["forwarder"], "guarantorLimit": "800000"})
	bill := w.IssuedBill()
	draft := func() string {
		g := w.Must("buyer", "guarantee", "draft", w.GuaranteeOf(bill), world.Fixture("guarantee-aa")).ID
		w.Must("buyer", "guarantee", "submit", fields{"id": g}, "")
		return g
	}
	g := draft()
	join := func(code fault.Code, content string) {
		w.Refused(code, "bank", "guarantee", "join", fields{"id": g}, content)
	}
	join(fault.NoReservation, world.Fixture("joinder"))
	require.Equal(t, fault.NoReservation, possible(w, "bank", "guarantee", g, "join", 0).Fault.Code)
	w.Must("bank", "facility", "reserve", fields{"id": id}, reserving("GUARANTEE", g, "571199.99")) // 200 % of 285600.00 is a cent more
	join(fault.NoReservation, world.Fixture("joinder"))
	w.Must("bank", "facility", "free", fields{"id": id}, freeing("GUARANTEE", g))
	w.Must("bank", "facility", "reserve", fields{"id": id}, reserving("GUARANTEE", g, "571200"))
	unlimited := world.With(world.With(world.With(world.Fixture("joinder"), "amountType", "UNLIMITED"), "percentOfCif", nil), "cifValue", nil)
	join(fault.NoReservation, world.With(unlimited, "currency", nil))
	w.Must("bank", "guarantee", "join", fields{"id": g}, world.Fixture("joinder"))
	w.Refused(fault.FacilityInUse, "bank", "facility", "free", fields{"id": id}, freeing("GUARANTEE", g))

	// Guarantees of one guarantor count together, whatever facility they are under.
	shippers := credit(w, "shipper", "900000", fields{"guarantor": w.Party["forwarder"]})
	f := w.Refused(fault.LimitExceeded, "bank", "facility", "reserve", fields{"id": shippers}, reserving("PLEDGE", noBill, "228800.01"))
	require.Equal(t, "GUARANTOR", f.Args["level"])
	w.Must("bank", "facility", "reserve", fields{"id": shippers}, reserving("PLEDGE", noBill, "228800"))
	used, pledgor, guarantor, all := exposure(w, shippers)
	require.Equal(t, []string{"228800", "228800", "800000", "800000"}, []string{used, pledgor, guarantor, all})

	w.Must("buyer", "guarantee", "withdraw", fields{"id": g}, "")
	w.Must("bank", "facility", "free", fields{"id": id}, freeing("GUARANTEE", g))
	_, _, guarantor, _ = exposure(w, shippers)
	require.Equal(t, "228800", guarantor)
}

// The bank accepts no terms and takes over no pledge above what it reserved; a bank that passed its pledge on is free.
func TestTheTermsOfAPledgeAreWithinAReservation(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("factor", railOrg, false, "BANK")
	id := credit(w, "shipper", "500000", nil)
	bill := proposed(w, "bank", "LOCK")
	stated := deedSeen(w, "bank", bill).Pledge.Control.Commitment
	accept := fields{"id": bill, "terms": stated}
	w.Must("bank", "facility", "reserve", fields{"id": id}, reserving("PLEDGE", bill, "161699.99"))
	w.Refused(fault.NoReservation, "bank", "bill", "accept-pledge", accept, "")
	w.Refused(fault.Duplicate, "bank", "facility", "reserve", fields{"id": id}, reserving("PLEDGE", bill, "161699.99"))
	w.Must("bank", "facility", "reserve", fields{"id": id}, reserving("PLEDGE", bill, "161700"))
	used, pledgor, _, _ := exposure(w, id)
	require.Equal(t, []string{"161700", "161700"}, []string{used, pledgor}, "raised, not added")
	w.Must("bank", "bill", "accept-pledge", accept, "")

	theirs := w.Must("factor", "facility", "open", fields{"witness": terminalOrg}, "").ID
	w.Must("factor", "facility", "change-limit", fields{"id": theirs}, terms(w, "shipper", "170000", nil))
	w.Must("bank", "bill", "offer-pledge-transfer", fields{"id": bill, "to": w.Party["factor"]}, "")
	w.Must("bank", "bill", "show-terms", fields{"id": bill}, "")
	w.Refused(fault.NoReservation, "factor", "bill", "accept-pledge-transfer", accept, "")
	w.Must("factor", "facility", "reserve", fields{"id": theirs}, reserving("PLEDGE", bill, "161700"))
	w.Refused(fault.FacilityInUse, "bank", "facility", "free", fields{"id": id}, freeing("PLEDGE", bill))
	w.Must("factor", "bill", "accept-pledge-transfer", accept, "")
	w.Must("bank", "facility", "free", fields{"id": id}, freeing("PLEDGE", bill))
	w.Must("factor", "bill", "enforce", fields{"id": bill, "reason": "NON_PAYMENT"}, "")
	w.Must("factor", "facility", "free", fields{"id": theirs}, freeing("PLEDGE", bill)) // it has the goods in place of the loan
}

// A guarantee that is amended upwards takes more of the facility.
func TestAnAmendmentStaysWithinAReservation(t *testing.T) {
	w := world.New(t)
	id := credit(w, "buyer", "600000", nil)
	bill := w.IssuedBill()
	g := w.DraftedGuarantee(bill)
	w.Must("buyer", "guarantee", "submit", fields{"id": g}, "")
	w.Must("bank", "facility", "reserve", fields{"id": id}, reserving("GUARANTEE", g, "571200"))
	w.Must("bank", "guarantee", "join", fields{"id": g}, world.Fixture("joinder"))
	w.Must("line", "guarantee", "accept", fields{"id": g}, "")
	more := world.Fixture("guarantee-amendment")
	w.Refused(fault.NoReservation, "bank", "guarantee", "propose-amendment", fields{"id": g}, more)
	w.Must("line", "guarantee", "propose-amendment", fields{"id": g}, more)
	w.Refused(fault.NoReservation, "bank", "guarantee", "accept-amendment", fields{"id": g}, "")
	require.Equal(t, fault.NoReservation, possible(w, "bank", "guarantee", g, "accept-amendment", 0).Fault.Code)
	w.Must("bank", "facility", "reserve", fields{"id": id}, reserving("GUARANTEE", g, "600000"))
	w.Must("bank", "guarantee", "accept-amendment", fields{"id": g}, "")
	w.Must("buyer", "guarantee", "accept-amendment", fields{"id": g}, "")
	w.Refused(fault.FacilityInUse, "bank", "facility", "free", fields{"id": id}, freeing("GUARANTEE", g))
}

func TestLimitsOfFacilityAndPledgor(t *testing.T) {
	w := world.New(t)
	one := credit(w, "shipper", "100", fields{"pledgorLimit": "150"})
	two := credit(w, "shipper", "100", nil)
	ids := []string{"bl-aaaaaaaaaaaaaaaaaaaaaaaaa3", "bl-aaaaaaaaaaaaaaaaaaaaaaaaa4", "bl-aaaaaaaaaaaaaaaaaaaaaaaaa5"}
	level := func(want, id, document, amount string) {
		t.Helper()
		f := w.Refused(fault.LimitExceeded, "bank", "facility", "reserve", fields{"id": id}, reserving("PLEDGE", document, amount))
		require.Equal(t, want, f.Args["level"])
		require.Equal(t, "/content/amount", f.At)
	}
	level("FACILITY", one, ids[0], "100.01")
	w.Must("bank", "facility", "reserve", fields{"id": one}, reserving("PLEDGE", ids[0], "80"))
	level("FACILITY", one, ids[1], "20.01")
	level("PLEDGOR", two, ids[1], "70.01")
	w.Must("bank", "facility", "reserve", fields{"id": two}, reserving("PLEDGE", ids[1], "70"))
	w.Refused(fault.Duplicate, "bank", "facility", "reserve", fields{"id": two}, reserving("PLEDGE", ids[0], "1"))
	level("PLEDGOR", one, ids[2], "0.01")
	f := w.Refused(fault.LimitExceeded, "bank", "facility", "change-limit", fields{"id": one}, terms(w, "shipper", "79.99", nil))
	require.Equal(t, "/content/limit", f.At)
	f = w.Refused(fault.LimitExceeded, "bank", "facility", "change-limit", fields{"id": one}, terms(w, "shipper", "80", fields{"pledgorLimit": "149"}))
	require.Equal(t, "/content/pledgorLimit", f.At)
	w.Refused(fault.NotFound, "bank", "facility", "free", fields{"id": one}, freeing("PLEDGE", ids[1])) // it is under the other
	w.Must("bank", "facility", "free", fields{"id": two}, freeing("PLEDGE", ids[1]))
	w.Refused(fault.NotFound, "bank", "facility", "free", fields{"id": two}, freeing("PLEDGE", ids[1]))
	used, pledgor, _, all := exposure(w, one)
	require.Equal(t, []string{"80", "80", "80"}, []string{used, pledgor, all})
	require.Equal(t, []fields{{"purpose": "PLEDGE", "document": ids[0], "amount": "80", "currency": "USD"}},
		read[creditView](w, "bank", "facility", one).Exposure.Reservations)
}

func TestWhatIsReservedTiesTheTerms(t *testing.T) {
	w := world.New(t)
	id := credit(w, "shipper", "100", nil)
	w.Must("bank", "facility", "reserve", fields{"id": id}, reserving("PLEDGE", noBill, "1"))
	for place, content := range map[string]string{
		"/content/pledgor":   terms(w, "buyer", "100", nil),
		"/content/guarantor": terms(w, "shipper", "100", fields{"guarantor": w.Party["buyer"]}),
		"/content/currency":  terms(w, "shipper", "100", fields{"currency": "EUR"}),
	} {
		require.Equal(t, place, w.Refused(fault.FacilityInUse, "bank", "facility", "change-limit", fields{"id": id}, content).At)
	}
	w.Must("bank", "facility", "free", fields{"id": id}, freeing("PLEDGE", noBill))
	w.Must("bank", "facility", "change-limit", fields{"id": id}, terms(w, "buyer", "200", fields{"currency": "EUR"}))
	f := w.Refused(fault.Invalid, "bank", "facility", "reserve", fields{"id": id}, reserving("PLEDGE", noBill, "1"))
	require.Equal(t, "/content/currency", f.At)
	w.Refused(fault.UnknownParty, "bank", "facility", "change-limit", fields{"id": id}, world.With(terms(w, "buyer", "1", nil), "pledgor", "PAAAAAAAAAAAAAAAA"))
	w.Refused(fault.RecipientNotAllowed, "bank", "facility", "change-limit", fields{"id": id}, terms(w, "bank", "1", nil))
	f = w.Refused(fault.Invalid, "bank", "facility", "change-limit", fields{"id": id}, terms(w, "buyer", "1", fields{"guarantor": w.Party["buyer"]}))
	require.Equal(t, "/content/guarantor", f.At)
	f = w.Refused(fault.Invalid, "bank", "facility", "change-limit", fields{"id": id}, terms(w, "buyer", "1", fields{"guarantorLimit": "5"}))
	require.Equal(t, "/content/guarantorLimit", f.At)
	w.Refused(fault.Invalid, "bank", "facility", "reserve", fields{"id": id}, reserving("GUARANTEE", noBill, "1")) // a bill is no guarantee
}

func TestASuspendedFacilityTakesNothingMore(t *testing.T) {
	w := world.New(t)
	id := w.Must("bank", "facility", "open", fields{"witness": terminalOrg}, "").ID
	w.Refused(fault.WrongState, "bank", "facility", "reserve", fields{"id": id}, reserving("PLEDGE", noBill, "1"))
	w.Must("bank", "facility", "change-limit", fields{"id": id}, terms(w, "shipper", "100", nil))
	w.Must("bank", "facility", "reserve", fields{"id": id}, reserving("PLEDGE", noBill, "1"))
	w.Must("bank", "facility", "suspend", fields{"id": id, "reason": "REVIEW"}, "")
	w.Refused(fault.WrongState, "bank", "facility", "reserve", fields{"id": id}, reserving("PLEDGE", "bl-aaaaaaaaaaaaaaaaaaaaaaaaa3", "1"))
	w.Must("bank", "facility", "free", fields{"id": id}, freeing("PLEDGE", noBill))
	w.Must("bank", "facility", "resume", fields{"id": id}, "")
	w.Must("bank", "facility", "close", fields{"id": id}, "")
	w.Refused(fault.WrongState, "bank", "facility", "reserve", fields{"id": id}, reserving("PLEDGE", noBill, "1"))
	w.Refused(fault.WrongRole, "buyer", "facility", "open", fields{"witness": terminalOrg}, "")
	f := w.Refused(fault.OneOrganisation, "bank", "facility", "open", fields{"witness": bankOrg}, "")
	require.Equal(t, "/witness", f.At)
}

// The loan goes on when the control of the bill was lost: what is reserved is free when the pledge of the replacement is over.
func TestAReservationFollowsARecoveredBill(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("factor", railOrg, false, "CONSIGNEE")
	id := credit(w, "factor", "100", nil)
	bill := own.issued(w)
	w.PassOn(bill, "shipper", "factor")
	w.Must("factor", "bill", "propose-pledge", fields{"id": bill, "bank": w.Party["bank"]}, "")
	w.Must("bank", "facility", "reserve", fields{"id": id}, reserving("PLEDGE", bill, "100"))
	w.Must("bank", "bill", "accept-pledge", fields{"id": bill}, "")
	openRecovery(w, bill)
	for _, guardian := range []string{"terminal", "customs", "bank"} {
		w.Must(guardian, "bill", "support-recovery", fields{"id": bill}, "")
	}
	w.Net.Advance(recovery.Wait)
	replacement := w.Must("line", "bill", "execute-recovery", fields{"id": bill}, "").ID
	w.Refused(fault.FacilityInUse, "bank", "facility", "free", fields{"id": id}, freeing("PLEDGE", bill))
	w.Must("bank", "bill", "release-pledge", fields{"id": replacement}, "")
	w.Must("bank", "facility", "free", fields{"id": id}, freeing("PLEDGE", bill))
}

// Of two reservations at once one wins; both together would be too much.
func TestTwoReservationsAtOnceNeverExceedALimit(t *testing.T) {
	w := world.New(t)
	one := credit(w, "shipper", "100", fields{"pledgorLimit": "100"})
	two := credit(w, "shipper", "100", nil)
	for name, facilities := range map[string][2]string{"one facility": {one, one}, "two facilities of one pledgor": {one, two}} {
		first := w.Endorsed("bank", "facility", "reserve", fields{"id": facilities[0]}, reserving("PLEDGE", noBill, "60"))
		second := w.Endorsed("bank", "facility", "reserve", fields{"id": facilities[1]}, reserving("PLEDGE", "bl-aaaaaaaaaaaaaaaaaaaaaaaaa3", "60"))
		require.Equal(t, []memfabric.Code{memfabric.Valid, memfabric.MVCCReadConflict}, w.Net.Commit(first, second), name)
		_, pledgor, _, _ := exposure(w, one)
		require.Equal(t, "60", pledgor)
		w.Refused(fault.LimitExceeded, "bank", "facility", "reserve", fields{"id": facilities[1]}, reserving("PLEDGE", "bl-aaaaaaaaaaaaaaaaaaaaaaaaa3", "60"))
		w.Must("bank", "facility", "free", fields{"id": one}, freeing("PLEDGE", noBill))
	}
}

// A reservation is not freed while the pledge that it is for is being accepted, in whichever order the two come.
func TestAFreeAndAnAcceptanceAtOnce(t *testing.T) {
	for name, acceptFirst := range map[string]bool{"the acceptance first": true, "the free first": false} {
		t.Run(name, func(t *testing.T) {
			w := world.New(t)
			id := credit(w, "shipper", "100", nil)
			bill := own.proposed(w, "bank")
			w.Must("bank", "facility", "reserve", fields{"id": id}, reserving("PLEDGE", bill, "100"))
			accept := w.Endorsed("bank", "bill", "accept-pledge", fields{"id": bill}, "")
			free := w.Endorsed("bank", "facility", "free", fields{"id": id}, freeing("PLEDGE", bill))
			order := []*memfabric.Tx{free, accept}
			if acceptFirst {
				order = []*memfabric.Tx{accept, free}
			}
			require.Equal(t, []memfabric.Code{memfabric.Valid, memfabric.MVCCReadConflict}, w.Net.Commit(order...))
			used, _, _, _ := exposure(w, id)
			require.Equal(t, acceptFirst, used == "100")
			require.Equal(t, acceptFirst, billOf(w, bill).Pledged())
		})
	}
}

// The bank's own peer refuses, whatever a person of it sends round the gateway; a token of another reservation is none.
func TestTheBanksPeerEnforcesItsLimits(t *testing.T) {
	w := world.New(t)
	id := credit(w, "shipper", "100", nil)
	bill, reserved := own.proposed(w, "bank"), other.proposed(w, "bank")
	w.Must("bank", "facility", "reserve", fields{"id": id}, reserving("PLEDGE", reserved, "100"))
	_, plan, err := w.Rehearse("bank", "bill", "accept-pledge", fields{"id": reserved}, "", world.Salt())
	require.NoError(t, err)
	require.Contains(t, plan.Endorsers, bankOrg)
	for _, token := range []string{string(plan.Attach["reservation"]), "00", ""} {
		transient := map[string][]byte{}
		if token != "" {
			transient["reservation"] = []byte(token)
		}
		require.NotEmpty(t, codeOf(direct(w, "bank", "bill", "accept-pledge", text(fields{"id": bill}), transient, plan.Endorsers...)))
	}
	// Without the bank's peer Fabric takes no acceptance: it writes into the bank's collection.
	err = direct(w, "bank", "bill", "accept-pledge", text(fields{"id": reserved}), plan.Attach, carrierOrg, portOrg)
	invalid(t, memfabric.EndorsementPolicyFailure, err)
	require.False(t, billOf(w, reserved).Pledged())
	require.NoError(t, direct(w, "bank", "bill", "accept-pledge", text(fields{"id": reserved}), plan.Attach, plan.Endorsers...))
}

// Terms and amounts stay with the bank; a second bank of the same organisation does not see them either. Neither the public keys
// nor the hashes of private ones tell whom a facility is for, or what.
func TestAFacilityIsTheBanksAlone(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("bank2", bankOrg, false, "BANK")
	id := credit(w, "shipper", "483971.25", fields{"remarks": canary("terms"), "guarantor": w.Party["forwarder"], "guarantorLimit": "719283"})
	bill := own.proposed(w, "bank")
	w.Must("bank", "facility", "reserve", fields{"id": id}, world.With(reserving("PLEDGE", bill, "271828.18"), "remarks", canary("reservation")))
	w.Must("bank", "bill", "accept-pledge", fields{"id": bill}, "")
	for _, needle := range []string{canary("terms"), canary("reservation"), "483971", "271828", "719283"} {
		require.False(t, bytes.Contains(public(w), []byte(needle)), needle)
		for _, org := range everybody {
			require.Equal(t, org == bankOrg, bytes.Contains(seenBy(w, org), []byte(needle)), "%s at %s", needle, org)
		}
	}
	for _, who := range []string{"bank2", "shipper", "line", "terminal"} {
		v := read[creditView](w, who, "facility", id)
		require.Empty(t, v.Content, who)
		require.Nil(t, v.Exposure, who)
	}
	record, err := json.Marshal(read[creditView](w, "line", "facility", id).Control)
	require.NoError(t, err)
	for _, party := range []string{"shipper", "forwarder"} {
		require.NotContains(t, string(record), w.Party[party])
	}
	block := public(w)
	for _, name := range []string{"PLEDGOR", "GUARANTOR", "FACILITY", "PLEDGE"} {
		for _, of := range []string{w.Party["shipper"], w.Party["forwarder"], id, bill} {
			for _, key := range []string{"exposure/" + of, "reserved/" + of, "accepted/" + of, "exposure/" + name + "/" + of, "earmark/" + id + "/" + of} {
				sum := sha256.Sum256([]byte(key))
				require.False(t, bytes.Contains(block, sum[:]), key)
			}
		}
	}
	stranger := w.Person["shipper"]
	stranger.MSP = bankOrg
	_, err = stranger.Evaluate("facility:Read", []string{id}, nil)
	w.Refusal(fault.WrongParty, err)
	_, err = stranger.Evaluate("facility:Act", []string{"reserve", text(fields{"id": id})}, map[string][]byte{
		"content": []byte(reserving("PLEDGE", bill, "1")), "salt": []byte(world.Salt())})
	w.Refusal(fault.WrongParty, err)
}

// What the transactions of a facility read and write in public is its own record alone: no block links it to a bill or a party.
func TestNoBlockLinksAFacilityToABill(t *testing.T) {
	w := world.New(t)
	id := credit(w, "shipper", "100", nil)
	bill := own.proposed(w, "bank")
	for _, step := range []struct{ act, content string }{
		{"reserve", reserving("PLEDGE", bill, "100")}, {"free", freeing("PLEDGE", bill)}, {"change-limit", terms(w, "shipper", "200", nil)},
	} {
		tx := w.Endorsed("bank", "facility", step.act, fields{"id": id}, step.content)
		require.Equal(t, []string{bankOrg}, tx.Endorsers, step.act)
		payload, _ := w.Net.Attestation(tx)
		require.False(t, bytes.Contains(payload, []byte(bill)), step.act)
		require.False(t, bytes.Contains(payload, []byte(w.Party["shipper"])), step.act)
		require.Equal(t, []memfabric.Code{memfabric.Valid}, w.Net.Commit(tx))
	}
}
