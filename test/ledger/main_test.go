package ledger_test

import (
	"flag"
	"os"
	"runtime/debug"
	"testing"
)

// TestMain keeps random walks few, short and the same every time by default, so that a red build is red again when it is
// looked at: go test ./test/ledger -rapid.checks=1000 -rapid.seed=$RANDOM walks elsewhere and for long. With -short, of which
// rapid takes a fifth, there are two of each.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400) // short-lived and plentiful garbage: collect it in fewer, larger rounds
	flag.Parse()
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	checks := "6"
	if testing.Short() {
		checks = "10"
	}
	for name, value := range map[string]string{"rapid.checks": checks, "rapid.shrinktime": "1ns", "rapid.nofailfile": "true", "rapid.seed": fixedSeed} {
		if given[name] {
			continue
		}
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

const fixedSeed = "20261121"
