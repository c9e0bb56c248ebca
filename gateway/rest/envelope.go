package rest

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"portledger/chaincode/fault"
)

// envelope is a request body taken apart into what may become public and what must not.
type envelope struct {
	// public are the members that end up in a block, as the inside of a JSON object: `"to":"P…","reason":"…"`.
	public []byte
	// content is the private member's value, byte for byte as received; nil when there is none.
	content []byte
}

// readEnvelope reads a body strictly: one JSON object in UTF-8 with nothing behind it, no name twice at any depth, and no
// members but the act's own. The body itself may be empty when the act asks for nothing.
func readEnvelope(body []byte, act Act) (envelope, error) {
	if len(body) == 0 {
		body = []byte("{}")
	}
	decoder := jsontext.NewDecoder(bytes.NewBuffer(body))
	if decoder.PeekKind() != '{' {
		if _, err := decoder.ReadValue(); err != nil {
			return envelope{}, malformed(body, err)
		}
		return envelope{}, fault.New(fault.Malformed, "check", "object").In("/")
	}
	var read envelope
	if err := readMembers(decoder, act, &read); err != nil {
		if refused := fault.Of(err); refused != nil {
			return envelope{}, refused
		}
		return envelope{}, malformed(body, err)
	}
	if act.Content != "" && !act.ContentOptional && read.content == nil {
		return envelope{}, fault.New(fault.Invalid, "check", "required").In("/content")
	}
	return read, nil
}

func readMembers(decoder *jsontext.Decoder, act Act, read *envelope) error {
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	for decoder.PeekKind() != '}' {
		name, err := decoder.ReadToken()
		if err != nil {
			return err
		}
		member := name.String()
		value, err := decoder.ReadValue()
		if err != nil {
			return err
		}
		switch {
		case member == "content" && act.Content != "":
			read.content = bytes.Clone(value)
		case slices.Contains(act.Fields, member):
			if err := value.Compact(); err != nil {
				return err
			}
			read.public = append(read.public, ',')
			read.public = strconv.AppendQuote(read.public, member)
			read.public = append(append(read.public, ':'), value...)
		default:
			return fault.New(fault.Invalid, "check", "unknown-field").In(string(decoder.StackPointer()))
		}
	}
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	if _, err := decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return fault.New(fault.Malformed, "check", "trailing-data").In("/")
	}
	return nil
}

// malformed names the place and the kind of a syntax error, in the ledger's own words, and never the text around it.
func malformed(body []byte, err error) *fault.Fault {
	place, check := "/", "syntax"
	var at *jsontext.SyntacticError
	if errors.As(err, &at) {
		if at.JSONPointer != "" {
			place = string(at.JSONPointer)
		}
		switch {
		case errors.Is(err, jsontext.ErrDuplicateName):
			check = "duplicate-member"
		case errors.Is(err, io.ErrUnexpectedEOF):
			check = "truncated"
		case !utf8.Valid(body):
			check = "utf-8"
		}
	} else if errors.Is(err, io.ErrUnexpectedEOF) {
		check = "truncated"
	}
	return fault.New(fault.Malformed, "check", check).In(place)
}

// request is the public argument of the contract's Act: the document's id, the version it must have (0 for any), and the
// body's public members.
func (e envelope) request(id string, version int64) string {
	members := e.public
	if version != 0 {
		members = append([]byte(`,"version":`+strconv.FormatInt(version, 10)), members...)
	}
	if id != "" {
		members = append([]byte(`,"id":`+strconv.Quote(id)), members...)
	}
	if len(members) == 0 {
		return "{}"
	}
	return "{" + string(members[1:]) + "}"
}
