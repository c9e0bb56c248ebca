package network_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/network/proc"
	"portledger/test/network/live"
)

// secrets are what nobody but its owner may see: every private key below the network's folder and the secrets of the CAs'
// registrars, as needles to look for.
func secrets(t *testing.T, folder string) (n needles, count int) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || !holdsSecret(path) {
			return err
		}
		count++
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		if block, _ := pem.Decode(text); block != nil {
			addKey(t, &n, block.Bytes, path)
			return nil
		}
		n.addForm(bytes.TrimSpace(text), path)
		return nil
	}))
	return n, count
}

// addKey looks for a private key's number: as bytes, in every usual form, and as it stands in a PEM file, where lines of 64
// characters cut it. The public half, which lies in certificates, is left out.
func addKey(t *testing.T, n *needles, der []byte, of string) {
	t.Helper()
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	require.NoError(t, err, of)
	var number []byte
	switch key := parsed.(type) {
	case *ecdsa.PrivateKey:
		number, err = key.Bytes()
		require.NoError(t, err, of)
	case *rsa.PrivateKey:
		number = key.D.Bytes()
	case ed25519.PrivateKey:
		number = key.Seed()
	default:
		require.Fail(t, "no key that this test knows", "%s: %T", of, parsed)
	}
	n.addBytes(number, of)
	at := bytes.Index(der, number)
	require.Positive(t, at, of)
	const line = 64
	written := base64.StdEncoding.EncodeToString(der)
	for from := 0; from < len(written); from += line {
		first, last := max(from, (at+2)/3*4), min(from+line, (at+len(number))/3*4)
		if last-first >= stem {
			n.addForm([]byte(written[first:last]), of)
		}
	}
}

// holdsSecret tells whether a file must be for its owner alone: a private key in PEM, or a file called a secret.
func holdsSecret(path string) bool {
	name := filepath.Base(path)
	if strings.HasSuffix(name, ".secret") || strings.HasSuffix(name, "_sk") || filepath.Base(filepath.Dir(path)) == "sign-in" {
		return true
	}
	if !strings.HasSuffix(name, ".pem") {
		return false
	}
	text, err := os.ReadFile(path)
	return err == nil && bytes.Contains(text, []byte("PRIVATE KEY-----"))
}

// seen is what everybody on a machine may read of a process (its arguments), and what its own user may (its environment).
func seen(pid int) (arguments, environment []byte) {
	arguments, _ = os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	environment, _ = os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	return arguments, environment
}

// telling are names under which secrets are handed over.
var telling = regexp.MustCompile(`(?i)pass|pwd|secret|token|credential|apikey|api_key|private|(^|[_.-])(pin|key)$`)

func TestNoSecretIsInAProcessList(t *testing.T) {
	s := open(t)
	n, count := secrets(t, s.Folder)
	require.Greater(t, count, 30, "the search must know the secrets that it looks for")
	processes, err := s.Processes()
	require.NoError(t, err)
	kinds := map[string]int{}
	for _, p := range processes {
		arguments, environment := seen(p.PID)
		require.NotEmpty(t, arguments, p.Name)
		require.NotEmpty(t, environment, "%s: its environment must be readable, or the search proves nothing", p.Name)
		kinds[p.Kind]++
		require.Empty(t, n.in(arguments), "%s shows a secret to everybody on the machine", p.Name)
		require.Empty(t, n.in(environment), "%s has a secret in its environment", p.Name)
		require.Empty(t, loose(arguments, environment), p.Name)
	}
	for _, kind := range []string{"peer", "orderer", "ca", "chaincode", "gateway"} {
		require.NotZero(t, kinds[kind], kind)
	}
}

// loose names arguments and variables that are called like a secret and are not the name of a file.
func loose(arguments, environment []byte) (found []string) {
	words := strings.Split(string(arguments), "\x00")
	for i, word := range words {
		name, value, given := strings.Cut(strings.TrimLeft(word, "-"), "=")
		if !given && i+1 < len(words) {
			value = words[i+1]
		}
		if strings.HasPrefix(word, "-") && telling.MatchString(name) && !isFile(value) {
			found = append(found, word)
		}
	}
	for variable := range strings.SplitSeq(string(environment), "\x00") {
		if name, value, _ := strings.Cut(variable, "="); telling.MatchString(name) && !isFile(value) {
			found = append(found, name)
		}
	}
	return found
}

