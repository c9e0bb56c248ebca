package state_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/state"
)

// A guarded record is changed by any three of its four organisations, and two are not enough, whoever they are.
func TestAGuardAsksForSomeOfItsOrganisations(t *testing.T) {
	th := open(t)
	orgs := []string{terminal, port, carrier, bank, bank}
	th.must(func(s *state.Session) (string, error) {
		s.Endorse(carrier)
		s.Endorse(port)
		if err := s.Put("k", "v", nil, nil); err != nil {
			return "", err
		}
		return "", s.Guard("k", 3, orgs)
	}, carrier, port)
	for _, few := range [][]string{{carrier, port}, {bank, terminal}, {port}} {
		require.ErrorContains(t, th.submit(put("k", "w", nil, nil), nil, few...), "ENDORSEMENT_POLICY_FAILURE", few)
	}
	for _, enough := range [][]string{{carrier, port, bank}, {bank, terminal, port}, {carrier, terminal, bank, port}} {
		th.must(put("k", "w", nil, nil), enough...)
	}
	require.ErrorContains(t, th.submit(put("k", "w", nil, nil), nil, carrier, port), "ENDORSEMENT_POLICY_FAILURE", "the policy stays")
}
