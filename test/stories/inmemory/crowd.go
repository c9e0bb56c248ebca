package inmemory

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/gateway/ledger"
	"portledger/test/memledger"
	"portledger/test/stories"
)

// roles are those of domain facts 2 that have a party in network.yaml.
var roles = []string{"CARRIER", "TERMINAL", "DEPOT", "RAIL", "BANK", "SHIPPER", "CONSIGNEE", "FORWARDER", "TRUCKER", "CUSTOMS", "AUTHORITY"}

// elsewhere is the organisation that has a party of every role in a crowd.
const elsewhere = "bank2"

// Crowd is the venue with many more people, whose gateways also follow the ledger: of every party of network.yaml there is
// another one with the same role in the same organisation, called "other" and the party's name, and of every role one in
// another organisation, called "far" and the role. Their persons are called like the parties.
func Crowd(t testing.TB) (*stories.Venue, *Peers) {
	t.Helper()
	var further []member
	for _, m := range members {
		name := "other-" + m.party
		if m.organisation != elsewhere && m.party != "line2" && m.party != "trucker2" {
			further = append(further, member{m.organisation, name, m.role, name})
		}
	}
	for _, role := range roles {
		name := "far-" + strings.ToLower(role)
		further = append(further, member{elsewhere, name, role, name})
	}
	v, m := open(t, further...)
	for _, g := range m.servers {
		ended := make(chan error, 1)
		go func() { ended <- g.Run(t.Context()) }()
		t.Cleanup(func() { require.NoError(t, <-ended) })
	}
	return v, &m.peers
}

// Further tells whether a person is one that a crowd has beyond network.yaml.
func Further(person string) bool {
	return strings.HasPrefix(person, "other-") || strings.HasPrefix(person, "far-")
}

type still struct{}

// Still marks what is asked on the side: no time passes by it, and it is not held against openapi.yaml.
func Still(ctx context.Context) context.Context { return context.WithValue(ctx, still{}, true) }

// Peers are the organisations' peers as Fabric clients reach them, without any gateway.
type Peers struct {
	of  map[string]*memledger.Ledger
	ids map[string]string
}

// Evaluate asks the peer of the organisation at, as a person of the organisation of; function is "contract:Function".
func (p *Peers) Evaluate(ctx context.Context, of, person, at, function string, args []string, transient map[string][]byte) ([]byte, error) {
	own := p.of[of]
	as, err := own.Lookup(p.ids[person])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", person, err)
	}
	contract, name, found := strings.Cut(function, ":")
	if !found {
		return nil, errors.New("which contract?")
	}
	return own.EvaluateAt(ctx, as, ledger.Call{Contract: contract, Function: name, Args: args, Transient: transient}, mspOf(at))
}

func mspOf(organisation string) string {
	for _, o := range organisations {
		if o.name == organisation {
			return o.msp
		}
	}
	return organisation
}
