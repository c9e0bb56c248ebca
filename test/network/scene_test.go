// Package network_test tries on the running network what only a real one can show: that forging fails, that private
// content stays where it belongs, that of many at once one wins, that a crash loses nothing and doubles nothing.
package network_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/network/ledger"
	"portledger/test/network/live"
)

// patience bounds one test.
const patience = 4 * time.Minute

// serveWait is how soon after a crash and a restart acts must succeed again.
const serveWait = 30 * time.Second

type fields = map[string]any

// scene is the running network in one test.
type scene struct {
	*live.Network
	t   *testing.T
	ctx context.Context
}

func open(t *testing.T) *scene {
	t.Helper()
	n := live.Test(t)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return &scene{Network: n, t: t, ctx: ctx}
}

func (s *scene) person(name string) *live.Person {
	s.t.Helper()
	p, err := s.Person(name)
	require.NoError(s.t, err)
	return p
}

func (s *scene) level() uint64 {
	s.t.Helper()
	height, err := s.Level(s.ctx)
	require.NoError(s.t, err)
	return height
}

// do makes an act with the Fabric client and waits until every peer has it.
func (s *scene) do(who, family, act string, request fields, content []byte) live.Outcome {
	s.t.Helper()
	done, err := s.person(who).Do(s.ctx, live.Act{Family: family, Name: act, Request: request, Content: content})
	require.NoError(s.t, err, "%s: %s %s", who, act, family)
	s.level()
	return done
}

// post makes an act over REST and waits until every peer has it.
func (s *scene) post(who, family, act string, request fields, content []byte) live.Outcome {
	s.t.Helper()
	answer, err := s.person(who).Post(s.ctx, live.Act{Family: family, Name: act, Request: request, Content: content}, nil)
	require.NoError(s.t, err)
	done, err := answer.Written()
	require.NoError(s.t, err, "%s: %s %s", who, act, family)
	s.level()
	return done.Outcome
}

func (s *scene) papers(carrier string) live.Papers {
	s.t.Helper()
	p, err := s.Papers(s.ctx, carrier)
	require.NoError(s.t, err)
	return p
}

// draft is the order bill of the fixtures as an act of the carrier's clerk.
func (s *scene) draft(carrier string) live.Act {
	s.t.Helper()
	return live.Act{Family: "bill", Name: "draft", Content: s.papers(carrier).Text("bill-order"),
		Request: fields{"shipper": s.Party["shipper"], "endorsee": s.Party["shipper"]}}
}

// issued is a fresh bill in the shipper's hands.
func (s *scene) issued() string {
	s.t.Helper()
	draft := s.draft("line")
	id := s.do("line-clerk", "bill", "draft", draft.Request, draft.Content).ID
	s.do("shipper-clerk", "bill", "approve", fields{"id": id}, nil)
	s.do("line-clerk", "bill", "issue", fields{"id": id}, nil)
	return id
}

// endorsed is a fresh bill in the bank's hands.
func (s *scene) endorsed() string {
	s.t.Helper()
	id := s.issued()
	s.do("shipper-clerk", "bill", "endorse-to-order", fields{"id": id, "to": s.Party["bank"]}, nil)
	s.do("bank-officer", "bill", "accept", fields{"id": id}, nil)
	return id
}

// control is a document's public record as the person's own peer has it.
func (s *scene) control(who, family, id string) fields {
	s.t.Helper()
	var view struct {
		Control fields `json:"control"`
	}
	require.NoError(s.t, s.person(who).Read(s.ctx, family, id, &view))
	return view.Control
}

// serving waits until the network commits its strictest transactions again: after a restart the peers find each other
// within seconds.
func (s *scene) serving() {
	s.t.Helper()
	everyone := s.MSPs(live.Organisations...)
	require.NoError(s.t, live.Eventually(s.ctx, serveWait, func(ctx context.Context) error {
		_, err := s.person("carrier-registrar").Submit(ctx, ledger.Call{
			Function: "org:Ping", Arguments: []string{strings.Join(everyone, ",")}, Endorsers: everyone})
		return err
	}))
	for _, o := range live.Organisations {
		require.NoError(s.t, s.AwaitGateway(s.ctx, o))
	}
	s.level()
}

// recipients are parties of an organisation that may hold bills and that nobody acts for, made when first asked for.
func (s *scene) recipients(organisation, role string, count int) []string {
	s.t.Helper()
	path := filepath.Join(s.Folder, "test-parties.json")
	known := map[string][]string{}
	if text, err := os.ReadFile(path); err == nil {
		require.NoError(s.t, json.Unmarshal(text, &known))
	}
	witness := live.Others(organisation)[0]
	for len(known[organisation]) < count {
		done := s.do(organisation+"-registrar", "party", "register", fields{"roles": []string{role}, "witness": s.MSP(witness)}, nil)
		known[organisation] = append(known[organisation], done.ID)
	}
	text, err := json.Marshal(known)
	require.NoError(s.t, err)
	require.NoError(s.t, os.WriteFile(path, text, 0o600))
	return known[organisation][:count]
}

// build compiles a program of this repository for the test.
func (s *scene) build(name, folder string) string {
	s.t.Helper()
	program := filepath.Join(s.t.TempDir(), name)
	said, err := exec.CommandContext(s.ctx, "go", "build", "-o", program, folder).CombinedOutput()
	require.NoError(s.t, err, string(said))
	return program
}

// requireRefused asserts that err is the ledger's refusal with that code.
func requireRefused(t *testing.T, code fault.Code, err error, about ...any) {
	t.Helper()
	what := fmt.Sprint(about...)
	require.Error(t, err, what)
	f, is := fault.Parse(err.Error())
	require.True(t, is, "no refusal of the ledger's: %v (%s)", err, what)
	require.Equal(t, code, f.Code, what)
}
