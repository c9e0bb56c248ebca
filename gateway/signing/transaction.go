package signing

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"portledger/gateway/proof"
)

// collection is how the implicit collection of an organisation begins.
const collection = "_implicit_org_"

// Outcome is what the contract answers to an act.
type Outcome struct {
	Family  string `json:"family"`
	ID      string `json:"id"`
	State   string `json:"state"`
	Version int64  `json:"version"`
}

// Transaction is a proposal with what the endorsers made of it, read from the bytes that are signed.
type Transaction struct {
	Outcome Outcome
	// Writes are the keys that change in the public state, Keepers the organisations whose private collections change.
	Writes, Keepers []string
	// Endorsers are the organisations whose peers signed.
	Endorsers []string

	header, signatureHeader, input, response []byte
	chaincode                                string
	status                                   int32
	foreign                                  []string
	hash                                     []byte
	endorsements                             []proof.Endorsement
	responseHash                             []byte
	values                                   map[string][]byte
}

// ReadTransaction reads the payload of a transaction's envelope.
func ReadTransaction(raw []byte) (Transaction, error) {
	t := Transaction{values: map[string][]byte{}}
	var payload common.Payload
	var transaction peer.Transaction
	if err := errors.Join(read(raw, &payload), read(payload.GetData(), &transaction)); err != nil {
		return t, fmt.Errorf("read the transaction: %w", err)
	}
	if len(transaction.GetActions()) != 1 {
		return t, fmt.Errorf("read the transaction: it has %d actions, not one", len(transaction.GetActions()))
	}
	t.header, t.signatureHeader = payload.GetHeader().GetChannelHeader(), payload.GetHeader().GetSignatureHeader()
	if !bytes.Equal(transaction.GetActions()[0].GetHeader(), t.signatureHeader) {
		return t, errors.New("read the transaction: its action has another sender")
	}
	if err := t.readAction(transaction.GetActions()[0].GetPayload()); err != nil {
		return t, fmt.Errorf("read the transaction: %w", err)
	}
	return t, nil
}

func (t *Transaction) readAction(raw []byte) error {
	var action peer.ChaincodeActionPayload
	var proposed peer.ChaincodeProposalPayload
	var response peer.ProposalResponsePayload
	var done peer.ChaincodeAction
	if err := errors.Join(read(raw, &action), read(action.GetChaincodeProposalPayload(), &proposed)); err != nil {
		return err
	}
	if len(proposed.GetTransientMap()) > 0 {
		return errors.New("it carries private input, which would stay in the block")
	}
	t.input, t.response = proposed.GetInput(), action.GetAction().GetProposalResponsePayload()
	if err := errors.Join(read(t.response, &response), read(response.GetExtension(), &done)); err != nil {
		return err
	}
	sum := sha256.Sum256(slices.Concat(t.header, t.signatureHeader, action.GetChaincodeProposalPayload()))
	t.hash, t.responseHash = sum[:], response.GetProposalHash()
	t.chaincode, t.status = done.GetChaincodeId().GetName(), done.GetResponse().GetStatus()
	for _, e := range action.GetAction().GetEndorsements() {
		t.endorsements = append(t.endorsements, proof.Endorsement{Endorser: e.GetEndorser(), Signature: e.GetSignature()})
	}
	if t.status == http.StatusOK {
		if err := json.Unmarshal(done.GetResponse().GetPayload(), &t.Outcome); err != nil {
			return errors.New("what the contract answered is no act's outcome")
		}
	}
	return t.readWrites(done.GetResults())
}

// readWrites finds what would change: public keys by name, private ones by whose they are.
func (t *Transaction) readWrites(raw []byte) error {
	var results rwset.TxReadWriteSet
	if err := read(raw, &results); err != nil {
		return err
	}
	for _, space := range results.GetNsRwset() {
		var public kvrwset.KVRWSet
		if err := read(space.GetRwset(), &public); err != nil {
			return err
		}
		changes := len(public.GetWrites()) + len(public.GetMetadataWrites())
		for _, w := range public.GetWrites() {
			t.Writes, t.values[w.GetKey()] = append(t.Writes, w.GetKey()), w.GetValue()
		}
		for _, w := range public.GetMetadataWrites() {
			t.Writes = append(t.Writes, w.GetKey())
		}
		for _, c := range space.GetCollectionHashedRwset() {
			var hashed kvrwset.HashedRWSet
			if err := read(c.GetHashedRwset(), &hashed); err != nil {
				return err
			}
			if n := len(hashed.GetHashedWrites()) + len(hashed.GetMetadataWrites()); n > 0 {
				changes += n
				t.Keepers = append(t.Keepers, strings.TrimPrefix(c.GetCollectionName(), collection))
			}
		}
		if changes > 0 {
			t.foreign = append(t.foreign, space.GetNamespace())
		}
	}
	slices.Sort(t.Writes)
	t.Writes = slices.Compact(t.Writes)
	slices.Sort(t.Keepers)
	return nil
}

