package leg_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/leg"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/test/lawtest"
)

var people = map[string]lifecycle.Actor{
	"issuer":   lawtest.Actor("PISSUER", "CarrierMSP", party.Carrier),
	"carrier2": lawtest.Actor("PCARRIER2", "CarrierMSP", party.Carrier),
	"rail":     lawtest.Actor("PRAIL", "RailMSP", party.Rail),
	"trucker":  lawtest.Actor("PTRUCKER", "PortMSP", party.Trucker),
	"barge":    lawtest.Actor("PBARGE", "PortMSP", party.Barge),
	"airline":  lawtest.Actor("PAIRLINE", "PortMSP", party.Airline),
	"holder":   lawtest.Actor("PHOLDER", "BankMSP", party.Bank),
	// The registered party of the right id under another organisation is somebody else.
	"impostor": lawtest.Actor("PRAIL", "PortMSP", party.Rail, party.Carrier),
}

func registered(name string) party.Party {
	a := people[name]
	return party.Party{Record: lifecycle.Record{ID: a.Party}, Org: a.Org, Roles: a.Roles}
}

// in is the n-th of three legs in a state, performed by rail; a trucker has the leg after it.
func in(state lifecycle.State, n int) leg.Leg {
	l := leg.Leg{Record: lifecycle.Record{ID: leg.ID("bl-1", n), Family: "leg", State: state, Version: 3}, Bill: "bl-1", Sequence: n, Of: 3,
		Mode: leg.Rail, Issuer: people["issuer"].Ref, Performer: people["rail"].Ref}
	if state == leg.Planned {
		l.Performer = lifecycle.Ref{}
	}
	if state == leg.HandingOver || state == leg.HandedOver {
		l.Handover = &leg.Handover{To: people["trucker"].Ref, Commitment: "signed", Seal: "kept", Given: leg.Signature{Person: "u-PRAIL"}}
	}
	return l
}

func request(lifecycle.Act) leg.Request {
	return leg.Request{ID: "bl-1.1", Reason: "OTHER", Commitment: "signed", Paper: "paper", Seal: "seal", To: people["trucker"].Ref,
		Parties: map[string]party.Party{"/performer": registered("rail")}}
}

// Written out from domain facts 3.3: the goods go from leg to leg. FIRST, MIDDLE and LAST are where it matters.
const allowed = `
PLANNED       | commission          | issuer   | COMMISSIONED
FIRST         | withdraw-commission | issuer   | PLANNED
FIRST         | decline             | rail     | PLANNED
FIRST         | take-over           | rail     | RECEIVED
FIRST         | register-document   | rail     | COMMISSIONED
FIRST         | apportion           | issuer   | COMMISSIONED
MIDDLE        | withdraw-commission | issuer   | PLANNED
MIDDLE        | decline             | rail     | PLANNED
MIDDLE        | take-over           | rail     | !leg-out-of-order
MIDDLE        | register-document   | rail     | COMMISSIONED
MIDDLE        | apportion           | issuer   | COMMISSIONED
RECEIVED      | depart              | rail     | IN_CARRIAGE
RECEIVED      | register-document   | rail     | RECEIVED
RECEIVED      | apportion           | issuer   | RECEIVED
IN_CARRIAGE   | hand-over           | rail     | HANDING_OVER
IN_CARRIAGE   | deliver             | rail     | !leg-out-of-order
IN_CARRIAGE   | register-document   | rail     | IN_CARRIAGE
IN_CARRIAGE   | apportion           | issuer   | IN_CARRIAGE
LAST          | hand-over           | rail     | !leg-out-of-order
LAST          | deliver             | rail     | DELIVERED
LAST          | register-document   | rail     | IN_CARRIAGE
LAST          | apportion           | issuer   | IN_CARRIAGE
HANDING_OVER  | withdraw-hand-over  | rail     | IN_CARRIAGE
HANDING_OVER  | accept-hand-over    | trucker  | HANDED_OVER
HANDING_OVER  | refuse-hand-over    | trucker  | IN_CARRIAGE
`

func situations() map[string]leg.Leg {
	return map[string]leg.Leg{
		"unborn": {Record: lifecycle.Record{ID: "bl-1.1", Family: "leg"}}, "PLANNED": in(leg.Planned, 2),
		"FIRST": in(leg.Commissioned, 1), "MIDDLE": in(leg.Commissioned, 2), "RECEIVED": in(leg.Received, 2),
		"IN_CARRIAGE": in(leg.InCarriage, 2), "LAST": in(leg.InCarriage, 3), "HANDING_OVER": in(leg.HandingOver, 2),
		"HANDED_OVER": in(leg.HandedOver, 2), "DELIVERED": in(leg.Delivered, 3),
	}
}

