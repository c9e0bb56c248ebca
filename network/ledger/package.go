package ledger

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"

	"github.com/hyperledger/fabric-admin-sdk/pkg/chaincode"
)

// Package makes the chaincode package of a service labelled label, and its id. It names no address: every peer's
// builder knows its own organisation's process. The bytes depend on the label alone, so that all organisations
// approve one and the same id.
func Package(kind, label string) (content []byte, id string, err error) {
	code, err := archive(file{"connection.json", []byte("{}\n")})
	if err != nil {
		return nil, "", err
	}
	metadata, err := json.Marshal(map[string]string{"type": kind, "label": label})
	if err != nil {
		return nil, "", err
	}
	content, err = archive(file{"metadata.json", metadata}, file{"code.tar.gz", code})
	if err != nil {
		return nil, "", err
	}
	return content, chaincode.GetPackageID(label, content), nil
}

type file struct {
	name string
	text []byte
}

// archive makes a compressed tar without times or owners: equal files give equal bytes.
func archive(files ...file) ([]byte, error) {
	var buffer bytes.Buffer
	compressed := gzip.NewWriter(&buffer)
	writer := tar.NewWriter(compressed)
	for _, f := range files {
		header := &tar.Header{Typeflag: tar.TypeReg, Name: f.name, Mode: 0o644, Size: int64(len(f.text)), Format: tar.FormatUSTAR}
		if err := writer.WriteHeader(header); err != nil {
			return nil, fmt.Errorf("archive %s: %w", f.name, err)
		}
		if _, err := writer.Write(f.text); err != nil {
			return nil, fmt.Errorf("archive %s: %w", f.name, err)
		}
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	if err := compressed.Close(); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}
