package ledger

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/x509"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-config/configtx"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"portledger/network/config"
	"portledger/network/pki"
)

func TestAPackageDependsOnItsLabelAlone(t *testing.T) {
	first, id, err := Package("ccaas", "portledger")
	require.NoError(t, err)
	second, again, err := Package("ccaas", "portledger")
	require.NoError(t, err)
	require.Equal(t, first, second)
	require.Equal(t, id, again)
	// All organisations of a running network have approved this id: a change here needs a new sequence there.
	require.Equal(t, "portledger:"+"5435aa578f043b3beab1fa5e1e960734f32483dfc1635ebc74edd9e9ab3ef8f8", id)
	_, other, err := Package("ccaas", "plain")
	require.NoError(t, err)
	require.NotEqual(t, id, other)

	unzipped, err := gzip.NewReader(bytes.NewReader(first))
	require.NoError(t, err)
	reader := tar.NewReader(unzipped)
	var names []string
	for {
		header, err := reader.Next()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		require.Equal(t, byte(tar.TypeReg), header.Typeflag, "a peer refuses anything but regular files")
		names = append(names, header.Name)
	}
	require.Equal(t, []string{"metadata.json", "code.tar.gz"}, names)
}

func trust(t *testing.T, c *config.Config) Trust {
	t.Helper()
	authority := func(key string) *x509.Certificate {
		a, err := pki.NewAuthority(key, key, time.Now())
		require.NoError(t, err)
		return a.Cert
	}
	made := Trust{Members: map[string]Membership{}, Orderers: map[string]*x509.Certificate{}}
	for _, msp := range []string{c.Ordering.MSP, "CarrierMSP", "TerminalMSP", "BankMSP", "PortMSP"} {
		made.Members[msp] = Membership{Identities: authority(msp), TLS: authority(msp)}
	}
	for _, node := range c.Ordering.Nodes {
		made.Orderers[node.Name] = authority(node.Name)
	}
	return made
}

func TestTheFirstBlockHoldsTheWholeChannel(t *testing.T) {
	c, err := config.Load(filepath.Join("..", "network.yaml"))
	require.NoError(t, err)
	known := trust(t, c)
	block, err := Genesis(c, known)
	require.NoError(t, err)
	digest := sha256.Sum256(block.GetData().GetData()[0])
	require.Equal(t, digest[:], block.GetHeader().GetDataHash())

	envelope, payload, content := &common.Envelope{}, &common.Payload{}, &common.ConfigEnvelope{}
	require.NoError(t, proto.Unmarshal(block.GetData().GetData()[0], envelope))
	require.NoError(t, proto.Unmarshal(envelope.GetPayload(), payload))
	require.NoError(t, proto.Unmarshal(payload.GetData(), content))
	channel := configtx.New(content.GetConfig())

	ordering, err := channel.Orderer().Configuration()
	require.NoError(t, err)
	require.Equal(t, 100*time.Millisecond, ordering.BatchTimeout)
	require.Equal(t, "100ms", ordering.EtcdRaft.Options.TickInterval)
	require.Len(t, ordering.EtcdRaft.Consenters, 3)
	application, err := channel.Application().Configuration()
	require.NoError(t, err)
	require.Equal(t, []string{"V2_5"}, application.Capabilities)
	for _, o := range c.Organisations {
		anchors, err := channel.Application().Organization(o.MSP).AnchorPeers()
		require.NoError(t, err)
		require.Equal(t, []configtx.Address{{Host: "127.0.0.1", Port: o.Peer.Listen}}, anchors)
		msp, err := channel.Application().Organization(o.MSP).MSP().Configuration()
		require.NoError(t, err)
		require.True(t, msp.NodeOUs.Enable)
		require.True(t, known.Members[o.MSP].Identities.Equal(msp.RootCerts[0]))
	}
	delete(known.Members, "BankMSP")
	_, err = Genesis(c, known)
	require.ErrorContains(t, err, "BankMSP")
}

func TestAnAdmissionAddsOneMemberAndItsAnchorAndChangesNothingElse(t *testing.T) {
	c, err := config.Load(filepath.Join("..", "network.yaml"))
	require.NoError(t, err)
	known := trust(t, c)
	block, err := Genesis(c, known)
	require.NoError(t, err)
	_, _, content, err := openConfig(block)
	require.NoError(t, err)
	channel := Channel{name: c.Channel, config: content.GetConfig()}
	require.Equal(t, []string{"BankMSP", "CarrierMSP", "PortMSP", "TerminalMSP"}, channel.Members())

	text, err := channel.Admission("Bank2MSP", known.Members["BankMSP"], configtx.Address{Host: c.Host, Port: 17501})
	require.NoError(t, err)
	require.NotContains(t, channel.Members(), "Bank2MSP")
	update := &common.ConfigUpdate{}
	require.NoError(t, proto.Unmarshal(text, update))
	written := update.GetWriteSet()
	require.Empty(t, written.GetValues())
	application := written.GetGroups()[configtx.ApplicationGroupKey]
	require.EqualValues(t, 1, application.GetVersion())
	fresh := application.GetGroups()["Bank2MSP"]
	require.Contains(t, fresh.GetValues(), configtx.AnchorPeersKey)
	require.Contains(t, fresh.GetPolicies(), configtx.EndorsementPolicyKey)
	for msp, group := range application.GetGroups() {
		if msp != "Bank2MSP" {
			require.Empty(t, group.GetValues(), msp)
		}
	}
	_, err = SignChange(text)
	require.ErrorContains(t, err, "nobody")
	_, _, _, err = openConfig(&common.Block{})
	require.ErrorContains(t, err, "empty")
}

func TestAnEndorsementPolicyThatCannotBeReadIsRefused(t *testing.T) {
	_, err := Definition("portledger", "plain", "plain:1", "OutOf(2, 'CarrierMSP.peer', 'BankMSP.peer')")
	require.NoError(t, err)
	_, err = Definition("portledger", "plain", "plain:1", "TwoOf('CarrierMSP.peer')")
	require.ErrorContains(t, err, "endorsement policy of plain")
}

func TestOnlyTheChannelsOwnFiguresAreRead(t *testing.T) {
	text := `# TYPE consensus_etcdraft_committed_block_number gauge
consensus_etcdraft_committed_block_number{channel="portledger"} 41
consensus_etcdraft_committed_block_number{channel="other"} 7
consensus_etcdraft_is_leader{channel="portledger"} 1
go_goroutines 80
`
	figures, err := figuresOf(strings.NewReader(text), "portledger")
	require.NoError(t, err)
	require.Equal(t, map[string]float64{ordererBlock: 41, raftLeader: 1}, figures)
	_, err = figuresOf(strings.NewReader(`x{channel="portledger"} many`), "portledger")
	require.Error(t, err)
}
