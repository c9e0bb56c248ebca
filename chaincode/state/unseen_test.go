package state_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/state"
)

// A question that reads without a trace gets its answer, and neither keys nor values of what it looked at stand in what the
// peer signs.
func TestUnseenReadsLeaveNoTrace(t *testing.T) {
	th := open(t)
	for i, record := range []string{"old", "new"} {
		th.must(func(s *state.Session) (string, error) {
			s.Keep(carrier, fmt.Sprintf("shelf/%d", i), []byte(record))
			s.Keep(carrier, "shelves", []byte("next to it"))
			return "", s.Put("secret-record", record, []string{carrier, port}, []string{carrier, port})
		}, carrier, port)
	}
	th.on = func(s *state.Session) (string, error) {
		found, err := s.Unseen("shelf/", 10)
		if err != nil {
			return "", err
		}
		var said []string
		for _, f := range found {
			said = append(said, f.Key+"="+string(f.Value))
		}
		some, err := s.Unseen("shelf/", 1)
		if err != nil {
			return "", err
		}
		var now, none string
		is, err := s.UnseenRecord("secret-record", &now)
		if err != nil {
			return "", err
		}
		isNot, err := s.UnseenRecord("never-written", &none)
		var past []string
		more := s.UnseenPast("secret-record", func(value []byte) (bool, error) {
			past = append(past, string(value))
			return false, nil
		})
		return fmt.Sprintf("%v %d %t %s %t %q %v", said, len(some), is, now, isNot, past, more), err
	}
	tx, err := th.net.Endorse(th.user.Proposal("rehearse", nil, nil), carrier)
	require.NoError(t, err)
	require.Equal(t, `[shelf/0=old shelf/1=new] 1 true new false ["\"new\"" "\"old\""] <nil>`, string(tx.Result))
	payload, _ := th.net.Attestation(tx)
	seen := strings.ReplaceAll(string(payload), string(tx.Result), "")
	require.False(t, strings.Contains(seen, "secret-record"))
	require.False(t, strings.Contains(seen, "_implicit_org_"), "no private read is noted at all")
}
