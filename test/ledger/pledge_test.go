package ledger_test

import (
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

// pledgedBill is a bill that the shipper holds and the bank has a pledge of.
func pledgedBill(w *world.World) string {
	w.TB.Helper()
	id := w.IssuedBill()
	w.Must("shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"]}, "")
	w.Must("bank", "bill", "accept-pledge", fields{"id": id}, "")
	require.True(w.TB, billOf(w, id).Pledged())
	return id
}

func consent(w *world.World, id, act string) fields {
	return fields{"id": id, "act": act, "until": w.Net.Now().Add(time.Hour).Format(time.RFC3339)}
}

func TestTheBankSeesWhatItLendsOn(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	propose := fields{"id": id, "bank": w.Party["bank"]}
	require.Empty(t, read[billView](w, "bank", "bill", id).Content)
	w.Must("shipper", "bill", "propose-pledge", propose, "")
	require.NotEmpty(t, read[billView](w, "bank", "bill", id).Content)
	require.Nil(t, w.Net.PrivateData(terminalOrg, "content/"+id))
	w.Must("bank", "bill", "decline-pledge", fields{"id": id, "reason": "NOT_AGREED"}, "")
	require.Nil(t, billOf(w, id).Pledge)
	require.Nil(t, w.Net.PrivateData(bankOrg, "content/"+id), "the copy is purged with the refusal")

	w.Must("shipper", "bill", "propose-pledge", propose, "")
	w.Must("shipper", "bill", "withdraw-pledge", fields{"id": id}, "")
	require.Empty(t, read[billView](w, "bank", "bill", id).Content, "a copy that is left is shown to nobody")
	w.Must("shipper", "bill", "propose-pledge", propose, "")
	w.Must("shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["bank"]}, "")
	w.Must("bank", "bill", "decline-pledge", fields{"id": id, "reason": "NOT_AGREED"}, "")
	require.NotEmpty(t, read[billView](w, "bank", "bill", id).Content, "the bill is still offered to it")
}

// Everybody but the bank colludes.
func TestAPledgedBillDoesNotMoveWithoutItsBanksPeer(t *testing.T) {
	w := world.New(t)
	id := pledgedBill(w)
	key := "bill/" + id
	require.Contains(t, billOf(w, id).Relying(), bankOrg)
	for name, change := range map[string]func(map[string]any){
		"transfer it":       func(r map[string]any) { r["holder"] = ref(w, "buyer") },
		"drop the pledge":   func(r map[string]any) { delete(r, "pledge") },
		"surrender it":      func(r map[string]any) { r["state"] = bill.Surrendered },
		"make up a consent": func(r map[string]any) { r["pledge"].(map[string]any)["consent"] = consent(w, id, "SURRENDER") },
	} {
		require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("shipper", w.Rewrite(key, nil, change), carrierOrg, portOrg, terminalOrg), name)
	}
	w.Must("bank", "bill", "consent", consent(w, id, "SURRENDER"), "")
	_, plan, err := w.Rehearse("shipper", "bill", "surrender", fields{"id": id}, "", "")
	require.NoError(t, err)
	require.Equal(t, []string{bankOrg, carrierOrg, portOrg}, plan.Endorsers)
	w.Must("bank", "bill", "release-pledge", fields{"id": id}, "")
	require.NotContains(t, billOf(w, id).Relying(), bankOrg)
}

