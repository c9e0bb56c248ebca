package ledger_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/test/world"
)

// canary marks a private content: a text that occurs nowhere else.
func canary(name string) string {
	if name == "notice" { // its form leaves no room for another
		return "371020261100042187"
	}
	return "CANARY-" + name + "-7Q3X"
}

// marked puts a canary into a fixture's free text.
func marked(t *testing.T, content, in, name string) string {
	t.Helper()
	return replaceOnce(t, content, in, in+" "+canary(name))
}

// public is everything that every member can read: all blocks, and the state as an organisation has it that takes part
// in nothing.
func public(w *world.World) []byte { return append(publicOf(w), w.Net.PeerBytes(railOrg)...) }

// publicOf is what stands in the blocks.
func publicOf(w *world.World) []byte {
	var all bytes.Buffer
	for n := range w.Net.Height() {
		raw, err := proto.Marshal(w.Net.Block(n))
		if err != nil {
			panic(err)
		}
		all.Write(raw)
	}
	return all.Bytes()
}

// seenBy is everything that an organisation's peer ever had before it, stored or not.
func seenBy(w *world.World, org string) []byte {
	return slices.Concat(w.Net.PeerBytes(org), w.Net.Shown(org))
}

// shipment plays a shipment with a canary in every private content: sold over the bank, delivered under guarantee where
// loi is set, else on surrender, and brought back empty.
func markedShipment(t *testing.T, w *world.World, loi bool) {
	bill := w.Must("line", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]},
		marked(t, world.Fixture("bill-order"), "Temperature set-point as declared", "bill")).ID
	w.Must("shipper", "bill", "approve", fields{"id": bill}, "")
	w.Must("line", "bill", "issue", fields{"id": bill}, "")
	w.PassOn(bill, "shipper", "buyer")
	basis := fields{"type": "EBL_SURRENDER", "bill": bill}
	if loi {
		g := w.Must("buyer", "guarantee", "draft", w.GuaranteeOf(bill), marked(t, world.Fixture("guarantee-aa"), "English law", "guarantee")).ID
		w.Must("buyer", "guarantee", "submit", fields{"id": g}, "")
		w.Must("bank", "guarantee", "join", fields{"id": g}, marked(t, world.Fixture("joinder"), "English law", "joinder"))
		w.Must("line", "guarantee", "accept", fields{"id": g}, "")
		basis = fields{"type": "LOI", "bill": bill, "guarantee": g}
	} else {
		surrender(w, bill, "buyer")
	}
	order := w.Must("buyer", "release", "request", fields{"basis": basis, "terminal": w.Party["terminal"]},
		marked(t, world.Fixture("release"), "Keep plugged in", "release")).ID
	w.Must("line", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("terminal", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, "")
	w.Must("customs", "release", "release-customs", fields{"id": order}, world.Fixture("notice"))
	w.Must("line", "release", "issue", fields{"id": order, "validTo": "2026-01-08T00:00:00Z"}, "")
	w.Must("buyer", "release", "accept", fields{"id": order}, "")
	w.Must("buyer", "release", "delegate", fields{"id": order, "line": 1, "to": w.Party["trucker"]}, "")
	w.Must("trucker", "release", "accept-delegation", fields{"id": order, "line": 1}, "")
	w.Must("trucker", "release", "request-appointment", fields{"id": order, "line": 1}, marked(t, w.Appointment(0), "林海峰", "appointment"))
	w.Must("terminal", "release", "confirm-appointment", fields{"id": order, "line": 1}, "")
	out := w.AuthorisedOut(order, 1)
	w.Must("terminal", "interchange", "record", fields{"id": out}, marked(t, world.Sheet("gate-sheet-out", 1), "Dent on the left", "sheet"))
	w.Signed(out, "terminal")
	w.Returned(order, 1, out)
}

