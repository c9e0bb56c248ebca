package contract

import (
	"slices"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/cid"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/control"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/state"
)

// BillDocument is the contract of the bill: a document whose holder can prove control.
type BillDocument struct{ Document }

// ProofRequest is the public part of a request for a proof of control.
type ProofRequest struct {
	ID        string `json:"id"`
	Version   int    `json:"version"`
	Challenge string `json:"challenge"`
}

// Prove answers the present holder, and nobody else, a claim that the bill is in its control. It writes nothing and is not
// meant to be submitted: the signatures that the peers put under their answers are the proof.
func (d *BillDocument) Prove(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	t, err := d.office.turn(ctx, true)
	if err != nil {
		return "", err
	}
	if err := t.signed(); err != nil {
		return "", err
	}
	if t.At.Sub(t.Now()).Abs() > control.SkewMax {
		return "", fault.New(fault.ClockSkew, "limit", control.SkewMax.String())
	}
	var r ProofRequest
	if err := content.Read([]byte(request), requestLimits, &r); err != nil {
		return "", faultOf(err, "")
	}
	if !control.Challenge(r.Challenge) {
		return "", fault.New(fault.Invalid, "check", "16 to 128 characters of base64url").In("/challenge")
	}
	b, err := current[bill.Bill](t, "bill", r.ID, r.Version)
	if err != nil {
		return "", err
	}
	if err := inForce(t, b); err != nil { // its holder controls nothing any more
		return "", err
	}
	if b.Holder.Zero() || b.Holder != t.actor.Ref {
		return "", fault.New(fault.WrongParty, "act", "prove", "by", "holder")
	}
	if !t.actor.Has(nil) { // who may only look claims nothing
		return "", fault.New(fault.WrongRole, "act", "prove", "roles", lifecycle.AnyRole)
	}
	if t.stale != nil {
		return "", t.stale
	}
	claim, err := claimOf(t, b, r.Challenge)
	if err != nil {
		return "", err
	}
	return text(claim)
}

func claimOf(t *turn, b bill.Bill, challenge string) (control.Claim, error) {
	cert, err := cid.GetX509Certificate(t.Stub)
	if err != nil {
		return control.Claim{}, err
	}
	return control.Claim{
		Format: control.Format, Channel: t.Stub.GetChannelID(), Bill: b.ID, State: b.State, Version: b.Version, Chain: b.Chain,
		Issuer: b.Issuer, Holder: b.Holder, Person: t.actor.Person, Certificate: state.Fingerprint(cert.Raw),
		Endorsers: slices.Compact(slices.Sorted(slices.Values(b.Relying()))), Challenge: challenge,
		IssuedAt: lifecycle.Stamped(t.At), ValidUntil: lifecycle.Stamped(t.At.Add(control.Life)), Tx: t.Tx,
	}, nil
}
