package memfabric_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/stretchr/testify/require"

	"portledger/test/memfabric"
)

func TestOfTwoReadersThatWriteOneWins(t *testing.T) {
	b := start(t, nil)
	b.do("put", "k", "1")
	one, two := b.endorse("copy", "k", "k"), b.endorse("copy", "k", "k")
	require.Equal(t, []memfabric.Code{memfabric.Valid, memfabric.MVCCReadConflict}, b.Commit(one, two))
	require.Equal(t, "1+", b.ask("get", "k"))

	late := b.endorse("copy", "k", "k")
	b.do("put", "k", "2")
	require.Equal(t, []memfabric.Code{memfabric.MVCCReadConflict}, b.Commit(late))
}

func TestBlindWritesNeverConflict(t *testing.T) {
	b := start(t, nil)
	one, two := b.endorse("put", "k", "1"), b.endorse("put", "k", "2")
	require.Equal(t, []memfabric.Code{memfabric.Valid, memfabric.Valid}, b.Commit(one, two))
	require.Equal(t, "2", b.ask("get", "k"))
}

func TestDeletingWhatIsNotThereStillConflictsWithinABlock(t *testing.T) {
	b := start(t, nil)
	gone, reader := b.endorse("del", "k"), b.endorse("copy", "k", "l")
	require.Equal(t, []memfabric.Code{memfabric.Valid, memfabric.MVCCReadConflict}, b.Commit(gone, reader))
}

func TestAKeyThatAppearsInAScannedRangeIsAPhantom(t *testing.T) {
	b := start(t, nil)
	b.do("put", "a", "1")
	scan, insert := b.endorse("listAndPut", "a", "c", "z"), b.endorse("put", "b", "1")
	require.Equal(t, []memfabric.Code{memfabric.Valid, memfabric.PhantomReadConflict}, b.Commit(insert, scan))

	outside := b.endorse("listAndPut", "a", "c", "z")
	b.do("put", "c", "1")
	require.Equal(t, []memfabric.Code{memfabric.Valid}, b.Commit(outside))

	changed := b.endorse("listAndPut", "a", "c", "z")
	b.do("put", "a", "2")
	require.Equal(t, []memfabric.Code{memfabric.PhantomReadConflict}, b.Commit(changed))
}

func TestAPeerScansAheadOfItsChaincode(t *testing.T) {
	first := func(s shim.ChaincodeStubInterface, _ []string, _ string) (string, error) {
		it, err := s.GetStateByRange("", "y")
		if err != nil {
			return "", err
		}
		kv, err := it.Next()
		if err != nil {
			return "", err
		}
		return kv.Key, s.PutState("z", []byte(kv.Key))
	}
	b := start(t, map[string]call{
		"first": first,
		"fill":  fill,
	})
	b.do("fill", "150")
	far := b.endorse("first")
	b.do("put", "k120", "new")
	require.Equal(t, []memfabric.Code{memfabric.Valid}, b.Commit(far), "beyond the first batch and its look-ahead")
	near := b.endorse("first")
	b.do("put", "k100", "new")
	require.Equal(t, []memfabric.Code{memfabric.PhantomReadConflict}, b.Commit(near), "the batch and one more were read")
}

func TestATransactionCountsOnce(t *testing.T) {
	b := start(t, nil)
	tx := b.endorse("put", "k", "1")
	require.Equal(t, []memfabric.Code{memfabric.Valid, memfabric.DuplicateTxID}, b.Commit(tx, tx))
	require.Equal(t, []memfabric.Code{memfabric.DuplicateTxID}, b.Commit(tx))
	code, block, found := b.Status(tx.ID)
	require.True(t, found)
	require.Equal(t, memfabric.Valid, code)
	require.EqualValues(t, 1, block)
	_, _, found = b.Status("never")
	require.False(t, found)

	again := b.Proposal("put", []string{"k", "2"}, nil)
	again.Nonce = []byte("one nonce")
	_, err := b.Network.Submit(again, carrier, port)
	require.NoError(t, err)
	_, err = b.Network.Submit(again, carrier, port)
	require.ErrorContains(t, err, "duplicate transaction found")
}

func TestTheChaincodePolicyNeedsTwoOrganisations(t *testing.T) {
	b := start(t, nil)
	_, err := b.Client.Submit("put", []string{"k", "v"}, nil, carrier)
	wantCode(t, err, memfabric.EndorsementPolicyFailure)
	_, err = b.Client.Submit("put", []string{"k", "v"}, nil, carrier, carrier)
	wantCode(t, err, memfabric.EndorsementPolicyFailure)
	_, err = b.Client.Submit("get", []string{"k"}, nil, carrier)
	wantCode(t, err, memfabric.EndorsementPolicyFailure) // a read-only transaction too
	b.doAt([]string{bank, terminal}, "put", "k", "v")
}

func TestAKeyPolicyReplacesTheChaincodePolicy(t *testing.T) {
	b := start(t, nil)
	b.do("put", "k", "1")
	b.do("policy", "k", bank)
	_, err := b.Client.Submit("put", []string{"k", "2"}, nil, carrier, port)
	wantCode(t, err, memfabric.EndorsementPolicyFailure)
	_, err = b.Client.Submit("policy", []string{"k", carrier}, nil, carrier, port)
	wantCode(t, err, memfabric.EndorsementPolicyFailure)
	_, err = b.Client.Submit("del", []string{"k"}, nil, carrier, port)
	wantCode(t, err, memfabric.EndorsementPolicyFailure)

	b.doAt([]string{bank}, "put", "k", "2")
	b.doAt([]string{bank}, "policy", "k", carrier, bank)
	require.Equal(t, "[BankMSP CarrierMSP]", b.ask("policyOf", "k"))
	_, err = b.Client.Submit("put", []string{"k", "3"}, nil, bank, port)
	wantCode(t, err, memfabric.EndorsementPolicyFailure)
	b.doAt([]string{bank, carrier}, "del", "k")
	b.doAt([]string{port, terminal}, "put", "k", "4") // the policy went with the key
}

