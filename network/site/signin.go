package site

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// ScriptClient is the provider's client that the network program and the tests sign people in to.
const ScriptClient = "token-script"

// SignIn is what somebody needs to get a token: the secret of a person or a machine and, for a person, the address that the
// code is sent to. The secret stays in this process and the request to the provider.
type SignIn struct {
	Secret, Redirect string
	Machine          bool
}

// SignIn reads it for somebody of the configuration.
func (s *Site) SignIn(name string) (SignIn, error) {
	p, found := s.Config.Person(name)
	if !found {
		return SignIn{}, fmt.Errorf("nobody is called %q", name)
	}
	text, err := os.ReadFile(s.SignInSecret(p.Organisation, name))
	if errors.Is(err, fs.ErrNotExist) {
		return SignIn{}, fmt.Errorf("%s has no account to sign in with: run scripts/up.sh", name)
	}
	if err != nil {
		return SignIn{}, err
	}
	return SignIn{Secret: strings.TrimSpace(string(text)), Redirect: s.SignedIn(), Machine: p.Machine}, err
}

// SignedIn is where people come back to from signing in to the script: a page of the provider itself.
func (s *Site) SignedIn() string { return s.IssuerURL() + "/signed-in" }
