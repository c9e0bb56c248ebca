package network_test

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/gateway/proof"
	"portledger/gateway/signing"
	"portledger/network/ledger"
	"portledger/test/lyinggate"
	"portledger/test/network/live"
)

const (
	bankSigner = "bank-signer"
	lineSigner = "line-signer"
)

// signer is the command-line signer of a person.
type signer struct {
	s       *scene
	program string
	p       *live.Person
	options []string
}

func (s *scene) ownKeys(name, file string) string {
	return filepath.Join(s.Folder, "own-keys", name, file)
}

// signerProgram builds the signer with PKCS #11.
func (s *scene) signerProgram() string {
	s.t.Helper()
	program := filepath.Join(s.t.TempDir(), "sign")
	said, err := exec.CommandContext(s.ctx, "go", "build", "-tags", "pkcs11", "-o", program, "../../gateway/signing/sign").CombinedOutput()
	require.NoError(s.t, err, string(said))
	return program
}

func (s *scene) signer(program, name string, options ...string) signer {
	s.t.Helper()
	return signer{s, program, s.person(name), append([]string{"act", "--settings", s.ownKeys(name, "signer.json")}, options...)}
}

// act makes an act with both signatures; everything the program said comes with a failure.
func (g signer) act(a live.Act, options ...string) (live.Outcome, string, error) {
	g.s.t.Helper()
	request := fields{}
	for name, value := range a.Request {
		request[name] = value
	}
	arguments := append(append([]string{}, g.options...), options...)
	arguments = append(arguments, a.Family, a.Name)
	if id, is := request["id"].(string); is {
		arguments = append(arguments, id)
		delete(request, "id")
	}
	_, body, err := live.Act{Family: a.Family, Name: a.Name, Request: request, Content: a.Content}.REST()
	require.NoError(g.s.t, err)
	file := filepath.Join(g.s.t.TempDir(), "body.json")
	require.NoError(g.s.t, os.WriteFile(file, body, 0o600))
	command := exec.CommandContext(g.s.ctx, g.program, append(arguments, "--body", file)...)
	token, err := g.p.Token(g.s.ctx)
	require.NoError(g.s.t, err)
	command.Env = append(os.Environ(), "PORTLEDGER_TOKEN="+token)
	var out, said bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader("yes\nyes\n"), &out, &said
	if err := command.Run(); err != nil {
		return live.Outcome{}, said.String(), errors.New(said.String() + out.String())
	}
	var done live.Outcome
	require.NoError(g.s.t, json.Unmarshal(out.Bytes(), &done), out.String())
	g.s.level()
	return done, said.String(), nil
}

func (g signer) do(a live.Act, options ...string) live.Outcome {
	g.s.t.Helper()
	done, _, err := g.act(a, options...)
	require.NoError(g.s.t, err)
	return done
}

func TestABankAndALineSignWithKeysOfTheirOwn(t *testing.T) {
	s := open(t)
	program := s.signerProgram()
	line, bank := s.signer(program, lineSigner), s.signer(program, bankSigner)
	s.requireNoKeyAtTheGateway(lineSigner)
	s.requireNoKeyAtTheGateway(bankSigner)

	id := line.do(s.draft("line")).ID
	s.do("shipper-clerk", "bill", "approve", fields{"id": id}, nil)
	require.Equal(t, "ISSUED", line.do(act("bill", "issue", fields{"id": id}), "--version", "2").State)
	s.do("shipper-clerk", "bill", "endorse-to-order", fields{"id": id, "to": s.Party["bank"]}, nil)
	_, said, err := bank.act(act("bill", "accept", fields{"id": id}))
	require.NoError(t, err)
	require.Contains(t, said, "接受")
	require.Contains(t, said, id)
	require.Equal(t, s.Party["bank"], s.control(bankSigner, "bill", id)["holder"].(fields)["party"])
	require.Equal(t, bank.p.ID, s.control("line-clerk", "bill", id)["last"].(fields)["person"])
	answer, err := bank.p.Get(s.ctx, "/v1/bills/"+id)
	require.NoError(t, err)
	require.Contains(t, string(answer.Body), `"content":`, "the gateway reads in the person's name")

	_, _, err = bank.act(act("bill", "accept", fields{"id": id}))
	require.ErrorContains(t, err, "wrong-party", "the offer is taken")
	_, _, err = bank.act(act("bill", "transfer", fields{"id": id, "to": s.Party["buyer"]}), "--version", "1")
	require.ErrorContains(t, err, "version-mismatch")

	guarantee := s.do("buyer-clerk", "guarantee", "draft", fields{"kind": "AA", "beneficiary": s.Party["line"], "deliverTo": s.Party["buyer"],
		"bank": s.Party["bank"], "bills": []string{id}}, s.papers("line").Text("guarantee-aa")).ID
	s.do("buyer-clerk", "guarantee", "submit", fields{"id": guarantee}, nil)
	joined := bank.do(live.Act{Family: "guarantee", Name: "join", Request: fields{"id": guarantee}, Content: s.papers("line").Text("joinder")})
	require.Equal(t, guarantee, joined.ID)
}

