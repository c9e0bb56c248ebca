package rest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/gateway/ledger"
	"portledger/gateway/rest"
)

// unsteady is a ledger that loses things on the way, as networks do.
type unsteady struct {
	rest.Ledger
	// lostBefore drops submits: the transaction is not ordered. lostAfter drops the news that it was.
	lostBefore, lostAfter atomic.Bool
	// behind makes so many endorsements fail as a peer that is a block behind does.
	behind atomic.Int32
	// entered and leave stop endorsements half-way, when set.
	entered, leave chan struct{}
	// endorsed and salts note what endorsers were shown.
	mu       sync.Mutex
	endorsed int
	salts    map[string]bool
}

func (u *unsteady) Endorse(ctx context.Context, as ledger.Person, call ledger.Call, endorsers []string) (ledger.Signed, error) {
	u.mu.Lock()
	u.endorsed++
	if u.salts == nil {
		u.salts = map[string]bool{}
	}
	u.salts[string(call.Transient["salt"])] = true
	u.mu.Unlock()
	if u.entered != nil {
		u.entered <- struct{}{}
		<-u.leave
	}
	if u.behind.Add(-1) >= 0 {
		return ledger.Signed{}, fmt.Errorf("%w: test", ledger.ErrDiverged)
	}
	return u.Ledger.Endorse(ctx, as, call, endorsers)
}

func (u *unsteady) Commit(ctx context.Context, signed ledger.Signed) (ledger.Outcome, error) {
	if u.lostBefore.Load() {
		return ledger.Outcome{}, errors.New("no orderer answers")
	}
	outcome, err := u.Ledger.Commit(ctx, signed)
	if u.lostAfter.Load() {
		return ledger.Outcome{}, errors.New("commit status lost")
	}
	return outcome, err
}

// unsteadyTrade is a trade in which the line's gateway has an unsteady ledger.
func unsteadyTrade(t *testing.T) (trade, *unsteady) {
	w := newTrade(t)
	g := w.gates["CarrierMSP"]
	u := &unsteady{Ledger: g.ledger}
	g.front = u
	w.restart("CarrierMSP")
	return w, u
}

func TestAnUnknownOutcomeIsAThirdAnswer(t *testing.T) {
	for name, lose := range map[string]func(*unsteady, bool){
		"the submit is lost": func(u *unsteady, on bool) { u.lostBefore.Store(on) },
		"the news is lost":   func(u *unsteady, on bool) { u.lostAfter.Store(on) },
	} {
		t.Run(name, func(t *testing.T) {
			w, u := unsteadyTrade(t)
			body := w.draftBody(w.shipper, w.buyer)
			lose(u, true)
			pending := w.line.post("/v1/bills", body, "Idempotency-Key: k")
			require.Equal(t, http.StatusAccepted, pending.status, pending.text())
			require.Equal(t, "PENDING", pending.member("status"))
			at := pending.header.Get("Location")
			require.Equal(t, "/v1/transactions/"+pending.member("transaction"), at)
			require.Equal(t, "PENDING", w.line.get(at).member("status"))
			require.Equal(t, http.StatusAccepted, w.line.post("/v1/bills", body, "Idempotency-Key: k").status, "still not known")
			w.shipper.refused(http.StatusNotFound, "not-found", http.MethodGet, at, "")

			lose(u, false)
			w.restart("CarrierMSP") // the next process finds it in the store
			w.run("CarrierMSP")
			require.Eventually(t, func() bool { return w.line.get(at).member("status") == "VALID" }, 5*time.Second, 10*time.Millisecond)
			again := w.line.post("/v1/bills", body, "Idempotency-Key: k")
			require.Equal(t, http.StatusCreated, again.status)
			require.Equal(t, pending.member("transaction"), again.member("transaction"))
			require.Equal(t, 1, u.endorsed, "endorsed once and never again")
		})
	}
}

