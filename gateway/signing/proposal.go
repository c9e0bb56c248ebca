package signing

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// clockMax is how far a proposal's time may be from the signer's clock: the ledger takes it for five minutes.
const clockMax = 2 * time.Minute

// Proposal is a Fabric proposal, read from the bytes that are signed.
type Proposal struct {
	Channel, Chaincode string
	// Function is the contract and its function ("bill:Act"), Args the arguments after it.
	Function string
	Args     []string
	// Private is the private input: it reaches the endorsers and never a block.
	Private map[string][]byte
	MSP     string
	Creator []byte // the certificate, DER
	TxID    string
	Time    time.Time

	raw, channelHeader, signatureHeader, input []byte
	nonceID                                    string
}

// ReadProposal reads the bytes whole: what it does not understand it does not pass over.
func ReadProposal(raw []byte) (Proposal, error) {
	p := Proposal{raw: raw}
	var proposal peer.Proposal
	var header common.Header
	var payload peer.ChaincodeProposalPayload
	if err := errors.Join(read(raw, &proposal), read(proposal.GetHeader(), &header), read(proposal.GetPayload(), &payload)); err != nil {
		return p, fmt.Errorf("read the proposal: %w", err)
	}
	if len(proposal.GetExtension()) > 0 {
		return p, errors.New("read the proposal: it has an extension")
	}
	p.channelHeader, p.signatureHeader, p.input = header.GetChannelHeader(), header.GetSignatureHeader(), payload.GetInput()
	p.Private = payload.GetTransientMap()
	if err := errors.Join(p.readChannel(), p.readSender(), p.readInput()); err != nil {
		return p, fmt.Errorf("read the proposal: %w", err)
	}
	return p, nil
}

// read unmarshals, and refuses what the message does not know: it would be signed unseen.
func read(raw []byte, m proto.Message) error {
	if err := proto.Unmarshal(raw, m); err != nil {
		return err
	}
	if !known(m.ProtoReflect()) {
		return fmt.Errorf("%s has unknown parts", m.ProtoReflect().Descriptor().Name())
	}
	return nil
}

// known tells that nothing in the message, at any depth, is foreign to its type.
func known(m protoreflect.Message) bool {
	whole := len(m.GetUnknown()) == 0
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.Message() == nil || field.IsMap(): // the only maps are of bytes
		case field.IsList():
			for i := range value.List().Len() {
				whole = whole && known(value.List().Get(i).Message())
			}
		default:
			whole = whole && known(value.Message())
		}
		return whole
	})
	return whole
}

func (p *Proposal) readChannel() error {
	var channel common.ChannelHeader
	var extension peer.ChaincodeHeaderExtension
	if err := errors.Join(read(p.channelHeader, &channel), read(channel.GetExtension(), &extension)); err != nil {
		return err
	}
	if channel.GetType() != int32(common.HeaderType_ENDORSER_TRANSACTION) || channel.GetEpoch() != 0 {
		return errors.New("it is no endorser transaction")
	}
	p.Channel, p.TxID, p.Time = channel.GetChannelId(), channel.GetTxId(), channel.GetTimestamp().AsTime()
	p.Chaincode = extension.GetChaincodeId().GetName()
	return nil
}

func (p *Proposal) readSender() error {
	var signature common.SignatureHeader
	var sender msp.SerializedIdentity
	if err := errors.Join(read(p.signatureHeader, &signature), read(signature.GetCreator(), &sender)); err != nil {
		return err
	}
	block, rest := pem.Decode(sender.GetIdBytes())
	if block == nil || len(bytes.TrimSpace(rest)) > 0 {
		return errors.New("its sender is no certificate")
	}
	p.MSP, p.Creator = sender.GetMspid(), block.Bytes
	sum := sha256.Sum256(slices.Concat(signature.GetNonce(), signature.GetCreator()))
	p.nonceID = hex.EncodeToString(sum[:])
	return nil
}

func (p *Proposal) readInput() error {
	var invocation peer.ChaincodeInvocationSpec
	if err := read(p.input, &invocation); err != nil {
		return err
	}
	spec := invocation.GetChaincodeSpec()
	input := spec.GetInput()
	if spec.GetChaincodeId().GetName() != p.Chaincode || input.GetIsInit() || len(input.GetDecorations()) > 0 || len(input.GetArgs()) == 0 {
		return errors.New("its input is of another form than acts have")
	}
	p.Function = string(input.GetArgs()[0])
	for _, arg := range input.GetArgs()[1:] {
		p.Args = append(p.Args, string(arg))
	}
	return nil
}

// Check holds the proposal against what was asked for and answers all Differences.
func (p Proposal) Check(e Expected) error {
	var d Differences
	d.differ("channel", e.Channel, p.Channel)
	d.differ("chaincode", e.Chaincode, p.Chaincode)
	p.checkCall(e.Request, &d)
	d.differ("your organisation", e.MSP, p.MSP)
	if !bytes.Equal(p.Creator, e.Certificate.Raw) {
		d.note("sender: the certificate in the proposal is not yours")
	}
	d.differ("transaction id, from nonce and sender", p.nonceID, p.TxID)
	if off := p.Time.Sub(e.Now).Abs(); off > clockMax {
		d.note("time: the proposal says %s, your clock says %s", p.Time.UTC().Format(time.RFC3339), e.Now.UTC().Format(time.RFC3339))
	}
	return d.failure()
}

