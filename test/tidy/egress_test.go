package tidy_test

import (
	"go/ast"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// outward are the names of libraries that open a connection, resolve a name or start a program. Whoever uses one decides
// where this process goes.
var outward = map[string][]string{
	"net": {"Dial", "DialTimeout", "DialTCP", "DialUDP", "DialIP", "DialUnix", "Dialer", "Resolver", "DefaultResolver", "LookupHost", "LookupIP",
		"LookupAddr", "LookupCNAME", "LookupMX", "LookupNS", "LookupPort", "LookupSRV", "LookupTXT", "ResolveTCPAddr", "ResolveUDPAddr", "ResolveIPAddr"},
	"net/http": {"Client", "DefaultClient", "DefaultTransport", "Transport", "RoundTripper", "Get", "Head", "Post", "PostForm",
		"NewRequest", "NewRequestWithContext", "ReadResponse"},
	"net/http/httputil": {"ReverseProxy", "NewSingleHostReverseProxy"},
	"net/rpc":           {"Dial", "DialHTTP"}, "net/smtp": {"Dial", "SendMail"},
	"crypto/tls":                             {"Dial", "DialWithDialer", "Dialer", "Client"},
	"os/exec":                                {"Command", "CommandContext", "Cmd"},
	"os":                                     {"StartProcess"},
	"syscall":                                {"Exec", "ForkExec", "Connect", "Socket"},
	"plugin":                                 {"Open"},
	"google.golang.org/grpc":                 {"NewClient", "Dial", "DialContext", "ClientConn"},
	"github.com/coreos/go-oidc/v3/oidc":      {"NewProvider", "NewRemoteKeySet", "ClientContext"},
	"golang.org/x/oauth2":                    {"NewClient", "Config"},
	"database/sql":                           {"Open", "OpenDB"},
	"github.com/lestrrat-go/jwx/v3/jwk":      {"Fetch", "NewCache"},
	"github.com/getkin/kin-openapi/openapi3": {"NewLoader"},
}

// doors are the only places of the ledger's and the gateway's programs that go out, and where to. Every address in them is
// the operator's: from the configuration, or from what the configured OpenID provider says of itself.
var doors = map[string]struct {
	names []string
	where string
}{
	"gateway/main.go":             {[]string{"Client", "DefaultTransport", "Transport"}, "prepares the client for the token issuer; it asks nothing itself"},
	"gateway/rest/auth.go":        {[]string{"Client", "NewRequestWithContext", "NewProvider", "NewRemoteKeySet", "ClientContext"}, "tokens.issuer and tokens.jwks_url"},
	"gateway/rest/keys.go":        {[]string{"Client", "DefaultTransport", "RoundTripper"}, "the key set of the token issuer, less often than asked"},
	"gateway/fabric/fabric.go":    {[]string{"NewClient", "ClientConn"}, "peer.address"},
	"gateway/signing/gateway.go":  {[]string{"Client", "NewRequestWithContext"}, "the signer's own --gateway; it runs where the key is, and not in a gateway"},
	"gateway/signing/sign/act.go": {[]string{"Client", "DefaultTransport", "Transport"}, "prepares the signer's client"},
	"gateway/store/store.go":      {[]string{"Open"}, "a file, the setting database"},
}

// TestNobodyButTheOperatorSaysWhereAProcessGoes: no code of the ledger or the gateway can open a connection but at the doors,
// so nothing that a user writes, be it called a URI, an address or a picture, is ever visited.
func TestNobodyButTheOperatorSaysWhereAProcessGoes(t *testing.T) {
	used := map[string][]string{}
	for _, s := range sources(t) {
		if s.test || !below(s.dir, "chaincode", "gateway", "keyfile", "api") {
			continue
		}
		for _, found := range goesOut(s) {
			door, is := doors[s.name]
			require.True(t, is && slices.Contains(door.names, found.name),
				"%s uses %s: a place that goes out is listed in doors, with whose address it goes to (docs/operator.md, what may go out)", s.at(found.at), found.name)
			used[s.name] = append(used[s.name], found.name)
		}
	}
	for name, door := range doors {
		for _, n := range door.names {
			require.Contains(t, used[name], n, "%s does not go out by %s any more: close the door (%s)", name, n, door.where)
		}
	}
}

// exit is one use of a name that leads out.
type exit struct {
	name string
	at   ast.Node
}

func goesOut(s source) (found []exit) {
	packages := map[string][]string{} // by the name that the file gives them
	for i, spec := range s.file.Imports {
		path := s.imports()[i]
		name := lastPart(path)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if outward[path] != nil {
			packages[name] = outward[path]
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, is := n.(*ast.SelectorExpr)
		if !is {
			return true
		}
		if pkg, is := sel.X.(*ast.Ident); is && slices.Contains(packages[pkg.Name], sel.Sel.Name) {
			found = append(found, exit{sel.Sel.Name, sel})
		}
		return true
	})
	return found
}

// lastPart is what an import path is called without a name of its own: a version is no name.
func lastPart(path string) string {
	name := last(path)
	if len(name) > 1 && name[0] == 'v' && name[1] >= '0' && name[1] <= '9' {
		return last(path[:len(path)-len(name)-1])
	}
	return name
}