func TestARepeatedRequestFindsOutWhatBecameOfTheFirst(t *testing.T) {
	w, u := unsteadyTrade(t)
	body := w.draftBody(w.shipper, w.buyer)
	u.lostBefore.Store(true)
	pending := w.line.post("/v1/bills", body, "Idempotency-Key: k")
	require.Equal(t, http.StatusAccepted, pending.status)
	u.lostBefore.Store(false)
	w.restart("CarrierMSP")
	again := w.line.post("/v1/bills", body, "Idempotency-Key: k") // no background work: the request itself resolves it
	require.Equal(t, http.StatusCreated, again.status, again.text())
	require.Equal(t, "true", again.header.Get("Idempotent-Replayed"))
	require.Equal(t, pending.member("transaction"), again.member("transaction"))
}

func TestTheSameRequestIsAnsweredTheSameAndDoneOnce(t *testing.T) {
	w, u := unsteadyTrade(t)
	body := w.draftBody(w.shipper, w.buyer)
	first := w.line.post("/v1/bills", body, "Idempotency-Key: k")
	height := w.network.Height()
	for range 2 {
		again := w.line.post("/v1/bills", body, "Idempotency-Key: k")
		require.Equal(t, first.status, again.status)
		require.Equal(t, first.text(), again.text())
		require.Equal(t, first.header.Get("Location"), again.header.Get("Location"))
		require.Equal(t, first.header.Get("ETag"), again.header.Get("ETag"))
		w.restart("CarrierMSP")
	}
	require.Equal(t, height, w.network.Height())
	require.Equal(t, 1, u.endorsed)

	w.line.refused(http.StatusUnprocessableEntity, "idempotency-key-reused", http.MethodPost, "/v1/bills",
		strings.Replace(body, "OEDL", "OEDM", 1), "Idempotency-Key: k")
	w.line.refused(http.StatusUnprocessableEntity, "idempotency-key-reused", http.MethodPost,
		first.header.Get("Location")+"/issue", "", "Idempotency-Key: k")
	other := w.clerk("CarrierMSP", "CARRIER")
	require.Equal(t, http.StatusCreated, other.post("/v1/bills", w.draftBody(w.shipper, w.buyer), "Idempotency-Key: k").status,
		"another person's key is another key")
}

func TestARefusalLeavesTheKeyFree(t *testing.T) {
	w, _ := unsteadyTrade(t)
	bill := w.line.post("/v1/bills", w.draftBody(w.shipper, w.buyer)).header.Get("Location")
	w.line.refused(http.StatusConflict, "wrong-state", http.MethodPost, bill+"/issue", "", "Idempotency-Key: k")
	require.Equal(t, http.StatusOK, w.shipper.post(bill+"/approve", "").status)
	require.Equal(t, http.StatusOK, w.line.post(bill+"/issue", "", "Idempotency-Key: k").status)
}

func TestTwoAtATimeWithOneKeyAreOneAtATime(t *testing.T) {
	w, u := unsteadyTrade(t)
	body := w.draftBody(w.shipper, w.buyer)
	u.entered, u.leave = make(chan struct{}), make(chan struct{})
	first := make(chan answer)
	go func() { first <- w.line.post("/v1/bills", body, "Idempotency-Key: k") }()
	<-u.entered
	w.line.refused(http.StatusConflict, "in-progress", http.MethodPost, "/v1/bills", body, "Idempotency-Key: k")
	u.leave <- struct{}{}
	require.Equal(t, http.StatusCreated, (<-first).status)
}

func TestAGatewayThatDiedBeforeSigningStartsAgainWithTheSameSalt(t *testing.T) {
	w, u := unsteadyTrade(t)
	body := w.draftBody(w.shipper, w.buyer)
	u.entered, u.leave = make(chan struct{}), make(chan struct{})
	died := make(chan answer)
	go func() { died <- w.line.post("/v1/bills", body, "Idempotency-Key: k") }()
	<-u.entered
	w.restart("CarrierMSP") // the first one's store is gone: whatever it does now is lost
	u.leave <- struct{}{}
	require.Equal(t, http.StatusInternalServerError, (<-died).status)
	go func() { <-u.entered; close(u.leave) }()
	require.Equal(t, http.StatusCreated, w.line.post("/v1/bills", body, "Idempotency-Key: k").status)
	require.Len(t, u.salts, 1)
	for salt := range u.salts {
		require.Regexp(t, `^[0-9a-f]{64}$`, salt)
	}
}

