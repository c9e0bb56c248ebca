package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/network/config"
	"portledger/network/issuer"
	"portledger/network/site"
)

func TestEverybodyWhoMayActHasAnAccountAndNobodyElse(t *testing.T) {
	w, err := open("..", "", filepath.Join(t.TempDir(), "net"))
	require.NoError(t, err)
	// Hashing a password for everybody takes its time: three tell as much.
	few := []string{"line-clerk", "forwarder-leaver", "customs-feed"}
	w.site.Config.People = slices.DeleteFunc(w.site.Config.People, func(p config.Person) bool { return !slices.Contains(few, p.Name) })
	require.NoError(t, w.makeAccounts())
	people, err := w.people()
	require.NoError(t, err)
	first, err := issuer.ReadAccounts(w.site.IssuerAccounts())
	require.NoError(t, err)
	clerk, found := issuer.Find(first.People, people["line-clerk"].ID)
	require.True(t, found)
	require.Equal(t, "portledger/CarrierMSP", clerk.Audience)
	_, found = issuer.Find(first.Machines, people["customs-feed"].ID)
	require.True(t, found, "a machine has a secret and no password")
	require.Len(t, first.People, 2)
	require.Len(t, first.Machines, 1)
	require.Equal(t, []issuer.Client{{ID: site.ScriptClient, Redirects: []string{w.site.IssuerURL() + "/signed-in"}}}, first.Clients,
		"a code is sent nowhere that nobody serves")

	with, err := w.site.SignIn("line-clerk")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(with.Secret), 26)
	require.Equal(t, first.Clients[0].Redirects[0], with.Redirect)
	about, err := os.Stat(w.site.SignInSecret("carrier", "line-clerk"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), about.Mode().Perm())

	require.NoError(t, w.makeAccounts())
	again, err := issuer.ReadAccounts(w.site.IssuerAccounts())
	require.NoError(t, err)
	require.Equal(t, first, again, "who has an account keeps it")

	gone := people["forwarder-leaver"]
	gone.Revoked = true
	b := newBringUp(w, upCommand{})
	require.NoError(t, b.note("forwarder-leaver", gone))
	require.NoError(t, w.makeAccounts())
	after, err := issuer.ReadAccounts(w.site.IssuerAccounts())
	require.NoError(t, err)
	_, found = issuer.Find(after.People, gone.ID)
	require.False(t, found)
	_, err = w.site.SignIn("forwarder-leaver")
	require.ErrorContains(t, err, "has no account")
}
