// Package issuer is the local network's OpenID provider: people sign in to it with a name and a password (authorization
// code with PKCE), machines with a secret (client credentials), and what they get are tokens that name them by an opaque
// id. It stands where each organisation has a provider of its own, and knows nothing of parties, roles or documents: who
// somebody is on the ledger, the ledger tells.
package issuer

import (
	"context"
	"crypto/subtle"
	"errors"
	"hash/maphash"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/rs/cors"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

const (
	signInPath = "/sign-in"
	// signedInPath is a page for a client that has none of its own: a script takes the code out of the redirect.
	signedInPath = "/signed-in"
	tokenPath    = "/token"
	cookieName   = "signing-in"
	// bodyBytes is far above the largest form.
	bodyBytes = 16 << 10
	// parameterBytes of a request: a client needs some hundred, and what it asks for authorization is remembered for minutes.
	parameterBytes = 4 << 10
	// hashesAtATime bounds the processor time that strangers can make it spend on passwords.
	hashesAtATime = 4
)

// Options are a provider's settings. Now may be nil.
type Options struct {
	// URL is the issuer: the address that everybody reaches the provider at.
	URL string
	// Signing are the signing keys; Accounts is the file of accounts. Both are read anew for each request.
	Signing  Keys
	Accounts string
	// Lifetime of a token.
	Lifetime time.Duration
	Log      *slog.Logger
	Now      func() time.Time
}

// Provider is an OpenID provider. Of what the library can do it offers what is in its discovery document, and nothing else.
type Provider struct {
	op.UnimplementedServer
	Options
	origin   *url.URL
	flows    *flows
	attempts *attempts
	hashing  chan struct{}
	nobody   func() string
}

// New prepares a provider, with a first signing key if there is none.
func New(o Options) (*Provider, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	origin, err := url.Parse(o.URL)
	if err != nil {
		return nil, err
	}
	if err := op.ValidateIssuer(o.URL, true); err != nil {
		return nil, err
	}
	return &Provider{
		Options: o, origin: origin,
		flows:    &flows{now: o.Now, asked: map[string]flow{}, codes: map[string]flow{}},
		attempts: &attempts{now: o.Now, seed: maphash.MakeSeed()},
		hashing:  make(chan struct{}, hashesAtATime),
		nobody:   sync.OnceValue(nobody),
	}, o.Signing.Ensure()
}

var endpoints = op.Endpoints{
	Authorization: op.NewEndpoint("/authorize"), Token: op.NewEndpoint(tokenPath), JwksURI: op.NewEndpoint("/keys"),
}

// Handler serves the provider.
func (p *Provider) Handler() http.Handler {
	protocol := p.plain(op.RegisterServer(p, endpoints, op.WithFallbackLogger(p.Log), op.WithServerCORSOptions(&cors.Options{
		AllowedMethods: []string{http.MethodGet, http.MethodPost}, AllowOriginFunc: p.knownOrigin,
	})))
	routes := http.NewServeMux()
	routes.Handle("/", protocol)
	routes.HandleFunc("POST "+tokenPath, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery != "" { // addresses end up in logs
			http.Error(w, "parameters belong into the body", http.StatusBadRequest)
			return
		}
		protocol.ServeHTTP(w, r)
	})
	routes.Handle("OPTIONS "+tokenPath, protocol)
	routes.HandleFunc(tokenPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "tokens are asked for with POST", http.StatusMethodNotAllowed)
	})
	routes.HandleFunc("GET "+signInPath, p.showSignIn)
	routes.HandleFunc("GET "+signedInPath, p.showSignedIn)
	routes.Handle("POST "+signInPath, http.NewCrossOriginProtection().Handler(http.HandlerFunc(p.takeSignIn)))
	return p.guard(routes)
}

// plain hands on requests that say each thing once (RFC 6749 section 3.1: of two, one reader takes the first and another the last),
// and little altogether.
func (p *Provider) plain(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			op.RequestError(w, r, oidc.ErrInvalidRequest().WithDescription("the parameters cannot be read"), p.Log)
			return
		}
		size := 0
		for name, values := range r.Form {
			if len(values) > 1 {
				op.RequestError(w, r, oidc.ErrInvalidRequest().WithDescription("a parameter is given more than once"), p.Log)
				return
			}
			size += len(name) + len(values[0])
		}
		if size > parameterBytes {
			op.RequestError(w, r, oidc.ErrInvalidRequest().WithDescription("the parameters are too long"), p.Log)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// guard bounds what comes in and says to browsers what may be done with what goes out.
func (p *Provider) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, bodyBytes)
		for name, value := range map[string]string{
			"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
			"Cross-Origin-Opener-Policy": "same-origin", "Referrer-Policy": "no-referrer",
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
		} {
			w.Header().Set(name, value)
		}
		if p.origin.Scheme == "https" {
			w.Header().Set("Strict-Transport-Security", "max-age=63072000")
		}
		ctx := op.ContextWithIssuer(r.Context(), p.URL)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// knownOrigin tells whether a page of that origin may speak to the provider: those that people are sent back to.
func (p *Provider) knownOrigin(origin string) bool {
	accounts, err := ReadAccounts(p.Accounts)
	if err != nil {
		p.Log.Error("accounts", "error", err.Error())
		return false
	}
	return slices.ContainsFunc(accounts.Clients, func(c Client) bool {
		return slices.ContainsFunc(c.Redirects, func(r string) bool { return originOf(r) == origin })
	})
}

