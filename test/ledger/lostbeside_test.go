package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/recovery"
	"portledger/test/world"
)

// recovered opens a recovery on a ground, has it supported and executed, and hands the replacement over. Nothing of it is endorsed by
// the lost organisation.
func recovered(w *world.World, id, ground, claimant, lost string, guardians ...string) string {
	w.TB.Helper()
	w.Must("line", "bill", "open-recovery", fields{"id": id, "ground": ground, "claimant": w.Party[claimant]}, world.Fixture("recovery-evidence"))
	for _, guardian := range guardians {
		w.Must(guardian, "bill", "support-recovery", fields{"id": id}, "")
	}
	w.Refused(fault.RecoveryWaits, "line", "bill", "execute-recovery", fields{"id": id}, "")
	w.Net.Advance(recovery.Wait)
	_, plan, err := w.Rehearse("line", "bill", "execute-recovery", fields{"id": id}, "", "")
	require.NoError(w.TB, err)
	require.NotContains(w.TB, plan.Endorsers, lost)
	fresh := w.Must("line", "bill", "execute-recovery", fields{"id": id}, "").ID
	w.Must("line", "bill", "hand-over", fields{"id": fresh}, "")
	require.NotContains(w.TB, billOf(w, fresh).Relying(), lost)
	return fresh
}

// The bank dies over the documents: bill and presentation both wait for its peer. The presenter gets a bill that nobody examines.
func TestADeadBankDoesNotKeepWhatItExamines(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.CompletePresentation(id)
	w.Refused(fault.BillPresented, "shipper", "bill", "withdraw", fields{"id": id}, "")
	f := w.Refused(fault.NoRecovery, "line", "bill", "open-recovery", fields{"id": id, "ground": recovery.LostPledgee, "claimant": w.Party["shipper"]}, world.Fixture("recovery-evidence"))
	require.Equal(t, "no-pledgee", f.Args["why"])
	fresh := recovered(w, id, recovery.LostExaminer, "shipper", bankOrg, "terminal", "customs")
	b := billOf(w, fresh)
	require.Equal(t, []lifecycle.Ref{ref(w, "shipper"), ref(w, "shipper")}, []lifecycle.Ref{b.Holder, b.Title})
	require.Nil(t, b.Offer)
	w.PassOn(fresh, "shipper", "buyer")

	// A bank that lives objects.
	id = other.issued(w)
	w.CompletePresentation(id)
	w.Must("line", "bill", "open-recovery", fields{"id": id, "ground": recovery.LostExaminer, "claimant": w.Party["shipper"]}, world.Fixture("recovery-evidence"))
	w.Must("bank", "bill", "object-to-recovery", fields{"id": id}, "")
	w.Refused(fault.WrongState, "line", "bill", "execute-recovery", fields{"id": id}, "")
}

