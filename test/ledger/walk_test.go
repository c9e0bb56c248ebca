package ledger_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/bill"
	"portledger/chaincode/contract"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/identifier"
	"portledger/chaincode/interchange"
	"portledger/chaincode/leg"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/pledge"
	"portledger/chaincode/recovery"
	"portledger/chaincode/release"
	"portledger/test/world"
)

// TestMain keeps random walks few, short and the same every time by default, so that a red build is red again when it is
// looked at: go test ./test/ledger -rapid.checks=1000 -rapid.seed=$RANDOM walks elsewhere and for long. With -short, of which
// rapid takes a fifth, there are two of each.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400) // short-lived and plentiful garbage: collect it in fewer, larger rounds
	flag.Parse()
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	checks := "6"
	if testing.Short() {
		checks = "10"
	}
	for name, value := range map[string]string{"rapid.checks": checks, "rapid.shrinktime": "1ns", "rapid.nofailfile": "true", "rapid.seed": fixedSeed} {
		if given[name] {
			continue
		}
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

const fixedSeed = "20261121"

// paper is a document of a walk: for a line of an order, of is the order and line its number.
type paper struct {
	family, id string
	line       int
	cargo      cargo
	bill       string // what it is about
}

func (p paper) String() string { return fmt.Sprintf("%s %s %d", p.family, p.id, p.line) }

// head is what a walk watches of every control record.
type head struct {
	lifecycle.Record
	Sheet string `json:"sheet"`
}

// walk is random people doing random things with a few papers.
type walk struct {
	*rapid.T
	dice    *rand.Rand
	w       *world.World
	papers  []paper
	numbers int
	// ended are the records that came to an end, as they were then.
	ended map[string]string
	acts  int
	// done are the acts of this walk alone: those that were not made yet are made first.
	done map[lifecycle.Act]bool
	made map[string]int
	// votes are what joint holders asked for, by bill; joint counts what enough of them asked for.
	votes map[string]*vote
	joint int
	// wild walks do not prefer the acts that lead on.
	wild bool
}

func newWalk(t *rapid.T, seed, stream uint64, made map[string]int) *walk {
	return &walk{T: t, dice: rand.New(rand.NewPCG(seed, stream)), w: world.New(t), ended: map[string]string{}, made: made,
		done: map[lifecycle.Act]bool{}, votes: map[string]*vote{}}
}

var kinds = []struct {
	fixture string
	named   string // the public field that names a party, and the party
	party   string
}{{"bill-order", "endorsee", "shipper"}, {"bill-order", "endorsee", "bank"}, {"bill-bearer", "", ""}, {"bill-straight", "consignee", "buyer"}, {"bill-seawaybill", "consignee", "buyer"}, {"bill-multimodal", "endorsee", "shipper"}}

// container makes the n-th valid container number.
func container(n int) string {
	for digit := range 10 {
		number := fmt.Sprintf("PLGU%06d%d", n, digit)
		if identifier.Container(number) == nil {
			return number
		}
	}
	panic("no check digit fits")
}

// pick is one of n, each as likely: rapid's own numbers prefer small ones, and would keep a walk near its start.
func (k *walk) pick(n int) int { return k.dice.IntN(n) }

func (k *walk) someone() string { return world.Names[k.pick(len(world.Names))] }

func (k *walk) some(family string) (paper, bool) {
	var found []paper
	for _, p := range k.papers {
		if p.family == family {
			found = append(found, p)
		}
	}
	if len(found) == 0 {
		return paper{}, false
	}
	return found[k.pick(len(found))], true
}

// rewrite puts a cargo in place of a fixture's own numbers, whatever those are.
func rewrite(fixture string, c cargo) string {
	content := world.Fixture(fixture)
	var doc struct {
		Number     string `json:"transportDocumentReference"`
		Equipments []struct {
			Equipment struct {
				Reference string `json:"equipmentReference"`
			} `json:"equipment"`
		} `json:"utilizedTransportEquipments"`
	}
	if err := json.Unmarshal([]byte(content), &doc); err != nil {
		panic(err)
	}
	pairs := []string{doc.Number, c.number}
	for i, e := range doc.Equipments {
		pairs = append(pairs, e.Equipment.Reference, []string{c.first, c.second}[i])
	}
	return strings.NewReplacer(pairs...).Replace(content)
}

func (k *walk) draftBill() {
	k.numbers++
	c := cargo{fmt.Sprintf("PLG%06d", k.numbers), container(2 * k.numbers), container(2*k.numbers + 1)}
	kind := kinds[k.pick(len(kinds))]
	request := fields{"shipper": k.w.Party["shipper"]}
	if kind.named != "" {
		request[kind.named] = k.w.Party[kind.party]
	}
	content := rewrite(kind.fixture, c)
	if n := strings.Count(content, `"ISOEquipmentCode"`); n == 1 {
		c.second = ""
	}
	if kind.fixture == "bill-multimodal" {
		request["billSubtype"] = "MULTIMODAL"
	}
	done := k.must("line", "bill", "draft", request, content)
	k.papers = append(k.papers, paper{family: "bill", id: done.ID, cargo: c, bill: done.ID})
	if k.pick(4) > 0 {
		if kind.fixture == "bill-multimodal" {
			k.must("line", "bill", "plan-legs", fields{"id": done.ID}, world.Fixture("legs"))
			k.papers = append(k.papers, paper{family: "leg", id: world.Leg(done.ID, 1), cargo: c, bill: done.ID})
		}
		k.must("shipper", "bill", "approve", fields{"id": done.ID}, "")
		k.must("line", "bill", "issue", fields{"id": done.ID}, "")
	}
}

// fixture is a bill with as many containers as the cargo has.
func (c cargo) fixture() string {
	if c.second == "" {
		return "bill-straight"
	}
	return "bill-order"
}

// containers of a cargo, in order.
func (c cargo) containers() []string {
	if c.second == "" {
		return []string{c.first}
	}
	return []string{c.first, c.second}
}

// content makes the private content of an act about a paper.
func (k *walk) content(kind string, p paper) string {
	switch strings.TrimSuffix(kind, "?") {
	case "bill":
		return rewrite(p.cargo.fixture(), p.cargo)
	case "reissue":
		return `{"bills":[` + rewrite(p.cargo.fixture(), p.cargo) + `]}`
	case "comment":
		return `{"comment":"please look again"}`
	case "paper":
		return `{"serials":["OEDL-1","OEDL-2"]}`
	case "original":
		return []string{`{"serial":"OEDL-1"}`, `{"serial":"OEDL-2"}`}[k.pick(2)]
	case "guarantee":
		return world.With(world.Fixture("guarantee-aa"), "underlying",
			[]fields{{"transportDocumentReference": p.cargo.number, "equipmentReferences": p.cargo.containers()}})
	case "release":
		c := p.cargo
		if c.second == "" {
			return oneLine(c.of("release"), 0)
		}
		if k.bill(p.bill).Legs != nil && k.pick(4) > 0 {
			return world.AtFinalPlace(c.of("release"))
		}
		return c.of("release")
	case "evidence":
		return world.With(world.Fixture("evidence"), "containers", p.cargo.containers())
	case "amendment":
		return world.Fixture("amendment")
	case "charge-settlement":
		if strings.HasSuffix(kind, "?") { // a waiver of all that is open
			return ""
		}
		return world.Fixture("charge-settlement")
	case "charge-statement":
		return k.statement(p)
	case "notice-hold":
		return world.With(p.cargo.of("notice-hold"), "containers", p.cargo.containers())
	case "notice":
		return world.With(p.cargo.of("notice"), "containers", p.cargo.containers())
	case "appointment":
		return k.w.Appointment(0)
	case "authority-out", "authority-in":
		return p.cargo.sheet(kind, p.line)
	case "part":
		return text(fields{"containers": []string{p.cargo.first}})
	case "gate-sheet":
		sheet := "gate-sheet-out"
		if read[receiptView](k.w, "line", "interchange", p.id).Control.Type == interchange.InEmpty {
			sheet = "gate-sheet-in"
		}
		return p.cargo.sheet(sheet, p.line)
	case "demand":
		return k.demand(p)
	case "force-majeure":
		return world.With(world.Fixture(kind), "since", k.w.Net.Now().Add(-time.Hour).Format(time.RFC3339))
	case "credit-terms":
		if strings.HasSuffix(kind, "?") { // paid, and not on credit
			return ""
		}
		return world.Fixture("credit-terms")
	case "pledge-terms", "trust-receipt", "pledge-registration", "pledge-insurance", "supervision-report",
		"reduction", "joinder", "recovery-evidence", "guarantee-amendment", "rejection", "statement":
		return world.Fixture(kind)
	case "assignment":
		return p.cargo.sheet(kind, p.line)
	case "legs", "through-charge", "leg-event", "leg-handover", "leg-document", "leg-share":
		return k.legContent(kind, p)
	}
	return k.coldContent(kind, p)
}

// demand asks for what the fixture does, or for the rest where less remains.
func (k *walk) demand(p paper) string {
	var seen struct {
		Pieces struct{ Account guarantee.Account }
	}
	k.w.Read("line", "guarantee", p.id, &seen)
	if _, f := seen.Pieces.Account.Demand("200000.00", "USD"); f == nil || seen.Pieces.Account.Remaining == "0" {
		return world.Fixture("demand")
	}
	return world.With(world.Fixture("demand"), "amount", seen.Pieces.Account.Remaining)
}

// statement is what the carrier asks for an order: its last statement again while there is one.
func (k *walk) statement(p paper) string {
	var seen struct {
		Charges struct {
			Carrier json.RawMessage `json:"carrier"`
		} `json:"charges"`
	}
	k.w.Read("line", "release", p.id, &seen)
	if seen.Charges.Carrier != nil {
		return string(seen.Charges.Carrier)
	}
	return p.cargo.of("charge-statement")
}

func (k *walk) try(who, family, act string, request fields, content string) (contract.Outcome, error) {
	done, err := k.w.Try(who, family, act, request, content)
	if err == nil {
		k.acts++
		k.made[act]++
	} else {
		require.NotContains(k, string(codeOf(err)), "not a fault", "%s %s %s", who, act, family)
	}
	return done, err
}

func (k *walk) draftGuarantee() {
	if p, ok := k.some("bill"); ok {
		request := k.w.GuaranteeOf(p.bill)
		request["deliverTo"] = k.w.Party[[]string{"buyer", "forwarder"}[k.pick(2)]]
		if done, err := k.try("buyer", "guarantee", "draft", request, k.content("guarantee", p)); err == nil {
			k.papers = append(k.papers, paper{family: "guarantee", id: done.ID, cargo: p.cargo, bill: p.bill})
		}
	}
}

func (k *walk) requestRelease() {
	p, ok := k.some("bill")
	if !ok {
		return
	}
	basis := fields{"type": []string{"EBL_SURRENDER", "SEA_WAYBILL", "LOI"}[k.pick(3)], "bill": p.bill}
	if basis["type"] == "LOI" {
		g, ok := k.some("guarantee")
		if !ok {
			return
		}
		basis["guarantee"] = g.id
	}
	who := []string{"buyer", "forwarder", "shipper", "bank"}[k.pick(4)]
	if b := k.bill(p.bill); b.State == bill.Surrendered && k.pick(4) > 0 { // the one request that can succeed
		basis = fields{"type": "EBL_SURRENDER", "bill": p.bill}
		for _, name := range world.Names {
			if ref(k.w, name) == b.Claimant {
				who = name
			}
		}
	}
	who, p.cargo = k.apart(p, who, basis)
	done, err := k.try(who, "release", "request", fields{"basis": basis, "terminal": k.w.Party["terminal"]}, k.content("release", p))
	if err != nil {
		return
	}
	k.papers = append(k.papers, paper{family: "release", id: done.ID, cargo: p.cargo, bill: p.bill})
	for n := range p.cargo.containers() {
		k.papers = append(k.papers, paper{family: "line", id: done.ID, line: n + 1, cargo: p.cargo, bill: p.bill})
	}
}

func (k *walk) authorise() {
	p, ok := k.some("line")
	if !ok {
		return
	}
	request := fields{"type": "OUT_FULL", "release": p.id, "line": p.line, "facility": k.w.Party["terminal"],
		"trucker": k.w.Party[[]string{"trucker", "trucker2"}[k.pick(2)]]}
	content := "authority-out"
	if out := orderOf(k.w, p.id).Lines[p.line-1].Control.Out; out != "" && k.pick(4) > 0 {
		request["type"], request["out"], request["facility"] = "IN_EMPTY", out, k.w.Party["depot"]
		content = "authority-in"
	}
	if done, err := k.try("line", "interchange", "authorise", request, k.content(content, p)); err == nil {
		k.papers = append(k.papers, paper{family: "interchange", id: done.ID, line: p.line, cargo: p.cargo, bill: p.bill})
	}
}

// must is an act of the walk that has to succeed.
func (k *walk) must(who, family, act string, request fields, content string) contract.Outcome {
	done, err := k.try(who, family, act, request, content)
	require.NoError(k, err, "%s %s %s", who, act, family)
	return done
}

// verb finds the description of an act on a paper.
func verb(family string, act lifecycle.Act) lifecycle.Verb {
	var v lifecycle.Verb
	switch family {
	case "bill":
		var ofBill bool
		if v, ofBill = bill.Law.Verb(act); !ofBill {
			if v, ofBill = recovery.Law.Verb(act); !ofBill {
				if v, ofBill = pledge.Law.Verb(act); !ofBill {
					v, _ = pledge.SupervisionLaw.Verb(act)
				}
			}
		}
	case "guarantee":
		v, _ = guarantee.Law.Verb(act)
	case "release":
		v, _ = release.Law.Verb(act)
	case "line":
		v, _ = release.LineLaw.Verb(act)
	case "interchange":
		v, _ = interchange.Law.Verb(act)
	case "leg":
		v, _ = leg.Law.Verb(act)
	}
	return v
}

// callable lists the acts on a paper that a caller can ask for after its birth.
func callable(family string) []lifecycle.Act {
	var acts []lifecycle.Act
	add := func(verbs []lifecycle.Verb, callable, birth func(lifecycle.Act) bool) {
		for _, v := range verbs {
			if callable(v.Name) && !birth(v.Name) {
				acts = append(acts, v.Name)
			}
		}
	}
	switch family {
	case "bill":
		add(bill.Law.Verbs, bill.Law.Callable, bill.Law.Birth)
	case "guarantee":
		add(guarantee.Law.Verbs, guarantee.Law.Callable, guarantee.Law.Birth)
	case "release":
		add(release.Law.Verbs, release.Law.Callable, release.Law.Birth)
	case "line":
		add(release.LineLaw.Verbs, release.LineLaw.Callable, release.LineLaw.Birth)
	case "interchange":
		add(interchange.Law.Verbs, interchange.Law.Callable, interchange.Law.Birth)
	case "leg":
		add(leg.Law.Verbs, leg.Law.Callable, leg.Law.Birth)
	}
	return acts
}

// ground gives a ground for what is asked, with an end where there is room for one.
func (k *walk) ground(request fields, act lifecycle.Act, p paper) {
	grounds := bill.Grounds()
	switch {
	case p.family == "release":
		grounds = []string{"CARRIER_CHARGES", "TERMINAL_DAMAGE", "CUSTOMS_ORDER", "BANK"}
	case act == recovery.Open:
		grounds = recovery.Grounds
	default:
		request["until"] = k.w.Net.Now().Add(time.Minute).Format(time.RFC3339)
	}
	request["ground"] = grounds[k.pick(len(grounds))]
}

// reason is a code that the act takes.
func (k *walk) reason(act lifecycle.Act) string {
	switch act {
	case bill.SurrenderForAmendment:
		return bill.AmendmentReasons[k.pick(4)]
	case bill.AnnulSurrender, bill.AnnulPart, bill.Enforce, bill.RecallTrust:
		return "COURT_ORDER"
	case release.Revoke:
		return "DATA_ERROR"
	}
	return "OTHER"
}

// begun is the part of a request that follows from the act alone.
func (k *walk) begun(act lifecycle.Act, p paper) fields {
	request := fields{"id": p.id}
	if act == release.WaiveCharges {
		request["waiver"] = "COMMERCIAL"
	}
	if act == release.RefuseGate || act == release.ClearGate {
		request["gate"] = release.Optional[k.pick(2)]
	}
	return request
}

// request makes a sensible public input for an act on a paper.
func (k *walk) request(act lifecycle.Act, p paper) fields {
	request := k.begun(act, p)
	for _, field := range verb(p.family, act).Takes {
		switch name := strings.TrimSuffix(field, "?"); name {
		case "to":
			request["to"] = k.w.Party[k.someone()]
			if likely := map[bool][]string{true: {"trucker", "trucker2", "forwarder"}, false: {"bank", "buyer", "forwarder", "shipper"}}[act == release.Delegate]; k.pick(4) > 0 {
				request["to"] = k.w.Party[likely[k.pick(len(likely))]]
			}
			if act == bill.BlankEndorse && k.pick(2) == 0 {
				delete(request, "to")
			}
		case "holders":
			k.together(request, k.several())
		case "reason":
			request["reason"] = k.reason(act)
		case "shipper":
			if act == bill.UpdateDraft {
				request["shipper"] = k.w.Party["shipper"]
			}
		case "endorsee":
			if p.cargo.second != "" && act == bill.UpdateDraft {
				request["endorsee"] = k.w.Party["shipper"]
			}
		case "consignee":
			if p.cargo.second == "" && act == bill.UpdateDraft {
				request["consignee"] = k.w.Party["buyer"]
			}
		case "ground":
			k.ground(request, act, p)
		case "claimant":
			request["claimant"] = k.w.Party[k.someone()]
		case "part":
			if request["part"] = k.bill(p.id).LastPart(); request["part"] == "" {
				request["part"] = "pt-none"
			}
		case "hold":
			request["hold"] = 1 + k.pick(3)
		case "outcome":
			request["outcome"] = "SETTLED"
		case "validTo":
			hours := 2 + k.pick(80)
			if act == release.Extend { // beyond whatever it was before
				hours += 24 * 365
			}
			request["validTo"] = k.w.Net.Now().Add(time.Duration(hours) * time.Hour).Format(time.RFC3339)
		case "line":
			if request["line"] = p.line; p.line == 0 {
				delete(request, "line")
			}
		case "arbiter":
			request["arbiter"] = k.w.Party[[]string{"line", "customs"}[k.pick(2)]]
		case "performer":
			request["performer"] = k.w.Party[k.performer(p)]
		case "commitment":
			if p.family == "leg" {
				request["commitment"] = k.handover(p)
			} else if request["commitment"] = k.head(p).Sheet; request["commitment"] == "" {
				request["commitment"] = world.Salt()
			}
		}
	}
	k.pledgeTerms(request, act)
	if beside(p, act) {
		k.askBeside(request, act)
	}
	k.asExpected(request, string(act), p)
	return request
}

// paperOf is the kind of content that an act takes: a customs notice says the same as its act.
func paperOf(family string, act lifecycle.Act) string {
	if act == release.HoldCustoms {
		return "notice-hold"
	}
	return verb(family, act).Content
}

// service is the contract of a paper: lines are acted upon through their order.
func (p paper) service() string {
	if p.family == "line" {
		return "release"
	}
	return p.family
}

// shown lists the acts that Read shows a caller as open.
func (k *walk) shown(who string, p paper) []lifecycle.Act {
	if p.family == "line" {
		return read[releaseView](k.w, who, "release", p.id).Lines[p.line-1].Acts
	}
	return read[struct{ Acts []lifecycle.Act }](k.w, who, p.family, p.id).Acts
}

// head reads a paper's control record.
func (k *walk) head(p paper) head {
	var h head
	require.NoError(k, json.Unmarshal(k.control(p), &h))
	return h
}

// control is a paper's control record as it stands on the ledger.
func (k *walk) control(p paper) json.RawMessage {
	key := p.family + "/" + p.id
	if p.family == "line" {
		key += "/" + strconv.Itoa(p.line)
	}
	record := k.w.Net.State(key)
	require.NotNil(k, record, key)
	return record
}

func (k *walk) bill(id string) (b bill.Bill) {
	require.NoError(k, json.Unmarshal(k.control(paper{family: "bill", id: id}), &b))
	return b
}

// move is an act by somebody.
type move struct {
	who string
	act lifecycle.Act
}

// open lists who could do what on a paper, as far as state and party go.
func (k *walk) open(p paper) []move {
	var moves []move
	control := k.control(p)
	for _, name := range world.Names {
		a := lifecycle.Actor{Ref: ref(k.w, name), Roles: []lifecycle.Role{world.Role(name)}}
		for _, act := range openTo(p.family, control, a) {
			moves = append(moves, move{name, act})
		}
	}
	if p.family == "bill" {
		moves = append(moves, k.openBeside(p)...)
	}
	return moves
}

func openTo(family string, control json.RawMessage, a lifecycle.Actor) []lifecycle.Act {
	switch family {
	case "bill":
		var b bill.Bill
		if err := json.Unmarshal(control, &b); err != nil {
			panic(err)
		}
		return b.Open(a)
	case "guarantee":
		return opened(guarantee.Law, control, a)
	case "release":
		return opened(release.Law, control, a)
	case "line":
		return opened(release.LineLaw, control, a)
	case "leg":
		return opened(leg.Law, control, a)
	}
	return opened(interchange.Law, control, a)
}

func opened[D, R any](law *lifecycle.Law[D, R], control json.RawMessage, a lifecycle.Actor) []lifecycle.Act {
	var d D
	if err := json.Unmarshal(control, &d); err != nil {
		panic(err)
	}
	return law.Open(d, a)
}

// undoes are the acts that lead back or to an early end.
var undoes = map[lifecycle.Act]bool{bill.Void: true, bill.WithdrawApproval: true, bill.Withdraw: true, bill.Reject: true,
	bill.RejectSurrender: true, bill.WithdrawSurrender: true, bill.DeclinePledge: true, bill.WithdrawPledge: true, bill.RevokeConsent: true, bill.ReleasePledge: true, bill.RejectPart: true, bill.WithdrawPart: true, bill.AnnulPart: true, bill.Enforce: true, guarantee.Refuse: true, release.Cancel: true, release.Decline: true,
	release.DeclineDelegation: true, release.Recall: true, release.RefuseAppointment: true, release.CancelAppointment: true,
	interchange.RaiseDispute: true, leg.WithdrawCommission: true, leg.RefuseHandOver: true, leg.WithdrawHandOver: true,
	release.HoldCustoms: true, release.RefuseGate: true, release.PlaceHold: true, release.Revoke: true, release.Expire: true, release.NoShow: true}

// triesMax is how many times in one step somebody tries something, until something is done.
const triesMax = 5

// act lets somebody do something: mostly what is open to them and was not done yet, sometimes anything.
func (k *walk) act() {
	for range triesMax {
		if k.attempt() {
			return
		}
	}
}

// choose is somebody and something to do with a paper.
func (k *walk) choose(p paper, moves []move) (who string, act lifecycle.Act) {
	if fresh := slices.DeleteFunc(slices.Clone(moves), func(m move) bool { return k.done[m.act] }); len(fresh) > 0 && k.pick(4) > 0 {
		moves = fresh
	}
	if forward := slices.DeleteFunc(slices.Clone(moves), func(m move) bool { return undoes[m.act] }); len(forward) > 0 && !k.wild && k.pick(3) > 0 {
		moves = forward
	}
	if len(moves) > 0 && k.pick(8) > 0 {
		m := moves[k.pick(len(moves))]
		return m.who, m.act
	}
	acts := callable(p.family)
	if p.family == "bill" {
		acts = append(acts, besides()...)
	}
	return k.someone(), acts[k.pick(len(acts))]
}

// attempt tells whether something was done.
func (k *walk) attempt() bool {
	var p paper
	var moves []move
	for tries := 0; tries < 4 && len(moves) == 0; tries++ { // some papers have come to their end
		p = k.papers[k.pick(len(k.papers))]
		moves = k.open(p)
	}
	who, act := k.choose(p, moves)
	request := k.request(act, p)
	content := consented(act, request, k.content(paperOf(p.family, act), p))
	if second, v, ok := k.seconds(p); ok {
		who, act, request, content = second, v.act, v.request, v.content
	}
	before := k.control(p)
	done, err := k.try(who, p.service(), string(act), request, content)
	if err != nil {
		require.Equal(k, string(before), string(k.control(p)), "%s %s %s was refused and changes nothing", who, act, p)
		return false
	}
	k.done[act] = true
	if beside(p, act) {
		k.actedBeside(p, act, before, done)
		return true
	}
	var was head
	require.NoError(k, json.Unmarshal(before, &was))
	is := k.head(p)
	require.Equal(k, was.Version+1, is.Version, "%s %s %s", who, act, p)
	require.Equal(k, act, is.Last.Act)
	require.Equal(k, k.w.Party[who], is.Last.By)
	if p.family == "bill" {
		k.checkPledge(before, act, k.bill(p.id))
		k.checkJoint(before, who, act, request, content)
	}
	if act == bill.Reissue || act == bill.RestoreElectronic {
		k.conserved(p)
		for _, id := range k.bill(p.id).ReplacedBy {
			k.papers = append(k.papers, paper{family: "bill", id: id, cargo: p.cargo, bill: id})
		}
	}
	if p.family != "line" {
		require.Equal(k, contract.Outcome{Family: p.family, ID: p.id, State: is.State, Version: is.Version}, done)
	}
	return true
}

var final = map[lifecycle.State]bool{bill.Accomplished: true, bill.Voided: true, release.Closed: true, release.Rejected: true,
	release.Cancelled: true, release.EmptyReturned: true, guarantee.Refused: true, guarantee.Withdrawn: true, guarantee.Discharged: true,
	release.Revoked: true}

// isFinal tells whether nothing can happen to the paper any more. A line that expired may be taken up again with its order.
func isFinal(p paper, state lifecycle.State) bool {
	return final[state] || (p.family == "leg" && (state == leg.HandedOver || state == leg.Delivered)) || (p.family == "interchange" && state == interchange.Expired)
}

// isOver is isFinal where what is around a bill counts as well: one on paper lives, one that was replaced does not.
func (k *walk) isOver(p paper, state lifecycle.State) bool {
	if p.family != "bill" {
		return isFinal(p, state)
	}
	return isFinal(p, state) && !k.bill(p.id).OnPaper() || k.recovered(p)
}

// check holds what must always be true against everything there is.
func (k *walk) check() {
	live := map[string]string{}
	for _, p := range k.papers {
		control := string(k.control(p))
		h := k.head(p)
		if p.family == "line" { // customs may flag a container that left, and its receipt may be corrected
			control = string(h.State)
		}
		if ended, has := k.ended[p.String()]; has {
			require.Equal(k, ended, control, "what came to an end stays as it was")
		} else if k.isOver(p, h.State) {
			k.ended[p.String()] = control
		}
		switch p.family {
		case "bill":
			k.checkBill(p)
			k.checkLegs(p)
		case "guarantee":
			k.checkMoney(p)
		case "release":
			k.checkOrder(p)
		case "line":
			l := orderOf(k.w, p.id).Lines[p.line-1].Control
			if slices.Contains([]lifecycle.State{release.Listed, release.AppointmentRequested, release.Appointed}, l.State) {
				require.Empty(k, live[l.Box], "a container on two live lines: %s and %s", live[l.Box], p)
				live[l.Box] = p.String()
			}
		}
	}
}

// checkMoney: what was paid under a guarantee and what can still be demanded are together what it was given for.
func (k *walk) checkMoney(p paper) {
	var seen struct {
		Pieces struct{ Account guarantee.Account }
	}
	k.w.Read("line", "guarantee", p.id, &seen)
	a := seen.Pieces.Account
	if a.Amount == "" {
		return
	}
	amount, paid, left := decimal.RequireFromString(a.Amount), decimal.RequireFromString(a.Paid), decimal.RequireFromString(a.Remaining)
	require.True(k, paid.Add(left).Equal(amount), "%s: %s paid and %s left of %s", p, paid, left, amount)
	require.False(k, paid.IsNegative() || left.IsNegative(), "%s", p)
}

// conserved: the bills that took a bill's place are about the same containers, packages and weights (the walk combines none).
func (k *walk) conserved(p paper) {
	was, is := k.goods(p.id), map[string]string{}
	for _, id := range k.bill(p.id).ReplacedBy {
		for container, load := range k.goods(id) {
			require.Empty(k, is[container], "%s stands on two bills", container)
			is[container] = load
		}
	}
	require.Equal(k, was, is, "%s: a reissue makes no goods and loses none", p)
}

// goods are what a bill says of each container: packages and weight, as they are written there.
func (k *walk) goods(id string) map[string]string {
	var content struct {
		ConsignmentItems []struct {
			CargoItems []struct {
				Reference string          `json:"equipmentReference"`
				Weight    json.RawMessage `json:"cargoGrossWeight"`
				Packages  json.RawMessage `json:"outerPackaging"`
			} `json:"cargoItems"`
		} `json:"consignmentItems"`
	}
	require.NoError(k, json.Unmarshal(read[billView](k.w, "line", "bill", id).Content, &content))
	loads := map[string]string{}
	for _, item := range content.ConsignmentItems {
		for _, cargo := range item.CargoItems {
			loads[cargo.Reference] += string(cargo.Weight) + string(cargo.Packages)
		}
	}
	require.NotEmpty(k, loads)
	return loads
}

// checkOrder holds the counts of an order against its lines, and the bill's list of live orders against the order.
func (k *walk) checkOrder(p paper) {
	view := orderOf(k.w, p.id)
	var customs, given, out, returned, ended int
	for _, l := range view.Lines {
		customs += count(l.Control.Has(release.GateCustoms))
		given += count(len(l.Control.Chain) > 0)
		out += count(l.Control.Out != "")
		returned += count(l.Control.In != "")
		ended += count(l.Control.State == release.LineExpired || l.Control.State == release.LineRevoked)
	}
	o := view.Control
	require.Equal(k, []int{customs, given, out, returned, ended}, []int{o.Customs, o.Given, o.Out, o.Returned, o.Ended}, "%s is %s", p, o.State)
	d := read[billView](k.w, "line", "bill", p.bill).Delivery
	listed := slices.Contains(append(d.Orders, d.PartOrders...), p.id)
	require.Equal(k, !o.Over(), listed, "%s is %s", p, o.State)
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

func (k *walk) checkBill(p paper) {
	b := k.bill(p.id)
	k.checkParts(p, b)
	k.checkHeld(p, b)
	issued := b.State == bill.Issued || b.State == bill.PendingSurrender || b.State == bill.PendingAmendment
	if !issued && b.State != bill.Surrendered && b.State != bill.Accomplished {
		require.True(k, b.Claimant.Zero(), "nobody claims under a bill that is %s", b.State)
	}
}

// honest compares the acts that Read shows a caller with what a rehearsal says: refused by state or party, or not.
func (k *walk) honest() {
	p := k.papers[k.pick(len(k.papers))]
	who := k.someone()
	open := k.shown(who, p)
	acts := callable(p.family)
	twice := acts[k.pick(len(acts))]
	for _, act := range acts {
		if act == release.PresentCharges && p.cargo.second == "" { // the fixture's statement is of two containers
			continue
		}
		request := k.request(act, p)
		content := consented(act, request, k.content(paperOf(p.family, act), p))
		_, _, err := k.w.Rehearse(who, p.service(), string(act), request, content, world.Salt())
		if act == twice {
			k.behind(who, p, act, request, content, err)
		}
		closed := false
		if f := refusal(err); f != nil {
			theirs := f.Args["by"] == "authority that placed it" // of the hold named, not of the order
			closed = !theirs && (f.Code == fault.WrongParty || f.Code == fault.WrongRole || (f.Code == fault.WrongState && f.Args["family"] == p.family))
		}
		require.Equal(k, !closed, slices.Contains(open, act), "%s on %s as %s: %v", act, p, who, err)
	}
}

// behind asks the same with a version that never was: of two refusals at once, what is about the caller comes first and the
// version before everything else (decision 34). The form of a request comes before either.
func (k *walk) behind(who string, p paper, act lifecycle.Act, request fields, content string, alone error) {
	request["version"] = 1 << 20
	_, _, err := k.w.Rehearse(who, p.service(), string(act), request, content, world.Salt())
	require.Error(k, err)
	want, f := fault.VersionMismatch, refusal(alone)
	if f != nil && (f.OfCaller() || f.At != "") {
		want = f.Code
	}
	got := codeOf(err)
	require.True(k, got == want || (f != nil && f.At != "" && got == fault.VersionMismatch), "%s %s %s behind: %v, and otherwise %v", who, act, p, err, alone)
}

func refusal(err error) *fault.Fault {
	if err == nil {
		return nil
	}
	f, _ := fault.Parse(err.Error())
	return f
}

// replay checks that a history leads to the present, link by link.
func (k *walk) replay() {
	for _, p := range k.papers {
		if p.family == "line" {
			continue
		}
		var past []contract.Past
		answer, err := k.w.Person["buyer"].Evaluate(p.family+":History", []string{p.id}, nil)
		require.NoError(k, err)
		require.NoError(k, json.Unmarshal(answer, &past))
		k.replayOne(p, past, 0)
		if p.family == "release" {
			for n := range p.cargo.containers() {
				k.replayOne(paper{family: "line", id: p.id, line: n + 1}, past, n+1)
			}
		}
	}
}

func (k *walk) replayOne(p paper, past []contract.Past, line int) {
	var again lifecycle.Record
	var last contract.Past
	for _, e := range past {
		if (e.Line != line && p.family != "interchange") || e.Part != "" {
			continue
		}
		again.Stamp(e.Entry)
		require.Equal(k, again.Version, e.Version, "versions follow each other: %s", p)
		last = e
	}
	h := k.head(p)
	require.Equal(k, h.Version, last.Version, p)
	require.Equal(k, h.State, last.State, p)
	require.Equal(k, h.Chain, again.Chain, "the chain verifies: %s", p)
	require.Equal(k, h.Last, last.Entry)
}

// walks is how many walks there are for each number that rapid draws.
func walks() int {
	if testing.Short() {
		return 1
	}
	return 2
}

// diversity is how many kinds of acts the fixed seeds make at least: fewer, and the walk no longer goes where it went.
const diversity = 60

func TestRandomHistories(t *testing.T) {
	t.Parallel()
	total, joint, made := 0, 0, map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		for n := range walks() {
			k := newWalk(t, seed, uint64(n), made)
			k.start()
			for step := range 60 {
				k.step()
				if step%15 == 14 {
					k.check()
				}
			}
			k.check()
			k.replay()
			total += k.acts
			joint += k.joint
		}
	})
	t.Logf("%d acts were made, %d by enough of several holders: %v", total, joint, made)
	if !testing.Short() {
		require.GreaterOrEqual(t, len(made), diversity, "the walk goes everywhere")
	}
}

