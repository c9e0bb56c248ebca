package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/recovery"
	"portledger/test/world"
)

// replaced is a bill whose control was recovered for the buyer, and whose content the line has not handed over yet.
func replaced(w *world.World) string {
	w.TB.Helper()
	id := lostWithTheBank(w)
	supportedAndDue(w, id)
	return w.Must("line", "bill", "execute-recovery", fields{"id": id}, "").ID
}

// Nobody has the content under the replacement's key: what a reissue makes of it, or a guarantee says of it, nobody could check.
func TestNothingRestsOnAReplacementThatIsNotHandedOver(t *testing.T) {
	w := world.New(t)
	id := replaced(w)
	acts := map[lifecycle.Act]fields{bill.Transfer: {"to": w.Party["bank"]}, bill.Endorse: {"to": w.Party["bank"]}, bill.EndorseToOrder: {"to": w.Party["bank"]},
		bill.BlankEndorse: {}, bill.Surrender: {}, bill.SurrenderForAmendment: {"reason": "AMD"}, bill.ShowToBank: {"bank": w.Party["bank"]},
		bill.ProposePledge: {"bank": w.Party["bank"]}}
	for act, request := range acts {
		request["id"] = id
		w.Refused(fault.NotHandedOver, "buyer", "bill", string(act), request, "")
		said := possible(w, "buyer", "bill", id, act, 0)
		require.Equal(t, fault.NotHandedOver, said.Fault.Code, "%s: and it is told before", act)
		require.Equal(t, []lifecycle.Way{{By: "issuer", Party: w.Party["line"], Act: bill.HandOver}}, said.Ways)
		require.NotEmpty(t, said.Fault.Help(false))
	}
	w.Refused(fault.NotHandedOver, "buyer", "bill", "surrender-part", fields{"id": id}, world.Fixture("part"))
	w.Refused(fault.NotHandedOver, "buyer", "guarantee", "draft", w.GuaranteeOf(id), world.Fixture("guarantee-aa"))
	w.Must("buyer", "bill", "sign", fields{"id": id}, "")
	w.Must("line", "bill", "hand-over", fields{"id": id}, "")
	amendable(w, id, "buyer", "AMD")
	w.Refused(fault.NotConserved, "line", "bill", "reissue", fields{"id": id}, other.of("reissue"))
	w.Must("line", "bill", "reissue", fields{"id": id}, world.Fixture("reissue"))
}

// A replacement may be lost before its content was handed over: the next one gets it from the last bill that has it.
func TestAReplacementThatIsLostBeforeItIsHandedOver(t *testing.T) {
	w := world.NewWith(t, map[string]string{railOrg + "/trust": `,"guardians":["BankMSP","CarrierMSP","PortMSP","TerminalMSP"]`}, railOrg)
	w.Register("railway", railOrg, false, "CARRIER")
	id := w.Must("railway", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, world.Fixture("bill-order")).ID
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	w.Must("railway", "bill", "issue", fields{"id": id}, "")
	w.PassOn(id, "shipper", "bank")
	recover := func(id, claimant string, guardians ...string) string {
		w.Must("railway", "bill", "open-recovery", fields{"id": id, "ground": "LOST_KEY", "claimant": w.Party[claimant]}, world.Fixture("recovery-evidence"))
		for _, g := range guardians {
			w.Must(g, "bill", "support-recovery", fields{"id": id}, "")
		}
		w.Net.Advance(recovery.Wait)
		return w.Must("railway", "bill", "execute-recovery", fields{"id": id}, "").ID
	}
	second := recover(recover(id, "buyer", "line", "terminal", "customs"), "bank", "line", "terminal")
	w.Must("railway", "bill", "hand-over", fields{"id": second}, "")
	require.JSONEq(t, world.Fixture("bill-order"), string(read[billView](w, "bank", "bill", second).Content))
	w.Must("bank", "bill", "surrender", fields{"id": second}, "")
}
