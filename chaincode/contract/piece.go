package contract

import (
	"encoding/json"

	"portledger/chaincode/lifecycle"
)

// privatePiece is one that lies beside a document: under which key, whether there is one, and who may read it.
type privatePiece struct {
	name, key string
	there     bool
	readers   []lifecycle.Ref
}

// readable answers those of the pieces that the caller may read and this peer has, by name.
func (t *turn) readable(pieces []privatePiece) (map[string]json.RawMessage, error) {
	read := map[string]json.RawMessage{}
	for _, p := range pieces {
		if !p.there {
			continue
		}
		value, err := t.ownContent(p.key, p.readers)
		if err != nil {
			return nil, err
		}
		if value != nil {
			read[p.name] = value
		}
	}
	return read, nil
}

// ownContent is the content of a piece that this peer keeps, for readers only.
func (t *turn) ownContent(key string, readers []lifecycle.Ref) (json.RawMessage, error) {
	if !t.may(readers) {
		return nil, nil
	}
	value, err := t.Peek(t.Self, key)
	if err != nil {
		return nil, err
	}
	s, ok, err := unseal(value)
	if err != nil || !ok {
		return nil, err
	}
	return json.RawMessage(s.Content), nil
}
