-- Requests that came with an Idempotency-Key. Only a hash of the request is kept, never its text.
CREATE TABLE requests (
	person     TEXT    NOT NULL,
	key        TEXT    NOT NULL,
	hash       BLOB    NOT NULL,
	boot       TEXT    NOT NULL, -- the gateway process that works on it; another value means that one has died
	salt       TEXT    NOT NULL, -- kept until the transaction is signed, then empty: with the content it opens the commitment
	txid       TEXT    NOT NULL DEFAULT '',
	created_ms INTEGER NOT NULL,
	PRIMARY KEY (person, key)
) WITHOUT ROWID;

-- Transactions signed here. The signed bytes hold no transient data and go once the fate is known.
CREATE TABLE transactions (
	txid       TEXT    PRIMARY KEY,
	person     TEXT    NOT NULL,
	birth      INTEGER NOT NULL, -- 1 when the act creates a document
	signed     BLOB,
	result     BLOB    NOT NULL, -- {"family","id","state","version"}
	fate       INTEGER NOT NULL DEFAULT 0,
	code       TEXT    NOT NULL DEFAULT '',
	block      INTEGER NOT NULL DEFAULT 0,
	boot       TEXT    NOT NULL,
	created_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX transactions_open ON transactions (created_ms) WHERE fate = 0;

-- The index: which documents a party takes part in. Copied from the write sets of blocks, rebuildable, never the authority.
-- A record whose id has a slash is a part of the document before the slash (a line of a release order): whoever takes part
-- in the part takes part in the document.
CREATE TABLE documents (
	seq     INTEGER PRIMARY KEY, -- in the order of birth on the chain, so a rebuilt index has the same numbers
	family  TEXT    NOT NULL,
	id      TEXT    NOT NULL UNIQUE,
	state   TEXT    NOT NULL,
	version INTEGER NOT NULL,
	endorsers TEXT NOT NULL DEFAULT '' -- organisations that must all endorse the next change, space between; empty when not known
);
CREATE TABLE participants (
	party  TEXT    NOT NULL,
	family TEXT    NOT NULL, -- of the whole document
	seq    INTEGER NOT NULL REFERENCES documents (seq), -- the whole document
	source INTEGER NOT NULL REFERENCES documents (seq), -- the record that names the party: the document or a part of it
	PRIMARY KEY (party, family, seq, source)
) WITHOUT ROWID;
CREATE INDEX participants_from ON participants (source);

-- The block whose events were copied last; one row.
CREATE TABLE checkpoint (one INTEGER PRIMARY KEY CHECK (one = 1), block INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO checkpoint VALUES (1, 0);
