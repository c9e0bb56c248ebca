package network_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"maps"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/network/ledger"
	"portledger/test/network/live"
)

// applicant speaks to a Fabric CA as whoever has a person's certificate and key can: Fabric CA's own tokens, and bodies of its own.
type applicant struct {
	authority
	s    *scene
	url  string
	http *http.Client
}

func (s *scene) applicant(organisation string, holder authority) applicant {
	s.t.Helper()
	o := s.Organisations[organisation]
	root, err := os.ReadFile(o.TLSCA)
	require.NoError(s.t, err)
	pool := x509.NewCertPool()
	require.True(s.t, pool.AppendCertsFromPEM(root))
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	return applicant{holder, s, o.CA, client}
}

// asks sends a request under the certificate, and answers status and body, or 0 where the CA broke off: what it may have signed then,
// nobody has.
func (a applicant) asks(t *testing.T, method, path string, body any) (int, []byte) {
	t.Helper()
	text, err := json.Marshal(body)
	require.NoError(t, err)
	b64 := base64.StdEncoding.EncodeToString
	whole := b64(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}))
	sum := sha256.Sum256([]byte(method + "." + b64([]byte(path)) + "." + b64(text) + "." + whole))
	r, v, err := ecdsa.Sign(rand.Reader, a.key, sum[:])
	require.NoError(t, err)
	if half := new(big.Int).Rsh(a.key.Params().N, 1); v.Cmp(half) > 0 {
		v.Sub(a.key.Params().N, v)
	}
	signature, err := asn1.Marshal(struct{ R, S *big.Int }{r, v})
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(a.s.ctx, method, a.url+path, bytes.NewReader(text))
	require.NoError(t, err)
	request.Header.Set("Authorization", whole+"."+b64(signature))
	answer, err := a.http.Do(request)
	if err != nil {
		return 0, []byte(err.Error())
	}
	defer answer.Body.Close()
	var said bytes.Buffer
	_, err = said.ReadFrom(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, said.Bytes()
}

// enrols asks for a certificate for a fresh key, as of these units, and answers nil where the CA refuses.
func (a applicant) enrols(t *testing.T, more map[string]any, units ...string) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key := freshKey(t)
	subject := pkix.Name{CommonName: a.cert.Subject.CommonName, OrganizationalUnit: units}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: subject}, key)
	require.NoError(t, err)
	body := map[string]any{"certificate_request": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}))}
	maps.Copy(body, more)
	status, said := a.asks(t, http.MethodPost, "/api/v1/reenroll", body)
	if status != http.StatusCreated {
		return nil, nil
	}
	var answer struct{ Result struct{ Cert []byte } }
	require.NoError(t, json.Unmarshal(said, &answer))
	block, _ := pem.Decode(answer.Result.Cert)
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil { // with two extensions of one name it is nobody's, to a peer as well
		return nil, nil
	}
	return cert, key
}

// Whoever has a certificate can have the CA certify another key for the same name. That must bring nothing which the first one
// did not have: above all not to the gateway, which has the readers of people who sign with keys of their own.
func TestTheCAGivesNobodyMoreThanTheyWereEnrolledWith(t *testing.T) {
	s := open(t)
	id := s.issued()
	rows := map[string]func() authority{
		"a person's own certificate": func() authority {
			cert, key := s.pair(s.person("trucker-driver"))
			return authority{cert, key}
		},
		"a reader's certificate": func() authority {
			p := s.person(bankSigner)
			return readAuthority(t, filepath.Join(s.Organisations[p.Organisation].Identities, p.ID, "reader"))
		},
		"a registrar's certificate": func() authority {
			cert, key := s.pair(s.person("port-registrar"))
			return authority{cert, key}
		},
	}
	attribute := func(names ...string) (all []map[string]any) {
		for _, name := range names {
			all = append(all, map[string]any{"name": name, "optional": true})
		}
		return all
	}
	forgery, err := json.Marshal(map[string]any{"attrs": map[string]string{"portledger.registrar": "true"}})
	require.NoError(t, err)
	tries := map[string]map[string]any{
		"nothing in particular":             nil,
		"its attributes":                    {"attr_reqs": attribute("portledger.party", "portledger.roles", "portledger.registrar")},
		"an extension of its own":           {"extensions": []any{map[string]any{"id": attributes.String(), "value": hex.EncodeToString(forgery)}}},
		"an extension of its own, unlisted": {"ReturnPrecert": true, "extensions": []any{map[string]any{"id": attributes.String(), "value": hex.EncodeToString(forgery)}}},
		"an authority's certificate":        {"profile": "ca"},
		"one that the CA does not list":     {"ReturnPrecert": true, "attr_reqs": attribute("portledger.party", "portledger.roles")},
		"an earlier beginning":              {"NotBefore": "2020-01-01T00:00:00Z", "NotAfter": "2099-01-01T00:00:00Z"},
	}
	for whose, open := range rows {
		from := open()
		organisation, msp := live.Port, "PortMSP"
		if whose == "a reader's certificate" {
			organisation, msp = live.Bank, "BankMSP"
		}
		a := s.applicant(organisation, from)
		for what, more := range tries {
			t.Run(whose+", "+what, func(t *testing.T) {
				cert, key := a.enrols(t, more, "admin", "peer")
				if cert == nil {
					return
				}
				require.Equal(t, []string{"client"}, cert.Subject.OrganizationalUnit)
				require.False(t, cert.IsCA)
				require.True(t, cert.NotAfter.Before(time.Now().AddDate(1, 0, 2)), cert.NotAfter)
				for _, e := range cert.Extensions {
					require.NotContains(t, string(e.Value), "portledger", "the CA certifies what it was not asked for by a registrar")
				}
				r := s.raid(organisation, organisation, msp, cert, key)
				_, err := r.call(ledger.Call{Function: "bill:Acts", Arguments: []string{id}, Endorsers: s.MSPs(organisation)}).EvaluateWithContext(s.ctx)
				require.Error(t, err, "it speaks for somebody")
			})
		}
		for path, method := range map[string]string{"/api/v1/identities": http.MethodGet, "/api/v1/certificates": http.MethodGet,
			"/api/v1/register": http.MethodPost, "/api/v1/revoke": http.MethodPost, "/api/v1/gencrl": http.MethodPost} {
			status, said := a.asks(t, method, path, map[string]any{"id": s.person("buyer-clerk").ID, "type": "client"})
			require.Contains(t, []int{http.StatusUnauthorized, http.StatusForbidden}, status, "%s %s: %s", whose, path, said)
		}
	}
}

// Who cannot guess the registrar's secret must not be able to shut the registrar out with guesses either: nobody could be revoked then.
func TestWrongPasswordsDoNotShutTheRegistrarOut(t *testing.T) {
	s := open(t)
	cert, key := s.pair(s.person("trucker-driver"))
	a := s.applicant(live.Port, authority{cert, key})
	for range 12 {
		request, err := http.NewRequestWithContext(s.ctx, http.MethodPost, a.url+"/api/v1/enroll", bytes.NewReader([]byte(`{"certificate_request":"x"}`)))
		require.NoError(t, err)
		request.SetBasicAuth("registrar", "wrong")
		answer, err := a.http.Do(request)
		require.NoError(t, err)
		answer.Body.Close()
		require.Equal(t, http.StatusUnauthorized, answer.StatusCode)
	}
	s.network("enrol", leaver)
}
