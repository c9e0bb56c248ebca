package ledger_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/pledge"
	"portledger/chaincode/recovery"
	"portledger/test/memfabric"
	"portledger/test/world"
)

// deedView is what a reader of a bill is shown of its pledge.
type deedView struct {
	Pledge struct {
		Control     pledge.Deed                `json:"control"`
		Supervision *pledge.Supervision        `json:"supervision"`
		Pieces      map[string]json.RawMessage `json:"pieces"`
		Alarms      []pledge.Alarm             `json:"alarms"`
	} `json:"pledge"`
}

func deedSeen(w *world.World, who, id string) deedView { return read[deedView](w, who, "bill", id) }

// proposed is a bill whose pledge the shipper proposed to a bank, with terms that carry a canary.
func proposed(w *world.World, bank, mode string) string {
	w.TB.Helper()
	id := w.IssuedBill()
	w.Must("shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party[bank], "mode": mode}, "")
	w.Must("shipper", "bill", "state-terms", fields{"id": id}, world.With(world.Fixture("pledge-terms"), "remarks", canary("terms")))
	return id
}

// accepted is a bill with an active pledge.
func accepted(w *world.World, bank, mode string) string {
	w.TB.Helper()
	id := proposed(w, bank, mode)
	w.Must(bank, "bill", "accept-pledge", fields{"id": id, "terms": deedSeen(w, bank, id).Pledge.Control.Commitment}, "")
	return id
}

func until(w *world.World, d time.Duration) string { return w.Net.Now().Add(d).Format(time.RFC3339) }

// What is lent, against what, and what was signed about it is seen by bank and pledgor: not stored nor even shown to the peers
// of carrier, terminal and anybody else, each of which endorses acts on the bill.
func TestTheTermsOfAPledgeAreBetweenBankAndPledgor(t *testing.T) {
	w := world.New(t, railOrg)
	id := accepted(w, "bank", "LOCK")
	w.Must("bank", "bill", "renew-registration", fields{"id": id, "until": until(w, time.Hour)}, world.With(world.Fixture("pledge-registration"), "registryReference", canary("registry")))
	w.Must("shipper", "bill", "renew-insurance", fields{"id": id, "until": until(w, time.Hour)}, world.With(world.Fixture("pledge-insurance"), "insurancePolicy", canary("policy")))
	w.Must("bank", "bill", "appoint-supervisor", fields{"id": id, "to": w.Party["depot"], "hours": 1}, "")
	w.Must("depot", "bill", "report-supervision", fields{"id": id}, world.With(world.Fixture("supervision-report"), "location", canary("report")))
	w.Must("shipper", "bill", "sign-trust-receipt", fields{"id": id}, world.With(world.Fixture("trust-receipt"), "remarks", canary("receipt")))
	w.Must("bank", "bill", "release-on-trust", fields{"id": id, "receipt": deedSeen(w, "bank", id).Pledge.Control.Receipt}, "")
	for _, secret := range []string{"terms", "registry", "policy", "receipt", "report"} {
		require.NotContains(t, string(public(w)), canary(secret))
		for _, org := range everybody {
			entitled := org == bankOrg || org == portOrg || (org == terminalOrg && secret == "report")
			require.Equal(t, entitled, bytes.Contains(seenBy(w, org), []byte(canary(secret))), "%s and the %s", org, secret)
		}
	}
	for who, pieces := range map[string]int{"bank": 5, "shipper": 5, "depot": 1, "line": 0, "terminal": 0, "buyer": 0} {
		require.Len(t, deedSeen(w, who, id).Pledge.Pieces, pieces, who)
	}
	require.NotContains(t, string(public(w)), "161700", "nor any amount")
	w.Must("line", "bill", "place-hold", fields{"id": id, "ground": "CARRIER_CHARGES"}, "")
}

func TestABankIsBoundToTheTermsThatItSaw(t *testing.T) {
	w := world.New(t)
	id := proposed(w, "bank", "LOCK")
	seen := deedSeen(w, "bank", id).Pledge.Control.Commitment
	w.Must("shipper", "bill", "state-terms", fields{"id": id}, world.With(world.Fixture("pledge-terms"), "remarks", "Otherwise"))
	for _, terms := range []fields{{"id": id, "terms": seen}, {"id": id}} {
		require.Equal(t, "/terms", w.Refused(fault.ContentMismatch, "bank", "bill", "accept-pledge", terms, "").At)
	}
	require.Equal(t, "/content/advanceRate", w.Refused(fault.Invalid, "shipper", "bill", "state-terms", fields{"id": id},
		world.With(world.Fixture("pledge-terms"), "advanceRate", "0.9")).At)
	is := deedSeen(w, "bank", id).Pledge
	require.JSONEq(t, world.With(world.Fixture("pledge-terms"), "remarks", "Otherwise"), string(is.Pieces["terms"]))
	// An acceptance that was endorsed before the terms changed comes too late.
	late := w.Endorsed("bank", "bill", "accept-pledge", fields{"id": id, "terms": is.Control.Commitment}, "")
	w.Must("shipper", "bill", "state-terms", fields{"id": id}, world.Fixture("pledge-terms"))
	require.Equal(t, []memfabric.Code{memfabric.MVCCReadConflict}, w.Net.Commit(late))
	w.Must("bank", "bill", "accept-pledge", fields{"id": id, "terms": deedSeen(w, "bank", id).Pledge.Control.Commitment}, "")
	require.Equal(t, "ACTIVE", w.Refused(fault.WrongState, "shipper", "bill", "state-terms", fields{"id": id}, world.Fixture("pledge-terms")).Args["state"])
	w.Refused(fault.WrongParty, "buyer", "bill", "sign-trust-receipt", fields{"id": id}, world.Fixture("trust-receipt"))

	bare := other.issued(w)
	w.Refused(fault.NotFound, "shipper", "bill", "state-terms", fields{"id": bare}, world.Fixture("pledge-terms"))
	w.Must("shipper", "bill", "propose-pledge", fields{"id": bare, "bank": w.Party["bank"]}, "")
	w.Must("bank", "bill", "accept-pledge", fields{"id": bare}, "")
	require.Equal(t, bill.LockMode, billOf(w, bare).Pledge.Mode, "where no mode is named")
}

func TestADeclinedPledgeLeavesNoCopies(t *testing.T) {
	w := world.New(t)
	id := proposed(w, "bank", "LOCK")
	deed := deedSeen(w, "bank", id).Pledge.Control.ID
	require.NotNil(t, w.Net.PrivateData(bankOrg, "pledge-terms/"+deed))
	w.Must("bank", "bill", "decline-pledge", fields{"id": id, "reason": "NOT_AGREED"}, "")
	require.Nil(t, w.Net.PrivateData(bankOrg, "pledge-terms/"+deed))
	require.Nil(t, w.Net.PrivateData(bankOrg, "content/"+id))
}

// Neither the bank, which has the bill, nor the pledgor, who keeps the title, moves it without the other's peer.
func TestAPossessoryPledgeHoldsBothSides(t *testing.T) {
	w := world.New(t)
	id := accepted(w, "bank", "POSSESSORY")
	b := billOf(w, id)
	require.Equal(t, []lifecycle.Ref{ref(w, "bank"), ref(w, "shipper")}, []lifecycle.Ref{b.Holder, b.Title})
	take := func(who string) world.Lie {
		return w.Rewrite("bill/"+id, nil, func(r map[string]any) {
			r["holder"], r["title"] = ref(w, who), ref(w, who)
			delete(r, "pledge")
		})
	}
	require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("bank", take("bank"), carrierOrg, bankOrg, terminalOrg), "the bank and the carrier")
	require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("shipper", take("shipper"), carrierOrg, portOrg, terminalOrg), "the pledgor and the carrier")
	w.Refused(fault.Pledged, "bank", "bill", "transfer", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Refused(fault.NotTitleHolder, "bank", "bill", "surrender", fields{"id": id}, "")
	w.Refused(fault.WrongParty, "shipper", "bill", "surrender", fields{"id": id}, "")
	w.Refused(fault.KindForbids, "bank", "bill", "consent", consent(w, id, "TRANSFER"), "")
	w.Must("bank", "bill", "release-pledge", fields{"id": id}, "")
	require.Equal(t, ref(w, "shipper"), billOf(w, id).Holder)
	require.NotContains(t, billOf(w, id).Relying(), bankOrg)
	w.Must("shipper", "bill", "surrender", fields{"id": id}, "")
}