// Check holds the transaction against the proposal that was signed and the request, and checks who endorsed. It answers all
// Differences. roots are the organisations' certificates.
func (t *Transaction) Check(p Proposal, e Expected, roots proof.Roots) error {
	var d Differences
	if !bytes.Equal(t.header, p.channelHeader) || !bytes.Equal(t.signatureHeader, p.signatureHeader) {
		d.note("header: the transaction is not that of the proposal you signed (id %s)", p.TxID)
	}
	if !bytes.Equal(t.input, p.input) {
		d.note("input: the transaction calls something else than the proposal you signed")
	}
	if !bytes.Equal(t.hash, t.responseHash) {
		d.note("endorsement: what the endorsers signed belongs to another proposal")
	}
	d.differ("chaincode that answered", e.Chaincode, t.chaincode)
	if t.status != http.StatusOK {
		d.note("endorsement: the contract answered %d", t.status)
	}
	for _, space := range t.foreign {
		d.differ("chaincode whose records change", e.Chaincode, space)
	}
	t.checkEndorsers(roots, e.Now, &d)
	d.differ("endorsers", orgs(e.Endorsers), orgs(t.Endorsers))
	if e.inHouse() {
		d.differ("public records that change", "", strings.Join(t.Writes, ", "))
		d.differ("organisations whose private records change", e.MSP, orgs(t.Keepers))
	} else {
		t.checkDocument(e.Request, &d)
	}
	return d.failure()
}

func orgs(named []string) string {
	return strings.Join(slices.Compact(slices.Sorted(slices.Values(named))), ", ")
}

// checkEndorsers wants a good signature of a peer of each organisation that signed, and those of all whose private records
// change among them.
func (t *Transaction) checkEndorsers(roots proof.Roots, now time.Time, d *Differences) {
	t.Endorsers = nil
	for _, e := range t.endorsements {
		org, err := roots.Signer(t.response, e, now)
		if err != nil {
			d.note("endorsement: %v", err)
			continue
		}
		if slices.Contains(t.Endorsers, org) {
			d.note("endorsement: %s signed twice", quoted(org))
			continue
		}
		t.Endorsers = append(t.Endorsers, org)
	}
	slices.Sort(t.Endorsers)
	for _, org := range t.Keepers {
		if !slices.Contains(t.Endorsers, org) {
			d.note("endorsement: private records of %s change without its peer's signature", quoted(org))
		}
	}
	if len(t.Endorsers) == 0 {
		d.note("endorsement: nobody signed")
	}
}

// checkDocument wants the document that was named among what changes, or named by what changes, as a pledge's deed names
// its bill; at a birth, the one that is born.
func (t *Transaction) checkDocument(r Request, d *Differences) {
	act, err := r.act()
	if err != nil {
		d.note("%v", err)
		return
	}
	id := r.ID
	if act.Birth {
		id = t.Outcome.ID
		d.differ("family of what is born", r.Family, t.Outcome.Family)
	}
	if id == "" || !slices.ContainsFunc(t.Writes, func(key string) bool {
		return about(key, id) || !act.Birth && bytes.Contains(t.values[key], []byte(strconv.Quote(id)))
	}) {
		d.note("document: the transaction does not change %s; it changes %s", quoted(id), strings.Join(t.Writes, ", "))
	}
}

// Others are the keys that change and do not belong to the document: an act may take another document along.
func (t Transaction) Others(r Request) (keys []string) {
	id := r.ID
	if id == "" || r.inHouse() {
		id = t.Outcome.ID
	}
	for _, key := range t.Writes {
		if !about(key, id) {
			keys = append(keys, key)
		}
	}
	return keys
}

// about tells whether a key is of the document or a part of it.
func about(key, id string) bool {
	_, rest, found := strings.Cut(key, "/")
	return found && (rest == id || strings.HasPrefix(rest, id+"/"))
}
