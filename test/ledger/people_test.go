package ledger_test

import (
	"encoding/hex"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/state"
	"portledger/test/memfabric"
	"portledger/test/world"
)

func TestAPartyCanAcceptEverythingAtOnce(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("factor", railOrg, true, "CONSIGNEE", "FORWARDER", "TRUCKER")
	id := w.IssuedBill()
	w.Must("shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["factor"]}, "")
	b := billOf(w, id)
	require.Equal(t, ref(w, "factor"), b.Holder)
	require.Equal(t, ref(w, "factor"), b.Title)
	require.Nil(t, b.Offer)
	require.Equal(t, 4, b.Version, "one act, one version")
	require.NotEmpty(t, read[billView](w, "factor", "bill", id).Content, "its organisation got the content in the same transaction")
	require.Equal(t, memfabric.EndorsementPolicyFailure,
		w.Forge("shipper", w.Rewrite("bill/"+id, nil, func(r map[string]any) { r["holder"] = ref(w, "shipper") }), carrierOrg, portOrg), "and relies on it from now on")
	surrender(w, id, "factor")
	order := w.Must("factor", "release", "request", fields{"basis": fields{"type": "EBL_SURRENDER", "bill": id}, "terminal": w.Party["terminal"]},
		world.Fixture("release")).ID
	w.IssuedRelease(order)
	w.Must("factor", "release", "accept", fields{"id": order}, "")
	w.Register("carter", railOrg, true, "TRUCKER")
	w.Must("factor", "release", "delegate", lineTo(w, order, 1, "carter"), "")
	require.Equal(t, "DELEGATED", w.State("release", order))
	require.Equal(t, ref(w, "carter"), orderOf(w, order).Lines[0].Control.Right)
}

// A further organisation's trucker takes a container: its peer holds its line and endorses, and sees nothing else.
func TestAPartyOfAFurtherOrganisation(t *testing.T) {
	w := world.New(t, railOrg)
	w.Register("haulier", railOrg, false, "TRUCKER")
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	w.Must("buyer", "release", "delegate", lineTo(w, order, 1, "haulier"), "")
	require.Contains(t, string(seenBy(w, railOrg)), own.first)
	require.NotContains(t, string(seenBy(w, railOrg)), own.second, "the other container")
	require.NotContains(t, string(seenBy(w, railOrg)), "9640.5", "the bill")
	require.NotContains(t, string(seenBy(w, railOrg)), "Keep plugged in", "the order")
	w.Must("haulier", "release", "accept-delegation", line(order, 1), "")
	w.Must("haulier", "release", "request-appointment", line(order, 1), w.Appointment(0))
	w.Must("terminal", "release", "confirm-appointment", line(order, 1), "")
	key := "line/" + order + "/1"
	require.Equal(t, memfabric.EndorsementPolicyFailure,
		w.Forge("bank", w.Rewrite(key, nil, func(r map[string]any) { r["right"] = ref(w, "trucker") }), carrierOrg, terminalOrg, portOrg, bankOrg),
		"the right does not move without the right holder's peer")
	receipt := w.Must("line", "interchange", "authorise", fields{"type": "OUT_FULL", "release": order, "line": 1,
		"facility": w.Party["terminal"], "trucker": w.Party["haulier"]}, world.Sheet("authority-out", 1)).ID
	w.Must("terminal", "interchange", "record", fields{"id": receipt}, world.Sheet("gate-sheet-out", 1))
	require.Equal(t, ref(w, "haulier"), read[receiptView](w, "haulier", "interchange", receipt).Control.Trucker)
}

func TestWhoActsIsReadFromTheCertificate(t *testing.T) {
	w := world.New(t, railOrg)
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "buyer")
	surrender := func(code fault.Code, who string) {
		t.Helper()
		w.Refused(code, who, "bill", "surrender", fields{"id": id}, "")
		require.Equal(t, code, codeOf(direct(w, who, "bill", "surrender", text(fields{"id": id}), nil, carrierOrg, portOrg)))
	}
	w.Enrol("thief", bankOrg, w.Party["buyer"], "CONSIGNEE")
	surrender(fault.UnknownCaller, "thief") // a certificate that names a party of another organisation
	w.Enrol("ghost", portOrg, "PGHOST", "CONSIGNEE")
	surrender(fault.UnknownCaller, "ghost")
	w.Enrol("empty", portOrg, "", "CONSIGNEE")
	surrender(fault.UnknownCaller, "empty")
	w.Enrol("organisation", portOrg, "org:PortMSP", "CONSIGNEE")
	surrender(fault.UnknownCaller, "organisation")
	w.Person["plain"] = world.Client{Client: w.Net.Client(w.Net.Enrol(portOrg, "u-plain", "client", nil))}
	surrender(fault.UnknownCaller, "plain")
	surrender(fault.WrongParty, portOrg) // the registrar is no holder
	w.Person["stranger"] = world.Client{Client: w.Net.Client(w.Net.Enrol("PirateMSP", "u-x", "client", map[string]string{"portledger.party": w.Party["buyer"]}))}
	_, err := w.Net.Endorse(w.Person["stranger"].Proposal("bill:Act", []string{"surrender", text(fields{"id": id})}, nil), carrierOrg, portOrg)
	require.ErrorContains(t, err, "access denied")

	// A role counts only when both certificate and registration grant it.
	w.Enrol("intern", carrierOrg, w.Party["line"])
	w.Refused(fault.WrongRole, "intern", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, other.of("bill-order"))
	w.Enrol("boaster", portOrg, w.Party["buyer"], "CONSIGNEE", "CARRIER", "REGISTRAR")
	w.Refused(fault.WrongRole, "boaster", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, other.of("bill-order"))
	w.Refused(fault.WrongRole, "boaster", "party", "register", fields{"roles": []string{"CARRIER"}, "witness": bankOrg}, "")
	// Without any it may look, and nothing else: not even what any person of the holder may.
	w.Enrol("trainee", portOrg, w.Party["buyer"])
	w.Enrol("mislabelled", portOrg, w.Party["buyer"], "CARRIER", "")
	for _, who := range []string{"trainee", "mislabelled"} {
		surrender(fault.WrongRole, who)
		w.Refused(fault.WrongRole, who, "bill", "transfer", fields{"id": id, "to": w.Party["bank"]}, "")
		w.Refused(fault.WrongRole, who, "party", "mark-four-eyes", fields{"id": w.Party["buyer"], "acts": []string{"bill/*"}}, "")
		require.NotEmpty(t, read[billView](w, who, "bill", id).Content)
		_, err = w.Person[who].Evaluate("bill:Prove", []string{text(fields{"id": id, "challenge": "abcdefghijklmnop"})}, nil)
		require.Equal(t, fault.WrongRole, codeOf(err))
	}
	w.Must("boaster", "bill", "surrender", fields{"id": id}, "")
	w.Refused(fault.WrongRole, "intern", "bill", "accept-surrender", fields{"id": id}, "")
	w.Refused(fault.WrongParty, "line2", "bill", "accept-surrender", fields{"id": id}, "")
}

