package ledger_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/answer"
	"portledger/chaincode/contract"
	"portledger/chaincode/fault"
	"portledger/chaincode/recovery"
	"portledger/test/memfabric"
	"portledger/test/world"
)

// again is a second bill for one of the containers of own, on the same voyage.
var again = cargo{"OEDL26XMN00099", own.first, other.second}

// twoBanks is a world with a second bank of another organisation.
func twoBanks(t *testing.T) *world.World {
	w := world.New(t, railOrg)
	w.Register("bank2", railOrg, false, "BANK")
	return w
}

// proposed is a bill of the shipper that a bank was asked to lend on.
func (c cargo) proposed(w *world.World, bank string) string {
	w.TB.Helper()
	id := c.issued(w)
	w.Must("shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party[bank]}, "")
	return id
}

// radar asks as a gateway does: the own peer names the organisation to ask.
func radar(w *world.World, who, id string) (s contract.Signals, err error) {
	answer, err := w.Person[who].Evaluate("bill:PrepareRadar", []string{id}, nil)
	if err != nil {
		return s, err
	}
	var plan contract.Plan
	require.NoError(w.TB, json.Unmarshal(answer, &plan))
	require.Len(w.TB, plan.Endorsers, 1)
	asking := w.Person[who]
	asking.MSP = plan.Endorsers[0]
	answer, err = asking.Evaluate("bill:Radar", []string{id}, nil)
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(answer, &s)
}

// signals is radar that has to answer.
func signals(w *world.World, who, id string) contract.Signals {
	w.TB.Helper()
	s, err := radar(w, who, id)
	require.NoError(w.TB, err)
	require.Equal(w.TB, id, s.ID)
	s.ID = ""
	return s
}

var (
	clear      = contract.Signals{}
	containers = contract.Signals{SameContainers: true}
	replaces   = contract.Signals{ReplacesFinanced: true}
)

func TestABankLearnsThatTheContainersAreFinancedElsewhere(t *testing.T) {
	w := twoBanks(t)
	first := own.proposed(w, "bank")
	second := again.proposed(w, "bank2")
	require.Equal(t, clear, signals(w, "bank2", second), "a proposal is no finance")
	w.Must("bank", "bill", "accept-pledge", fields{"id": first}, "")
	require.Equal(t, containers, signals(w, "bank2", second))
	require.Equal(t, clear, signals(w, "bank", first), "its own pledge is not elsewhere")
	w.Must("bank2", "bill", "accept-pledge", fields{"id": second}, "") // nothing is blocked: consolidated cargo shares containers
	require.Equal(t, containers, signals(w, "bank", first))
	w.Must("bank", "bill", "release-pledge", fields{"id": first}, "")
	require.Equal(t, clear, signals(w, "bank2", second))
}

func TestAnotherVoyageOrContainerIsOtherCargo(t *testing.T) {
	w := twoBanks(t)
	w.Must("bank", "bill", "accept-pledge", fields{"id": own.proposed(w, "bank")}, "")
	require.Equal(t, clear, signals(w, "bank2", other.proposed(w, "bank2")))
	later := strings.ReplaceAll(again.of("bill-order"), `"2647W"`, `"2651W"`)
	id := w.Must("line", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, later).ID
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	w.Must("line", "bill", "issue", fields{"id": id}, "")
	w.Must("shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["bank2"]}, "")
	require.Equal(t, clear, signals(w, "bank2", id))
}

// A corrected draft counts with what it says now.
func TestACorrectedDraftLeavesTheFormerCargo(t *testing.T) {
	w := twoBanks(t)
	id := w.Must("line", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, own.of("bill-order")).ID
	moved := cargo{own.number, other.first, other.second}
	w.Must("line", "bill", "update-draft", fields{"id": id, "shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, moved.of("bill-order"))
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	w.Must("line", "bill", "issue", fields{"id": id}, "")
	w.Must("shipper", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"]}, "")
	w.Must("bank", "bill", "accept-pledge", fields{"id": id}, "")
	former := cargo{"OEDL26XMN00077", own.first, own.second}
	require.Equal(t, clear, signals(w, "bank2", former.proposed(w, "bank2")))
	require.Equal(t, containers, signals(w, "bank2", again.proposed(w, "bank2")), "one of the containers it moved to")
}

// A bank that is offered a bill learns that another lends on it, and that a pledge stood on what it replaces.
func TestTheSameBillAndItsPredecessors(t *testing.T) {
	w := twoBanks(t)
	id := own.proposed(w, "bank")
	w.Must("bank", "bill", "accept-pledge", fields{"id": id}, "")
	w.Must("bank", "bill", "consent", fields{"id": id, "act": "ENDORSE", "to": w.Party["bank2"], "until": "2026-01-09T00:00:00Z"}, "")
	w.Must("shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["bank2"]}, "")
	require.Equal(t, contract.Signals{SameBill: true}, signals(w, "bank2", id))
	w.Must("bank2", "bill", "reject", fields{"id": id, "reason": "NOT_AGREED"}, "")
	w.Must("bank", "bill", "release-pledge", fields{"id": id}, "")
	amendable(w, id, "shipper", "SPLIT")
	w.Must("line", "bill", "reissue", fields{"id": id}, world.Fixture("reissue-split"))
	part := replacedBy(w, id)[0]
	w.Must("shipper", "bill", "propose-pledge", fields{"id": part, "bank": w.Party["bank2"]}, "")
	require.Equal(t, replaces, signals(w, "bank2", part))
	w.Must("bank2", "bill", "decline-pledge", fields{"id": part, "reason": "NOT_AGREED"}, "")
	w.Must("shipper", "bill", "propose-pledge", fields{"id": part, "bank": w.Party["bank"]}, "")
	require.Equal(t, clear, signals(w, "bank", part), "the pledge was its own")
	w.Must("bank", "bill", "decline-pledge", fields{"id": part, "reason": "NOT_AGREED"}, "")
	both := replacedBy(w, id)
	amendable(w, both[0], "shipper", "COMBINE")
	amendable(w, both[1], "shipper", "COMBINE")
	w.Must("line", "bill", "reissue", fields{"id": both[0], "bills": both[1:]}, world.Fixture("reissue"))
	whole := replacedBy(w, part)[0]
	w.Must("shipper", "bill", "propose-pledge", fields{"id": whole, "bank": w.Party["bank2"]}, "")
	require.Equal(t, replaces, signals(w, "bank2", whole), "two steps back")
}

// Goods under a house bill are those of the master: the carrier's index knows both.
func TestAHouseBillAndItsMasterShareTheirContainers(t *testing.T) {
	w := twoBanks(t)
	master := masterHeld(w)
	w.Must("forwarder", "bill", "propose-pledge", fields{"id": master, "bank": w.Party["bank"]}, "")
	w.Must("bank", "bill", "accept-pledge", fields{"id": master}, "")
	w.Must("bank", "bill", "consent", consent(w, master, "SURRENDER"), "")
	surrender(w, master, "forwarder") // house bills stand under a pledged bill only when its bank let the goods go
	id := houseIssued(w, master)
	w.Must("buyer", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["bank2"]}, "")
	require.Equal(t, containers, signals(w, "bank2", id))
}

// A bill that took the place of a lost one is found in its stead, and asks for its containers.
func TestARecoveredBillIsFinancedOnce(t *testing.T) {
	w := twoBanks(t)
	w.Register("factor", railOrg, false, "CONSIGNEE")
	w.Register("bank3", terminalOrg, false, "BANK")
	id := own.issued(w)
	w.PassOn(id, "shipper", "factor")
	w.Must("factor", "bill", "propose-pledge", fields{"id": id, "bank": w.Party["bank"]}, "")
	w.Must("bank", "bill", "accept-pledge", fields{"id": id}, "")
	openRecovery(w, id)
	for _, guardian := range []string{"terminal", "customs", "bank"} {
		w.Must(guardian, "bill", "support-recovery", fields{"id": id}, "")
	}
	w.Net.Advance(recovery.Wait)
	replacement := w.Must("line", "bill", "execute-recovery", fields{"id": id}, "").ID
	second := again.proposed(w, "bank3")
	require.Equal(t, containers, signals(w, "bank3", second))
	require.Equal(t, clear, signals(w, "bank", replacement), "before its content follows")
	w.Must("bank3", "bill", "accept-pledge", fields{"id": second}, "")
	require.Equal(t, containers, signals(w, "bank", replacement))
	w.Must("bank", "bill", "release-pledge", fields{"id": replacement}, "")
	require.Equal(t, clear, signals(w, "bank3", second), "the lost bill's record still shows the pledge")
	_, err := radar(w, "bank", id)
	w.Refusal(fault.BillRecovered, err)
}

func TestOnlyABankThatHasTheBillBeforeItMayAsk(t *testing.T) {
	w := twoBanks(t)
	id := own.proposed(w, "bank")
	for _, who := range []string{"bank2", "line", "buyer", "terminal", "customs"} {
		_, err := radar(w, who, id)
		w.Refusal(fault.WrongParty, err)
		stranger := w.Person[who]
		stranger.MSP = carrierOrg
		_, err = stranger.Evaluate("bill:Radar", []string{id}, nil)
		require.Equal(t, fault.WrongParty, codeOf(err), "straight at the carrier's peer: %s", who)
	}
	_, err := radar(w, "shipper", id)
	w.Refusal(fault.WrongRole, err)
	_, err = radar(w, "bank", "bl-nobody")
	w.Refusal(fault.NotFound, err)
	for _, host := range []string{bankOrg, portOrg, terminalOrg} { // only the carrier's peer has the index
		asking := w.Person["bank"]
		asking.MSP = host
		_, err = asking.Evaluate("bill:Radar", []string{id}, nil)
		require.Equal(t, "organisation of this peer", w.Refusal(fault.WrongParty, err).Args["by"], host)
	}
	w.Must("bank", "bill", "decline-pledge", fields{"id": id, "reason": "NOT_AGREED"}, "")
	_, err = radar(w, "bank", id)
	w.Refusal(fault.WrongParty, err)
}

// The bank's peer gets the whole answer with its read set, and forged software could look at every byte of it.
func TestTheRadarNamesNoOtherBillNotEvenInItsReadSet(t *testing.T) {
	w := twoBanks(t)
	first, second := own.proposed(w, "bank"), again.proposed(w, "bank2")
	w.Must("bank", "bill", "accept-pledge", fields{"id": first}, "")
	tx, err := w.Net.Endorse(w.Person["bank2"].Proposal("bill:Radar", []string{second}, question(nil)), carrierOrg)
	require.NoError(t, err)
	said, err := answer.Open(question(nil)[answer.Input], tx.Result)
	require.NoError(t, err)
	require.Contains(t, string(said), `"sameContainers":true`)
	payload, _ := w.Net.Attestation(tx)
	whole := string(payload) + string(said)
	require.True(t, strings.Contains(whole, "bill/"+second), "what was asked about is in it")
	require.False(t, strings.Contains(whole, first))
	require.False(t, strings.Contains(whole, w.Party["bank"]))
	for _, key := range []string{"cargo-of/" + first, "content/" + first, "anchor/bill/" + first, "cargo/" + firstTag(t, w, first)} {
		sum := sha256.Sum256([]byte(key))
		require.False(t, strings.Contains(whole, string(sum[:])), key)
	}
}

// firstTag is the part after cargo/ of the first key under which the carrier finds a bill.
func firstTag(t *testing.T, w *world.World, id string) string {
	t.Helper()
	var c struct {
		Mark string
		Tags []string
	}
	require.NoError(t, unmarshal(string(w.Net.PrivateData(carrierOrg, "cargo-of/"+id)), &c))
	require.NotNil(t, w.Net.PrivateData(carrierOrg, "cargo/"+c.Tags[0]+"/"+c.Mark))
	return c.Tags[0] + "/" + c.Mark
}

// Who has the content of one bill knows the tags of its containers, and yet cannot find another bill by the hashes that Fabric
// publishes of the carrier's index: it would need that one's salt.
func TestTheIndexCannotBeGuessedFromWhatFabricPublishes(t *testing.T) {
	w := twoBanks(t)
	first, second := own.proposed(w, "bank"), again.proposed(w, "bank2")
	var sealed struct {
		Salt   string
		Tokens map[string]string
	}
	require.NoError(t, unmarshal(string(w.Net.PrivateData(railOrg, "content/"+second)), &sealed))
	hmacOf := func(secret, text string) string {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(text))
		return hex.EncodeToString(mac.Sum(nil))
	}
	tag := hmacOf(sealed.Tokens[own.first], "portledger/cargo/1\n2647W")
	mark := func(id string) string { return hmacOf(sealed.Salt, "portledger/cargo-mark/1\n"+id) }
	found := func(text string) bool {
		sum := sha256.Sum256([]byte(text))
		return strings.Contains(string(public(w)), string(sum[:]))
	}
	require.True(t, found("cargo/"+tag+"/"+mark(second)), "its own bill it could always name")
	for _, end := range []string{mark(first), first, "", hmacOf(sealed.Tokens[own.first], first)} {
		require.False(t, found("cargo/"+tag+"/"+end))
	}
	require.Contains(t, string(w.Net.PrivateData(carrierOrg, "cargo-of/"+first)), tag, "although they share it")
	for _, org := range []string{bankOrg, railOrg, terminalOrg} { // the shipper's organisation endorses the draft, whose content it has
		require.False(t, strings.Contains(string(w.Net.PeerBytes(org)), tag), org)
	}
}

// The index is the carrier's own: whoever else colludes, Fabric takes no write to it without the carrier's peer.
func TestNobodyElseWritesTheIndex(t *testing.T) {
	w := twoBanks(t)
	id := own.issued(w)
	lie := putPrivate(carrierOrg, "cargo-of/"+id, []byte(`{"mark":"x","tags":[]}`))
	require.Equal(t, memfabric.EndorsementPolicyFailure, w.Forge("bank2", lie, railOrg, bankOrg, portOrg, terminalOrg))
}
