package fuzz_test

import (
	"net"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/test/fuzz"
	"portledger/test/stories/inmemory"
)

// tales furnish the house with documents of every family in many states, for little.
var tales = []fuzz.Tale{{Name: "credit-honoured"}, {Name: "guarantee-amended", Steps: 9}, {Name: "mandate", Steps: 8}, {Name: "exposure", Steps: 8},
	{Name: "one-document-financed", Steps: 8}, {Name: "gates"}, {Name: "paid-right"}}

// cases of a quick run, and of a short one; PORTLEDGER_FUZZ_CASES asks for another number, PORTLEDGER_FUZZ_FIRST for others.
const (
	quickCases = 1000
	shortCases = 300
)

func number(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, name)
	return n
}

// listen serves a gateway as its program does, with its limits.
func listen(t *testing.T, server *http.Server) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return listener.Addr().String()
}

// TestEveryOperationAnswersWhateverIsAskedOfIt: no answer of the gateway's own making above 499, none late, none that is not
// as documented, none that tells of the inside or of what is another's; and what is refused is in no block.
func TestEveryOperationAnswersWhateverIsAskedOfIt(t *testing.T) {
	specification, err := fuzz.Load()
	require.NoError(t, err)
	house := inmemory.Open(t)
	stock, secret, err := fuzz.Furnish(t.Context(), house.Venue, tales)
	require.NoError(t, err)
	judge := &fuzz.Judge{Specification: specification, Secret: secret, Owners: stock.Owners}
	addresses, tokens := map[string]string{}, map[string]string{}
	for organisation, server := range house.Servers {
		addresses[organisation] = listen(t, server.HTTP(""))
	}
	for name := range house.People {
		tokens[name], err = house.Token(t.Context(), name)
		require.NoError(t, err)
	}
	cases := quickCases
	if testing.Short() {
		cases = shortCases
	}
	first := number(t, "PORTLEDGER_FUZZ_FIRST", 0)
	tally := fuzz.Tally{}
	for n := first; n < first+number(t, "PORTLEDGER_FUZZ_CASES", cases); n++ {
		house.Network.Advance(time.Second)
		r := specification.Case(n, stock)
		before := house.Network.Height()
		a, err := fuzz.Send(t.Context(), addresses[house.People[r.Person].Organisation], r.Method, r.Raw(tokens[r.Person]))
		if err != nil {
			t.Errorf("%s\n  %v", r, err)
			continue
		}
		tally.Count(r, a)
		if a.Status >= http.StatusBadRequest && house.Network.Height() != before {
			t.Errorf("%s\n  it was refused (%d) and is in a block", r, a.Status)
		}
		for _, wrong := range judge.Wrong(r, a, tokens[r.Person]) {
			t.Errorf("%s\n  %d %.800s\n  %s", r, a.Status, a.Body, wrong)
		}
	}
	t.Log(tally)
	require.Empty(t, tally.Missing(specification), "operations that were never asked")
	require.NotZero(t, tally.Statuses[http.StatusOK], "nothing succeeded: the fuzz does not get through the door")
}
