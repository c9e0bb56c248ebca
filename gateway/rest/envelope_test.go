package rest

import (
	"bytes"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
)

var drafting = Act{Family: "bill", Name: "draft", Birth: true, Fields: []string{"shipper"}, Content: "bill"}

func TestContentGoesOnByteForByte(t *testing.T) {
	const content = "{ \"weight\" : 24000.500,\n\t\"name\":\"a\\u0041<&>厦门\" }"
	read, err := readEnvelope([]byte("\n{\"content\":  "+content+"  , \"shipper\" :\t[ 1 , {\"a\" : 2} ] }\n"), drafting)
	require.NoError(t, err)
	require.Equal(t, content, string(read.content))
	require.Equal(t, `{"id":"bl-1","version":3,"shipper":[1,{"a":2}]}`, read.request("bl-1", 3))
	require.Equal(t, `{"shipper":[1,{"a":2}]}`, read.request("", 0))
	require.Equal(t, "{}", envelope{}.request("", 0))
}

// FuzzEnvelope: whatever comes is refused with a fault, or taken apart so that both halves are JSON and nothing of the
// private half is in the public one.
func FuzzEnvelope(f *testing.F) {
	for _, seed := range []string{``, `{}`, `{"content":{"a":1}}`, `{"shipper":"P","content":[]}`, `{"content":1,"content":2}`,
		"{\"shipper\":\"\xff\"}", `{"content":{"shipper":"secret"}}`, `{"shipper":"\ud800"}`, `{"a":`, `[1]`, `{} {}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		read, err := readEnvelope(body, drafting)
		if err != nil {
			refused := fault.Of(err)
			require.NotNil(t, refused, "%v", err)
			require.NotEmpty(t, refused.At)
			return
		}
		require.True(t, bytes.Contains(body, read.content))
		require.True(t, json.Valid(read.content))
		var public map[string]any
		require.NoError(t, json.Unmarshal([]byte(read.request("bl-1", 1)), &public))
		for member := range public {
			require.Contains(t, []string{"id", "version", "shipper"}, member)
		}
	})
}

func TestWhoComesWhenAllPlacesAreTakenIsToldToComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Server{slots: make(chan struct{}, 1)}
		free, err := s.slot(t.Context())
		require.NoError(t, err)
		_, err = s.slot(t.Context())
		require.Equal(t, fault.New(fault.Busy), err)
		time.AfterFunc(slotWait/2, free)
		_, err = s.slot(t.Context())
		require.NoError(t, err, "a place that becomes free in time is taken")
	})
}