func isFile(path string) bool {
	about, err := os.Stat(path)
	return err == nil && about.Mode().IsRegular()
}

func TestASecretOnACommandLineWouldBeFound(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key.pem")
	require.NoError(t, os.WriteFile(key, nil, 0o600))
	lines := func(words ...string) []byte { return []byte(strings.Join(words, "\x00") + "\x00") }
	require.Empty(t, loose(lines("chaincode", "--tls-key", key, "--msp", "CarrierMSP"), lines("PATH=/bin", "TLS_KEY="+key)))
	require.Equal(t, []string{"--tls-key"}, loose(lines("chaincode", "--tls-key", "MHcCAQEE"), nil))
	require.Equal(t, []string{"--password=x"}, loose(lines("ca", "--password=x"), nil))
	require.Equal(t, []string{"CA_SECRET", "PIN"}, loose(nil, lines("CA_SECRET=x", "PIN=1234")))
}

// TestEnrollingShowsNoSecret watches every process of this machine while the program that knows the CA's secret is at work.
func TestEnrollingShowsNoSecret(t *testing.T) {
	s := open(t)
	n, _ := secrets(t, s.Folder)
	command := exec.CommandContext(s.ctx, filepath.Join(s.Root, ".local", "bin", "network"), "--root", s.Root, "enrol", leaver)
	require.NoError(t, command.Start())
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	watched := map[string]bool{}
	for {
		select {
		case err := <-ended:
			require.NoError(t, err)
			require.True(t, watched["enrol"], "the enrolment program must have been seen at work: %v", watched)
			return
		default:
		}
		entries, err := filepath.Glob("/proc/[0-9]*")
		require.NoError(t, err)
		for _, entry := range entries {
			program, _ := os.Readlink(filepath.Join(entry, "exe"))
			if !strings.HasPrefix(program, filepath.Join(s.Root, ".local")) {
				continue
			}
			var pid int
			_, err := fmt.Sscanf(filepath.Base(entry), "%d", &pid)
			require.NoError(t, err)
			arguments, environment := seen(pid)
			require.Empty(t, n.in(arguments), program)
			require.Empty(t, n.in(environment), program)
			watched[filepath.Base(program)] = true
		}
	}
}

func TestEveryFileOfTheNetworkIsItsOwners(t *testing.T) {
	s := open(t)
	keys := 0
	require.NoError(t, filepath.WalkDir(s.Folder, func(path string, entry fs.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil // a database put it away meanwhile
		}
		require.NoError(t, err)
		about, err := entry.Info()
		if os.IsNotExist(err) || about.Mode()&fs.ModeSymlink != 0 {
			return nil
		}
		require.Zero(t, about.Mode().Perm()&0o077, "%s is open to others: mode %04o", path, about.Mode().Perm())
		if holdsSecret(path) {
			keys++
			require.Equal(t, fs.FileMode(0o600), about.Mode().Perm(), path)
		}
		return nil
	}))
	require.Greater(t, keys, 30)
	cores, err := filepath.Glob(filepath.Join(s.Folder, "*", "core*"))
	require.NoError(t, err)
	require.Empty(t, cores)
	processes, err := s.Processes()
	require.NoError(t, err)
	for _, p := range processes {
		limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", p.PID))
		require.NoError(t, err)
		require.Regexp(t, `(?m)^Max core file size +0 +0 `, string(limits), "%s would leave a core", p.Name)
	}
}

// tokenOf is a person's token as scripts/token.sh prints it.
func (s *scene) tokenOf(name string) string {
	s.t.Helper()
	return strings.TrimSpace(s.network("token", name))
}

