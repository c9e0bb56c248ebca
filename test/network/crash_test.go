package network_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/gateway/audit"
	"portledger/test/network/live"
)

// load is how many clients work while something is killed, and how long.
const (
	load      = 16
	loadTime  = 5 * time.Second
	killAfter = 1500 * time.Millisecond
)

// knownWithin is how soon the fate of every request must be found out.
const knownWithin = 60 * time.Second

// insist repeats a request under its key until its fate is known, as a careful client does. Only a lost connection, an
// unknown outcome, an overload or an unreachable node are reasons to repeat.
func insist(ctx context.Context, p *live.Person, a live.Act, key string) (live.Written, error) {
	var written live.Written
	err := live.Eventually(ctx, knownWithin, func(ctx context.Context) error {
		answer, err := p.Post(ctx, a, map[string]string{"Idempotency-Key": key})
		if err != nil {
			return err
		}
		repeat := answer.Status == http.StatusAccepted || answer.Status == http.StatusServiceUnavailable ||
			answer.Problem().Code == string(fault.InProgress) || answer.Problem().Code == string(fault.Conflict)
		if repeat {
			return fmt.Errorf("answer %d: %s", answer.Status, answer.Body)
		}
		written, err = answer.Written()
		if err != nil {
			written.Transaction = "" // known, and not what it should be
			return nil
		}
		return nil
	})
	if err == nil && written.Transaction == "" {
		err = fmt.Errorf("%s %s was refused", a.Name, a.Family)
	}
	return written, err
}

// billsOf counts the bills that a carrier's clerk finds in the gateway's index, which follows the blocks.
func (s *scene) billsOf(clerk string) map[string]bool {
	s.t.Helper()
	found := map[string]bool{}
	path := "/v1/bills?limit=200"
	for next := path; next != ""; {
		answer, err := s.person(clerk).Get(s.ctx, next)
		require.NoError(s.t, err)
		var page struct {
			Items []struct{ ID string }
			Next  string
		}
		require.Equal(s.t, http.StatusOK, answer.Status, string(answer.Body))
		require.NoError(s.t, answer.Into(&page))
		for _, item := range page.Items {
			found[item.ID] = true
		}
		if next = ""; page.Next != "" {
			next = path + "&cursor=" + page.Next
		}
	}
	return found
}

// requireNewBills asserts that exactly these bills came into being since: none lost, none twice.
func (s *scene) requireNewBills(clerk string, before map[string]bool, made map[string]string) {
	s.t.Helper()
	wanted := maps.Clone(before)
	for _, id := range made {
		wanted[id] = true
	}
	require.Len(s.t, wanted, len(before)+len(made), "two requests made one bill")
	s.level()
	require.NoError(s.t, live.Eventually(s.ctx, serveWait, func(context.Context) error {
		if now := s.billsOf(clerk); len(now) < len(wanted) {
			return fmt.Errorf("the index has %d bills of %d", len(now), len(wanted))
		}
		return nil
	}))
	require.Equal(s.t, slices.Sorted(maps.Keys(wanted)), slices.Sorted(maps.Keys(s.billsOf(clerk))))
	for _, id := range made {
		for _, who := range []string{clerk, "shipper-clerk"} {
			require.Equal(s.t, "DRAFT", s.control(who, "bill", id)["state"])
		}
	}
}

func TestAGatewayKilledBetweenSubmitAndAnswerMakesOneBill(t *testing.T) {
	s := open(t)
	const clerk = "line2-clerk"
	gateway := s.Organisations[live.Carrier].Processes["gateway"]
	t.Cleanup(func() { require.NoError(t, s.Start(gateway)) })
	before, made := s.billsOf(clerk), map[string]string{}
	p := s.person(clerk)
	cut := 0
	for _, after := range []time.Duration{5, 20, 35, 50, 70, 90, 110, 130} {
		draft, key := s.draft("line2"), live.RandomMark(26)
		lost := make(chan error, 1)
		go func() {
			_, err := p.Post(s.ctx, draft, map[string]string{"Idempotency-Key": key})
			lost <- err
		}()
		time.Sleep(after * time.Millisecond)
		require.NoError(t, s.Kill(gateway))
		if <-lost != nil {
			cut++
		}
		require.NoError(t, s.Start(gateway))
		require.NoError(t, s.AwaitGateway(s.ctx, live.Carrier))
		written, err := insist(s.ctx, p, draft, key)
		require.NoError(t, err, "killed after %d ms", after)
		again, err := insist(s.ctx, p, draft, key)
		require.NoError(t, err)
		require.Equal(t, written, again)
		made[key] = written.ID
	}
	require.Greater(t, cut, 3, "the kills must fall between request and answer")
	s.requireNewBills(clerk, before, made)
}

// underLoad lets clients draft bills for a while, kills something in the middle, and answers the bill of every key and
// which of them were acknowledged at the first request.
func (s *scene) underLoad(clerk string, disturb func()) (made map[string]string, unknown int) {
	s.t.Helper()
	p := s.person(clerk)
	drafts := make([]live.Act, 40*load)
	for i := range drafts {
		drafts[i] = s.draft("line2")
	}
	made = map[string]string{}
	var mu sync.Mutex
	var faults []error
	stop := time.Now().Add(loadTime)
	next := make(chan live.Act, len(drafts))
	for _, d := range drafts {
		next <- d
	}
	var clients sync.WaitGroup
	for range load {
		clients.Go(func() {
			for time.Now().Before(stop) {
				draft, key := <-next, live.RandomMark(26)
				first, firstErr := p.Post(s.ctx, draft, map[string]string{"Idempotency-Key": key})
				written, err := insist(s.ctx, p, draft, key)
				mu.Lock()
				if err != nil {
					faults = append(faults, err)
				}
				if acknowledged, no := first.Written(); firstErr == nil && no == nil {
					if acknowledged != written {
						faults = append(faults, fmt.Errorf("%s was acknowledged and then became %s", acknowledged.ID, written.ID))
					}
				} else {
					unknown++
				}
				made[key] = written.ID
				mu.Unlock()
			}
		})
	}
	time.Sleep(killAfter)
	disturb()
	clients.Wait()
	require.Empty(s.t, faults)
	return made, unknown
}

