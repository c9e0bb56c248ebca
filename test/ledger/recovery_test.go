package ledger_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/contract"
	"portledger/chaincode/fault"
	"portledger/chaincode/recovery"
	"portledger/test/memfabric"
	"portledger/test/world"
)

type recoveryView struct {
	Control  bill.Bill `json:"control"`
	Recovery struct {
		Control  recovery.Recovery `json:"control"`
		Evidence json.RawMessage   `json:"evidence"`
		Acts     []string          `json:"acts"`
	} `json:"recovery"`
	Acts []string `json:"acts"`
}

// lostWithTheBank is an order bill that the bank holds when its organisation dies; the buyer is to have the replacement.
func lostWithTheBank(w *world.World) string {
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "bank")
	return id
}

func openRecovery(w *world.World, id string) {
	w.Must("line", "bill", "open-recovery", fields{"id": id, "ground": "DEAD_ORGANISATION", "claimant": w.Party["buyer"]}, world.Fixture("recovery-evidence"))
}

func supportedAndDue(w *world.World, id string) {
	openRecovery(w, id)
	w.Must("terminal", "bill", "support-recovery", fields{"id": id}, "")
	w.Must("customs", "bill", "support-recovery", fields{"id": id}, "")
	w.Net.Advance(recovery.Wait)
}

// The bank is gone for good. Nothing here is endorsed or called by it.
func TestADeadOrganisationDoesNotFreezeTheCargo(t *testing.T) {
	w := world.New(t)
	id := lostWithTheBank(w)
	lost := billOf(w, id)
	openRecovery(w, id)
	f := w.Refused(fault.SupportMissing, "line", "bill", "execute-recovery", fields{"id": id}, "")
	require.Equal(t, "PortMSP, TerminalMSP", f.Args["orgs"])
	w.Must("terminal", "bill", "support-recovery", fields{"id": id}, "")
	w.Refused(fault.Duplicate, "depot", "bill", "support-recovery", fields{"id": id}, "")
	w.Must("customs", "bill", "support-recovery", fields{"id": id}, "")
	w.Net.Advance(recovery.Wait - time.Minute)
	w.Refused(fault.RecoveryWaits, "line", "bill", "execute-recovery", fields{"id": id}, "")
	w.Net.Advance(time.Minute)
	_, plan, err := w.Rehearse("line", "bill", "execute-recovery", fields{"id": id}, "", "")
	require.NoError(t, err)
	require.Equal(t, []string{carrierOrg, portOrg, terminalOrg}, plan.Endorsers, "all guardians but the lost one")
	done := w.Must("line", "bill", "execute-recovery", fields{"id": id}, "")
	require.NotEqual(t, id, done.ID)
	require.Equal(t, bill.Issued, done.State)

	require.Equal(t, lost, billOf(w, id), "the lost bill's own record did not change")
	old := read[recoveryView](w, "terminal", "bill", id)
	require.Equal(t, recovery.Recovered, old.Recovery.Control.State)
	require.Equal(t, done.ID, old.Recovery.Control.Case.Replacement, "every member sees which bill took its place")
	require.Empty(t, old.Acts)
	b := billOf(w, done.ID)
	require.Equal(t, id, b.Recovers)
	require.Equal(t, ref(w, "buyer"), b.Holder)
	require.Equal(t, lost.Commitment, b.Commitment)
	require.False(t, b.Recoverable, "three guardians are left")

	f = w.Refused(fault.BillRecovered, "bank", "bill", "surrender", fields{"id": id}, "")
	require.Equal(t, done.ID, f.Args["replacement"])
	w.Refused(fault.BillRecovered, "bank", "bill", "transfer", fields{"id": id, "to": w.Party["shipper"]}, "")
	w.Refused(fault.BillRecovered, "buyer", "guarantee", "draft", w.GuaranteeOf(id), world.Fixture("guarantee-aa"))
	w.Refused(fault.WrongState, "line", "bill", "execute-recovery", fields{"id": id}, "")

	w.Must("line", "bill", "hand-over", fields{"id": done.ID}, "")
	w.Refused(fault.Duplicate, "line", "bill", "hand-over", fields{"id": done.ID}, "")
	require.NotEmpty(t, read[billView](w, "buyer", "bill", done.ID).Content)
	surrender(w, done.ID, "buyer")
	order := w.RequestedRelease(done.ID)
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	w.GatedOut(order, 1)
	w.Refused(fault.Duplicate, "line", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, world.Fixture("bill-order"))
}