func TestRegisteringAParty(t *testing.T) {
	w := world.New(t)
	register := func(change ...any) fields {
		r := fields{"roles": []string{"SHIPPER"}, "witness": carrierOrg}
		for i := 0; i+1 < len(change); i += 2 {
			r[change[i].(string)] = change[i+1]
		}
		return r
	}
	w.Refused(fault.WrongRole, "buyer", "party", "register", register(), "")
	w.Refused(fault.OneOrganisation, portOrg, "party", "register", register("witness", portOrg), "")
	w.Refused(fault.Invalid, portOrg, "party", "register", register("roles", []string{"PIRATE"}), "")
	w.Refused(fault.Invalid, portOrg, "party", "register", register("roles", []string{}), "")
	w.Refused(fault.Invalid, portOrg, "party", "register", register("legalName", "Lin"), "")
	w.Refused(fault.Invalid, portOrg, "party", "register", register(), world.Fixture("party-buyer"))
	w.Refused(fault.Invalid, portOrg, "party", "register", register("org", bankOrg), "")
	id := w.Must(portOrg, "party", "register", register(), "").ID
	require.Regexp(t, `^P[A-Z2-7]{16}$`, id)
	w.Refused(fault.WrongParty, bankOrg, "party", "describe", fields{"id": id}, world.Fixture("party-buyer"))
	w.Refused(fault.Invalid, portOrg, "party", "describe", fields{"id": id}, "")
	w.Must(portOrg, "party", "describe", fields{"id": id}, world.Fixture("party-buyer"))
	w.Must(portOrg, "party", "describe", fields{"id": id, "version": 2}, world.Fixture("party-shipper"))
	w.Refused(fault.VersionMismatch, portOrg, "party", "describe", fields{"id": id, "version": 2}, world.Fixture("party-buyer"))
	w.Refused(fault.NotFound, portOrg, "party", "describe", fields{"id": "PNOBODY"}, world.Fixture("party-buyer"))
}

