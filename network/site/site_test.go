package site

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"portledger/network/build"
	"portledger/network/config"
	"portledger/network/pki"
	"portledger/network/proc"
)

func newSite(t *testing.T) *Site {
	t.Helper()
	c, err := config.Load(filepath.Join("..", "network.yaml"))
	require.NoError(t, err)
	root := t.TempDir()
	return New(root, filepath.Join(root, "data"), c)
}

func TestKeysAreMadeOnceAndBegunAgainWhenCutShort(t *testing.T) {
	s := newSite(t)
	require.NoError(t, s.MakeKeys(time.Now()))
	first, err := os.ReadFile(s.TLSRoot("bank"))
	require.NoError(t, err)
	require.NoError(t, s.MakeKeys(time.Now()))
	second, err := os.ReadFile(s.TLSRoot("bank"))
	require.NoError(t, err)
	require.Equal(t, first, second)

	require.NoError(t, os.Remove(s.In("keys.done")))
	require.NoError(t, os.Remove(filepath.Join(s.ClientTLS("port"), pki.KeyFile)))
	require.NoError(t, s.MakeKeys(time.Now()))
	third, err := os.ReadFile(s.TLSRoot("bank"))
	require.NoError(t, err)
	require.NotEqual(t, first, third)
	require.FileExists(t, filepath.Join(s.ClientTLS("port"), pki.KeyFile))
	_, err = s.Trust()
	require.NoError(t, err)
}

func TestEverythingIsForItsOwnerAlone(t *testing.T) {
	s := newSite(t)
	require.NoError(t, s.MakeKeys(time.Now()))
	require.NoError(t, filepath.WalkDir(s.Net, func(path string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		about, err := entry.Info()
		require.NoError(t, err)
		require.Zero(t, about.Mode().Perm()&0o077, path)
		return nil
	}))
}

func TestSubjectsOfPeopleSayNothing(t *testing.T) {
	s := newSite(t)
	require.NoError(t, s.MakeKeys(time.Now()))
	for _, o := range s.Config.Organisations {
		cert, err := pki.ReadCert(filepath.Join(s.AdminFolder(o.Key), pki.CertFile))
		require.NoError(t, err)
		require.Regexp(t, regexp.MustCompile(`^u-[0-9a-f]{16}$`), cert.Subject.CommonName)
	}
}