func TestEveryActInEveryStateByEverybody(t *testing.T) {
	lawtest.Trial[leg.Leg, leg.Request]{Law: leg.Law, Actors: people, Documents: situations(), Request: request, Want: allowed}.Run(t)
}

func try(l leg.Leg, act lifecycle.Act, who string, change func(*leg.Request)) (leg.Leg, *fault.Fault) {
	c := lifecycle.Command[leg.Request]{Act: act, Actor: people[who], At: lawtest.At, Request: request(act)}
	if change != nil {
		change(&c.Request)
	}
	after, err := leg.Law.Apply(l, c)
	return after, fault.Of(err)
}

// Each mode is performed by a carrier of its own kind.
func TestACarrierPerformsItsOwnModeOnly(t *testing.T) {
	fits := map[leg.Mode]string{leg.Vessel: "carrier2", leg.Rail: "rail", leg.Truck: "trucker", leg.Barge: "barge", leg.Air: "airline"}
	for mode := range fits {
		for _, name := range []string{"carrier2", "rail", "trucker", "barge", "airline", "holder"} {
			l := in(leg.Planned, 1)
			l.Mode = mode
			after, f := try(l, leg.Commission, "issuer", func(r *leg.Request) { r.Parties["/performer"] = registered(name) })
			if name == fits[mode] {
				require.Nil(t, f, "%s %s", mode, name)
				require.Equal(t, people[name].Ref, after.Performer)
				continue
			}
			require.NotNil(t, f, "%s %s", mode, name)
			require.Equal(t, []string{string(fault.RecipientNotAllowed), "/performer"}, []string{string(f.Code), f.At}, "%s %s", mode, name)
		}
	}
}

func TestADocumentIsOfItsLegsMode(t *testing.T) {
	fits := map[leg.Mode]string{leg.Rail: "SMGS CIM CIM_SMGS", leg.Truck: "CMR", leg.Barge: "BARGE_BILL", leg.Air: "AWB", leg.Vessel: ""}
	for mode, kinds := range fits {
		for _, kind := range strings.Fields("SMGS CIM CIM_SMGS AWB CMR BARGE_BILL") {
			l := in(leg.Received, 1)
			l.Mode = mode
			f := l.DocumentFits(kind)
			if contains(kinds, kind) {
				require.Nil(t, f, "%s %s", mode, kind)
				continue
			}
			require.Equal(t, fault.Invalid, f.Code, "%s %s", mode, kind)
		}
	}
	vessel := in(leg.Received, 1)
	vessel.Mode = leg.Vessel
	_, f := try(vessel, leg.RegisterDocument, "rail", nil)
	require.Equal(t, fault.NoLegDocument, f.Code, "a vessel leg has none")
}

func contains(words, word string) bool { return strings.Contains(" "+words+" ", " "+word+" ") }

// Two refusals at once: state before party, party before role, and the document before the request.
func TestConditionsRefuseInOrder(t *testing.T) {
	bad := func(r *leg.Request) { r.Reason, r.Commitment = "WHIM", "another" }
	for name, c := range map[string]struct {
		l    leg.Leg
		act  lifecycle.Act
		who  string
		want fault.Code
	}{
		"planned, by a stranger":              {in(leg.Planned, 1), leg.Depart, "holder", fault.WrongState},
		"declined by a stranger for a whim":   {in(leg.Commissioned, 1), leg.Decline, "holder", fault.WrongParty},
		"declined by an impostor":             {in(leg.Commissioned, 1), leg.Decline, "impostor", fault.WrongParty},
		"declined for a whim":                 {in(leg.Commissioned, 1), leg.Decline, "rail", fault.Invalid},
		"signed by the giver, another hash":   {in(leg.HandingOver, 1), leg.AcceptHandOver, "rail", fault.WrongParty},
		"signed over another hash":            {in(leg.HandingOver, 1), leg.AcceptHandOver, "trucker", fault.HashMismatch},
		"refused for a whim":                  {in(leg.HandingOver, 1), leg.RefuseHandOver, "trucker", fault.Invalid},
		"withdrawn for a whim by the carrier": {in(leg.Commissioned, 1), leg.WithdrawCommission, "rail", fault.WrongParty},
	} {
		_, f := try(c.l, c.act, c.who, bad)
		require.NotNil(t, f, name)
		require.Equal(t, c.want, f.Code, name)
	}
}

