package payment_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/payment"
	"portledger/gateway/pay"
)

var at = time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)

func newKeys(t *testing.T) map[string]crypto.Signer {
	t.Helper()
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	return map[string]crypto.Signer{"ES256": p256, "EdDSA": ed}
}

func registered(t *testing.T, key crypto.Signer) payment.Key {
	t.Helper()
	text, id, err := pay.PublicKey(key)
	require.NoError(t, err)
	return payment.Key{ID: id, PublicKey: text, From: "2026-11-21T09:00:00Z", To: "2026-11-22T00:00:00Z"}
}

func expected(keys ...payment.Key) payment.Expected {
	return payment.Expected{Exchange: "ex-1", Commitment: "c0ffee", Bank: "PBANK", Keys: keys,
		From: at.Add(-time.Hour), At: at, Until: at.Add(time.Hour)}
}

func statement() payment.Statement {
	return payment.Statement{Exchange: "ex-1", Commitment: "c0ffee", PaidAt: "2026-11-21T09:29:00Z"}
}

func check(evidence string, e payment.Expected) (payment.Paid, *fault.Fault) {
	return payment.Of(payment.BankSignature).Check(evidence, e)
}

func TestAProofByEitherAlgorithm(t *testing.T) {
	for name, key := range newKeys(t) {
		proof, err := pay.Sign(key, statement())
		require.NoError(t, err)
		k := registered(t, key)
		paid, f := check(proof, expected(k))
		require.Nil(t, f, name)
		require.Equal(t, payment.Paid{Key: k.ID, At: "2026-11-21T09:29:00Z"}, paid)
		head, err := base64.RawURLEncoding.DecodeString(strings.Split(proof, ".")[0])
		require.NoError(t, err)
		require.JSONEq(t, `{"alg":"`+name+`","kid":"`+k.ID+`"}`, string(head))
	}
	require.Nil(t, payment.Of("SHELL_MONEY"))
	for _, k := range payment.Kinds {
		require.NotNil(t, payment.Of(k))
	}
}

// Where several things are wrong the first in this order is told: form, key, signature, exchange, terms, dates, key's time.
func TestRefusalsComeInOrder(t *testing.T) {
	key, stranger := newKeys(t)["ES256"], newKeys(t)["ES256"]
	k := registered(t, key)
	sign := func(by crypto.Signer, change func(*payment.Statement)) string {
		s := statement()
		change(&s)
		proof, err := pay.Sign(by, s)
		require.NoError(t, err)
		return proof
	}
	with := func(change func(*payment.Key)) payment.Expected {
		other := k
		change(&other)
		return expected(other)
	}
	all := func(s *payment.Statement) { s.Exchange, s.Commitment, s.PaidAt = "ex-2", "bad", "2020-01-01T00:00:00Z" }
	terms := func(s *payment.Statement) { s.Commitment, s.PaidAt = "bad", "2020-01-01T00:00:00Z" }
	date := func(text string) func(*payment.Statement) { return func(s *payment.Statement) { s.PaidAt = text } }
	same := func(*payment.Statement) {}
	good := sign(key, same)
	forged := good[:len(good)-6] + "AAAAAA"
	for name, c := range map[string]struct {
		proof string
		e     payment.Expected
		code  fault.Code
		why   string
	}{
		"a stranger's key, all else wrong": {sign(stranger, all), expected(k), fault.PaymentKeyUnknown, ""},
		"no keys at all":                   {good, expected(), fault.PaymentKeyUnknown, ""},
		"a forged signature":               {forged, with(func(k *payment.Key) { k.Revoked = "2026-11-21T09:00:00Z" }), fault.PaymentForged, ""},
		"another key's bytes":              {good, with(func(o *payment.Key) { o.PublicKey = registered(t, stranger).PublicKey }), fault.PaymentForged, ""},
		"a key that is none":               {good, with(func(o *payment.Key) { o.PublicKey = "AAAA" }), fault.PaymentForged, ""},
		"another exchange, other terms":    {sign(key, all), expected(k), fault.PaymentOfOther, ""},
		"other terms, too early":           {sign(key, terms), expected(k), fault.PaymentTermsDiffer, ""},
		"before the exchange":              {sign(key, date("2026-11-21T08:20:00Z")), expected(k), fault.PaymentNotInExchange, ""},
		"ahead of time":                    {sign(key, date("2026-11-21T09:35:01Z")), expected(k), fault.PaymentNotInExchange, ""},
		"revoked":                          {good, with(func(k *payment.Key) { k.Revoked = "2026-11-21T09:30:00Z" }), fault.PaymentKeyNotInForce, "revoked"},
		"over":                             {good, with(func(k *payment.Key) { k.To = "2026-11-21T09:30:00Z" }), fault.PaymentKeyNotInForce, "over"},
		"not yet":                          {good, with(func(k *payment.Key) { k.From = "2026-11-21T09:31:00Z" }), fault.PaymentKeyNotInForce, "not-yet"},
		"signed before its time":           {good, with(func(k *payment.Key) { k.From = "2026-11-21T09:29:30Z" }), fault.PaymentKeyNotInForce, "not-yet"},
		"no date":                          {sign(key, date("noon")), expected(k), fault.Invalid, ""},
		"a date that is text":              {sign(key, date("ask Mr Wang")), expected(k), fault.Invalid, ""},
	} {
		_, f := check(c.proof, c.e)
		require.NotNil(t, f, name)
		require.Equal(t, c.code, f.Code, name)
		require.Equal(t, c.why, f.Args["why"], name)
	}
	_, f := check(sign(key, date("2026-11-21T09:35:00Z")), expected(k))
	require.Nil(t, f, "the bank's clock may be five minutes ahead")
}

