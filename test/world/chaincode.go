package world

import (
	"sync"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"portledger/chaincode/content"
	"portledger/chaincode/contract"
)

// Chaincode is the real contract of one organisation's peer. Putting a contract together takes longer than an act, and it
// keeps nothing between two calls, so all networks of a test run share theirs: each lends its clock for the time of a call.
func Chaincode(msp string, now func() time.Time) shim.Chaincode { return timed{msp, now} }

// idle are the contracts that no call is using, by organisation.
var idle struct {
	sync.Mutex
	contracts map[string][]*worker
}

func hire(msp string) *worker {
	idle.Lock()
	defer idle.Unlock()
	free := idle.contracts[msp]
	if len(free) == 0 {
		return newWorker(msp)
	}
	idle.contracts[msp] = free[:len(free)-1]
	return free[len(free)-1]
}

func dismiss(msp string, w *worker) {
	idle.Lock()
	defer idle.Unlock()
	if idle.contracts == nil {
		idle.contracts = map[string][]*worker{}
	}
	idle.contracts[msp] = append(idle.contracts[msp], w)
}

// worker is a contract that reads the clock of whom it works for at the moment.
type worker struct {
	shim.Chaincode
	now func() time.Time
}

func newWorker(msp string) *worker {
	w := &worker{}
	made, err := contract.New(contract.Config{Org: msp, Now: func() time.Time { return w.now() }, Checker: checker()})
	if err != nil {
		panic(err) // its schemas are embedded: a fault of the program
	}
	w.Chaincode = made
	return w
}

// timed is the contract of one organisation with a network's clock.
type timed struct {
	msp string
	now func() time.Time
}

func (c timed) Init(stub shim.ChaincodeStubInterface) *peer.Response {
	return c.with(func(w *worker) *peer.Response { return w.Init(stub) })
}

func (c timed) Invoke(stub shim.ChaincodeStubInterface) *peer.Response {
	return c.with(func(w *worker) *peer.Response { return w.Invoke(stub) })
}

func (c timed) with(call func(*worker) *peer.Response) *peer.Response {
	w := hire(c.msp)
	defer dismiss(c.msp, w)
	w.now = c.now
	return call(w)
}

// checker is compiled once for all contracts of a test run.
var checker = sync.OnceValue(func() *content.Checker {
	c, err := content.New()
	if err != nil {
		panic(err)
	}
	return c
})
