package network_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/hyperledger/fabric-config/configtx"
	"github.com/stretchr/testify/require"

	"portledger/network/ledger"
	"portledger/network/pki"
	"portledger/test/network/live"
	"portledger/test/stories"
)

// The test of this file is the package's last: from then on the network has one member more. It can be repeated.

// script runs a script of the repository.
func (s *scene) script(name string, arguments ...string) {
	s.t.Helper()
	said, err := exec.CommandContext(s.ctx, filepath.Join(s.Root, "scripts", name), arguments...).CombinedOutput()
	require.NoError(s.t, err, string(said))
}

// running are the ids of the network's processes by name.
func (s *scene) running() map[string]int {
	s.t.Helper()
	specs, err := s.Processes()
	require.NoError(s.t, err)
	ids := map[string]int{}
	for _, p := range specs {
		ids[p.Name] = p.PID
	}
	return ids
}

// at is the same scene in a test of its own.
func (s *scene) at(t *testing.T) *scene { return &scene{Network: s.Network, t: t, ctx: s.ctx} }

// officer is somebody of the second bank's party.
const officer = "bank2-officer"

// secondBank is the story of one bill that was there before the bank was.
type secondBank struct {
	papers live.Papers
	bill   string
}

func TestASecondBankJoinsTheRunningNetwork(t *testing.T) {
	s := open(t)
	b := secondBank{papers: s.papers("line")}
	b.bill = s.do("line-clerk", "bill", "draft", fields{"shipper": s.Party["shipper"], "endorsee": s.Party["shipper"]}, b.papers.Text("bill-order")).ID
	s.do("shipper-clerk", "bill", "approve", fields{"id": b.bill}, nil)
	s.do("line-clerk", "bill", "issue", fields{"id": b.bill}, nil)
	before := s.running()
	s.script("join.sh", "--name", live.Bank2)
	s = open(t)
	after := s.running()
	for name, id := range before {
		require.Equal(t, id, after[name], "%s was started anew for a member that joined", name)
	}
	for _, c := range []struct {
		what string
		test func(*scene)
	}{
		{"it has replayed everything, and of old bills the public part alone", b.replayed},
		{"a bill comes to it with its content", b.endorsed},
		{"the bill does not move without it", b.forged},
		{"of taking a pledge over and enforcing it one happens", b.tookOver},
		{"of two banks that accept at once one has the pledge", b.oneLends},
		{"two banks that lend on the same goods at once both learn of it", b.bothLearn},
		{"what is lent comes to it when it is shown, and the pledge it took over is its own", b.passedOn},
		{"two of the members cannot let a stranger in", b.strangersKeptOut},
		{"it is there again after down and up", b.restarted},
		{"stories that need it", b.stories},
	} {
		t.Run(c.what, func(t *testing.T) { c.test(s.at(t)) })
	}
}

func (b secondBank) replayed(s *scene) {
	s.level() // asks its peer as well
	require.Equal(s.t, s.control("line-clerk", "bill", b.bill), s.control(officer, "bill", b.bill))
	require.Nil(s.t, s.contentAt(officer, b.bill))
	require.Empty(s.t, b.kept(s))
}

func (b secondBank) endorsed(s *scene) {
	s.do("shipper-clerk", "bill", "endorse-to-order", fields{"id": b.bill, "to": s.Party["bank2"]}, nil)
	s.do(officer, "bill", "accept", fields{"id": b.bill}, nil)
	require.Equal(s.t, s.MSP(live.Bank2), s.control("line-clerk", "bill", b.bill)["holder"].(fields)["org"])
	require.NotNil(s.t, s.contentAt(officer, b.bill))
	require.Equal(s.t, s.contentAt("line-clerk", b.bill), s.contentAt(officer, b.bill))
	require.NotEmpty(s.t, b.kept(s), "the search must find what is there")
}

func (b secondBank) forged(s *scene) {
	s.forge(s.build("liar", "./liar"), live.Bank2, officer, b.bill)
}