func TestEnforcementNeedsTheBanksPeerAndTellsThePledgor(t *testing.T) {
	for _, mode := range []string{"LOCK", "POSSESSORY"} {
		w := world.New(t)
		id := accepted(w, "bank", mode)
		lie := w.Rewrite("bill/"+id, nil, func(r map[string]any) {
			r["holder"] = ref(w, "buyer")
			r["pledge"].(map[string]any)["state"] = "ENFORCED"
		})
		require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("shipper", lie, carrierOrg, portOrg, terminalOrg))
		w.Refused(fault.WrongParty, "shipper", "bill", "enforce", fields{"id": id, "reason": "NON_PAYMENT"}, "")
		tx := w.Endorsed("bank", "bill", "enforce", fields{"id": id, "reason": "NON_PAYMENT"}, "")
		require.Contains(t, string(tx.Event.Payload), w.Party["shipper"], "the event names the pledgor")
		require.Equal(t, []memfabric.Code{memfabric.Valid}, w.Net.Commit(tx))
		b := billOf(w, id)
		require.Equal(t, []lifecycle.Ref{ref(w, "bank"), ref(w, "bank")}, []lifecycle.Ref{b.Holder, b.Title})
		require.Equal(t, "NON_PAYMENT", b.Pledge.Default)
		require.NotContains(t, b.Relying(), portOrg)
		w.Must("bank", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["buyer"]}, "")
		w.Must("buyer", "bill", "accept", fields{"id": id}, "")
		require.Nil(t, billOf(w, id).Pledge)
	}
}

