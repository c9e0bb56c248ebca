package ledger_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/facility"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/pledge"
	"portledger/test/memfabric"
	"portledger/test/world"
)

// onTrust is a bill that the bank released to the shipper on a trust receipt.
func onTrust(w *world.World, mode string) string {
	w.TB.Helper()
	id := accepted(w, "bank", mode)
	w.Must("shipper", "bill", "sign-trust-receipt", fields{"id": id}, world.Fixture("trust-receipt"))
	w.Must("bank", "bill", "release-on-trust", fields{"id": id, "receipt": deedSeen(w, "bank", id).Pledge.Control.Receipt}, "")
	return id
}

// The pledgor does not keep its receipt: the bank takes the bill back into its security, and enforces. Nobody does so without its peer.
func TestADefaultUnderATrustReceipt(t *testing.T) {
	for _, mode := range []string{"LOCK", "POSSESSORY"} {
		w := world.New(t)
		id := onTrust(w, mode)
		recall := fields{"id": id, "reason": "BREACH_OF_TERMS"}
		w.Refused(fault.WrongParty, "line", "bill", "recall-trust", recall, "")
		w.Refused(fault.WrongParty, "shipper", "bill", "recall-trust", recall, "")
		forged := w.Rewrite("bill/"+id, nil, func(r map[string]any) { r["pledge"].(map[string]any)["state"] = "ENFORCED" })
		require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("line", forged, carrierOrg, portOrg, terminalOrg))
		late := w.Endorsed("line", "bill", "place-hold", fields{"id": id, "ground": "CARRIER_CHARGES"}, "")
		w.Must("shipper", "bill", "surrender", fields{"id": id}, "")
		require.Equal(t, []memfabric.Code{memfabric.MVCCReadConflict}, w.Net.Commit(late))
		w.Must("bank", "bill", "recall-trust", recall, "")
		w.Refused(fault.WrongState, "line", "bill", "accept-surrender", fields{"id": id}, "")
		b := billOf(w, id)
		require.Equal(t, []any{bill.PledgeActive, bill.Issued}, []any{b.Pledge.State, b.State})
		require.Equal(t, mode == "POSSESSORY", b.Holder == ref(w, "bank"))
		w.Must("bank", "bill", "enforce", fields{"id": id, "reason": "NON_PAYMENT"}, "")
		require.Equal(t, []lifecycle.Ref{ref(w, "bank"), ref(w, "bank")}, []lifecycle.Ref{billOf(w, id).Holder, billOf(w, id).Title})
		surrender(w, id, "bank")
	}
}

