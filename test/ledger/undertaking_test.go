package ledger_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/contract"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/test/world"
)

func parsed[V any](t *testing.T, answer []byte) V {
	t.Helper()
	var v V
	require.NoError(t, json.Unmarshal(answer, &v))
	return v
}

func letterOf(id string) fields { return fields{"id": id} }

// year2026 is the Chinese year at the bank's place, by its public arrangement.
func year2026() fields {
	return fields{"id": "CN-XMN", "witness": portOrg, "utcOffset": "+08:00", "firstYear": 2026, "lastYear": 2026,
		"weekend": []string{"SA", "SU"}, "workdays": []string{"2026-01-04", "2026-02-14"},
		"holidays": []string{"2026-01-01", "2026-01-02", "2026-01-03", "2026-02-16", "2026-02-17"}}
}

// joinedBy is an active guarantee whose bank joined with these terms and, where one is named, a calendar.
func joinedBy(w *world.World, bill, calendar, joinder string) string {
	w.TB.Helper()
	id := w.DraftedGuarantee(bill)
	w.Must("buyer", "guarantee", "submit", letterOf(id), "")
	join := letterOf(id)
	if calendar != "" {
		join["calendar"] = calendar
	}
	w.Must("bank", "guarantee", "join", join, joinder)
	w.Must("line", "guarantee", "accept", letterOf(id), "")
	return id
}

func TestBusinessDaysArePublishedByTheirOrganisation(t *testing.T) {
	w := world.New(t)
	f := w.Refused(fault.WrongRole, "bank", "org", "publish-calendar", year2026(), "")
	require.Equal(t, "REGISTRAR", f.Args["roles"])
	lonely := year2026()
	delete(lonely, "witness")
	require.Equal(t, "/witness", w.Refused(fault.Invalid, bankOrg, "org", "publish-calendar", lonely, "").At)
	unordered := year2026()
	unordered["holidays"] = []string{"2026-02-16", "2026-01-02"}
	require.Equal(t, "/holidays/1", w.Refused(fault.Invalid, bankOrg, "org", "publish-calendar", unordered, "").At)
	done := w.Must(bankOrg, "org", "publish-calendar", year2026(), "")
	require.Equal(t, contract.Outcome{Family: "calendar", ID: "BankMSP/CN-XMN", State: "PUBLISHED", Version: 1}, done)

	w.Net.Advance(10 * 24 * time.Hour)
	past := year2026()
	past["holidays"] = []string{"2026-01-01", "2026-01-02", "2026-01-03", "2026-01-05"}
	require.Equal(t, "past", w.Refused(fault.Invalid, bankOrg, "org", "publish-calendar", past, "").Args["check"])
	future := year2026()
	future["holidays"] = []string{"2026-01-01", "2026-01-02", "2026-01-03", "2026-05-01"}
	require.Equal(t, 2, w.Must(bankOrg, "org", "publish-calendar", future, "").Version)
	require.Equal(t, fault.NotFound, codeOf(unknownCalendar(w)))
}

func unknownCalendar(w *world.World) error {
	id := w.DraftedGuarantee(w.IssuedBill())
	w.Must("buyer", "guarantee", "submit", letterOf(id), "")
	_, err := w.Try("bank", "guarantee", "join", fields{"id": id, "calendar": "TerminalMSP/CN-XMN"}, world.Fixture("joinder"))
	return err
}

// URDG 758 arts 20 and 24: five business days at the bank's place, and then no rejection any more.
func TestABankThatIsLateCannotReject(t *testing.T) {
	w := world.New(t)
	w.Must(bankOrg, "org", "publish-calendar", year2026(), "")
	id := joinedBy(w, w.IssuedBill(), "BankMSP/CN-XMN", world.Fixture("joinder"))
	require.Equal(t, "2027-11-22T16:00:00Z", guaranteeOf(w, id).Terms.Ends, "the Monday after a Saturday ends where the bank is")
	w.Must("line", "guarantee", "demand", letterOf(id), world.Fixture("demand"))
	require.Equal(t, "2026-01-08T16:00:00Z", guaranteeOf(w, id).Claim.Due, "a worked Sunday, four weekdays")
	w.Net.Advance(time.Date(2026, 1, 8, 16, 0, 0, 0, time.UTC).Sub(w.Net.Now()))
	reject := fields{"id": id, "reason": "DISCREPANCIES"}
	f := w.Refused(fault.DeadlinePassed, "bank", "guarantee", "reject-demand", reject, world.Fixture("rejection"))
	require.Equal(t, "2026-01-08T16:00:00Z", f.Args["until"])
	w.Must("bank", "guarantee", "pay", letterOf(id), "")
}

