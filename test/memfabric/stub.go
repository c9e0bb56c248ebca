package memfabric

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// stub is one simulation: what a chaincode sees of one peer, and what it did.
type stub struct {
	net      *Network
	peer     *node
	proposal *proposal
	// private copies, so that a chaincode that changes its input harms only this simulation
	args      [][]byte
	transient map[string][]byte

	accesses  map[string]*access // "" is the public state
	scans     []*rangeScan
	event     *peer.ChaincodeEvent
	wrote     bool
	paginated bool
	ranPvt    bool
}

var _ shim.ChaincodeStubInterface = (*stub)(nil)

func newStub(n *Network, p *node, prop *proposal) *stub {
	s := &stub{net: n, peer: p, proposal: prop, accesses: map[string]*access{}}
	for _, arg := range prop.args {
		s.args = append(s.args, slices.Clone(arg))
	}
	if len(prop.transient) > 0 {
		s.transient = map[string][]byte{}
		for name, value := range prop.transient {
			s.transient[name] = slices.Clone(value)
		}
	}
	return s
}

// access is the record for a collection ("" for the public state), made on first use.
func (s *stub) access(coll string) *access {
	if s.accesses[coll] == nil {
		s.accesses[coll] = newAccess()
	}
	return s.accesses[coll]
}

// failed gives a peer's refusal the form in which a chaincode gets it.
func (s *stub) failed(message peer.ChaincodeMessage_Type, err error) error {
	return fmt.Errorf("%s failed: transaction ID: %s: %w", message, s.proposal.id, err)
}

// unsupported is a peer's refusal to mix writes with such queries, in Fabric's spelling.
func (s *stub) unsupported(message peer.ChaincodeMessage_Type, why string) error {
	return s.failed(message, fmt.Errorf("txid [%s]: unsuppored transaction. %s", s.proposal.id, why))
}

// checkCollection knows only the implicit collections of the network's organisations.
func (s *stub) checkCollection(coll string) error {
	if coll != "" && s.net.peers[owner(coll)] == nil {
		return fmt.Errorf("collection [%s] not defined in the collection config for chaincode [%s]", coll, s.net.chaincode)
	}
	return nil
}

// implicitPrefix begins the name of the collection that an organisation owns without configuration.
const implicitPrefix = "_implicit_org_"

// owner is the organisation of an implicit collection, "" for any other name.
func owner(coll string) string {
	msp, ok := strings.CutPrefix(coll, implicitPrefix)
	if !ok {
		return ""
	}
	return msp
}

// write checks a change of a key and hands out the record to note it in.
func (s *stub) write(message peer.ChaincodeMessage_Type, coll string) (*access, error) {
	if err := s.checkCollection(coll); err != nil {
		return nil, s.failed(message, err)
	}
	if s.ranPvt {
		return nil, s.unsupported(message, "Transaction has already performed queries on pvt data. Writes are not allowed")
	}
	if s.paginated {
		return nil, s.unsupported(message, "Transaction has already performed a paginated query. Writes are not allowed")
	}
	s.wrote = true
	return s.access(coll), nil
}

func (s *stub) put(coll, key string, value []byte) error {
	if key == "" {
		return errors.New("key must not be an empty string")
	}
	a, err := s.write(peer.ChaincodeMessage_PUT_STATE, coll)
	if err != nil {
		return err
	}
	a.write(key, value)
	return nil
}

func (s *stub) del(coll, key string) error {
	a, err := s.write(peer.ChaincodeMessage_DEL_STATE, coll)
	if err != nil {
		return err
	}
	a.write(key, nil)
	return nil
}

func (s *stub) setPolicy(coll, key string, policy []byte) error {
	a, err := s.write(peer.ChaincodeMessage_PUT_STATE_METADATA, coll)
	if err != nil {
		return err
	}
	a.policies[key] = slices.Clone(policy)
	return nil
}

// read gives the world's row of a key and records its version; private keys are looked up by their hash.
func (s *stub) read(message peer.ChaincodeMessage_Type, coll, key string) (row, error) {
	if err := s.checkCollection(coll); err != nil {
		return row{}, s.failed(message, err)
	}
	at := slot{coll, key}
	if coll != "" {
		at.key = hashKey(key)
	}
	r := s.peer.world.get(at)
	s.access(coll).reads[key] = r.version
	return r, nil
}

func (s *stub) GetState(key string) ([]byte, error) {
	r, err := s.read(peer.ChaincodeMessage_GET_STATE, "", key)
	return slices.Clone(r.value), err
}

func (s *stub) GetMultipleStates(keys ...string) ([][]byte, error) {
	return each(keys, s.GetState)
}

func (s *stub) PutState(key string, value []byte) error { return s.put("", key, value) }

func (s *stub) DelState(key string) error { return s.del("", key) }

func (s *stub) SetStateValidationParameter(key string, ep []byte) error {
	return s.setPolicy("", key, ep)
}

func (s *stub) GetStateValidationParameter(key string) ([]byte, error) {
	r, err := s.read(peer.ChaincodeMessage_GET_STATE_METADATA, "", key)
	return slices.Clone(r.policy), err
}

var errNoCollection = errors.New("collection must not be an empty string")

