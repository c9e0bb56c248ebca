package issuer_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"portledger/network/issuer"
	"portledger/network/signin"
)

const (
	clerk    = "u-0123456789abcdef"
	feed     = "u-fedcba9876543210"
	audience = "portledger/PortMSP"
	back     = "http://127.0.0.1:9/signed-in"
	verifier = "a-verifier-of-forty-three-characters-at-least-1"
)

// provider is a provider with one client, one person and one machine.
type provider struct {
	t                *testing.T
	url, folder      string
	password, secret string
	log              *lockedLog
	mu               sync.Mutex
	ahead            time.Duration
}

// lockedLog is what the provider logs.
type lockedLog struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (p *provider) now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Now().Add(p.ahead)
}

func (p *provider) pass(length time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ahead += length
}

func (p *provider) accounts() string { return filepath.Join(p.folder, "accounts.json") }

func start(t *testing.T, lifetime time.Duration) *provider {
	t.Helper()
	p := &provider{t: t, folder: filepath.Join(t.TempDir(), "issuer"), password: issuer.NewSecret(), secret: issuer.NewSecret(), log: &lockedLog{}}
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	p.url = server.URL
	person, err := issuer.NewPerson("clerk", clerk, audience, p.password)
	require.NoError(t, err)
	require.NoError(t, issuer.Accounts{
		Clients: []issuer.Client{{ID: "console", Redirects: []string{back}}, {ID: "other", Redirects: []string{back}}},
		People:  []issuer.Account{person}, Machines: []issuer.Account{issuer.NewMachine(feed, audience, p.secret)},
	}.Write(p.accounts()))
	handler = p.again(lifetime)
	return p
}

// again is the provider as a new process on the same files.
func (p *provider) again(lifetime time.Duration) http.Handler {
	p.t.Helper()
	made, err := issuer.New(issuer.Options{URL: p.url, Signing: issuer.Keys(filepath.Join(p.folder, "keys")), Accounts: p.accounts(),
		Lifetime: lifetime, Log: slog.New(slog.NewJSONHandler(p.log, nil)), Now: p.now})
	require.NoError(p.t, err)
	return made.Handler()
}

func (p *provider) signIn(name, password string) (string, error) {
	token, err := signin.Client{Issuer: p.url, ID: "console", Redirect: back}.Person(p.t.Context(), name, password)
	if err != nil {
		return "", err
	}
	return token.AccessToken, nil
}

// verify checks a token as anybody would: from the discovery document on.
func (p *provider) verify(token, audience string) (*oidc.IDToken, error) {
	found, err := oidc.NewProvider(context.Background(), p.url)
	require.NoError(p.t, err)
	return found.Verifier(&oidc.Config{ClientID: audience}).Verify(context.Background(), token)
}

func TestAPersonSignsInAndTheTokenSaysNoMoreThanWho(t *testing.T) {
	p := start(t, time.Hour)
	token, err := p.signIn("clerk", p.password)
	require.NoError(t, err)
	checked, err := p.verify(token, audience)
	require.NoError(t, err)
	require.Equal(t, clerk, checked.Subject)
	require.Equal(t, []string{audience}, checked.Audience)
	require.WithinDuration(t, time.Now().Add(time.Hour), checked.Expiry, 5*time.Second)
	_, err = p.verify(token, "portledger/BankMSP")
	require.ErrorContains(t, err, "audience")

	var claims map[string]any
	require.NoError(t, checked.Claims(&claims))
	for name := range claims {
		require.Contains(t, []string{"iss", "sub", "aud", "exp", "iat", "nbf", "jti", "client_id"}, name)
	}
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.ES256})
	require.NoError(t, err)
	require.Equal(t, "at+jwt", parsed.Headers[0].ExtraHeaders[jose.HeaderType])
	another, err := p.signIn("clerk", p.password)
	require.NoError(t, err)
	require.NotEqual(t, token, another)
}

