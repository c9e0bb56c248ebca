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

var people = map[string]lifecycle.Actor{
	"issuer":    lawtest.Actor("PISSUER", "CarrierMSP", party.Carrier),
	"carrier2":  lawtest.Actor("PCARRIER2", "CarrierMSP", party.Carrier),
	"shipper":   lawtest.Actor("PSHIPPER", "PortMSP", party.Shipper),
	"holder":    lawtest.Actor("PHOLDER", "BankMSP", party.Bank),
	"recipient": lawtest.Actor("PRECIPIENT", "PortMSP", party.Consignee),
	"consignee": lawtest.Actor("PCONSIGNEE", "PortMSP", party.Consignee),
	"terminal":  lawtest.Actor("PTERMINAL", "TerminalMSP", party.Terminal),
	// The registered party of the right id under another organisation is somebody else.
	"impostor": lawtest.Actor("PHOLDER", "PortMSP", party.Bank, party.Carrier),
}

func registered(name string) party.Party {
	a := people[name]
	return party.Party{Record: lifecycle.Record{ID: a.Party}, Org: a.Org, Roles: a.Roles}
}

// in is an order bill in a state: held by its title holder from issue on.
func in(state lifecycle.State) bill.Bill {
	b := bill.Bill{Record: lifecycle.Record{ID: "bl-1", Family: "bill", State: state, Version: 3}, Kind: bill.Order,
		Issuer: people["issuer"].Ref, Shipper: people["shipper"].Ref, Title: people["holder"].Ref, Endorsable: true, Containers: 2}
	switch state {
	case bill.Issued:
		b.Holder = people["holder"].Ref
	case bill.PendingSurrender:
		b.Holder, b.Claimant = people["holder"].Ref, people["holder"].Ref
	case bill.Surrendered, bill.Accomplished:
		b.Holder, b.Claimant = people["issuer"].Ref, people["holder"].Ref
	}
	return b
}

func offered(act lifecycle.Act) bill.Bill {
	b := in(bill.Issued)
	b.Offer = &bill.Offer{Act: act, To: people["recipient"].Ref}
	return b
}

func request(act lifecycle.Act) bill.Request {
	r := bill.Request{ID: "bl-1", Reason: "OTHER", Kind: bill.Order, Containers: 2, Parties: map[string]party.Party{}}
	if act == bill.Draft {
		r.Shipper, r.Endorsee = "PSHIPPER", "PHOLDER"
		r.Parties["/shipper"], r.Parties["/endorsee"] = registered("shipper"), registered("holder")
		return r
	}
	r.Holders, r.Needs = []string{"PRECIPIENT", "PCONSIGNEE"}, 2
	r.Parties["/holders/0"], r.Parties["/holders/1"] = registered("recipient"), registered("consignee")
	r.To = "PRECIPIENT"
	r.Parties["/to"] = registered("recipient")
	return r
}

// Written out from domain facts 3.4 and 3.5: without pledges, holds, amendment and change of medium, which come later. The
// sea waybill is tried apart.
const allowed = `
unborn         | draft              | issuer, carrier2, impostor | DRAFT
DRAFT          | approve            | shipper*   | APPROVED
DRAFT          | void               | issuer     | VOIDED
APPROVED       | withdraw-approval  | shipper*, issuer | DRAFT
APPROVED       | issue              | issuer     | ISSUED
APPROVED       | void               | issuer     | VOIDED
ISSUED         | transfer           | holder*    | ISSUED
ISSUED         | endorse            | holder*    | ISSUED
ISSUED         | endorse-to-order   | holder*    | ISSUED
ISSUED         | blank-endorse      | holder*    | ISSUED
ISSUED         | surrender          | holder*    | PENDING_SURRENDER_FOR_DELIVERY
ISSUED         | withdraw           | holder*    | !no-offer
ISSUED         | accept             |nobody|
ISSUED         | reject             |nobody|
ISSUED offered | accept             | recipient* | ISSUED
ISSUED offered | reject             | recipient* | ISSUED
ISSUED offered | withdraw           | holder*    | ISSUED
ISSUED offered | transfer           | holder*    | !offer-open
ISSUED offered | endorse            | holder*    | !offer-open
ISSUED offered | endorse-to-order   | holder*    | !offer-open
ISSUED offered | blank-endorse      | holder*    | !offer-open
ISSUED offered | surrender          | holder*    | !offer-open
PENDING        | withdraw-surrender | holder*    | ISSUED
PENDING        | accept-surrender   | issuer     | SURRENDERED_FOR_DELIVERY
PENDING        | reject-surrender   | issuer     | ISSUED
ISSUED         | endorse-jointly    | holder*    | ISSUED
ISSUED offered | endorse-jointly    | holder*    | !offer-open
REPLACEMENT    | endorse-jointly    | holder*    | ISSUED
ISSUED         | decline-proposal   | holder*    | !no-offer
ISSUED offered | decline-proposal   | holder*    | !no-offer
PENDING        | decline-proposal   | holder*    | !no-offer
REPLACEMENT    | decline-proposal   | holder*    | !no-offer
ISSUED         | hand-over          | issuer     | !no-recovery
ISSUED offered | hand-over          | issuer     | !no-recovery
PENDING        | hand-over          | issuer     | !no-recovery
SURRENDERED    | hand-over          | issuer     | !no-recovery
REPLACEMENT    | hand-over          | issuer     | ISSUED
REPLACEMENT    | transfer           | holder*    | ISSUED
REPLACEMENT    | endorse            | holder*    | ISSUED
REPLACEMENT    | endorse-to-order   | holder*    | ISSUED
REPLACEMENT    | blank-endorse      | holder*    | ISSUED
REPLACEMENT    | surrender          | holder*    | PENDING_SURRENDER_FOR_DELIVERY
REPLACEMENT    | withdraw           | holder*    | !no-offer
REPLACEMENT    | accept             |nobody|
REPLACEMENT    | reject             |nobody|
`

