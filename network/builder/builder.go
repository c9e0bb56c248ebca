// Package builder is the peers' external builder for chaincode that runs as a service. The peer calls it under three
// names with folders as arguments; there is nothing to build: it only tells the peer where its own organisation's
// chaincode process listens. It runs inside the peer's trust, not the network program's.
package builder

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ConfigVariable names the environment variable that holds the path of the peer's Config file.
const ConfigVariable = "PORTLEDGER_BUILDER"

// Type is the chaincode package type that this builder takes.
const Type = "ccaas"

// Config maps a package label to the chaincode process of the peer's own organisation.
type Config map[string]Connection

// Connection is how the peer reaches a chaincode process; the peer reads the same form from connection.json.
type Connection struct {
	Address            string `json:"address"`
	DialTimeout        string `json:"dial_timeout"`
	TLSRequired        bool   `json:"tls_required"`
	ClientAuthRequired bool   `json:"client_auth_required"`
	ClientKey          string `json:"client_key"`
	ClientCert         string `json:"client_cert"`
	RootCert           string `json:"root_cert"`
}

// Names are the programs the peer calls, in its order.
var Names = []string{"detect", "build", "release"}

// Run acts as the named program with the peer's arguments.
func Run(name string, arguments []string) error {
	switch {
	case name == "detect" && len(arguments) == 2: // source folder, metadata folder
		_, err := label(arguments[1])
		return err
	case name == "build" && len(arguments) == 3: // source, metadata, output
		return build(arguments[1], arguments[2])
	case name == "release" && len(arguments) == 2: // build output, release folder
		return release(arguments[0], arguments[1])
	}
	return fmt.Errorf("%s: wrong arguments", name)
}

// label reads the package's label, refusing any other type of package.
func label(metadata string) (string, error) {
	text, err := os.ReadFile(filepath.Join(metadata, "metadata.json"))
	if err != nil {
		return "", err
	}
	var m struct{ Type, Label string }
	if err := json.Unmarshal(text, &m); err != nil {
		return "", fmt.Errorf("read metadata.json: %w", err)
	}
	if m.Type != Type {
		return "", fmt.Errorf("package type %q is not %q", m.Type, Type)
	}
	return m.Label, nil
}

func build(metadata, output string) error {
	name, err := label(metadata)
	if err != nil {
		return err
	}
	path := os.Getenv(ConfigVariable)
	if path == "" {
		return errors.New(ConfigVariable + " is not set")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var config Config
	if err := json.Unmarshal(text, &config); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	connection, found := config[name]
	if !found {
		return fmt.Errorf("%s knows no chaincode labelled %q", path, name)
	}
	return write(filepath.Join(output, "connection.json"), connection)
}

func release(output, folder string) error {
	text, err := os.ReadFile(filepath.Join(output, "connection.json"))
	if err != nil {
		return err
	}
	var connection Connection
	if err := json.Unmarshal(text, &connection); err != nil {
		return err
	}
	return write(filepath.Join(folder, "chaincode", "server", "connection.json"), connection)
}

func write(path string, connection Connection) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	text, err := json.Marshal(connection)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}