// The examining bank dies, the one that lends lives: its security stays on the replacement, without the consent.
func TestAPledgeOutlivesAnotherBanksDeath(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("factor", railOrg, false, "BANK")
	id := w.IssuedBill()
	w.Must("shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["factor"]}, "")
	w.Must("factor", "bill", "accept-pledge", fields{"id": id}, "")
	w.Must("factor", "bill", "consent", consent(w, id, "ENDORSE"), "")
	w.CompletePresentation(id)
	w.Must("factor", "bill", "consent", consent(w, id, "SURRENDER"), "")
	fresh := recovered(w, id, recovery.LostExaminer, "shipper", bankOrg, "terminal", "customs")
	p := billOf(w, fresh).Pledge
	require.Equal(t, []any{bill.PledgeActive, ref(w, "factor")}, []any{p.State, p.Bank})
	require.Nil(t, p.Consent)
	w.Refused(fault.Pledged, "shipper", "bill", "surrender", fields{"id": fresh}, "")
	w.Must("factor", "bill", "enforce", fields{"id": fresh, "reason": "NON_PAYMENT"}, "")
}

// A pledgor's organisation dies, whose bill the bank has: without a recovery the bank could neither give it back nor enforce. Who
// succeeds the pledgor gets what it had, and the bank keeps its security.
func TestADeadPledgorDoesNotKeepTheBankFromItsSecurity(t *testing.T) {
	for _, end := range []lifecycle.Act{bill.Enforce, bill.ReleasePledge} {
		w := world.New(t, railOrg)
		w.Register("importer", railOrg, false, "CONSIGNEE")
		id := w.IssuedBill()
		w.PassOn(id, "shipper", "importer")
		w.Must("importer", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"], "mode": "POSSESSORY"}, "")
		w.Must("bank", "bill", "accept-pledge", fields{"id": id}, "")
		require.Contains(t, billOf(w, id).Relying(), railOrg)
		open := fields{"id": id, "ground": recovery.LostDepositor, "claimant": w.Party["bank"]}
		require.Equal(t, "holder", w.Refused(fault.RecipientNotAllowed, "line", "bill", "open-recovery", open, world.Fixture("recovery-evidence")).Args["why"], "the bank does not inherit")
		fresh := recovered(w, id, recovery.LostDepositor, "buyer", railOrg, "terminal", "customs", "bank")
		b := billOf(w, fresh)
		require.Equal(t, []lifecycle.Ref{ref(w, "bank"), ref(w, "buyer")}, []lifecycle.Ref{b.Holder, b.Title})
		require.Equal(t, bill.Custody{Capacity: bill.AsPledgee, From: ref(w, "buyer")}, *b.Custody)
		require.NotEmpty(t, read[billView](w, "buyer", "bill", fresh).Content)
		w.Must("bank", "bill", string(end), map[lifecycle.Act]fields{bill.Enforce: {"id": fresh, "reason": "INSOLVENCY"}, bill.ReleasePledge: {"id": fresh}}[end], "")
		want := map[lifecycle.Act]string{bill.Enforce: "bank", bill.ReleasePledge: "buyer"}[end]
		surrender(w, fresh, want)
	}
}

// A post-box whose depositor died hands the bill to who succeeds it.
func TestAPostBoxDoesNotKeepTheBillOfTheDead(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("importer", railOrg, false, "CONSIGNEE")
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "importer")
	w.Must("importer", "bill", "transfer", fields{"id": id, "to": w.Party["bank"], "capacity": "POST_BOX"}, "")
	w.Must("bank", "bill", "accept", fields{"id": id}, "")
	fresh := recovered(w, id, recovery.LostDepositor, "buyer", railOrg, "terminal", "customs", "bank")
	w.Must("bank", "bill", "transfer", fields{"id": fresh, "to": w.Party["buyer"]}, "")
	w.Must("buyer", "bill", "accept", fields{"id": fresh}, "")
	require.Equal(t, ref(w, "buyer"), billOf(w, fresh).Title)
	w.Net.Advance(time.Minute)
	surrender(w, fresh, "buyer")
}

// The bank let the bill be amended, and dies while the line has it: neither reissue nor annulment goes on without its peer. Who asked for
// the amendment gets the bill back, free of the pledge.
func TestADeadBankDoesNotKeepABillThatIsAmended(t *testing.T) {
	w := world.New(t)
	id := pledgedBill(w)
	w.Must("bank", "bill", "consent", consent(w, id, "AMEND"), "")
	w.Must("shipper", "bill", "surrender-for-amendment", fields{"id": id, "reason": "AMD"}, "")
	w.Must("line", "bill", "accept-surrender", fields{"id": id}, "")
	require.Contains(t, billOf(w, id).Relying(), bankOrg)
	open := fields{"id": id, "ground": recovery.LostPledgee, "claimant": w.Party["buyer"]}
	require.Equal(t, "not-holder", w.Refused(fault.RecipientNotAllowed, "line", "bill", "open-recovery", open, world.Fixture("recovery-evidence")).Args["why"])
	fresh := recovered(w, id, recovery.LostPledgee, "shipper", bankOrg, "terminal", "customs")
	b := billOf(w, fresh)
	require.Equal(t, []any{bill.Issued, ref(w, "shipper"), ref(w, "shipper")}, []any{b.State, b.Holder, b.Title})
	require.Nil(t, b.Pledge)
	w.Must("shipper", "bill", "surrender-for-amendment", fields{"id": fresh, "reason": "AMD"}, "")
	w.Must("line", "bill", "accept-surrender", fields{"id": fresh}, "")
	w.Must("line", "bill", "reissue", fields{"id": fresh}, `{"bills":[`+world.Fixture("bill-order")+`]}`)
}
