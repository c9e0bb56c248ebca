package matrix_test

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/test/matrix"
	"portledger/test/stories/inmemory"
)

func TestEveryOperationHasAnExpectation(t *testing.T) {
	table, err := matrix.Load()
	require.NoError(t, err)
	operations, err := matrix.Operations()
	require.NoError(t, err)
	require.Empty(t, table.Check(operations))
	added := matrix.Operation{ID: "billBurn", Method: "POST", Path: "/v1/bills/{id}/burn"}
	require.Equal(t, []string{"operation billBurn (POST /v1/bills/{id}/burn) has no expectation: say in expectations.yaml who may"},
		table.Check(append(operations, added)), "a new one is missed by name")
}

// TestEverybodyTriesEverything is the authorisation matrix on the in-memory Fabric. TestEverybodyTriesEverything of
// test/network is the same on the real one.
func TestEverybodyTriesEverything(t *testing.T) {
	venue, peers := inmemory.Crowd(t)
	trial, err := matrix.New(t.Context(), venue)
	require.NoError(t, err)
	trial.Peers, trial.Round, trial.Aside = peers, 4, inmemory.Still
	trial.Looks = matrix.Looks{InStates: *states, AtEnds: *ends}
	most := 0
	if testing.Short() { // the people of network.yaml, as on the real network, in the stories with most in them
		trial.Round, most = 8, 10
		trial.Leave(func(s matrix.Somebody) bool { return inmemory.Further(s.Name) })
	}
	chosen, err := matrix.Cover(most, nil)
	require.NoError(t, err)
	began := time.Now()
	require.NoError(t, trial.Play(t.Context(), chosen...))
	require.NoError(t, trial.TryTheRest(t.Context()))
	require.NoError(t, trial.TryFunctions(t.Context()))
	t.Logf("%d stories, %d tries, %s", len(chosen), trial.Tries(), time.Since(began).Round(time.Second))
	require.Empty(t, strings.Join(trial.Wrong(), "\n"))
	if most == 0 {
		require.Empty(t, trial.Untried())
	}
}

var states = flag.Bool("states", false, "look at documents in every state that they are met in, which takes minutes")

var ends = flag.Bool("ends", false, "look at every document that a story leaves, which takes minutes")

var update = flag.Bool("update", false, "write api/authorisation.md anew")

const page = "../../api/authorisation.md"

func TestThePrintedMatrixIsTheOneThatIsTried(t *testing.T) {
	table, err := matrix.Load()
	require.NoError(t, err)
	operations, err := matrix.Operations()
	require.NoError(t, err)
	printed := table.Markdown(operations)
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(printed), 0o644))
	}
	kept, err := os.ReadFile(page)
	require.NoError(t, err)
	require.Equal(t, string(kept), printed, "run: go test ./test/matrix -run Printed -update")
}
