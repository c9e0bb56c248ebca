package config

import (
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"sort"
	"strings"
)

// Raft loses no data and stays available with one node down only from three nodes on.
const orderersMin = 3

// A log entry over 10 MB keeps an orderer of the pinned version from starting again.
const batchBytesLimit = 10_000_000

var shortName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)

// check answers every fault of the configuration at once.
func (c *Config) check() error {
	err := errors.Join(c.checkGeneral(), c.checkOrdering(), c.checkMembers())
	if err == nil && len(c.Joining) > 0 {
		err = c.checkJoining()
	}
	return err
}

func (c *Config) checkMembers() error {
	return errors.Join(c.checkOrganisations(), c.checkChaincodes(), c.checkParties(), c.checkPeople(), c.checkPorts())
}

func (c *Config) checkGeneral() error {
	var faults []error
	if ip := net.ParseIP(c.Host); ip == nil || !ip.IsLoopback() {
		faults = append(faults, fmt.Errorf("host: %q is not a loopback address", c.Host))
	}
	if !shortName.MatchString(c.Channel) {
		faults = append(faults, fmt.Errorf("channel: %q is not a short lower-case name", c.Channel))
	}
	if c.Issuer.Audience == "" || c.Issuer.TokenLifetime <= 0 {
		faults = append(faults, errors.New("issuer: audience and token_lifetime are needed"))
	}
	for _, client := range c.Issuer.Clients {
		if !shortName.MatchString(client.ID) || !strings.HasPrefix(client.Path, "/") {
			faults = append(faults, fmt.Errorf("issuer.clients: %q needs a short lower-case id and a path", client.ID))
		}
	}
	if c.GatewayMTLS && !c.GatewayTLS {
		faults = append(faults, errors.New("gateway_mutual_tls: needs gateway_tls"))
	}
	if c.Timings.NodeStart <= 0 || c.Timings.Ready <= 0 || c.Timings.Stop <= 0 {
		faults = append(faults, errors.New("timings: node_start, ready and stop must be positive"))
	}
	for kind, percent := range c.Memory.GOGC {
		if percent <= 0 {
			faults = append(faults, fmt.Errorf("memory.gogc.%s: %d is not a positive percentage", kind, percent))
		}
	}
	return errors.Join(faults...)
}

func (c *Config) checkOrdering() error {
	o := c.Ordering
	var faults []error
	if o.MSP == "" || !shortName.MatchString(o.Key) {
		faults = append(faults, errors.New("ordering: key and msp are needed"))
	}
	if len(o.Nodes) < orderersMin {
		faults = append(faults, fmt.Errorf("ordering.nodes: %d nodes, at least %d are needed", len(o.Nodes), orderersMin))
	}
	if o.BatchTimeout <= 0 || o.Tick <= 0 || o.BatchMessagesMax == 0 {
		faults = append(faults, errors.New("ordering: batch_timeout, tick and batch_messages_max must be positive"))
	}
	if o.BatchBytesMax == 0 || o.BatchBytesMax >= batchBytesLimit || o.BatchBytesPreferred > o.BatchBytesMax {
		faults = append(faults, fmt.Errorf("ordering: batch_bytes_preferred <= batch_bytes_max < %d must hold", batchBytesLimit))
	}
	seen := map[string]bool{}
	for _, n := range o.Nodes {
		if !shortName.MatchString(n.Name) || seen[n.Name] {
			faults = append(faults, fmt.Errorf("ordering.nodes: %q is not a unique short name", n.Name))
		}
		seen[n.Name] = true
	}
	return errors.Join(faults...)
}

func (c *Config) checkOrganisations() error {
	var faults []error
	keys, msps := map[string]bool{c.Ordering.Key: true}, map[string]bool{c.Ordering.MSP: true}
	for _, o := range c.Organisations {
		if !shortName.MatchString(o.Key) || keys[o.Key] {
			faults = append(faults, fmt.Errorf("organisations: %q is not a unique short name", o.Key))
		}
		if o.MSP == "" || msps[o.MSP] {
			faults = append(faults, fmt.Errorf("organisations.%s: msp %q is empty or used twice", o.Key, o.MSP))
		}
		keys[o.Key], msps[o.MSP] = true, true
	}
	for _, o := range c.Organisations {
		for subject, trusted := range o.Trust {
			for _, msp := range trusted {
				if !msps[msp] {
					faults = append(faults, fmt.Errorf("organisations.%s.trust.%s: no organisation has the msp %q", o.Key, subject, msp))
				}
			}
		}
	}
	if len(c.Organisations) == 0 {
		faults = append(faults, errors.New("organisations: none"))
	}
	return errors.Join(faults...)
}

