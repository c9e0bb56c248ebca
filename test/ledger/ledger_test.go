// Package ledger_test tries the whole ledger, through its real entry point, on an in-memory Fabric: what is allowed, what
// is refused, what leaks, what conflicts, and what members with forged chaincode can and cannot do.
package ledger_test

import (
	"encoding/json"
	"errors"
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
	"portledger/chaincode/rules"
	"portledger/test/memfabric"
	"portledger/test/world"
)

type fields = world.Fields

// The organisations.
const (
	carrierOrg  = world.Carrier
	terminalOrg = world.Terminal
	bankOrg     = world.Bank
	portOrg     = world.Port
)

// Views are documents as their readers get them.
type (
	billView struct {
		Control  bill.Bill       `json:"control"`
		Content  json.RawMessage `json:"content"`
		Acts     []lifecycle.Act `json:"acts"`
		Delivery rules.Delivery  `json:"delivery"`
	}
	guaranteeView struct {
		Control guarantee.Guarantee        `json:"control"`
		Content json.RawMessage            `json:"content"`
		Pieces  map[string]json.RawMessage `json:"pieces"`
		Acts    []lifecycle.Act            `json:"acts"`
	}
	lineView struct {
		Control     release.Line    `json:"control"`
		Content     json.RawMessage `json:"content"`
		Appointment json.RawMessage `json:"appointment"`
		Acts        []lifecycle.Act `json:"acts"`
	}
	releaseView struct {
		Control release.Order   `json:"control"`
		Content json.RawMessage `json:"content"`
		Lines   []lineView      `json:"lines"`
		Acts    []lifecycle.Act `json:"acts"`
	}
	receiptView struct {
		Control interchange.Receipt        `json:"control"`
		Content json.RawMessage            `json:"content"`
		Pieces  map[string]json.RawMessage `json:"pieces"`
		Acts    []lifecycle.Act            `json:"acts"`
	}
)

// read answers a document as a person of the party name sees it.
func read[V any](w *world.World, name, family, id string) V {
	w.TB.Helper()
	var view V
	w.Read(name, family, id, &view)
	return view
}

func billOf(w *world.World, id string) bill.Bill {
	w.TB.Helper()
	return read[billView](w, "line", "bill", id).Control
}

func orderOf(w *world.World, id string) releaseView {
	w.TB.Helper()
	return read[releaseView](w, "line", "release", id)
}

func guaranteeOf(w *world.World, id string) guarantee.Guarantee {
	w.TB.Helper()
	return read[guaranteeView](w, "line", "guarantee", id).Control
}

// ref is a party as control records name it.
func ref(w *world.World, name string) lifecycle.Ref {
	return lifecycle.Ref{Party: w.Party[name], Org: w.Person[name].MSP}
}

func text(v any) string {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(body)
}

// asRecord is a control record as a forger would write it.
func asRecord(v any) map[string]any {
	var record map[string]any
	if err := json.Unmarshal([]byte(text(v)), &record); err != nil {
		panic(err)
	}
	return record
}

// direct sends an act round any gateway: straight to the peers named, with whatever private input is given.
func direct(w *world.World, name, family, act, request string, transient map[string][]byte, orgs ...string) error {
	_, err := w.Person[name].Submit(family+":Act", []string{act, request}, transient, orgs...)
	return err
}

// codeOf is the fault's code inside an error, empty for none.
func codeOf(err error) fault.Code {
	if err == nil {
		return ""
	}
	if f, ok := fault.Parse(err.Error()); ok {
		return f.Code
	}
	return fault.Code("not a fault: " + err.Error())
}

// invalid says that a transaction was ordered and is not valid.
func invalid(t *testing.T, want memfabric.Code, err error) {
	t.Helper()
	var failed *memfabric.CommitError
	require.ErrorAs(t, err, &failed)
	require.Equal(t, want, failed.Code)
}

// readyForGate is a shipment whose first container stands appointed and authorised, with the trucker at the gate.
type readyForGate struct{ bill, order, receipt string }

func atGate(w *world.World) readyForGate {
	w.TB.Helper()
	var r readyForGate
	r.bill = w.SurrenderedBill()
	r.order = w.RequestedRelease(r.bill)
	w.AcceptedRelease(r.order)
	w.Appointed(r.order, 1)
	r.receipt = w.AuthorisedOut(r.order, 1)
	return r
}

// cargo is a bill number with its two containers: the fixtures' own, or another shipment's.
type cargo struct{ number, first, second string }

var (
	own   = cargo{"OEDL26XMN00042", "OERU1000025", "OERU1000030"}
	other = cargo{"OEDL26XMN00043", "CSQU3054383", "TRHU6875483"}
)

// of is a fixture about this cargo.
func (c cargo) of(fixture string) string {
	return strings.NewReplacer(own.number, c.number, own.first, c.first, own.second, c.second).Replace(world.Fixture(fixture))
}

// issued is an order bill for this cargo, in the shipper's hands.
func (c cargo) issued(w *world.World) string {
	w.TB.Helper()
	id := w.Must("line", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, c.of("bill-order")).ID
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	w.Must("line", "bill", "issue", fields{"id": id}, "")
	return id
}

// surrendered is a bill for this cargo that the buyer surrendered.
func (c cargo) surrendered(w *world.World) string {
	w.TB.Helper()
	id := c.issued(w)
	w.PassOn(id, "shipper", "buyer")
	surrender(w, id, "buyer")
	return id
}

func surrender(w *world.World, id, holder string) {
	w.TB.Helper()
	w.Must(holder, "bill", "surrender", fields{"id": id}, "")
	w.Must("line", "bill", "accept-surrender", fields{"id": id}, "")
}

// requested is a release order of the buyer for this cargo.
func (c cargo) requested(w *world.World, bill string) string {
	w.TB.Helper()
	return w.Must("buyer", "release", "request", fields{
		"basis": fields{"type": "EBL_SURRENDER", "bill": bill}, "terminal": w.Party["terminal"]}, c.of("release")).ID
}

// sheet is a fixture about the container of one line.
func (c cargo) sheet(fixture string, line int) string {
	container := []string{c.first, c.second}[line-1]
	return strings.NewReplacer(own.number, c.number, own.first, container, world.Seals[0], world.Seals[line-1]).Replace(world.Fixture(fixture))
}

// putPrivate is a lie in an organisation's own collection.
func putPrivate(org, key string, value []byte) world.Lie {
	return func(s shim.ChaincodeStubInterface) error {
		return s.PutPrivateData("_implicit_org_"+org, key, value)
	}
}

func replaceOnce(t *testing.T, s, old, new string) string {
	t.Helper()
	require.Contains(t, s, old)
	return strings.Replace(s, old, new, 1)
}

func asFields(request string) fields {
	f := fields{}
	if err := json.Unmarshal([]byte(request), &f); err != nil {
		panic(err)
	}
	return f
}

func errorAs[E error](err error, target *E) bool { return errors.As(err, target) }

func unmarshal(raw string, into any) error { return json.Unmarshal([]byte(raw), into) }
