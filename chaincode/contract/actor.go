package contract

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/cid"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// The certificate attributes that an organisation's CA vouches for.
const (
	attrParty     = "portledger.party"
	attrRoles     = "portledger.roles"
	attrRegistrar = "portledger.registrar"
)

// identify reads who signed the transaction. The certificate names the party and the person's roles; the ledger must know
// the party as one of the same organisation, and only roles that both grant count. Nobody acts for another party (rule X-21).
func (t *turn) identify(ctx contractapi.TransactionContextInterface) (lifecycle.Actor, error) {
	id, read := ctx.GetClientIdentity().(*cid.ClientID)
	if !read || id == nil {
		return lifecycle.Actor{}, errors.New("read caller: no certificate that can be read")
	}
	org, err := id.GetMSPID()
	if err != nil {
		return lifecycle.Actor{}, fmt.Errorf("read caller: %w", err)
	}
	cert, err := id.GetX509Certificate()
	if err != nil || cert == nil {
		return lifecycle.Actor{}, fault.New(fault.UnknownCaller)
	}
	if t.At.Before(cert.NotBefore) || t.At.After(cert.NotAfter) { // Fabric lets in who is not to begin yet
		return lifecycle.Actor{}, fault.New(fault.UnknownCaller)
	}
	a := lifecycle.Actor{Person: cert.Subject.CommonName}
	if yes, _, _ := id.GetAttributeValue(attrRegistrar); yes == "true" {
		a.Ref = lifecycle.Ref{Party: party.RegistrarOf(org), Org: org}
		a.Roles = []lifecycle.Role{party.Registrar}
		return a, nil
	}
	name, _, _ := id.GetAttributeValue(attrParty)
	granted, _, _ := id.GetAttributeValue(attrRoles)
	// No anchor is asked for here: whoever forges a party of this organisation still has no certificate of its CA.
	var p party.Party
	found, err := t.Get(key("party", name), &p)
	if err != nil {
		return lifecycle.Actor{}, err
	}
	if name == "" || !found || p.ID != name || p.Org != org {
		return lifecycle.Actor{}, fault.New(fault.UnknownCaller)
	}
	a.Ref, t.marks = p.Ref(), p.FourEyes
	for _, role := range strings.Split(granted, ",") {
		if r := lifecycle.Role(strings.TrimSpace(role)); slices.Contains(p.Roles, r) {
			a.Roles = append(a.Roles, r)
		}
	}
	return a, nil
}

// registered looks up a party that the organisation it names vouches for; the zero party where there is none.
func (t *turn) registered(id string) (party.Party, error) {
	p, err := load[party.Party](t, "party", id)
	if fault.Of(err) != nil {
		return party.Party{}, nil
	}
	return p, err
}

// named looks up the parties that a request names: place in the request → id. Empty ids are left out.
func (t *turn) named(places map[string]string) (map[string]party.Party, error) {
	found := map[string]party.Party{}
	for _, place := range slices.Sorted(maps.Keys(places)) {
		if places[place] == "" {
			continue
		}
		p, err := t.registered(places[place])
		if err != nil {
			return nil, err
		}
		if p.Zero() {
			return nil, fault.New(fault.UnknownParty).In(place)
		}
		found[place] = p
	}
	return found, nil
}