// sample writes small stand-ins for Fabric's sample configurations and programs.
func sample(t *testing.T, peer string) build.Fabric {
	t.Helper()
	folder := t.TempDir()
	orderer := "General:\n  TLS: {}\n  Cluster: {}\nFileLedger: {}\nOperations: {}\nMetrics: {}\nAdmin:\n  TLS: {}\nConsensus: {}\n"
	for name, text := range map[string]string{"core.yaml": peer, "orderer.yaml": orderer, "program": "x"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	program := filepath.Join(folder, "program")
	return build.Fabric{
		Peer: program, Orderer: program,
		PeerSample: filepath.Join(folder, "core.yaml"), OrdererSample: filepath.Join(folder, "orderer.yaml"),
	}
}

const peerSample = `peer:
  gossip: {pvtData: {reconcileBatchSize: 10}}
  tls: {cert: {}, key: {}, rootcert: {}, clientRootCAs: {}, clientCert: {}, clientKey: {}}
vm: {endpoint: "unix:///var/run/engine.sock"}
chaincode: {}
ledger: {history: {}, snapshots: {}}
operations: {}
metrics: {}
`

func TestAPeersConfigurationIsTheSampleWithOurSettings(t *testing.T) {
	s := newSite(t)
	require.NoError(t, s.MakeKeys(time.Now()))
	carrier := s.Config.Organisations[0]
	spec, err := s.Peer(sample(t, peerSample), carrier)
	require.NoError(t, err)
	require.Equal(t, []string{"127.0.0.1:17101", "127.0.0.1:17102", "127.0.0.1:17103"}, spec.Listen)
	text, err := os.ReadFile(s.In("carrier", "peer", "config", "core.yaml"))
	require.NoError(t, err)
	var tree struct {
		Peer struct {
			Gossip struct {
				PvtData map[string]any `yaml:"pvtData"`
			} `yaml:"gossip"`
			TLS map[string]any `yaml:"tls"`
		} `yaml:"peer"`
		VM map[string]any `yaml:"vm"`
	}
	require.NoError(t, yaml.Unmarshal(text, &tree))
	require.Equal(t, true, tree.Peer.Gossip.PvtData["skipPullingInvalidTransactionsDuringCommit"], "or others can hold up this peer")
	require.EqualValues(t, 10, tree.Peer.Gossip.PvtData["reconcileBatchSize"], "what we do not set stays")
	require.Equal(t, true, tree.Peer.TLS["clientAuthRequired"])
	require.Equal(t, "", tree.VM["endpoint"])

	_, err = s.Peer(sample(t, strings.Replace(peerSample, "snapshots: {}", "shots: {}", 1)), carrier)
	require.ErrorContains(t, err, "no section ledger.snapshots")
}

func TestAProcessIsRestartedWhenItsProgramOrConfigurationChanges(t *testing.T) {
	s := newSite(t)
	require.NoError(t, s.MakeKeys(time.Now()))
	f := sample(t, peerSample)
	node := s.Config.Ordering.Nodes[0]
	first, err := s.Orderer(f, node)
	require.NoError(t, err)
	again, err := s.Orderer(f, node)
	require.NoError(t, err)
	require.True(t, first.Same(again))
	t.Setenv("PATH", "/somewhere/else")
	elsewhere, err := s.Orderer(f, node)
	require.NoError(t, err)
	require.True(t, first.Same(elsewhere), "from another shell it is the same process")

	node.Operations++
	moved, err := s.Orderer(f, node)
	require.NoError(t, err)
	require.False(t, first.Same(moved))
	node.Operations--

	require.NoError(t, os.WriteFile(f.Orderer, []byte("y"), 0o600))
	fresh := New(s.Root, s.Net, s.Config)
	rebuilt, err := fresh.Orderer(f, node)
	require.NoError(t, err)
	require.False(t, first.Same(rebuilt))
}

func TestNoSecretIsOnACommandLine(t *testing.T) {
	s := newSite(t)
	require.NoError(t, s.MakeKeys(time.Now()))
	secret, err := os.ReadFile(s.CASecret("carrier"))
	require.NoError(t, err)
	require.Len(t, secret, 2*caSecretBytes)
	f := sample(t, peerSample)
	spec, err := s.CA(f.Peer, s.Config.Organisations[0])
	require.NoError(t, err)
	require.NotContains(t, strings.Join(append(spec.Argv, spec.Env...), " "), string(secret))
}

func TestEachGatewayTakesTokensOfItsOwnAndCertificatesIfToldTo(t *testing.T) {
	s := newSite(t)
	require.NoError(t, s.MakeKeys(time.Now()))
	require.NoError(t, os.MkdirAll(filepath.Dir(s.Bin("gateway")), 0o700))
	require.NoError(t, os.WriteFile(s.Bin("gateway"), []byte("x"), 0o600))
	settings := func(o config.Organisation) (read struct {
		TLS    map[string]string `yaml:"tls"`
		Tokens map[string]string `yaml:"tokens"`
	}) {
		_, err := s.Gateway(o)
		require.NoError(t, err)
		text, err := os.ReadFile(s.In(o.Key, "gateway.yaml"))
		require.NoError(t, err)
		require.NoError(t, yaml.Unmarshal(text, &read))
		return read
	}
	audiences := map[string]bool{}
	for _, o := range s.Config.Organisations {
		audiences[settings(o).Tokens["audience"]] = true
		require.Empty(t, settings(o).TLS)
	}
	require.Len(t, audiences, len(s.Config.Organisations))
	s.Config.GatewayTLS = true
	bank := s.Config.Organisations[2]
	require.NotContains(t, settings(bank).TLS, "client_ca")
	s.Config.GatewayMTLS = true
	require.Equal(t, filepath.Join(s.authority("bank"), "cert.pem"), settings(bank).TLS["client_ca"])
}

func TestWhoJoinedIsKeptAndGetsKeysOfItsOwn(t *testing.T) {
	s := newSite(t)
	require.NoError(t, s.MakeKeys(time.Now()))
	before, err := os.ReadFile(s.TLSRoot("bank"))
	require.NoError(t, err)
	require.ErrorContains(t, s.Admit("nobody"), `"nobody"`)
	require.NoDirExists(t, s.In("bank2"))

	described := s.Config
	require.NoError(t, s.Admit("bank2"))
	require.NoError(t, s.Admit("bank2"))
	require.NoError(t, s.MakeKeys(time.Now()))
	own, err := os.ReadFile(s.TLSRoot("bank2"))
	require.NoError(t, err)
	after, err := os.ReadFile(s.TLSRoot("bank"))
	require.NoError(t, err)
	require.Equal(t, before, after)

	again, err := Open(s.Root, s.Net, described)
	require.NoError(t, err)
	require.Equal(t, []string{"bank2"}, []string{again.Config.Newcomers()[0].Key})
	require.NoError(t, again.MakeKeys(time.Now()))
	kept, err := os.ReadFile(s.TLSRoot("bank2"))
	require.NoError(t, err)
	require.Equal(t, own, kept)
	require.Contains(t, again.Connection().Organisations, "bank2")
}

func TestAMemberThatJoinsRestartsNobody(t *testing.T) {
	s := newSite(t)
	require.NoError(t, s.MakeKeys(time.Now()))
	f := sample(t, peerSample)
	specs := func() (all []proc.Spec) {
		for _, o := range s.Config.Founders() {
			peer, err := s.Peer(f, o)
			require.NoError(t, err)
			ca, err := s.CA(f.Peer, o)
			require.NoError(t, err)
			chaincode, err := s.Chaincode(o, s.Config.Ledger(), f.Peer, "id")
			require.NoError(t, err)
			all = append(all, peer, ca, chaincode)
		}
		for _, node := range s.Config.Ordering.Nodes {
			orderer, err := s.Orderer(f, node)
			require.NoError(t, err)
			all = append(all, orderer)
		}
		return all
	}
	before := specs()
	require.NoError(t, s.Admit("bank2"))
	require.NoError(t, s.MakeKeys(time.Now()))
	for i, spec := range specs() {
		require.True(t, spec.Same(before[i]), spec.Name)
	}
	for _, node := range []string{"carrier/peer", "orderer/orderer1"} {
		bundle, err := os.ReadFile(s.In(node, "config", "tls-roots.pem"))
		require.NoError(t, err)
		root, err := os.ReadFile(s.TLSRoot("bank2"))
		require.NoError(t, err)
		require.Contains(t, string(bundle), string(root), "after its next start %s knows it at once", node)
	}
}
