// Package config reads network.yaml: every port, party, person and timing of the local network.
// It knows nothing of processes, certificates or Fabric; it only promises that what it hands on is complete,
// consistent and free of port clashes.
package config

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/goccy/go-yaml"
)

// Config is the whole of network.yaml.
type Config struct {
	Host          string         `yaml:"host"`
	Channel       string         `yaml:"channel"`
	Ordering      Ordering       `yaml:"ordering"`
	Organisations []Organisation `yaml:"organisations"`
	Joining       []Candidate    `yaml:"joining"`
	GatewayTLS    bool           `yaml:"gateway_tls"`
	GatewayMTLS   bool           `yaml:"gateway_mutual_tls"`
	Chaincodes    []Chaincode    `yaml:"chaincodes"`
	Issuer        Issuer         `yaml:"issuer"`
	Timings       Timings        `yaml:"timings"`
	Memory        Memory         `yaml:"memory"`
	Parties       []Party        `yaml:"parties"`
	People        []Person       `yaml:"people"`
}

// Ordering is the ordering organisation, its block cutting and its Raft nodes.
type Ordering struct {
	Key                 string        `yaml:"key"`
	MSP                 string        `yaml:"msp"`
	BatchTimeout        time.Duration `yaml:"batch_timeout"`
	BatchMessagesMax    uint32        `yaml:"batch_messages_max"`
	BatchBytesPreferred uint32        `yaml:"batch_bytes_preferred"`
	BatchBytesMax       uint32        `yaml:"batch_bytes_max"`
	Tick                time.Duration `yaml:"tick"`
	Nodes               []Orderer     `yaml:"nodes"`
}

// Orderer is one Raft node and its three ports.
type Orderer struct {
	Name       string `yaml:"name"`
	Listen     int    `yaml:"listen"`
	Admin      int    `yaml:"admin"`
	Operations int    `yaml:"operations"`
}

// Organisation is a member of the channel. Key is its short name, the folder and the prefix of its processes.
type Organisation struct {
	Key     string              `yaml:"key"`
	MSP     string              `yaml:"msp"`
	Trust   map[string][]string `yaml:"trust"`
	Peer    PeerPorts           `yaml:"peer"`
	CA      CAPorts             `yaml:"ca"`
	Gateway GatewayPorts        `yaml:"gateway"`
	// Joined tells that it came after the channel's first block was made.
	Joined bool `yaml:"-"`
}

// Candidate is an organisation that can join the running channel, with everything that comes with it. Until then it is
// no part of the network.
type Candidate struct {
	Organisation `yaml:",inline"`
	// Chaincodes are the ports of its chaincode processes, by chaincode.
	Chaincodes map[string]int `yaml:"chaincodes"`
	Parties    []Party        `yaml:"parties"`
	People     []Person       `yaml:"people"`
}

// PeerPorts are the ports of one peer. Chaincode is the peer's own listener for chaincode it would launch
// itself; nothing uses it here, but the peer opens it all the same.
type PeerPorts struct {
	Listen     int `yaml:"listen"`
	Chaincode  int `yaml:"chaincode"`
	Operations int `yaml:"operations"`
}

// CAPorts are the ports of one Fabric CA.
type CAPorts struct {
	Listen     int `yaml:"listen"`
	Operations int `yaml:"operations"`
}

// GatewayPorts is the port of one gateway.
type GatewayPorts struct {
	Listen int `yaml:"listen"`
}

// Chaincode is a definition on the channel: a name, how many of the organisations' peers must endorse what no key has
// a policy of its own for, and one process per organisation.
type Chaincode struct {
	Name      string         `yaml:"name"`
	Endorsers int            `yaml:"endorsers"`
	Ports     map[string]int `yaml:"ports"`
}

// Issuer is the OpenID provider that stands here for each organisation's own. Audience opens the audiences of the gateways,
// one for each organisation.
type Issuer struct {
	Listen        int            `yaml:"listen"`
	Audience      string         `yaml:"audience"`
	TokenLifetime time.Duration  `yaml:"token_lifetime"`
	Clients       []IssuerClient `yaml:"clients"`
}

// IssuerClient is a program that people sign in to in a browser. They come back to it at Path of their organisation's gateway.
type IssuerClient struct {
	ID   string `yaml:"id"`
	Path string `yaml:"path"`
}

