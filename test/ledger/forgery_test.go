package ledger_test

import (
	"strings"
	"testing"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/interchange"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/test/memfabric"
	"portledger/test/world"
)

// Everybody but the holder's organisation colludes and runs forged chaincode.
func TestABillDoesNotMoveWithoutItsHoldersPeer(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	key := "bill/" + id
	before := billOf(w, id)
	require.Equal(t, ref(w, "shipper"), before.Holder)
	liars := []string{carrierOrg, terminalOrg, bankOrg}
	mine := w.Policy(bankOrg)
	for name, lie := range map[string]world.Lie{
		"take it":             w.Rewrite(key, nil, func(r map[string]any) { r["holder"] = ref(w, "bank") }),
		"take it and seal it": w.Rewrite(key, mine, func(r map[string]any) { r["holder"] = ref(w, "bank") }),
		"surrender it":        w.Rewrite(key, nil, func(r map[string]any) { r["state"], r["claimant"] = bill.Surrendered, ref(w, "bank") }),
		"change its policy":   func(s shim.ChaincodeStubInterface) error { return s.SetStateValidationParameter(key, mine) },
		"delete it":           func(s shim.ChaincodeStubInterface) error { return s.DelState(key) },
		"purge the holder's content": func(s shim.ChaincodeStubInterface) error {
			return s.PurgePrivateData("_implicit_org_"+portOrg, "content/"+id)
		},
		"write into the holder's collection": func(s shim.ChaincodeStubInterface) error {
			return s.PutPrivateData("_implicit_org_"+portOrg, "content/"+id, []byte("fish"))
		},
	} {
		require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("bank", lie, liars...), name)
	}
	for _, orgs := range [][]string{{carrierOrg}, {portOrg, terminalOrg, bankOrg}, {portOrg}} {
		require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("bank", w.Rewrite(key, nil, func(r map[string]any) { r["state"] = bill.Voided }), orgs...),
			"nor without its carrier's: %v", orgs)
	}
	require.Equal(t, before, billOf(w, id))
	w.Must("shipper", "bill", "transfer", fields{"id": id, "to": w.Party["bank"]}, "")
}

// A new key asks for two organisations only, so two members can write one. Nobody honest ever acts on it.
func TestAForgedBillOfAThirdCarrierIsWorthNothing(t *testing.T) {
	w := world.New(t)
	real := billOf(w, w.IssuedBill())
	write := func(key string, record any) {
		lie := w.Rewrite(key, w.Policy(bankOrg, terminalOrg), func(r map[string]any) {
			for k, v := range asRecord(record) {
				r[k] = v
			}
		})
		require.Equal(t, memfabric.Valid, w.Forge("bank", lie, bankOrg, terminalOrg), key)
	}
	forged := real
	forged.ID, forged.Holder, forged.Title = "bl-forged", ref(w, "bank"), ref(w, "bank")
	surrendered := forged
	surrendered.ID, surrendered.State, surrendered.Holder, surrendered.Claimant = "bl-done", bill.Surrendered, real.Issuer, ref(w, "bank")
	// Under the id of a genuine document, or below it, where the carrier's own mark is.
	order := other.requested(w, other.surrendered(w))
	asOrder, below := forged, forged
	asOrder.ID, below.ID = order, real.ID+"/1"
	misnamed := forged
	misnamed.ID = real.ID
	for id, b := range map[string]bill.Bill{"bl-forged": forged, "bl-done": surrendered, order: asOrder, real.ID + "/1": below, "bl-misnamed": misnamed} {
		write("bill/"+id, b)
		w.Refused(fault.NotAnchored, "bank", "bill", "transfer", fields{"id": id, "to": w.Party["buyer"]}, "")
		w.Refused(fault.NotAnchored, "bank", "release", "request",
			fields{"basis": fields{"type": "EBL_SURRENDER", "bill": id}, "terminal": w.Party["terminal"]}, world.Fixture("release"))
		w.Refused(fault.NotAnchored, "buyer", "guarantee", "draft", w.GuaranteeOf(id), world.Fixture("guarantee-aa"))
		for _, who := range []string{"bank", "line"} {
			for _, fn := range []string{"bill:Read", "bill:History"} {
				_, err := w.Person[who].Evaluate(fn, []string{id}, nil)
				w.Refusal(fault.NotAnchored, err)
			}
		}
		for _, orgs := range [][]string{{carrierOrg, bankOrg}, {carrierOrg, bankOrg, portOrg}} {
			err := direct(w, "bank", "bill", "surrender", text(fields{"id": id}), nil, orgs...)
			require.Equal(t, fault.NotAnchored, codeOf(err), "straight at honest peers")
		}
	}
}