func TestNoSecretIsKeptOrLogged(t *testing.T) {
	p := start(t, time.Hour)
	token, err := p.signIn("clerk", p.password)
	require.NoError(t, err)
	_, err = p.signIn("clerk", "a wrong one that is close")
	require.Error(t, err)
	_, err = signin.Machine(t.Context(), p.url, feed, p.secret)
	require.NoError(t, err)
	kept, err := os.ReadFile(p.accounts())
	require.NoError(t, err)
	for _, secret := range []string{p.password, p.secret} {
		require.NotContains(t, string(kept), secret)
		require.NotContains(t, p.log.String(), secret)
	}
	require.NotContains(t, p.log.String(), "a wrong one")
	require.NotContains(t, p.log.String(), token)
	require.Contains(t, p.log.String(), clerk)
	require.NoError(t, filepath.WalkDir(p.folder, func(path string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		about, err := entry.Info()
		require.NoError(t, err)
		require.Zero(t, about.Mode().Perm()&0o077, path)
		return nil
	}))
}

func TestAMachineShowsItsSecret(t *testing.T) {
	p := start(t, time.Hour)
	token, err := signin.Machine(t.Context(), p.url, feed, p.secret)
	require.NoError(t, err)
	checked, err := p.verify(token.AccessToken, audience)
	require.NoError(t, err)
	require.Equal(t, feed, checked.Subject)
	for name, try := range map[string][2]string{
		"a wrong secret": {feed, p.secret + "x"}, "no secret": {feed, ""}, "another's name": {clerk, p.secret},
		"a person's password": {clerk, p.password}, "a client without a secret": {"console", p.secret},
	} {
		_, err := signin.Machine(t.Context(), p.url, try[0], try[1])
		require.Error(t, err, name)
	}
	_, err = p.signIn(feed, p.secret)
	require.Error(t, err, "a machine does not sign in")
	form := exchange(p.code(newBrowser(t)), "client_id", "")
	r, err := http.NewRequest(http.MethodPost, p.url+"/token", strings.NewReader(form.Encode()))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(feed, p.secret)
	newBrowser(t).send(r, nil).refused(t, http.StatusBadRequest, "unauthorized_client") // nor does it use a person's code
}

// asked are the parameters of a good authorization request.
func asked(change ...string) url.Values {
	sum := url.Values{"client_id": {"console"}, "redirect_uri": {back}, "response_type": {"code"}, "scope": {"openid"}, "state": {"s1"},
		"nonce": {"n1"}, "code_challenge_method": {"S256"}, "code_challenge": {oauth2.S256ChallengeFromVerifier(verifier)}}
	for i := 0; i+1 < len(change); i += 2 {
		if sum.Del(change[i]); change[i+1] != "" {
			sum.Set(change[i], change[i+1])
		}
	}
	return sum
}

// answer is a response with its body read.
type answer struct {
	*http.Response
	body string
}

func (a answer) location(t *testing.T) *url.URL {
	t.Helper()
	to, err := a.Location()
	require.NoError(t, err, "%d %s", a.StatusCode, a.body)
	return to
}

// browser is one that follows nothing by itself.
type browser struct {
	t *testing.T
	*http.Client
}