// requireNoKeyAtTheGateway looks for the person's key wherever the organisations' processes keep anything.
func (s *scene) requireNoKeyAtTheGateway(name string) {
	s.t.Helper()
	text, err := os.ReadFile(s.ownKeys(name, "key.pem"))
	require.NoError(s.t, err)
	block, _ := pem.Decode(text)
	middle := strings.Split(string(text), "\n")[1]
	for organisation := range s.Organisations {
		err := filepath.WalkDir(filepath.Join(s.Folder, organisation), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil // files come and go in a running network
			}
			held, err := os.ReadFile(path)
			if err == nil {
				require.False(s.t, bytes.Contains(held, block.Bytes) || bytes.Contains(held, []byte(middle)), path)
			}
			return nil
		})
		require.NoError(s.t, err)
	}
	folder := filepath.Join(s.Organisations[s.person(name).Organisation].Identities, s.person(name).ID)
	require.NoFileExists(s.t, filepath.Join(folder, "key.pem"))
	require.FileExists(s.t, filepath.Join(folder, "reader", "key.pem"))
}

// What lies at the gateway reads and rehearses; going round the gateway with it, nobody gets an act endorsed anywhere.
func TestAStolenReaderSignsNoAct(t *testing.T) {
	s := open(t)
	id := s.endorsed()
	p := s.person(bankSigner)
	thief, err := s.ClientOf(live.Bank, filepath.Join(s.Organisations[live.Bank].Identities, p.ID, "reader"))
	require.NoError(t, err)
	prepared, err := p.Prepare(s.ctx, act("bill", "transfer", fields{"id": id, "to": s.Party["buyer"]}))
	require.NoError(t, err)
	rehearsal := prepared.Call
	rehearsal.Function, rehearsal.Endorsers = "bill:Prepare", s.MSPs(live.Bank)
	_, err = thief.Evaluate(s.ctx, rehearsal)
	require.NoError(t, err, "it rehearses")
	for _, organisations := range [][]string{{live.Bank, live.Carrier, live.Port}, {live.Bank}, {live.Carrier}, {live.Port}, {live.Terminal}} {
		call := prepared.Call
		call.Endorsers = s.MSPs(organisations...)
		_, err = thief.Endorse(s.ctx, call)
		requireRefused(t, fault.ReaderOnly, err, organisations)
	}
	_, err = thief.Endorse(s.ctx, ledger.Call{Function: "bill:Prove", Endorsers: s.MSPs(live.Bank, live.Carrier),
		Arguments: []string{`{"id":"` + id + `","challenge":"abcdefghijklmnop"}`}})
	requireRefused(t, fault.ReaderOnly, err, "a proof of control")
	require.Equal(t, "ISSUED", s.control(bankSigner, "bill", id)["state"])
}

// waits is what a gateway answers that waits for a signature.
type waits struct {
	Signing, Next, Transaction string
	Bytes                      []byte
}

func (s *scene) waits(a live.Answer, err error) (w waits) {
	s.t.Helper()
	require.NoError(s.t, err)
	require.NoError(s.t, a.Into(&w))
	require.NotEmpty(s.t, w.Signing, string(a.Body))
	return w
}

// signed is the body with a signature of the key in the file over the bytes.
func (s *scene) signed(file string, message []byte) []byte {
	s.t.Helper()
	key, err := signing.OpenFile(file)
	require.NoError(s.t, err)
	signature, err := signing.Sign(key, message)
	require.NoError(s.t, err)
	body, err := json.Marshal(map[string][]byte{"signature": signature})
	require.NoError(s.t, err)
	return body
}

