package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func text(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "network.yaml"))
	require.NoError(t, err)
	return string(raw)
}

func TestTheProjectsOwnConfigurationIsGood(t *testing.T) {
	c, err := Parse([]byte(text(t)))
	require.NoError(t, err)
	require.Len(t, c.Organisations, 4)
	require.Len(t, c.Ordering.Nodes, 3)
	require.Equal(t, "portledger", c.Ledger().Name)
	require.Equal(t, "carrier-registrar", c.Registrar("carrier"))
	for _, p := range c.People {
		if !p.Registrar {
			_, found := c.Party(p.Party)
			require.True(t, found, p.Name)
		}
	}
}

func TestEveryFaultOfAConfigurationIsNamed(t *testing.T) {
	good := text(t)
	for name, c := range map[string]struct{ old, new, fault string }{
		"a port used twice":                  {"listen: 17101,", "listen: 17201,", "17201 is used by [carrier peer terminal peer]"},
		"a port out of range":                {"listen: 17101,", "listen: 70000,", "70000 of [carrier peer] is not a port"},
		"an address others can reach":        {"host: 127.0.0.1", "host: 0.0.0.0", "not a loopback address"},
		"a client that nobody comes back to": {"clients: []", "clients: [{ id: console, path: console }]", `issuer.clients: "console"`},
		"certificates without TLS":           {"gateway_mutual_tls: false", "gateway_mutual_tls: true", "gateway_mutual_tls: needs gateway_tls"},
		"a misspelt key":                     {"gateway_tls:", "gateway_tsl:", "gateway_tsl"},
		"two organisations with one msp":     {"msp: BankMSP", "msp: PortMSP", `msp "PortMSP" is empty or used twice`},
		"trust in a stranger":                {"customs: [PortMSP]", "customs: [MoonMSP]", `no organisation has the msp "MoonMSP"`},
		"blocks an orderer cannot reload":    {"batch_bytes_max: 8388608", "batch_bytes_max: 16777216", "batch_bytes_max"},
		"no batch timeout":                   {"batch_timeout: 100ms", "batch_timeout: 0s", "batch_timeout"},
		"two orderers only":                  {"- { name: orderer3, listen: 17021, admin: 17022, operations: 17023 }", "", "at least 3"},
		"a chaincode without a port":         {"carrier: 17107, ", "", "chaincodes.plain.ports: no port for carrier"},
		"a person of another organisation":   {"name: line-clerk, organisation: carrier", "name: line-clerk, organisation: bank", "people.line-clerk"},
		"an organisation without registrar": {
			"- { name: bank-registrar, organisation: bank, registrar: true }", "", "bank has 0 registrars",
		},
		"more endorsers than organisations": {"endorsers: 2", "endorsers: 5", "chaincodes.portledger.endorsers: 5 of 4"},
		"a candidate on a member's port":    {"gateway: { listen: 17510 }", "gateway: { listen: 17410 }", "17410 is used by [bank2 gateway port gateway]"},
		"a candidate without a chaincode":   {"{ portledger: 17506, plain: 17507 }", "{ portledger: 17506 }", "chaincodes.plain.ports: no port for bank2"},
		"a candidate named as a member":     {"msp: Bank2MSP", "msp: BankMSP", `msp "BankMSP" is empty or used twice`},
		"a candidate with others' people": {
			"name: bank2-manager, organisation: bank2, party: bank2", "name: bank2-manager, organisation: bank, party: bank", `joining.bank2.people: "bank2-manager"`,
		},
		"a member that trusts a candidate":    {"customs: [PortMSP], guardians", "customs: [Bank2MSP], guardians", `no organisation has the msp "Bank2MSP"`},
		"a name used twice":                   {"name: trucker2-driver", "name: trucker-driver", `"trucker-driver" is not a unique`},
		"a role that the party does not have": {"party: buyer, roles: []", "party: buyer, roles: [BANK]", "people.buyer-trainee: buyer does not have the role BANK"},
		"a registrar with roles":              {"organisation: bank, registrar: true", "organisation: bank, registrar: true, roles: [BANK]", "no roles of a party"},
		"a registrar with a key of its own":   {"organisation: bank, registrar: true", "organisation: bank, registrar: true, own_key: true", "no key of its own"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, good, c.old)
			_, err := Parse([]byte(strings.Replace(good, c.old, c.new, 1)))
			require.ErrorContains(t, err, c.fault)
		})
	}
}

func TestAPersonHasTheRolesOfItsPartyOrFewer(t *testing.T) {
	c, err := Parse([]byte(strings.NewReplacer("roles: [FORWARDER]", "roles: [FORWARDER, TRUCKER]",
		"name: forwarder-clerk, organisation: port, party: forwarder", "name: forwarder-clerk, organisation: port, party: forwarder, roles: [TRUCKER]").
		Replace(text(t))))
	require.NoError(t, err)
	for name, roles := range map[string][]string{"forwarder-leaver": {"FORWARDER", "TRUCKER"}, "forwarder-clerk": {"TRUCKER"}, "buyer-trainee": {}} {
		p, found := c.Person(name)
		require.True(t, found)
		require.Equal(t, roles, c.RolesOf(p), name)
	}
}

func TestTheShapeOfTheChannelIgnoresWhatMayChange(t *testing.T) {
	good := text(t)
	before, err := Parse([]byte(good))
	require.NoError(t, err)
	change := func(old, new string) Shape {
		c, err := Parse([]byte(strings.Replace(good, old, new, 1)))
		require.NoError(t, err)
		return c.Shape()
	}
	require.Equal(t, before.Shape(), change("gateway: { listen: 17110 }", "gateway: { listen: 17119 }"))
	require.NotEqual(t, before.Shape(), change("peer: { listen: 17101,", "peer: { listen: 17109,"))
	require.NotEqual(t, before.Shape(), change("tick: 100ms", "tick: 200ms"))
}

func TestACandidateIsNobodyUntilItIsAdmitted(t *testing.T) {
	c, err := Parse([]byte(text(t)))
	require.NoError(t, err)
	_, found := c.Organisation("bank2")
	require.False(t, found)
	require.Equal(t, "OutOf(2, 'CarrierMSP.peer', 'TerminalMSP.peer', 'BankMSP.peer', 'PortMSP.peer')", c.Policy(c.Ledger()))

	grown, err := c.Admit("bank2")
	require.NoError(t, err)
	require.Len(t, c.Organisations, 4, "what is admitted to is another configuration")
	require.NotContains(t, c.Ledger().Ports, "bank2")
	require.Len(t, c.Founders(), 4)
	require.Equal(t, c.Founders(), grown.Founders())
	require.Equal(t, "bank2", grown.Newcomers()[0].Key)
	require.Equal(t, c.Shape(), grown.Shape(), "the first block stays what it is")
	require.Equal(t, 17506, grown.Ledger().Ports["bank2"])
	require.Equal(t, "bank2-registrar", grown.Registrar("bank2"))
	require.Contains(t, grown.Policy(grown.Ledger()), ", 'PortMSP.peer', 'Bank2MSP.peer')")
	_, found = grown.Party("bank2")
	require.True(t, found)
	_, err = grown.Admit("bank2")
	require.ErrorContains(t, err, `"bank2"`)
}
