package network_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/network/proc"
	"portledger/test/network/live"
)

// canary is a text that stands in one private document of this run and nowhere else in the world.
type canary struct {
	text string
	// entitled are the organisations whose peer may keep it; required those in whose store it must be found, or the
	// search would prove nothing.
	entitled, required []string
}

// voyage is one shipment whose private documents are full of canaries.
type voyage struct {
	*scene
	papers                                              live.Papers
	bill, order, appointment, authority, sheet, notices live.Papers
	canaries                                            map[string]*canary
}

// mark makes a canary: what it stands for, how long it may be and who may know it.
func (v *voyage) mark(what string, length int, entitled ...string) string {
	text := live.RandomMark(length)
	v.canaries[what] = &canary{text: text, entitled: entitled, required: entitled}
	return text
}

// amount makes a canary that is a number.
func (v *voyage) amount(what string, entitled ...string) string {
	text := live.Random("123456789", 12) + "." + live.Random("123456789", 2)
	v.canaries[what] = &canary{text: text, entitled: entitled, required: entitled}
	return text
}

func newVoyage(s *scene) *voyage {
	v := &voyage{scene: s, papers: s.papers("line"), canaries: map[string]*canary{}}
	own := v.papers.Around(time.Now())
	holders := []string{live.Carrier, live.Port} // and the bank once the bill is offered to it
	v.bill = own.With(
		"SANTOS FOODS SA", v.mark("party of the bill", 24, holders...),
		"FROZEN BEEF BONELESS", v.mark("goods of the bill", 24, holders...),
		"Avenida do Porto", v.mark("place of the bill", 24, holders...),
		"SANTOS FOODS / XIAMEN", v.mark("marks of the bill", 24, holders...),
		"Open Ledger Line documents", v.mark("contact of the bill", 24, holders...),
		`"currencyAmount": 9640.5`, `"currencyAmount": `+v.amount("amount of the bill", holders...))
	movers := []string{live.Carrier, live.Terminal, live.Port}
	v.order = own.With(
		"XIAMEN COLD CHAIN CO LTD", v.mark("party of the release", 24, movers...),
		"Keep plugged in until gate-out.", v.mark("remark of the release", 24, movers...),
		"CRO2026112100017", v.mark("number of the release", 18, movers...),
		"1640.00", v.amount("amount of the release", movers...))
	gate := []string{live.Terminal, live.Port}
	v.appointment = own.With("林海峰", v.mark("driver of the appointment", 24, gate...), "CH40-1187", v.mark("chassis of the appointment", 16, gate...))
	for what, c := range v.canaries { // the carrier endorses every change of a line, and so sees what comes along
		if strings.HasSuffix(what, "of the appointment") {
			c.entitled = movers
		}
	}
	v.authority = own.With("STRAIT TRUCKING", v.mark("trucker of the authority", 24, movers...))
	v.sheet = own.With("林海峰", v.mark("driver of the gate sheet", 24, movers...),
		"Dent on the left side panel, there before.", v.mark("remark of the gate sheet", 24, movers...))
	v.notices = own.With("371020261100042187", v.mark("declaration of the customs notice", 18, movers...))
	v.canaries["declaration of the customs notice"].required = []string{live.Carrier, live.Terminal}
	return v
}

// issue plays the shipment until the bill is in the shipper's hands.
func (v *voyage) issue() (bill string) {
	bill = v.post("line-clerk", "bill", "draft", fields{"shipper": v.Party["shipper"], "endorsee": v.Party["shipper"]}, v.bill.Text("bill-order")).ID
	v.post("shipper-clerk", "bill", "approve", fields{"id": bill}, nil)
	v.post("line-clerk", "bill", "issue", fields{"id": bill}, nil)
	return bill
}

// bank plays on: the bill goes to the bank, which may know its content from the offer on.
func (v *voyage) bank(bill string) {
	v.post("shipper-clerk", "bill", "endorse-to-order", fields{"id": bill, "to": v.Party["bank"]}, nil)
	for what, c := range v.canaries {
		if strings.HasSuffix(what, "of the bill") {
			c.entitled = []string{live.Carrier, live.Port, live.Bank}
			c.required = c.entitled
		}
	}
	v.post("bank-officer", "bill", "accept", fields{"id": bill}, nil)
}