func TestAnOrganisationJoinsOnce(t *testing.T) {
	w := world.New(t)
	content := func(body string) map[string][]byte { return map[string][]byte{"content": []byte(body)} }
	good := `{"secret":"` + world.Salt() + `","trust":{"customs":["PortMSP"]}}`
	for name, c := range map[string]struct {
		who, act, request, body string
		code                    fault.Code
	}{
		"again":            {bankOrg, "join", "{}", good, fault.Duplicate},
		"a short secret":   {bankOrg, "join", "{}", `{"secret":"abcd"}`, fault.Invalid},
		"no secret":        {bankOrg, "join", "{}", `{}`, fault.Invalid},
		"a secret in text": {bankOrg, "join", "{}", `{"secret":"correct horse battery staple, and so on"}`, fault.Invalid},
		"an unknown field": {bankOrg, "join", "{}", `{"secret":"` + world.Salt() + `","colour":1}`, fault.Invalid},
		"public input":     {bankOrg, "join", `{"secret":"x"}`, good, fault.Invalid},
		"no settings":      {bankOrg, "join", "{}", "", fault.Malformed},
		"another act":      {bankOrg, "leave", "{}", good, fault.UnknownAct},
		"a clerk":          {"bank", "join", "{}", good, fault.WrongRole},
	} {
		_, err := w.Person[c.who].Submit("org:Act", []string{c.act, c.request}, content(c.body), bankOrg)
		require.Equal(t, c.code, codeOf(err), name)
	}
	foreign := w.Person[portOrg]
	_, err := foreign.Submit("org:Act", []string{"join", "{}"}, content(good), bankOrg)
	require.Equal(t, fault.WrongParty, codeOf(err), "another organisation's registrar")
}

func TestReadinessIsATransactionOfAll(t *testing.T) {
	w := world.New(t)
	all := []string{carrierOrg, terminalOrg, bankOrg, portOrg}
	ping := func(who, members string, orgs ...string) error {
		_, err := w.Person[who].Submit("org:Ping", []string{members}, nil, orgs...)
		return err
	}
	names := carrierOrg + "," + terminalOrg + "," + bankOrg + "," + portOrg
	require.NoError(t, ping(bankOrg, names, all...))
	invalid(t, memfabric.EndorsementPolicyFailure, ping(bankOrg, names, all[1:]...))
	require.NoError(t, ping(bankOrg, names, all...))
	require.NoError(t, ping(portOrg, names, all...), "every organisation has its own")
	require.Equal(t, fault.WrongRole, codeOf(ping("bank", names, all...)))
	for _, bad := range []string{"", ",", "BankMSP,", "Mr Lin", "BankMSP,\xff"} {
		require.Equal(t, fault.Invalid, codeOf(ping(bankOrg, bad, all...)), bad)
	}
}