// A text has one reading or none.
func TestAProofHasOneForm(t *testing.T) {
	key := newKeys(t)["EdDSA"]
	k := registered(t, key)
	good, err := pay.Sign(key, statement())
	require.NoError(t, err)
	parts := strings.Split(good, ".")
	b64 := base64.RawURLEncoding.EncodeToString
	for name, proof := range map[string]string{
		"empty": "", "two parts": parts[0] + "." + parts[1], "four parts": good + ".", "padded": good + "=",
		"blank": good + " ", "too long": good + strings.Repeat("A", payment.EvidenceMax),
		"no algorithm":     b64([]byte(`{"alg":"none","kid":"`+k.ID+`"}`)) + "." + parts[1] + ".",
		"another header":   b64([]byte(`{"kid":"`+k.ID+`","alg":"EdDSA"}`)) + "." + parts[1] + "." + parts[2],
		"a header more":    b64([]byte(`{"alg":"EdDSA","kid":"`+k.ID+`","crit":[]}`)) + "." + parts[1] + "." + parts[2],
		"another order":    parts[0] + "." + b64([]byte(`{"exchange":"ex-1","commitment":"c0ffee","format":"portledger/payment/1","paidAt":"2026-11-21T09:29:00Z"}`)) + "." + parts[2],
		"another format":   parts[0] + "." + b64([]byte(`{"commitment":"c0ffee","exchange":"ex-1","format":"x","paidAt":"2026-11-21T09:29:00Z"}`)) + "." + parts[2],
		"a member doubled": parts[0] + "." + b64([]byte(`{"commitment":"c0ffee","commitment":"c0ffee","exchange":"ex-1","format":"portledger/payment/1","paidAt":"2026-11-21T09:29:00Z"}`)) + "." + parts[2],
		"a key with words": b64([]byte(`{"alg":"EdDSA","kid":"call Mr Wang"}`)) + "." + parts[1] + "." + parts[2],
	} {
		_, f := check(proof, expected(k))
		require.NotNil(t, f, name)
		require.Contains(t, []fault.Code{fault.Invalid, fault.PaymentForged}, f.Code, name)
	}
	mixed := b64([]byte(`{"alg":"ES256","kid":"`+k.ID+`"}`)) + "." + parts[1] + "." + parts[2]
	_, f := check(mixed, expected(k))
	require.Equal(t, fault.PaymentForged, f.Code, "the key decides the algorithm, never the header")
}

func TestOnlyTwoKindsOfKeyAreTaken(t *testing.T) {
	for _, key := range newKeys(t) {
		text, id, err := pay.PublicKey(key)
		require.NoError(t, err)
		parsed, ok := payment.ParseKey(text)
		require.True(t, ok)
		require.Equal(t, id, parsed)
		_, ok = payment.ParseKey(text + "\n")
		require.False(t, ok)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	small, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	for _, public := range []any{p384.Public(), small.Public()} {
		der, err := x509.MarshalPKIXPublicKey(public)
		require.NoError(t, err)
		_, ok := payment.ParseKey(base64.StdEncoding.EncodeToString(der))
		require.False(t, ok)
	}
}

func FuzzNoTextPaysByItself(f *testing.F) {
	f.Add("e30.e30.e30")
	f.Fuzz(func(t *testing.T, text string) {
		_, ed, err := ed25519.GenerateKey(rand.Reader)
		require.NoError(t, err)
		_, refused := check(text, expected(registered(t, ed)))
		require.NotNil(t, refused)
	})
}
