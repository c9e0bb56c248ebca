// Package answer seals what a peer answers to a question under a key that the asker sent along privately. A question that somebody
// submits by mistake, instead of only asking, is ordered with its answer, and would be in the block for every member for ever:
// sealed it is of no use there, since private input is in no block.
//
// It knows nothing of what is asked or answered.
package answer

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"maps"
)

const (
	// Input is the name of the private input that is the asker's key; KeyBytes its length, for AES-256. One key is for one question.
	Input    = "answer"
	KeyBytes = 32

	// mark opens a sealed answer: no JSON begins with it.
	mark = "sealed:"
)

// ErrKey means that a key has another length than KeyBytes; ErrAltered that an answer was not sealed with this key.
var (
	ErrKey     = errors.New("the key of an answer is not 32 bytes")
	ErrAltered = errors.New("the answer was not sealed with this key")
)

// Under is private input with the asker's key in it. The map that it begins with is not changed.
func Under(key []byte, private map[string][]byte) map[string][]byte {
	with := maps.Clone(private)
	if with == nil {
		with = map[string][]byte{}
	}
	with[Input] = key
	return with
}

// Seal is the answer to the question of a transaction id, the same on every peer: AES-256-GCM, whose nonce comes from that id, so
// that a key which is used twice against the rule seals no two answers alike. The form is base64url.
func Seal(key []byte, tx string, body []byte) (string, error) {
	gcm, err := sealer(key)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(tx))
	nonce := sum[:gcm.NonceSize()]
	return mark + base64.RawURLEncoding.EncodeToString(append(nonce, gcm.Seal(nil, nonce, body, nil)...)), nil
}

// Open is what was sealed. An answer that is none (those that are meant for everybody are not sealed) stays as it is.
func Open(key, said []byte) ([]byte, error) {
	encoded, sealed := bytes.CutPrefix(said, []byte(mark))
	if !sealed {
		return said, nil
	}
	gcm, err := sealer(key)
	if err != nil {
		return nil, err
	}
	raw, err := base64.RawURLEncoding.DecodeString(string(encoded))
	if err != nil || len(raw) < gcm.NonceSize() {
		return nil, ErrAltered
	}
	body, err := gcm.Open(nil, raw[:gcm.NonceSize()], raw[gcm.NonceSize():], nil)
	if err != nil {
		return nil, ErrAltered
	}
	return body, nil
}

func sealer(key []byte) (cipher.AEAD, error) {
	if len(key) != KeyBytes {
		return nil, ErrKey
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
