package rest_test

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/gateway/audit"
	"portledger/gateway/proof"
	"portledger/gateway/signing"
	"portledger/test/lyinggate"
	"portledger/test/memfabric"
	asking "portledger/test/world"
)

// outsider is a person whose key is not at the gateway.
type outsider struct {
	client
	identity memfabric.Identity
}

// outside enrols a person of the same party as another one, with a key of their own.
func (w *world) outside(of client) outsider {
	w.t.Helper()
	person, identity := w.ledgers[of.org].EnrolOutside("u-"+fmt.Sprintf("%016x", time.Now().UnixNano()), of.person.Party, of.person.Roles...)
	return outsider{w.client(of.org, person), identity}
}

// sign signs bytes as the person; high takes the other one of the two values of s.
func (o outsider) sign(message []byte, high bool) []byte {
	o.t.Helper()
	digest := sha256.Sum256(message)
	r, s, err := ecdsa.Sign(rand.Reader, o.identity.Key, digest[:])
	require.NoError(o.t, err)
	order := o.identity.Key.Curve.Params().N
	if isHigh := s.Cmp(new(big.Int).Rsh(order, 1)) > 0; isHigh != high {
		s.Sub(order, s)
	}
	signature, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
	require.NoError(o.t, err)
	return signature
}

// toSign is what a gateway answers that waits for a signature.
type toSign struct {
	Signing     string `json:"signing"`
	Next        string `json:"next"`
	Transaction string `json:"transaction"`
	Bytes       []byte `json:"bytes"`
}

func (a answer) toSign(status int, next string) (waits toSign) {
	a.t.Helper()
	require.Equal(a.t, status, a.status, a.text())
	require.NoError(a.t, json.Unmarshal(a.body, &waits))
	require.Equal(a.t, next, waits.Next)
	return waits
}

func (o outsider) send(step string, waits toSign, signature []byte) answer {
	o.t.Helper()
	return o.post("/v1/signings/"+waits.Signing+"/"+step, body(signature))
}

func body(signature []byte) string {
	text, _ := json.Marshal(map[string][]byte{"signature": signature})
	return string(text)
}

// through makes the act with both signatures and answers the last answer.
func (o outsider) through(target, request string, headers ...string) answer {
	o.t.Helper()
	first := o.post(target, request, headers...).toSign(http.StatusAccepted, "PROPOSAL")
	second := o.send("proposal", first, o.sign(first.Bytes, false)).toSign(http.StatusOK, "TRANSACTION")
	require.Equal(o.t, first.Transaction, second.Transaction)
	return o.send("transaction", second, o.sign(second.Bytes, false))
}