// checkCall compares what is called with what. An act that is only proposed to a second person goes to another contract, and
// all that it is goes privately.
func (p Proposal) checkCall(r Request, d *Differences) {
	if r.proves() {
		p.checkQuestion(r, d)
		return
	}
	if len(p.Args) != 2 {
		d.note("arguments: asked for 2 (the act and its request), got %d", len(p.Args))
		return
	}
	family, act, request := r.Family, p.Args[0], p.Args[1]
	if r.Approval == asking {
		family, act, request = "approval", string(p.Private["act"]), string(p.Private["request"])
		d.differ("act on approvals", "propose {}", strings.Join(p.Args, " "))
		d.differ("family that is proposed", r.Family, string(p.Private["family"]))
	} else {
		d.differ("approval", r.Approval, string(p.Private["approval"]))
	}
	d.differ("contract", family+":Act", p.Function)
	d.differ("act", r.Act, act)
	p.checkRequest(r, request, d)
}

// checkQuestion compares a question for a proof of control, which has no private input.
func (p Proposal) checkQuestion(r Request, d *Differences) {
	d.differ("contract", "bill:Prove", p.Function)
	if len(p.Args) != 1 || len(p.Private) > 0 || r.Mandate+r.Approval != "" {
		d.note("question: a holder asks with one argument, for itself")
		return
	}
	p.checkRequest(r, p.Args[0], d)
}

// proposed is the private input that is the act where it is only proposed.
var proposed = []string{"act", "family", "request"}

// checkRequest compares public members, one by one, and private input.
func (p Proposal) checkRequest(r Request, request string, d *Differences) {
	asked, content, err := r.members()
	if err != nil {
		d.note("%v", err)
		return
	}
	got, err := object([]byte(request))
	if err != nil {
		d.note("request: it cannot be read: %v", err)
		return
	}
	if r.ID != "" {
		asked["id"] = json.RawMessage(strconv.Quote(r.ID))
	}
	if r.Version != 0 {
		asked["version"] = json.RawMessage(strconv.FormatInt(r.Version, 10))
	}
	names := slices.Sorted(maps.Keys(asked))
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range names {
		what := "request, " + quoted(name)
		switch name {
		case "id":
			what = "document"
		case "version":
			what = "version of the document"
		}
		d.differ(what, canonical(asked[name]), canonical(got[name]))
	}
	p.checkPrivate(content, r, d)
}

var (
	saltShape       = regexp.MustCompile(`^[0-9a-f]{64}$`)
	attachmentShape = regexp.MustCompile(`^[a-z][A-Za-z-]*(/[A-Za-z0-9./_-]{1,160})?$`)
)

// attachments are the kinds of private input that a rehearsal adds: copies of what the ledger has committed to, and tokens
// made with the organisation's secret. The ledger compares each with its own records; none says what is to be done.
var attachments = []string{
	"account", "addendum", "amendment", "approval", "assignment", "charges", "content", "delivered", "demand", "dispute", "document", "guardians",
	"legDocument", "legs", "number", "number-before", "numbers", "pledge-insurance", "pledge-registration", "pledge-terms", "presentation-notice", "presentation-set", "reefer", "remark",
	"reservation", "ruling", "serial", "sheet", "token", "tokens",
}

// said is private input that is the person's own word.
var said = []string{"approval", "content", "mandate"}

// Attachment tells whether private input of this name may come with an act without having been asked for.
func Attachment(name string) bool {
	kind, _, _ := strings.Cut(name, "/")
	return attachmentShape.MatchString(name) && slices.Contains(attachments, kind) && !slices.Contains(said, name)
}

func (p Proposal) checkPrivate(content []byte, r Request, d *Differences) {
	d.differ("content, its SHA-256", fingerprint(content), fingerprint(p.Private["content"]))
	d.differ("mandate", r.Mandate, string(p.Private["mandate"]))
	for _, name := range slices.Sorted(maps.Keys(p.Private)) {
		switch {
		case name == "content" || name == "mandate" || name == "approval" && r.Approval != asking:
		case r.Approval == asking && slices.Contains(proposed, name):
		case name == "salt":
			if !saltShape.Match(p.Private[name]) {
				d.note("private input \"salt\": it is not 32 random bytes in hexadecimal")
			}
		case !Attachment(name):
			d.note("private input %s: nobody asked for it", quoted(name))
		}
	}
}

// fingerprint is the SHA-256 in hexadecimal, empty for nothing.
func fingerprint(value []byte) string {
	if value == nil {
		return ""
	}
	sum := sha256.Sum256(value)
	return hex.EncodeToString(sum[:])
}