// Under a trust receipt the goods go, and the bank's interest is on the record until it is paid.
func TestATrustReceiptIsShownUntilItIsSettled(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "buyer")
	w.Must("buyer", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"], "mode": "POSSESSORY"}, "")
	w.Must("bank", "bill", "accept-pledge", fields{"id": id}, "")
	w.Refused(fault.NotFound, "bank", "bill", "release-on-trust", fields{"id": id, "receipt": world.Salt()}, "")
	w.Must("buyer", "bill", "sign-trust-receipt", fields{"id": id}, world.Fixture("trust-receipt"))
	require.Equal(t, "/receipt", w.Refused(fault.ContentMismatch, "bank", "bill", "release-on-trust", fields{"id": id, "receipt": world.Salt()}, "").At)
	w.Must("bank", "bill", "release-on-trust", fields{"id": id, "receipt": deedSeen(w, "bank", id).Pledge.Control.Receipt}, "")
	w.Refused(fault.Pledged, "buyer", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["forwarder"]}, "")
	require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("buyer", w.Rewrite("bill/"+id, nil, func(r map[string]any) { delete(r, "pledge") }), carrierOrg, portOrg, terminalOrg))
	require.Equal(t, "X-07", w.Refused(fault.Pledged, "buyer", "guarantee", "draft", w.GuaranteeOf(id), world.Fixture("guarantee-aa")).Rule)
	w.Must("buyer", "bill", "surrender", fields{"id": id}, "")
	w.Must("line", "bill", "accept-surrender", fields{"id": id}, "")
	order := w.RequestedRelease(id)
	w.AcceptedRelease(order)
	for line := 1; line <= 2; line++ {
		w.Appointed(order, line)
		w.GatedOut(order, line)
	}
	require.Equal(t, bill.Accomplished, billOf(w, id).State)
	require.Equal(t, bill.TrustReleased, billOf(w, id).Pledge.State)
	w.Refused(fault.WrongParty, "buyer", "bill", "settle-trust", fields{"id": id}, "")
	w.Must("bank", "bill", "settle-trust", fields{"id": id}, "")
	require.Nil(t, billOf(w, id).Pledge)
}

