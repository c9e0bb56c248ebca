package fabric

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/protobuf/proto"

	"portledger/gateway/ledger"
	"portledger/gateway/proof"
)

// readerFolder, in a person's folder, holds the certificate and key with which the gateway reads for a person who signs
// outside; readerAttribute is what keeps the ledger from taking an act signed with it.
const (
	readerFolder    = "reader"
	readerAttribute = "portledger.reader"
)

// loadOutside reads a person whose key is kept elsewhere.
func (p *people) loadOutside(folder string, person ledger.Person, id identity.Identity, cert *x509.Certificate) (*enrolled, error) {
	folder = filepath.Join(folder, readerFolder)
	readerCert, err := readCertificate(folder)
	if err != nil {
		return nil, fmt.Errorf("reader: %w", err)
	}
	held, err := attributesOf(readerCert)
	if err != nil {
		return nil, fmt.Errorf("reader: %w", err)
	}
	if _, marked := held[readerAttribute]; !marked {
		return nil, errors.New("the reader's certificate could sign acts: it lacks " + readerAttribute)
	}
	reader, err := personOf(readerCert, p.msp)
	if err != nil {
		return nil, err
	}
	if reader.ID != person.ID || reader.Party != person.Party {
		return nil, errors.New("the reader's certificate is another person's")
	}
	readerID, err := identity.NewX509Identity(p.msp, readerCert)
	if err != nil {
		return nil, err
	}
	sign, err := readKey(folder, readerCert)
	if err != nil {
		return nil, fmt.Errorf("reader: %w", err)
	}
	e := &enrolled{person: person, certificate: cert}
	e.person.SignsOutside = true
	if reader.Until.Before(person.Until) {
		e.person.Until = reader.Until
	}
	if e.as, err = p.connect(readerID, sign); err != nil {
		return nil, err
	}
	e.outside, err = p.connect(id, nil)
	return e, err
}

// outside answers a person who signs outside.
func (p *people) outside(id string) (*enrolled, error) {
	e, err := p.get(id)
	if err == nil && e.outside == nil {
		err = errors.New("this person signs at the gateway")
	}
	return e, err
}

// Propose makes the proposal for a person who signs outside. Nobody is asked anything.
func (c *Client) Propose(as ledger.Person, call ledger.Call, endorsers []string) (ledger.Unsigned, error) {
	e, err := c.people.outside(as.ID)
	if err != nil {
		return ledger.Unsigned{}, err
	}
	proposal, err := c.proposal(e.outside, call, endorsers)
	if err != nil {
		return ledger.Unsigned{}, err
	}
	whole, err := proposal.Bytes()
	if err != nil {
		return ledger.Unsigned{}, err
	}
	var proposed gateway.ProposedTransaction
	if err := proto.Unmarshal(whole, &proposed); err != nil {
		return ledger.Unsigned{}, fmt.Errorf("read proposal: %w", err)
	}
	return ledger.Unsigned{TxID: proposal.TransactionID(), Person: as, ToSign: proposed.GetProposal().GetProposalBytes(), Whole: whole}, nil
}

// EndorseSigned shows the signed proposal to the organisations that it was made for and answers the transaction to be
// signed. Nothing is submitted.
func (c *Client) EndorseSigned(ctx context.Context, u ledger.Unsigned, signature []byte) (ledger.Unsigned, error) {
	proposal, err := c.signedProposal(u, signature)
	if err != nil {
		return ledger.Unsigned{}, err
	}
	transaction, err := proposal.EndorseWithContext(ctx)
	if err != nil {
		return ledger.Unsigned{}, translate(err)
	}
	whole, err := transaction.Bytes()
	if err != nil {
		return ledger.Unsigned{}, err
	}
	var prepared gateway.PreparedTransaction
	if err := proto.Unmarshal(whole, &prepared); err != nil {
		return ledger.Unsigned{}, fmt.Errorf("read transaction: %w", err)
	}
	return ledger.Unsigned{TxID: u.TxID, Person: u.Person, ToSign: prepared.GetEnvelope().GetPayload(), Endorsed: true,
		Result: transaction.Result(), Whole: whole}, nil
}

// signedProposal puts the person's signature to the proposal, if it is that.
func (c *Client) signedProposal(u ledger.Unsigned, signature []byte) (*client.Proposal, error) {
	e, err := c.people.outside(u.Person.ID)
	if err != nil {
		return nil, err
	}
	if u.Endorsed || !proof.Genuine(e.certificate, u.ToSign, signature) {
		return nil, ledger.ErrSignature
	}
	return e.outside.NewSignedProposal(u.Whole, signature)
}

// EvaluateSigned asks the own organisation's peer, and no other.
func (c *Client) EvaluateSigned(ctx context.Context, u ledger.Unsigned, signature []byte) ([]byte, error) {
	proposal, err := c.readdressed(u, signature, []string{c.config.Organisation})
	if err != nil {
		return nil, err
	}
	result, err := proposal.EvaluateWithContext(ctx)
	return result, translate(err)
}

// AttestSigned has exactly the named organisations endorse and answers their signatures. Nothing is submitted.
func (c *Client) AttestSigned(ctx context.Context, u ledger.Unsigned, signature []byte, endorsers []string) (ledger.Attestation, error) {
	proposal, err := c.readdressed(u, signature, endorsers)
	if err != nil {
		return ledger.Attestation{}, err
	}
	return attest(ctx, proposal)
}

// readdressed is a signed proposal for these organisations: whom it is shown to is not part of what was signed.
func (c *Client) readdressed(u ledger.Unsigned, signature []byte, orgs []string) (*client.Proposal, error) {
	var proposed gateway.ProposedTransaction
	if err := proto.Unmarshal(u.Whole, &proposed); err != nil {
		return nil, fmt.Errorf("read proposal: %w", err)
	}
	proposed.EndorsingOrganizations = orgs
	whole, err := proto.Marshal(&proposed)
	if err != nil {
		return nil, err
	}
	u.Whole = whole
	return c.signedProposal(u, signature)
}

// Seal puts the person's second signature to an endorsed transaction. From here on it can be committed.
func (c *Client) Seal(u ledger.Unsigned, signature []byte) (ledger.Signed, error) {
	e, err := c.people.outside(u.Person.ID)
	if err != nil {
		return ledger.Signed{}, err
	}
	if !u.Endorsed || !proof.Genuine(e.certificate, u.ToSign, signature) {
		return ledger.Signed{}, ledger.ErrSignature
	}
	transaction, err := e.outside.NewSignedTransaction(u.Whole, signature)
	if err != nil {
		return ledger.Signed{}, err
	}
	signed, err := transaction.Bytes()
	return ledger.Signed{TxID: u.TxID, Person: u.Person, Bytes: signed, Result: u.Result}, err
}