// Timings are the longest waits.
type Timings struct {
	NodeStart time.Duration `yaml:"node_start"`
	Ready     time.Duration `yaml:"ready"`
	Stop      time.Duration `yaml:"stop"`
}

// Memory holds the garbage collector's target in percent for each kind of process.
type Memory struct {
	GOGC map[string]int `yaml:"gogc"`
}

// Party is a legal person that its organisation registers on the ledger. Content is handed on as private input.
type Party struct {
	Name         string         `yaml:"name"`
	Organisation string         `yaml:"organisation"`
	Roles        []string       `yaml:"roles"`
	AutoAccept   bool           `yaml:"auto_accept"` // transfers to it take effect at once
	AEOStatus    string         `yaml:"aeo_status"`  // ADVANCED or STANDARD where the customs certified it
	Content      map[string]any `yaml:"content"`
}

// Person acts for a party, or as its organisation's registrar for none. Name stays on this machine:
// certificates and tokens carry an opaque id. A machine gets its tokens by client credentials instead of signing in.
type Person struct {
	Name         string `yaml:"name"`
	Organisation string `yaml:"organisation"`
	Party        string `yaml:"party"`
	Registrar    bool   `yaml:"registrar"`
	// Roles are those of the party that the person has: all where it is left out, none ([]) for somebody who may look only.
	Roles   []string `yaml:"roles"`
	Machine bool     `yaml:"machine"`
	OwnKey  bool     `yaml:"own_key"` // signs outside of the gateway, which never gets the key
}

// Load reads and checks the file at path. An unknown key is an error.
func Load(path string) (*Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read network configuration: %w", err)
	}
	c, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// Parse reads and checks a configuration text.
func Parse(text []byte) (*Config, error) {
	c := &Config{}
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(c); err != nil {
		return nil, err
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	return c, nil
}

// Address is host:port for a port of this network.
func (c *Config) Address(port int) string {
	return net.JoinHostPort(c.Host, strconv.Itoa(port))
}

// Shape is the part of the configuration that the channel's first block fixes for good.
type Shape struct {
	Host, Channel string
	Ordering      Ordering
	Peers         map[string]int // MSP id to port
}

// Shape answers that part.
func (c *Config) Shape() Shape {
	s := Shape{Host: c.Host, Channel: c.Channel, Ordering: c.Ordering, Peers: map[string]int{}}
	for _, o := range c.Founders() {
		s.Peers[o.MSP] = o.Peer.Listen
	}
	return s
}

// Organisation answers the organisation with that key.
func (c *Config) Organisation(key string) (Organisation, bool) {
	for _, o := range c.Organisations {
		if o.Key == key {
			return o, true
		}
	}
	return Organisation{}, false
}

// Chaincode answers the definition with that name.
func (c *Config) Chaincode(name string) (Chaincode, bool) {
	for _, cc := range c.Chaincodes {
		if cc.Name == name {
			return cc, true
		}
	}
	return Chaincode{}, false
}

// Ledger is the ledger's own chaincode: the first of the list.
func (c *Config) Ledger() Chaincode { return c.Chaincodes[0] }

// Policy is the endorsement policy of a chaincode: peers of any so many organisations. It grows with the members.
func (c *Config) Policy(cc Chaincode) string {
	text := fmt.Sprintf("OutOf(%d", cc.Endorsers)
	for _, o := range c.Organisations {
		text += fmt.Sprintf(", '%s.peer'", o.MSP)
	}
	return text + ")"
}

// Party answers the party with that name.
func (c *Config) Party(name string) (Party, bool) {
	for _, p := range c.Parties {
		if p.Name == name {
			return p, true
		}
	}
	return Party{}, false
}

// Person finds somebody by name.
func (c *Config) Person(name string) (Person, bool) {
	for _, p := range c.People {
		if p.Name == name {
			return p, true
		}
	}
	return Person{}, false
}

// RolesOf answers the roles that a person has of its party's.
func (c *Config) RolesOf(p Person) []string {
	if p.Roles != nil {
		return p.Roles
	}
	party, _ := c.Party(p.Party)
	return party.Roles
}

// Registrar answers the name of an organisation's registrar.
func (c *Config) Registrar(key string) string {
	for _, p := range c.People {
		if p.Organisation == key && p.Registrar {
			return p.Name
		}
	}
	return ""
}
