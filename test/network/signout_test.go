package network_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/test/network/live"
)

// A stolen token opens nothing from the moment on in which its owner is signed out, at one gateway or round it; the owner signs in anew.
func TestAStolenTokenEndsWithASignOut(t *testing.T) {
	s := open(t)
	for _, name := range []string{"rail-clerk", "customs-feed"} { // a person and a machine
		p := s.person(name)
		account, err := p.Account()
		require.NoError(t, err)
		stolen, err := p.SignIn(s.ctx, account)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, s.status(p.Organisation, stolen.AccessToken))
		require.Contains(t, s.network("sign-out", name), "signed out")
		for _, organisation := range live.Organisations {
			require.Equal(t, http.StatusUnauthorized, s.status(organisation, stolen.AccessToken), organisation)
		}
		s.network("enrol", name) // a renewed certificate does not renew the token
		require.Equal(t, http.StatusUnauthorized, s.status(p.Organisation, stolen.AccessToken))
		time.Sleep(1100 * time.Millisecond) // a token tells its second
		again, err := p.SignIn(s.ctx, account)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, s.status(p.Organisation, again.AccessToken))
	}
}
