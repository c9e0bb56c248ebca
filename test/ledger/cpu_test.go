package ledger_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"

	"portledger/test/memfabric"
	"portledger/test/world"
)

// What one act costs the processor of one endorsing peer's chaincode:
// go test ./test/ledger -run '^$' -bench Endorse -benchtime 2000x

func BenchmarkEndorseDraft(b *testing.B) {
	w := world.New(b)
	endorse(b, w, "line", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, world.Fixture("bill-order"))
}

func BenchmarkEndorseIssue(b *testing.B) {
	w := world.New(b)
	id := drafted(w)
	w.Must("shipper", "bill", "approve", fields{"id": id}, "")
	endorse(b, w, "line", "issue", fields{"id": id}, "")
}

func BenchmarkEndorseTransfer(b *testing.B) {
	w := world.New(b)
	endorse(b, w, "shipper", "endorse-to-order", fields{"id": w.IssuedBill(), "to": w.Party["bank"]}, "")
}

// endorse lets the carrier's chaincode endorse one and the same act of a bill over and over.
func endorse(b *testing.B, w *world.World, who, act string, request fields, content string) {
	b.Helper()
	proposal, _, err := w.Rehearse(who, "bill", act, request, content, world.Salt())
	require.NoError(b, err)
	again := &repeated{Chaincode: world.Chaincode(carrierOrg, w.Net.Now), b: b}
	defer w.Net.WithChaincode(carrierOrg, again)()
	tx, err := w.Net.Endorse(proposal, carrierOrg)
	require.NoError(b, err)
	require.Equal(b, memfabric.EndorsementPolicyFailure, w.Net.Commit(tx)[0], "one endorsement alone changes nothing")
}

type repeated struct {
	shim.Chaincode
	b    *testing.B
	done bool
}

func (r *repeated) Invoke(stub shim.ChaincodeStubInterface) *peer.Response {
	if !r.done {
		before := processor(r.b)
		for r.b.Loop() {
			r.Chaincode.Invoke(stub)
		}
		r.b.ReportMetric(float64(processor(r.b)-before)/float64(r.b.N), "cpu-ns/op")
		r.done = true
	}
	return r.Chaincode.Invoke(stub)
}

// processor is how long this process has kept processors busy. Other than the clock on the wall, it stands still while
// others do.
func processor(b *testing.B) time.Duration {
	var used syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