// Who may have seen what. The carrier and the terminal endorse every change of a line, and so see the appointment.
var entitled = map[string][]string{
	"bill":        {carrierOrg, portOrg},
	"guarantee":   {carrierOrg, portOrg, bankOrg},
	"joinder":     {carrierOrg, portOrg, bankOrg},
	"release":     {carrierOrg, portOrg, terminalOrg},
	"notice":      {carrierOrg, portOrg, terminalOrg},
	"appointment": {carrierOrg, portOrg, terminalOrg},
	"sheet":       {carrierOrg, portOrg, terminalOrg},
}

func TestPrivateContentStaysWithTheEntitled(t *testing.T) {
	for name, loi := range map[string]bool{"surrender": false, "guarantee": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world.New(t, railOrg)
			markedShipment(t, w, loi)
			for content, orgs := range entitled {
				if !loi && (content == "guarantee" || content == "joinder") {
					continue
				}
				require.NotContains(t, string(public(w)), canary(content), "%s in public", content)
				for _, org := range everybody {
					has := bytes.Contains(seenBy(w, org), []byte(canary(content)))
					require.Equal(t, slices.Contains(orgs, org), has, "%s and the content of the %s", org, content)
				}
			}
		})
	}
}

func TestNumbersAreInNoPublicByte(t *testing.T) {
	w := world.New(t, railOrg)
	markedShipment(t, w, true)
	for form, secret := range guesses(own.number, own.first, own.second, "闽D12345", "OE778123", "OEDL") {
		require.False(t, bytes.Contains(public(w), []byte(secret)), form)
	}
}

// guesses are the forms in which a number of little entropy could be found by trying.
func guesses(numbers ...string) map[string]string {
	forms := map[string]string{}
	for _, n := range numbers {
		forms[n] = n
		forms[n+" in base64"] = strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(n)), "=")
		for _, prefix := range []string{"", `"`, "box/", "number/", "container/", "bill-number/", "content/", "portledger/container/1\n", "portledger/bill-number/1\n", "NMFTA\nOEDL\n"} {
			sum := sha256.Sum256([]byte(prefix + n))
			forms[fmt.Sprintf("hash of %s%s", prefix, n)] = string(sum[:])
			forms[fmt.Sprintf("hash of %s%s in hex", prefix, n)] = hex.EncodeToString(sum[:])
		}
	}
	return forms
}

func TestAPartysProfileStaysWithItsOrganisation(t *testing.T) {
	w := world.New(t, railOrg)
	secret := w.Net.PrivateData(carrierOrg, "settings")
	require.NotEmpty(t, secret)
	for org, name := range map[string]string{carrierOrg: "Open Ledger Line Co", bankOrg: "EGRTCNBX", portOrg: "91350200MA00000046", terminalOrg: "厦门开放码头"} {
		for _, other := range everybody {
			require.Equal(t, org == other, bytes.Contains(seenBy(w, other), []byte(name)), "%s at %s", name, other)
		}
		require.NotContains(t, string(public(w)), name)
	}
	for _, org := range everybody {
		require.Equal(t, org == carrierOrg, bytes.Contains(seenBy(w, org), secret), org)
	}
	require.Contains(t, text(read[struct{ Content fields }](w, "buyer", "party", w.Party["buyer"])), "91350200MA00000046", "one's own profile")
	require.Empty(t, read[struct{ Content fields }](w, "shipper", "party", w.Party["buyer"]).Content, "another party of the same organisation")
	require.NotEmpty(t, read[struct{ Content fields }](w, portOrg, "party", w.Party["buyer"]).Content, "the registrar who vouches for it")
}