func (b secondBank) restarted(s *scene) {
	before, content := s.control(officer, "bill", b.bill), s.contentAt(officer, b.bill)
	s.script("down.sh")
	require.Empty(s.t, s.running())
	s.script("up.sh", "--no-demo", "--as-built")
	require.Contains(s.t, s.running(), s.Organisations[live.Bank2].Processes["peer"])
	s = open(s.t) // the connections of before are waiting to be tried again
	require.Equal(s.t, before, s.control(officer, "bill", b.bill))
	require.Equal(s.t, content, s.contentAt(officer, b.bill))
	s.do(officer, "bill", "endorse-to-order", fields{"id": b.bill, "to": s.Party["buyer"]}, nil)
	s.do("buyer-clerk", "bill", "accept", fields{"id": b.bill}, nil)
}

// A change that lets a stranger in, signed by two of the members, is refused: the channel asks for a majority.
func (b secondBank) strangersKeptOut(s *scene) {
	stranger, err := pki.NewAuthority("stranger", "stranger", time.Now())
	require.NoError(s.t, err)
	carrier := s.Organisations[live.Carrier]
	secure, err := ledger.LoadTLS(carrier.TLSCA, filepath.Dir(carrier.ClientCert))
	require.NoError(s.t, err)
	peer, err := secure.Dial(carrier.Peer)
	require.NoError(s.t, err)
	defer peer.Close()
	id, err := ledger.LoadIdentity(carrier.MSP, carrier.Admin)
	require.NoError(s.t, err)
	admin := ledger.Admin{ID: id, Connection: peer}
	channel, err := admin.Channel(s.ctx, s.Channel)
	require.NoError(s.t, err)
	require.Contains(s.t, channel.Members(), s.MSP(live.Bank2))
	change, err := channel.Admission("StrangerMSP", ledger.Membership{Identities: stranger.Cert, TLS: stranger.Cert},
		configtx.Address{Host: "127.0.0.1", Port: 17999})
	require.NoError(s.t, err)
	var signers []*configtx.SigningIdentity
	for _, o := range []string{live.Carrier, live.Bank2} {
		signer, err := ledger.LoadSigner(s.MSP(o), s.Organisations[o].Admin)
		require.NoError(s.t, err)
		signers = append(signers, signer)
	}
	envelope, err := ledger.SignChange(change, signers...)
	require.NoError(s.t, err)
	for name, o := range s.Orderers {
		secure, err := ledger.LoadTLS(o.TLSCA, filepath.Dir(carrier.ClientCert))
		require.NoError(s.t, err)
		orderer, err := secure.Dial(o.Address)
		require.NoError(s.t, err)
		require.ErrorContains(s.t, ledger.Order(s.ctx, orderer, envelope), "requires 3 of the 'Admins'", name)
		require.NoError(s.t, orderer.Close())
	}
}

// stories plays those that the stories' own test leaves out while the member is not there.
func (b secondBank) stories(s *scene) {
	venue, err := stories.Network(s.Root)
	require.NoError(s.t, err)
	player, played := stories.NewPlayer(venue, "en"), 0
	for _, name := range stories.Names() {
		story, err := stories.Load(name)
		require.NoError(s.t, err)
		if slices.Contains(story.Needs, live.Bank2) {
			played++
			_, err = player.Play(s.ctx, story, nil)
			require.NoError(s.t, err)
		}
	}
	require.Positive(s.t, played)
}

// kept are the files of the bank in which the bill's number lies, its blocks among them.
func (b secondBank) kept(s *scene) map[string]map[string]bool {
	s.t.Helper()
	var n needles
	n.add(b.papers.Number)
	return n.below(s.t, filepath.Join(s.Folder, live.Bank2))
}

// contentAt is a bill's content as the person's own peer has it, nil without.
func (s *scene) contentAt(who, bill string) fields {
	s.t.Helper()
	var view struct {
		Content fields `json:"content"`
	}
	require.NoError(s.t, live.Eventually(s.ctx, serveWait, func(ctx context.Context) error {
		return s.person(who).Read(ctx, "bill", bill, &view)
	}))
	return view.Content
}

// tookOver: the new bank takes the pledge over while the old one enforces it, both endorsed on the same state.
func (b secondBank) tookOver(s *scene) {
	id := s.pledged("LOCK")
	s.do("bank-officer", "bill", "offer-pledge-transfer", fields{"id": id, "to": s.Party[live.Bank2]}, nil)
	s.oneCommits(map[string]live.Act{
		officer:        act("bill", "accept-pledge-transfer", fields{"id": id}),
		"bank-officer": act("bill", "enforce", fields{"id": id, "reason": "INSOLVENCY"}),
	})
}
