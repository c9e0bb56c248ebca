package network_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/test/network/live"
)

// tourPorts are the gateways' ports as the README has them.
var tourPorts = map[string]string{live.Carrier: "17110", live.Terminal: "17210", live.Bank: "17310", live.Port: "17410"}

var (
	block    = regexp.MustCompile("(?s)\n   ```sh\n(.*?)\n   ```")
	yourBill = regexp.MustCompile(`(?m)^ *BILL=bl-\.\.\..*$`)
)

// pickBill stands for the reader's eyes: the id of an accomplished bill in a list, or the one that a story printed.
const pickBill = `BILL=$({ grep -oP '"id":"\Kbl-\w+(?=","state":"ACCOMPLISHED")' "$SAID" || grep -oE 'bl-[a-z0-9]{20,}' "$SAID"; } | head -1); [ -n "$BILL" ]`

// TestTheTourIsAsTheReadmeHasIt walks the README's tour to the letter: every block but the one that lets a member join,
// which TestASecondBankJoinsTheRunningNetwork does.
func TestTheTourIsAsTheReadmeHasIt(t *testing.T) {
	s := open(t)
	page, err := os.ReadFile(filepath.Join(s.Root, "README.md"))
	require.NoError(t, err)
	steps := []string{"set -eo pipefail", "SAID=" + filepath.Join(t.TempDir(), "said")}
	for _, found := range block.FindAllStringSubmatch(string(page), -1) {
		if strings.Contains(found[1], "scripts/join.sh") {
			continue
		}
		before, after, picks := strings.Cut(yourBill.ReplaceAllString(found[1], "\x00"), "\x00")
		if picks {
			steps = append(steps, "{\n"+before+"\n} | tee $SAID", pickBill, after)
		} else {
			steps = append(steps, before)
		}
	}
	walk := strings.Join(steps, "\n")
	for organisation, port := range tourPorts {
		walk = strings.ReplaceAll(walk, "http://127.0.0.1:"+port, s.Organisations[organisation].Gateway)
	}
	require.NotContains(t, walk, "bl-...")
	command := exec.CommandContext(s.ctx, "bash", "-c", walk)
	command.Dir = s.Root
	answer, err := command.CombinedOutput()
	said := string(answer)
	require.NoError(t, err, said)
	require.Equal(t, 1, strings.Count(said, `"content":{`), "the buyer sees the content, the terminal does not: %s", said)
	require.Contains(t, said, `"code":"wrong-state"`)
	require.Contains(t, said, "不能办理", "in the language asked for")
	require.Contains(t, said, `{"acts":[`)
	require.Contains(t, said, "\nyes: ")
	require.Contains(t, said, " holds ")
}
