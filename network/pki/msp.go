package pki

import (
	"os"
	"path/filepath"
)

// nodeUnits tells a node which organisational unit makes a certificate a client, peer, admin or orderer.
const nodeUnits = `NodeOUs:
  Enable: true
  ClientOUIdentifier: {Certificate: cacerts/ca.pem, OrganizationalUnitIdentifier: client}
  PeerOUIdentifier: {Certificate: cacerts/ca.pem, OrganizationalUnitIdentifier: peer}
  AdminOUIdentifier: {Certificate: cacerts/ca.pem, OrganizationalUnitIdentifier: admin}
  OrdererOUIdentifier: {Certificate: cacerts/ca.pem, OrganizationalUnitIdentifier: orderer}
`

// SaveMSP writes the membership folder of one node: its identity and the authorities it belongs to.
func SaveMSP(folder string, node Pair, identities, tls Pair) error {
	files := []struct {
		path string
		text []byte
	}{
		{"config.yaml", []byte(nodeUnits)},
		{"cacerts/ca.pem", identities.Cert},
		{"tlscacerts/ca.pem", tls.Cert},
		{"signcerts/cert.pem", node.Cert},
		{"keystore/key.pem", node.Key},
	}
	for _, file := range files {
		path := filepath.Join(folder, file.path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, file.text, 0o600); err != nil {
			return err
		}
	}
	return nil
}