func TestAnEndorserThatIsBehindIsAskedAgain(t *testing.T) {
	w, u := unsteadyTrade(t)
	u.behind.Store(2)
	require.Equal(t, http.StatusCreated, w.line.post("/v1/bills", w.draftBody(w.shipper, w.buyer)).status)
	u.behind.Store(3)
	w.line.refused(http.StatusConflict, "conflict", http.MethodPost, "/v1/bills", w.draftBody(w.shipper, w.buyer))
}

// verdict is a ledger whose transactions all end in one way.
type verdict struct {
	rest.Ledger
	code string
}

func (v verdict) Commit(context.Context, ledger.Signed) (ledger.Outcome, error) {
	return ledger.Outcome{Fate: ledger.Invalid, Code: v.code, Block: 7}, nil
}

func TestAnInvalidTransactionIsARefusal(t *testing.T) {
	w := newTrade(t)
	g := w.gates["CarrierMSP"]
	for code, want := range map[string]struct {
		status int
		code   string
	}{
		"MVCC_READ_CONFLICT":         {http.StatusConflict, "conflict"},
		"PHANTOM_READ_CONFLICT":      {http.StatusConflict, "conflict"},
		"ENDORSEMENT_POLICY_FAILURE": {http.StatusConflict, "conflict"},
		"BAD_PAYLOAD":                {http.StatusInternalServerError, "internal"},
	} {
		g.front = verdict{g.ledger, code}
		w.restart("CarrierMSP")
		w.line.refused(want.status, want.code, http.MethodPost, "/v1/bills", w.draftBody(w.shipper, w.buyer), "Idempotency-Key: "+code)
		if want.code == "internal" {
			require.Contains(t, g.log.String(), code, "the log knows more than the caller")
		}
	}
}

func TestOfManyAtOnceExactlyOneActs(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	body := fmt.Sprintf(`{"to":%q}`, w.buyer.person.Party)
	var done, refused atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			switch a := w.shipper.post(bill+"/transfer", body); a.status {
			case http.StatusOK:
				done.Add(1)
			case http.StatusConflict:
				refused.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, done.Load())
	require.EqualValues(t, 7, refused.Load())
}

// failing is a ledger that answers with one error.
type failing struct {
	rest.Ledger
	err error
}

func (f failing) Evaluate(context.Context, ledger.Person, ledger.Call) ([]byte, error) {
	return nil, f.err
}

type panicking struct{ rest.Ledger }

func (panicking) Evaluate(context.Context, ledger.Person, ledger.Call) ([]byte, error) {
	panic("a private value")
}

func TestWhatNobodyExpectedIsToldToTheLogOnly(t *testing.T) {
	w := newTrade(t)
	g := w.gates["CarrierMSP"]
	for name, row := range map[string]struct {
		front  rest.Ledger
		status int
		code   string
	}{
		"unavailable": {failing{g.ledger, fmt.Errorf("%w: peer0 refused", ledger.ErrUnavailable)}, 503, "unavailable"},
		"too slow":    {failing{g.ledger, context.DeadlineExceeded}, 503, "unavailable"},
		"unexpected":  {failing{g.ledger, errors.New("peer0 said something odd")}, 500, "internal"},
		"unknown":     {failing{g.ledger, fault.New("made-up")}, 500, "internal"},
		"panic":       {panicking{g.ledger}, 500, "internal"},
	} {
		t.Run(name, func(t *testing.T) {
			g.front = row.front
			w.restart("CarrierMSP")
			a := w.line.in(t).refused(row.status, row.code, http.MethodPost, "/v1/bills", w.draftBody(w.shipper, w.buyer))
			require.NotContains(t, a.text(), "peer0")
			require.NotContains(t, g.log.String(), "a private value")
			require.Contains(t, g.log.String(), strings.TrimPrefix(a.member("instance"), "urn:portledger:request:"))
		})
	}
}
