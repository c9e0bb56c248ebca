package ledger_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/test/world"
)

// tokensOf are the tokens of a bill's containers, as everybody has them who ever had the bill.
func tokensOf(w *world.World, org, id string) map[string]string {
	w.TB.Helper()
	var sealed struct{ Tokens map[string]string }
	require.NoError(w.TB, json.Unmarshal(w.Net.PrivateData(org, "content/"+id), &sealed))
	require.NotEmpty(w.TB, sealed.Tokens)
	return sealed.Tokens
}

// What joint holders compare is public. Who ever had the bill has its tokens, and must not find the containers by trying.
func TestWhatJointHoldersProposeCannotBeTriedOut(t *testing.T) {
	w := world.New(t)
	id := w.IssueBill("bill-three", fields{"endorsee": w.Party["shipper"]}, "")
	w.Must("shipper", "bill", "endorse-jointly", fields{"id": id, "holders": []string{w.Party["bank"], w.Party["buyer"]}, "needs": 2}, "")
	w.Must("bank", "bill", "accept", fields{"id": id}, "")
	w.Must("buyer", "bill", "accept", fields{"id": id}, "")
	proposed := func(who string, places ...int) string {
		t.Helper()
		w.Must(who, "bill", "surrender-part", fields{"id": id}, some(places...))
		return billOf(w, id).Joint.Proposal.Digest
	}
	once := proposed("buyer", 1)
	w.Must("bank", "bill", "decline-proposal", fields{"id": id, "reason": "NOT_AGREED"}, "")
	require.NotEqual(t, once, proposed("bank", 1), "the same containers look different each time")
	w.Refused(fault.ProposalOpen, "buyer", "bill", "surrender-part", fields{"id": id}, some(1, 2))
	w.Must("buyer", "bill", "surrender-part", fields{"id": id}, some(1))
	w.Must("line", "bill", "accept-part", fields{"id": id}, "")
	require.Equal(t, boxes[1:], partsOf(w, "bank", id).Balance)
}

// The tokens of a letter's containers lie with who may ask for their release, under a key that everybody knows. A shipper who passed
// the bill on, or a trucker who once had the container, must not find by the hash of that what the letter covers.
func TestWhatALetterCoversCannotBeTriedOut(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "buyer")
	letter := w.ActiveGuarantee(id)
	guess, err := json.Marshal(tokensOf(w, portOrg, id))
	require.NoError(t, err)
	published := func(value []byte) bool {
		hash := sha256.Sum256(value)
		return bytes.Contains(publicOf(w), hash[:])
	}
	require.False(t, published(guess))
	kept := w.Net.PrivateData(portOrg, "tokens/"+letter)
	require.True(t, published(kept), "this is how a guess would be found")
	var shared struct{ Salt string }
	require.NoError(t, json.Unmarshal(kept, &shared))
	require.Len(t, shared.Salt, 64)
	w.RequestedUnderGuarantee(id, letter)
}

// held are the pieces of a bill and its legs that an organisation has.
func held(w *world.World, org string, keys ...string) (names []string) {
	for _, key := range keys {
		if w.Net.PrivateData(org, key) != nil {
			names = append(names, key)
		}
	}
	return names
}

// Whoever says no keeps nothing of what was shown, be it an offer, a pledge or a sale: neither legs nor their documents.
func TestWhoDeclinesKeepsNothingOfTheLegs(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("importer", railOrg, false, "CONSIGNEE")
	id := w.IssuedRoute()
	w.Commissioned(id)
	w.Must("rail", "leg", "register-document", onLeg(id, 3), world.Fixture("leg-document"))
	document := "legDocument/" + world.Leg(id, 3) + "/" + legOf(w, "line", id, 3).Control.Document.Commitment
	all := []string{"content/" + id, "legs/" + id, document}

	request := sale(w, id)
	request["buyer"] = w.Party["importer"]
	ex := offeredForPayment(w, request)
	w.Must("shipper", "exchange", "show", fields{"id": ex}, "")
	require.Equal(t, all, held(w, railOrg, all...))
	w.Must("importer", "exchange", "decline", fields{"id": ex, "reason": "TERMS"}, "")
	require.Empty(t, held(w, railOrg, all...), "a sale")

	w.Must("shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["importer"]}, "")
	require.Equal(t, all, held(w, railOrg, all...))
	w.Must("importer", "bill", "reject", fields{"id": id, "reason": "NOT_AGREED"}, "")
	require.Empty(t, held(w, railOrg, all...), "an offer")

	w.Must("shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"], "mode": "LOCK"}, "")
	require.Equal(t, all, held(w, bankOrg, all...))
	w.Must("bank", "bill", "decline-pledge", fields{"id": id, "reason": "NOT_AGREED"}, "")
	require.Empty(t, held(w, bankOrg, all...), "a pledge")
	require.Equal(t, []string{document}, held(w, terminalOrg, all...), "its own carrier keeps it")

	w.PassOn(id, "shipper", "importer") // and all of it is there again for who accepts
	require.Equal(t, all, held(w, railOrg, all...))
}

// The same of the list of what went in parts.
func TestWhoDeclinesKeepsNothingOfTheParts(t *testing.T) {
	w := world.New(t)
	id := threeHeld(w, "buyer")
	delivered(w, "buyer", id, 1)
	list := "delivered/" + billOf(w, id).DeliveredList()
	w.Must("buyer", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["bank"]}, "")
	require.NotNil(t, w.Net.PrivateData(bankOrg, list))
	w.Must("bank", "bill", "reject", fields{"id": id, "reason": "NOT_AGREED"}, "")
	require.Nil(t, w.Net.PrivateData(bankOrg, list))
	w.PassOn(id, "buyer", "bank")
	require.Equal(t, boxes[1:], partsOf(w, "bank", id).Balance)
}

// A carrier that declines a leg keeps neither its plan nor what it would have earned.
func TestACarrierThatDeclinesKeepsNothing(t *testing.T) {
	w := world.New(t)
	id := w.IssuedRoute()
	w.Commissioned(id)
	w.Must("line", "leg", "apportion", onLeg(id, 3), world.Fixture("leg-share"))
	pieces := []string{"content/" + world.Leg(id, 3), "share/" + world.Leg(id, 3)}
	require.Equal(t, pieces, held(w, terminalOrg, pieces...))
	w.Must("rail", "leg", "decline", because(id, 3, "NO_CAPACITY"), "")
	require.Empty(t, held(w, terminalOrg, pieces...))
	w.Must("line", "leg", "commission", fields{"id": world.Leg(id, 3), "performer": w.Party["rail"]}, "")
	require.Equal(t, pieces[:1], held(w, terminalOrg, pieces...))
}

// A request is public, and so is what it names as a witness that nobody needs.
func TestOnlyAMemberIsNamedAsWitness(t *testing.T) {
	w := world.New(t)
	grant := fields{"agent": w.Party["forwarder"], "acts": []string{"bill/sign"}, "until": stamp(w.Net.Now().AddDate(0, 1, 0))}
	for _, witness := range []string{"for Mr Chen", "NobodyMSP"} {
		grant["witness"] = witness
		require.Equal(t, "/witness", w.Refused(fault.Invalid, "bank", "mandate", "grant", grant, "").At)
	}
	grant["witness"] = carrierOrg
	w.Must("bank", "mandate", "grant", grant, "")
}