// signer is the command-line signer of the person, at a gateway of the test's choice.
func (o outsider) signer(front http.Handler) *signing.Signer {
	o.t.Helper()
	server := httptest.NewServer(front)
	o.t.Cleanup(server.Close)
	der, err := x509.MarshalPKCS8PrivateKey(o.identity.Key)
	require.NoError(o.t, err)
	file := filepath.Join(o.t.TempDir(), "key.pem")
	require.NoError(o.t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
	key, err := signing.OpenFile(file)
	require.NoError(o.t, err)
	roots := proof.Roots{}
	for _, org := range []string{"CarrierMSP", "TerminalMSP", "BankMSP", "PortMSP"} {
		roots.Trust(org, o.w.network.Root(org))
	}
	return &signing.Signer{Gateway: server.URL, Token: o.token, Client: server.Client(), Key: key, Roots: roots,
		Now: o.w.network.Now, Agree: func(string) error { return nil }}
}

func (o outsider) expected(r signing.Request) signing.Expected {
	return signing.Expected{Request: r, Channel: "portledger", Chaincode: "portledger", MSP: o.org, Certificate: o.identity.Cert}
}

func TestAPersonWhoSignsOutsideDoesWhatOthersDo(t *testing.T) {
	w := newTrade(t)
	line, shipper := w.outside(w.line), w.outside(w.shipper)
	require.Equal(t, "true", line.get("/v1/me").member("signsOutside"))
	require.Equal(t, "false", w.line.get("/v1/me").member("signsOutside"))

	born := line.through("/v1/bills", w.draftBody(w.shipper, w.buyer))
	require.Equal(t, http.StatusCreated, born.status, born.text())
	bill := born.header.Get("Location")
	require.Equal(t, `"1"`, born.header.Get("ETag"))
	require.Equal(t, http.StatusOK, shipper.through(bill+"/approve", "", `If-Match: "1"`).status)
	require.Equal(t, http.StatusOK, line.through(bill+"/issue", "").status)

	read := shipper.get(bill)
	require.Equal(t, http.StatusOK, read.status, "the reader reads in the person's name")
	require.Contains(t, read.text(), shipper.person.ID, "the record names the person")
	require.Equal(t, http.StatusOK, shipper.get(bill+"/acts").status)
	require.Equal(t, http.StatusOK, shipper.through(bill+"/transfer", `{"to":"`+w.buyer.person.Party+`"}`).status)
	require.Equal(t, http.StatusOK, w.buyer.post(bill+"/accept", "").status)
}

func TestRefusalsComeBeforeAnythingIsSigned(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	buyer := w.outside(w.buyer)
	buyer.refused(http.StatusForbidden, "wrong-party", http.MethodPost, bill+"/surrender", "", "Idempotency-Key: one")
	buyer.refused(http.StatusForbidden, "wrong-party", http.MethodPost, bill+"/surrender", "", "Idempotency-Key: one")
	buyer.refused(http.StatusNotFound, "not-found", http.MethodPost, "/v1/bills/bl-aaaaaaaaaaaaaaaaaaaaaaaaaa/surrender", "")
}

func TestOnlyThePersonsOwnSignatureCounts(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	shipper, other := w.outside(w.shipper), w.outside(w.shipper)
	first := shipper.post(bill+"/transfer", `{"to":"`+w.buyer.person.Party+`"}`).toSign(http.StatusAccepted, "PROPOSAL")
	step := "/v1/signings/" + first.Signing + "/"
	good := shipper.sign(first.Bytes, false)

	other.refused(http.StatusNotFound, "signing-gone", http.MethodPost, step+"proposal", body(good))
	w.shipper.refused(http.StatusNotFound, "signing-gone", http.MethodPost, step+"transaction", body(good))
	for _, bad := range map[string]string{
		"another person's":    body(other.sign(first.Bytes, false)),
		"over something else": body(shipper.sign([]byte("something else"), false)),
		"no signature at all": body([]byte("yes")),
		"the reader's":        body(outsider{shipper.client, w.ledgers["PortMSP"].Reader(shipper.person.ID)}.sign(first.Bytes, false)),
		"a cut one":           body(good[:len(good)-1]),
	} {
		shipper.in(t).refused(http.StatusUnprocessableEntity, "wrong-signature", http.MethodPost, step+"proposal", bad)
	}
	for code, bad := range map[string]string{"invalid": `{"signature":"%"}`, "malformed": `{"signature":`, "too-large": `{"signature":"` + strings.Repeat("A", 2000) + `"}`} {
		status := map[string]int{"invalid": http.StatusUnprocessableEntity, "malformed": http.StatusBadRequest, "too-large": http.StatusRequestEntityTooLarge}[code]
		shipper.refused(status, code, http.MethodPost, step+"proposal", bad)
	}
	shipper.refused(http.StatusUnprocessableEntity, "wrong-signature", http.MethodPost, step+"transaction", body(good))

	second := shipper.send("proposal", first, good).toSign(http.StatusOK, "TRANSACTION")
	again := shipper.send("proposal", first, good).toSign(http.StatusOK, "TRANSACTION")
	require.Equal(t, second, again, "who lost the answer asks again")
	shipper.refused(http.StatusUnprocessableEntity, "wrong-signature", http.MethodPost, step+"transaction", body(good))
	require.Equal(t, http.StatusOK, shipper.send("transaction", second, shipper.sign(second.Bytes, false)).status)
	shipper.refused(http.StatusNotFound, "signing-gone", http.MethodPost, step+"transaction", body(shipper.sign(second.Bytes, false)))
}

func TestARepeatedRequestFindsItsSigning(t *testing.T) {
	w := newTrade(t)
	line := w.outside(w.line)
	request := w.draftBody(w.shipper, w.buyer)
	first := line.post("/v1/bills", request, "Idempotency-Key: draft-1").toSign(http.StatusAccepted, "PROPOSAL")
	require.Equal(t, first, line.post("/v1/bills", request, "Idempotency-Key: draft-1").toSign(http.StatusAccepted, "PROPOSAL"))
	line.refused(http.StatusUnprocessableEntity, "idempotency-key-reused", http.MethodPost, "/v1/bills", w.draftBody(w.shipper, w.buyer), "Idempotency-Key: draft-1")
	second := line.send("proposal", first, line.sign(first.Bytes, false)).toSign(http.StatusOK, "TRANSACTION")
	require.Equal(t, second, line.post("/v1/bills", request, "Idempotency-Key: draft-1").toSign(http.StatusAccepted, "TRANSACTION"))
	born := line.send("transaction", second, line.sign(second.Bytes, false))
	require.Equal(t, http.StatusCreated, born.status)
	again := line.post("/v1/bills", request, "Idempotency-Key: draft-1")
	require.Equal(t, http.StatusCreated, again.status)
	require.Equal(t, "true", again.header.Get("Idempotent-Replayed"))
	require.Equal(t, born.header.Get("Location"), again.header.Get("Location"))
}

func TestOfAGatewayThatDiesNothingIsLeftHalfDone(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	shipper := w.outside(w.shipper)
	offer := `{"to":"` + w.buyer.person.Party + `"}`
	first := shipper.post(bill+"/transfer", offer, "Idempotency-Key: k").toSign(http.StatusAccepted, "PROPOSAL")
	second := shipper.send("proposal", first, shipper.sign(first.Bytes, false)).toSign(http.StatusOK, "TRANSACTION")
	w.restart("PortMSP")
	shipper.refused(http.StatusNotFound, "signing-gone", http.MethodPost, "/v1/signings/"+second.Signing+"/transaction", body(shipper.sign(second.Bytes, false)))
	require.NotContains(t, shipper.get(bill).text(), `"offer":`)
	require.Equal(t, http.StatusOK, shipper.through(bill+"/transfer", offer, "Idempotency-Key: k").status, "from the beginning, under the same key")
}

func TestWhatIsNotSignedInTimeIsForgotten(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	w.gates["PortMSP"].signingLife = 300 * time.Millisecond
	w.restart("PortMSP")
	shipper := w.outside(w.shipper)
	offer := `{"to":"` + w.buyer.person.Party + `"}`
	first := shipper.post(bill+"/transfer", offer, "Idempotency-Key: k").toSign(http.StatusAccepted, "PROPOSAL")
	require.Eventually(t, func() bool {
		r := shipper.call(false, http.MethodPost, "/v1/signings/"+first.Signing+"/proposal", body([]byte("too late")))
		return r.status == http.StatusNotFound && r.member("code") == "signing-gone"
	}, 10*time.Second, 50*time.Millisecond)
	again := shipper.post(bill+"/transfer", offer, "Idempotency-Key: k").toSign(http.StatusAccepted, "PROPOSAL")
	require.NotEqual(t, first.Signing, again.Signing, "the key is free again")
}

func TestOpenSigningsAreBounded(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	shipper, other := w.outside(w.shipper), w.outside(w.shipper)
	offer := `{"to":"` + w.buyer.person.Party + `"}`
	for range 8 {
		shipper.post(bill+"/transfer", offer).toSign(http.StatusAccepted, "PROPOSAL")
	}
	full := shipper.refused(http.StatusTooManyRequests, "rate-limited", http.MethodPost, bill+"/transfer", offer, "Idempotency-Key: nine")
	require.NotEmpty(t, full.header.Get("Retry-After"))
	other.post(bill+"/transfer", offer).toSign(http.StatusAccepted, "PROPOSAL")
}

func TestWhatIsNotWantedIsForgotten(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	shipper, other := w.outside(w.shipper), w.outside(w.shipper)
	offer := `{"to":"` + w.buyer.person.Party + `"}`
	first := shipper.post(bill+"/transfer", offer, "Idempotency-Key: k").toSign(http.StatusAccepted, "PROPOSAL")
	other.refused(http.StatusNotFound, "signing-gone", http.MethodDelete, "/v1/signings/"+first.Signing, "")
	require.Equal(t, http.StatusNoContent, shipper.call(true, http.MethodDelete, "/v1/signings/"+first.Signing, "").status)
	shipper.refused(http.StatusNotFound, "signing-gone", http.MethodPost, "/v1/signings/"+first.Signing+"/proposal", body(shipper.sign(first.Bytes, false)))
	require.Equal(t, http.StatusOK, shipper.through(bill+"/transfer", offer, "Idempotency-Key: k", `If-Match: "3"`).status, "the key is free")
}

func TestOfTwoSignedAtTheSameVersionOneCounts(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	shipper := w.outside(w.shipper)
	var ready []toSign
	for range 2 {
		first := shipper.post(bill+"/transfer", `{"to":"`+w.buyer.person.Party+`"}`).toSign(http.StatusAccepted, "PROPOSAL")
		ready = append(ready, shipper.send("proposal", first, shipper.sign(first.Bytes, false)).toSign(http.StatusOK, "TRANSACTION"))
	}
	require.Equal(t, http.StatusOK, shipper.send("transaction", ready[0], shipper.sign(ready[0].Bytes, false)).status)
	shipper.refused(http.StatusConflict, "conflict", http.MethodPost, "/v1/signings/"+ready[1].Signing+"/transaction", body(shipper.sign(ready[1].Bytes, false)))
}

func TestTheTrailTellsOfActsSignedOutside(t *testing.T) {
	w := newTrade(t)
	bill := w.issued()
	shipper := w.outside(w.shipper)
	before := len(w.entries("PortMSP"))
	shipper.through(bill+"/transfer", `{"to":"`+w.buyer.person.Party+`"}`)
	told := w.entries("PortMSP")[before:]
	require.Len(t, told, 4)
	require.Equal(t, []string{audit.Answered, audit.Answered, audit.Signed, audit.Answered}, []string{told[0].Kind, told[1].Kind, told[2].Kind, told[3].Kind})
	require.Equal(t, strings.TrimPrefix(bill, "/v1/bills/"), told[0].Document)
	for _, e := range told {
		require.Equal(t, told[0].Transaction, e.Transaction, e.Route)
		require.Equal(t, shipper.person.ID, e.Person)
	}
}

// Going round the gateway with what lies at it, its thief gets no act done.
func TestAReadersCertificateSignsNoAct(t *testing.T) {
	w := newTrade(t)
	bill := strings.TrimPrefix(w.issued(), "/v1/bills/")
	shipper := w.outside(w.shipper)
	reader := w.ledgers["PortMSP"].Reader(shipper.person.ID)
	request := `{"id":"` + bill + `","to":"` + w.buyer.person.Party + `"}`
	plan := memfabric.Proposal{Creator: reader, Args: []string{"bill:Prepare", "transfer", request}}
	_, err := asking.Ask(w.network, plan, "PortMSP")
	require.NoError(t, err, "it rehearses")
	for _, args := range [][]string{
		{"bill:Act", "transfer", request}, {"bill:Act", "surrender", request}, {"org:Ping", "PortMSP"}, {"org:Act", "join", "{}"},
		{"bill:Prove", `{"id":"` + bill + `","challenge":"abcdefghijklmnop"}`},
	} {
		_, err := w.network.Submit(memfabric.Proposal{Creator: reader, Args: args}, "PortMSP", "CarrierMSP")
		require.ErrorContains(t, err, `"code":"reader-only"`, args)
	}
	forged := w.network.Enrol("PortMSP", shipper.person.ID, "client", map[string]string{
		"portledger.party": shipper.person.Party, "portledger.roles": "SHIPPER", "portledger.reader": "false"})
	_, err = w.network.Submit(memfabric.Proposal{Creator: forged, Args: []string{"bill:Act", "transfer", request}}, "PortMSP", "CarrierMSP")
	require.ErrorContains(t, err, `"code":"reader-only"`, "whatever the attribute says")
}

func TestTheSignerMakesActsAndShowsThem(t *testing.T) {
	w := newTrade(t)
	line := w.outside(w.line)
	var shown []string
	signer := line.signer(w.gates["CarrierMSP"].handler)
	signer.Agree = func(summary string) error { shown = append(shown, summary); return nil }
	draft := signing.Request{Family: "bill", Act: "draft", Body: []byte(w.draftBody(w.shipper, w.buyer))}
	answer, err := signer.Carry(t.Context(), line.expected(draft), signing.NewKey())
	require.NoError(t, err)
	require.Equal(t, http.StatusCreated, answer.Status, string(answer.Body))
	require.Len(t, shown, 2)
	require.Contains(t, shown[0], "拟制")
	require.Contains(t, shown[0], w.shipper.person.Party)
	require.Contains(t, shown[1], "DRAFT, version 1")
	require.Contains(t, shown[1], "CarrierMSP, PortMSP")

	_, err = signer.Carry(t.Context(), line.expected(signing.Request{Family: "bill", Act: "issue", ID: "bl-aaaaaaaaaaaaaaaaaaaaaaaaaa"}), signing.NewKey())
	require.ErrorIs(t, err, signing.ErrNotAsked, "a refusal")
	signer.Agree = func(string) error { return http.ErrAbortHandler }
	_, err = signer.Carry(t.Context(), line.expected(draft), signing.NewKey())
	require.Error(t, err, "the number is taken, or the person says no")
}

func TestTwoPersonsSignOutside(t *testing.T) {
	w := newTrade(t)
	bill := strings.TrimPrefix(w.issued(), "/v1/bills/")
	require.Equal(t, http.StatusOK, w.shipper.post("/v1/parties/"+w.shipper.person.Party+"/mark-four-eyes", `{"acts":["bill/transfer"]}`).status)
	maker, checker := w.outside(w.shipper), w.outside(w.shipper)
	offer := signing.Request{Family: "bill", Act: "transfer", ID: bill, Version: 3, Body: []byte(`{"to":"` + w.buyer.person.Party + `"}`), Approval: "ask"}
	var shown []string
	signer := maker.signer(w.gates["PortMSP"].handler)
	signer.Agree = func(summary string) error { shown = append(shown, summary); return nil }
	answer, err := signer.Carry(t.Context(), maker.expected(offer), signing.NewKey())
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.Status, string(answer.Body))
	require.Contains(t, shown[0], "仅提请复核")
	require.Contains(t, shown[0], w.buyer.person.Party)
	var asked struct{ ID string }
	require.NoError(t, json.Unmarshal(answer.Body, &asked))

	for _, lie := range lyinggate.Asked(asked.ID) {
		lying := maker.signer(lyinggate.Handler(w.gates["PortMSP"].handler, lie))
		_, err = lying.Carry(t.Context(), maker.expected(offer), signing.NewKey())
		require.ErrorContains(t, err, lie.Noticed, lie.Name)
	}
	offer.Approval = asked.ID
	for _, lie := range lyinggate.Approved("ap-" + strings.Repeat("a", 26)) {
		lying := checker.signer(lyinggate.Handler(w.gates["PortMSP"].handler, lie))
		_, err = lying.Carry(t.Context(), checker.expected(offer), signing.NewKey())
		require.ErrorContains(t, err, lie.Noticed, lie.Name)
	}
	_, err = maker.signer(w.gates["PortMSP"].handler).Carry(t.Context(), maker.expected(offer), signing.NewKey())
	require.ErrorIs(t, err, signing.ErrNotAsked, "the same person twice")
	answer, err = checker.signer(w.gates["PortMSP"].handler).Carry(t.Context(), checker.expected(offer), signing.NewKey())
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.Status, string(answer.Body))

	offer.Approval, offer.Act, offer.Body, offer.Version = "ask", "withdraw", nil, 4
	answer, err = signer.Carry(t.Context(), maker.expected(offer), signing.NewKey())
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(answer.Body, &asked))
	back := signing.Request{Family: "approval", Act: "withdraw", ID: asked.ID}
	answer, err = signer.Carry(t.Context(), maker.expected(back), signing.NewKey())
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.Status, string(answer.Body))
}

