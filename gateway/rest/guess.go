package rest

import (
	"context"
	"slices"
	"strings"
	"sync"

	"portledger/chaincode/fault"
	"portledger/gateway/ledger"
)

// A rehearsal on the own peer tells who must endorse an act and what private input is missing. An act without content
// mostly needs neither: those who must endorse are those who rely on the document, whom the index knows. Then the act is
// sent as it is, with the guess beside it, and the own peer, which is asked first, refuses a wrong one before anybody else
// sees it. The rehearsal follows wherever that fails, so a guess decides nothing.

// pauseAfterMiss is for how many requests an act is not guessed at after a wrong guess: some always need more.
const pauseAfterMiss = 256

// guesses remembers which acts are not worth a guess for now. The zero value is ready.
type guesses struct {
	mu    sync.Mutex
	pause map[string]int
}

// worth tells whether to guess, and counts a pause down.
func (g *guesses) worth(a Act) bool {
	if a.Birth || a.Content != "" {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	name := a.Family + "/" + a.Name
	if g.pause[name] == 0 {
		return true
	}
	g.pause[name]--
	return false
}

func (g *guesses) missed(a Act) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.pause == nil {
		g.pause = map[string]int{}
	}
	g.pause[a.Family+"/"+a.Name] = pauseAfterMiss
}

// guess endorses without a rehearsal; ok is false where that was not worth trying or did not succeed.
func (s *Server) guess(ctx context.Context, submitted submission, call ledger.Call) (signed ledger.Signed, ok bool) {
	if submitted.approval != "" || !s.guesses.worth(submitted.act) { // an approval must be attached, and only the rehearsal finds it
		return signed, false
	}
	endorsers, err := s.store.Endorsers(ctx, submitted.id)
	if err != nil || !slices.Contains(endorsers, submitted.person.Organisation) {
		return signed, false // the rehearsal will meet what is wrong with the store
	}
	call.Function = "Act"
	call.Transient["endorsers"] = []byte(strings.Join(endorsers, " "))
	signed, err = stage(s, "endorse", func() (ledger.Signed, error) {
		return s.ledger.Endorse(ctx, submitted.person, call, endorsers)
	})
	if f := fault.Of(err); f != nil && f.Code == fault.PrivateInputMissing {
		s.guesses.missed(submitted.act)
	}
	return signed, err == nil
}