// Two members forge what would let goods go: a party, a guarantee that a bank never joined, a release order and its line.
func TestForgedPapersOfOthersAreWorthNothing(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "buyer")
	letter := guarantee.Guarantee{Kind: "AA", Applicant: ref(w, "buyer"), Beneficiary: ref(w, "line"), DeliverTo: ref(w, "buyer"),
		Bank: ref(w, "bank"), Joinder: "joined", Bills: []guarantee.Underlying{{Bill: id}}}
	unsigned := letter
	unsigned.Joinder = ""
	forge := func(key string, record any, state lifecycle.State, orgs ...string) {
		family, name, _ := strings.Cut(key, "/")
		lie := w.Rewrite(key, w.Policy(orgs...), func(r map[string]any) {
			for k, v := range asRecord(record) {
				r[k] = v
			}
			r["id"], r["family"], r["state"] = name, family, state
		})
		require.Equal(t, memfabric.Valid, w.Forge("trucker", lie, orgs...), key)
	}

	// Port and terminal: the buyer's own organisation is in it, carrier and bank are not.
	for name, g := range map[string]guarantee.Guarantee{"lg-forged": letter, "lg-unsigned": unsigned, id: unsigned} {
		forge("guarantee/"+name, g, guarantee.Active, portOrg, terminalOrg)
		w.Refused(fault.NotAnchored, "buyer", "release", "request",
			fields{"basis": fields{"type": "LOI", "bill": id, "guarantee": name}, "terminal": w.Party["terminal"]}, world.Fixture("release"))
	}
	forge("party/PFORGED", fields{"org": bankOrg, "roles": []string{"BANK"}}, "REGISTERED", portOrg, terminalOrg)
	f := w.Refused(fault.UnknownParty, "buyer", "bill", "transfer", fields{"id": id, "to": "PFORGED"}, "")
	require.Equal(t, "/to", f.At)
	w.Enrol("nobody", portOrg, "PFORGED", "BANK") // a CA other than the bank's cannot make anybody of it
	w.Refused(fault.UnknownCaller, "nobody", "bill", "surrender", fields{"id": id}, "")

	order := release.Order{Basis: release.Basis{Type: release.BySurrender, Bill: id}, Carrier: ref(w, "line"), Terminal: ref(w, "terminal"),
		Requester: ref(w, "buyer"), ReleaseTo: ref(w, "buyer"), Lines: 1, Customs: 1, CarrierCharges: "SETTLED", TerminalCharges: "SETTLED",
		ValidTo: "2030-01-01T00:00:00Z"}
	line := release.Line{Order: "ro-forged", Number: 1, Carrier: order.Carrier, Terminal: order.Terminal, Gates: map[release.Gate]release.Clearance{release.GateCustoms: {Status: release.Cleared}}, Right: ref(w, "trucker")}
	for _, name := range []string{"ro-forged", id} {
		forge("release/"+name, order, release.Accepted, portOrg, terminalOrg)
		forge("line/"+name+"/1", line, release.Appointed, portOrg, terminalOrg)
		w.Refused(fault.NotAnchored, "trucker", "release", "delegate", fields{"id": name, "line": 1, "to": w.Party["trucker2"]}, "")
		w.Refused(fault.NotAnchored, "line", "interchange", "authorise", fields{"type": "OUT_FULL", "release": name, "line": 1,
			"facility": w.Party["terminal"], "trucker": w.Party["trucker"]}, world.Fixture("authority-out"))
		_, err := w.Person["terminal"].Evaluate("release:Read", []string{name}, nil)
		w.Refusal(fault.NotAnchored, err)
	}

	receipt := interchange.Receipt{Type: interchange.OutFull, Release: "ro-forged", Line: 1, Operator: order.Carrier,
		Facility: order.Terminal, Trucker: ref(w, "trucker")}
	forge("interchange/ir-forged", receipt, interchange.Authorised, portOrg, bankOrg)
	w.Refused(fault.NotAnchored, "terminal", "interchange", "record", fields{"id": "ir-forged"}, world.Fixture("gate-sheet-out"))
}

