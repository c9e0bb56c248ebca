package ledger_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/test/world"
)

// bad is one input that must be refused, and how: with which code, at which place.
type bad struct {
	name, who, family, act string
	request, content, salt string
	code                   fault.Code
	at                     string
}

// refusedBothWays sends it through a rehearsal and straight at honest peers, round any gateway. The ledger stays as it was.
func (b bad) refusedBothWays(t *testing.T, w *world.World, salt string) {
	t.Helper()
	transient := map[string][]byte{}
	if b.content != "" {
		transient["content"] = []byte(b.content)
	}
	switch b.salt {
	case "":
		transient["salt"] = []byte(salt)
	case "none":
	default:
		transient["salt"] = []byte(b.salt)
	}
	height := w.Net.Height()
	_, rehearsed := w.Person[b.who].Evaluate(b.family+":Prepare", []string{b.act, b.request}, transient)
	sent := direct(w, b.who, b.family, b.act, b.request, transient, carrierOrg, portOrg)
	for way, err := range map[string]error{"rehearsed": rehearsed, "sent": sent} {
		require.Error(t, err, "%s: %s", b.name, way)
		f, ok := fault.Parse(err.Error())
		require.True(t, ok, "%s: %s: %v", b.name, way, err)
		require.Equal(t, b.code, f.Code, "%s: %s: %v", b.name, way, f)
		require.Equal(t, b.at, f.At, "%s: %s: %v", b.name, way, f)
	}
	require.Equal(t, height, w.Net.Height(), "%s: the ledger is as it was", b.name)
}

func deep(levels int) string {
	return strings.Repeat(`{"a":`, levels) + "1" + strings.Repeat("}", levels)
}

func TestABadRequestIsRefusedAtItsPlace(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	order := other.requested(w, other.surrendered(w))
	salt := world.Salt()
	good := func(more string) string { return `{"id":"` + id + `"` + more + `}` }
	for _, b := range []bad{
		{name: "nothing", request: "", code: fault.Malformed},
		{name: "cut off", request: `{"id":"` + id, code: fault.Malformed, at: "/id"},
		{name: "cut off after a value", request: `{"id":"` + id + `"`, code: fault.Malformed, at: ""},
		{name: "blanks", request: "   ", code: fault.Malformed},
		{name: "two values", request: good("") + "{}", code: fault.Malformed},
		{name: "a member twice", request: good(`,"id":"` + id + `"`), code: fault.Malformed, at: "/id"},
		{name: "not UTF-8", request: "{\"id\":\"\xff\xfe\"}", code: fault.Malformed, at: "/id"},
		{name: "half a surrogate pair", request: `{"id":"\ud800"}`, code: fault.Malformed, at: "/id"},
		{name: "NUL", request: `{"id":"\u0000"}`, code: fault.Malformed, at: "/id"},
		{name: "NUL in a name", request: `{"\u0000":"x"}`, code: fault.Malformed, at: ""},
		{name: "a comment", request: `{"id":"x" /* y */}`, code: fault.Malformed},
		{name: "too large", request: good(`,"to":"` + strings.Repeat("x", 8<<10) + `"`), code: fault.TooLarge},
		{name: "too deep", request: `{"id":` + deep(4) + `}`, code: fault.TooLarge, at: "/id/a/a/a"},
		{name: "far too deep", request: deep(1000), code: fault.TooLarge, at: "/a/a/a/a"},
		{name: "a list", request: `["` + id + `"]`, code: fault.Invalid},
		{name: "a text", request: `"` + id + `"`, code: fault.Invalid},
		{name: "null", request: `null`, code: fault.Invalid, at: "/id"},
		{name: "an id that is a number", request: `{"id":7}`, code: fault.Invalid, at: "/id"},
		{name: "an id that is null", request: `{"id":null}`, code: fault.Invalid, at: "/id"},
		{name: "an empty id", request: `{"id":""}`, code: fault.Invalid, at: "/id"},
		{name: "no id", request: `{}`, code: fault.Invalid, at: "/id"},
		{name: "a version that is no whole number", request: good(`,"version":1.5`), code: fault.Invalid, at: "/version"},
		{name: "a version that is a text", request: good(`,"version":"3"`), code: fault.Invalid, at: "/version"},
		{name: "a version beyond all numbers", request: good(`,"version":123456789012345678901`), code: fault.Malformed, at: "/version"},
		{name: "an unknown field", request: good(`,"colour":"red"`), code: fault.Invalid, at: "/colour"},
		{name: "a field in the wrong case", request: good(`,"To":"x"`), code: fault.Invalid, at: "/To"},
		{name: "a field of the ledger's own", request: good(`,"Parties":{}`), code: fault.Invalid, at: "/Parties"},
		{name: "a dash", request: good(`,"-":1`), code: fault.Invalid, at: ""},
		{name: "a name that smuggles text", request: good(`,"Mr Lin, call me":1`), code: fault.Invalid, at: ""},
		{name: "a field of another act", request: good(`,"reason":"OTHER"`), code: fault.Invalid, at: "/reason"},
		{name: "the content among the fields", request: good(`,"content":{}`), code: fault.Invalid, at: "/content"},
		{name: "content where none belongs", request: good(""), content: "{}", code: fault.Invalid, at: "/content"},
		{name: "a bill that is not there", request: `{"id":"bl-none"}`, code: fault.NotFound},
		{name: "an order is no bill", request: `{"id":"` + order + `"}`, code: fault.NotFound},
		{name: "an id with a path", request: `{"id":"../party/` + w.Party["buyer"] + `"}`, code: fault.NotFound},
		{name: "an old version", request: good(`,"version":2`), code: fault.VersionMismatch},
		{name: "a version below the first", request: good(`,"version":-1`), code: fault.VersionMismatch},
	} {
		b.who, b.family, b.act = "shipper", "bill", "surrender"
		b.refusedBothWays(t, w, salt)
	}
}

