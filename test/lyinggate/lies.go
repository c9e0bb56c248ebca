// Package lyinggate is a gateway that lies to its own user: it stands before an honest one and changes what is to be signed.
// A signer must notice every lie and say what differs.
package lyinggate

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Lie is one way of getting something else signed.
type Lie struct {
	Name string
	// At is what is changed: PROPOSAL or TRANSACTION.
	At string
	// Noticed stands in what the signer says.
	Noticed string
	Tell    func(honest []byte) []byte
}

// Handler serves the honest gateway's answers with the lie in them.
func Handler(honest http.Handler, lie Lie) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		honest.ServeHTTP(recorder, r)
		answer := recorder.Body.Bytes()
		var members map[string]any
		if json.Unmarshal(answer, &members) == nil && members["next"] == lie.At {
			var told struct {
				Bytes []byte `json:"bytes"`
			}
			must(json.Unmarshal(answer, &told))
			members["bytes"] = lie.Tell(told.Bytes)
			var err error
			answer, err = json.Marshal(members)
			must(err)
		}
		for name, values := range recorder.Header() {
			if name != "Content-Length" {
				w.Header()[name] = values
			}
		}
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(answer)
	})
}

// Before serves the answers of a gateway somewhere else.
func Before(address string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		must(err)
		request, err := http.NewRequestWithContext(r.Context(), r.Method, address+r.URL.Path, bytes.NewReader(body))
		must(err)
		request.Header = r.Header.Clone()
		response, err := http.DefaultClient.Do(request)
		must(err)
		defer response.Body.Close()
		for name, values := range response.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(response.StatusCode)
		_, _ = io.Copy(w, response.Body)
	})
}

// Accomplice is what the lies use: another document, party and certificate than the honest ones.
type Accomplice struct {
	Document, Party, Mandate string
	// Certificate is another person's of the same organisation, PEM.
	Certificate []byte
}

// parts are a proposal taken apart.
type parts struct {
	channel   *common.ChannelHeader
	extension *peer.ChaincodeHeaderExtension
	sender    *common.SignatureHeader
	identity  *msp.SerializedIdentity
	payload   *peer.ChaincodeProposalPayload
	spec      *peer.ChaincodeSpec
	keepTxID  bool
}

// proposal makes a lie that is consistent in itself: the transaction's id fits its sender.
func proposal(name, noticed string, change func(*parts)) Lie {
	return Lie{Name: name, At: "PROPOSAL", Noticed: noticed, Tell: func(honest []byte) []byte {
		var whole peer.Proposal
		var header common.Header
		var invocation peer.ChaincodeInvocationSpec
		p := parts{&common.ChannelHeader{}, &peer.ChaincodeHeaderExtension{}, &common.SignatureHeader{}, &msp.SerializedIdentity{},
			&peer.ChaincodeProposalPayload{}, nil, false}
		unmarshal(honest, &whole)
		unmarshal(whole.Header, &header)
		unmarshal(header.ChannelHeader, p.channel)
		unmarshal(p.channel.Extension, p.extension)
		unmarshal(header.SignatureHeader, p.sender)
		unmarshal(p.sender.Creator, p.identity)
		unmarshal(whole.Payload, p.payload)
		unmarshal(p.payload.Input, &invocation)
		p.spec = invocation.ChaincodeSpec
		change(&p)
		p.sender.Creator = marshal(p.identity)
		if !p.keepTxID {
			sum := sha256.Sum256(slices.Concat(p.sender.Nonce, p.sender.Creator))
			p.channel.TxId = hex.EncodeToString(sum[:])
		}
		p.channel.Extension = marshal(p.extension)
		p.payload.Input = marshal(&invocation)
		header.ChannelHeader, header.SignatureHeader = marshal(p.channel), marshal(p.sender)
		whole.Header, whole.Payload = marshal(&header), marshal(p.payload)
		return marshal(&whole)
	}}
}

// request changes the public part of the request.
func request(change func(map[string]any)) func(*parts) {
	return func(p *parts) {
		members := map[string]any{}
		must(json.Unmarshal(p.spec.Input.Args[2], &members))
		change(members)
		text, err := json.Marshal(members)
		must(err)
		p.spec.Input.Args[2] = text
	}
}