// What stands beside the documents is under the same protection: delivery, container, bill number, settings.
func TestTheSmallRecordsAreNotOverwritten(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	box := orderOf(w, g.order).Lines[0].Control.Box
	for key, liars := range map[string][]string{
		"box/" + box:                        {carrierOrg, bankOrg, portOrg},
		"delivery/" + g.bill:                {terminalOrg, bankOrg, portOrg},
		"release/" + g.order:                {carrierOrg, bankOrg, portOrg},
		"line/" + g.order + "/1":            {carrierOrg, terminalOrg, bankOrg}, // all but the right holder's
		"interchange/" + g.receipt:          {carrierOrg, bankOrg, portOrg},
		"party/" + w.Party["buyer"]:         {carrierOrg, terminalOrg, bankOrg},
		"number/" + numberKey(t, w, g.bill): {terminalOrg, bankOrg, portOrg},
	} {
		require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("bank", func(s shim.ChaincodeStubInterface) error { return s.PutState(key, []byte(`{}`)) }, liars...), key)
		require.Equal(t, memfabric.EndorsementPolicyFailure,
			w.Forge("bank", func(s shim.ChaincodeStubInterface) error { return s.DelState(key) }, liars...), key)
	}
	settings := func(s shim.ChaincodeStubInterface) error {
		return s.PutPrivateData("_implicit_org_"+carrierOrg, "settings", []byte(`{}`))
	}
	require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("bank", settings, terminalOrg, bankOrg, portOrg))
	w.Must("terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
}

// numberKey finds the token of a bill's number: the one public key whose value is the bill's id.
func numberKey(t *testing.T, w *world.World, id string) string {
	t.Helper()
	var found string
	lie := world.Lie(func(s shim.ChaincodeStubInterface) error {
		all, err := s.GetStateByRange("number/", "number0")
		if err != nil {
			return err
		}
		for all.HasNext() {
			kv, err := all.Next()
			if err != nil {
				return err
			}
			if string(kv.Value) == `"`+id+`"` {
				found = kv.Key[len("number/"):]
			}
		}
		return all.Close()
	})
	defer w.Net.WithChaincode(bankOrg, lie)()
	_, err := w.Person["bank"].Evaluate("look", nil, nil)
	require.NoError(t, err)
	require.NotEmpty(t, found)
	return found
}

func TestEndorsersHaveToBeNamedExactly(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	transfer, plan, err := w.Rehearse("shipper", "bill", "transfer", fields{"id": id, "to": w.Party["bank"]}, "", world.Salt())
	require.NoError(t, err)
	require.Equal(t, []string{bankOrg, carrierOrg, portOrg}, plan.Endorsers)
	for _, wrong := range [][]string{{carrierOrg, portOrg}, {carrierOrg, bankOrg}, {portOrg, bankOrg}, {portOrg}, {carrierOrg, portOrg, terminalOrg}} {
		_, err := w.Net.Submit(transfer, wrong...)
		invalid(t, memfabric.EndorsementPolicyFailure, err)
		transfer.Nonce = nil
	}
	require.Nil(t, billOf(w, id).Offer)
	_, err = w.Net.Submit(transfer, plan.Endorsers...)
	require.NoError(t, err)
	require.NotNil(t, billOf(w, id).Offer)
}
