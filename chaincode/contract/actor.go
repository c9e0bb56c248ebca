package contract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/cid"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/chaincode/state"
)

// The certificate attributes that an organisation's CA vouches for.
const (
	attrParty     = "portledger.party"
	attrRoles     = "portledger.roles"
	attrRegistrar = "portledger.registrar"
)

// actor reads who signed the transaction. The certificate names the party and the person's roles; the ledger must know
// the party as one of the same organisation, and only roles that both grant count.
func actor(s *state.Session) (lifecycle.Actor, error) {
	id, err := cid.New(s.Stub)
	if err != nil {
		return lifecycle.Actor{}, fmt.Errorf("read caller: %w", err)
	}
	org, err := id.GetMSPID()
	if err != nil {
		return lifecycle.Actor{}, fmt.Errorf("read caller: %w", err)
	}
	cert, err := id.GetX509Certificate()
	if err != nil || cert == nil {
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
	var p party.Party
	found, err := s.Get("party/"+name, &p)
	if err != nil {
		return lifecycle.Actor{}, err
	}
	if name == "" || !found || p.Org != org {
		return lifecycle.Actor{}, fault.New(fault.UnknownCaller)
	}
	a.Ref = p.Ref()
	for _, role := range strings.Split(granted, ",") {
		if r := lifecycle.Role(strings.TrimSpace(role)); slices.Contains(p.Roles, r) {
			a.Roles = append(a.Roles, r)
		}
	}
	return a, nil
}

// named looks up the parties that a request names: place in the request → id. Empty ids are left out.
func (t *turn) named(places map[string]string) (map[string]party.Party, error) {
	found := map[string]party.Party{}
	sortedPlaces := make([]string, 0, len(places))
	for place := range places {
		sortedPlaces = append(sortedPlaces, place)
	}
	slices.Sort(sortedPlaces)
	for _, place := range sortedPlaces {
		if places[place] == "" {
			continue
		}
		var p party.Party
		known, err := t.Get("party/"+places[place], &p)
		if err != nil {
			return nil, err
		}
		if !known {
			return nil, fault.New(fault.UnknownParty).In(place)
		}
		found[place] = p
	}
	return found, nil
}
