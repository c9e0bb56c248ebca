package issuer

import (
	"context"
	"crypto/rand"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/crypto"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Types of tokens, as their headers tell them apart (RFC 9068 section 2.1): what a client learns about who signed in must not
// open a gateway.
const (
	accessType = "at+jwt"
	idType     = "JWT"
)

// VerifyClient implements op.Server: a program by its name alone, a machine by its secret, which comes in the header only.
func (p *Provider) VerifyClient(_ context.Context, r *op.Request[op.ClientCredentials]) (op.Client, error) {
	accounts, err := ReadAccounts(p.Accounts)
	if err != nil {
		return nil, err
	}
	refused := op.NewStatusError(oidc.ErrInvalidClient(), http.StatusUnauthorized)
	if r.Data.ClientAssertion != "" || r.Form.Has("client_secret") {
		return nil, refused
	}
	if r.Data.ClientSecret != "" {
		machine, right := accounts.machine(r.Data.ClientID, r.Data.ClientSecret)
		if !right {
			return nil, refused
		}
		return registered{machine: &machine, life: p.Lifetime}, nil
	}
	client, found := accounts.client(r.Data.ClientID)
	if !found {
		return nil, refused
	}
	return registered{client: client, life: p.Lifetime}, nil
}

// CodeExchange implements op.Server: a code becomes tokens once, for the client and the redirect it was made for, shown with
// the secret whose hash came with the request.
func (p *Provider) CodeExchange(_ context.Context, r *op.ClientRequest[oidc.AccessTokenRequest]) (*op.Response, error) {
	done, found := p.flows.take(r.Data.Code)
	if !found || done.asked.ClientID != r.Client.GetID() || done.asked.RedirectURI != r.Data.RedirectURI {
		return nil, oidc.ErrInvalidGrant().WithDescription("the code is not, or no longer, good here")
	}
	sent := oidc.CodeChallenge{Challenge: done.asked.CodeChallenge, Method: oidc.CodeChallengeMethodS256}
	if err := op.AuthorizeCodeChallenge(r.Data.CodeVerifier, &sent); err != nil {
		return nil, err
	}
	accounts, err := ReadAccounts(p.Accounts)
	if err != nil {
		return nil, err
	}
	if _, still := Find(accounts.People, done.account.Subject); !still {
		return nil, oidc.ErrInvalidGrant().WithDescription("the account is closed")
	}
	access, err := p.accessToken(done.account, r.Client.GetID())
	if err != nil {
		return nil, err
	}
	hash, err := oidc.ClaimHash(access, jose.ES256)
	if err != nil {
		return nil, err
	}
	claims := oidc.NewIDTokenClaims(p.URL, done.account.Subject, nil, time.Now().Add(p.Lifetime), done.signedIn, done.asked.Nonce, "",
		nil, r.Client.GetID(), 0)
	claims.AccessTokenHash = hash
	id, err := p.sign(claims, idType)
	if err != nil {
		return nil, err
	}
	p.Log.Info("tokens issued", "subject", done.account.Subject, "client", r.Client.GetID())
	return p.tokens(oidc.AccessTokenResponse{AccessToken: access, IDToken: id, Scope: done.asked.Scopes}), nil
}

// ClientCredentialsExchange implements op.Server: a machine's token names the machine.
func (p *Provider) ClientCredentialsExchange(_ context.Context, r *op.ClientRequest[oidc.ClientCredentialsRequest]) (*op.Response, error) {
	machine := r.Client.(registered).machine
	access, err := p.accessToken(*machine, machine.Subject)
	if err != nil {
		return nil, err
	}
	p.Log.Info("tokens issued", "subject", machine.Subject)
	return p.tokens(oidc.AccessTokenResponse{AccessToken: access}), nil
}

func (p *Provider) tokens(answer oidc.AccessTokenResponse) *op.Response {
	answer.TokenType, answer.ExpiresIn = oidc.BearerToken, uint64(p.Lifetime.Seconds())
	return op.NewResponse(answer)
}

// accessToken says who somebody is, to the gateway of their organisation alone. There is nothing in it about roles or
// parties, which a gateway would not believe either.
func (p *Provider) accessToken(who Account, client string) (string, error) {
	claims := oidc.NewAccessTokenClaims(p.URL, who.Subject, []string{who.Audience}, time.Now().Add(p.Lifetime), rand.Text(), client, 0)
	return p.sign(claims, accessType)
}

func (p *Provider) sign(claims any, kind jose.ContentType) (string, error) {
	keys, err := p.Signing.load()
	if err != nil {
		return "", err
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: keys[len(keys)-1]}, (&jose.SignerOptions{}).WithType(kind))
	if err != nil {
		return "", err
	}
	return crypto.Sign(claims, signer)
}
