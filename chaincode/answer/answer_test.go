package answer_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/answer"
)

func TestOnlyTheAskerReadsAnAnswer(t *testing.T) {
	key, other := bytes.Repeat([]byte{1}, answer.KeyBytes), bytes.Repeat([]byte{2}, answer.KeyBytes)
	body := []byte(`{"content":"CANARY"}`)
	sealed, err := answer.Seal(key, "tx-1", body)
	require.NoError(t, err)
	require.NotContains(t, sealed, "CANARY")
	again, err := answer.Seal(key, "tx-1", body)
	require.NoError(t, err)
	require.Equal(t, sealed, again, "every peer answers alike")
	elsewhere, err := answer.Seal(key, "tx-2", body)
	require.NoError(t, err)
	require.NotEqual(t, sealed[:20], elsewhere[:20], "another question")

	opened, err := answer.Open(key, []byte(sealed))
	require.NoError(t, err)
	require.Equal(t, body, opened)
	plain, err := answer.Open(key, body)
	require.NoError(t, err)
	require.Equal(t, body, plain, "what is for everybody is not sealed")

	altered := []byte(sealed)
	altered[len(altered)-4] ^= 1
	for name, c := range map[string]struct{ key, said []byte }{
		"another's key": {other, []byte(sealed)}, "changed": {key, altered}, "cut": {key, []byte(sealed[:12])}, "no base64": {key, []byte("sealed:%")},
	} {
		_, err := answer.Open(c.key, c.said)
		require.ErrorIs(t, err, answer.ErrAltered, name)
	}
	_, err = answer.Open(key[1:], []byte(sealed))
	require.ErrorIs(t, err, answer.ErrKey)
	_, err = answer.Seal(nil, "tx-1", body)
	require.ErrorIs(t, err, answer.ErrKey)
}

func TestTheAskersOwnInputStaysAsItIs(t *testing.T) {
	private := map[string][]byte{"salt": []byte("s")}
	require.Len(t, answer.Under([]byte("k"), private), 2)
	require.Len(t, private, 1)
	require.Equal(t, map[string][]byte{answer.Input: []byte("k")}, answer.Under([]byte("k"), nil))
}