func TestAHolderWhoLivesEndsTheRecovery(t *testing.T) {
	w := world.New(t)
	id := lostWithTheBank(w)
	supportedAndDue(w, id)
	w.Refused(fault.WrongParty, "buyer", "bill", "object-to-recovery", fields{"id": id}, "")
	w.Must("bank", "bill", "object-to-recovery", fields{"id": id}, "")
	w.Refused(fault.WrongState, "line", "bill", "execute-recovery", fields{"id": id}, "")

	supportedAndDue(w, id)
	w.Must("bank", "bill", "transfer", fields{"id": id, "to": w.Party["shipper"]}, "")
	w.Refused(fault.ControlNotLost, "line", "bill", "execute-recovery", fields{"id": id}, "")
	w.Must("line", "bill", "withdraw-recovery", fields{"id": id}, "")
	require.Equal(t, recovery.Dormant, read[recoveryView](w, "line", "bill", id).Recovery.Control.State)
	w.Must("shipper", "bill", "accept", fields{"id": id}, "")
}

// The act of the holder and the execution meet in one block: one of them wins.
func TestARecoveryAndAnActOfTheHolderDoNotBothHappen(t *testing.T) {
	w := world.New(t)
	id := lostWithTheBank(w)
	supportedAndDue(w, id)
	oneWins(t, w, w.Endorsed("line", "bill", "execute-recovery", fields{"id": id}, ""),
		w.Endorsed("bank", "bill", "transfer", fields{"id": id, "to": w.Party["shipper"]}, ""))
}

// The content goes to the new holder alone: the guardians decide without having seen the bill.
func TestGuardiansSeeTheEvidenceAndNotTheBill(t *testing.T) {
	w := world.New(t)
	id := lostWithTheBank(w)
	supportedAndDue(w, id)
	for _, who := range []string{"line", "terminal", "depot", "customs"} {
		require.JSONEq(t, world.Fixture("recovery-evidence"), string(read[recoveryView](w, who, "bill", id).Recovery.Evidence), who)
	}
	for _, who := range []string{"trucker", "shipper", "bank"} {
		require.Empty(t, read[recoveryView](w, who, "bill", id).Recovery.Evidence, who)
	}
	done := w.Must("line", "bill", "execute-recovery", fields{"id": id}, "")
	w.Refused(fault.NotHandedOver, "buyer", "bill", "transfer", fields{"id": done.ID, "to": w.Party["bank"]}, "")
	w.Must("line", "bill", "hand-over", fields{"id": done.ID}, "")
	require.NotContains(t, string(seenBy(w, terminalOrg)), own.first)
	require.Contains(t, string(seenBy(w, terminalOrg)), "9f86d081884c7d65")
	require.NotContains(t, string(seenBy(w, bankOrg)), "9f86d081884c7d65", "the lost organisation is not asked")
	answer, err := w.Person["terminal"].Evaluate("bill:History", []string{id}, nil)
	require.NoError(t, err)
	var past []contract.Past
	require.NoError(t, json.Unmarshal(answer, &past))
	acts := map[string]bool{}
	for _, p := range past {
		acts[string(p.Act)] = true
	}
	require.True(t, acts["open-recovery"] && acts["support-recovery"] && acts["execute-recovery"], "every member sees the case")
}

