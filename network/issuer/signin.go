package issuer

import (
	"crypto/sha256"
	_ "embed" // the page
	"encoding/base64"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

//go:embed signin.html
var pageText string

var page = template.Must(template.New("").Parse(pageText))

// pageStyle lets a browser use the page's own style sheet, by its hash, and no other.
var pageStyle = func() string {
	sum := sha256.Sum256([]byte(regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(pageText)[1]))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}()

// said is what the page tells, in both languages.
type said struct{ English, Chinese string }

var (
	saidWrong = said{"Name or password is wrong.", "用户名或密码错误。"}
	saidOver  = said{"This page is no longer good. Please begin again where you came from.", "此页面已失效，请从原处重新登录。"}
	saidDone  = said{"You are signed in. Please go back to the program that asked; this page can be closed.", "您已登录。请返回发起登录的程序，此页面可以关闭。"}
	saidBusy  = said{"Please try again in a moment.", "请稍后再试。"}
)

func saidWait(wait time.Duration) said {
	minutes := int(math.Ceil(wait.Minutes()))
	return said{fmt.Sprintf("Too many wrong passwords. Please try again in %d min.", minutes),
		fmt.Sprintf("密码错误次数过多，请 %d 分钟后再试。", minutes)}
}

// show writes the page. Without an id there is nothing to fill in.
func (p *Provider) show(w http.ResponseWriter, status int, id string, asked oidc.AuthRequest, message said) {
	// A browser holds the redirect that follows the form against form-action too.
	policy := "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src " + pageStyle + "; form-action 'self'"
	if id != "" {
		policy += " " + originOf(asked.RedirectURI)
	}
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	view := struct {
		ID, Client, Action string
		Message            said
	}{id, asked.ClientID, signInPath, message}
	if err := page.Execute(w, view); err != nil {
		p.Log.Info("sign-in page", "error", err.Error()) // the reader went away
	}
}

// showSignedIn tells somebody whom a script sent to sign in that it is done. The code in the address is the script's to use.
func (p *Provider) showSignedIn(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("code") == "" {
		p.show(w, http.StatusBadRequest, "", oidc.AuthRequest{}, saidOver)
		return
	}
	p.show(w, http.StatusOK, "", oidc.AuthRequest{}, saidDone)
}

// open answers the sign-in that a request is part of: the one with its id, begun by the same browser.
func (p *Provider) open(id string, r *http.Request) (flow, bool) {
	one, found := p.flows.find(id)
	cookie, err := r.Cookie(cookieName)
	return one, found && err == nil && sameText(cookie.Value, one.browser)
}

func (p *Provider) showSignIn(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("id")
	one, found := p.open(id, r)
	if !found {
		p.show(w, http.StatusBadRequest, "", oidc.AuthRequest{}, saidOver)
		return
	}
	p.show(w, http.StatusOK, id, one.asked, said{})
}

func (p *Provider) takeSignIn(w http.ResponseWriter, r *http.Request) {
	id, name, password := r.PostFormValue("id"), r.PostFormValue("name"), r.PostFormValue("password")
	one, found := p.open(id, r)
	if !found {
		p.show(w, http.StatusBadRequest, "", oidc.AuthRequest{}, saidOver)
		return
	}
	accounts, err := ReadAccounts(p.Accounts)
	if err != nil {
		p.Log.Error("accounts", "error", err.Error())
		p.show(w, http.StatusInternalServerError, id, one.asked, saidBusy)
		return
	}
	var someone Account
	right, wait := p.attempts.try(name, func() (right bool) {
		p.hashing <- struct{}{}
		defer func() { <-p.hashing }()
		someone, right = accounts.signIn(name, password, p.nobody())
		return right
	})
	if wait > 0 {
		p.Log.Warn("too many wrong passwords", "client", one.asked.ClientID)
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		p.show(w, http.StatusTooManyRequests, id, one.asked, saidWait(wait))
		return
	}
	if !right { // what was typed as a name may be a password: it is not logged
		p.Log.Info("sign-in refused", "client", one.asked.ClientID)
		p.show(w, http.StatusUnauthorized, id, one.asked, saidWrong)
		return
	}
	p.finish(w, r, id, one.asked, someone)
}

// finish sends the browser back with a code.
func (p *Provider) finish(w http.ResponseWriter, r *http.Request, id string, asked oidc.AuthRequest, someone Account) {
	code, ok := p.flows.grant(id, someone)
	if !ok {
		p.show(w, http.StatusBadRequest, "", oidc.AuthRequest{}, saidOver)
		return
	}
	answer := struct {
		Code   string `schema:"code"`
		State  string `schema:"state,omitempty"`
		Issuer string `schema:"iss"`
	}{code, asked.State, p.URL}
	to, err := op.AuthResponseURL(asked.RedirectURI, asked.ResponseType, asked.ResponseMode, &answer, oidc.NewEncoder())
	if err != nil {
		p.Log.Error("redirect", "error", err.Error())
		p.show(w, http.StatusInternalServerError, "", oidc.AuthRequest{}, saidBusy)
		return
	}
	p.Log.Info("signed in", "subject", someone.Subject, "client", asked.ClientID)
	http.SetCookie(w, &http.Cookie{Name: cookieName, Path: signInPath, MaxAge: -1, HttpOnly: true})
	http.Redirect(w, r, to, http.StatusSeeOther)
}
