package config

import (
	"fmt"
	"maps"
	"slices"
)

// Founders are the organisations that the channel's first block names.
func (c *Config) Founders() []Organisation {
	return slices.DeleteFunc(slices.Clone(c.Organisations), func(o Organisation) bool { return o.Joined })
}

// Newcomers are the organisations that joined later, in that order.
func (c *Config) Newcomers() []Organisation {
	return slices.DeleteFunc(slices.Clone(c.Organisations), func(o Organisation) bool { return !o.Joined })
}

// Admit answers the configuration with these candidates as organisations among the others, in the order given.
func (c *Config) Admit(keys ...string) (*Config, error) {
	grown := *c
	grown.Organisations, grown.Parties, grown.People = slices.Clone(c.Organisations), slices.Clone(c.Parties), slices.Clone(c.People)
	grown.Joining, grown.Chaincodes = slices.Clone(c.Joining), slices.Clone(c.Chaincodes)
	for i, cc := range grown.Chaincodes {
		grown.Chaincodes[i].Ports = maps.Clone(cc.Ports)
	}
	for _, key := range keys {
		i := slices.IndexFunc(grown.Joining, func(n Candidate) bool { return n.Key == key })
		if i < 0 {
			return nil, fmt.Errorf("network.yaml describes no organisation %q that may join (section joining)", key)
		}
		grown.admit(grown.Joining[i])
		grown.Joining = slices.Delete(grown.Joining, i, i+1)
	}
	return &grown, nil
}

func (c *Config) admit(n Candidate) {
	member := n.Organisation
	member.Joined = true
	c.Organisations = append(c.Organisations, member)
	for i, cc := range c.Chaincodes {
		if port, set := n.Chaincodes[cc.Name]; set {
			c.Chaincodes[i].Ports[member.Key] = port
		}
	}
	c.Parties = append(c.Parties, n.Parties...)
	c.People = append(c.People, n.People...)
}

// checkJoining checks the network as it will be once every candidate has joined: names and ports must not clash then either.
func (c *Config) checkJoining() error {
	var keys []string
	for _, n := range c.Joining {
		keys = append(keys, n.Key)
		for _, p := range n.Parties {
			if p.Organisation != n.Key {
				return fmt.Errorf("joining.%s.parties: %q is of another organisation", n.Key, p.Name)
			}
		}
		for _, p := range n.People {
			if p.Organisation != n.Key {
				return fmt.Errorf("joining.%s.people: %q is of another organisation", n.Key, p.Name)
			}
		}
	}
	grown, err := c.Admit(keys...)
	if err != nil {
		return err
	}
	return grown.checkMembers()
}
