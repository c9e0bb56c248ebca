// Package signing is the other side of a gateway that does not have the key: it reads the bytes that the gateway wants signed,
// holds them against what was asked for, says in words what they are, and signs. It believes nothing that the gateway says
// beside the bytes. It runs where the key is, and knows no ledger but its formats.
package signing

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"portledger/gateway/table"
)

// Request is what a person wants done, as it goes to the gateway.
type Request struct {
	// Family and Act name the act; ID is the document, empty at its birth.
	Family, Act, ID string
	// Body is the request's JSON object with its content, as POST takes it; it may be empty.
	Body []byte
	// Version is the one that the document must have, 0 for any; Mandate the one to act under, if any.
	Version int64
	Mandate string
	// Approval is "ask" where the act is only proposed to a second person of the party, or the id of what a first one proposed.
	Approval string
}

// asking proposes the act instead of making it (decision 33).
const asking = "ask"

// inHouse tells that the party's organisation alone keeps what comes of it, and no document changes.
func (r Request) inHouse() bool { return r.Approval == asking || r.Family == withdrawal.Family }

// withdrawal takes a proposal to a second person back; it is no row of a document's table.
var withdrawal = table.Act{Family: "approval", Name: "withdraw"}

// proving is the question for a proof of control, which changes nothing and takes one signature; it is no row of a table either.
var proving = table.Act{Family: "bill", Name: "proof", Chinese: "证明控制"}

func (r Request) proves() bool { return r.Family == proving.Family && r.Act == proving.Name }

// Expected is what the bytes to be signed are held against.
type Expected struct {
	Request
	Channel, Chaincode string
	// MSP and Certificate are the signer's own.
	MSP         string
	Certificate *x509.Certificate
	Now         time.Time
	// Endorsers are the organisations (MSP ids) that the gateway named with the proposal, which the person has seen.
	Endorsers []string
}

// Differences are all the ways in which the bytes are not what was asked for.
type Differences []string

func (d Differences) Error() string {
	return "the gateway wants something else signed than what was asked for:\n  " + strings.Join(d, "\n  ")
}

// differ notes a difference.
func (d *Differences) differ(what, asked, got string) {
	if asked != got {
		*d = append(*d, fmt.Sprintf("%s: asked for %s, got %s", what, quoted(asked), quoted(got)))
	}
}

func (d *Differences) note(format string, args ...any) { *d = append(*d, fmt.Sprintf(format, args...)) }

// failure is nil where nothing differs.
func (d Differences) failure() error {
	if len(d) == 0 {
		return nil
	}
	return d
}

// shownMost bounds a foreign text on the screen.
const shownMost = 200

// quoted keeps control characters and lengths of foreign text off the screen.
func quoted(text string) string {
	if text == "" {
		return "nothing"
	}
	if len(text) > shownMost {
		text = text[:shownMost] + "…"
	}
	return strconv.Quote(text)
}

// act finds the request's act in the families' tables.
func (r Request) act() (table.Act, error) {
	act, known := table.Find(r.Family, r.Act)
	if r.Family == withdrawal.Family && r.Act == withdrawal.Name {
		act, known = withdrawal, true
	}
	if r.proves() {
		act, known = proving, true
	}
	if !known {
		return act, fmt.Errorf("there is no act %q of a %q", r.Act, r.Family)
	}
	if act.Birth != (r.ID == "") {
		return act, fmt.Errorf("%s of a %s: a birth has no document yet, every other act has one", r.Act, r.Family)
	}
	return act, nil
}

// path is where the request is sent.
func (r Request) path() (string, error) {
	act, err := r.act()
	return strings.Replace(act.Path(), ":id", r.ID, 1), err
}

// members takes the body apart into its public members and its content, byte for byte.
func (r Request) members() (public map[string]json.RawMessage, content []byte, err error) {
	public, err = object(r.Body)
	if err != nil {
		return nil, nil, fmt.Errorf("read the request's body: %w", err)
	}
	content = public["content"]
	delete(public, "content")
	return public, content, nil
}

// object reads one JSON object with no name twice at any depth; nothing is an empty one.
func object(text []byte) (map[string]json.RawMessage, error) {
	members := map[string]json.RawMessage{}
	if len(bytes.TrimSpace(text)) == 0 {
		return members, nil
	}
	decoder := jsontext.NewDecoder(bytes.NewReader(text)) // refuses names that come twice, and what is not UTF-8
	value, err := decoder.ReadValue()
	if err != nil {
		return nil, err
	}
	value = value.Clone() // the decoder uses its buffer again
	if _, err := decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the object")
	}
	if value.Kind() != '{' {
		return nil, errors.New("it is no object")
	}
	return members, json.Unmarshal(value, &members)
}

// canonical is a value without what does not matter, so that two that mean the same are the same.
func canonical(value json.RawMessage) string {
	text := jsontext.Value(bytes.Clone(value))
	if err := text.Canonicalize(); err != nil {
		return string(value)
	}
	return string(text)
}