// Holds, revocations, expiries and everything else that may happen to a release, on one order after another.
func TestRandomReleases(t *testing.T) {
	t.Parallel()
	made := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		for n := range walks() {
			k := newWalk(t, seed, 100+uint64(n), made)
			k.wild = true
			id := k.w.SurrenderedBill()
			order := k.w.RequestedRelease(id)
			k.w.AcceptedRelease(order)
			k.w.Appointed(order, 1)
			k.papers = []paper{{family: "bill", id: id, cargo: own, bill: id}, {family: "release", id: order, cargo: own, bill: id},
				{family: "line", id: order, line: 1, cargo: own, bill: id}, {family: "line", id: order, line: 2, cargo: own, bill: id}}
			if k.pick(2) == 0 {
				k.w.GatedOut(order, 1)
			}
			for step := range 40 {
				switch k.pick(12) {
				case 0:
					k.requestRelease()
				case 1:
					k.w.Net.Advance(20 * time.Hour)
				case 2:
					k.honest()
				default:
					k.act()
				}
				if step%10 == 9 {
					k.check()
				}
			}
			k.replay()
		}
	})
	t.Logf("acts made: %v", made)
}

// start puts a shipment somewhere on its way, so that walks do not all begin at the beginning.
func (k *walk) start() {
	w, at := k.w, 1+k.pick(6)
	if scene := k.pick(len(scenes) * 3 / 2); scene < len(scenes) {
		scenes[scene](k)
		return
	}
	var id, letter, order string
	switch {
	case at <= 2:
		id = w.IssuedBill()
		w.PassOn(id, "shipper", []string{"buyer", "bank"}[k.pick(2)])
		if at == 2 {
			letter = w.ActiveGuarantee(id)
			order = w.RequestedUnderGuarantee(id, letter)
		}
	default:
		id = w.SurrenderedBill()
		order = w.RequestedRelease(id)
	}
	if at >= 4 {
		w.AcceptedRelease(order)
	}
	if at >= 5 {
		w.Appointed(order, 1)
	}
	k.papers = append(k.papers, paper{family: "bill", id: id, cargo: own, bill: id})
	if letter != "" {
		k.papers = append(k.papers, paper{family: "guarantee", id: letter, cargo: own, bill: id})
	}
	if order == "" {
		return
	}
	k.papers = append(k.papers, paper{family: "release", id: order, cargo: own, bill: id},
		paper{family: "line", id: order, line: 1, cargo: own, bill: id}, paper{family: "line", id: order, line: 2, cargo: own, bill: id})
	if at == 6 {
		k.papers = append(k.papers, paper{family: "interchange", id: w.GatedOut(order, 1), line: 1, cargo: own, bill: id})
	}
}

func (k *walk) step() {
	switch k.pick(20) {
	case 0:
		if len(k.papers) < 10 {
			k.draftBill()
		}
	case 1:
		k.draftGuarantee()
	case 2, 3:
		k.requestRelease()
	case 4, 5:
		k.authorise()
	case 6:
		k.honest()
	case 7:
		wait := time.Minute
		if k.pick(6) == 0 {
			wait = recovery.Wait
		}
		k.w.Net.Advance(wait)
	default:
		k.act()
	}
}
