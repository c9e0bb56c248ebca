package memfabric

// Client is a person at a gateway: calls go to the peer of MSP, signed with Identity. The two organisations differ
// only where a test tries what an outsider may reach.
type Client struct {
	Network  *Network
	Identity Identity
	MSP      string
}

// Client makes the client of an identity at its own organisation's gateway.
func (n *Network) Client(id Identity) Client { return Client{Network: n, Identity: id, MSP: id.MSP} }

// Proposal is the call fn(args...) as this client would send it now.
func (c Client) Proposal(fn string, args []string, transient map[string][]byte) Proposal {
	return Proposal{Creator: c.Identity, Args: append([]string{fn}, args...), Transient: transient}
}

// Evaluate asks the client's peer. See [Network.Evaluate].
func (c Client) Evaluate(fn string, args []string, transient map[string][]byte) ([]byte, error) {
	return c.Network.Evaluate(c.Proposal(fn, args, transient), c.MSP)
}

// Submit has exactly the named organisations endorse and commits. See [Network.Submit].
func (c Client) Submit(fn string, args []string, transient map[string][]byte, orgs ...string) (Receipt, error) {
	return c.Network.Submit(c.Proposal(fn, args, transient), orgs...)
}