func TestAConsentIsUsedOnce(t *testing.T) {
	w := world.New(t)
	id := pledgedBill(w)
	f := w.Refused(fault.Pledged, "shipper", "bill", "surrender", fields{"id": id}, "")
	require.Equal(t, []string{"X-06", w.Party["bank"], "surrender"}, []string{f.Rule, f.Args["bank"], f.Args["act"]})
	said := possible(w, "shipper", "bill", id, bill.Surrender, 0)
	require.Equal(t, fault.Pledged, said.Fault.Code)
	require.Equal(t, []lifecycle.Act{bill.GiveConsent, bill.ReleasePledge}, []lifecycle.Act{said.Ways[0].Act, said.Ways[1].Act})
	require.Equal(t, w.Party["bank"], said.Ways[0].Party)

	w.Must("bank", "bill", "consent", consent(w, id, "SURRENDER"), "")
	w.Must("bank", "bill", "revoke-consent", fields{"id": id, "reason": "NOT_AGREED"}, "")
	w.Refused(fault.Pledged, "shipper", "bill", "surrender", fields{"id": id}, "")
	w.Must("bank", "bill", "consent", consent(w, id, "SURRENDER"), "")
	w.Net.Advance(time.Hour)
	w.Refused(fault.Pledged, "shipper", "bill", "surrender", fields{"id": id}, "")

	toBuyer := consent(w, id, "ENDORSE")
	toBuyer["to"] = w.Party["buyer"]
	w.Must("bank", "bill", "consent", toBuyer, "")
	require.Equal(t, "/to", w.Refused(fault.Pledged, "shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["forwarder"]}, "").At)
	w.Must("shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Must("buyer", "bill", "reject", fields{"id": id, "reason": "NOT_AGREED"}, "")
	w.Refused(fault.Pledged, "shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Must("bank", "bill", "consent", toBuyerAgain(w, toBuyer), "")
	w.Must("shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["buyer"]}, "")
	w.Must("buyer", "bill", "accept", fields{"id": id}, "")
	require.True(t, billOf(w, id).Pledged(), "the pledge goes with the bill")
	w.Refused(fault.Pledged, "buyer", "bill", "surrender", fields{"id": id}, "")
}

func toBuyerAgain(w *world.World, was fields) fields {
	was["until"] = w.Net.Now().Add(time.Hour).Format(time.RFC3339)
	return was
}

// Once the bank consented to the surrender, the goods go without it, and the pledge ends with them.
func TestGoodsOfAPledgedBillGoOnceItsBankLetThem(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "buyer")
	w.Must("buyer", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"]}, "")
	w.Must("bank", "bill", "accept-pledge", fields{"id": id}, "")
	w.Must("bank", "bill", "consent", consent(w, id, "SURRENDER"), "")
	w.Must("buyer", "bill", "surrender", fields{"id": id}, "")
	w.Must("line", "bill", "accept-surrender", fields{"id": id}, "")
	require.True(t, billOf(w, id).Pledged())
	order := w.RequestedRelease(id)
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	w.Appointed(order, 2)
	w.GatedOut(order, 1)
	last := w.AuthorisedOut(order, 2)
	_, plan, err := w.Rehearse("terminal", "interchange", "record", fields{"id": last}, world.Sheet("gate-sheet-out", 2), world.Salt())
	require.NoError(t, err)
	require.NotContains(t, plan.Endorsers, bankOrg, "no gate waits for the bank or shows it its papers")
	w.Must("terminal", "interchange", "record", fields{"id": last}, world.Sheet("gate-sheet-out", 2))
	require.Equal(t, bill.Accomplished, billOf(w, id).State)
	require.Nil(t, billOf(w, id).Pledge)
}

// Rules.
func TestAPledgeAndADeliveryUnderAGuaranteeExcludeEachOther(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "buyer")
	propose := fields{"id": id, "bank": w.Party["bank"]}
	letter, late := w.ActiveGuarantee(id), w.DraftedGuarantee(id)
	w.Must("buyer", "bill", "propose-pledge", propose, "")
	order := w.RequestedUnderGuarantee(id, letter)
	require.Equal(t, "X-07", w.Refused(fault.ContainerBusy, "bank", "bill", "accept-pledge", fields{"id": id}, "").Rule)
	w.Must("buyer", "release", "cancel", fields{"id": order}, "")
	w.Must("bank", "bill", "accept-pledge", fields{"id": id}, "")
	release := fields{"basis": fields{"type": "LOI", "bill": id, "guarantee": letter}, "terminal": w.Party["terminal"]}
	require.Equal(t, "X-07", w.Refused(fault.Pledged, "buyer", "release", "request", release, world.Fixture("release")).Rule)
	require.Equal(t, "X-07", w.Refused(fault.Pledged, "buyer", "guarantee", "draft", w.GuaranteeOf(id), world.Fixture("guarantee-aa")).Rule)
	w.Must("buyer", "guarantee", "submit", fields{"id": late}, "")
	w.Must("bank", "guarantee", "join", fields{"id": late}, world.Fixture("joinder"))
	require.Equal(t, "X-07", w.Refused(fault.Pledged, "line", "guarantee", "accept", fields{"id": late}, "").Rule)
	require.Equal(t, fault.Pledged, possible(w, "line", "guarantee", late, "accept", 0).Fault.Code)
	w.Must("bank", "bill", "release-pledge", fields{"id": id}, "")

	order = w.RequestedUnderGuarantee(id, letter)
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	w.GatedOut(order, 1)
	require.True(t, read[billView](w, "line", "bill", id).Delivery.UnderLoi)
	require.Equal(t, "X-17", w.Refused(fault.ContainerOut, "buyer", "bill", "propose-pledge", propose, "").Rule)
}

func TestABillThatChangesIsReleasedByItsBankFirst(t *testing.T) {
	w := world.New(t)
	id := pledgedBill(w)
	w.Must("bank", "bill", "consent", consent(w, id, "AMEND"), "")
	w.Must("shipper", "bill", "surrender-for-amendment", fields{"id": id, "reason": "AMD"}, "")
	w.Must("line", "bill", "accept-surrender", fields{"id": id}, "")
	fresh := `{"bills":[` + world.Fixture("bill-order") + `]}`
	require.Equal(t, "X-06", w.Refused(fault.Pledged, "line", "bill", "reissue", fields{"id": id}, fresh).Rule)
	w.Must("bank", "bill", "release-pledge", fields{"id": id}, "")
	w.Must("line", "bill", "reissue", fields{"id": id}, fresh)
}

// The bank's security outlives the loss of control by the holder.
func TestARecoveredBillStaysPledged(t *testing.T) {
	w := world.New(t, railOrg)
	id := w.IssuedBill()
	w.Register("factor", railOrg, false, "CONSIGNEE")
	w.PassOn(id, "shipper", "factor")
	w.Must("factor", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"]}, "")
	w.Must("bank", "bill", "accept-pledge", fields{"id": id}, "")
	openRecovery(w, id)
	for _, guardian := range []string{"terminal", "customs", "bank"} {
		w.Must(guardian, "bill", "support-recovery", fields{"id": id}, "")
	}
	w.Net.Advance(recovery.Wait)
	done := w.Must("line", "bill", "execute-recovery", fields{"id": id}, "")
	stays := billOf(w, done.ID).Pledge
	require.Equal(t, []any{bill.PledgeActive, ref(w, "bank")}, []any{stays.State, stays.Bank})
	w.Must("line", "bill", "hand-over", fields{"id": done.ID}, "")
	require.NotEmpty(t, read[billView](w, "bank", "bill", done.ID).Content)
	w.Refused(fault.Pledged, "buyer", "bill", "surrender", fields{"id": done.ID}, "")
	w.Must("bank", "bill", "release-pledge", fields{"id": done.ID}, "")
	w.Must("buyer", "bill", "surrender", fields{"id": done.ID}, "")
}

// pledgeTerms fills in what the acts on a pledge say: the only bank here, and a consent to anything, for a while.
func (k *walk) pledgeTerms(request fields, act lifecycle.Act) {
	switch act {
	case bill.ProposePledge:
		request["bank"], request["mode"] = k.w.Party["bank"], []string{"LOCK", "LOCK", "POSSESSORY"}[k.pick(3)]
	case bill.AgreeBankControl, bill.ShowToBank:
		request["bank"] = k.w.Party["bank"]
	case bill.ReleaseOnTrust: // refused: nobody signs a receipt here, see TestRandomPledges
		request["receipt"] = world.Salt()
	case pledge.RenewRegistration, pledge.RenewInsurance:
		request["until"] = k.w.Net.Now().Add(time.Hour).Format(time.RFC3339)
	case pledge.AppointSupervisor:
		request["hours"] = 24
	case bill.Transfer:
		if k.pick(5) == 0 {
			request["capacity"] = "POST_BOX"
		}
	case bill.GiveConsent:
		kinds := []string{bill.ConsentTransfer, bill.ConsentEndorse, bill.ConsentSurrender, bill.ConsentAmend, bill.ConsentPart}
		kind := kinds[k.pick(len(kinds))]
		request["act"], request["until"] = kind, k.w.Net.Now().Add(time.Duration(2+k.pick(60))*time.Minute).Format(time.RFC3339)
		if kind != bill.ConsentTransfer && kind != bill.ConsentEndorse || k.pick(2) == 0 {
			delete(request, "to")
		}
	}
}

// consented is the content of an act: a consent names containers where it is to a part of them.
func consented(act lifecycle.Act, request fields, content string) string {
	if act == bill.GiveConsent && request["act"] != bill.ConsentPart {
		return ""
	}
	return content
}

// checkPledge: a pledged bill moves by a consent that names the act, which it uses up, by the answer to such a move, or by
// a step back.
func (k *walk) checkPledge(control json.RawMessage, act lifecycle.Act, is bill.Bill) {
	var was bill.Bill
	require.NoError(k, json.Unmarshal(control, &was))
	if !was.Pledged() {
		return
	}
	trusted := was.Pledge.State == bill.TrustReleased && (act == bill.Surrender || act == bill.SurrenderPart)
	if trusted || is.Joint != nil && is.Joint.Proposal != nil { // the goods may be fetched; or nothing moved yet
		return
	}
	if bill.Consentable(act) {
		given := was.Pledge.Consent
		require.NotNil(k, given, "%s of a pledged bill", act)
		kinds := map[lifecycle.Act]string{bill.Transfer: "TRANSFER", bill.Surrender: "SURRENDER", bill.SurrenderForAmendment: "AMEND", bill.SurrenderPart: "DELIVER_PART"}
		want := kinds[act]
		if want == "" {
			want = "ENDORSE"
		}
		require.Equal(k, want, given.Act, "%s of a pledged bill", act)
		require.Nil(k, is.Pledge.Consent, "a consent is used once")
		return
	}
	answers := []lifecycle.Act{bill.Accept, bill.AcceptSurrender, bill.RejectSurrender, bill.WithdrawSurrender, bill.AnnulSurrender,
		bill.ReleasePledge, bill.Enforce, bill.RecallTrust, bill.ReleaseOnTrust, bill.SettleTrust, bill.AcceptPledgeTransfer}
	if was.Holder != is.Holder || was.State != is.State {
		require.Contains(k, answers, act, "a pledged bill moves")
	}
	if act != bill.ReleasePledge && act != bill.Enforce && act != bill.SettleTrust {
		require.True(k, is.Pledged(), "%s of a pledged bill", act)
	}
}
