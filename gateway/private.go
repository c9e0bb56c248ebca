package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"portledger/keyfile"
)

// private refuses to start beside files that others on the machine can get at: each is named (*keyfile.Exposed). Files that
// are not there yet are made by the gateway, for its own user alone.
func (c config) private() error {
	files := map[string]string{"tls.key": c.TLS.Key, "peer.tls_key": c.Peer.TLSKey, "database": c.Database, "audit": c.Audit}
	for _, below := range []string{"*", "*/*"} {
		keys, err := filepath.Glob(filepath.Join(c.Identities, below, "key.pem"))
		if err != nil {
			return fmt.Errorf("identities: %w", err)
		}
		for _, key := range keys {
			files["identities "+filepath.Dir(key)] = key
		}
	}
	var open []error
	for setting, path := range files {
		if path == "" {
			continue
		}
		if err := keyfile.Check(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			open = append(open, fmt.Errorf("%s: %w", setting, err))
		}
	}
	return errors.Join(open...)
}