func newBrowser(t *testing.T) browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return browser{t, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (b browser) send(r *http.Request, err error) answer {
	b.t.Helper()
	require.NoError(b.t, err)
	response, err := b.Do(r)
	require.NoError(b.t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(b.t, err)
	return answer{response, string(body)}
}

func (b browser) get(address string) answer {
	b.t.Helper()
	return b.send(http.NewRequest(http.MethodGet, address, nil))
}

func (b browser) post(address string, form url.Values) answer {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return b.send(r, err)
}

// begin asks for authorization and answers the id of the sign-in page.
func (p *provider) begin(b browser) string {
	p.t.Helper()
	to := b.get(p.url + "/authorize?" + asked().Encode()).location(p.t)
	require.Equal(p.t, "/sign-in", to.Path)
	return to.Query().Get("id")
}

func (p *provider) fill(b browser, id, name, password string) answer {
	p.t.Helper()
	return b.post(p.url+"/sign-in", url.Values{"id": {id}, "name": {name}, "password": {password}})
}

// code signs the clerk in up to the code.
func (p *provider) code(b browser) string {
	p.t.Helper()
	to := p.fill(b, p.begin(b), "clerk", p.password).location(p.t)
	require.Equal(p.t, "s1", to.Query().Get("state"))
	require.Equal(p.t, p.url, to.Query().Get("iss"))
	return to.Query().Get("code")
}

func exchange(code string, change ...string) url.Values {
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "client_id": {"console"}, "redirect_uri": {back}, "code_verifier": {verifier}}
	for i := 0; i+1 < len(change); i += 2 {
		if form.Del(change[i]); change[i+1] != "" {
			form.Set(change[i], change[i+1])
		}
	}
	return form
}

func (a answer) refused(t *testing.T, status int, code string) {
	t.Helper()
	var told struct {
		Error string `json:"error"`
	}
	require.Equal(t, status, a.StatusCode, a.body)
	require.NoError(t, json.Unmarshal([]byte(a.body), &told), a.body)
	require.Equal(t, code, told.Error, a.body)
}

func TestACodeIsGoodOnceForWhatItWasMadeFor(t *testing.T) {
	p := start(t, time.Hour)
	b := newBrowser(t)
	code := p.code(b)
	good := b.post(p.url+"/token", exchange(code))
	require.Equal(t, http.StatusOK, good.StatusCode, good.body)
	require.Equal(t, "no-store", good.Header.Get("Cache-Control"))
	b.post(p.url+"/token", exchange(code)).refused(t, http.StatusBadRequest, "invalid_grant")

	for name, try := range map[string]struct {
		change []string
		code   string
	}{
		"no verifier":            {[]string{"code_verifier", ""}, "invalid_request"},
		"another verifier":       {[]string{"code_verifier", verifier + "x"}, "invalid_grant"},
		"the challenge itself":   {[]string{"code_verifier", asked().Get("code_challenge")}, "invalid_grant"},
		"another client":         {[]string{"client_id", "other"}, "invalid_grant"},
		"another redirect":       {[]string{"redirect_uri", back + "/x"}, "invalid_grant"},
		"a code nobody was sent": {[]string{"code", "AAAAAAAAAAAAAAAAAAAAAAAAAA"}, "invalid_grant"},
	} {
		t.Run(name, func(t *testing.T) {
			code := p.code(b)
			b.post(p.url+"/token", exchange(code, try.change...)).refused(t, http.StatusBadRequest, try.code)
			if try.change[0] != "code" {
				b.post(p.url+"/token", exchange(code)).refused(t, http.StatusBadRequest, "invalid_grant") // a try uses it up
			}
		})
	}
	code = p.code(b)
	p.pass(2 * time.Minute)
	b.post(p.url+"/token", exchange(code)).refused(t, http.StatusBadRequest, "invalid_grant")
}

func TestWhatIsAskedForWronglyIsRefused(t *testing.T) {
	p := start(t, time.Hour)
	b := newBrowser(t)
	for name, change := range map[string][]string{
		"another address":    {"redirect_uri", "http://evil.example/signed-in"},
		"a longer address":   {"redirect_uri", back + "/more"},
		"another port":       {"redirect_uri", "http://127.0.0.1:10/signed-in"},
		"an escaped address": {"redirect_uri", "http://127.0.0.1:9/signed%2Din"},
		"no address":         {"redirect_uri", ""},
		"an unknown client":  {"client_id", "stranger"},
	} {
		a := b.get(p.url + "/authorize?" + asked(change...).Encode())
		require.Equal(t, http.StatusBadRequest, a.StatusCode, "%s: sends nobody anywhere: %s", name, a.body)
		require.Empty(t, a.Header.Get("Location"), name)
	}
	for name, change := range map[string][]string{
		"no challenge":      {"code_challenge", ""},
		"no method":         {"code_challenge_method", ""},
		"a plain challenge": {"code_challenge_method", "plain"},
		"a short challenge": {"code_challenge", "short"},
		"no openid":         {"scope", "profile"},
		"without a page":    {"prompt", "none"},
		"another mode":      {"response_mode", "fragment"},
	} {
		to := b.get(p.url + "/authorize?" + asked(change...).Encode()).location(t)
		require.Equal(t, back, "http://"+to.Host+to.Path, name)
		require.NotEmpty(t, to.Query().Get("error"), name)
		require.Equal(t, "s1", to.Query().Get("state"), name)
	}
	for _, kind := range []string{"token", "id_token", "id_token token"} {
		require.Equal(t, http.StatusBadRequest, b.get(p.url+"/authorize?"+asked("response_type", kind).Encode()).StatusCode, kind)
	}
}

// Nobody is sent anywhere, remembered or given anything for what two readers would read differently, or for what is endless.
func TestARequestSaysEachThingOnceAndLittle(t *testing.T) {
	p := start(t, time.Hour)
	b := newBrowser(t)
	ask := func(query string) answer { return b.get(p.url + "/authorize?" + query) }
	good := asked().Encode()
	require.Equal(t, http.StatusFound, ask(good).StatusCode)
	for name, value := range map[string]string{"redirect_uri": "http://evil.example/", "client_id": "other", "state": "s2", "nonce": "n2",
		"code_challenge": asked().Get("code_challenge"), "code_challenge_method": "plain", "scope": "openid"} {
		second := url.Values{name: {value}}.Encode()
		ask(good+"&"+second).refused(t, http.StatusBadRequest, "invalid_request")
		ask(second+"&"+good).refused(t, http.StatusBadRequest, "invalid_request")
		b.post(p.url+"/authorize?"+second, asked()).refused(t, http.StatusBadRequest, "invalid_request")
	}
	ask(good+"&request_uri=http%3A%2F%2Fevil.example%2F").refused(t, http.StatusBadRequest, "request_not_supported")
	ask(good+";state=s2").refused(t, http.StatusBadRequest, "invalid_request")
	ask(asked("state", strings.Repeat("s", 5000)).Encode()).refused(t, http.StatusBadRequest, "invalid_request")
	b.post(p.url+"/authorize", asked("state", strings.Repeat("s", 5000))).refused(t, http.StatusBadRequest, "invalid_request")

	twice := exchange(p.code(b))
	twice["code_verifier"] = []string{verifier, "x"}
	b.post(p.url+"/token", twice).refused(t, http.StatusBadRequest, "invalid_request")
}

// What a request says of its own address changes nothing that others rely on.
func TestTheProviderKnowsItsOwnAddress(t *testing.T) {
	p := start(t, time.Hour)
	r, err := http.NewRequest(http.MethodGet, p.url+"/.well-known/openid-configuration", nil)
	require.NoError(t, err)
	r.Host = "evil.example"
	for _, header := range []string{"X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-Host", "Forwarded"} {
		r.Header.Set(header, "host=evil.example")
	}
	a := newBrowser(t).send(r, nil)
	require.Equal(t, http.StatusOK, a.StatusCode)
	require.Contains(t, a.body, p.url)
	require.NotContains(t, a.body, "evil")
}

func TestTheTokenEndpointTakesSecretsInTheHeaderOnly(t *testing.T) {
	p := start(t, time.Hour)
	b := newBrowser(t)
	machine := url.Values{"grant_type": {"client_credentials"}, "client_id": {feed}, "client_secret": {p.secret}}
	b.post(p.url+"/token", machine).refused(t, http.StatusUnauthorized, "invalid_client")
	require.Equal(t, http.StatusBadRequest, b.post(p.url+"/token?"+machine.Encode(), nil).StatusCode)
	require.Equal(t, http.StatusMethodNotAllowed, b.get(p.url+"/token?"+machine.Encode()).StatusCode)
	asserted := url.Values{"grant_type": {"client_credentials"}, "client_id": {feed}, "client_assertion": {"a.b.c"},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}
	b.post(p.url+"/token", asserted).refused(t, http.StatusUnauthorized, "invalid_client") // so there is none to replay
	for _, grant := range []string{"password", "refresh_token", "urn:ietf:params:oauth:grant-type:jwt-bearer",
		"urn:ietf:params:oauth:grant-type:token-exchange", "urn:ietf:params:oauth:grant-type:device_code"} {
		a := b.post(p.url+"/token", url.Values{"grant_type": {grant}, "client_id": {"console"}, "assertion": {"x"}, "refresh_token": {"x"}})
		require.GreaterOrEqual(t, a.StatusCode, 400, grant)
		require.NotContains(t, a.body, "access_token")
	}
	b.post(p.url+"/token", url.Values{"grant_type": {"client_credentials"}, "client_id": {"console"}}).refused(t, http.StatusBadRequest, "unauthorized_client")
	for _, path := range []string{"/userinfo", "/revoke", "/oauth/introspect", "/end_session", "/device_authorization", "/authorize/callback"} {
		require.Equal(t, http.StatusNotFound, b.get(p.url+path).StatusCode, path)
	}
}

func TestWrongPasswordsAreLimited(t *testing.T) {
	p := start(t, time.Hour)
	b := newBrowser(t)
	id := p.begin(b)
	for _, name := range []string{"clerk", "nobody"} {
		for range 5 {
			wrong := p.fill(b, id, name, "wrong")
			require.Equal(t, http.StatusUnauthorized, wrong.StatusCode)
			require.Contains(t, wrong.body, "密码错误")
			require.NotContains(t, wrong.body, "nobody", "what was typed does not come back")
		}
		many := p.fill(b, id, name, "wrong")
		require.Equal(t, http.StatusTooManyRequests, many.StatusCode, name)
		require.NotEmpty(t, many.Header.Get("Retry-After"))
	}
	require.Equal(t, http.StatusTooManyRequests, p.fill(b, id, "clerk", p.password).StatusCode, "not even the right one")
	p.pass(6 * time.Minute)
	require.Equal(t, http.StatusSeeOther, p.fill(b, id, "clerk", p.password).StatusCode)
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			if _, err := p.signIn("clerk", p.password); err != nil {
				t.Errorf("right ones are not counted, at once either: %v", err)
			}
		})
	}
	group.Wait()
}

