package ledger_test

import (
	"slices"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"portledger/gateway/blocks"
	"portledger/gateway/ledger"
	"portledger/test/world"
)

// latest replays all blocks the way a gateway's index does.
func latest(t *testing.T, w *world.World) map[string]ledger.Record {
	t.Helper()
	known := map[string]ledger.Record{}
	for number := uint64(0); number < w.Net.Height(); number++ {
		change, err := blocks.Change(w.Net.Block(number), "portledger")
		require.NoError(t, err)
		require.Equal(t, number, change.Block)
		for _, r := range change.Records {
			require.Greater(t, r.Version, known[r.ID].Version, "%s comes in order", r.ID)
			known[r.ID] = r
		}
	}
	return known
}

func TestBlocksTellWhoTakesPartInWhat(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.Must("shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["bank"]}, "")
	bill := latest(t, w)[id]
	require.Equal(t, "bill", bill.Family)
	require.Equal(t, "ISSUED", bill.State)
	require.EqualValues(t, billOf(w, id).Version, bill.Version)
	want := []string{w.Party["line"], w.Party["shipper"], w.Party["bank"]}
	slices.Sort(want)
	require.Equal(t, want, bill.Parties, "carrier, shipper and who it is offered to")

	party := latest(t, w)[w.Party["bank"]]
	require.Equal(t, []string{w.Party["bank"]}, party.Parties)
}

func TestBlocksTellWhoMustEndorseTheNextChange(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	last := func() ledger.Record {
		change, err := blocks.Change(w.Net.Block(w.Net.Height()-1), "portledger")
		require.NoError(t, err)
		require.Len(t, change.Records, 1)
		return change.Records[0]
	}
	w.Must("shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["bank"]}, "")
	require.Nil(t, last().Endorsers, "an offer leaves them as they were")
	w.Must("bank", "bill", "accept", fields{"id": id}, "")
	require.Equal(t, []string{"BankMSP", "CarrierMSP"}, last().Endorsers)
}

func TestAnUnreadableTransactionHidesNoOther(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	block := proto.CloneOf(w.Net.Block(w.Net.Height() - 1))
	block.Data.Data = append([][]byte{[]byte("no envelope")}, block.Data.Data...)
	flags := common.BlockMetadataIndex_TRANSACTIONS_FILTER
	block.Metadata.Metadata[flags] = append([]byte{byte(peer.TxValidationCode_VALID)}, block.Metadata.Metadata[flags]...)
	change, err := blocks.Change(block, "portledger")
	require.ErrorContains(t, err, "read transaction 0")
	require.Equal(t, id, change.Records[0].ID)
}

func TestBlocksTellOfEveryLine(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	known := latest(t, w)
	require.Equal(t, "release", known[order].Family)
	require.Equal(t, "LISTED", known[order+"/2"].State)
	require.Contains(t, known[order].Parties, w.Party["terminal"])
}