// The bank gets a bill when it is offered one, and loses it when it rejects.
func TestTheBankSeesABillOnlyWhenItIsOffered(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	hidden := func(who string) {
		t.Helper()
		require.Empty(t, read[billView](w, who, "bill", id).Content, who)
	}
	hidden("bank")
	require.False(t, bytes.Contains(seenBy(w, bankOrg), []byte(own.number)))
	w.Must("shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["bank"]}, "")
	require.Contains(t, string(read[billView](w, "bank", "bill", id).Content), own.number)
	w.Must("bank", "bill", "reject", fields{"id": id, "reason": "NOT_AGREED"}, "")
	hidden("bank")
	require.Nil(t, w.Net.PrivateData(bankOrg, "content/"+id), "purged")
	require.Equal(t, ref(w, "shipper"), billOf(w, id).Holder)
	w.PassOn(id, "shipper", "bank") // a second offer delivers it anew
	require.JSONEq(t, world.Fixture("bill-order"), string(read[billView](w, "bank", "bill", id).Content))

	// One organisation hosts many competing parties: entitled is the party, not the house.
	for _, who := range []string{"buyer", "forwarder", "trucker", "customs", "line2", "terminal", "depot"} {
		hidden(who)
	}
	for _, who := range []string{"line", "shipper", "bank"} {
		require.JSONEq(t, world.Fixture("bill-order"), string(read[billView](w, who, "bill", id).Content), who)
	}
	var sealed struct{ Content string }
	require.NoError(t, json.Unmarshal(w.Net.PrivateData(bankOrg, "content/"+id), &sealed))
	require.Equal(t, world.Fixture("bill-order"), sealed.Content, "kept byte for byte")
}

func TestAReleaseShowsEachLinkItsNeighboursAndItsContainer(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	view := read[releaseView](w, "trucker", "release", g.order)
	require.Empty(t, view.Content, "the order as a whole is not the trucker's business")
	require.Contains(t, string(view.Lines[0].Content), own.first)
	require.Contains(t, string(view.Lines[0].Appointment), "闽D12345")
	require.Empty(t, view.Lines[1].Content)
	for _, who := range []string{"trucker2", "shipper", "bank", "line2", "depot", "forwarder"} {
		view := read[releaseView](w, who, "release", g.order)
		require.Empty(t, view.Content, who)
		require.Empty(t, view.Lines[0].Content, who)
		require.Empty(t, view.Lines[0].Appointment, who)
		require.Equal(t, []lifecycle.Act{release.Expire}, view.Acts, "anybody may say that it has run out: %s", who)
	}
	require.Empty(t, read[releaseView](w, "buyer", "release", g.order).Lines[0].Appointment, "plate and driver are between trucker and terminal")
	require.NotEmpty(t, read[releaseView](w, "terminal", "release", g.order).Lines[0].Appointment)
	require.NotEmpty(t, read[releaseView](w, "buyer", "release", g.order).Content)
}

// A party that declines a delegation keeps nothing of it.
func TestADeclinedDelegationLeavesNoCopy(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("haulier", railOrg, false, "TRUCKER")
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	key := "content/" + order + "/1"
	w.Must("buyer", "release", "delegate", fields{"id": order, "line": 1, "to": w.Party["haulier"]}, "")
	require.Contains(t, string(read[releaseView](w, "haulier", "release", order).Lines[0].Content), own.first)
	w.Must("haulier", "release", "decline-delegation", fields{"id": order, "line": 1, "reason": "CAPACITY"}, "")
	require.Nil(t, w.Net.PrivateData(railOrg, key))
	require.NotNil(t, w.Net.PrivateData(portOrg, key), "who still has the right keeps its copy")
	w.Must("buyer", "release", "delegate", fields{"id": order, "line": 1, "to": w.Party["trucker"]}, "")
	w.Must("trucker", "release", "decline-delegation", fields{"id": order, "line": 1, "reason": "CAPACITY"}, "")
	require.NotNil(t, w.Net.PrivateData(portOrg, key))
}

// Implicit collections have no member-only read: the owner's peer would answer anybody, if the chaincode did.
func TestAForeignClientReadsNothing(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	for _, who := range []string{"bank", "line", "terminal"} {
		for _, host := range []string{carrierOrg, terminalOrg, bankOrg, portOrg} {
			stranger := w.Person[who]
			if stranger.MSP == host {
				continue
			}
			stranger.MSP = host
			for _, call := range [][]string{{"bill:Read", g.bill}, {"bill:History", g.bill}, {"release:Read", g.order}, {"release:History", g.order},
				{"interchange:Read", g.receipt}, {"party:Read", w.Party["buyer"]}, {"guarantee:Read", "lg-none"},
				{"bill:Prepare", "transfer", "{}"}, {"release:Prepare", "request", "{}"}, {"party:Prepare", "describe", "{}"}, {"org:Prepare", "join", "{}"}} {
				_, err := stranger.Evaluate(call[0], call[1:], nil)
				f := w.Refusal(fault.WrongParty, err)
				require.Equal(t, "organisation of this peer", f.Args["by"], "%s by %s at %s", call[0], who, host)
			}
		}
	}
}

// A refusal says where and why, and nothing of what.
func TestRefusalsCarryNoContent(t *testing.T) {
	w := world.New(t)
	request := text(fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]})
	good := marked(t, world.Fixture("bill-order"), "FROZEN BEEF BONELESS", "bill")
	for name, content := range map[string]string{
		"check digit": strings.ReplaceAll(good, own.first, "OERU1000026"),
		"cut off":     good[:len(good)-20],
		"field":       replaceOnce(t, good, `"isElectronic"`, `"`+canary("name")+`": 1, "isElectronic"`),
		"value":       replaceOnce(t, good, `"carrierCode": "OEDL"`, `"carrierCode": "`+canary("code")+`"`),
	} {
		for _, fn := range []string{"bill:Prepare", "bill:Act"} {
			_, err := w.Person["line"].Evaluate(fn, []string{"draft", request}, map[string][]byte{"content": []byte(content), "salt": []byte(world.Salt())})
			require.Error(t, err, name)
			require.NotContains(t, err.Error(), "CANARY", name)
			require.NotContains(t, err.Error(), "OERU", name)
		}
	}
}