func TestWithoutACalendarWeekdaysCount(t *testing.T) {
	w := world.New(t)
	id := joinedBy(w, w.IssuedBill(), "", world.Fixture("joinder"))
	w.Must("line", "guarantee", "demand", letterOf(id), world.Fixture("demand"))
	require.Equal(t, "2026-01-09T00:00:00Z", guaranteeOf(w, id).Claim.Due)
	w.Net.Advance(time.Date(2026, 1, 8, 23, 59, 0, 0, time.UTC).Sub(w.Net.Now()))
	w.Must("bank", "guarantee", "reject-demand", fields{"id": id, "reason": "DISCREPANCIES"}, world.Fixture("rejection"))
}

// X-03, and URDG 758 art 25: what is over ends, by anybody, unless goods went out on it.
func TestAGuaranteeExpires(t *testing.T) {
	w := world.New(t)
	bill := w.IssuedBill()
	id := joinedBy(w, bill, "", world.With(world.With(world.Fixture("joinder"), "issueDate", "2026-01-01"), "expiryDate", "2026-01-30"))
	order := w.RequestedUnderGuarantee(bill, id)
	require.Equal(t, fault.NotExpired, codeOf(tryTo(w, "trucker", "expire", id)))
	w.Net.Advance(31 * 24 * time.Hour)
	f := w.Refused(fault.GuaranteeInUse, "trucker", "guarantee", "expire", letterOf(id), "")
	require.Equal(t, "X-03", f.Rule)
	require.Equal(t, "live-order", f.Args["why"])
	require.Equal(t, fault.DeadlinePassed, codeOf(tryTo(w, "line", "demand", id)))
	w.Must("line", "release", "reject", fields{"id": order, "reason": "OTHER"}, "")
	f = w.Refused(fault.NoBasis, "buyer", "release", "request",
		fields{"basis": fields{"type": "LOI", "bill": bill, "guarantee": id}, "terminal": w.Party["terminal"]}, world.Fixture("release"))
	require.Equal(t, "X-01", f.Rule, "nothing is released on what nobody can claim under")
	require.Equal(t, "EXPIRED", string(w.Must("trucker", "guarantee", "expire", letterOf(id), "").State))
	// What ended by itself does not hold up the bill.
	w.PassOn(bill, "shipper", "buyer")
	surrender(w, bill, "buyer")
	require.Equal(t, guarantee.Expired, guaranteeOf(w, id).State)
}

func tryTo(w *world.World, who, act, id string) error {
	content := map[string]string{"demand": "demand", "propose-amendment": "guarantee-amendment"}[act]
	if content != "" {
		content = world.Fixture(content)
	}
	_, err := w.Try(who, "guarantee", act, letterOf(id), content)
	return err
}

func TestAnUndertakingWithoutEndStandsThreeYears(t *testing.T) {
	w := world.New(t)
	open := world.With(world.With(world.Fixture("joinder"), "validityType", "OPEN"), "expiryDate", nil)
	id := joinedBy(w, w.IssuedBill(), "", open)
	require.Equal(t, "2029-11-21T00:00:00Z", guaranteeOf(w, id).Terms.Ends, "URDG 758 art 25(c)")
}

// goods that left are a liability until their bill is surrendered.
func TestAGuaranteeStandsForGoodsThatLeft(t *testing.T) {
	w := world.New(t)
	bill := w.IssuedBill()
	id := w.ActiveGuarantee(bill)
	order := w.RequestedUnderGuarantee(bill, id)
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	w.GatedOut(order, 1)
	f := w.Refused(fault.GuaranteeInUse, "line", "guarantee", "release", letterOf(id), "")
	require.Equal(t, "delivered", f.Args["why"])
	w.Must("line", "guarantee", "suspend", fields{"id": id, "reason": "BANK_RATING"}, "")
	require.Equal(t, "GATED_OUT", w.State("release", order), "the container that left is still to come back, the other stays inside")
}

