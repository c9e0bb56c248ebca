package state

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Reads that leave no trace. What a simulation reads stands in the read set of its answer, by key or hash of a key, and
// whoever asked gets that answer: it would tell which other documents were looked at. Fabric notes neither a range of private
// data nor a key's history. A transaction that asked for such a range can write nothing: ranges are for questions only. One that
// looked at a history can, but does not conflict with a change of what it saw.

// Found is a private piece of the own organisation with its key.
type Found struct {
	Key   string
	Value []byte
}

// Unseen answers at most limit pieces of the own organisation whose keys begin with prefix, in their order.
func (s *Session) Unseen(prefix string, limit int) (found []Found, err error) {
	pieces, err := s.Stub.GetPrivateDataByRange(collection(s.Self), prefix, prefix+"\x7f")
	if err != nil {
		return nil, fmt.Errorf("search private pieces: %w", err)
	}
	defer pieces.Close()
	for pieces.HasNext() && len(found) < limit {
		piece, err := pieces.Next()
		if err != nil {
			return nil, fmt.Errorf("search private pieces: %w", err)
		}
		found = append(found, Found{piece.Key, slices.Clone(piece.Value)})
	}
	return found, nil
}

// UnseenPast calls look with every version of a record, newest first, until it answers that it has seen enough.
func (s *Session) UnseenPast(key string, look func(value []byte) (enough bool, err error)) error {
	versions, err := s.Stub.GetHistoryForKey(key)
	if err != nil {
		return fmt.Errorf("read history: %w", err)
	}
	defer versions.Close()
	for versions.HasNext() {
		version, err := versions.Next()
		if err != nil {
			return fmt.Errorf("read history: %w", err)
		}
		if enough, err := look(version.Value); enough || err != nil {
			return err
		}
	}
	return nil
}

// UnseenRecord reads a record as it stands into v; found is false where there is none.
func (s *Session) UnseenRecord(key string, v any) (found bool, err error) {
	err = s.UnseenPast(key, func(value []byte) (bool, error) {
		if len(value) == 0 { // it was removed
			return true, nil
		}
		if err := json.Unmarshal(value, v); err != nil {
			return true, fmt.Errorf("decode record: %w", err)
		}
		found = true
		return true, nil
	})
	return found, err
}