// Whoever drafts a guarantee for a bill that is not theirs learns nothing of the bill: the carrier compares, when it accepts.
func TestAGuaranteeIsNoOracleForABillsNumber(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("mallory", railOrg, false, "FORWARDER")
	id := w.IssuedBill()
	answers := map[string]bool{}
	request := w.GuaranteeOf(id)
	request["deliverTo"] = w.Party["mallory"]
	for _, content := range []string{world.Fixture("guarantee-aa"), other.of("guarantee-aa")} {
		transient := map[string][]byte{"content": []byte(content), "salt": []byte(world.Salt())}
		spy := w.Person["mallory"]
		spy.MSP = carrierOrg
		_, err := spy.Evaluate("guarantee:Act", []string{"draft", text(request)}, transient)
		answers[fmt.Sprint(codeOf(err))] = true
	}
	require.Len(t, answers, 1, "right and wrong numbers get the same answer")

	wrong := w.Must("buyer", "guarantee", "draft", w.GuaranteeOf(id), other.of("guarantee-aa")).ID
	w.Must("buyer", "guarantee", "submit", fields{"id": wrong}, "")
	w.Must("bank", "guarantee", "join", fields{"id": wrong}, world.Fixture("joinder"))
	f := w.Refused(fault.NotCovered, "line", "guarantee", "accept", fields{"id": wrong}, "")
	require.Equal(t, "/content/underlying/0/transportDocumentReference", f.At)
	one := strings.ReplaceAll(world.Fixture("guarantee-aa"), own.second, other.second)
	wrong = w.Must("buyer", "guarantee", "draft", w.GuaranteeOf(id), one).ID
	w.Must("buyer", "guarantee", "submit", fields{"id": wrong}, "")
	w.Must("bank", "guarantee", "join", fields{"id": wrong}, world.Fixture("joinder"))
	f = w.Refused(fault.NotCovered, "line", "guarantee", "accept", fields{"id": wrong}, "")
	require.Equal(t, "/content/underlying/0/equipmentReferences", f.At)
}
