package state

// seen is what a transaction has read of the ledger as it stands, untouched by any change. Fabric shows a transaction the
// same values however often it asks, and each question is a journey to the peer: so it is asked once.
type seen struct {
	records map[string][]byte
	pieces  map[piece][]byte
	hashes  map[piece][]byte
}

func newSeen() *seen {
	return &seen{records: map[string][]byte{}, pieces: map[piece][]byte{}, hashes: map[piece][]byte{}}
}

// once reads under a key the first time, and answers what it read from then on.
func once[K comparable](known map[K][]byte, key K, read func() ([]byte, error)) ([]byte, error) {
	if value, is := known[key]; is {
		return value, nil
	}
	value, err := read()
	if err == nil {
		known[key] = value
	}
	return value, err
}

// Afresh is a rehearsal within the same transaction that starts from the ledger as it stands: it knows nothing of the
// changes that this session gathered, and shares what this one has read.
func (s *Session) Afresh() *Session {
	return &Session{
		Stub: s.Stub, Self: s.Self, Dry: true, At: s.At, Tx: s.Tx, transient: s.transient, seen: s.seen,
		attach: map[string][]byte{}, public: map[string]*entry{}, private: map[piece][]byte{},
		purged: map[piece]bool{}, endorsers: map[string]bool{},
	}
}