// release plays on to a release order that the buyer accepted.
func (v *voyage) release(bill string) (order string) {
	v.post("bank-officer", "bill", "endorse-to-order", fields{"id": bill, "to": v.Party["buyer"]}, nil)
	v.post("buyer-clerk", "bill", "accept", fields{"id": bill}, nil)
	v.post("buyer-clerk", "bill", "surrender", fields{"id": bill}, nil)
	v.post("line-clerk", "bill", "accept-surrender", fields{"id": bill}, nil)
	order = v.post("buyer-clerk", "release", "request", fields{
		"basis": fields{"type": "EBL_SURRENDER", "bill": bill}, "terminal": v.Party["terminal"]}, v.order.Text("release")).ID
	v.post("line-clerk", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, nil)
	v.post("terminal-clerk", "release", "clear-charges", fields{"id": order, "outcome": "SETTLED"}, nil)
	v.post("customs-feed", "release", "release-customs", fields{"id": order}, v.notices.Text("notice"))
	v.post("line-clerk", "release", "issue", fields{"id": order, "validTo": time.Now().Add(72 * time.Hour).UTC().Format(time.RFC3339)}, nil)
	v.post("buyer-clerk", "release", "accept", fields{"id": order}, nil)
	return order
}

// gates plays on: both containers leave and come back empty.
func (v *voyage) gates(order string) {
	for line := 1; line <= len(v.papers.Containers); line++ {
		v.post("buyer-clerk", "release", "delegate", fields{"id": order, "line": line, "to": v.Party["trucker"]}, nil)
		v.post("trucker-driver", "release", "accept-delegation", fields{"id": order, "line": line}, nil)
		v.post("trucker-driver", "release", "request-appointment", fields{"id": order, "line": line}, v.appointment.Text("appointment"))
		v.post("terminal-clerk", "release", "confirm-appointment", fields{"id": order, "line": line}, nil)
		out := v.move(order, line, "terminal", "terminal-clerk", fields{"type": "OUT_FULL"}, "out")
		in := v.move(order, line, "depot", "depot-clerk", fields{"type": "IN_EMPTY", "out": out}, "in")
		for _, receipt := range []string{out, in} {
			v.post("line-clerk", "interchange", "close", fields{"id": receipt}, nil)
		}
	}
}

// move is one passage of a gate: authority, sheet, both signatures.
func (v *voyage) move(order string, line int, facility, clerk string, request fields, way string) (receipt string) {
	request["release"], request["line"] = order, line
	request["facility"], request["trucker"] = v.Party[facility], v.Party["trucker"]
	receipt = v.post("line-clerk", "interchange", "authorise", request, v.authority.Line("authority-"+way, line)).ID
	v.post(clerk, "interchange", "record", fields{"id": receipt}, v.sheet.At(time.Now()).Line("gate-sheet-"+way, line))
	sheet := v.control(clerk, "interchange", receipt)["sheet"]
	v.post(clerk, "interchange", "sign-by-facility", fields{"id": receipt, "commitment": sheet}, nil)
	v.post("trucker-driver", "interchange", "sign-by-trucker", fields{"id": receipt, "commitment": sheet}, nil)
	return receipt
}

// blockFile tells where nodes keep what every member has: blocks, and the orderers everything.
func blockFile(path string) bool {
	return strings.HasPrefix(path, "orderer/") || strings.Contains(path, "/ledgersData/chains/")
}

// numbers are the bill's and the containers' numbers: too easy to guess for even their hashes to be seen.
func (v *voyage) numbers() []string { return append([]string{v.papers.Number}, v.papers.Containers...) }

// searches is how often a text that must be somewhere is looked for: a database may just be rewriting its files.
const searches = 3

// requireNoLeak searches every file of the network. A canary may lie in an entitled organisation's peer, outside the
// blocks, and nowhere else: not in a log, not in a gateway's database, not at a chaincode process.
func (v *voyage) requireNoLeak(when string) {
	v.t.Helper()
	kept := map[string][]string{} // what is kept by whose peer
	missing := "everything"
	for range searches {
		leaks := v.search(kept)
		require.Empty(v.t, leaks, when)
		if missing = v.missing(kept); missing == "" {
			break
		}
	}
	require.Empty(v.t, missing, "%s: the search must find what is where it belongs", when)
}

