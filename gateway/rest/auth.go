package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/gin-gonic/gin"

	"portledger/chaincode/fault"
	"portledger/gateway/ledger"
)

// Tokens checks bearer tokens.
type Tokens interface {
	// Check answers what a good access token tells. The error is ledger.ErrUnavailable when the token's keys cannot be
	// fetched, any other when the token is no good.
	Check(ctx context.Context, token string) (Bearer, error)
	// Ready answers nil when tokens can be checked.
	Ready(ctx context.Context) error
}

// algorithms are asymmetric ones only: with a shared secret, or none, whoever checks tokens could also make them.
var algorithms = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA,
}

// JWTs checks JSON web tokens against an issuer's key set. With Issuer, keys and issuer come from OpenID discovery and the
// token must name the issuer; else JWKS is the address of the key set. The issuer need not be up when the gateway starts:
// it is asked when the first token comes, and again until it answers.
type JWTs struct {
	Issuer, JWKS, Audience string
	// Untyped takes access tokens that are not marked as such (RFC 9068), unless they are seen to be ID tokens.
	Untyped bool
	// Client is nil for the default one.
	Client *http.Client

	mu       sync.Mutex
	verifier *oidc.IDTokenVerifier
	asked    time.Time
	failure  error
}

// Check implements Tokens.
func (j *JWTs) Check(ctx context.Context, token string) (Bearer, error) {
	verifier, err := j.prepared()
	if err != nil {
		return Bearer{}, err
	}
	var unreachable error
	checked, err := verifier.Verify(context.WithValue(ctx, unreachableKey{}, &unreachable), token)
	if unreachable != nil {
		return Bearer{}, fmt.Errorf("%w: token keys: %w", ledger.ErrUnavailable, unreachable)
	}
	if err != nil {
		return Bearer{}, err
	}
	return j.bearer(token, checked)
}

// remoteKeys tells a key set that cannot be reached from a signature that is wrong: the verifier passes only text on.
type remoteKeys struct{ oidc.KeySet }

type unreachableKey struct{}

func (k remoteKeys) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	payload, err := k.KeySet.VerifySignature(ctx, token)
	var network *url.Error
	if to, ok := ctx.Value(unreachableKey{}).(*error); ok && errors.As(err, &network) {
		*to = network
	}
	return payload, err
}

// Ready implements Tokens.
func (j *JWTs) Ready(ctx context.Context) error {
	if _, err := j.prepared(); err != nil {
		return err
	}
	if j.JWKS == "" {
		return nil // discovery has answered
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, j.JWKS, nil)
	if err != nil {
		return err
	}
	response, err := j.client().Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the key set's address answers %d", response.StatusCode)
	}
	return nil
}

func (j *JWTs) client() *http.Client {
	if j.Client != nil {
		return j.Client
	}
	return &http.Client{Timeout: issuerTimeout}
}

// prepared answers the verifier, asking the issuer first if that has not worked yet.
func (j *JWTs) prepared() (*oidc.IDTokenVerifier, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.verifier != nil {
		return j.verifier, nil
	}
	if j.failure != nil && time.Since(j.asked) < discoveryPause {
		return nil, j.failure
	}
	// These contexts must not be a request's: the key set's stays with it for later fetches.
	ctx := oidc.ClientContext(context.Background(), j.client())
	config := &oidc.Config{ClientID: j.Audience, SupportedSigningAlgs: algorithms}
	keys := j.JWKS
	if config.SkipIssuerCheck = j.Issuer == ""; !config.SkipIssuerCheck {
		found, err := discover(ctx, j.Issuer)
		j.asked = time.Now()
		if err != nil {
			j.failure = fmt.Errorf("%w: token issuer: %w", ledger.ErrUnavailable, err)
			return nil, j.failure
		}
		keys = found
	}
	set := oidc.NewRemoteKeySet(oidc.ClientContext(context.Background(), newPacedKeys(j.client())), keys)
	j.verifier = oidc.NewVerifier(j.Issuer, remoteKeys{set}, config)
	return j.verifier, nil
}

// discover asks the issuer where its keys are.
func discover(ctx context.Context, issuer string) (string, error) {
	provider, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		return "", err
	}
	var found struct {
		JWKS string `json:"jwks_uri"`
	}
	return found.JWKS, provider.Claims(&found)
}

// subject is a person's opaque id; nothing else gets near the folder of identities.
var subject = regexp.MustCompile(`^u-[0-9a-f]{16}$`)

// authenticate finds out who calls, or answers 401. Why a token was turned down is nobody's business but the log's.
func (s *Server) authenticate(c *gin.Context) {
	person, err := s.caller(c)
	if err != nil {
		s.refuse(c, err)
		return
	}
	noteOf(c).person = person
	c.Next()
}

// caller is the person that the token, the client certificate, or both agree on.
func (s *Server) caller(c *gin.Context) (ledger.Person, error) {
	shown := shownBy(c.Request)
	claimed, err := s.claim(c, shown)
	if errors.Is(err, ledger.ErrUnavailable) {
		return ledger.Person{}, err
	}
	if err == nil && !subject.MatchString(claimed.Subject) {
		err = errors.New("the subject is not a person's id")
	}
	if err != nil {
		s.log.Info("caller turned down", "request", noteOf(c).request, "error", err.Error())
		return ledger.Person{}, fault.New(fault.Unauthenticated)
	}
	person, err := s.people.Lookup(claimed.Subject)
	if err == nil && claimed.ended(person.SignedOut) {
		err = fmt.Errorf("the token is from before the person was signed out: %w", ledger.ErrNotEnrolled)
	}
	// This also tells a certificate from a token of somebody else beside it.
	if err == nil && shown != nil && shown.fingerprint != person.Fingerprint {
		err = fmt.Errorf("the certificate shown is not the one in force: %w", ledger.ErrNotEnrolled)
	}
	if err != nil {
		s.log.Info("caller turned down", "request", noteOf(c).request, "error", err.Error())
		return ledger.Person{}, err
	}
	return person, nil
}

// claim answers who a request says it comes from, as far as tokens tell.
func (s *Server) claim(c *gin.Context, shown *certificate) (Bearer, error) {
	authorization, sent := header(c, "Authorization")
	if !sent && shown != nil {
		return Bearer{Subject: shown.subject}, nil
	}
	scheme, token, found := strings.Cut(authorization, " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return Bearer{}, errors.New("there is no bearer token")
	}
	bearer, err := s.tokens.Check(c.Request.Context(), strings.TrimSpace(token))
	if err != nil {
		return Bearer{}, err
	}
	return bearer, shown.keeps(bearer)
}
