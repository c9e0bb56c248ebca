package world

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/contract"
	"portledger/chaincode/fault"
)

// Whatever a test tries, the ledger is asked beforehand whether it may be done, as the same person, and what it said must be what
// the attempt gets. Every attempt of every test is one more example, for the price of asking: so only some are.

// promisesSwitch says of how many attempts one is held to what was said: 1 for all of them.
const (
	promisesSwitch  = "PORTLEDGER_PROMISES"
	promisesDefault = 10
)

var attempts atomic.Int64

// promisesEach reads the switch in the first test, not before: what is read then, Go's cache of test results knows of.
var promisesEach = sync.OnceValue(func() int64 {
	if each, err := strconv.ParseInt(os.Getenv(promisesSwitch), 10, 64); err == nil && each > 0 {
		return each
	}
	return promisesDefault
})

// ofRequest are the refusals without a place that no answer about a document can foretell, since they are about what the request or
// its content says; an act is the only one that it is so for.
var ofRequest = []struct {
	code fault.Code
	act  string
}{
	{fault.VersionMismatch, ""}, {fault.ContentMismatch, ""}, {fault.NotApproved, ""}, {fault.HashMismatch, ""},
	{fault.OneOrganisation, "update-draft"}, {fault.KindForbids, "transfer"}, {fault.ProposalOpen, ""}, {fault.NoReservation, "join"},
	{fault.NoReservation, "propose-amendment"}, {fault.AlreadyCleared, "clear-gate"}, {fault.AlreadyCleared, "release-customs"},
	{fault.LimitReached, "place-hold"}, {fault.WrongState, "place-hold"},
}

// promise is what the ledger said of an attempt, and at which block; nil where it was not asked.
type promise struct {
	*contract.Possible
	height uint64
}

// promised asks what may be done with the document that a request is about.
func (w *World) promised(name, family, act string, request Fields) *promise {
	id, about := request["id"].(string)
	if !about || family == "org" || attempts.Add(1)%promisesEach() != 0 {
		return nil
	}
	transient := map[string][]byte{}
	for input, value := range map[string]string{"mandate": w.Mandate, "approval": w.Approval} {
		if value != "" {
			transient[input] = []byte(value)
		}
	}
	height := w.Net.Height()
	answer, err := w.Person[name].Evaluate(family+":Acts", []string{id}, transient)
	if err != nil { // there is no such document, or nobody of this certificate
		return nil
	}
	var all contract.Possibilities
	require.NoError(w.TB, json.Unmarshal(answer, &all))
	line, _ := request["line"].(int)
	for _, line := range []int{line, 0} { // of the line itself, or of the order, naming a line
		i := slices.IndexFunc(all.Acts, func(p contract.Possible) bool { return string(p.Act) == act && p.Line == line })
		if i >= 0 {
			return &promise{&all.Acts[i], height}
		}
	}
	return nil
}

// kept holds an attempt to what was said of it, unless somebody acted in between.
func (w *World) kept(said *promise, name, act string, err error) {
	w.TB.Helper()
	if said == nil || w.Net.Height() != said.height {
		return
	}
	if err == nil {
		require.True(w.TB, said.Allowed, "%s may %s, and was told %v", name, act, said.Fault)
		return
	}
	got, parsed := fault.Parse(err.Error())
	if !parsed || got.At != "" {
		return
	}
	for _, own := range ofRequest {
		if got.Code == own.code && (own.act == "" || own.act == act) {
			return
		}
	}
	require.False(w.TB, said.Allowed, "%s was told that %s is allowed, and got %v", name, act, got)
	require.Equal(w.TB, []any{said.Fault.Code, said.Fault.Rule}, []any{got.Code, got.Rule}, "%s %s", name, act)
}