// Deadlines are decided by the transaction's time, which is the client's claim. So it has to be near the endorsers' own.
func TestAForgedTimeIsRefused(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	for _, by := range []time.Duration{state.SkewMax + time.Second, -state.SkewMax - time.Second, 100 * 365 * 24 * time.Hour} {
		p, plan, err := w.Rehearse("terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1), world.Salt())
		require.NoError(t, err)
		p.Time = w.Net.Now().Add(by)
		_, err = w.Net.Submit(p, plan.Endorsers...)
		require.Equal(t, fault.ClockSkew, codeOf(err), by)
	}
	p, plan, err := w.Rehearse("terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1), world.Salt())
	require.NoError(t, err)
	p.Time = w.Net.Now().Add(state.SkewMax)
	_, err = w.Net.Submit(p, plan.Endorsers...)
	require.NoError(t, err)
}

// What an act needs and did not bring is refused: no endorser fills it in from its own copy.
func TestAnActWithoutItsPrivateInputIsRefused(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	transfer := text(fields{"id": id, "to": w.Party["bank"]})
	missing := func(name string, err error) {
		t.Helper()
		f := w.Refusal(fault.PrivateInputMissing, err)
		require.Equal(t, name, f.Args["name"])
	}
	missing("content/"+id, direct(w, "shipper", "bill", "transfer", transfer, nil, bankOrg, carrierOrg, portOrg))
	missing("content/"+id, direct(w, "shipper", "bill", "transfer", transfer, map[string][]byte{"content/" + id: nil}, bankOrg, carrierOrg, portOrg))
	require.Equal(t, fault.ContentMismatch, codeOf(direct(w, "shipper", "bill", "transfer", transfer,
		map[string][]byte{"content/" + id: []byte("{}")}, bankOrg, carrierOrg, portOrg)))
	require.Empty(t, w.Net.PrivateData(bankOrg, "content/"+id))

	draft := text(fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]})
	transient := map[string][]byte{"content": []byte(other.of("bill-order")), "salt": []byte(world.Salt())}
	missing("tokens", direct(w, "line", "bill", "draft", draft, transient, carrierOrg, portOrg))
	made := hex.EncodeToString(make([]byte, 32))
	transient["tokens"] = []byte(text(map[string]string{other.first: made, other.second: made}))
	require.Equal(t, fault.ContentMismatch, codeOf(direct(w, "line", "bill", "draft", draft, transient, carrierOrg, portOrg)), "made up")
	for _, bad := range []string{"", "{", `{"x":"y"}`, `[]`, `{"` + other.first + `":"zz","` + other.second + `":"zz"}`} {
		transient["tokens"] = []byte(bad)
		err := direct(w, "line", "bill", "draft", draft, transient, portOrg)
		require.Contains(t, []fault.Code{fault.ContentMismatch, fault.PrivateInputMissing}, codeOf(err), bad)
	}
	_, err := w.Person["line"].Evaluate("bill:Prepare", []string{"draft", draft}, map[string][]byte{"content": transient["content"], "salt": transient["salt"]})
	require.NoError(t, err)
	request := text(fields{"basis": fields{"type": "EBL_SURRENDER", "bill": other.surrendered(w)}, "terminal": w.Party["terminal"]})
	missing("tokens", direct(w, "buyer", "release", "request", request,
		map[string][]byte{"content": []byte(other.of("release")), "salt": []byte(world.Salt())}, carrierOrg, portOrg, terminalOrg))
}

func TestADocumentNeedsTwoOrganisations(t *testing.T) {
	w := world.New(t)
	w.Register("exporter", carrierOrg, false, "SHIPPER")
	w.Refused(fault.OneOrganisation, "line", "bill", "draft", fields{"shipper": w.Party["exporter"], "endorsee": w.Party["exporter"]}, other.of("bill-order"))
}