func TestAPolicyOfAnAbsentKeyIsNothing(t *testing.T) {
	b := start(t, nil)
	b.do("policy", "k", bank)
	b.do("put", "k", "1")
	b.do("put", "k", "2")
}

func TestAPolicyChangeClosesTheKeyForTheRestOfTheBlock(t *testing.T) {
	b := start(t, nil)
	b.do("put", "k", "1")
	change, write, other := b.endorse("policy", "k", bank), b.endorse("put", "k", "2"), b.endorse("put", "l", "1")
	require.Equal(t, []memfabric.Code{memfabric.Valid, memfabric.EndorsementPolicyFailure, memfabric.Valid},
		b.Commit(change, write, other))

	// A change that is itself not sufficiently endorsed closes nothing.
	bad, good := b.endorse("policy", "k", carrier), b.endorseAt([]string{bank}, "put", "k", "3")
	require.Equal(t, []memfabric.Code{memfabric.EndorsementPolicyFailure, memfabric.Valid}, b.Commit(bad, good))
}

func TestAPolicyChangeAloneRenewsTheVersion(t *testing.T) {
	b := start(t, nil)
	b.do("put", "k", "1")
	reader := b.endorse("copy", "k", "l")
	b.do("policy", "k", carrier, port)
	require.Equal(t, []memfabric.Code{memfabric.MVCCReadConflict}, b.Commit(reader))
	require.Equal(t, "1", b.ask("get", "k"))
}

func TestAnUnreadablePolicyIsReported(t *testing.T) {
	r := &recorder{}
	b := startWith(t, r, map[string]call{"garbage": func(s shim.ChaincodeStubInterface, _ []string, _ string) (string, error) {
		if err := s.PutState("k", []byte("v")); err != nil {
			return "", err
		}
		return "", s.SetStateValidationParameter("k", []byte("garbage"))
	}})
	b.do("garbage")
	_, err := b.Client.Submit("put", []string{"k", "v"}, nil, carrier, port)
	wantCode(t, err, memfabric.EndorsementPolicyFailure)
	require.Len(t, r.faults, 1)
}

func TestALyingPeerCannotWriteAlone(t *testing.T) {
	b := start(t, nil)
	b.do("put", "k", "1")
	lie := script{calls: map[string]call{"put": func(s shim.ChaincodeStubInterface, _ []string, _ string) (string, error) {
		return "", s.PutState("k", []byte("forged"))
	}}}
	restore := b.WithChaincode(bank, lie)
	_, err := b.Client.Submit("put", []string{"k", "2"}, nil, carrier, bank)
	require.ErrorContains(t, err, "BankMSP: ProposalResponsePayloads do not match")
	_, err = b.Client.Submit("put", []string{"k", "2"}, nil, bank)
	wantCode(t, err, memfabric.EndorsementPolicyFailure)
	restore()
	b.doAt([]string{carrier, bank}, "put", "k", "2")
}

func TestEventsComeFromValidTransactionsInOrder(t *testing.T) {
	b := start(t, nil)
	ctx, cancel := context.WithCancel(context.Background())
	live := b.Events(ctx, 0)
	b.do("event", "k", "one")
	winner, loser := b.endorse("event", "k", "two"), b.endorse("event", "k", "lost")
	b.Commit(winner, loser)
	require.Equal(t, "two", string(winner.Event.Payload))
	require.Equal(t, "one", string((<-live).Payload))
	second := <-live
	require.Equal(t, memfabric.Event{Block: 2, TxID: winner.ID, Name: "last", Payload: []byte("two")}, second)

	replay := b.Events(ctx, 2)
	require.Equal(t, second, <-replay)
	b.do("event", "k", "three")
	require.Equal(t, "three", string((<-live).Payload))
	require.Equal(t, "three", string((<-replay).Payload))
	cancel()
	for range live {
		t.Fatal("an event after the end")
	}
}

func TestBlocksAreChainedAndFlagged(t *testing.T) {
	b := start(t, nil)
	b.do("put", "k", "1")
	b.Commit(b.endorse("copy", "k", "k"), b.endorse("copy", "k", "k"))
	block := b.Block(2)
	require.Len(t, block.Data.Data, 2)
	require.Equal(t, []byte{byte(memfabric.Valid), byte(memfabric.MVCCReadConflict)},
		block.Metadata.Metadata[common.BlockMetadataIndex_TRANSACTIONS_FILTER])
	require.NotEmpty(t, block.Header.PreviousHash)
	require.Nil(t, b.Block(3))
}

func TestTwentyClientsAtOnce(t *testing.T) {
	b := start(t, nil)
	b.do("put", "hot", "0")
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			for range 5 {
				if _, err := b.Client.Submit("put", []string{fmt.Sprint("own", i), "v"}, nil, carrier, port); err != nil {
					t.Error(err)
				}
				if _, err := b.Client.Submit("copy", []string{"hot", "hot"}, nil, carrier, port); err != nil {
					var conflict *memfabric.CommitError
					if !asConflict(err, &conflict) {
						t.Error(err)
					}
				}
			}
		})
	}
	group.Wait()
	require.EqualValues(t, 2+200, b.Height())
}
