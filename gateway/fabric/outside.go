package fabric

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"path/filepath"

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
	e, err := c.people.outside(u.Person.ID)
	if err != nil {
		return ledger.Unsigned{}, err
	}
	if u.Endorsed || !proof.Genuine(e.certificate, u.ToSign, signature) {
		return ledger.Unsigned{}, ledger.ErrSignature
	}
	proposal, err := e.outside.NewSignedProposal(u.Whole, signature)
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