func TestTheSignerNoticesALyingGateway(t *testing.T) {
	w := newTrade(t)
	bill := strings.TrimPrefix(w.issued(), "/v1/bills/")
	other := strings.TrimPrefix(w.issued(), "/v1/bills/")
	shipper := w.outside(w.shipper)
	offer := signing.Request{Family: "bill", Act: "transfer", ID: bill, Version: 3, Body: []byte(`{"to":"` + w.buyer.person.Party + `"}`)}

	spare := shipper.post("/v1/bills/"+other+"/transfer", `{"to":"`+w.buyer.person.Party+`"}`).toSign(http.StatusAccepted, "PROPOSAL")
	swapped := shipper.send("proposal", spare, shipper.sign(spare.Bytes, false)).toSign(http.StatusOK, "TRANSACTION")
	accomplice := lyinggate.Accomplice{Document: other, Party: w.line.person.Party, Mandate: "md-" + strings.Repeat("a", 26),
		Certificate: w.ledgers["PortMSP"].Reader(w.shipper.person.ID).CertPEM}
	lies := append(lyinggate.Proposals(accomplice), lyinggate.Transactions(swapped.Bytes)...)
	for _, lie := range lies {
		t.Run(lie.Name, func(t *testing.T) {
			o := shipper
			o.t = t
			_, err := o.signer(lyinggate.Handler(w.gates["PortMSP"].handler, lie)).Carry(t.Context(), o.expected(offer), signing.NewKey())
			require.ErrorContains(t, err, lie.Noticed)
		})
	}
	require.NotContains(t, shipper.get("/v1/bills/"+bill).text(), `"offer":`, "no lie took effect")

	line := w.outside(w.line)
	draft := signing.Request{Family: "bill", Act: "draft", Body: []byte(w.draftBody(w.shipper, w.buyer))}
	for _, lie := range append(lyinggate.Content(), lyinggate.Silent()) {
		t.Run(lie.Name, func(t *testing.T) {
			_, err := line.signer(lyinggate.Handler(w.gates["CarrierMSP"].handler, lie)).Carry(t.Context(), line.expected(draft), signing.NewKey())
			require.ErrorContains(t, err, lie.Noticed)
		})
	}
	done := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write([]byte("{}"))
	})
	_, err := line.signer(done).Carry(t.Context(), line.expected(draft), signing.NewKey())
	require.ErrorIs(t, err, signing.ErrNotAsked, "it says that all is done")
	truthful := lyinggate.Lie{At: "PROPOSAL", Tell: func(b []byte) []byte { return b }}
	_, err = line.signer(lyinggate.Handler(w.gates["CarrierMSP"].handler, truthful)).Carry(t.Context(), line.expected(draft), signing.NewKey())
	require.NoError(t, err, "the same road without a lie")
}