// the surrender during a claim is noted and discharges nothing; the beneficiary gives the guarantee up afterwards.
func TestASurrenderDuringAClaim(t *testing.T) {
	w := world.New(t)
	bill := w.IssuedBill()
	id := w.ActiveGuarantee(bill)
	w.Must("line", "guarantee", "demand", letterOf(id), world.Fixture("demand"))
	w.PassOn(bill, "shipper", "buyer")
	surrender(w, bill, "buyer")
	g := guaranteeOf(w, id)
	require.Equal(t, guarantee.Claimed, g.State)
	require.True(t, g.Bills[0].Surrendered)
	w.Must("bank", "guarantee", "pay", letterOf(id), "")
	require.Equal(t, "DISCHARGED", string(w.Must("line", "guarantee", "release", letterOf(id), "").State))
}

// Domain facts 5.4: two different persons of the beneficiary.
func TestTwoPersonsTakeAHighRisk(t *testing.T) {
	w := world.New(t)
	clean := world.Fixture("guarantee-aa")
	for member, value := range map[string]any{"type": "CLEAN_ON_BOARD", "igForm": nil, "guarantorBank": nil, "deliverTo": nil} {
		clean = world.With(clean, member, value)
	}
	bill := w.IssuedBill()
	id := w.Must("shipper", "guarantee", "draft", fields{"kind": "CLEAN_ON_BOARD", "beneficiary": w.Party["line"], "bills": []string{bill}}, clean).ID
	w.Must("shipper", "guarantee", "submit", letterOf(id), "")
	require.Equal(t, "SUBMITTED", string(w.Must("line", "guarantee", "accept", letterOf(id), "").State))
	w.Refused(fault.SecondPerson, "line", "guarantee", "accept", letterOf(id), "")
	w.Enrol("colleague", carrierOrg, w.Party["line"], "CARRIER")
	require.Equal(t, "ACTIVE", string(w.Must("colleague", "guarantee", "accept", letterOf(id), "").State))
	f := w.Refused(fault.NoBasis, "buyer", "release", "request",
		fields{"basis": fields{"type": "LOI", "bill": bill, "guarantee": id}, "terminal": w.Party["terminal"]}, world.Fixture("release"))
	require.Equal(t, "X-01", f.Rule, "X-22: it is the basis of nothing")
	for _, fraud := range []string{"ANTEDATED", "ADVANCED"} {
		f := w.Refused(fault.FraudulentKind, "shipper", "guarantee", "draft",
			fields{"kind": fraud, "beneficiary": w.Party["line"], "bills": []string{bill}}, clean)
		require.Equal(t, "X-22", f.Rule)
	}
}

// Who brings another account, demand or amendment along than the one that all keep is refused by every endorser.
func TestNobodyBringsAnotherAccount(t *testing.T) {
	w := world.New(t)
	id := w.ActiveGuarantee(w.IssuedBill())
	w.Must("line", "guarantee", "demand", letterOf(id), world.With(world.Fixture("demand"), "extendTo", "2028-01-31"))
	_, plan, err := w.Rehearse("bank", "guarantee", "extend", letterOf(id), "", "")
	require.NoError(t, err)
	require.Equal(t, []string{bankOrg, carrierOrg, portOrg}, plan.Endorsers)
	for _, piece := range []string{"account", "demand"} {
		lie := map[string][]byte{"account": plan.Attach["account"], "demand": plan.Attach["demand"]}
		lie[piece] = bytes.Replace(lie[piece], []byte("2"), []byte("3"), 1)
		require.NotEqual(t, plan.Attach[piece], lie[piece])
		require.Equal(t, fault.ContentMismatch, codeOf(direct(w, "bank", "guarantee", "extend", text(letterOf(id)), lie, plan.Endorsers...)), piece)
	}
	none := map[string][]byte{}
	require.Equal(t, fault.PrivateInputMissing, codeOf(direct(w, "bank", "guarantee", "extend", text(letterOf(id)), none, plan.Endorsers...)))
	w.Must("bank", "guarantee", "extend", letterOf(id), "")
}

