package stories_test

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/test/stories"
	"portledger/test/stories/inmemory"
)

// networkSwitch makes the stories play on the local network that is up: all but those that need a member which has not
// joined yet. Package test/network plays those once it has.
const networkSwitch = "PORTLEDGER_NETWORK"

func TestMain(m *testing.M) {
	debug.SetGCPercent(400) // short-lived and plentiful garbage: collect it in fewer, larger rounds
	os.Exit(m.Run())
}

func TestStoriesOnTheInMemoryFabric(t *testing.T) {
	venue := inmemory.New(t)
	for _, name := range stories.Names() {
		story, err := stories.Load(name)
		require.NoError(t, err)
		require.Empty(t, story.Missing(venue), "everybody is there: %s", name)
	}
	playAll(t, venue)
}

func TestStoriesOnTheLocalNetwork(t *testing.T) {
	if os.Getenv(networkSwitch) != "1" {
		t.Skipf("%s=1 plays the stories on the network that scripts/up.sh brought up", networkSwitch)
	}
	venue, err := stories.Network(filepath.Join("..", ".."))
	require.NoError(t, err)
	playAll(t, venue)
}

func playAll(t *testing.T, venue *stories.Venue) {
	player := stories.NewPlayer(venue, "en")
	for _, name := range stories.Names() {
		story, err := stories.Load(name)
		require.NoError(t, err)
		if len(story.Missing(venue)) > 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			_, err := player.Play(t.Context(), story, nil)
			require.NoError(t, err)
		})
	}
}
