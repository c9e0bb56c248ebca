// Command plain is the benchmark's yardstick: the least that a chaincode can do, one blind write, and the least that the
// design asks of an act (docs/decisions/03 and 04) with no rule, no caller and no JSON. It takes the flags of the ledger's
// chaincode.
package main

import (
	"bytes"
	"crypto/sha256"
	"errors"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/statebased"
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"portledger/test/service"
)

// Plain is the contract.
type Plain struct{ contractapi.Contract }

// Create writes value under key without looking.
func (*Plain) Create(ctx contractapi.TransactionContextInterface, key, value string) error {
	return ctx.GetStub().PutState(key, []byte(value))
}

// Open makes a record that both organisations must endorse, and the anchor of the first.
func (*Plain) Open(ctx contractapi.TransactionContextInterface, key, value, issuer, holder string) error {
	stub := ctx.GetStub()
	if err := stub.PutState(key, []byte(value)); err != nil {
		return err
	}
	ep, err := statebased.NewStateEP(nil)
	if err != nil {
		return err
	}
	if err := ep.AddOrgs(statebased.RoleTypePeer, issuer, holder); err != nil {
		return err
	}
	policy, err := ep.Policy()
	if err != nil {
		return err
	}
	if err := stub.SetStateValidationParameter(key, policy); err != nil {
		return err
	}
	return stub.PutPrivateData("_implicit_org_"+issuer, "anchor/"+key, []byte(key))
}

// Act reads a record and its issuer's anchor, and writes the record.
func (*Plain) Act(ctx contractapi.TransactionContextInterface, key, value, issuer string) error {
	stub := ctx.GetStub()
	if before, err := stub.GetState(key); err != nil || before == nil {
		return errors.Join(err, errors.New("no record"))
	}
	want := sha256.Sum256([]byte(key))
	hash, err := stub.GetPrivateDataHash("_implicit_org_"+issuer, "anchor/"+key)
	if err != nil || !bytes.Equal(hash, want[:]) {
		return errors.Join(err, errors.New("no anchor"))
	}
	return stub.PutState(key, []byte(value))
}

// Deliver is Act, and gives the organisation to the content that came with the transaction.
func (p *Plain) Deliver(ctx contractapi.TransactionContextInterface, key, value, issuer, to string) error {
	if err := p.Act(ctx, key, value, issuer); err != nil {
		return err
	}
	transient, err := ctx.GetStub().GetTransient()
	if err != nil {
		return err
	}
	return ctx.GetStub().PutPrivateData("_implicit_org_"+to, "content/"+key, transient["content"])
}

func main() {
	service.Main("plain", func(string) (shim.Chaincode, error) { return contractapi.NewChaincode(&Plain{}) })
}