func (s *stub) GetPrivateData(collection, key string) ([]byte, error) {
	if collection == "" {
		return nil, errNoCollection
	}
	if err := s.checkCollection(collection); err != nil {
		return nil, s.failed(peer.ChaincodeMessage_GET_STATE, err)
	}
	public := s.peer.world.get(slot{collection, hashKey(key)}).version
	own := s.peer.private.table(collection).rows[key]
	if !sameVersion(public, own.version) {
		return nil, s.failed(peer.ChaincodeMessage_GET_STATE, fmt.Errorf(
			"private data matching public hash version is not available. Public hash version = %s, Private data version = %s",
			versionText(public), versionText(own.version)))
	}
	s.access(collection).reads[key] = public
	return slices.Clone(own.value), nil
}

func (s *stub) GetMultiplePrivateData(collection string, keys ...string) ([][]byte, error) {
	if collection == "" {
		return nil, errNoCollection
	}
	return each(keys, func(key string) ([]byte, error) { return s.GetPrivateData(collection, key) })
}

func (s *stub) GetPrivateDataHash(collection, key string) ([]byte, error) {
	if collection == "" {
		return nil, errNoCollection
	}
	r, err := s.read(peer.ChaincodeMessage_GET_PRIVATE_DATA_HASH, collection, key)
	return slices.Clone(r.value), err
}

func (s *stub) PutPrivateData(collection, key string, value []byte) error {
	if collection == "" {
		return errNoCollection
	}
	return s.put(collection, key, value)
}

func (s *stub) DelPrivateData(collection, key string) error {
	if collection == "" {
		return errNoCollection
	}
	return s.del(collection, key)
}

func (s *stub) PurgePrivateData(collection, key string) error {
	if collection == "" {
		return errNoCollection
	}
	a, err := s.write(peer.ChaincodeMessage_PURGE_PRIVATE_DATA, collection)
	if err != nil {
		return err
	}
	a.write(key, nil)
	a.purged[key] = true
	return nil
}

func (s *stub) SetPrivateDataValidationParameter(collection, key string, ep []byte) error {
	return s.setPolicy(collection, key, ep)
}

func (s *stub) GetPrivateDataValidationParameter(collection, key string) ([]byte, error) {
	r, err := s.read(peer.ChaincodeMessage_GET_STATE_METADATA, collection, key)
	return slices.Clone(r.policy), err
}

func (s *stub) GetArgs() [][]byte { return s.args }

func (s *stub) GetStringArgs() []string {
	args := make([]string, 0, len(s.args))
	for _, arg := range s.args {
		args = append(args, string(arg))
	}
	return args
}

func (s *stub) GetFunctionAndParameters() (string, []string) {
	args := s.GetStringArgs()
	if len(args) == 0 {
		return "", []string{}
	}
	return args[0], args[1:]
}

func (s *stub) GetArgsSlice() ([]byte, error) { return slices.Concat(s.args...), nil }

func (s *stub) GetTxID() string { return s.proposal.id }

func (s *stub) GetChannelID() string { return s.net.channel }

func (s *stub) GetCreator() ([]byte, error) { return s.proposal.creator.Serialized(), nil }

func (s *stub) GetTransient() (map[string][]byte, error) { return maps.Clone(s.transient), nil }

// GetBinding ties data to this proposal: hash of nonce, creator and the epoch, which is always zero.
func (s *stub) GetBinding() ([]byte, error) {
	return hashOf(slices.Concat(s.proposal.nonce, s.proposal.creator.Serialized(), make([]byte, 8))), nil
}

func (s *stub) GetDecorations() map[string][]byte { return map[string][]byte{} }

func (s *stub) GetSignedProposal() (*peer.SignedProposal, error) {
	return &peer.SignedProposal{ProposalBytes: s.proposal.bytes()}, nil
}

func (s *stub) GetTxTimestamp() (*timestamppb.Timestamp, error) {
	return timestamppb.New(s.proposal.time), nil
}

func (s *stub) SetEvent(name string, payload []byte) error {
	if name == "" {
		return errors.New("event name can not be empty string")
	}
	s.event = &peer.ChaincodeEvent{
		ChaincodeId: s.net.chaincode, TxId: s.proposal.id, EventName: name, Payload: slices.Clone(payload),
	}
	return nil
}

func (s *stub) StartWriteBatch() {}

func (s *stub) FinishWriteBatch() error { return nil }

func (s *stub) InvokeChaincode(name string, _ [][]byte, _ string) *peer.Response {
	return shim.Error("INVOKE_CHAINCODE failed: the in-memory network has one chaincode only, not " + name)
}

func each(keys []string, get func(string) ([]byte, error)) ([][]byte, error) {
	var values [][]byte
	for _, key := range keys {
		value, err := get(key)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return values, nil
}

func sameVersion(a, b *kvrwset.Version) bool {
	return a == nil && b == nil || a != nil && b != nil && a.BlockNum == b.BlockNum && a.TxNum == b.TxNum
}

// versionText is a version as Fabric prints it.
func versionText(v *kvrwset.Version) string {
	if v == nil {
		return "<nil>"
	}
	return fmt.Sprintf("{BlockNum: %d, TxNum: %d}", v.BlockNum, v.TxNum)
}