// An organisation that names no guardians, because there are not enough, has bills without recovery.
func TestASmallNetworkHasNoRecovery(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("railway", railOrg, false, "CARRIER")
	id := w.Must("railway", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, world.Fixture("bill-order")).ID
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	w.Must("railway", "bill", "issue", fields{"id": id}, "")
	require.False(t, billOf(w, id).Recoverable)
	f := w.Refused(fault.NoRecovery, "railway", "bill", "open-recovery", fields{"id": id, "ground": "LOST_KEY", "claimant": w.Party["bank"]}, world.Fixture("recovery-evidence"))
	require.Equal(t, "guardians", f.Args["why"])
	// Whoever seizes the key that no record stands under wins nothing: the bill says that it has no recovery.
	lie := w.Rewrite("recovery/"+id+"/recovery", nil, func(r map[string]any) {
		r["id"], r["bill"], r["state"], r["case"] = id+"/recovery", id, recovery.Recovered, fields{"replacement": "bl-forged"}
	})
	require.Equal(t, memfabric.Valid, w.Forge("bank", lie, bankOrg, terminalOrg))
	w.Must("shipper", "bill", "surrender", fields{"id": id}, "")
	for _, few := range []string{`["BankMSP","PortMSP"]`, `["BankMSP","PortMSP","RailMSP"]`, `["BankMSP","PortMSP","PortMSP"]`, `["","BankMSP","PortMSP"]`} {
		f := w.Refused(fault.Invalid, railOrg, "org", "join", fields{}, `{"secret":"`+world.Salt()+`","trust":{"customs":[],"guardians":`+few+`}}`)
		require.Equal(t, "/content/trust/guardians", f.At, few)
	}
}

// Who drafts a bill cannot name other guardians than its organisation did, nor leave them out.
func TestTheGuardiansAreTheOrganisationsOwnChoice(t *testing.T) {
	w := world.New(t)
	proposal, plan, err := w.Rehearse("line", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]},
		world.Fixture("bill-order"), world.Salt())
	require.NoError(t, err)
	for code, guardians := range map[fault.Code][]byte{
		fault.PrivateInputMissing: nil, fault.ContentMismatch: []byte(`["BankMSP","PortMSP","MoonMSP"]`)} {
		proposal.Transient["guardians"] = guardians
		if guardians == nil {
			delete(proposal.Transient, "guardians")
		}
		_, err := w.Net.Submit(proposal, plan.Endorsers...)
		w.Refusal(code, err)
	}
}

// Guardians collude and run forged chaincode.
func TestTooFewGuardiansRecoverNothing(t *testing.T) {
	w := world.New(t)
	id := lostWithTheBank(w)
	supportedAndDue(w, id)
	key := "recovery/" + id + "/recovery"
	seize := w.Policy(terminalOrg, portOrg)
	for name, lie := range map[string]world.Lie{
		"recover at once":   w.Rewrite(key, nil, func(r map[string]any) { r["state"] = recovery.Recovered }),
		"seize the record":  w.Rewrite(key, seize, func(r map[string]any) { r["state"] = recovery.Recovered }),
		"change its policy": func(s shim.ChaincodeStubInterface) error { return s.SetStateValidationParameter(key, seize) },
		"delete it":         func(s shim.ChaincodeStubInterface) error { return s.DelState(key) },
	} {
		for _, orgs := range [][]string{{carrierOrg, terminalOrg}, {terminalOrg, portOrg}, {carrierOrg, bankOrg}} {
			require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("terminal", lie, orgs...), "%s by %v", name, orgs)
		}
	}
	for _, orgs := range [][]string{{carrierOrg, terminalOrg, portOrg}, {portOrg, terminalOrg, bankOrg}} {
		lie := w.Rewrite("bill/"+id, nil, func(r map[string]any) { r["holder"] = ref(w, "buyer") })
		require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("terminal", lie, orgs...), "the bill itself stays out of reach of %v", orgs)
	}
	w.Must("line", "bill", "execute-recovery", fields{"id": id}, "")
}

// A hold on the lost bill could be lifted by nobody: it goes over to the replacement.
func TestARecoveryDoesNotShakeOffAHold(t *testing.T) {
	w := world.New(t)
	id := lostWithTheBank(w)
	w.Must("customs", "bill", "place-hold", fields{"id": id, "ground": "QUARANTINE"}, "")
	supportedAndDue(w, id)
	fresh := w.Must("line", "bill", "execute-recovery", fields{"id": id}, "").ID
	w.Refused(fault.OnHold, "buyer", "bill", "surrender", fields{"id": fresh}, "")
	w.Refused(fault.BillRecovered, "customs", "bill", "lift-hold", fields{"id": id, "hold": 1}, "")
	w.Must("customs", "bill", "lift-hold", fields{"id": fresh, "hold": 1}, "")
	w.Must("line", "bill", "hand-over", fields{"id": fresh}, "")
	w.Must("buyer", "bill", "surrender", fields{"id": fresh}, "")
}
