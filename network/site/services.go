package site

import (
	"encoding/json"
	"path/filepath"

	"github.com/goccy/go-yaml"

	"portledger/network/config"
	"portledger/network/proc"
)

// IssuerName is the OpenID provider's process.
const IssuerName = "issuer"

// ChaincodeName is the process of the organisation's chaincode; the ledger's own has the short name.
func (s *Site) ChaincodeName(o config.Organisation, cc config.Chaincode) string {
	if cc.Name == s.Config.Ledger().Name {
		return o.Key + "-chaincode"
	}
	return o.Key + "-chaincode-" + cc.Name
}

// Chaincode answers how the organisation's chaincode process is started from program.
func (s *Site) Chaincode(o config.Organisation, cc config.Chaincode, program, packageID string) (proc.Spec, error) {
	home := s.In(o.Key, "chaincode")
	return s.finish(s.spec(s.ChaincodeName(o, cc), KindChaincode, home, []int{cc.Ports[o.Key]}, []string{"CORE_PEER_LOCALMSPID=" + o.MSP}, program,
		"--address", s.Config.Address(cc.Ports[o.Key]), "--package-id", packageID, "--msp", o.MSP,
		"--tls-cert", filepath.Join(home, "tls", "cert.pem"), "--tls-key", filepath.Join(home, "tls", "key.pem"),
		"--client-ca", s.TLSRoot(o.Key)))
}

// Gateway writes the gateway's configuration and answers how it is started.
func (s *Site) Gateway(o config.Organisation) (proc.Spec, error) {
	home := s.In(o.Key, "gateway")
	type object = map[string]any
	settings := object{
		"listen":       s.Config.Address(o.Gateway.Listen),
		"organisation": o.MSP,
		"channel":      s.Config.Channel,
		"chaincode":    s.Config.Ledger().Name,
		"peer": object{
			"address": s.Config.Address(o.Peer.Listen), "tls_ca": s.TLSRoot(o.Key),
			"tls_cert": filepath.Join(s.ClientTLS(o.Key), "cert.pem"), "tls_key": filepath.Join(s.ClientTLS(o.Key), "key.pem"),
		},
		"database": filepath.Join(home, "gateway.db"),
		"audit":    filepath.Join(home, "audit.jsonl"),
		// The benchmark's clients all act for one party.
		"limits":     object{"per_party_per_second": 1000, "burst": 1000},
		"identities": s.Identities(o.Key),
		"tokens":     object{"issuer": s.IssuerURL(), "audience": s.Audience(o)},
		"log_level":  "info",
	}
	if s.Config.GatewayTLS {
		secure := object{"cert": filepath.Join(home, "tls", "cert.pem"), "key": filepath.Join(home, "tls", "key.pem")}
		if s.Config.GatewayMTLS {
			secure["client_ca"] = filepath.Join(s.authority(o.Key), "cert.pem")
		}
		settings["tls"] = secure
	}
	text, err := yaml.Marshal(settings)
	if err != nil {
		return proc.Spec{}, err
	}
	file := s.In(o.Key, "gateway.yaml")
	if err := WriteFile(file, text); err != nil {
		return proc.Spec{}, err
	}
	return s.finish(s.spec(GatewayName(o), KindGateway, home, []int{o.Gateway.Listen}, nil, s.Bin("gateway"), "--config", file), file)
}

// Issuer answers how the OpenID provider is started: the network program itself.
func (s *Site) Issuer(configFile string) (proc.Spec, error) {
	return s.finish(s.spec(IssuerName, KindIssuer, s.In("issuer"), []int{s.Config.Issuer.Listen}, nil,
		s.Bin("network"), "--root", s.Root, "--data", s.Net, "--config", configFile, "issuer"), configFile)
}

// Connection is what a test or a benchmark needs to reach every part of the network.
type Connection struct {
	Channel       string                            `json:"channel"`
	Chaincode     string                            `json:"chaincode"`
	Issuer        string                            `json:"issuer"`
	Organisations map[string]OrganisationConnection `json:"organisations"`
	Orderers      map[string]OrdererConnection      `json:"orderers"`
}

// OrganisationConnection is one member's addresses and the files to use them with. AdminIdentity holds the
// administrator's cert.pem and key.pem, ClientTLS the pair for mutual TLS, Processes its processes by part.
type OrganisationConnection struct {
	MSP            string            `json:"msp"`
	Folder         string            `json:"folder"`
	Peer           string            `json:"peer"`
	PeerOperations string            `json:"peer_operations"`
	TLSCA          string            `json:"tls_ca"`
	ClientCert     string            `json:"client_cert"`
	ClientKey      string            `json:"client_key"`
	Admin          string            `json:"admin"`
	Identities     string            `json:"identities"`
	Gateway        string            `json:"gateway"`
	CA             string            `json:"ca"`
	Chaincodes     map[string]string `json:"chaincodes"`
	Processes      map[string]string `json:"processes"`
}

// OrdererConnection is one orderer's addresses.
type OrdererConnection struct {
	Address    string `json:"address"`
	Admin      string `json:"admin"`
	Operations string `json:"operations"`
	TLSCA      string `json:"tls_ca"`
}

// Connection describes the whole network.
func (s *Site) Connection() Connection {
	c := Connection{
		Channel: s.Config.Channel, Chaincode: s.Config.Ledger().Name, Issuer: s.IssuerURL(),
		Organisations: map[string]OrganisationConnection{}, Orderers: map[string]OrdererConnection{},
	}
	for _, o := range s.Config.Organisations {
		member := OrganisationConnection{
			MSP: o.MSP, Folder: s.In(o.Key), Peer: s.Config.Address(o.Peer.Listen), PeerOperations: s.Config.Address(o.Peer.Operations),
			TLSCA: s.TLSRoot(o.Key), ClientCert: filepath.Join(s.ClientTLS(o.Key), "cert.pem"), ClientKey: filepath.Join(s.ClientTLS(o.Key), "key.pem"),
			Admin: s.AdminFolder(o.Key), Identities: s.Identities(o.Key), Gateway: s.GatewayURL(o), CA: s.CAURL(o),
			Chaincodes: map[string]string{},
			Processes:  map[string]string{"peer": PeerName(o), "ca": CAName(o), "gateway": GatewayName(o), "chaincode": s.ChaincodeName(o, s.Config.Ledger())},
		}
		for _, cc := range s.Config.Chaincodes {
			member.Chaincodes[cc.Name] = s.Config.Address(cc.Ports[o.Key])
		}
		c.Organisations[o.Key] = member
	}
	for _, node := range s.Config.Ordering.Nodes {
		c.Orderers[node.Name] = OrdererConnection{
			Address: s.Config.Address(node.Listen), Admin: s.Config.Address(node.Admin),
			Operations: s.Config.Address(node.Operations), TLSCA: s.TLSRoot(s.Config.Ordering.Key),
		}
	}
	return c
}

// SaveConnection writes the connection profile.
func (s *Site) SaveConnection() error {
	text, err := json.MarshalIndent(s.Connection(), "", "  ")
	if err != nil {
		return err
	}
	return WriteFile(s.In("connection.json"), text)
}
