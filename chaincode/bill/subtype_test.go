package bill_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/test/lawtest"
)

// multimodal is a bill of that subtype in a state; from approval on with its legs.
func multimodal(state lifecycle.State) bill.Bill {
	b := in(state)
	b.Subtype = bill.Multimodal
	if state != bill.Drafted {
		b.Legs = &bill.Legs{Of: b.ID, Count: 3, Commitment: "legs", Seal: "kept"}
	}
	return b
}

// Written out from domain facts 3.1 and 3.3. What is not listed here is as for every other bill.
const allowedOnMultimodal = `
DRAFT     | plan-legs               | issuer   | DRAFT
DRAFT     | state-through-charge    | issuer   | DRAFT
DRAFT     | approve                 | shipper* | !legs-missing
PLANNED   | plan-legs               | issuer   | DRAFT
PLANNED   | state-through-charge    | issuer   | DRAFT
PLANNED   | approve                 | shipper* | APPROVED
ISSUED    | surrender               | holder*  | PENDING_SURRENDER_FOR_DELIVERY
ISSUED    | surrender-for-amendment | holder*  | !kind-forbids
`

func TestAMultimodalBillByEverybody(t *testing.T) {
	planned := multimodal(bill.Approved)
	planned.State = bill.Drafted
	acts := map[lifecycle.Act]bool{bill.PlanLegs: true, bill.StateThroughCharge: true, bill.Approve: true, bill.Surrender: true, bill.SurrenderForAmendment: true}
	lawtest.Trial[bill.Bill, bill.Request]{Law: only(func(act lifecycle.Act) bool { return acts[act] }), Actors: people, Request: request,
		Documents: map[string]bill.Bill{"DRAFT": multimodal(bill.Drafted), "PLANNED": planned, "APPROVED": multimodal(bill.Approved),
			"ISSUED": multimodal(bill.Issued), "SURRENDERED": multimodal(bill.Surrendered)}, Want: allowedOnMultimodal}.Run(t)
}

func TestTheSubtypeOfADraft(t *testing.T) {
	unborn, ocean, through, routed := bill.Bill{}, in(bill.Drafted), in(bill.Drafted), multimodal(bill.Drafted)
	through.Subtype, routed.Legs = bill.Through, &bill.Legs{Count: 2}
	house := in(bill.Drafted)
	house.Master, house.Carrier = "bl-0", people["issuer"].Ref
	for name, c := range map[string]struct {
		was   bill.Bill
		given bill.Subtype
		kind  bill.Kind
		want  bill.Subtype
	}{
		"nothing given":                   {unborn, "", bill.Order, bill.Ocean},
		"a sea waybill":                   {unborn, "", bill.SeaWaybill, bill.WaybillSubtype},
		"a sea waybill, named":            {unborn, bill.WaybillSubtype, bill.SeaWaybill, bill.WaybillSubtype},
		"multimodal":                      {unborn, bill.Multimodal, bill.Order, bill.Multimodal},
		"through":                         {unborn, bill.Through, bill.Bearer, bill.Through},
		"of a draft from before":          {ocean, "", bill.Order, bill.Ocean},
		"corrected, and stays through":    {through, "", bill.Order, bill.Through},
		"corrected, and stays multimodal": {routed, "", bill.Order, bill.Multimodal},
		"corrected to an ocean bill":      {routed, bill.Ocean, bill.Order, bill.Ocean},
		"a house bill":                    {house, "", bill.Order, bill.HouseBill},
		"a house waybill":                 {house, "", bill.SeaWaybill, bill.HouseBill},
		"a multimodal waybill is refused": {unborn, bill.Multimodal, bill.SeaWaybill, ""},
		"a waybill that is no such kind":  {unborn, bill.WaybillSubtype, bill.Order, ""},
		"a house bill without a master":   {unborn, bill.HouseBill, bill.Order, ""},
		"a multimodal house bill":         {house, bill.Multimodal, bill.Order, ""},
		"something else":                  {unborn, "AIR", bill.Order, ""},
		"a waybill that was multimodal":   {routed, "", bill.SeaWaybill, bill.WaybillSubtype},
	} {
		act := bill.UpdateDraft
		if c.was.State == lifecycle.None {
			act = bill.Draft
		}
		q := command(act, "issuer")
		if c.was.House() {
			q.Actor.Roles = append(q.Actor.Roles, party.Forwarder)
		}
		q.Request.Kind, q.Request.Subtype, q.Request.Endorsee = c.kind, c.given, ""
		switch c.kind {
		case bill.Order:
			q.Request.Endorsee = "PHOLDER"
		case bill.SeaWaybill:
			q.Request.Consignee = "PCONSIGNEE"
			q.Request.Parties["/consignee"] = registered("consignee")
		}
		after, err := c.was.Apply(q)
		if c.want == "" {
			f := fault.Of(err)
			require.NotNil(t, f, name)
			require.Equal(t, []string{"invalid", "/billSubtype"}, []string{string(f.Code), f.At}, name)
			continue
		}
		require.NoError(t, err, name)
		require.Equal(t, c.want, after.Subtype, name)
		require.Nil(t, after.Legs, "%s: legs are planned anew for a new document", name)
	}
}

// Two refusals at once: the first in order answers.
func TestConditionsOnAMultimodalBillInOrder(t *testing.T) {
	pays := command(bill.StateThroughCharge, "issuer")
	pays.Request.Payer = "PTERMINAL"
	pays.Request.Parties["/payer"] = registered("terminal")
	_, err := multimodal(bill.Drafted).Apply(pays)
	require.Equal(t, []string{"recipient-not-allowed", "/payer"}, []string{string(fault.Of(err).Code), fault.Of(err).At})
	_, err = in(bill.Drafted).Apply(pays)
	require.Equal(t, fault.KindForbids, fault.Of(err).Code, "an ocean bill has no through charge, whoever pays")
	_, err = held(multimodal(bill.Issued)).Apply(command(bill.SurrenderForAmendment, "holder"))
	require.Equal(t, fault.OnHold, fault.Of(err).Code, "held, and multimodal")
	open := multimodal(bill.Issued)
	open.Offer = offered(bill.Transfer).Offer
	_, err = open.Apply(command(bill.SurrenderForAmendment, "holder"))
	require.Equal(t, fault.KindForbids, fault.Of(err).Code, "multimodal, and offered to somebody")
}

func TestTheThroughChargeNamesItsPayer(t *testing.T) {
	q := command(bill.StateThroughCharge, "issuer")
	q.Request.Commitment = "amount"
	after, err := multimodal(bill.Drafted).Apply(q)
	require.NoError(t, err)
	require.Equal(t, &bill.Charge{Payer: people["shipper"].Ref, Commitment: "amount"}, after.Charge)
	q.Request.Payer = "PCONSIGNEE"
	q.Request.Parties["/payer"] = registered("consignee")
	after, err = multimodal(bill.Drafted).Apply(q)
	require.NoError(t, err)
	require.Equal(t, people["consignee"].Ref, after.Charge.Payer)
}