func TestASigningIsItsPersonsAlone(t *testing.T) {
	s := open(t)
	id := s.endorsed()
	p, other := s.person(bankSigner), s.person("bank-officer")
	key := s.ownKeys(bankSigner, "key.pem")
	offer := act("bill", "transfer", fields{"id": id, "to": s.Party["buyer"]})
	again := map[string]string{"Idempotency-Key": "own-" + id}
	first := s.waits(p.Post(s.ctx, offer, again))
	path := "/v1/signings/" + first.Signing
	refused := func(who *live.Person, code fault.Code, step string, body []byte) {
		t.Helper()
		answer, err := who.Request(s.ctx, http.MethodPost, path+step, nil, body)
		require.NoError(t, err)
		require.Equal(t, string(code), answer.Problem().Code, string(answer.Body))
	}
	good := s.signed(key, first.Bytes)
	refused(other, fault.SigningGone, "/proposal", good)
	refused(p, fault.WrongSignature, "/proposal", s.signed(s.ownKeys(lineSigner, "key.pem"), first.Bytes))
	refused(p, fault.WrongSignature, "/proposal", s.signed(filepath.Join(s.Organisations[live.Bank].Identities, p.ID, "reader", "key.pem"), first.Bytes))
	refused(p, fault.WrongSignature, "/proposal", s.signed(key, []byte("something else")))
	refused(p, fault.WrongSignature, "/transaction", good)
	second := s.waits(p.Request(s.ctx, http.MethodPost, path+"/proposal", nil, good))
	require.Equal(t, "TRANSACTION", second.Next)
	refused(p, fault.WrongSignature, "/transaction", good)

	require.NoError(t, s.Kill("bank-gateway"))
	require.NoError(t, s.Start("bank-gateway"))
	require.NoError(t, s.AwaitGateway(s.ctx, live.Bank))
	refused(p, fault.SigningGone, "/transaction", s.signed(key, second.Bytes))
	require.Nil(t, s.control(bankSigner, "bill", id)["offer"], "nothing is half done")

	anew := s.waits(p.Post(s.ctx, offer, again))
	path = "/v1/signings/" + anew.Signing
	refused(p, fault.WrongSignature, "/proposal", good)
	second = s.waits(p.Request(s.ctx, http.MethodPost, path+"/proposal", nil, s.signed(key, anew.Bytes)))
	answer, err := p.Request(s.ctx, http.MethodPost, path+"/transaction", nil, s.signed(key, second.Bytes))
	require.NoError(t, err)
	done, err := answer.Written()
	require.NoError(t, err)
	s.level()
	refused(p, fault.SigningGone, "/transaction", s.signed(key, second.Bytes))
	repeated, err := p.Post(s.ctx, offer, again)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, repeated.Status, string(repeated.Body))
	require.EqualValues(t, done.Version, s.control(bankSigner, "bill", id)["version"])
	s.requireTrail(live.Bank)
}

// Who has signed bytes, a gateway for example, may send them as often as they like: they take effect once.
func TestSignedBytesTakeEffectOnce(t *testing.T) {
	s := open(t)
	id := s.endorsed()
	p := s.person(bankSigner)
	prepared, err := p.Prepare(s.ctx, act("bill", "transfer", fields{"id": id, "to": s.Party["buyer"]}))
	require.NoError(t, err)
	transaction, err := p.Endorse(s.ctx, prepared.Call)
	require.NoError(t, err)
	require.NoError(t, live.Commit(s.ctx, transaction))
	s.level()
	s.do(bankSigner, "bill", "withdraw", fields{"id": id}, nil)
	before := s.control(bankSigner, "bill", id)
	err = live.Commit(s.ctx, transaction)
	var invalid live.Invalid
	if errors.As(err, &invalid) {
		require.Equal(t, peer.TxValidationCode_DUPLICATE_TXID, invalid.Code)
	}
	s.level()
	require.Equal(t, before, s.control(bankSigner, "bill", id))
}