// Once the surrender is accepted the bank can freeze the order, until a court has the surrender annulled; what is gone stays gone.
func TestABankFreezesWhatItReleasedOnTrust(t *testing.T) {
	w := world.New(t)
	id := onTrust(w, "LOCK")
	surrender(w, id, "shipper")
	w.Refused(fault.WrongState, "bank", "bill", "recall-trust", fields{"id": id, "reason": "NON_PAYMENT"}, "")
	order := w.Must("shipper", "release", "request", houseRelease(w, id), own.of("release")).ID
	require.Equal(t, ref(w, "bank"), orderOf(w, order).Control.Bank)
	w.Must("bank", "release", "place-hold", fields{"id": order, "ground": "BANK"}, "")
	w.Must("line", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	require.Equal(t, 1, len(orderOf(w, order).Control.Holds))
	w.Refused(fault.WrongParty, "line", "release", "lift-hold", fields{"id": order, "hold": 1}, "")
	w.Must("line", "bill", "annul-surrender", fields{"id": id, "reason": "COURT_ORDER"}, "")
	w.Must("bank", "bill", "recall-trust", fields{"id": id, "reason": "NON_PAYMENT"}, "")
	w.Must("bank", "bill", "enforce", fields{"id": id, "reason": "NON_PAYMENT"}, "")
	require.Equal(t, ref(w, "bank"), billOf(w, id).Holder)
}

// A pledge that passes on takes registration and insurance along, to the new bank only; both still name the old one, which is told
// until they are renewed. A receipt that was signed to the old bank is none to the new.
func TestWhatGoesAlongWithAPledge(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("factor", railOrg, false, "BANK")
	id := accepted(w, "bank", "LOCK")
	renew := func(who, act, what, value string, d time.Duration) {
		w.Must(who, "bill", "renew-"+act, fields{"id": id, "until": until(w, d)}, world.With(world.Fixture("pledge-"+act), what, value))
	}
	renew("bank", "registration", "registryReference", canary("registry"), time.Hour)
	renew("shipper", "insurance", "insurancePolicy", canary("policy"), time.Hour)
	w.Must("bank", "bill", "appoint-supervisor", fields{"id": id, "to": w.Party["depot"], "hours": 24}, "")
	w.Must("shipper", "bill", "sign-trust-receipt", fields{"id": id}, world.Fixture("trust-receipt"))
	receipt := deedSeen(w, "bank", id).Pledge.Control.Receipt
	w.Must("bank", "bill", "offer-pledge-transfer", fields{"id": id, "to": w.Party["factor"]}, "")
	accept := fields{"id": id, "terms": deedSeen(w, "bank", id).Pledge.Control.Commitment}
	w.Must("bank", "bill", "show-terms", fields{"id": id}, "")
	w.Refused(fault.Duplicate, "bank", "bill", "show-terms", fields{"id": id}, "")
	renew("shipper", "insurance", "insurancePolicy", canary("newer"), 2*time.Hour)
	w.Refused(fault.NotFound, "factor", "bill", "accept-pledge-transfer", accept, "") // it has not seen what is in force
	w.Must("bank", "bill", "show-terms", fields{"id": id}, "")
	require.Len(t, deedSeen(w, "factor", id).Pledge.Pieces, 3)
	w.Must("factor", "bill", "accept-pledge-transfer", accept, "")
	for _, secret := range []string{"terms", "registry", "newer"} {
		for _, org := range everybody {
			require.Equal(t, org == bankOrg || org == portOrg || org == railOrg, bytes.Contains(seenBy(w, org), []byte(canary(secret))), "%s and the %s", org, secret)
		}
	}
	deed := deedSeen(w, "factor", id).Pledge
	require.Contains(t, string(deed.Pieces["registration"]), canary("registry"))
	require.Contains(t, string(deed.Pieces["insurance"]), canary("newer"))
	require.Equal(t, []pledge.Alarm{pledge.SupervisionStopped, pledge.RegistryOfFormer, pledge.InsuranceOfFormer}, deed.Alarms)
	require.Empty(t, deedSeen(w, "bank", id).Pledge.Pieces)
	w.Refused(fault.NotFound, "factor", "bill", "release-on-trust", fields{"id": id, "receipt": receipt}, "")
	w.Refused(fault.WrongParty, "bank", "bill", "renew-registration", fields{"id": id, "until": until(w, time.Hour)}, world.Fixture("pledge-registration"))
	renew("factor", "registration", "registryReference", canary("changed"), time.Hour)
	renew("factor", "insurance", "insurancePolicy", canary("endorsed"), time.Hour)
	w.Must("factor", "bill", "appoint-supervisor", fields{"id": id, "to": w.Party["terminal"], "hours": 24}, "")
	require.Empty(t, deedSeen(w, "factor", id).Pledge.Alarms)
	require.False(t, bytes.Contains(seenBy(w, bankOrg), []byte(canary("changed"))), "what is agreed now is not the old bank's")
}

// A declined pledge leaves none of it behind.
func TestADeclinedTransferLeavesNothing(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("factor", railOrg, false, "BANK")
	id := accepted(w, "bank", "LOCK")
	w.Must("bank", "bill", "renew-registration", fields{"id": id, "until": until(w, time.Hour)}, world.Fixture("pledge-registration"))
	w.Must("bank", "bill", "offer-pledge-transfer", fields{"id": id, "to": w.Party["factor"]}, "")
	w.Must("bank", "bill", "show-terms", fields{"id": id}, "")
	deed := deedSeen(w, "bank", id).Pledge.Control.ID
	require.NotNil(t, w.Net.PrivateData(railOrg, "pledge-registration/"+deed))
	w.Must("factor", "bill", "decline-pledge-transfer", fields{"id": id, "reason": "NOT_AGREED"}, "")
	for _, piece := range []string{"pledge-registration/", "pledge-terms/"} {
		require.Nil(t, w.Net.PrivateData(railOrg, piece+deed), piece)
	}
}

// A part that is repaid is free again on all four accounts, while the pledge stands.
func TestAPartOfAReservationIsFreed(t *testing.T) {
	w := world.New(t)
	id := credit(w, "shipper", "200000", fields{"guarantor": w.Party["forwarder"]})
	bill := own.proposed(w, "bank")
	w.Must("bank", "facility", "reserve", fields{"id": id}, reserving("PLEDGE", bill, "180000"))
	w.Must("bank", "bill", "accept-pledge", fields{"id": bill}, "")
	part := func(amount string) string { return world.With(freeing("PLEDGE", bill), "amount", amount) }
	for _, bad := range []string{"180000", "180000.01"} {
		require.Equal(t, "/content/amount", w.Refused(fault.Invalid, "bank", "facility", "free", fields{"id": id}, part(bad)).At)
	}
	w.Must("bank", "facility", "free", fields{"id": id}, part("100000.50"))
	used, pledgor, guarantor, all := exposure(w, id)
	require.Equal(t, []string{"79999.5", "79999.5", "79999.5", "79999.5"}, []string{used, pledgor, guarantor, all})
	require.Equal(t, "79999.5", read[creditView](w, "bank", "facility", id).Exposure.Reservations[0]["amount"])
	w.Must("bank", "facility", "reserve", fields{"id": id}, reserving("PLEDGE", noBill, "120000.5"))
	w.Refused(fault.FacilityInUse, "bank", "facility", "free", fields{"id": id}, freeing("PLEDGE", bill))
	w.Must("bank", "bill", "release-pledge", fields{"id": bill}, "")
	w.Must("bank", "facility", "free", fields{"id": id}, freeing("PLEDGE", bill))
	used, _, _, all = exposure(w, id)
	require.Equal(t, []string{"120000.5", "120000.5"}, []string{used, all})

	// What is freed while a bank accepts: one of the two happened.
	two := other.proposed(w, "bank")
	w.Must("bank", "facility", "reserve", fields{"id": id}, reserving("PLEDGE", two, "100"))
	late := w.Endorsed("bank", "bill", "accept-pledge", fields{"id": two}, "")
	w.Must("bank", "facility", "free", fields{"id": id}, world.With(freeing("PLEDGE", two), "amount", "50"))
	require.Equal(t, []memfabric.Code{memfabric.MVCCReadConflict}, w.Net.Commit(late))
}

// The limit of the bank holds over pledgors, guarantors and facilities.
func TestTheLimitOfTheBank(t *testing.T) {
	w := world.New(t)
	one := credit(w, "shipper", "100", fields{"bankLimit": "150"})
	two := credit(w, "buyer", "100", nil)
	w.Must("bank", "facility", "reserve", fields{"id": one}, reserving("PLEDGE", noBill, "90"))
	next := "bl-aaaaaaaaaaaaaaaaaaaaaaaaa3"
	f := w.Refused(fault.LimitExceeded, "bank", "facility", "reserve", fields{"id": two}, reserving("PLEDGE", next, "60.01"))
	require.Equal(t, "BANK", f.Args["level"])
	w.Must("bank", "facility", "reserve", fields{"id": two}, reserving("PLEDGE", next, "60"))
	require.Equal(t, facility.Account{Limit: "150", Used: "150"}, read[creditView](w, "bank", "facility", two).Exposure.Bank)
	f = w.Refused(fault.LimitExceeded, "bank", "facility", "change-limit", fields{"id": one}, terms(w, "shipper", "100", fields{"bankLimit": "149"}))
	require.Equal(t, "/content/bankLimit", f.At)
}

// What was reserved in time is not accepted after the facility ran out, nor while it is suspended.
func TestAFacilityIsInForceAtAcceptance(t *testing.T) {
	w := world.New(t)
	id := credit(w, "shipper", "1000", fields{"validUntil": until(w, time.Hour)})
	bill := own.proposed(w, "bank")
	w.Must("bank", "facility", "reserve", fields{"id": id}, reserving("PLEDGE", bill, "100"))
	refused := func(why string, act string, request fields, content string) {
		t.Helper()
		family := map[string]string{"accept-pledge": "bill", "reserve": "facility"}[act]
		require.Equal(t, why, w.Refused(fault.FacilityNotInForce, "bank", family, act, request, content).Args["why"])
	}
	w.Must("bank", "facility", "suspend", fields{"id": id, "reason": "REVIEW"}, "")
	refused("SUSPENDED", "accept-pledge", fields{"id": bill}, "")
	require.Equal(t, fault.FacilityNotInForce, possible(w, "bank", "bill", bill, "accept-pledge", 0).Fault.Code)
	w.Must("bank", "facility", "resume", fields{"id": id}, "")
	w.Net.Advance(time.Hour)
	refused("EXPIRED", "accept-pledge", fields{"id": bill}, "")
	refused("EXPIRED", "reserve", fields{"id": id}, reserving("PLEDGE", noBill, "1"))
	require.Equal(t, fault.FacilityNotInForce, possible(w, "bank", "facility", id, "reserve", 0).Fault.Code)
	w.Must("bank", "facility", "change-limit", fields{"id": id}, terms(w, "shipper", "1000", fields{"validUntil": until(w, time.Hour)}))
	refused("EXPIRED", "accept-pledge", fields{"id": bill}, "")
	w.Must("bank", "facility", "reserve", fields{"id": id}, reserving("PLEDGE", bill, "100")) // extended with the facility
	w.Must("bank", "bill", "accept-pledge", fields{"id": bill}, "")
	used, _, _, _ := exposure(w, id)
	require.Equal(t, "100", used)
}

// A buyer that was shown a bill before a part of it went is shown the balance before it agrees; then the bank settles, which has none of it.
func TestABuyerSeesTheBalanceThatItPaysFor(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("factor", railOrg, false, "CONSIGNEE")
	key := keyOf(w, "bank")
	id := threeHeld(w, "shipper")
	request := sale(w, id)
	request["buyer"] = w.Party["factor"]
	ex := offeredForPayment(w, request)
	w.Must("shipper", "exchange", "show", fields{"id": ex}, "")
	delivered(w, "shipper", id, 1)
	w.Refused(fault.NotShown, "factor", "exchange", "agree", fields{"id": ex}, "")
	w.Must("shipper", "exchange", "show", fields{"id": ex}, "")
	w.Refused(fault.Duplicate, "shipper", "exchange", "show", fields{"id": ex}, "")
	w.Must("factor", "exchange", "agree", fields{"id": ex}, "")
	w.Must("bank", "exchange", "settle", settling(ex, paidFor(w, key, ex, nil)), "")
	require.Equal(t, boxes[1:], partsOf(w, "factor", id).Balance)
}

// The carrier of a straight bill agrees to the bank that takes a pledge over, or it could never pass on.
func TestAStraightBillsPledgePassesOn(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("factor", railOrg, false, "BANK")
	id := w.IssueBill("bill-straight", fields{"consignee": w.Party["buyer"]}, "")
	w.Must("shipper", "bill", "transfer", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Must("buyer", "bill", "accept", fields{"id": id}, "")
	w.Must("line", "bill", "agree-bank-control", fields{"id": id, "bank": w.Party["bank"]}, "")
	w.Must("buyer", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"]}, "")
	w.Refused(fault.Duplicate, "line", "bill", "agree-bank-control", fields{"id": id, "bank": w.Party["factor"]}, "")
	w.Must("bank", "bill", "accept-pledge", fields{"id": id}, "")
	w.Refused(fault.RecipientNotAllowed, "bank", "bill", "offer-pledge-transfer", fields{"id": id, "to": w.Party["factor"]}, "")
	w.Must("line", "bill", "agree-bank-control", fields{"id": id, "bank": w.Party["factor"]}, "")
	require.Equal(t, ref(w, "bank"), billOf(w, id).Pledge.Bank, "it changes nothing by itself")
	w.Must("bank", "bill", "offer-pledge-transfer", fields{"id": id, "to": w.Party["factor"]}, "")
	w.Must("factor", "bill", "accept-pledge-transfer", fields{"id": id}, "")
	require.Equal(t, ref(w, "factor"), billOf(w, id).Pledge.Bank)
	w.Must("factor", "bill", "enforce", fields{"id": id, "reason": "NON_PAYMENT"}, "")
}
