package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/leg"
	"portledger/chaincode/recovery"
	"portledger/test/memfabric"
	"portledger/test/world"
)

// legLost opens a recovery of a leg, has the guardians support it, and waits.
func legLost(w *world.World, id string, n int, ground string, guardians ...string) {
	w.TB.Helper()
	w.Must("line", "bill", "open-recovery", fields{"id": id, "ground": ground, "leg": n}, world.Fixture("recovery-evidence"))
	for _, guardian := range guardians {
		w.Must(guardian, "bill", "support-recovery", fields{"id": id}, "")
	}
	w.Net.Advance(recovery.Wait)
}

// onTheTrain is a multimodal bill whose goods are with the railway, the last carrier.
func onTheTrain(w *world.World) string {
	w.TB.Helper()
	id := w.IssuedRoute()
	w.Commissioned(id)
	for n := 1; n <= 2; n++ {
		w.Departed(id, n)
		w.HandedOver(id, n, w.Now("leg-handover"))
	}
	w.Departed(id, 3)
	return id
}

// The railway's organisation is gone with the goods. Nothing here is endorsed by it: another carrier brings them to the final place.
func TestADeadCarrierDoesNotKeepTheGoods(t *testing.T) {
	w := world.New(t)
	w.Register("rail2", portOrg, false, "RAIL")
	id := onTheTrain(w)
	lost := legOf(w, "line", id, 3).Control
	w.Must("line", "bill", "open-recovery", fields{"id": id, "ground": recovery.LostCarrier, "leg": 3}, world.Fixture("recovery-evidence"))
	seen := read[recoveryView](w, "buyer", "bill", id).Recovery.Control.Case
	require.Equal(t, []any{3, ref(w, "rail")}, []any{seen.Leg, seen.Keeper}, "every member sees it")
	w.Refused(fault.SupportMissing, "line", "bill", "execute-recovery", fields{"id": id}, "")
	w.Must("bank", "bill", "support-recovery", fields{"id": id}, "")
	w.Must("customs", "bill", "support-recovery", fields{"id": id}, "")
	w.Refused(fault.RecoveryWaits, "line", "bill", "execute-recovery", fields{"id": id}, "")
	w.Must("shipper", "bill", "sign", fields{"id": id}, "") // the bill itself goes on meanwhile
	w.Net.Advance(recovery.Wait)
	_, plan, err := w.Rehearse("line", "bill", "execute-recovery", fields{"id": id}, "", "")
	require.NoError(t, err)
	require.Equal(t, []string{bankOrg, carrierOrg, portOrg}, plan.Endorsers, "all guardians but the lost one")
	anew := w.Must("line", "bill", "execute-recovery", fields{"id": id}, "").ID

	require.Equal(t, lost, legOf(w, "line", id, 3).Control, "the lost leg's own record did not change")
	old := read[struct {
		ReplacedBy string   `json:"replacedBy"`
		Acts       []string `json:"acts"`
	}](w, "rail", "leg", world.Leg(id, 3))
	require.Equal(t, anew, old.ReplacedBy)
	require.Empty(t, old.Acts)
	f := w.Refused(fault.LegRecovered, "rail", "leg", "deliver", onLeg(id, 3), w.Event())
	require.Equal(t, anew, f.Args["leg"])
	is := read[legView](w, "line", "leg", anew).Control
	require.Equal(t, []any{leg.Planned, lost.ID, lost.Commitment}, []any{is.State, is.Recovers, is.Commitment})
	require.Equal(t, recovery.Dormant, read[recoveryView](w, "line", "bill", id).Recovery.Control.State, "ready for the next case")

	on := fields{"id": anew}
	w.Must("line", "leg", "commission", fields{"id": anew, "performer": w.Party["rail2"]}, "")
	require.JSONEq(t, string(legOf(w, "line", id, 3).Content), string(read[legView](w, "rail2", "leg", anew).Content), "the plan is what it was")
	w.Must("rail2", "leg", "take-over", on, "")
	w.Must("rail2", "leg", "depart", on, w.Event())
	surrender(w, id, "shipper")
	order := w.Must("shipper", "release", "request", houseRelease(w, id), world.AtFinalPlace(own.of("release"))).ID
	w.Must("line", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("rail2", "leg", "deliver", on, w.Event())
	require.Equal(t, leg.Delivered, read[legView](w, "line", "leg", anew).Control.State)
	w.Refused(fault.LegRecovered, "line", "leg", "apportion", onLeg(id, 3), world.Fixture("leg-share"))
}

// A carrier that lives says so, or simply moves the leg.
func TestACarrierWhoLivesEndsTheRecovery(t *testing.T) {
	w := world.New(t)
	id := onTheTrain(w)
	legLost(w, id, 3, recovery.LostCarrier, "bank", "customs")
	w.Refused(fault.WrongParty, "trucker", "bill", "object-to-recovery", fields{"id": id}, "")
	w.Must("rail", "bill", "object-to-recovery", fields{"id": id}, "")
	legLost(w, id, 3, recovery.LostCarrier, "bank", "customs")
	late := w.Endorsed("line", "bill", "execute-recovery", fields{"id": id}, "")
	w.Must("rail", "leg", "deliver", onLeg(id, 3), w.Event())
	require.Equal(t, []memfabric.Code{memfabric.MVCCReadConflict}, w.Net.Commit(late), "at the same moment one wins")
	w.Refused(fault.ControlNotLost, "line", "bill", "execute-recovery", fields{"id": id}, "")
	w.Must("line", "bill", "withdraw-recovery", fields{"id": id}, "")
	f := w.Refused(fault.NoRecovery, "line", "bill", "open-recovery", fields{"id": id, "ground": recovery.LostCarrier, "leg": 3}, world.Fixture("recovery-evidence"))
	require.Equal(t, "/leg", f.At, "the goods are there")
	w.Refused(fault.NotFound, "line", "bill", "open-recovery", fields{"id": id, "ground": recovery.LostCarrier, "leg": 4}, world.Fixture("recovery-evidence"))
}

// The carrier that goods are being handed over to is gone: neither it signs, nor can the other take its offer back alone.
func TestALostReceiverDoesNotKeepTheCarrierWaiting(t *testing.T) {
	w := world.New(t)
	w.Register("rail2", bankOrg, false, "RAIL")
	id := w.IssuedRoute()
	w.Commissioned(id)
	w.Departed(id, 1)
	w.HandedOver(id, 1, w.Now("leg-handover"))
	w.Departed(id, 2)
	w.Must("line", "leg", "hand-over", onLeg(id, 2), w.Now("leg-handover"))
	legLost(w, id, 2, recovery.LostReceiver, "bank", "customs")
	anew := w.Must("line", "bill", "execute-recovery", fields{"id": id}, "").ID
	w.Must("line", "leg", "withdraw-commission", because(id, 3, "OTHER"), "")
	w.Must("line", "leg", "commission", fields{"id": world.Leg(id, 3), "performer": w.Party["rail2"]}, "")
	w.Must("line", "leg", "commission", fields{"id": anew, "performer": w.Party["line"]}, "")
	w.Must("line", "leg", "take-over", fields{"id": anew}, "") // it had the goods all the time
	w.Must("line", "leg", "depart", fields{"id": anew}, w.Event())
	w.Net.Advance(time.Minute)
	w.Must("line", "leg", "hand-over", fields{"id": anew}, w.Now("leg-handover"))
	w.Must("rail2", "leg", "accept-hand-over", fields{"id": anew, "commitment": w.HandoverOf(anew)}, "")
	require.Equal(t, leg.Received, legOf(w, "rail2", id, 3).Control.State)
}

// Two members that collude cannot say that a leg was replaced, nor give a living carrier's leg away.
func TestNobodyReplacesALegAlone(t *testing.T) {
	w := world.New(t)
	id := onTheTrain(w)
	forged := w.Rewrite("recovery/"+id+"/recovery", nil, func(r map[string]any) {
		r["legs"] = []any{map[string]any{"legSequence": 3, "leg": world.Leg(id, 1)}}
	})
	require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("line", forged, carrierOrg, portOrg))
	require.Equal(t, leg.InCarriage, legOf(w, "line", id, 3).Control.State)
}