func TestASignInBelongsToTheBrowserThatBeganIt(t *testing.T) {
	p := start(t, time.Hour)
	own, other := newBrowser(t), newBrowser(t)
	id := p.begin(own)
	require.Equal(t, http.StatusBadRequest, p.fill(other, id, "clerk", p.password).StatusCode)
	require.Equal(t, http.StatusBadRequest, other.get(p.url+"/sign-in?id="+id).StatusCode)
	r, err := http.NewRequest(http.MethodPost, p.url+"/sign-in", strings.NewReader(url.Values{"id": {id}, "name": {"clerk"}, "password": {p.password}}.Encode()))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://evil.example")
	require.Equal(t, http.StatusForbidden, own.send(r, nil).StatusCode, "nor may another site fill it in")

	page := own.get(p.url + "/sign-in?id=" + id)
	require.Equal(t, http.StatusOK, page.StatusCode)
	require.NotContains(t, page.body, "<script")
	require.Contains(t, page.body, "登录")
	policy := page.Header.Get("Content-Security-Policy")
	require.Contains(t, policy, "default-src 'none'")
	require.Contains(t, policy, "form-action 'self' http://127.0.0.1:9")
	style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(page.body)
	sum := sha256.Sum256([]byte(style[1]))
	require.Contains(t, policy, "style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'", "or the page would stand there bare")
	require.Equal(t, "DENY", page.Header.Get("X-Frame-Options"))
	require.Equal(t, "no-referrer", page.Header.Get("Referrer-Policy"))
	require.Regexp(t, regexp.MustCompile(`^no-store`), page.Header.Get("Cache-Control"))

	require.Equal(t, http.StatusSeeOther, p.fill(own, id, "clerk", p.password).StatusCode)
	require.Equal(t, http.StatusBadRequest, p.fill(own, id, "clerk", p.password).StatusCode, "it ends once")
	late := p.begin(own)
	p.pass(11 * time.Minute)
	require.Equal(t, http.StatusBadRequest, p.fill(own, late, "clerk", p.password).StatusCode)
}