func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// Health implements op.Server.
func (p *Provider) Health(context.Context, *op.Request[struct{}]) (*op.Response, error) {
	return op.NewResponse(op.Status{Status: "ok"}), nil
}

// Ready implements op.Server.
func (p *Provider) Ready(context.Context, *op.Request[struct{}]) (*op.Response, error) {
	if _, err := p.Signing.load(); err != nil {
		return nil, op.AsStatusError(err, http.StatusServiceUnavailable)
	}
	return op.NewResponse(op.Status{Status: "ok"}), nil
}

// Discovery implements op.Server: what this provider really does.
func (p *Provider) Discovery(context.Context, *op.Request[struct{}]) (*op.Response, error) {
	return op.NewResponse(struct {
		oidc.DiscoveryConfiguration
		// NamesItself is RFC 9207: the answer to an authorization request names the issuer.
		NamesItself bool `json:"authorization_response_iss_parameter_supported"`
	}{oidc.DiscoveryConfiguration{
		Issuer:                            p.URL,
		AuthorizationEndpoint:             endpoints.Authorization.Absolute(p.URL),
		TokenEndpoint:                     endpoints.Token.Absolute(p.URL),
		JwksURI:                           endpoints.JwksURI.Absolute(p.URL),
		ScopesSupported:                   []string{oidc.ScopeOpenID},
		ResponseTypesSupported:            []string{string(oidc.ResponseTypeCode)},
		ResponseModesSupported:            []string{string(oidc.ResponseModeQuery)},
		GrantTypesSupported:               []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeClientCredentials},
		SubjectTypesSupported:             []string{"public"},
		IDTokenSigningAlgValuesSupported:  []string{string(jose.ES256)},
		TokenEndpointAuthMethodsSupported: []oidc.AuthMethod{oidc.AuthMethodNone, oidc.AuthMethodBasic},
		CodeChallengeMethodsSupported:     []oidc.CodeChallengeMethod{oidc.CodeChallengeMethodS256},
		ClaimsSupported:                   []string{"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash"},
	}, true}), nil
}

// Keys implements op.Server: the public halves of the signing keys.
func (p *Provider) Keys(context.Context, *op.Request[struct{}]) (*op.Response, error) {
	keys, err := p.Signing.load()
	if err != nil {
		return nil, err
	}
	return op.NewResponse(public(keys)), nil
}

// challenge is the form of a PKCE challenge of kind S256: 32 bytes as base64url.
var challenge = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// VerifyAuthRequest implements op.Server: from an address that is not the client's own, nobody is sent anywhere.
func (p *Provider) VerifyAuthRequest(_ context.Context, r *op.Request[oidc.AuthRequest]) (*op.ClientRequest[oidc.AuthRequest], error) {
	if r.Data.RequestParam != "" || r.Form.Has("request_uri") {
		return nil, oidc.ErrRequestNotSupported()
	}
	accounts, err := ReadAccounts(p.Accounts)
	if err != nil {
		return nil, err
	}
	client, found := accounts.client(r.Data.ClientID)
	if !found {
		return nil, oidc.ErrInvalidRequest().WithDescription("client_id is not known here")
	}
	if !slices.Contains(client.Redirects, r.Data.RedirectURI) {
		return nil, oidc.ErrInvalidRequestRedirectURI().WithDescription("redirect_uri is not one of the client's")
	}
	return &op.ClientRequest[oidc.AuthRequest]{Request: r, Client: registered{client: client, life: p.Lifetime}}, nil
}

// Authorize implements op.Server: it sends the browser to the sign-in page.
func (p *Provider) Authorize(ctx context.Context, r *op.ClientRequest[oidc.AuthRequest]) (*op.Redirect, error) {
	refuse := func(why *oidc.Error) (*op.Redirect, error) {
		return op.TryErrorRedirect(ctx, r.Data, why, oidc.NewEncoder(), p.Log)
	}
	switch asked := r.Data; {
	case asked.ResponseMode != "" && asked.ResponseMode != oidc.ResponseModeQuery:
		asked.ResponseMode = ""
		return refuse(oidc.ErrInvalidRequest().WithDescription("response_mode must be query"))
	case asked.CodeChallengeMethod != oidc.CodeChallengeMethodS256 || !challenge.MatchString(asked.CodeChallenge):
		return refuse(oidc.ErrInvalidRequest().WithDescription("PKCE with code_challenge_method S256 is needed"))
	case !slices.Contains(asked.Scopes, oidc.ScopeOpenID):
		return refuse(oidc.ErrInvalidScope().WithDescription("scope must contain openid"))
	case slices.Contains(asked.Prompt, oidc.PromptNone):
		return refuse(oidc.ErrLoginRequired())
	}
	id, browser, ok := p.flows.begin(*r.Data)
	if !ok {
		return nil, op.NewStatusError(errors.New("too many people are signing in"), http.StatusServiceUnavailable)
	}
	to := op.NewRedirect(r.Client.LoginURL(id))
	cookie := http.Cookie{Name: cookieName, Value: browser, Path: signInPath, MaxAge: int(signInTime.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: p.origin.Scheme == "https"}
	to.Header.Set("Set-Cookie", cookie.String())
	return to, nil
}

func sameText(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
