// Package signin gets tokens from an OpenID provider: for a person by the authorization code flow with PKCE, as a browser
// and the program behind it do, and for a machine by client credentials. It knows OpenID and HTML forms, and nothing of one
// provider in particular.
package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/net/html"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"portledger/network/site"
)

const (
	timeout   = 15 * time.Second
	pageBytes = 64 << 10
)

// Client is the program that a person signs in to. Redirect is its registered address; nobody has to listen there, as the
// code is taken from the redirect itself.
type Client struct{ Issuer, ID, Redirect string }

// Token gets a token for somebody of the local network: name and id are theirs, client is the one whose redirect with has.
func Token(ctx context.Context, issuer, client, name, id string, with site.SignIn) (*oauth2.Token, error) {
	if with.Machine {
		return Machine(ctx, issuer, id, with.Secret)
	}
	return Client{Issuer: issuer, ID: client, Redirect: with.Redirect}.Person(ctx, name, with.Secret)
}

// Machine gets a machine's token.
func Machine(ctx context.Context, issuer, id, secret string) (*oauth2.Token, error) {
	ctx = oidc.ClientContext(ctx, &http.Client{Timeout: timeout})
	provider, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		return nil, err
	}
	credentials := clientcredentials.Config{ClientID: id, ClientSecret: secret, TokenURL: provider.Endpoint().TokenURL,
		AuthStyle: oauth2.AuthStyleInHeader}
	return credentials.Token(ctx)
}

// Person signs a person in and gets the token.
func (c Client) Person(ctx context.Context, name, password string) (*oauth2.Token, error) {
	browser, err := c.browser()
	if err != nil {
		return nil, err
	}
	ctx = oidc.ClientContext(ctx, browser)
	provider, err := oidc.NewProvider(ctx, c.Issuer)
	if err != nil {
		return nil, err
	}
	program := oauth2.Config{ClientID: c.ID, Endpoint: provider.Endpoint(), RedirectURL: c.Redirect, Scopes: []string{oidc.ScopeOpenID}}
	program.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	state, nonce, verifier := oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	begin := program.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier))
	back, err := c.fill(ctx, browser, begin, name, password)
	if err != nil {
		return nil, err
	}
	if back.Get("state") != state || back.Get("iss") != "" && back.Get("iss") != c.Issuer {
		return nil, errors.New("the answer is not to what was asked")
	}
	if back.Get("code") == "" {
		return nil, fmt.Errorf("refused: %s %s", back.Get("error"), back.Get("error_description"))
	}
	token, err := program.Exchange(ctx, back.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		return nil, err
	}
	return token, c.check(ctx, provider, token, nonce)
}

// browser keeps cookies and stops where it would leave the provider.
func (c Client) browser() (*http.Client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &http.Client{Timeout: timeout, Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), c.Redirect+"?") {
			return http.ErrUseLastResponse
		}
		return nil
	}}, nil
}

// fill opens the sign-in page, fills it in, and answers what the client's address is sent.
func (c Client) fill(ctx context.Context, browser *http.Client, begin, name, password string) (url.Values, error) {
	response, err := send(ctx, browser, http.MethodGet, begin, "")
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if back := backWith(response); back != nil {
		return back, nil
	}
	form, err := readForm(response)
	if err != nil {
		return nil, err
	}
	form.fields.Set("name", name)
	form.fields.Set("password", password)
	answer, err := send(ctx, browser, http.MethodPost, form.action, form.fields.Encode())
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if back := backWith(answer); back != nil {
		return back, nil
	}
	page, err := readForm(answer)
	return nil, errors.Join(fmt.Errorf("the provider answers %s: %s", answer.Status, page.message), err)
}

func send(ctx context.Context, browser *http.Client, method, to, body string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, to, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return browser.Do(request)
}

// backWith answers the parameters of a redirect to the client, nil where the browser still is at the provider.
func backWith(r *http.Response) url.Values {
	to, err := r.Location()
	if err != nil {
		return nil
	}
	return to.Query()
}

// form is the page's form, and what the page says went wrong.
type form struct {
	action, message string
	fields          url.Values
}

func readForm(r *http.Response) (form, error) {
	found := form{fields: url.Values{}}
	root, err := html.Parse(http.MaxBytesReader(nil, r.Body, pageBytes))
	if err != nil {
		return found, err
	}
	for node := range root.Descendants() {
		if node.Type != html.ElementNode {
			continue
		}
		switch {
		case node.Data == "form":
			to, err := r.Request.URL.Parse(attribute(node, "action"))
			if err != nil {
				return found, err
			}
			found.action = to.String()
		case node.Data == "input" && attribute(node, "type") == "hidden":
			found.fields.Set(attribute(node, "name"), attribute(node, "value"))
		case attribute(node, "role") == "alert":
			found.message = text(node)
		}
	}
	if found.action == "" {
		return found, fmt.Errorf("the provider answers %s without a form to fill in: %s", r.Status, found.message)
	}
	return found, nil
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(node *html.Node) string {
	var words []string
	for inner := range node.Descendants() {
		if inner.Type == html.TextNode {
			words = append(words, strings.TrimSpace(inner.Data))
		}
	}
	return strings.Join(words, " ")
}

// check holds the ID token against what was asked: the tokens are this client's, and the answer to this very request.
func (c Client) check(ctx context.Context, provider *oidc.Provider, token *oauth2.Token, nonce string) error {
	raw, _ := token.Extra("id_token").(string)
	id, err := provider.VerifierContext(ctx, &oidc.Config{ClientID: c.ID}).Verify(ctx, raw)
	if err != nil {
		return fmt.Errorf("ID token: %w", err)
	}
	if id.Nonce != nonce {
		return errors.New("ID token: it answers another request")
	}
	return id.VerifyAccessToken(token.AccessToken)
}