func TestKeysAreRotatedAndSurviveARestart(t *testing.T) {
	p := start(t, time.Hour)
	keys := issuer.Keys(filepath.Join(p.folder, "keys"))
	first, err := p.signIn("clerk", p.password)
	require.NoError(t, err)
	p.again(time.Hour)
	_, err = p.verify(first, audience)
	require.NoError(t, err, "a restart keeps the key")

	require.NoError(t, keys.Rotate())
	second, err := p.signIn("clerk", p.password)
	require.NoError(t, err)
	for _, token := range []string{first, second} {
		_, err = p.verify(token, audience)
		require.NoError(t, err, "both keys are published")
	}
	require.NotEqual(t, header(t, first), header(t, second))

	require.NoError(t, keys.Rotate())
	_, err = p.verify(second, audience)
	require.NoError(t, err)
	_, err = p.verify(first, audience)
	require.Error(t, err, "two rotations take a key away")
}

func header(t *testing.T, token string) string {
	t.Helper()
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.ES256})
	require.NoError(t, err)
	return parsed.Headers[0].KeyID
}

func TestTheFirstKeyIsMadeOnceAndForItsOwnerAlone(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "keys")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if err := issuer.Keys(folder).Ensure(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	about, err := entries[0].Info()
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), about.Mode().Perm())
}

