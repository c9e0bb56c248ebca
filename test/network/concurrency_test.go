package network_test

import (
	"errors"
	"net/http"
	"sync"
	"testing"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/test/network/live"
)

// crowd is how many try at the same moment.
const crowd = 20

// together runs do for every number below count, all let go at once.
func together(count int, do func(i int)) {
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	for i := range count {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-start
			do(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
}

// transfers are as many offers of one bill as there are in the crowd, each to somebody else: half of them with the
// shipper's organisation, half with the bank's.
func (s *scene) transfers(id string) []live.Act {
	s.t.Helper()
	to := append(s.recipients(live.Port, "FORWARDER", crowd/2), s.recipients(live.Bank, "BANK", crowd/2)...)
	var all []live.Act
	for _, party := range to {
		all = append(all, act("bill", "transfer", fields{"id": id, "to": party}))
	}
	return all
}

// requireOneOffer asserts that the bill moved by exactly one version since, and is offered to the winner alone.
func (s *scene) requireOneOffer(id string, before fields, winner live.Act) {
	s.t.Helper()
	s.level()
	for _, who := range []string{"shipper-clerk", "line-clerk", "bank-officer"} {
		now := s.control(who, "bill", id)
		require.Equal(s.t, before["version"].(float64)+1, now["version"])
		require.Equal(s.t, before["holder"], now["holder"])
		offer := now["offer"].(fields)["to"].(fields)
		require.Equal(s.t, winner.Request["to"], offer["party"])
	}
}

func TestOfTwentyTransfersEndorsedTogetherOneCommits(t *testing.T) {
	s := open(t)
	id := s.issued()
	before := s.control("shipper-clerk", "bill", id)
	shipper := s.person("shipper-clerk")
	acts := s.transfers(id)
	signed := make([]*client.Transaction, crowd)
	errs := make([]error, crowd)
	together(crowd, func(i int) {
		prepared, err := shipper.Prepare(s.ctx, acts[i])
		if err == nil {
			signed[i], err = shipper.Endorse(s.ctx, prepared.Call)
		}
		errs[i] = err
	})
	for i := range crowd {
		require.NoError(t, errs[i], "nothing is decided before the order of transactions is")
	}
	together(crowd, func(i int) { errs[i] = live.Commit(s.ctx, signed[i]) })
	winner := -1
	for i, err := range errs {
		if err == nil {
			require.Equal(t, -1, winner, "two transfers of one bill committed")
			winner = i
			continue
		}
		requireOvertaken(t, err)
	}
	require.NotEqual(t, -1, winner, "no transfer committed")
	s.requireOneOffer(id, before, acts[winner])
}

func TestOfTwentyTransfersWithTheFabricClientOneCommits(t *testing.T) {
	s := open(t)
	id := s.issued()
	before := s.control("shipper-clerk", "bill", id)
	shipper := s.person("shipper-clerk")
	acts := s.transfers(id)
	errs := make([]error, crowd)
	together(crowd, func(i int) { _, errs[i] = shipper.Do(s.ctx, acts[i]) })
	winner := -1
	for i, err := range errs {
		switch {
		case err == nil:
			require.Equal(t, -1, winner, "two transfers of one bill committed")
			winner = i
		case errors.As(err, new(live.Invalid)):
			requireOvertaken(t, err)
		default:
			requireRefused(t, fault.OfferOpen, err)
		}
	}
	require.NotEqual(t, -1, winner, "no transfer committed")
	s.requireOneOffer(id, before, acts[winner])
}

func TestOfTwentyTransfersOverRESTOneCommits(t *testing.T) {
	s := open(t)
	id := s.issued()
	before := s.control("shipper-clerk", "bill", id)
	shipper := s.person("shipper-clerk")
	acts := s.transfers(id)
	answers := make([]live.Answer, crowd)
	errs := make([]error, crowd)
	together(crowd, func(i int) { answers[i], errs[i] = shipper.Post(s.ctx, acts[i], nil) })
	winner := -1
	for i, answer := range answers {
		require.NoError(t, errs[i])
		if answer.Status == http.StatusOK {
			require.Equal(t, -1, winner, "two transfers of one bill committed")
			winner = i
			continue
		}
		require.Equal(t, http.StatusConflict, answer.Status, string(answer.Body))
		require.Contains(t, []string{string(fault.Conflict), string(fault.OfferOpen)}, answer.Problem().Code)
	}
	require.NotEqual(t, -1, winner, "no transfer committed")
	s.requireOneOffer(id, before, acts[winner])
}

func TestTwentyRequestsUnderOneKeyAreOneTransaction(t *testing.T) {
	s := open(t)
	id := s.issued()
	for who, a := range map[string]live.Act{
		"shipper-clerk": act("bill", "transfer", fields{"id": id, "to": s.Party["bank"]}),
		"line-clerk":    s.draft("line"),
	} {
		s.oneTransaction(who, a)
	}
	require.EqualValues(t, 4, s.control("shipper-clerk", "bill", id)["version"])
}

// oneTransaction sends one request many times at once under one key and once more when all is done.
func (s *scene) oneTransaction(who string, a live.Act) {
	s.t.Helper()
	p := s.person(who)
	header := map[string]string{"Idempotency-Key": live.RandomMark(26)}
	answers := make([]live.Answer, crowd)
	errs := make([]error, crowd)
	together(crowd, func(i int) { answers[i], errs[i] = p.Post(s.ctx, a, header) })
	transactions := map[string]bool{}
	for i, answer := range answers {
		require.NoError(s.t, errs[i])
		if answer.Status == http.StatusConflict {
			require.Equal(s.t, string(fault.InProgress), answer.Problem().Code)
			continue
		}
		written, err := answer.Written()
		require.NoError(s.t, err)
		transactions[written.Transaction] = true
	}
	require.Len(s.t, transactions, 1)
	again, err := p.Post(s.ctx, a, header)
	require.NoError(s.t, err)
	require.Equal(s.t, "true", again.Header.Get("Idempotent-Replayed"))
	written, err := again.Written()
	require.NoError(s.t, err)
	require.Contains(s.t, transactions, written.Transaction)
	s.level()
	other := a
	other.Request = fields{}
	for name, value := range a.Request {
		other.Request[name] = value
	}
	other.Request["to"], other.Request["shipper"] = s.Party["buyer"], s.Party["forwarder"]
	refused, err := p.Post(s.ctx, withoutForeign(other, a), header)
	require.NoError(s.t, err)
	require.Equal(s.t, string(fault.IdempotencyKeyReused), refused.Problem().Code, string(refused.Body))
}

// withoutForeign leaves only those members in a request that the model has too.
func withoutForeign(a, model live.Act) live.Act {
	for name := range a.Request {
		if _, is := model.Request[name]; !is {
			delete(a.Request, name)
		}
	}
	return a
}
