package bill_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/hold"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/test/lawtest"
)

var people = map[string]lifecycle.Actor{
	"issuer":    lawtest.Actor("PISSUER", "CarrierMSP", party.Carrier),
	"carrier2":  lawtest.Actor("PCARRIER2", "CarrierMSP", party.Carrier),
	"shipper":   lawtest.Actor("PSHIPPER", "PortMSP", party.Shipper),
	"holder":    lawtest.Actor("PHOLDER", "BankMSP", party.Bank),
	"lender":    lawtest.Actor("PLENDER", "LenderMSP", party.Bank),
	"other":     lawtest.Actor("POTHER", "OtherMSP", party.Bank),
	"recipient": lawtest.Actor("PRECIPIENT", "PortMSP", party.Consignee),
	"consignee": lawtest.Actor("PCONSIGNEE", "PortMSP", party.Consignee),
	"customs":   lawtest.Actor("PCUSTOMS", "PortMSP", party.Customs),
	"court":     lawtest.Actor("PCOURT", "PortMSP", party.Authority),
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
	case bill.PendingAmendment:
		b.Holder, b.Requester, b.Amendment = people["holder"].Ref, people["holder"].Ref, bill.ChangeOfDestination
	case bill.Amendable:
		b.Holder, b.Requester, b.Amendment = people["issuer"].Ref, people["holder"].Ref, bill.ChangeOfDestination
	}
	return b
}

// forPaper is a bill that the carrier took back to print it.
func forPaper() bill.Bill {
	b := in(bill.Amendable)
	b.Amendment = bill.ToPaper
	return b
}

// onPaper is a bill of two paper originals, of which some came back.
func onPaper(returned ...string) bill.Bill {
	b := forPaper()
	b.State, b.Returned = bill.Voided, returned
	b.Mediums = []bill.Medium{{Medium: bill.Paper, At: "2026-11-21T09:00:00Z", Originals: 2}}
	return b
}

// held is a bill under a hold of customs, number 1, and one of its issuer, number 2.
func held(b bill.Bill) bill.Bill {
	b.Holds, b.LastHold = []hold.Hold{
		{Number: 1, Ground: "QUARANTINE", By: people["customs"].Ref, Role: party.Customs},
		{Number: 2, Ground: "CARRIER_CHARGES", By: people["issuer"].Ref, Role: party.Carrier}}, 2
	return b
}

func offered(act lifecycle.Act) bill.Bill {
	b := in(bill.Issued)
	b.Offer = &bill.Offer{Act: act, To: people["recipient"].Ref}
	return b
}

