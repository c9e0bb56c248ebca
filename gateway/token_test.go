package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/stretchr/testify/require"
)

// written is a token of the issuer with exactly this head and these claims, whatever a library would make of them.
func (s *stranger) written(head, claims string) string {
	s.t.Helper()
	var key rsa.PrivateKey
	require.NoError(s.t, jwk.Export(s.key, &key))
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(head)) + "." + encode([]byte(claims))
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, &key, crypto.SHA256, digest[:])
	require.NoError(s.t, err)
	return signed + "." + encode(signature)
}

// Each of these is well signed: what a provider can be brought to write, by what it lets people say of themselves for example.
func TestATokenIsReadOneWayOnly(t *testing.T) {
	s := startStranger(t)
	d := openDoor(t, s.url, "")
	const head = `{"alg":"RS256","typ":"at+jwt"}`
	claims := func(more string) string {
		return fmt.Sprintf(`{"iss":%q,"sub":%q,"aud":[%q,"portledger/BankMSP"],"exp":%d,"iat":%d%s}`,
			s.url, clerk, ownAud, time.Now().Add(time.Hour).Unix(), time.Now().Unix(), more)
	}
	require.Equal(t, clerk, d.me(http.StatusOK, nil, s.written(head, claims(`,"Name":"x","name":"y"`)))["person"])
	deep := strings.Repeat("[", 8000) + strings.Repeat("]", 8000)
	require.Equal(t, clerk, d.me(http.StatusOK, nil, s.written(head, claims(`,"x":`+deep)))["person"])
	for name, token := range map[string]string{
		"a person twice":                   s.written(head, claims(`,"sub":"`+colleague+`"`)),
		"a person in other letters":        s.written(head, claims(`,"SUB":"`+colleague+`"`)),
		"an audience twice":                s.written(head, claims(`,"aud":"`+ownAud+`"`)),
		"an issuer in other letters":       s.written(head, claims(`,"Iss":"`+s.url+`"`)),
		"an end in other letters":          s.written(head, claims(`,"eXp":4102444800`)),
		"a beginning in other letters":     s.written(head, claims(`,"Iat":4102444800`)),
		"a type twice":                     s.written(`{"alg":"RS256","typ":"JWT","typ":"at+jwt"}`, claims("")),
		"a type in other letters":          s.written(`{"alg":"RS256","typ":"JWT","TYP":"at+jwt"}`, claims("")),
		"an extension to understand":       s.written(`{"alg":"RS256","typ":"at+jwt","crit":["exp"],"exp":1}`, claims("")),
		"an extension of the library's":    s.written(`{"alg":"RS256","typ":"at+jwt","crit":["b64"],"b64":false}`, claims("")),
		"an audience within an array":      s.written(head, strings.Replace(claims(""), "[", "[[", 1)),
		"no object":                        s.written(head, `["`+clerk+`"]`),
		"something behind the claims":      s.written(head, claims("")+`{}`),
		"issued tomorrow":                  s.written(head, strings.Replace(claims(""), `"iat":`, `"iat":9`, 1)),
		"bound to a key that signs (DPoP)": s.written(head, claims(`,"cnf":{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}`)),
		"bound to a key itself":            s.written(head, claims(`,"cnf":{"jwk":{"kty":"oct","k":"AA"}}`)),
		"bound to nothing that is named":   s.written(head, claims(`,"cnf":{}`)),
		"bound twice":                      s.written(head, claims(`,"cnf":{"x5t#S256":"x"},"CNF":{"x5t#S256":""}`)),
	} {
		require.Equal(t, "unauthenticated", d.me(http.StatusUnauthorized, nil, token, name)["code"], name)
	}
}

// Each token that does not fit could be a request to the issuer, and strangers have as many as they like.
func TestStrangersDoNotMakeTheGatewayAskTheIssuer(t *testing.T) {
	s := startStranger(t)
	d := openDoor(t, s.url, "")
	d.me(http.StatusOK, nil, s.token("at+jwt", nil))
	before := s.asked.Load()
	good := s.token("at+jwt", nil)
	for i := range 200 {
		head := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"alg":"RS256","typ":"at+jwt","kid":"k%d"}`, i))
		d.me(http.StatusUnauthorized, nil, head+good[strings.Index(good, "."):])
	}
	require.LessOrEqual(t, s.asked.Load()-before, int64(15))
	d.me(http.StatusOK, nil, good)
}