func TestARequestHoldsWhatItsActTakes(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	order := other.requested(w, other.surrendered(w))
	salt := world.Salt()
	good := func(more string) string { return `{"id":"` + id + `"` + more + `}` }
	for _, b := range []bad{
		{name: "required is missing", family: "bill", act: "transfer", request: good(""), code: fault.Invalid, at: "/to"},
		{name: "required is empty", family: "bill", act: "transfer", request: good(`,"to":""`), code: fault.Invalid, at: "/to"},
		{name: "a party that does not exist", family: "bill", act: "transfer", request: good(`,"to":"PNOBODY"`), code: fault.UnknownParty, at: "/to"},
		{name: "a registrar is no party", family: "bill", act: "transfer", request: good(`,"to":"org:BankMSP"`), code: fault.UnknownParty, at: "/to"},
		{name: "an unknown act", family: "bill", act: "dance", request: good(""), code: fault.UnknownAct},
		{name: "no act", family: "bill", act: "", request: good(""), code: fault.UnknownAct},
		{name: "an act in the wrong case", family: "bill", act: "Surrender", request: good(""), code: fault.UnknownAct},
		{name: "an automatic act", family: "bill", act: "accomplish", request: good(""), code: fault.UnknownAct},
		{name: "an automatic act of a line", family: "release", act: "gate-out", request: good(""), code: fault.UnknownAct},
		{name: "an act of another family", family: "bill", act: "authorise", request: good(""), code: fault.UnknownAct},
		{name: "the act before the request", family: "bill", act: "dance", request: "{", code: fault.UnknownAct},
		{name: "nested: an unknown field", family: "release", act: "request", request: `{"basis":{"type":"EBL_SURRENDER","bill":"` + id + `","colour":1},"terminal":"x"}`, content: "{}", code: fault.Invalid, at: "/basis/colour"},
		{name: "a list of the wrong things", family: "guarantee", act: "draft", request: `{"kind":"A","beneficiary":"x","deliverTo":"x","bills":[7]}`, content: "{}", code: fault.Invalid, at: "/bills/0"},
		{name: "an empty list", family: "guarantee", act: "draft", request: `{"kind":"A","beneficiary":"` + w.Party["line"] + `","deliverTo":"` + w.Party["buyer"] + `","bills":[]}`, content: world.With(world.With(world.Fixture("guarantee-aa"), "igForm", "A"), "guarantorBank", nil), code: fault.Invalid, at: "/bills"},
		{name: "a line that is not there", family: "release", act: "delegate", request: `{"id":"` + order + `","line":3,"to":"` + w.Party["trucker"] + `"}`, code: fault.NotFound, at: "/line"},
		{name: "a line before the first", family: "release", act: "delegate", request: `{"id":"` + order + `","line":-1,"to":"` + w.Party["trucker"] + `"}`, code: fault.NotFound, at: "/line"},
		{name: "line nought", family: "release", act: "delegate", request: `{"id":"` + order + `","line":0,"to":"` + w.Party["trucker"] + `"}`, code: fault.NotFound, at: "/line"},
	} {
		b.who = "shipper"
		b.refusedBothWays(t, w, salt)
	}
}

