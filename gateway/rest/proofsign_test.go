package rest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/gateway/proof"
	"portledger/gateway/signing"
	"portledger/test/lyinggate"
)

func TestAHolderWhoSignsOutsideProvesControl(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	shipper, other, line := w.outside(w.shipper), w.outside(w.shipper), w.outside(w.line)
	before := len(w.entries("PortMSP"))
	first := shipper.post(bill+"/proof", ask(challenge), `If-Match: "3"`).toSign(http.StatusAccepted, "PROOF")
	good := shipper.sign(first.Bytes, false)
	step := "/v1/signings/" + first.Signing
	other.refused(http.StatusNotFound, "signing-gone", http.MethodPost, step+"/proof", body(good))
	for _, wrong := range []string{"/proposal", "/transaction"} { // what is signed is no act, and cannot become one
		shipper.refused(http.StatusNotFound, "signing-gone", http.MethodPost, step+wrong, body(good))
	}
	shipper.refused(http.StatusUnprocessableEntity, "wrong-signature", http.MethodPost, step+"/proof", body(other.sign(first.Bytes, false)))
	shown := shipper.send("proof", first, good)
	require.Equal(t, http.StatusOK, shown.status, shown.text())
	require.NoError(t, w.verify(shown.body, bill, challenge, 0))
	require.ErrorIs(t, w.verify(shown.body, bill, "another-challenge", 0), proof.ErrChallenge)
	require.Contains(t, shown.text(), shipper.person.ID)
	shipper.refused(http.StatusNotFound, "signing-gone", http.MethodPost, step+"/proof", body(good))
	require.Equal(t, `"3"`, w.shipper.get(bill).header.Get("ETag"), "nothing was written")
	for _, e := range w.entries("PortMSP")[before:] {
		require.NotEqual(t, "signed", e.Kind, "nothing was to be submitted")
	}

	act := shipper.post(bill+"/transfer", `{"to":"`+w.buyer.person.Party+`"}`).toSign(http.StatusAccepted, "PROPOSAL")
	shipper.refused(http.StatusNotFound, "signing-gone", http.MethodPost, "/v1/signings/"+act.Signing+"/proof", body(shipper.sign(act.Bytes, false)))

	// Who is not the holder is told so with the signature: nobody could ask before.
	foreign := line.post(bill+"/proof", ask(challenge)).toSign(http.StatusAccepted, "PROOF")
	line.refused(http.StatusForbidden, "wrong-party", http.MethodPost, "/v1/signings/"+foreign.Signing+"/proof", body(line.sign(foreign.Bytes, false)))
	line.refused(http.StatusNotFound, "signing-gone", http.MethodPost, "/v1/signings/"+foreign.Signing+"/proof", body(line.sign(foreign.Bytes, false)))
	late := shipper.post(bill+"/proof", ask(challenge)).toSign(http.StatusAccepted, "PROOF")
	w.network.Advance(time.Minute + 1)
	shipper.refused(http.StatusServiceUnavailable, "clock-skew", http.MethodPost, "/v1/signings/"+late.Signing+"/proof", body(shipper.sign(late.Bytes, false)))
}

func TestTheSignerAsksForAProofAndNoticesALie(t *testing.T) {
	w := newTrade(t)
	bill := strings.TrimPrefix(w.issued(), "/v1/bills/")
	other := strings.TrimPrefix(w.issued(), "/v1/bills/")
	shipper := w.outside(w.shipper)
	question := signing.Request{Family: "bill", Act: "proof", ID: bill, Body: []byte(ask(challenge))}
	signer := shipper.signer(w.gates["PortMSP"].handler)
	var shown []string
	signer.Agree = func(summary string) error { shown = append(shown, summary); return nil }
	answer, err := signer.Carry(t.Context(), shipper.expected(question), signing.NewKey())
	require.NoError(t, err)
	require.NoError(t, w.verify(answer.Body, "/v1/bills/"+bill, challenge, 0))
	require.Len(t, shown, 1, "one signature")
	require.Contains(t, shown[0], "证明控制")
	require.Contains(t, shown[0], challenge)

	swap := func(name, noticed string, tell func([]byte) []byte) lyinggate.Lie {
		return lyinggate.Lie{Name: name, At: "PROOF", Noticed: noticed, Tell: tell}
	}
	elsewhere := shipper.post("/v1/bills/"+other+"/proof", ask(challenge)).toSign(http.StatusAccepted, "PROOF")
	anew := shipper.post("/v1/bills/"+bill+"/proof", ask("for-somebody-else-entirely")).toSign(http.StatusAccepted, "PROOF")
	act := shipper.post("/v1/bills/"+bill+"/transfer", `{"to":"`+w.buyer.person.Party+`"}`).toSign(http.StatusAccepted, "PROPOSAL")
	for _, lie := range []lyinggate.Lie{
		swap("another bill", "document: asked for", func([]byte) []byte { return elsewhere.Bytes }),
		swap("another's challenge", "challenge", func([]byte) []byte { return anew.Bytes }),
		swap("an act", `contract: asked for "bill:Prove", got "bill:Act"`, func([]byte) []byte { return act.Bytes }),
		swap("nothing", "it is no endorser transaction", func([]byte) []byte { return nil }),
	} {
		_, err := shipper.signer(lyinggate.Handler(w.gates["PortMSP"].handler, lie)).Carry(t.Context(), shipper.expected(question), signing.NewKey())
		require.ErrorContains(t, err, lie.Noticed, lie.Name)
	}
	offer := signing.Request{Family: "bill", Act: "transfer", ID: bill, Body: []byte(`{"to":"` + w.buyer.person.Party + `"}`)}
	proving := lyinggate.Lie{At: "PROPOSAL", Tell: func([]byte) []byte { return anew.Bytes }}
	_, err = shipper.signer(lyinggate.Handler(w.gates["PortMSP"].handler, proving)).Carry(t.Context(), shipper.expected(offer), signing.NewKey())
	require.Error(t, err, "a question for an act")
}
