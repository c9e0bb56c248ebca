package network_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/network/ledger"
	"portledger/test/matrix"
	"portledger/test/stories"
)

// matrixPatience bounds the whole matrix: dozens of stories, and everybody at each of their steps.
const matrixPatience = 15 * time.Minute

// peers are the running network's peers as Fabric clients reach them; a foreign one through the gateway service of their own.
type peers struct{ *scene }

func (p peers) Evaluate(ctx context.Context, _, person, at, function string, args []string, transient map[string][]byte) ([]byte, error) {
	who, err := p.Person(person)
	if err != nil {
		return nil, err
	}
	return who.Evaluate(ctx, ledger.Call{Function: function, Arguments: args, Transient: transient, Endorsers: p.MSPs(at)})
}

// mostStories are those that hold half of what can be tried, in a fifth of the time.
const mostStories = 8

// TestEverybodyTriesMuch is the authorisation matrix of test/matrix on the running network, with the stories in which most is
// done. scripts/test.sh has the time for this one.
func TestEverybodyTriesMuch(t *testing.T) { everybodyTries(t, mostStories) }

// TestEverybodyTriesEverything is the whole of it, without the stories in which seconds count (those are tried in memory, where
// time stands still for everybody) and those that need a member that has not joined.
func TestEverybodyTriesEverything(t *testing.T) { everybodyTries(t, 0) }

func everybodyTries(t *testing.T, most int) {
	t.Helper()
	s := open(t)
	ctx, cancel := context.WithTimeout(context.Background(), matrixPatience)
	defer cancel()
	venue, err := stories.Network(filepath.Join("..", ".."))
	require.NoError(t, err)
	trial, err := matrix.New(ctx, venue)
	require.NoError(t, err)
	trial.Peers, trial.Together, trial.AtOnce, trial.Round = peers{s}, 1, 8, 8
	trial.Level = func(ctx context.Context) error {
		_, err := s.Level(ctx)
		return err
	}
	chosen, err := matrix.Cover(most, func(story stories.Story) bool { return matrix.Hurried(story) || len(story.Missing(venue)) > 0 })
	require.NoError(t, err)
	began := time.Now()
	require.NoError(t, trial.Play(ctx, chosen...))
	require.NoError(t, trial.TryTheRest(ctx))
	require.NoError(t, trial.TryFunctions(ctx))
	t.Logf("%d stories, %d tries, %s; not tried here: %v", len(chosen), trial.Tries(), time.Since(began).Round(time.Second), trial.Untried())
	require.Empty(t, strings.Join(trial.Wrong(), "\n"))
}