func TestTextOfTheCallerIsNotEchoed(t *testing.T) {
	w := world.New(t)
	canary := "Mr Lin owes 9640.50"
	for _, args := range [][]string{{canary, "{}"}, {"surrender", `{"id":"` + canary + `"}`}, {"surrender", `{"` + canary + `":1}`}} {
		_, err := w.Person["buyer"].Evaluate("bill:Prepare", args, nil)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "Lin", args)
	}
	_, err := w.Person["buyer"].Evaluate("bill:Read", []string{canary}, nil)
	require.NotContains(t, err.Error(), "Lin")
	_, err = w.Person[bankOrg].Evaluate("org:Prepare", []string{canary, "{}"}, nil)
	require.NotContains(t, err.Error(), "Lin")
}

func TestBadContentIsRefusedAtItsPlace(t *testing.T) {
	w := world.New(t)
	salt := world.Salt()
	request := text(fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]})
	good := world.Fixture("bill-order")
	change := func(old, new string) string { return replaceOnce(t, good, old, new) }
	for _, b := range []bad{
		{name: "none", code: fault.Invalid, at: "/content"},
		{name: "cut off", content: good[:len(good)/2], code: fault.Malformed, at: "-"},
		{name: "too large", content: change("1. The carrier", strings.Repeat("x", 256<<10)), code: fault.TooLarge, at: "/content"},
		{name: "too deep", content: `{"a":` + deep(40) + `}`, code: fault.TooLarge, at: "-"},
		{name: "a member twice", content: change(`"isElectronic": true,`, `"isElectronic": true, "isElectronic": true,`), code: fault.Malformed, at: "/content/isElectronic"},
		{name: "not UTF-8", content: change("FROZEN BEEF BONELESS", "FROZEN \xc3\x28"), code: fault.Malformed, at: "/content/consignmentItems/0/descriptionOfGoods/0"},
		{name: "a number that no hash keeps", content: change("9640.5", "9640.500000000000000001"), code: fault.Malformed, at: "/content/charges/0/currencyAmount"},
		{name: "an unknown field", content: change(`"isElectronic": true,`, `"isElectronic": true, "isFunny": true,`), code: fault.Invalid, at: "/content/isFunny"},
		{name: "a wrong check digit", content: strings.ReplaceAll(good, "OERU1000025", "OERU1000026"), code: fault.Invalid, at: "/content/consignmentItems/0/cargoItems/0/equipmentReference"},
		{name: "a wrong LEI", content: strings.ReplaceAll(good, "9845SANTOSFOODSSA080", "9845SANTOSFOODSSA081"), code: fault.Invalid, at: "/content/documentParties/shipper/identifyingCodes/0/partyCode"},
		{name: "a wrong credit code", content: strings.ReplaceAll(good, "91350200MA00000046", "91350200MA00000047"), code: fault.Invalid, at: "/content/documentParties/notifyParties/0/identifyingCodes/0/partyCode"},
		{name: "a list in place of an object", content: "[]", code: fault.Invalid, at: "/content"},
		{name: "content of another kind", content: world.Fixture("release"), code: fault.Invalid, at: "-"},
		{name: "another carrier's code", content: change(`"carrierCode": "OEDL"`, `"carrierCode": "ABCD"`), code: fault.Invalid, at: "/content/carrierCode"},
		{name: "no salt", content: good, salt: "none", code: fault.PrivateInputMissing},
		{name: "a short salt", content: good, salt: salt[:62], code: fault.PrivateInputMissing},
		{name: "a long salt", content: good, salt: salt + "00", code: fault.PrivateInputMissing},
		{name: "a salt in capitals", content: good, salt: strings.ToUpper("ab" + salt[2:]), code: fault.PrivateInputMissing},
		{name: "a salt of other letters", content: good, salt: strings.Repeat("zz", 32), code: fault.PrivateInputMissing},
		{name: "the content before the salt", content: "{}", salt: "none", code: fault.Invalid, at: "-"},
	} {
		b.who, b.family, b.act, b.request = "line", "bill", "draft", request
		b.somewhere(t, w, salt)
	}
	// The parties that the request names against what the content says.
	for name, b := range map[string]bad{
		"an order party on a bearer bill":   {content: world.Fixture("bill-bearer"), code: fault.Invalid, at: "/endorsee"},
		"a straight bill without consignee": {content: world.Fixture("bill-straight"), code: fault.Invalid, at: "/consignee"},
		"a sea waybill without consignee":   {content: world.Fixture("bill-seawaybill"), code: fault.Invalid, at: "/consignee"},
	} {
		b.name, b.who, b.family, b.act, b.request = name, "line", "bill", "draft", request
		b.refusedBothWays(t, w, salt)
	}
}

