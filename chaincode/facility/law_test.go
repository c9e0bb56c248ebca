package facility_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/facility"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/test/lawtest"
)

var people = map[string]lifecycle.Actor{
	"bank":     lawtest.Actor("PBANK", "BankMSP", party.Bank),
	"bank2":    lawtest.Actor("PBANK2", "BankMSP", party.Bank),
	"shipper":  lawtest.Actor("PSHIPPER", "PortMSP", party.Shipper),
	"carrier":  lawtest.Actor("PCARRIER", "CarrierMSP", party.Carrier),
	"impostor": lawtest.Actor("PBANK", "PortMSP", party.Bank),
}

func in(state lifecycle.State) facility.Facility {
	return facility.Facility{Record: lifecycle.Record{ID: "cf-1", Family: "facility", State: state, Version: 2}, Bank: people["bank"].Ref}
}

// What a bank may do with a facility: domain facts 3.6 and the bank's own practice of credit control.
const allowed = `
unborn    | open         | bank, bank2, impostor | OPENED
OPENED    | change-limit | bank                  | ACTIVE
OPENED    | close        | bank                  | CLOSED
ACTIVE    | change-limit | bank                  | ACTIVE
ACTIVE    | reserve      | bank                  | ACTIVE
ACTIVE    | free         | bank                  | ACTIVE
ACTIVE    | suspend      | bank                  | SUSPENDED
ACTIVE    | close        | bank                  | CLOSED
SUSPENDED | change-limit | bank                  | SUSPENDED
SUSPENDED | free         | bank                  | SUSPENDED
SUSPENDED | resume       | bank                  | ACTIVE
SUSPENDED | close        | bank                  | CLOSED
`

func TestEveryActInEveryStateByEverybody(t *testing.T) {
	documents := map[string]facility.Facility{"unborn": {Record: lifecycle.Record{ID: "cf-1", Family: "facility"}}}
	for _, state := range []lifecycle.State{facility.Opened, facility.Active, facility.Suspended, facility.Closed} {
		documents[string(state)] = in(state)
	}
	lawtest.Trial[facility.Facility, facility.Request]{
		Law: facility.Law, Documents: documents, Actors: people, Anybody: []lifecycle.Act{facility.Open},
		Request: func(lifecycle.Act) facility.Request {
			return facility.Request{Witness: "TerminalMSP", Reason: "REVIEW", Commitment: "c1"}
		},
		Want: allowed,
	}.Run(t)
}

func refused(t *testing.T, code fault.Code, f facility.Facility, act lifecycle.Act, r facility.Request, who string) *fault.Fault {
	t.Helper()
	_, err := f.Apply(lifecycle.Command[facility.Request]{Act: act, Actor: people[who], At: lawtest.At, Request: r})
	require.Equal(t, code, fault.Of(err).Code)
	return fault.Of(err)
}

func TestWhatStopsAFacility(t *testing.T) {
	unborn := facility.Facility{}
	require.Equal(t, "/witness", refused(t, fault.OneOrganisation, unborn, facility.Open, facility.Request{Witness: "BankMSP"}, "bank").At)
	refused(t, fault.WrongRole, unborn, facility.Open, facility.Request{Witness: "BankMSP"}, "shipper") // the role comes first
	require.Equal(t, "/reason", refused(t, fault.Invalid, in(facility.Active), facility.Suspend, facility.Request{Reason: "no"}, "bank").At)
	refused(t, fault.WrongParty, in(facility.Active), facility.Suspend, facility.Request{Reason: "no"}, "bank2")
	refused(t, fault.FacilityInUse, in(facility.Active), facility.Close, facility.Request{InUse: true}, "bank")
	refused(t, fault.WrongState, in(facility.Closed), facility.Close, facility.Request{InUse: true}, "bank")
}

func TestAFacilityTellsOnlyWhoseItIs(t *testing.T) {
	f, err := facility.Facility{}.Apply(lifecycle.Command[facility.Request]{Act: facility.Open, Actor: people["bank"], At: lawtest.At,
		Request: facility.Request{Witness: "PortMSP"}})
	require.NoError(t, err)
	require.Equal(t, facility.Facility{Record: lifecycle.Record{State: facility.Opened}, Bank: people["bank"].Ref}, f)
	require.Equal(t, []string{"BankMSP"}, f.Relying())
	f, err = f.Apply(lifecycle.Command[facility.Request]{Act: facility.ChangeLimit, Actor: people["bank"], At: lawtest.At,
		Request: facility.Request{Commitment: "c1"}})
	require.NoError(t, err)
	require.Equal(t, "c1", f.Commitment)
}
