package tidy_test

import (
	"go/ast"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// endless are calls that wait without any end, and what to use in their place.
var endless = map[string]string{
	"http.DefaultClient": "a client with a Timeout", "http.Get": "a client with a Timeout", "http.Head": "a client with a Timeout",
	"http.Post": "a client with a Timeout", "http.PostForm": "a client with a Timeout",
	"http.ListenAndServe": "a server with its four timeouts", "http.ListenAndServeTLS": "a server with its four timeouts",
	"http.Serve": "a server with its four timeouts", "http.ServeTLS": "a server with its four timeouts",
	"net.Dial": "a dialer with a context", "tls.Dial": "a dialer with a context", "smtp.SendMail": "a connection with a deadline",
	"exec.Command": "exec.CommandContext", "grpc.Dial": "grpc.NewClient and a context for each call",
	"context.TODO": "a context that ends",
}

// patient are where something is meant to have no end.
var patient = map[string]string{"network/proc/proc.go exec.Command": "the network's processes run until they are told to stop"}

// limits are the fields without which a server or a client waits for ever.
var limits = map[string][]string{
	"http.Server": {"ReadHeaderTimeout", "ReadTimeout", "WriteTimeout", "IdleTimeout"},
	"http.Client": {"Timeout"},
}

func TestNothingWaitsForEver(t *testing.T) {
	met := map[string]bool{}
	for _, s := range sources(t) {
		if s.test || !below(s.dir, "chaincode", "gateway", "network", "keyfile", "api") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if _, allowed := patient[s.name+" "+qualified(n)]; allowed {
					met[s.name+" "+qualified(n)] = true
					return true
				}
				require.Empty(t, endless[qualified(n)], "%s: %s waits for ever: use %s", s.at(n), qualified(n), endless[qualified(n)])
			case *ast.CompositeLit:
				name := qualified(n.Type)
				met[name] = true
				for _, field := range limits[name] {
					require.True(t, sets(n, field), "%s: %s without %s waits for ever", s.at(n), name, field)
				}
			}
			return true
		})
	}
	for name := range limits {
		require.True(t, met[name], "no %s was found: does this test still look in the right places?", name)
	}
	for name := range patient {
		require.True(t, met[name], "%s is gone: take it out of the list", name)
	}
	store, err := os.ReadFile(filepath.Join(root, "gateway/store/store.go"))
	require.NoError(t, err)
	require.Contains(t, string(store), "busy_timeout(", "a locked database is waited for, but not for ever")
}

// qualified is an expression like http.Server as text, empty for any other.
func qualified(e ast.Expr) string {
	if sel, is := e.(*ast.SelectorExpr); is {
		if pkg, is := sel.X.(*ast.Ident); is {
			return pkg.Name + "." + sel.Sel.Name
		}
	}
	return ""
}

// sets tells whether a composite literal gives the field a value.
func sets(lit *ast.CompositeLit, field string) bool {
	return slices.ContainsFunc(lit.Elts, func(e ast.Expr) bool {
		pair, is := e.(*ast.KeyValueExpr)
		if !is {
			return false
		}
		key, is := pair.Key.(*ast.Ident)
		return is && key.Name == field
	})
}