func TestAGatewayKilledUnderLoadLosesAndDoublesNothing(t *testing.T) {
	s := open(t)
	gateway := s.Organisations[live.Carrier].Processes["gateway"]
	t.Cleanup(func() { require.NoError(t, s.Start(gateway)) })
	before := s.billsOf("line2-clerk")
	made, unknown := s.underLoad("line2-clerk", func() {
		require.NoError(t, s.Kill(gateway))
		require.NoError(t, s.Start(gateway))
	})
	require.Positive(t, unknown, "the kill must hit requests under way")
	t.Logf("%d bills, %d of them not answered at the first request", len(made), unknown)
	s.requireNewBills("line2-clerk", before, made)
	s.requireTrail(live.Carrier)
}

// requireTrail wants an organisation's audit trail without a gap; a kill may have torn a line and left requests unanswered.
func (s *scene) requireTrail(organisation string) {
	s.t.Helper()
	file, err := os.Open(filepath.Join(s.Folder, organisation, "gateway", "audit.jsonl"))
	require.NoError(s.t, err)
	defer file.Close()
	head, findings, err := audit.Check(file, audit.Head{})
	require.NoError(s.t, err)
	require.Positive(s.t, head.Seq)
	for _, f := range findings {
		require.Contains(s.t, []string{audit.Unreadable, audit.Unanswered}, f.What, f.String())
	}
}

func TestALeaderKilledUnderLoadLosesNothingAcknowledged(t *testing.T) {
	s := open(t)
	leader := s.Leader(s.ctx)
	require.NotEmpty(t, leader)
	t.Cleanup(func() { require.NoError(t, s.Start(leader)) })
	before := s.billsOf("line2-clerk")
	made, unknown := s.underLoad("line2-clerk", func() { require.NoError(t, s.Kill(leader)) })
	t.Logf("%d bills, %d of them not answered at the first request", len(made), unknown)
	s.requireNewBills("line2-clerk", before, made)
	require.NoError(t, s.Start(leader))
	s.serving()
	height := s.level()
	require.NoError(t, live.Eventually(s.ctx, serveWait, func(ctx context.Context) error {
		has, err := s.OrdererHeight(ctx, leader)
		if err == nil && has < height {
			err = fmt.Errorf("%s has %d blocks of %d", leader, has, height)
		}
		return err
	}))
}

// Two of three orderers down leave nobody to order: the answer is 202 with an address, which tells the fate once they are
// back, without the client asking for the act again.
func TestAnActPendingWithoutOrderersIsResolvedOnceTheyAreBack(t *testing.T) {
	s := open(t)
	before := s.billsOf("line2-clerk")
	down := slices.Sorted(maps.Keys(s.Orderers))[:2]
	for _, name := range down {
		t.Cleanup(func() { require.NoError(t, s.Start(name)) })
		require.NoError(t, s.Kill(name))
	}
	clerk := s.person("line2-clerk")
	answer, err := clerk.Post(s.ctx, s.draft("line2"), nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusAccepted, answer.Status, string(answer.Body))
	address := answer.Header.Get("Location")
	for _, name := range down {
		require.NoError(t, s.Start(name))
	}
	var fate struct{ Status, ID string }
	require.NoError(t, live.Eventually(s.ctx, knownWithin, func(ctx context.Context) error {
		answer, err := clerk.Get(ctx, address)
		if err == nil {
			err = answer.Into(&fate)
		}
		if err == nil && fate.Status == "PENDING" {
			err = fmt.Errorf("still pending")
		}
		return err
	}))
	require.Equal(t, "VALID", fate.Status)
	s.serving()
	s.requireNewBills("line2-clerk", before, map[string]string{"": fate.ID})
}

func TestAChaincodeKilledIsUnavailableAndComesBack(t *testing.T) {
	s := open(t)
	before, made := s.billsOf("line2-clerk"), map[string]string{}
	for _, o := range []string{live.Carrier, live.Port} { // the caller's own, and another endorser's
		chaincode := s.Organisations[o].Processes["chaincode"]
		t.Cleanup(func() { require.NoError(t, s.Start(chaincode)) })
		draft, key := s.draft("line2"), live.RandomMark(26)
		require.NoError(t, s.Kill(chaincode))
		begun := time.Now()
		answer, err := s.person("line2-clerk").Post(s.ctx, draft, map[string]string{"Idempotency-Key": key})
		require.NoError(t, err)
		require.Equal(t, http.StatusServiceUnavailable, answer.Status, string(answer.Body))
		t.Logf("without the chaincode of %s: %s after %s", o, answer.Problem().Code, time.Since(begun).Round(time.Millisecond))
		require.NoError(t, s.Start(chaincode))
		begun = time.Now()
		written, err := insist(s.ctx, s.person("line2-clerk"), draft, key)
		require.NoError(t, err)
		t.Logf("served again after %s", time.Since(begun).Round(time.Millisecond))
		made[key] = written.ID
	}
	s.requireNewBills("line2-clerk", before, made)
}