// somewhere is refusedBothWays where "-" stands for any place inside the content.
func (b bad) somewhere(t *testing.T, w *world.World, salt string) {
	t.Helper()
	if b.at != "-" {
		b.refusedBothWays(t, w, salt)
		return
	}
	transient := map[string][]byte{"content": []byte(b.content)}
	if b.salt == "" {
		transient["salt"] = []byte(salt)
	}
	_, err := w.Person[b.who].Evaluate(b.family+":Prepare", []string{b.act, b.request}, transient)
	f := w.Refusal(b.code, err)
	require.True(t, strings.HasPrefix(f.At, "/content/"), "%s: at %q", b.name, f.At)
	b.at = f.At
	b.refusedBothWays(t, w, salt)
}

func TestContentThatContradictsTheRequestOrTheDocuments(t *testing.T) {
	w := world.New(t)
	id := w.SurrenderedBill()
	elsewhere := other.issued(w)
	salt := world.Salt()
	basis := text(fields{"basis": fields{"type": "EBL_SURRENDER", "bill": id}, "terminal": w.Party["terminal"]})
	wrong := func(b bad, code fault.Code, at string) {
		t.Helper()
		b.code, b.at = code, at
		transient := map[string][]byte{"content": []byte(b.content), "salt": []byte(salt)}
		height := w.Net.Height()
		_, _, rehearsed := w.Rehearse(b.who, b.family, b.act, asFields(b.request), b.content, salt)
		sent := direct(w, b.who, b.family, b.act, b.request, transient, carrierOrg, terminalOrg, portOrg)
		found := false
		for _, err := range []error{rehearsed, sent} { // the caller's own peer may not see enough to refuse
			if err == nil {
				continue
			}
			if f, ok := fault.Parse(err.Error()); ok && f.Code == code && f.At == at {
				found = true
			}
		}
		require.True(t, found, "%s: rehearsed %v, sent %v", b.name, rehearsed, sent)
		require.Equal(t, height, w.Net.Height(), b.name)
	}
	release := bad{name: "release", who: "buyer", family: "release", act: "request", request: basis}
	release.content = other.of("release")
	wrong(release, fault.NotCovered, "/content/transportDocumentReference")
	release.content = strings.ReplaceAll(world.Fixture("release"), own.second, other.second)
	wrong(release, fault.NotCovered, "/content/lines") // the buyer holds no token for it
	require.Equal(t, fault.NotCovered, codeAt(w, "buyer", "release", "request", basis, release.content, salt, own, other))

	g := text(w.GuaranteeOf(elsewhere))
	letter := func(content string) bad {
		return bad{name: "guarantee", who: "buyer", family: "guarantee", act: "draft", request: g, content: content}
	}
	wrong(letter(world.With(world.Fixture("guarantee-aa"), "underlying", []any{})), fault.Invalid, "/content/underlying")
	wrong(letter(world.With(world.With(world.Fixture("guarantee-aa"), "igForm", "A"), "guarantorBank", nil)), fault.Invalid, "/content/type")
}

// codeAt is what the honest peers say to a request whose tokens are made up.
func codeAt(w *world.World, who, family, act, request, content, salt string, cargoes ...cargo) fault.Code {
	tokens := map[string]string{}
	for _, c := range []string{cargoes[0].first, cargoes[1].second} {
		tokens[c] = world.Salt()
	}
	return codeOf(direct(w, who, family, act, request, map[string][]byte{"content": []byte(content), "salt": []byte(salt),
		"tokens": []byte(text(tokens))}, carrierOrg, terminalOrg, portOrg))
}

func TestUnknownFunctionsAreErrors(t *testing.T) {
	w := world.New(t)
	for _, fn := range []string{"", "bill", "bill:", "bill:Dance", "Dance", "bill:act", "bill:GetName", ":Act", "party:Init", "settings:Read"} {
		_, err := w.Person["buyer"].Evaluate(fn, []string{"x"}, nil)
		require.Error(t, err, fn)
	}
	for _, args := range [][]string{nil, {"surrender"}, {"surrender", "{}", "{}"}} {
		_, err := w.Person["buyer"].Evaluate("bill:Prepare", args, nil)
		require.Error(t, err, args)
	}
}