// Statements and amounts stay with applicant, beneficiary and bank: not in a block, not before the terminal's peer.
func TestDemandsStayWithThoseWhoAreBound(t *testing.T) {
	w := world.New(t, railOrg)
	bill := w.IssuedBill()
	id := w.Must("buyer", "guarantee", "draft", w.GuaranteeOf(bill), world.Fixture("guarantee-aa")).ID
	w.Must("buyer", "guarantee", "submit", letterOf(id), "")
	w.Must("bank", "guarantee", "join", letterOf(id), world.With(world.Fixture("joinder"), "cifValue", "4242.42"))
	w.Must("line", "guarantee", "accept", letterOf(id), "")
	w.RequestedUnderGuarantee(bill, id) // the terminal now takes part in what is delivered of the bill
	demand := marked(t, world.Fixture("demand"), "The applicant", "demand")
	w.Must("line", "guarantee", "demand", letterOf(id), world.With(demand, "amount", "1313.13"))
	w.Must("bank", "guarantee", "reject-demand", fields{"id": id, "reason": "DISCREPANCIES"},
		marked(t, world.Fixture("rejection"), "The supporting statement", "rejection"))
	w.Must("line", "guarantee", "demand", letterOf(id), world.With(demand, "amount", "1313.13"))
	w.Must("bank", "guarantee", "pay", letterOf(id), "")
	w.Must("bank", "guarantee", "propose-amendment", letterOf(id),
		marked(t, world.With(world.Fixture("guarantee-amendment"), "amount", "8484.84"), "The amount is stated", "amendment"))
	w.Must("buyer", "guarantee", "accept-amendment", letterOf(id), "")
	w.Must("line", "guarantee", "accept-amendment", letterOf(id), "")
	secrets := []string{canary("demand"), canary("rejection"), canary("amendment"), "1313.13", "8484.84", "7171.71"}
	for _, secret := range secrets {
		require.NotContains(t, string(public(w)), secret)
		for _, org := range []string{terminalOrg, railOrg} {
			require.NotContains(t, string(seenBy(w, org)), secret, org)
		}
		for _, org := range []string{carrierOrg, bankOrg, portOrg} {
			require.Contains(t, string(seenBy(w, org)), secret, org)
		}
	}
	for who, entitled := range map[string]bool{"line": true, "bank": true, "buyer": true, "forwarder": false, "line2": false, "terminal": false} {
		view := read[guaranteeView](w, who, "guarantee", id)
		require.Equal(t, entitled, len(view.Pieces) > 0, who)
		if entitled {
			require.JSONEq(t, `{"amount":"8484.84","currency":"USD","paid":"1313.13","remaining":"7171.71"}`, string(view.Pieces["account"]), who)
		}
	}
}

// Which acts are open is what an attempt gets, in every state that a guarantee passes.
func TestOpenActsAgreeWithAttempts(t *testing.T) {
	w := world.New(t)
	id := w.ActiveGuarantee(w.IssuedBill())
	check := func(who string, want ...string) {
		t.Helper()
		var allowed []string
		for _, p := range possibilities(w, who, "guarantee", id).Acts {
			if p.Allowed {
				allowed = append(allowed, string(p.Act))
			}
		}
		slices.Sort(allowed)
		require.Equal(t, want, allowed, who)
	}
	check("line", "demand", "propose-amendment", "release", "suspend")
	check("bank", "propose-amendment")
	check("buyer", "propose-amendment")
	w.Must("bank", "guarantee", "propose-amendment", letterOf(id), world.Fixture("guarantee-amendment"))
	check("line", "accept-amendment", "demand", "reject-amendment", "release", "suspend")
	check("bank", "withdraw-amendment")
	w.Must("line", "guarantee", "demand", letterOf(id), world.Fixture("demand"))
	check("line")
	check("bank", "pay", "reject-demand")
	check("buyer", "pay")
	w.Must("buyer", "guarantee", "pay", letterOf(id), "")
	w.Must("line", "guarantee", "suspend", fields{"id": id, "reason": "BANK_RATING"}, "")
	check("line", "release", "resume")
}

// A record does not grow with what happened to it.
func TestARecordStaysSmall(t *testing.T) {
	w := world.New(t)
	id := w.ActiveGuarantee(w.IssuedBill())
	round := func() int {
		w.Must("line", "guarantee", "demand", letterOf(id), world.With(world.Fixture("demand"), "amount", "0.01"))
		w.Must("bank", "guarantee", "reject-demand", fields{"id": id, "reason": "DISCREPANCIES"}, world.Fixture("rejection"))
		w.Must("bank", "guarantee", "propose-amendment", letterOf(id), world.Fixture("guarantee-amendment"))
		w.Must("line", "guarantee", "reject-amendment", fields{"id": id, "reason": "NOT_AGREED"}, "")
		return len(strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return -1
			}
			return r
		}, text(guaranteeOf(w, id))))
	}
	first := round()
	var last int
	for range 5 {
		last = round()
	}
	require.InDelta(t, first, last, 100)
}
