package issuer

import (
	"crypto/rand"
	"sync"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

const (
	// signInTime is how long a sign-in page may be open: somebody has to find a password.
	signInTime = 10 * time.Minute
	// codeTime is how long a code may be on its way to the token endpoint: RFC 6749 advises less than ten minutes, and a
	// program needs seconds.
	codeTime = time.Minute
	// flowsMost bounds what strangers can make the provider remember (parameterBytes each at most). Who has begun can finish.
	flowsMost = 10_000
)

// flow is one sign-in: asked for, then granted.
type flow struct {
	asked oidc.AuthRequest
	// browser is the cookie of the browser that asked: nobody can make another browser finish it.
	browser string
	until   time.Time
	// account and signedIn are set when it is granted.
	account  Account
	signedIn time.Time
}

// flows are the open sign-ins and the codes not yet used. They live in memory: who is signing in during a restart begins anew.
type flows struct {
	now func() time.Time

	mu    sync.Mutex
	asked map[string]flow // by id
	codes map[string]flow
}

// begin remembers a request; ok is false when there are too many.
func (f *flows) begin(asked oidc.AuthRequest) (id, browser string, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.asked) >= flowsMost {
		f.forget()
	}
	if len(f.asked) >= flowsMost {
		return "", "", false
	}
	id, browser = rand.Text(), rand.Text()
	f.asked[id] = flow{asked: asked, browser: browser, until: f.now().Add(signInTime)}
	return id, browser, true
}

// forget drops what is over.
func (f *flows) forget() {
	for _, some := range []map[string]flow{f.asked, f.codes} {
		for id, one := range some {
			if f.now().After(one.until) {
				delete(some, id)
			}
		}
	}
}

// find answers an open request.
func (f *flows) find(id string) (flow, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	one, found := f.asked[id]
	return one, found && !f.now().After(one.until)
}

// grant ends a request with a code; ok is false when it has ended already.
func (f *flows) grant(id string, account Account) (code string, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	one, found := f.asked[id]
	if !found {
		return "", false
	}
	delete(f.asked, id)
	f.forget()
	code = rand.Text()
	one.account, one.signedIn, one.until = account, f.now(), f.now().Add(codeTime)
	f.codes[code] = one
	return code, true
}

// take answers what a code was given for, once: whoever tries a code has used it up.
func (f *flows) take(code string) (flow, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	one, found := f.codes[code]
	delete(f.codes, code)
	return one, found && !f.now().After(one.until)
}