func TestTheSignerNoticesALyingGatewayOnTheNetwork(t *testing.T) {
	s := open(t)
	id, other := s.endorsed(), s.endorsed()
	p := s.person(bankSigner)
	key, err := signing.OpenFile(s.ownKeys(bankSigner, "key.pem"))
	require.NoError(t, err)
	cert, err := signing.ReadCertificate(s.ownKeys(bankSigner, "cert.pem"), key)
	require.NoError(t, err)
	roots, err := proof.Load(filepath.Join(s.Folder, "roots"))
	require.NoError(t, err)
	offer := live.Act{Family: "bill", Name: "transfer", Request: fields{"id": other, "to": s.Party["buyer"]}}
	spare := s.waits(p.Post(s.ctx, offer, nil))
	swapped := s.waits(p.Request(s.ctx, http.MethodPost, "/v1/signings/"+spare.Signing+"/proposal", nil, s.signed(s.ownKeys(bankSigner, "key.pem"), spare.Bytes)))
	officer, err := os.ReadFile(filepath.Join(s.Organisations[live.Bank].Identities, s.person("bank-officer").ID, "cert.pem"))
	require.NoError(t, err)

	expected := signing.Expected{Channel: s.Channel, Chaincode: s.Chaincode, MSP: p.MSP, Certificate: cert, Request: signing.Request{
		Family: "bill", Act: "transfer", ID: id, Version: int64(s.control(bankSigner, "bill", id)["version"].(float64)),
		Body: []byte(`{"to":"` + s.Party["buyer"] + `"}`)}}
	lies := append(lyinggate.Proposals(lyinggate.Accomplice{Document: other, Party: s.Party["line2"], Mandate: "md-" + strings.Repeat("a", 26),
		Certificate: officer}), lyinggate.Transactions(swapped.Bytes)...)
	token, err := p.Token(s.ctx)
	require.NoError(t, err)
	honest := lyinggate.Before(s.Organisations[live.Bank].Gateway)
	for _, lie := range append(lies, lyinggate.Lie{Name: "none"}) {
		t.Run(lie.Name, func(t *testing.T) {
			front := httptest.NewServer(lyinggate.Handler(honest, lie))
			defer front.Close()
			signer := signing.Signer{Gateway: front.URL, Token: token, Client: front.Client(), Key: key, Roots: roots, Now: time.Now,
				Agree: func(string) error { return nil }}
			answer, err := signer.Carry(s.ctx, expected, signing.NewKey())
			if lie.Tell == nil {
				require.NoError(t, err)
				require.Equal(t, http.StatusOK, answer.Status, string(answer.Body))
				return
			}
			require.ErrorContains(t, err, lie.Noticed)
			require.Nil(t, s.control(bankSigner, "bill", id)["offer"])
		})
	}
}

// softHSM answers the library of the token in software, and skips the test where it is not installed.
func softHSM(t *testing.T) string {
	t.Helper()
	for _, file := range []string{os.Getenv("PORTLEDGER_SOFTHSM"), "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so",
		"/usr/lib64/pkcs11/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so"} {
		if _, err := os.Stat(file); file != "" && err == nil {
			return file
		}
	}
	t.Skip("NOT RUN: signing with a PKCS #11 token needs SoftHSM (apt-get install softhsm2, or PORTLEDGER_SOFTHSM=libsofthsm2.so)")
	return ""
}

func TestALineSignsWithAKeyInAToken(t *testing.T) {
	library := softHSM(t)
	s := open(t)
	program := s.signerProgram()
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "tokens"), 0o700))
	config := filepath.Join(folder, "softhsm2.conf")
	require.NoError(t, os.WriteFile(config, []byte("directories.tokendir = "+filepath.Join(folder, "tokens")+"\nobjectstore.backend = file\n"), 0o600))
	t.Setenv("SOFTHSM2_CONF", config)
	pin := filepath.Join(folder, "pin")
	require.NoError(t, os.WriteFile(pin, []byte("276543\n"), 0o600))
	s.run("softhsm2-util", "--init-token", "--free", "--label", "line", "--so-pin", "123456", "--pin", "276543")
	token := []string{"--module", library, "--label", "line", "--key-id", "0a01", "--pin-file", pin}

	s.run(program, append([]string{"make-key"}, token...)...)
	said, err := exec.CommandContext(s.ctx, program, append([]string{"make-key"}, token...)...).CombinedOutput()
	require.Error(t, err, "a key is not overwritten: %s", said)
	request := filepath.Join(folder, "request.pem")
	text := s.run(program, append(append([]string{"request"}, token...), s.person(lineSigner).ID)...)
	require.NoError(t, os.WriteFile(request, []byte(text), 0o600))
	s.network("enrol", lineSigner, "--request", request)
	defer s.network("enrol", lineSigner) // a key in a file again, for the others
	require.NoFileExists(t, s.ownKeys(lineSigner, "key.pem"), "the key is in the token alone")

	withToken := s.signer(program, lineSigner, token...)
	id := withToken.do(s.draft("line")).ID
	s.do("shipper-clerk", "bill", "approve", fields{"id": id}, nil)
	require.Equal(t, "ISSUED", withToken.do(act("bill", "issue", fields{"id": id})).State)

	require.NoError(t, os.WriteFile(pin, []byte("000000\n"), 0o600))
	_, _, err = withToken.act(act("bill", "void", fields{"id": id, "reason": "OTHER"}))
	require.ErrorContains(t, err, "CKR_PIN_INCORRECT")
}

// run runs a program and answers what it printed.
func (s *scene) run(program string, arguments ...string) string {
	s.t.Helper()
	var out, said bytes.Buffer
	command := exec.CommandContext(s.ctx, program, arguments...)
	command.Stdout, command.Stderr = &out, &said
	require.NoError(s.t, command.Run(), said.String())
	return out.String()
}