// search adds to kept what lies where it may, and answers what lies where it must not.
func (v *voyage) search(kept map[string][]string) (leaks []string) {
	var n needles
	what := map[string]string{}
	for name, c := range v.canaries {
		n.add(c.text)
		what[c.text] = name
	}
	for _, number := range v.numbers() {
		n.add(number)
		n.addHash(number)
	}
	for path, found := range n.below(v.t, v.Folder) {
		organisation, _, _ := strings.Cut(path, "/")
		atPeer := strings.HasPrefix(path, organisation+"/peer/data/") && !blockFile(path)
		for of := range found {
			text := strings.TrimSuffix(strings.TrimSuffix(of, " in hexadecimal"), " in Base64")
			name := what[text]
			c := v.canaries[name]
			switch {
			case atPeer && c != nil && slices.Contains(c.entitled, organisation):
				kept[name] = append(kept[name], organisation)
			case atPeer && c == nil && v.mayKnowNumbers(organisation):
			default:
				leaks = append(leaks, fmt.Sprintf("%s (%s) in %s", name, of, path))
			}
		}
	}
	slices.Sort(leaks)
	return leaks
}

// missing names a canary that was not found with an organisation that must have it: then the search proves nothing.
func (v *voyage) missing(kept map[string][]string) string {
	for name, c := range v.canaries {
		for _, organisation := range c.required {
			if !slices.Contains(kept[name], organisation) {
				return fmt.Sprintf("%s (%s) at the peer of %s", name, c.text, organisation)
			}
		}
	}
	return ""
}

// mayKnowNumbers: whoever reads the bill, or a release under it, knows its number and containers.
func (v *voyage) mayKnowNumbers(organisation string) bool {
	for _, c := range v.canaries {
		if len(c.required) > 0 && slices.Contains(c.entitled, organisation) {
			return true
		}
	}
	return false
}

func TestPrivateContentLiesOnlyWithTheEntitled(t *testing.T) {
	s := open(t)
	t.Cleanup(s.serving) // after everything is put back
	for _, o := range live.Organisations {
		for part, setting := range map[string]string{"peer": "FABRIC_LOGGING_SPEC=debug", "gateway": "PORTLEDGER_GATEWAY_LOG_LEVEL=debug"} {
			restore, err := s.Change(s.Organisations[o].Processes[part], func(p *proc.Spec) { p.Env = append(p.Env, setting) })
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, restore()) })
		}
	}
	s.serving()
	v := newVoyage(s)
	all := v.canaries
	only := func(suffixes ...string) {
		v.canaries = map[string]*canary{}
		for what, c := range all {
			for _, suffix := range suffixes {
				if strings.HasSuffix(what, suffix) {
					v.canaries[what] = c
				}
			}
		}
	}
	only("of the bill")
	bill := v.issue()
	v.requireNoLeak("before the bank is offered the bill")
	v.bank(bill)
	v.requireNoLeak("when the bank holds the bill")
	order := v.release(bill)
	v.gates(order)
	v.canaries = all
	require.Equal(t, "CLOSED", s.control("line-clerk", "release", order)["state"])
	require.Equal(t, "ACCOMPLISHED", s.control("line-clerk", "bill", bill)["state"])
	v.requireNoLeak("at the end")
	// A peer that starts puts what its databases hold into compressed tables: there it is looked for as well.
	for _, o := range live.Organisations {
		require.NoError(t, s.Restart(s.Organisations[o].Processes["peer"]))
	}
	s.serving()
	v.requireNoLeak("after a restart of the peers")
	require.NotEmpty(t, tables(t, filepath.Join(s.Folder, live.Port, "peer", "data", "ledgersData", "pvtdataStore")))
}

// tables are the files of a database that are no longer its journal.
func tables(t *testing.T, folder string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "*.ldb"))
	require.NoError(t, err)
	return found
}