// The bank of another organisation takes over: it sees content and terms first, and from then on nothing moves without its peer.
func TestAPledgePassesBetweenBanksOfTwoOrganisations(t *testing.T) {
	for _, mode := range []string{"LOCK", "POSSESSORY"} {
		w := world.New(t, railOrg)
		w.Register("factor", railOrg, false, "BANK")
		id := accepted(w, "bank", mode)
		terms := deedSeen(w, "bank", id).Pledge.Control.Commitment
		w.Refused(fault.NoOffer, "bank", "bill", "show-terms", fields{"id": id}, "")
		if mode == "LOCK" {
			w.Must("bank", "bill", "consent", consent(w, id, "SURRENDER"), "")
		}
		w.Must("bank", "bill", "offer-pledge-transfer", fields{"id": id, "to": w.Party["factor"]}, "")
		require.NotEmpty(t, read[billView](w, "factor", "bill", id).Content)
		w.Refused(fault.NotFound, "factor", "bill", "accept-pledge-transfer", fields{"id": id, "terms": terms}, "")
		w.Must("bank", "bill", "show-terms", fields{"id": id}, "")
		require.NotEmpty(t, deedSeen(w, "factor", id).Pledge.Pieces["terms"])
		deed := deedSeen(w, "bank", id).Pledge.Control.ID
		w.Must("factor", "bill", "decline-pledge-transfer", fields{"id": id, "reason": "NOT_AGREED"}, "")
		require.Nil(t, w.Net.PrivateData(railOrg, "pledge-terms/"+deed))
		require.Nil(t, w.Net.PrivateData(railOrg, "content/"+id))

		w.Must("bank", "bill", "offer-pledge-transfer", fields{"id": id, "to": w.Party["factor"]}, "")
		w.Must("bank", "bill", "withdraw-pledge-transfer", fields{"id": id}, "")
		w.Must("bank", "bill", "offer-pledge-transfer", fields{"id": id, "to": w.Party["factor"]}, "")
		w.Must("bank", "bill", "show-terms", fields{"id": id}, "")
		require.Equal(t, "/terms", w.Refused(fault.ContentMismatch, "factor", "bill", "accept-pledge-transfer", fields{"id": id}, "").At)
		w.Must("factor", "bill", "accept-pledge-transfer", fields{"id": id, "terms": terms}, "")
		b := billOf(w, id)
		require.Equal(t, ref(w, "factor"), b.Pledge.Bank)
		require.Nil(t, b.Pledge.Consent)
		require.Contains(t, b.Relying(), railOrg)
		require.NotContains(t, b.Relying(), bankOrg)
		require.Equal(t, memfabric.EndorsementPolicyFailure,
			w.Forge("bank", w.Rewrite("bill/"+id, nil, func(r map[string]any) { delete(r, "pledge") }), carrierOrg, portOrg, terminalOrg, bankOrg))
		require.Equal(t, memfabric.EndorsementPolicyFailure,
			w.Forge("bank", w.Rewrite("pledge/"+deed, nil, func(r map[string]any) { r["bank"] = ref(w, "bank") }), carrierOrg, portOrg, terminalOrg, bankOrg))
		w.Refused(fault.WrongParty, "bank", "bill", "release-pledge", fields{"id": id}, "")
		require.NotContains(t, string(seenBy(w, carrierOrg)), canary("terms"))
		w.Must("factor", "bill", "release-pledge", fields{"id": id}, "")
		require.Equal(t, ref(w, "shipper"), billOf(w, id).Holder)
	}
}

