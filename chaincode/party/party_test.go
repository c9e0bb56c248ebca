package party_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/chaincode/payment"
	"portledger/test/lawtest"
)

var people = map[string]lifecycle.Actor{
	"registrar": lawtest.Actor(party.RegistrarOf("PortMSP"), "PortMSP", party.Registrar),
	"foreign":   lawtest.Actor(party.RegistrarOf("BankMSP"), "BankMSP", party.Registrar),
	"itself":    lawtest.Actor("P1", "PortMSP", party.Consignee),
	"banker":    lawtest.Actor("PBANK", "BankMSP", party.Bank),
	"carrier":   lawtest.Actor("PCARRIER", "CarrierMSP", party.Carrier),
}

func request(lifecycle.Act) party.Request {
	return party.Request{ID: "P1", Roles: []lifecycle.Role{party.Shipper, party.Consignee}, Witness: "CarrierMSP", AEO: party.AEOAdvanced,
		PublicKey: "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=", To: "2027-11-21T09:30:00Z", Key: "k1",
		Acts: []string{"bill/sign"}, Known: func(string) bool { return true }}
}

const allowed = `
unborn     | register | registrar, foreign | REGISTERED
REGISTERED | describe | registrar          | REGISTERED
REGISTERED | certify  | registrar          | REGISTERED
REGISTERED | register-payment-key | nobody | -
REGISTERED | revoke-payment-key   | nobody | -
REGISTERED | mark-four-eyes   | itself* | REGISTERED
REGISTERED | unmark-four-eyes | itself* | REGISTERED
BANK       | describe             | foreign | REGISTERED
BANK       | certify              | foreign | REGISTERED
BANK       | register-payment-key | foreign | REGISTERED
BANK       | revoke-payment-key   | foreign | REGISTERED
BANK       | mark-four-eyes       | banker* | REGISTERED
BANK       | unmark-four-eyes     | banker* | REGISTERED
`

func TestEveryActInEveryStateByEverybody(t *testing.T) {
	lawtest.Trial[party.Party, party.Request]{
		Law: party.Law, Actors: people, Request: request, Want: allowed, Anybody: []lifecycle.Act{party.Register},
		Documents: map[string]party.Party{
			"unborn":     {Record: lifecycle.Record{ID: "P1", Family: "party"}},
			"REGISTERED": {Record: lifecycle.Record{ID: "P1", Family: "party", State: party.Registered}, Org: "PortMSP", FourEyes: []string{"bill/sign"}},
			"BANK": {Record: lifecycle.Record{ID: "PBANK", Family: "party", State: party.Registered}, Org: "BankMSP", Roles: []lifecycle.Role{party.Bank},
				FourEyes:    []string{"bill/sign"},
				PaymentKeys: []payment.Key{{ID: "k1", To: "2027-01-01T00:00:00Z"}}},
		},
	}.Run(t)
}

func register(with func(*party.Request)) (party.Party, *fault.Fault) {
	r := request(party.Register)
	with(&r)
	after, err := party.Law.Apply(party.Party{}, lifecycle.Command[party.Request]{Act: party.Register, Actor: people["registrar"], At: lawtest.At, Request: r})
	return after, fault.Of(err)
}

func TestARegistrationNamesKnownRolesAndAWitness(t *testing.T) {
	for _, roles := range [][]lifecycle.Role{nil, {"PIRATE"}, {party.Registrar}, {party.Shipper, party.Shipper}, {"shipper"}} {
		_, f := register(func(r *party.Request) { r.Roles, r.Witness = roles, "PortMSP" })
		require.Equal(t, fault.Invalid, f.Code, roles)
		require.Equal(t, "/roles", f.At)
	}
	_, f := register(func(r *party.Request) { r.Witness = "PortMSP" })
	require.Equal(t, fault.OneOrganisation, f.Code)
	p, f := register(func(r *party.Request) { r.AutoAccept = true })
	require.Nil(t, f)
	require.Equal(t, "PortMSP", p.Org, "the organisation is the registrar's, never what a request says")
	require.Equal(t, []lifecycle.Role{party.Consignee, party.Shipper}, p.Roles)
	require.True(t, p.AutoAccept)
	require.Equal(t, []string{"PortMSP"}, p.Relying())
}