func request(act lifecycle.Act) bill.Request {
	r := bill.Request{ID: "bl-1", Reason: "OTHER", Kind: bill.Order, Containers: 2, Parties: map[string]party.Party{}}
	r.Hold, r.Serial, r.Originals, r.New = 1, "serial-2", 2, []string{"bl-2"}
	r.Parties["/bank"] = registered("lender")
	r.Selection, r.Annulment, r.Fresh = selection(1), &bill.Annulment{Containers: 1}, "pt-2"
	r.Deed, r.Signed, r.Receipt = "pl-2", "receipt", "receipt"
	switch act {
	case bill.Enforce, bill.RecallTrust:
		r.Reason = "NON_PAYMENT"
	case bill.OfferPledgeTransfer:
		r.To, r.Parties["/to"] = "POTHER", registered("other")
		return r
	case bill.GiveConsent:
		r.Act, r.Until = bill.ConsentTransfer, lawtest.At.Add(time.Hour).Format(time.RFC3339)
	case bill.SurrenderForAmendment:
		r.Reason = bill.ChangeOfDestination
	case bill.AnnulSurrender, bill.AnnulPart:
		r.Reason = "COURT_ORDER"
	}
	if act == bill.Draft || act == bill.UpdateDraft {
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

// Written out from domain facts 3.4 and 3.5. The sea waybill is tried apart, and so are holds and pledges.
const allowed = `
unborn         | draft              | issuer, carrier2, impostor | DRAFT
DRAFT          | update-draft       | issuer     | DRAFT
DRAFT          | request-change     | shipper*   | DRAFT
DRAFT          | approve            | shipper*   | APPROVED
DRAFT          | plan-legs          | issuer     | !kind-forbids
DRAFT          | state-through-charge | issuer   | !kind-forbids
DRAFT          | void               | issuer     | VOIDED
APPROVED       | withdraw-approval  | shipper*, issuer | DRAFT
APPROVED       | issue              | issuer     | ISSUED
APPROVED       | void               | issuer     | VOIDED
ISSUED         | transfer           | holder*    | ISSUED
ISSUED         | endorse            | holder*    | ISSUED
ISSUED         | endorse-to-order   | holder*    | ISSUED
ISSUED         | blank-endorse      | holder*    | ISSUED
ISSUED         | sign               | holder*    | ISSUED
ISSUED         | surrender          | holder*    | PENDING_SURRENDER_FOR_DELIVERY
ISSUED         | surrender-for-amendment | holder* | PENDING_SURRENDER_FOR_AMENDMENT
ISSUED         | withdraw           | holder*    | !no-offer
ISSUED         | accept             |nobody|
ISSUED         | reject             |nobody|
ISSUED offered | accept             | recipient* | ISSUED
ISSUED offered | reject             | recipient* | ISSUED
ISSUED offered | withdraw           | holder*    | ISSUED
ISSUED offered | sign               | holder*    | ISSUED
ISSUED offered | transfer           | holder*    | !offer-open
ISSUED offered | endorse            | holder*    | !offer-open
ISSUED offered | endorse-to-order   | holder*    | !offer-open
ISSUED offered | blank-endorse      | holder*    | !offer-open
ISSUED offered | surrender          | holder*    | !offer-open
ISSUED offered | surrender-for-amendment | holder* | !offer-open
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
PENDING AMEND  | decline-proposal   | holder*    | !no-offer
PENDING AMEND  | hand-over          | issuer     | !no-recovery
AMENDABLE      | hand-over          | issuer     | !no-recovery
FOR PAPER      | hand-over          | issuer     | !no-recovery
ISSUED held    | endorse-jointly    | holder*    | !on-hold
ISSUED held    | decline-proposal   | holder*    | !no-offer
ISSUED held    | hand-over          | issuer     | !no-recovery
PENDING held   | decline-proposal   | holder*    | !no-offer
PENDING held   | hand-over          | issuer     | !no-recovery
PENDING AMEND held | decline-proposal | holder*  | !no-offer
PENDING AMEND held | hand-over        | issuer   | !no-recovery
AMENDABLE held | hand-over          | issuer     | !no-recovery
REPLACEMENT    | sign               | holder*    | ISSUED
REPLACEMENT    | surrender-for-amendment | holder* | PENDING_SURRENDER_FOR_AMENDMENT
REPLACEMENT    | accept             |nobody|
REPLACEMENT    | reject             |nobody|
SURRENDERED    | annul-surrender    | issuer     | ISSUED
PENDING AMEND  | withdraw-surrender | holder*    | ISSUED
PENDING AMEND  | accept-surrender   | issuer     | SURRENDERED_FOR_AMENDMENT
PENDING AMEND  | reject-surrender   | issuer     | ISSUED
AMENDABLE      | annul-surrender    | issuer     | ISSUED
AMENDABLE      | reissue            | issuer     | VOIDED
AMENDABLE      | switch-to-paper    | issuer     | !amendment-forbids
FOR PAPER      | annul-surrender    | issuer     | ISSUED
FOR PAPER      | reissue            | issuer     | !amendment-forbids
FOR PAPER      | switch-to-paper    | issuer     | VOIDED
VOIDED         | collect-original   |nobody|
VOIDED         | restore-electronic |nobody|
ON PAPER       | collect-original   | issuer     | VOIDED
ON PAPER       | restore-electronic | issuer     | !originals-out
ALL BACK       | collect-original   | issuer     | !limit-reached
ALL BACK       | restore-electronic | issuer     | VOIDED
ISSUED held    | transfer           | holder*    | !on-hold
ISSUED held    | endorse            | holder*    | !on-hold
ISSUED held    | endorse-to-order   | holder*    | !on-hold
ISSUED held    | blank-endorse      | holder*    | !on-hold
ISSUED held    | surrender          | holder*    | !on-hold
ISSUED held    | surrender-for-amendment | holder* | !on-hold
ISSUED held    | accept             | recipient* | !on-hold
ISSUED held    | reject             | recipient* | ISSUED
ISSUED held    | withdraw           | holder*    | ISSUED
ISSUED held    | sign               | holder*    | ISSUED
PENDING held   | withdraw-surrender | holder*    | ISSUED
PENDING held   | accept-surrender   | issuer     | !on-hold
PENDING held   | reject-surrender   | issuer     | ISSUED
PENDING AMEND held | withdraw-surrender | holder* | ISSUED
PENDING AMEND held | accept-surrender   | issuer  | !on-hold
PENDING AMEND held | reject-surrender   | issuer  | ISSUED
AMENDABLE held | reissue            | issuer     | !on-hold
AMENDABLE held | switch-to-paper    | issuer     | !on-hold
AMENDABLE held | annul-surrender    | issuer     | ISSUED
COMMITTED      | accept             | recipient* | !committed-to-exchange
COMMITTED      | reject             | recipient* | !committed-to-exchange
COMMITTED      | withdraw           | holder*    | !committed-to-exchange
COMMITTED      | sign               | holder*    | ISSUED
COMMITTED      | transfer           | holder*    | !committed-to-exchange
COMMITTED      | endorse            | holder*    | !committed-to-exchange
COMMITTED      | endorse-to-order   | holder*    | !committed-to-exchange
COMMITTED      | endorse-jointly    | holder*    | !committed-to-exchange
COMMITTED      | blank-endorse      | holder*    | !committed-to-exchange
COMMITTED      | surrender          | holder*    | !committed-to-exchange
COMMITTED      | surrender-for-amendment | holder* | !committed-to-exchange
COMMITTED      | decline-proposal   | holder*    | !no-offer
COMMITTED      | hand-over          | issuer     | !no-recovery
`

// holdable are the situations in which a bill can be frozen; in none of them does it end.
var holdable = map[string]string{"ISSUED": "ISSUED", "REPLACEMENT": "ISSUED", "ISSUED offered": "ISSUED", "ISSUED held": "ISSUED", "COMMITTED": "ISSUED",
	"PENDING": "PENDING_SURRENDER_FOR_DELIVERY", "PENDING held": "PENDING_SURRENDER_FOR_DELIVERY", "SURRENDERED": "SURRENDERED_FOR_DELIVERY",
	"PENDING AMEND": "PENDING_SURRENDER_FOR_AMENDMENT", "PENDING AMEND held": "PENDING_SURRENDER_FOR_AMENDMENT",
	"AMENDABLE": "SURRENDERED_FOR_AMENDMENT", "AMENDABLE held": "SURRENDERED_FOR_AMENDMENT", "FOR PAPER": "SURRENDERED_FOR_AMENDMENT"}

// situations are the documents that everything is tried on.
func situations() map[string]bill.Bill {
	return map[string]bill.Bill{
		"unborn": {Record: lifecycle.Record{ID: "bl-1", Family: "bill"}},
		"DRAFT":  in(bill.Drafted), "APPROVED": in(bill.Approved), "VOIDED": in(bill.Voided),
		"ISSUED": in(bill.Issued), "ISSUED offered": offered(bill.Transfer), "COMMITTED": committed(),
		"PENDING": in(bill.PendingSurrender), "SURRENDERED": in(bill.Surrendered), "ACCOMPLISHED": in(bill.Accomplished),
		"REPLACEMENT":   replacing(in(bill.Issued)),
		"PENDING AMEND": in(bill.PendingAmendment), "AMENDABLE": in(bill.Amendable), "FOR PAPER": forPaper(),
		"ON PAPER": onPaper("serial-1"), "ALL BACK": onPaper("serial-1", "serial-2"),
		"ISSUED held": held(offered(bill.Transfer)), "PENDING held": held(in(bill.PendingSurrender)),
		"PENDING AMEND held": held(in(bill.PendingAmendment)), "AMENDABLE held": held(in(bill.Amendable)),
	}
}

var (
	holdActs   = []lifecycle.Act{bill.PlaceHold, bill.LiftHold}
	pledgeActs = []lifecycle.Act{bill.ProposePledge, bill.AcceptPledge, bill.DeclinePledge, bill.WithdrawPledge, bill.GiveConsent,
		bill.RevokeConsent, bill.ReleasePledge}
	securityActs = []lifecycle.Act{bill.ReleaseOnTrust, bill.SettleTrust, bill.RecallTrust, bill.Enforce, bill.OfferPledgeTransfer, bill.AcceptPledgeTransfer,
		bill.DeclinePledgeTransfer, bill.WithdrawPledgeTransfer}
	custodyActs = []lifecycle.Act{bill.InstructCustodian, bill.AgreeBankControl, bill.ShowToBank}
)

// only is the law with those of its acts that are wanted, all of which keep their rows.
func only(wanted func(lifecycle.Act) bool) *lifecycle.Law[bill.Bill, bill.Request] {
	law := *bill.Law
	law.Verbs = slices.DeleteFunc(slices.Clone(law.Verbs), func(v lifecycle.Verb) bool { return !wanted(v.Name) })
	return &law
}

func tiedDown(act lifecycle.Act) bool { return slices.Contains(holdActs, act) }

func unbound(act lifecycle.Act) bool {
	return !tiedDown(act) && !slices.Contains(slices.Concat(pledgeActs, partActs, securityActs, custodyActs), act)
}

func TestEveryActInEveryStateByEverybody(t *testing.T) {
	lawtest.Trial[bill.Bill, bill.Request]{Law: only(unbound), Actors: people, Documents: situations(),
		Anybody: []lifecycle.Act{bill.Draft}, Request: request, Want: allowed}.Run(t)
}

// Each authority freezes on a ground of its own and lifts what it placed itself: customs hold 1, the issuer hold 2, and the
// court none.
func TestWhoFreezesABillAndLiftsWhat(t *testing.T) {
	for who, hold := range map[string]struct {
		ground string
		number int
		lifts  string
	}{
		"customs": {"QUARANTINE", 1, ""}, "issuer": {"CARRIER_CHARGES", 2, ""}, "court": {"COURT", 1, "!wrong-party"},
	} {
		var want strings.Builder
		for situation, state := range holdable {
			fmt.Fprintf(&want, "%s | place-hold | %s | %s\n", situation, who, state)
			lifts := "!not-found"
			if strings.HasSuffix(situation, " held") {
				if lifts = hold.lifts; lifts == "" {
					lifts = state
				}
			}
			fmt.Fprintf(&want, "%s | lift-hold | %s | %s\n", situation, who, lifts)
		}
		actors := maps.Clone(people)
		maps.DeleteFunc(actors, func(name string, _ lifecycle.Actor) bool {
			return name != who && slices.Contains([]string{"customs", "issuer", "court"}, name)
		})
		lawtest.Trial[bill.Bill, bill.Request]{Law: only(tiedDown), Actors: actors, Documents: situations(),
			Anybody: []lifecycle.Act{bill.PlaceHold, bill.LiftHold}, Want: want.String(),
			Request: func(lifecycle.Act) bill.Request { return bill.Request{Ground: hold.ground, Hold: hold.number} }}.Run(t)
	}
}

// Nobody holds a sea waybill, so nobody transfers, endorses or surrenders it (domain facts 3.1, X-19).
func TestASeaWaybillCanOnlyBeClaimed(t *testing.T) {
	b := waybill()
	for _, who := range people {
		for _, act := range []lifecycle.Act{bill.Transfer, bill.Endorse, bill.EndorseToOrder, bill.BlankEndorse, bill.Surrender, bill.SurrenderForAmendment, bill.Sign, bill.Withdraw, bill.ProposePledge} {
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