func TestAlarmsComeWithTheTime(t *testing.T) {
	w := world.New(t)
	id := accepted(w, "bank", "LOCK")
	w.Refused(fault.NotFound, "depot", "bill", "report-supervision", fields{"id": id}, world.Fixture("supervision-report"))
	w.Must("bank", "bill", "renew-registration", fields{"id": id, "until": until(w, 30*time.Minute)}, world.Fixture("pledge-registration"))
	w.Must("bank", "bill", "renew-insurance", fields{"id": id, "until": until(w, 40*time.Minute)}, world.Fixture("pledge-insurance"))
	w.Must("bank", "bill", "appoint-supervisor", fields{"id": id, "to": w.Party["terminal"], "hours": 1}, "")
	require.Empty(t, deedSeen(w, "bank", id).Pledge.Alarms)
	w.Net.Advance(61 * time.Minute)
	all := []pledge.Alarm{pledge.RegistryExpired, pledge.InsuranceExpired, pledge.SupervisionStopped}
	for _, who := range []string{"bank", "shipper"} {
		require.Equal(t, all, deedSeen(w, who, id).Pledge.Alarms, who)
	}
	require.Empty(t, deedSeen(w, "terminal", id).Pledge.Alarms, "alarms are for bank and pledgor")
	w.Refused(fault.WrongParty, "depot", "bill", "report-supervision", fields{"id": id}, world.Fixture("supervision-report"))
	version := billOf(w, id).Version
	w.Must("terminal", "bill", "report-supervision", fields{"id": id}, world.Fixture("supervision-report"))
	require.Equal(t, version, billOf(w, id).Version, "a heartbeat does not touch the bill")
	w.Must("shipper", "bill", "renew-insurance", fields{"id": id, "until": until(w, time.Hour)}, world.Fixture("pledge-insurance"))
	w.Must("bank", "bill", "renew-registration", fields{"id": id, "until": until(w, time.Hour)}, world.Fixture("pledge-registration"))
	require.Empty(t, deedSeen(w, "bank", id).Pledge.Alarms)
	parts := map[string]int{}
	for _, past := range historyOf(t, w, "bank", "bill", id) {
		parts[past.Part]++
	}
	require.Equal(t, map[string]int{"": 5, "pledge": 7, "supervision": 2}, parts, "a history says which record each act was about")
	w.Must("terminal", "bill", "end-supervision", fields{"id": id, "reason": "NOT_PAID"}, "")
	require.Equal(t, []pledge.Alarm{pledge.SupervisionStopped}, deedSeen(w, "shipper", id).Pledge.Alarms)
	require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("bank", w.Rewrite("supervision/"+deedSeen(w, "bank", id).Pledge.Control.Supervision, nil,
		func(r map[string]any) { r["state"] = "WATCHING" }), carrierOrg, bankOrg, portOrg), "nobody reports in the supervisor's name")
	w.Must("bank", "bill", "appoint-supervisor", fields{"id": id, "to": w.Party["depot"], "hours": 24}, "")
	require.Empty(t, deedSeen(w, "bank", id).Pledge.Alarms)
	w.Refused(fault.WrongParty, "terminal", "bill", "report-supervision", fields{"id": id}, world.Fixture("supervision-report"))
	gone := world.With(world.Fixture("supervision-report"), "findings", "NOT_FOUND")
	w.Must("depot", "bill", "report-supervision", fields{"id": id}, gone)
	for _, who := range []string{"bank", "shipper"} {
		require.Equal(t, []pledge.Alarm{pledge.GoodsNotInOrder}, deedSeen(w, who, id).Pledge.Alarms, "a heartbeat is not all that counts")
	}
	require.Empty(t, deedSeen(w, "line", id).Pledge.Alarms)
	w.Must("depot", "bill", "report-supervision", fields{"id": id}, world.Fixture("supervision-report"))
	require.Empty(t, deedSeen(w, "bank", id).Pledge.Alarms)
	w.Net.Advance(24*time.Hour + time.Second)
	require.Contains(t, deedSeen(w, "bank", id).Pledge.Alarms, pledge.SupervisionStopped, "a warehouse's heartbeat stops as a terminal's does")
}

