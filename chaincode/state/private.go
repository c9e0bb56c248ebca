package state

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"portledger/chaincode/fault"
)

// Private pieces live in the implicit collection of each entitled organisation. Every endorser must read the same keys,
// or their answers differ: so a piece is always asked of named organisations, and each peer gets the value of its own
// organisation's copy and the hash of the others'.

func collection(org string) string { return "_implicit_org_" + org }

// Peek reads the piece that org keeps under key: its value on org's own peer, nil on every other.
func (s *Session) Peek(org, key string) ([]byte, error) {
	p := piece{org, key}
	if value, ours := s.private[p]; ours && org == s.Self {
		return value, nil
	}
	if org != s.Self {
		_, err := s.hash(org, key)
		return nil, err
	}
	value, err := once(s.seen.pieces, p, func() ([]byte, error) { return s.Stub.GetPrivateData(collection(org), key) })
	if err != nil {
		return nil, fmt.Errorf("read private piece: %w", err)
	}
	return value, nil
}

func (s *Session) hash(org, key string) ([]byte, error) {
	hash, err := once(s.seen.hashes, piece{org, key}, func() ([]byte, error) {
		return s.Stub.GetPrivateDataHash(collection(org), key)
	})
	if err != nil {
		return nil, fmt.Errorf("read private hash: %w", err)
	}
	return hash, nil
}

// Holds tells whether org keeps a piece under key; every peer can tell.
func (s *Session) Holds(org, key string) (bool, error) {
	if _, ours := s.private[piece{org, key}]; ours {
		return true, nil
	}
	hash, err := s.hash(org, key)
	return len(hash) > 0, err
}

// Keeps tells whether org keeps exactly this value under key; every peer can tell.
func (s *Session) Keeps(org, key string, value []byte) (bool, error) {
	hash, err := s.hash(org, key)
	return err == nil && sameHash(value, hash), err
}

// HasSealed tells whether org keeps the piece of this fingerprint under key; every peer can tell.
func (s *Session) HasSealed(org, key, fingerprint string) (bool, error) {
	if value, ours := s.private[piece{org, key}]; ours {
		return Fingerprint(value) == fingerprint, nil
	}
	hash, err := s.hash(org, key)
	return err == nil && hex.EncodeToString(hash) == fingerprint, err
}

// Keep gives org a piece; org's peer must endorse and thereby sees it.
func (s *Session) Keep(org, key string, value []byte) {
	s.private[piece{org, key}] = value
	s.endorsers[org] = true
}

// Purge removes org's copy of a piece, with org's endorsement.
func (s *Session) Purge(org, key string) {
	s.purged[piece{org, key}] = true
	s.endorsers[org] = true
}

// Deliver gives to a copy of a piece, unless it has one. The bytes come with the transaction, from the caller's own copy,
// and must have the fingerprint that the record shows: not even the organisation they come from can change them.
func (s *Session) Deliver(key, fingerprint, to, caller string) error {
	if has, err := s.Holds(to, key); err != nil || has {
		return err
	}
	return s.hand(key, fingerprint, to, caller)
}

// DeliverLatest is Deliver for a piece of which to may have an older one.
func (s *Session) DeliverLatest(key, fingerprint, to, caller string) error {
	if has, err := s.HasSealed(to, key, fingerprint); err != nil || has {
		return err
	}
	return s.hand(key, fingerprint, to, caller)
}

func (s *Session) hand(key, fingerprint, to, caller string) error {
	value, err := s.Supply(key, func() ([]byte, error) { return s.Peek(caller, key) })
	if err != nil {
		return err
	}
	if Fingerprint(value) != fingerprint {
		return fault.New(fault.ContentMismatch)
	}
	s.Keep(to, key, value)
	return nil
}

// An anchor is an organisation's own mark that it takes part in a document, in its own collection, which only its own
// peers can write. A record that names an organisation without such a mark was made behind its back.

func anchorKey(id string) string        { return "anchor/" + id }
func anchorValue(id, org string) []byte { return []byte("portledger/anchor/1\n" + id + "\n" + org) }

// Anchor marks id in org's collection, once.
func (s *Session) Anchor(org, id string) error {
	has, err := s.Holds(org, anchorKey(id))
	if err != nil || has {
		return err
	}
	s.Keep(org, anchorKey(id), anchorValue(id, org))
	return nil
}

// Anchored checks that all of orgs marked id (not-anchored).
func (s *Session) Anchored(id string, orgs []string) error {
	for _, org := range sorted(orgs) {
		hash, err := s.hash(org, anchorKey(id))
		if err != nil {
			return err
		}
		if !sameHash(anchorValue(id, org), hash) {
			return fault.New(fault.NotAnchored, "id", id, "org", org)
		}
	}
	return nil
}

func (s *Session) closePrivate() error {
	byPlace := func(a, b piece) int { return cmp.Or(cmp.Compare(a.org, b.org), cmp.Compare(a.key, b.key)) }
	for _, p := range slices.SortedFunc(maps.Keys(s.private), byPlace) {
		if err := s.Stub.PutPrivateData(collection(p.org), p.key, s.private[p]); err != nil {
			return fmt.Errorf("write private piece: %w", err)
		}
	}
	for _, p := range slices.SortedFunc(maps.Keys(s.purged), byPlace) {
		if err := s.Stub.PurgePrivateData(collection(p.org), p.key); err != nil {
			return fmt.Errorf("purge private piece: %w", err)
		}
	}
	return nil
}
