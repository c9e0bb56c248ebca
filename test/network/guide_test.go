package network_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheOperatorsGuidePublishesACalendar follows the guide to the letter: its request, its command.
func TestTheOperatorsGuidePublishesACalendar(t *testing.T) {
	s := open(t)
	guide, err := os.ReadFile(filepath.Join(s.Root, "docs", "operator.md"))
	require.NoError(t, err)
	request := regexp.MustCompile("(?s)```json\n(.*?CN-XMN-BANK.*?)```").FindSubmatch(guide)
	command := regexp.MustCompile(`(?m)^(\.local/bin/network publish .*) calendar\.json$`).FindSubmatch(guide)
	require.NotNil(t, request)
	require.NotNil(t, command)
	file := filepath.Join(t.TempDir(), "calendar.json")
	require.NoError(t, os.WriteFile(file, request[1], 0o600))
	said := exec.CommandContext(s.ctx, "bash", "-c", string(command[1])+" "+file)
	said.Dir = s.Root
	answer, err := said.CombinedOutput()
	require.NoError(t, err, string(answer))
	require.Contains(t, string(answer), "calendar BankMSP/CN-XMN-BANK is published")
}
