package issuer

import (
	"net/url"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// registered is a client as the library asks after it: a program without a secret, or a machine.
type registered struct {
	client  Client
	machine *Account
	life    time.Duration
}

var _ op.Client = registered{}

func (r registered) GetID() string {
	if r.machine != nil {
		return r.machine.Subject
	}
	return r.client.ID
}

func (r registered) RedirectURIs() []string         { return r.client.Redirects }
func (registered) PostLogoutRedirectURIs() []string { return nil }

// ApplicationType is the one whose redirects the library compares exactly, also on the loopback address.
func (registered) ApplicationType() op.ApplicationType { return op.ApplicationTypeWeb }

func (r registered) AuthMethod() oidc.AuthMethod {
	if r.machine != nil {
		return oidc.AuthMethodBasic
	}
	return oidc.AuthMethodNone
}

func (registered) ResponseTypes() []oidc.ResponseType {
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}

func (r registered) GrantTypes() []oidc.GrantType {
	if r.machine != nil {
		return []oidc.GrantType{oidc.GrantTypeClientCredentials}
	}
	return []oidc.GrantType{oidc.GrantTypeCode}
}

func (registered) LoginURL(id string) string           { return signInPath + "?id=" + url.QueryEscape(id) }
func (registered) AccessTokenType() op.AccessTokenType { return op.AccessTokenTypeJWT }
func (r registered) IDTokenLifetime() time.Duration    { return r.life }
func (registered) DevMode() bool                       { return false }
func (registered) IsScopeAllowed(string) bool          { return false }
func (registered) IDTokenUserinfoClaimsAssertion() bool {
	return false
}
func (registered) ClockSkew() time.Duration { return 0 }

func (registered) RestrictAdditionalIdTokenScopes() func([]string) []string     { return none }
func (registered) RestrictAdditionalAccessTokenScopes() func([]string) []string { return none }

func none([]string) []string { return nil }