func TestATokenExpires(t *testing.T) {
	p := start(t, time.Second)
	token, err := signin.Machine(t.Context(), p.url, feed, p.secret)
	require.NoError(t, err)
	_, err = p.verify(token.AccessToken, audience)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		_, err := p.verify(token.AccessToken, audience)
		return err != nil && strings.Contains(err.Error(), "expired")
	}, 5*time.Second, 100*time.Millisecond)
}

func TestAClosedAccountOpensNothing(t *testing.T) {
	p := start(t, time.Hour)
	b := newBrowser(t)
	code := p.code(b)
	accounts, err := issuer.ReadAccounts(p.accounts())
	require.NoError(t, err)
	accounts.People, accounts.Machines = nil, nil
	require.NoError(t, accounts.Write(p.accounts()))
	b.post(p.url+"/token", exchange(code)).refused(t, http.StatusBadRequest, "invalid_grant")
	_, err = p.signIn("clerk", p.password)
	require.ErrorContains(t, err, "401")
	_, err = signin.Machine(t.Context(), p.url, feed, p.secret)
	require.Error(t, err)
}

func TestOnlyPagesThatPeopleComeBackToMaySpeakToIt(t *testing.T) {
	p := start(t, time.Hour)
	b := newBrowser(t)
	for origin, allowed := range map[string]string{"http://127.0.0.1:9": "http://127.0.0.1:9", "http://evil.example": ""} {
		r, err := http.NewRequest(http.MethodOptions, p.url+"/token", nil)
		require.NoError(t, err)
		r.Header.Set("Origin", origin)
		r.Header.Set("Access-Control-Request-Method", http.MethodPost)
		a := b.send(r, nil)
		require.Equal(t, allowed, a.Header.Get("Access-Control-Allow-Origin"))
		require.Empty(t, a.Header.Get("Access-Control-Allow-Credentials"))
	}
}

// A script has no page of its own to come back to: nobody who follows its redirect in a browser stands before an error.
func TestWhoSignsInForAScriptIsToldSo(t *testing.T) {
	p := start(t, time.Hour)
	b := newBrowser(t)
	done := b.get(p.url + "/signed-in?code=c&state=s&iss=i")
	require.Equal(t, http.StatusOK, done.StatusCode)
	require.Contains(t, done.body, "已登录")
	require.NotContains(t, done.body, "<form")
	require.Contains(t, done.Header.Get("Content-Security-Policy"), "default-src 'none'")
	for _, query := range []string{"", "?error=access_denied", "?code="} {
		over := b.get(p.url + "/signed-in" + query)
		require.Equal(t, http.StatusBadRequest, over.StatusCode, query)
		require.NotContains(t, over.body, "已登录")
	}
}
