package ledger_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/test/world"
)

// FuzzRequest sends any bytes as the public part of any act on any family, with and without content that is good for the
// act: it succeeds or is refused with a fault, it never panics, and it never says something else.
func FuzzRequest(f *testing.F) {
	w := world.New(f)
	g := atGate(w)
	letter := w.DraftedGuarantee(other.issued(w))
	ids := strings.NewReplacer("SET", w.OpenedPresentation("shipper", g.bill), "BILL", g.bill, "ORDER", g.order, "RECEIPT", g.receipt, "LETTER", letter, "PARTY", w.Party["buyer"])
	for _, seed := range []string{
		``, `{}`, `[]`, `null`, `{"id":"BILL"}`, `{"id":"BILL","version":3}`, `{"id":"BILL","to":"PARTY"}`, `{"id":"BILL","reason":"OTHER"}`,
		`{"shipper":"PARTY","endorsee":"PARTY"}`, `{"id":"ORDER","line":1}`, `{"id":"ORDER","line":1,"to":"PARTY"}`, `{"id":"ORDER","lines":[1,2]}`,
		`{"id":"ORDER","outcome":"WAIVED","waiver":"COMMERCIAL"}`, `{"id":"ORDER","validTo":"2030-01-01T00:00:00Z"}`,
		`{"basis":{"type":"LOI","bill":"BILL","guarantee":"LETTER"},"terminal":"PARTY","releaseTo":"PARTY"}`,
		`{"kind":"AA","beneficiary":"PARTY","deliverTo":"PARTY","bank":"PARTY","bills":["BILL"]}`, `{"id":"LETTER"}`,
		`{"bank":"PARTY","bills":["BILL"],"calendar":"BankMSP/x"}`, `{"id":"SET"}`, `{"id":"SET","applicant":"PARTY"}`, `{"id":"SET","reason":"OTHER"}`,
		`{"type":"IN_EMPTY","release":"ORDER","line":1,"out":"RECEIPT","facility":"PARTY","trucker":"PARTY"}`,
		`{"id":"RECEIPT","commitment":"00"}`, `{"id":"RECEIPT"}`, "{\"id\":\"\xff\"}", `{"id":"\ud800"}`, `{"id":1e999}`, `{"id":"ORDER/1"}`,
	} {
		for at := range attempts {
			f.Add(uint8(at), ids.Replace(seed))
		}
	}
	f.Fuzz(func(t *testing.T, at uint8, request string) {
		a := attempts[int(at)%len(attempts)]
		transient := map[string][]byte{"salt": []byte(strings.Repeat("ab", 32))}
		if a.content != "" {
			transient["content"] = []byte(world.Fixture(a.content))
		}
		for _, fn := range []string{"Prepare", "Act"} {
			_, err := w.Person[a.who].Evaluate(a.family+":"+fn, []string{a.act, request}, transient)
			if err == nil {
				continue
			}
			_, known := fault.Parse(err.Error())
			require.True(t, known, "%s %s: %v", a.family, a.act, err)
		}
	})
}

type attempt struct{ who, family, act, content string }

// attempts are every act of the families that a caller can ask for, by somebody who might.
var attempts = slices.Concat(
	tried("line", "bill", "bill:draft", "issue", "void", "accept-surrender", "reject-surrender", "withdraw-approval"),
	tried("buyer", "bill", "approve", "transfer", "endorse", "endorse-to-order", "blank-endorse", "accept", "reject", "withdraw", "surrender", "withdraw-surrender"),
	tried("buyer", "guarantee", "guarantee:draft", "submit", "withdraw", "guarantee-amendment:propose-amendment", "accept-amendment"),
	tried("bank", "guarantee", "joinder:join", "refuse", "pay", "rejection:reject-demand", "extend", "suspend-payment", "reject-amendment"),
	tried("line", "guarantee", "accept", "demand:demand", "suspend", "resume", "release", "expire", "withdraw-amendment"),
	tried("buyer", "release", "release:request", "cancel", "accept", "decline", "delegate", "recall"),
	tried("line", "release", "reject", "clear-charges", "charge-statement:present-charges", "charge-settlement:settle-charges", "waive-charges", "charge-settlement:credit-charges", "issue"),
	tried("customs", "release", "notice:release-customs"),
	tried("trucker", "release", "accept-delegation", "decline-delegation", "appointment:request-appointment", "cancel-appointment"),
	tried("terminal", "release", "confirm-appointment", "refuse-appointment"),
	tried("line", "interchange", "authority-out:authorise", "cancel", "close", "expire", "confirm-assignment", "statement:rule"),
	tried("terminal", "interchange", "gate-sheet-out:record", "sign-by-facility", "assignment:assign", "deem-signed", "gate-sheet-out:void", "statement:propose-resolution", "escalate"),
	tried("trucker", "interchange", "sign-by-trucker", "statement:sign-with-remarks", "statement:dispute", "accept-resolution"),
	tried("terminal", "release", "plug-event:plug", "reefer-readings:report-readings"),
	tried("buyer", "release", "excursion-acknowledgement:acknowledge-excursion"),
	tried("shipper", "exchange", "exchange-terms:propose", "show", "withdraw"),
	tried("buyer", "exchange", "agree", "decline", "settle"),
	tried(bankOrg, "party", "register-payment-key", "revoke-payment-key"),
	tried("bank", "facility", "open", "facility:change-limit", "reservation:reserve", "reservation-end:free", "suspend", "resume", "close"),
	tried("shipper", "presentation", "presentation:open", "presentation:replace-documents", "complete", "withdraw", "presentation:present-again", "take-back"),
	tried("bank", "presentation", "propose-honour", "refusal:propose-refusal", "recall-proposal", "honour", "refuse", "ask-waiver", "return-documents"),
	tried("buyer", "presentation", "waive", "decline-waiver"),
)

// tried lists acts by one person; "fixture:act" comes with content.
func tried(who, family string, acts ...string) []attempt {
	var all []attempt
	for _, act := range acts {
		content, name, with := strings.Cut(act, ":")
		if !with {
			content, name = "", act
		}
		fixture := map[string]string{"bill": "bill-order", "guarantee": "guarantee-aa"}[content]
		if fixture == "" {
			fixture = content
		}
		all = append(all, attempt{who, family, name, fixture})
	}
	return all
}

// FuzzID reads any id: never a panic, never somebody else's record.
func FuzzID(f *testing.F) {
	w := world.New(f)
	id := w.IssuedBill()
	for _, seed := range []string{"", id, id + "/1", "/" + id, "../bill/" + id, strings.ToUpper(id), id + "\x00", "\xff", strings.Repeat("b", 5000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for _, family := range []string{"bill", "guarantee", "release", "interchange", "exchange", "leg", "mandate", "facility", "party", "presentation"} {
			for _, fn := range []string{":Read", ":History"} {
				_, err := w.Person["buyer"].Evaluate(family+fn, []string{name}, nil)
				if name == id && family == "bill" {
					require.NoError(t, err)
					continue
				}
				if err != nil {
					require.Contains(t, []fault.Code{fault.NotFound, fault.NotAnchored}, codeOf(err), "%s %q", family, name)
				}
			}
		}
	})
}