// Proposals are the lies about a proposal that hands a document over, with content.
func Proposals(a Accomplice) []Lie {
	return []Lie{
		proposal("another document", "document: asked for", request(func(m map[string]any) { m["id"] = a.Document })),
		proposal("another recipient", `request, "to": asked for`, request(func(m map[string]any) { m["to"] = a.Party })),
		proposal("a member that nobody asked for", `request, "reason": asked for nothing`, request(func(m map[string]any) { m["reason"] = "OTHER" })),
		proposal("another version", "version of the document: asked for", request(func(m map[string]any) { m["version"] = 99 })),
		proposal("another channel", "channel: asked for", func(p *parts) { p.channel.ChannelId = "otherchannel" }),
		proposal("another chaincode", "chaincode: asked for", func(p *parts) {
			p.extension.ChaincodeId.Name, p.spec.ChaincodeId.Name = "plain", "plain"
		}),
		proposal("a chaincode beside the one shown", "another form", func(p *parts) { p.spec.ChaincodeId.Name = "plain" }),
		proposal("another family", "contract: asked for", func(p *parts) { p.spec.Input.Args[0] = []byte("guarantee:Act") }),
		proposal("another act", "act: asked for", func(p *parts) { p.spec.Input.Args[1] = []byte("surrender") }),
		proposal("a third argument", "arguments: asked for 2", func(p *parts) { p.spec.Input.Args = append(p.spec.Input.Args, []byte("{}")) }),
		proposal("content that nobody sent", "content, its SHA-256", func(p *parts) { put(p, "content", []byte(`{"amount":"9"}`)) }),
		proposal("private input that nobody asked for", `private input "endorsers"`, func(p *parts) { put(p, "endorsers", []byte("BankMSP")) }),
		proposal("a mandate slipped in", "mandate: asked for nothing", func(p *parts) { put(p, "mandate", []byte(a.Mandate)) }),
		proposal("a salt that can be guessed", `private input "salt"`, func(p *parts) { put(p, "salt", []byte("0")) }),
		proposal("another sender", "sender: the certificate", func(p *parts) { p.identity.IdBytes = a.Certificate }),
		proposal("something beside the certificate", "no certificate", func(p *parts) {
			p.identity.IdBytes = append(slices.Clone(p.identity.IdBytes), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")})...)
		}),
		proposal("another organisation", "your organisation: asked for", func(p *parts) { p.identity.Mspid = "OtherMSP" }),
		proposal("a time far off", "time: the proposal says", func(p *parts) {
			p.channel.Timestamp = timestamppb.New(p.channel.Timestamp.AsTime().Add(4 * time.Minute))
		}),
		proposal("a transaction id of another nonce", "transaction id", func(p *parts) { p.sender.Nonce, p.keepTxID = []byte("another nonce of 24 byte"), true }),
		proposal("a part that nobody knows", "unknown parts", func(p *parts) { p.spec.ProtoReflect().SetUnknown([]byte{0xf8, 0x01, 0x01}) }),
		{Name: "no proposal at all", At: "PROPOSAL", Noticed: "read the proposal", Tell: func([]byte) []byte { return []byte("sign here") }},
	}
}

// Content are the lies about a proposal that carries private content.
func Content() []Lie {
	return []Lie{
		proposal("other content", "content, its SHA-256", func(p *parts) {
			put(p, "content", bytes.Replace(p.payload.TransientMap["content"], []byte("0"), []byte("1"), 1))
		}),
		proposal("content left out", "got nothing", func(p *parts) { delete(p.payload.TransientMap, "content") }),
	}
}

// Asked are the lies about an act that is only to be proposed to a second person.
func Asked(approval string) []Lie {
	return []Lie{
		proposal("made instead of proposed", "contract: asked for", func(p *parts) {
			p.spec.Input.Args = [][]byte{[]byte("bill:Act"), p.payload.TransientMap["act"], p.payload.TransientMap["request"]}
		}),
		proposal("another act proposed", "act: asked for", func(p *parts) { put(p, "act", []byte("surrender")) }),
		proposal("another family proposed", "family that is proposed", func(p *parts) { put(p, "family", []byte("release")) }),
		proposal("another request proposed", `request, "to": asked for`, func(p *parts) {
			members := map[string]any{}
			must(json.Unmarshal(p.payload.TransientMap["request"], &members))
			members["to"] = "PAAAAAAAAAAAAAAAA"
			text, err := json.Marshal(members)
			must(err)
			put(p, "request", text)
		}),
		proposal("an approval slipped in", `private input "approval"`, func(p *parts) { put(p, "approval", []byte(approval)) }),
	}
}

// Approved are the lies about an act that a second person makes.
func Approved(other string) []Lie {
	return []Lie{
		proposal("another approval", "approval: asked for", func(p *parts) { put(p, "approval", []byte(other)) }),
		proposal("proposed instead of made", `private input "propose"`, func(p *parts) { put(p, "propose", []byte("yes")) }),
	}
}

func put(p *parts, name string, value []byte) {
	if p.payload.TransientMap == nil {
		p.payload.TransientMap = map[string][]byte{}
	}
	p.payload.TransientMap[name] = value
}

// endorsed is a transaction taken apart.
type endorsed struct {
	channel  *common.ChannelHeader
	action   *peer.ChaincodeActionPayload
	proposed *peer.ChaincodeProposalPayload
	response *peer.ProposalResponsePayload
	done     *peer.ChaincodeAction
}

func transaction(name, noticed string, change func(*endorsed)) Lie {
	return Lie{Name: name, At: "TRANSACTION", Noticed: noticed, Tell: func(honest []byte) []byte {
		var payload common.Payload
		var tx peer.Transaction
		e := endorsed{&common.ChannelHeader{}, &peer.ChaincodeActionPayload{}, &peer.ChaincodeProposalPayload{},
			&peer.ProposalResponsePayload{}, &peer.ChaincodeAction{}}
		unmarshal(honest, &payload)
		unmarshal(payload.Header.ChannelHeader, e.channel)
		unmarshal(payload.Data, &tx)
		unmarshal(tx.Actions[0].Payload, e.action)
		unmarshal(e.action.ChaincodeProposalPayload, e.proposed)
		unmarshal(e.action.Action.ProposalResponsePayload, e.response)
		unmarshal(e.response.Extension, e.done)
		change(&e)
		e.response.Extension = marshal(e.done)
		e.action.Action.ProposalResponsePayload = marshal(e.response)
		e.action.ChaincodeProposalPayload = marshal(e.proposed)
		tx.Actions[0].Payload = marshal(e.action)
		payload.Header.ChannelHeader, payload.Data = marshal(e.channel), marshal(&tx)
		return marshal(&payload)
	}}
}

// Transactions are the lies about a transaction. swapped is a whole other one, endorsed as it should be.
func Transactions(swapped []byte) []Lie {
	return []Lie{
		{Name: "another transaction", At: "TRANSACTION", Noticed: "header: the transaction is not that of the proposal you signed", Tell: func([]byte) []byte { return swapped }},
		transaction("another id", "header: the transaction", func(e *endorsed) { e.channel.TxId = hex.EncodeToString(make([]byte, 32)) }),
		transaction("another input", "input: the transaction calls something else", func(e *endorsed) {
			e.proposed.Input = append(slices.Clone(e.proposed.Input), e.proposed.Input...)
		}),
		transaction("private input in the block", "private input", func(e *endorsed) {
			e.proposed.TransientMap = map[string][]byte{"content": []byte("{}")}
		}),
		transaction("an endorsement of another proposal", "belongs to another proposal", func(e *endorsed) { e.response.ProposalHash = make([]byte, 32) }),
		transaction("another result", "endorsement:", func(e *endorsed) {
			e.done.Response.Payload = bytes.Replace(e.done.Response.Payload, []byte(`"version":`), []byte(`"version":1`), 1)
		}),
		transaction("nothing changes", "does not change", func(e *endorsed) { e.done.Results = nil }),
		transaction("a refusal as if it were a success", "the contract answered 500", func(e *endorsed) { e.done.Response.Status = 500 }),
		transaction("another chaincode's answer", "chaincode that answered", func(e *endorsed) { e.done.ChaincodeId.Name = "plain" }),
		transaction("an endorser left out", "endorsers: asked for", func(e *endorsed) {
			e.action.Action.Endorsements = e.action.Action.Endorsements[:1]
		}),
		transaction("one endorser twice", "signed twice", func(e *endorsed) {
			e.action.Action.Endorsements = append(e.action.Action.Endorsements, e.action.Action.Endorsements[0])
		}),
		transaction("a signature of nobody", "endorsement:", func(e *endorsed) { e.action.Action.Endorsements[0].Signature = []byte("signed") }),
		transaction("no signature", "nobody signed", func(e *endorsed) { e.action.Action.Endorsements = nil }),
		{Name: "no transaction at all", At: "TRANSACTION", Noticed: "read the transaction", Tell: func([]byte) []byte { return []byte("sign here") }},
	}
}

// Silent leaves out an endorser whose private records change.
func Silent() Lie {
	return transaction("an endorser left out whose records change", "without its peer's signature", func(e *endorsed) {
		e.action.Action.Endorsements = e.action.Action.Endorsements[:1]
	})
}

func unmarshal(raw []byte, m proto.Message) { must(proto.Unmarshal(raw, m)) }

func marshal(m proto.Message) []byte {
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	must(err)
	return raw
}

// must panics: what it guards fails only by a fault of the test.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
