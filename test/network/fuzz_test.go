package network_test

import (
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/test/fuzz"
	"portledger/test/stories"
)

// The fuzz of the real network: so many cases, from where the one in memory leaves off, by so many at a time.
const (
	fuzzCases   = 3000
	fuzzFirst   = 100_000
	fuzzWorkers = 8
)

// lasting are acts that would change for good how the network's own parties stand: here they are asked for only by somebody
// who may not.
var lasting = map[string]bool{"partyDescribe": true, "partyRegisterPaymentKey": true, "partyRevokePaymentKey": true, "facilityOpen": true, "facilityChangeLimit": true}

// TestThousandsOfRequestsBreakNothing: the same fuzz as in test/fuzz, against the gateways as they run, over connections of
// its own: answers in time and in form, nothing of the inside or of others', and no more blocks than were asked for.
func TestThousandsOfRequestsBreakNothing(t *testing.T) {
	s := open(t)
	venue, err := stories.Network(s.Root)
	require.NoError(t, err)
	specification, err := fuzz.Load()
	require.NoError(t, err)
	stock, secret, err := fuzz.Furnish(s.ctx, venue, []fuzz.Tale{{Name: "mandate", Steps: 8}, {Name: "normal", Steps: 20}})
	require.NoError(t, err)
	judge := &fuzz.Judge{Specification: specification, Secret: secret, Owners: stock.Owners}
	tokens, addresses := map[string]string{}, map[string]string{}
	for name, person := range venue.People {
		if tokens[name], err = venue.Token(s.ctx, name); err != nil {
			tokens[name] = "nobody any more" // a test before may have revoked them
		}
		gateway, err := url.Parse(venue.Gateways[person.Organisation])
		require.NoError(t, err)
		addresses[name] = gateway.Host
	}
	before := s.level()
	var mu sync.Mutex
	tally, written := fuzz.Tally{}, 0
	cases := make(chan int)
	var work sync.WaitGroup
	for range fuzzWorkers {
		work.Go(func() {
			for n := range cases {
				r := specification.Case(n, stock)
				if lasting[r.Operation] {
					r.Person = "trucker-driver"
				}
				a, err := fuzz.Send(s.ctx, addresses[r.Person], r.Method, r.Raw(tokens[r.Person]))
				for tries := 0; err == nil && a.Status == http.StatusTooManyRequests && tries < 5; tries++ {
					wait, _ := strconv.Atoi(a.Header.Get("Retry-After"))
					time.Sleep(time.Duration(wait) * time.Second)
					a, err = fuzz.Send(s.ctx, addresses[r.Person], r.Method, r.Raw(tokens[r.Person]))
				}
				mu.Lock()
				if err != nil {
					t.Errorf("%s\n  %v", r, err)
				} else {
					tally.Count(r, a)
				}
				if r.Method == http.MethodPost && (a.Status < http.StatusBadRequest || a.Status == http.StatusConflict) {
					written++ // a conflict may have come to a block
				}
				for _, wrong := range judge.Wrong(r, a, tokens[r.Person]) {
					t.Errorf("%s\n  %d %.800s\n  %s", r, a.Status, a.Body, wrong)
				}
				mu.Unlock()
			}
		})
	}
	for n := fuzzFirst; n < fuzzFirst+fuzzCases; n++ {
		cases <- n
	}
	close(cases)
	work.Wait()
	t.Log(tally)
	require.Empty(t, tally.Missing(specification), "operations that were never asked")
	require.NotZero(t, tally.Statuses[http.StatusOK])
	require.LessOrEqual(t, s.level()-before, uint64(written), "more blocks than acts")
	s.requireWorks()
}
