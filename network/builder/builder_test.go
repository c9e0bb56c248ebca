package builder

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func metadata(t *testing.T, kind, label string) string {
	t.Helper()
	folder := t.TempDir()
	text, err := json.Marshal(map[string]string{"type": kind, "label": label})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "metadata.json"), text, 0o600))
	return folder
}

func TestThePeerIsToldWhereItsOwnChaincodeListens(t *testing.T) {
	wanted := Connection{Address: "127.0.0.1:17106", DialTimeout: "10s", TLSRequired: true, ClientAuthRequired: true, RootCert: "root"}
	text, err := json.Marshal(Config{"portledger": wanted})
	require.NoError(t, err)
	config := filepath.Join(t.TempDir(), "chaincodes.json")
	require.NoError(t, os.WriteFile(config, text, 0o600))
	t.Setenv(ConfigVariable, config)

	source, meta, output, released := t.TempDir(), metadata(t, Type, "portledger"), t.TempDir(), t.TempDir()
	require.NoError(t, Run("detect", []string{source, meta}))
	require.NoError(t, Run("build", []string{source, meta, output}))
	require.NoError(t, Run("release", []string{output, released}))
	text, err = os.ReadFile(filepath.Join(released, "chaincode", "server", "connection.json"))
	require.NoError(t, err)
	var got Connection
	require.NoError(t, json.Unmarshal(text, &got))
	require.Equal(t, wanted, got)

	require.ErrorContains(t, Run("build", []string{source, metadata(t, Type, "stranger"), output}), "no chaincode labelled")
}

func TestOtherPackagesAndWrongCallsAreRefused(t *testing.T) {
	require.ErrorContains(t, Run("detect", []string{t.TempDir(), metadata(t, "golang", "portledger")}), `"golang"`)
	require.Error(t, Run("detect", []string{t.TempDir(), t.TempDir()}))
	require.ErrorContains(t, Run("build", nil), "wrong arguments")
	require.ErrorContains(t, Run("run", []string{"a", "b"}), "wrong arguments")
	t.Setenv(ConfigVariable, "")
	require.ErrorContains(t, Run("build", []string{"", metadata(t, Type, "portledger"), t.TempDir()}), ConfigVariable)
}