func TestEveryActInEveryStateByEverybody(t *testing.T) {
	lawtest.Trial[bill.Bill, bill.Request]{
		Law: bill.Law, Actors: people, Anybody: []lifecycle.Act{bill.Draft}, Request: request, Want: allowed,
		Documents: map[string]bill.Bill{
			"unborn": {Record: lifecycle.Record{ID: "bl-1", Family: "bill"}},
			"DRAFT":  in(bill.Drafted), "APPROVED": in(bill.Approved), "VOIDED": in(bill.Voided),
			"ISSUED": in(bill.Issued), "ISSUED offered": offered(bill.Transfer),
			"PENDING": in(bill.PendingSurrender), "SURRENDERED": in(bill.Surrendered), "REPLACEMENT": replacing(in(bill.Issued)), "ACCOMPLISHED": in(bill.Accomplished),
		},
	}.Run(t)
}

// Nobody holds a sea waybill, so nobody transfers, endorses or surrenders it (domain facts 3.1, X-19).
func TestASeaWaybillCanOnlyBeClaimed(t *testing.T) {
	b := waybill()
	for _, who := range people {
		for _, act := range []lifecycle.Act{bill.Transfer, bill.Endorse, bill.EndorseToOrder, bill.BlankEndorse, bill.Surrender, bill.Withdraw} {
			_, err := b.Apply(lifecycle.Command[bill.Request]{Act: act, Actor: who, At: lawtest.At, Request: request(act)})
			require.Equal(t, fault.WrongParty, fault.Of(err).Code, "%s by %s", act, who.Party)
		}
	}
	claimed, err := bill.Law.Follow(b, command(bill.Claim, "consignee"))
	require.NoError(t, err)
	require.Equal(t, people["consignee"].Ref, claimed.Claimant)
	require.Equal(t, bill.Issued, claimed.State)
	done, err := bill.Law.Follow(claimed, command(bill.Accomplish, "consignee"))
	require.NoError(t, err)
	require.Equal(t, bill.Accomplished, done.State)
}

func waybill() bill.Bill {
	b := in(bill.Issued)
	b.Kind, b.Holder, b.Endorsable = bill.SeaWaybill, lifecycle.Ref{}, false
	b.Consignee, b.Title = people["consignee"].Ref, people["consignee"].Ref
	return b
}

func command(act lifecycle.Act, who string) lifecycle.Command[bill.Request] {
	return lifecycle.Command[bill.Request]{Act: act, Actor: people[who], At: lawtest.At, Request: request(act)}
}

func TestOnlyASurrenderedBillOrASeaWaybillIsAccomplished(t *testing.T) {
	_, err := bill.Law.Follow(in(bill.Issued), command(bill.Accomplish, "issuer"))
	require.Equal(t, fault.KindForbids, fault.Of(err).Code)
	_, err = bill.Law.Follow(in(bill.PendingSurrender), command(bill.Accomplish, "issuer"))
	require.Equal(t, fault.WrongState, fault.Of(err).Code)
	_, err = bill.Law.Follow(in(bill.Issued), command(bill.Claim, "issuer"))
	require.Equal(t, fault.KindForbids, fault.Of(err).Code)
	after, err := bill.Law.Follow(in(bill.Surrendered), command(bill.Accomplish, "issuer"))
	require.NoError(t, err)
	require.Equal(t, bill.Accomplished, after.State)
}
