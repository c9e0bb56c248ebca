package network_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// stem is how many first bytes of a form are compared at every place of a file.
const stem = 8

// rim is how much of a text's ends is not looked for where possible: a database's compression may join up to so many
// characters with what stands beside them. The middle of a random text cannot be compressed.
const rim = 3

// needles are texts to be found in files, in every form in which a program might have written them.
type needles struct {
	forms map[uint64][]form
	maybe [1 << 16]bool
}

type form struct {
	bytes []byte
	of    string
}

// add looks for a text's middle as it is, in Base64 at any alignment and in hexadecimal.
func (n *needles) add(text string) {
	off := min(rim, max(0, (len(text)-stem)/2))
	n.addBytes([]byte(text[off:len(text)-off]), text)
}

// addHash looks for a text's SHA-256 in the same forms.
func (n *needles) addHash(text string) {
	sum := sha256.Sum256([]byte(text))
	n.addBytes(sum[:], "SHA-256 of "+text)
}

func (n *needles) addBytes(raw []byte, of string) {
	n.addForm(raw, of)
	lower := hex.EncodeToString(raw)
	n.addForm([]byte(lower), of+" in hexadecimal")
	n.addForm([]byte(strings.ToUpper(lower)), of+" in hexadecimal")
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for shift := range 3 {
			// Only whole groups of three bytes are sure to be written the same whatever stands around them.
			skip := (3 - shift) % 3
			whole := (len(raw) - skip) / 3 * 3
			if encoded := encoding.EncodeToString(raw[skip : skip+whole]); len(encoded) >= stem {
				n.addForm([]byte(encoded), of+" in Base64")
			}
		}
	}
}

func (n *needles) addForm(raw []byte, of string) {
	if len(raw) < stem {
		panic("too short to be looked for: " + of)
	}
	if n.forms == nil {
		n.forms = map[uint64][]form{}
	}
	var head uint64
	for _, b := range raw[:stem] {
		head = head<<8 | uint64(b)
	}
	n.forms[head] = append(n.forms[head], form{raw, of})
	n.maybe[slot(head)] = true
}

func slot(head uint64) uint64 { return head * 0x9E3779B97F4A7C15 >> 48 }

// in answers which needles lie in the text, each once.
func (n *needles) in(text []byte) map[string]bool {
	found := map[string]bool{}
	var head uint64
	for i, b := range text {
		head = head<<8 | uint64(b)
		if i < stem-1 || !n.maybe[slot(head)] {
			continue
		}
		for _, f := range n.forms[head] {
			if bytes.HasPrefix(text[i-stem+1:], f.bytes) {
				found[f.of] = true
			}
		}
	}
	return found
}

// below searches every file of a folder: relative path → needles found.
func (n *needles) below(t *testing.T, folder string) map[string]map[string]bool {
	t.Helper()
	found := map[string]map[string]bool{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil // a database put it away meanwhile
		}
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			return nil
		}
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(folder, path)
		if hits := n.in(text); len(hits) > 0 {
			found[filepath.ToSlash(relative)] = hits
		}
		return err
	})
	require.NoError(t, err)
	return found
}

func TestNeedlesAreFoundInEveryForm(t *testing.T) {
	const secret = "K7QWXJ2MZP5VRT3LHN4C"
	var n needles
	n.add(secret)
	n.addHash("OERU1000025")
	sum := sha256.Sum256([]byte("OERU1000025"))
	for _, before := range []string{"", "x", "xy", "xyz"} {
		for _, text := range []string{secret, hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret)))} {
			require.NotEmpty(t, n.in([]byte(before+text+"tail")), text)
		}
		require.NotEmpty(t, n.in([]byte(base64.StdEncoding.EncodeToString([]byte(before+secret+"tail")))), before)
		require.NotEmpty(t, n.in(append([]byte(before), sum[:]...)))
	}
	require.Empty(t, n.in([]byte(strings.ToLower(secret)+secret[:len(secret)/2]+"Z"+secret[len(secret)/2+1:])))
}
