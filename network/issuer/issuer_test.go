package issuer

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/stretchr/testify/require"
)

// serve runs an issuer whose name is its own address, as discovery demands.
func serve(t *testing.T) (*Issuer, *oidc.IDTokenVerifier) {
	t.Helper()
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	made, err := Open(filepath.Join(t.TempDir(), "issuer", "key.pem"), server.URL, "portledger")
	require.NoError(t, err)
	handler, err = made.Handler()
	require.NoError(t, err)
	provider, err := oidc.NewProvider(context.Background(), server.URL)
	require.NoError(t, err)
	return made, provider.Verifier(&oidc.Config{ClientID: "portledger"})
}

func TestATokenIsAcceptedByAStandardClient(t *testing.T) {
	made, verifier := serve(t)
	now := time.Now()
	token, err := made.Token("u-0123456789abcdef", now, time.Hour)
	require.NoError(t, err)
	checked, err := verifier.Verify(context.Background(), token)
	require.NoError(t, err)
	require.Equal(t, "u-0123456789abcdef", checked.Subject)
	require.WithinDuration(t, now.Add(time.Hour), checked.Expiry, time.Second)

	another, err := made.Token("u-0123456789abcdef", now, time.Hour)
	require.NoError(t, err)
	require.NotEqual(t, token, another, "every token has an id of its own")
}

func TestOldForeignAndChangedTokensAreRefused(t *testing.T) {
	made, verifier := serve(t)
	stranger, _ := serve(t)
	stranger.url = made.url
	old, err := made.Token("u-0123456789abcdef", time.Now().Add(-2*time.Hour), time.Hour)
	require.NoError(t, err)
	foreign, err := stranger.Token("u-0123456789abcdef", time.Now(), time.Hour)
	require.NoError(t, err)
	good, err := made.Token("u-0123456789abcdef", time.Now(), time.Hour)
	require.NoError(t, err)
	parts := strings.Split(good, ".")
	foreignParts := strings.Split(foreign, ".")
	for name, token := range map[string]string{
		"old": old, "foreign": foreign, "changed": parts[0] + "." + foreignParts[1] + "." + parts[2],
	} {
		_, err := verifier.Verify(context.Background(), token)
		require.Error(t, err, name)
	}
}

func TestTheKeyIsMadeOnceAndForItsOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "issuer", "key.pem")
	const openers = 8
	ids := make([]string, openers)
	var group sync.WaitGroup
	for i := range openers {
		group.Go(func() {
			made, err := Open(path, "http://127.0.0.1", "portledger")
			if err == nil {
				ids[i], _ = made.key.KeyID()
			}
		})
	}
	group.Wait()
	for _, id := range ids {
		require.NotEmpty(t, id)
		require.Equal(t, ids[0], id)
	}
	about, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), about.Mode().Perm())
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, entries, 1)
}