func TestBothCarriersSignOneContent(t *testing.T) {
	l, f := try(in(leg.InCarriage, 1), leg.HandOver, "rail", func(r *leg.Request) { r.Broken = true })
	require.Nil(t, f)
	require.Equal(t, &leg.Handover{To: people["trucker"].Ref, Commitment: "paper", Seal: "seal", Broken: true,
		Given: leg.Signature{Person: "u-PRAIL", At: lifecycle.Stamped(lawtest.At)}}, l.Handover)
	done, f := try(l, leg.AcceptHandOver, "trucker", func(r *leg.Request) { r.Commitment = "paper" })
	require.Nil(t, f)
	require.Equal(t, &leg.Signature{Person: "u-PTRUCKER", At: lifecycle.Stamped(lawtest.At)}, done.Handover.Taken)
	require.Nil(t, l.Handover.Taken, "the leg before is not changed")
	back, f := try(l, leg.RefuseHandOver, "trucker", nil)
	require.Nil(t, f)
	require.Nil(t, back.Handover)
	require.Equal(t, people["rail"].Ref, back.Performer)
}

// A commission that ends takes along what was agreed under it.
func TestACarrierThatGoesLeavesNothingBehind(t *testing.T) {
	l := in(leg.Commissioned, 1)
	l.Share, l.Document = "share", &leg.Paper{Commitment: "c", Seal: "s"}
	for _, who := range []string{"rail", "issuer"} {
		act := map[string]lifecycle.Act{"rail": leg.Decline, "issuer": leg.WithdrawCommission}[who]
		after, f := try(l, act, who, nil)
		require.Nil(t, f)
		require.Equal(t, in(leg.Planned, 1), after, who)
	}
}

// Who relies on a leg: the issuer; the carrier once it has the goods; the next carrier once it is asked to sign.
func TestWhoMustEndorse(t *testing.T) {
	for state, want := range map[lifecycle.State][]string{
		leg.Planned: {"CarrierMSP"}, leg.Commissioned: {"CarrierMSP"}, leg.Received: {"CarrierMSP", "RailMSP"},
		leg.InCarriage: {"CarrierMSP", "RailMSP"}, leg.HandingOver: {"CarrierMSP", "RailMSP", "PortMSP"},
		leg.HandedOver: {"CarrierMSP", "RailMSP", "PortMSP"}, leg.Delivered: {"CarrierMSP", "RailMSP"},
	} {
		require.Equal(t, want, in(state, 1).Relying(), state)
	}
}

// Planned and received are what follows from other acts; nobody asks for them.
func TestAutomaticMoves(t *testing.T) {
	fresh := leg.Leg{Record: lifecycle.Record{ID: "bl-1.2", Family: "leg"}}
	l, err := fresh.Follow(leg.Plan, leg.Request{Fresh: leg.Leg{Bill: "bl-1", Sequence: 2, Of: 3, Mode: leg.Rail, Issuer: people["issuer"].Ref}})
	require.NoError(t, err)
	require.Equal(t, []any{"bl-1.2", leg.Planned, 2}, []any{l.ID, l.State, l.Sequence})
	for state := range maps.Keys(map[lifecycle.State]bool{leg.Planned: true, leg.Received: true, leg.HandedOver: true}) {
		_, err := in(state, 2).Follow(leg.Receive, leg.Request{})
		require.Equal(t, fault.WrongState, fault.Of(err).Code, state)
		require.Equal(t, fault.NextLegNotReady, in(state, 2).Ready().Code, state)
	}
	got, err := in(leg.Commissioned, 2).Follow(leg.Receive, leg.Request{})
	require.NoError(t, err)
	require.Equal(t, leg.Received, got.State)
}

func TestSharesComeToTheThroughCharge(t *testing.T) {
	usd := func(amounts ...string) (all []leg.Money) {
		for _, a := range amounts {
			all = append(all, leg.Money{Amount: a, Currency: "USD"})
		}
		return all
	}
	through := leg.Money{Amount: "100.10", Currency: "USD"}
	for name, c := range map[string]struct {
		shares           []leg.Money
		complete, issuer bool
		want             fault.Code
	}{
		"within":                           {usd("60", "40"), false, true, ""},
		"beyond":                           {usd("60", "40.11"), false, true, fault.SharesMismatch},
		"exactly, in decimals":             {usd("0.1", "40", "60.00"), true, true, ""},
		"short":                            {usd("0.09", "40", "60"), true, true, fault.SharesMismatch},
		"the issuer keeps the rest":        {usd("10", "40", "50"), true, false, ""},
		"nothing is left for the issuer":   {usd("10", "40", "50.2"), true, false, fault.SharesMismatch},
		"another currency, and beyond too": {append(usd("200"), leg.Money{Amount: "1", Currency: "CNY"}), false, true, fault.Invalid},
	} {
		f := leg.Apportioned(through, c.shares, c.complete, c.issuer)
		if c.want == "" {
			require.Nil(t, f, name)
			continue
		}
		require.NotNil(t, f, name)
		require.Equal(t, c.want, f.Code, name)
	}
}

func ExampleID() {
	fmt.Println(leg.ID("bl-k3v7qzj2m5x4c6b2n3aadfghtr", 2))
	// Output: bl-k3v7qzj2m5x4c6b2n3aadfghtr.2
}