// TestNoCredentialReachesALogOrAFile sends secrets in every place of a request to gateways that log as much as they can, and
// looks for them in every file of the network. The same is done with keys and CA secrets, which lie in their own files alone.
func TestNoCredentialReachesALogOrAFile(t *testing.T) {
	s := open(t)
	gateway := s.Organisations[live.Port].Processes["gateway"]
	restore, err := s.Change(gateway, func(p *proc.Spec) { p.Env = append(p.Env, "PORTLEDGER_GATEWAY_LOG_LEVEL=debug") })
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, restore())
		require.NoError(t, s.AwaitGateway(s.ctx, live.Port))
	})
	require.NoError(t, s.AwaitGateway(s.ctx, live.Port))
	var n needles
	mark := func() string {
		text := live.RandomMark(24)
		n.add(text)
		return text
	}
	token := s.tokenOf("buyer-clerk")
	parts := strings.Split(token, ".")
	for _, part := range parts[1:] { // who a token is of, and its signature; the first part is the same for all
		n.addForm([]byte(part), "token")
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	require.NoError(t, err)
	n.addForm([]byte(hex.EncodeToString(signature)), "signature of a token")
	statuses := map[int]bool{}
	ask := func(method, path, body string, header map[string]string) {
		answer, err := s.person("buyer-clerk").Request(s.ctx, method, path, header, []byte(body))
		require.NoError(t, err)
		statuses[answer.Status] = true
		require.Empty(t, n.in(answer.Body), "%s %s: an answer repeats what was sent: %s", method, path, answer.Body)
	}
	bearer := map[string]string{"Authorization": "Bearer " + token}
	ask(http.MethodGet, "/v1/bills?state="+mark(), "", bearer)
	ask(http.MethodGet, "/v1/bills?"+mark()+"=1&cursor="+mark(), "", bearer)
	ask(http.MethodGet, "/v1/bills/"+mark(), "", bearer)
	ask(http.MethodGet, "/v1/"+mark(), "", bearer)
	ask(http.MethodGet, "/docs?access_token="+token, "", nil)
	ask(http.MethodPost, "/v1/bills", `{"content":{"x":"`+mark(), bearer)
	ask(http.MethodPost, "/v1/bills", `{"shipper":"`+mark()+`","content":{}}`, bearer)
	ask(http.MethodPost, "/v1/bills", mark(), bearer)
	for _, header := range []string{"Authorization", "Cookie", "X-Forwarded-For", "X-Request-Id", "If-Match", "User-Agent", "Referer", "X-Api-Key", "Accept-Language"} {
		value := mark()
		if header == "X-Request-Id" {
			value = "not an id: " + value // one that is well formed is logged on purpose
		}
		ask(http.MethodGet, "/v1/me", "", map[string]string{header: value})
	}
	for _, scheme := range []string{"Basic ", "Bearer ", "bearer", "DPoP ", "Bearer " + parts[0] + "."} {
		ask(http.MethodGet, "/v1/me", "", map[string]string{"Authorization": scheme + mark()})
	}
	ask(http.MethodGet, "/v1/me", "", map[string]string{"Authorization": "Bearer " + parts[0] + "." + parts[1] + "." + mark()})
	for _, status := range []int{200, 400, 401, 404, 422} {
		require.True(t, statuses[status], "the walk must meet an answer %d: %v", status, statuses)
	}
	require.Empty(t, n.below(t, s.Folder), "a credential or a private word of a request lies in a file")
	log, err := os.ReadFile(filepath.Join(s.Folder, "logs", gateway+".log"))
	require.NoError(t, err)
	require.Contains(t, string(log), `"msg":"request"`, "the log must tell of requests, or the search proves nothing")
	s.requireKeysAtHome()
}

// requireKeysAtHome: a private key or secret lies in its own file, in the configuration that its process reads, and nowhere else.
func (s *scene) requireKeysAtHome() {
	s.t.Helper()
	n, count := secrets(s.t, s.Folder)
	found := n.below(s.t, s.Folder)
	require.GreaterOrEqual(s.t, len(found), count, "each must be found where it belongs, or the search proves nothing")
	for path, found := range found {
		home := holdsSecret(filepath.Join(s.Folder, path)) || strings.HasSuffix(path, "/ca/fabric-ca-server-config.yaml") || strings.HasSuffix(path, "/peer/chaincodes.json") ||
			strings.Contains(path, "/peer/data/externalbuilder/builds/")
		text, err := json.Marshal(found)
		require.NoError(s.t, err)
		require.True(s.t, home, "%s holds %s", path, text)
	}
}