// Whoever is first has it: two banks, two answers, or the same pledge twice.
func TestOfTwoPledgesAtOnceOneCommits(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("factor", railOrg, false, "BANK")
	id := w.IssuedBill()
	propose := func(bank string) *memfabric.Tx {
		return w.Endorsed("shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party[bank]}, "")
	}
	oneWins(t, w, propose("factor"), propose("bank"), propose("bank"))
	require.Equal(t, ref(w, "factor"), billOf(w, id).Pledge.Bank)
	accept := func() *memfabric.Tx { return w.Endorsed("factor", "bill", "accept-pledge", fields{"id": id}, "") }
	oneWins(t, w, accept(), w.Endorsed("shipper", "bill", "withdraw-pledge", fields{"id": id}, ""), accept())
	require.True(t, billOf(w, id).Pledged())

	w.Must("factor", "bill", "offer-pledge-transfer", fields{"id": id, "to": w.Party["bank"]}, "")
	oneWins(t, w, w.Endorsed("bank", "bill", "accept-pledge-transfer", fields{"id": id}, ""),
		w.Endorsed("factor", "bill", "enforce", fields{"id": id, "reason": "INSOLVENCY"}, ""),
		w.Endorsed("factor", "bill", "release-pledge", fields{"id": id}, ""))
	require.Equal(t, ref(w, "bank"), billOf(w, id).Pledge.Bank)
	w.Must("bank", "bill", "consent", consent(w, id, "TRANSFER"), "")
	use := func(to string) *memfabric.Tx {
		return w.Endorsed("shipper", "bill", "transfer", fields{"id": id, "to": w.Party[to]}, "")
	}
	oneWins(t, w, use("buyer"), use("forwarder"), w.Endorsed("bank", "bill", "revoke-consent", fields{"id": id, "reason": "NOT_AGREED"}, ""))
	require.Nil(t, billOf(w, id).Pledge.Consent)
}

// A post-box has the bill for the shipper: the record shows it, and it cannot act on the shipper's right.
func TestAPostBoxHasTheBillForSomebodyElse(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.Must("shipper", "bill", "transfer", fields{"id": id, "to": w.Party["bank"], "capacity": "POST_BOX"}, "")
	w.Must("bank", "bill", "accept", fields{"id": id}, "")
	require.Equal(t, bill.Custody{Capacity: bill.AsPostBox, From: ref(w, "shipper")}, *billOf(w, id).Custody)
	for act, request := range map[string]fields{"surrender": {"id": id}, "endorse-to-order": {"id": id, "to": w.Party["buyer"]},
		"propose-pledge": {"id": id, "bank": w.Party["bank"]}, "surrender-for-amendment": {"id": id, "reason": "AMD"}} {
		w.Refused(fault.NotTitleHolder, "bank", "bill", act, request, "")
	}
	require.Equal(t, "instructed", w.Refused(fault.RecipientNotAllowed, "bank", "bill", "transfer", fields{"id": id, "to": w.Party["buyer"]}, "").Args["why"])
	require.Equal(t, memfabric.EndorsementPolicyFailure,
		w.Forge("bank", w.Rewrite("bill/"+id, nil, func(r map[string]any) { delete(r, "custody") }), carrierOrg, bankOrg, terminalOrg))
	w.Must("shipper", "bill", "instruct-custodian", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Must("bank", "bill", "transfer", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Must("buyer", "bill", "accept", fields{"id": id}, "")
	require.Nil(t, billOf(w, id).Custody)
}

func TestAStraightBillIsPledgedOnceItsCarrierAgreed(t *testing.T) {
	w := world.New(t)
	id := w.Must("line", "bill", "draft", fields{"shipper": w.Party["shipper"], "consignee": w.Party["buyer"]}, world.Fixture("bill-straight")).ID
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	w.Must("line", "bill", "issue", fields{"id": id}, "")
	w.Must("shipper", "bill", "transfer", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Must("buyer", "bill", "accept", fields{"id": id}, "")
	propose := fields{"id": id, "bank": w.Party["bank"], "mode": "POSSESSORY"}
	w.Refused(fault.KindForbids, "buyer", "bill", "propose-pledge", propose, "")
	w.Must("line", "bill", "agree-bank-control", fields{"id": id, "bank": w.Party["bank"]}, "")
	w.Must("buyer", "bill", "propose-pledge", propose, "")
	w.Must("bank", "bill", "accept-pledge", fields{"id": id}, "")
	w.Must("bank", "bill", "enforce", fields{"id": id, "reason": "NON_PAYMENT"}, "")
	w.Must("bank", "bill", "surrender", fields{"id": id}, "")
}

func TestABankReadsTheFileBeforeItIsAsked(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.Must("shipper", "bill", "show-to-bank", fields{"id": id, "bank": w.Party["bank"]}, "")
	require.NotEmpty(t, read[billView](w, "bank", "bill", id).Content)
	require.NotContains(t, billOf(w, id).Relying(), bankOrg)
	w.Must("shipper", "bill", "transfer", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Must("buyer", "bill", "accept", fields{"id": id}, "")
	require.Empty(t, read[billView](w, "bank", "bill", id).Content)
}

// The bank's organisation is gone for good: nothing here is endorsed by it. Possession and title stay where they were.
func TestADeadBankDoesNotFreezeWhatIsPledgedToIt(t *testing.T) {
	w := world.New(t)
	id := accepted(w, "bank", "LOCK")
	open := fields{"id": id, "ground": recovery.LostPledgee, "claimant": w.Party["buyer"]}
	require.Equal(t, "not-holder", w.Refused(fault.RecipientNotAllowed, "line", "bill", "open-recovery", open, world.Fixture("recovery-evidence")).Args["why"])
	open["claimant"] = w.Party["shipper"]
	w.Must("line", "bill", "open-recovery", open, world.Fixture("recovery-evidence"))
	for _, guardian := range []string{"terminal", "customs"} {
		w.Must(guardian, "bill", "support-recovery", fields{"id": id}, "")
	}
	w.Net.Advance(recovery.Wait)
	_, plan, err := w.Rehearse("line", "bill", "execute-recovery", fields{"id": id}, "", "")
	require.NoError(t, err)
	require.Equal(t, []string{carrierOrg, portOrg, terminalOrg}, plan.Endorsers)
	fresh := w.Must("line", "bill", "execute-recovery", fields{"id": id}, "").ID
	w.Must("line", "bill", "hand-over", fields{"id": fresh}, "")
	was, is := billOf(w, id), billOf(w, fresh)
	require.Nil(t, is.Pledge)
	require.Equal(t, []lifecycle.Ref{was.Holder, was.Title}, []lifecycle.Ref{is.Holder, is.Title})
	require.NotContains(t, is.Relying(), bankOrg)
	w.Must("shipper", "bill", "surrender", fields{"id": fresh}, "")
	w.Refused(fault.BillRecovered, "bank", "bill", "release-pledge", fields{"id": id}, "")
	w.Refused(fault.BillRecovered, "bank", "bill", "renew-registration", fields{"id": id, "until": until(w, time.Hour)}, world.Fixture("pledge-registration"))

	// A bank that lives objects.
	id = otherPledged(w)
	w.Must("line", "bill", "open-recovery", fields{"id": id, "ground": recovery.LostPledgee, "claimant": w.Party["shipper"]}, world.Fixture("recovery-evidence"))
	w.Must("bank", "bill", "object-to-recovery", fields{"id": id}, "")
	w.Refused(fault.WrongState, "line", "bill", "execute-recovery", fields{"id": id}, "")
}

// otherPledged is another bill with an active pledge.
func otherPledged(w *world.World) string {
	w.TB.Helper()
	id := other.issued(w)
	w.Must("shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"]}, "")
	w.Must("bank", "bill", "accept-pledge", fields{"id": id}, "")
	return id
}

// Issuer and holder, who endorse the bill until a bank has a pledge of it, make up that it has one: nobody believes them, and what they
// made up is good for nothing.
func TestNobodySaysThatABankAccepted(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("factor", railOrg, false, "BANK")
	id := w.IssuedBill()
	w.Must("shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"]}, "")
	accepted := w.Rewrite("bill/"+id, nil, func(r map[string]any) { r["pledge"].(map[string]any)["state"] = "ACTIVE" })
	require.Equal(t, memfabric.Valid, w.Forge("shipper", accepted, carrierOrg, portOrg), "before it accepts nobody needs the bank")
	f := w.Refused(fault.NotAnchored, "bank", "bill", "release-pledge", fields{"id": id}, "")
	require.Equal(t, bankOrg, f.Args["org"])
	w.Refused(fault.NotAnchored, "shipper", "bill", "sign-trust-receipt", fields{"id": id}, world.Fixture("trust-receipt"))

	id = otherPledged(w)
	passed := w.Rewrite("bill/"+id, nil, func(r map[string]any) { r["pledge"].(map[string]any)["bank"] = ref(w, "factor") })
	require.Equal(t, memfabric.Valid, w.Forge("shipper", passed, carrierOrg, portOrg, bankOrg), "nor the bank that should have taken it over")
	w.Refused(fault.NotAnchored, "factor", "bill", "enforce", fields{"id": id, "reason": "NON_PAYMENT"}, "")
}