func (c *Config) checkChaincodes() error {
	if len(c.Chaincodes) == 0 {
		return errors.New("chaincodes: the ledger's own chaincode is missing")
	}
	var faults []error
	seen := map[string]bool{}
	for _, cc := range c.Chaincodes {
		if !shortName.MatchString(cc.Name) || seen[cc.Name] {
			faults = append(faults, fmt.Errorf("chaincodes: %q is not a unique short name", cc.Name))
		}
		seen[cc.Name] = true
		if cc.Endorsers < 1 || cc.Endorsers > len(c.Organisations) {
			faults = append(faults, fmt.Errorf("chaincodes.%s.endorsers: %d of %d organisations", cc.Name, cc.Endorsers, len(c.Organisations)))
		}
		for _, o := range c.Organisations {
			if cc.Ports[o.Key] == 0 {
				faults = append(faults, fmt.Errorf("chaincodes.%s.ports: no port for %s", cc.Name, o.Key))
			}
		}
		if len(cc.Ports) > len(c.Organisations) {
			faults = append(faults, fmt.Errorf("chaincodes.%s.ports: more ports than organisations", cc.Name))
		}
	}
	return errors.Join(faults...)
}

func (c *Config) checkParties() error {
	var faults []error
	seen := map[string]bool{}
	for _, p := range c.Parties {
		if seen[p.Name] || !shortName.MatchString(p.Name) {
			faults = append(faults, fmt.Errorf("parties: %q is not a unique short name", p.Name))
		}
		seen[p.Name] = true
		if _, found := c.Organisation(p.Organisation); !found || len(p.Roles) == 0 {
			faults = append(faults, fmt.Errorf("parties.%s: a known organisation and a role are needed", p.Name))
		}
	}
	return errors.Join(faults...)
}

func (c *Config) checkPeople() error {
	var faults []error
	seen, registrars := map[string]bool{}, map[string]int{}
	for _, p := range c.People {
		if seen[p.Name] || !shortName.MatchString(p.Name) {
			faults = append(faults, fmt.Errorf("people: %q is not a unique short name", p.Name))
		}
		seen[p.Name] = true
		party, found := c.Party(p.Party)
		switch {
		case p.Registrar && p.OwnKey: // it works unattended while the network comes up
			faults = append(faults, fmt.Errorf("people.%s: a registrar has no key of its own", p.Name))
		case p.Registrar && p.Roles != nil:
			faults = append(faults, fmt.Errorf("people.%s: a registrar has no roles of a party", p.Name))
		case p.Registrar && p.Party == "":
			registrars[p.Organisation]++
		case p.Registrar || !found || party.Organisation != p.Organisation:
			faults = append(faults, fmt.Errorf("people.%s: acts either for a party of its organisation or as registrar", p.Name))
		}
		for _, role := range p.Roles {
			if found && !slices.Contains(party.Roles, role) {
				faults = append(faults, fmt.Errorf("people.%s: %s does not have the role %s", p.Name, p.Party, role))
			}
		}
	}
	for _, o := range c.Organisations {
		if registrars[o.Key] != 1 {
			faults = append(faults, fmt.Errorf("people: %s has %d registrars, it needs one", o.Key, registrars[o.Key]))
		}
	}
	return errors.Join(faults...)
}

// checkPorts makes sure that no two listeners share a port.
func (c *Config) checkPorts() error {
	users := map[int][]string{}
	use := func(port int, user string) { users[port] = append(users[port], user) }
	use(c.Issuer.Listen, "issuer")
	for _, n := range c.Ordering.Nodes {
		use(n.Listen, n.Name)
		use(n.Admin, n.Name+" admin")
		use(n.Operations, n.Name+" operations")
	}
	for _, o := range c.Organisations {
		use(o.Peer.Listen, o.Key+" peer")
		use(o.Peer.Chaincode, o.Key+" peer chaincode")
		use(o.Peer.Operations, o.Key+" peer operations")
		use(o.CA.Listen, o.Key+" ca")
		use(o.CA.Operations, o.Key+" ca operations")
		use(o.Gateway.Listen, o.Key+" gateway")
		for _, cc := range c.Chaincodes {
			use(cc.Ports[o.Key], o.Key+" "+cc.Name)
		}
	}
	var faults []error
	for port, who := range users {
		if port <= 0 || port > 65535 {
			faults = append(faults, fmt.Errorf("ports: %d of %v is not a port", port, who))
		} else if len(who) > 1 {
			sort.Strings(who)
			faults = append(faults, fmt.Errorf("ports: %d is used by %v", port, who))
		}
	}
	sort.Slice(faults, func(i, j int) bool { return faults[i].Error() < faults[j].Error() })
	return errors.Join(faults...)
}
