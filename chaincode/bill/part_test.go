package bill_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/hold"
	"portledger/chaincode/lifecycle"
	"portledger/test/lawtest"
)

var partActs = []lifecycle.Act{bill.SurrenderPart, bill.AcceptPart, bill.RejectPart, bill.WithdrawPart, bill.AnnulPart}

// selection is a part of some containers.
func selection(containers int) *bill.Selection {
	return &bill.Selection{Digest: "d", OpenPart: bill.OpenPart{Containers: containers, Commitment: "c", Seal: "s", List: "l2"}}
}

// parted is a bill of three containers of which some were delivered and some are asked for.
func parted(b bill.Bill, delivered, open int) bill.Bill {
	b.Containers, b.Parts = 3, &bill.Parts{Delivered: delivered}
	if delivered > 0 {
		b.Parts.Made, b.Parts.Last, b.Parts.List = 1, "pt-1", "l1"
	}
	if open > 0 {
		b.Parts.Open = &selection(open).OpenPart
	}
	return b
}

func partSituations() map[string]bill.Bill {
	single := in(bill.Issued)
	single.Containers = 1
	return map[string]bill.Bill{
		"ISSUED": in(bill.Issued), "ISSUED offered": offered(bill.Transfer), "ISSUED held": held(in(bill.Issued)), "SINGLE": single,
		"OPEN": parted(in(bill.Issued), 0, 1), "OPEN held": held(parted(in(bill.Issued), 0, 1)), "OPEN again": parted(in(bill.Issued), 1, 1),
		"DELIVERED": parted(in(bill.Issued), 1, 0), "DELIVERED offered": parted(offered(bill.Transfer), 1, 0), "LAST": parted(in(bill.Issued), 2, 0),
		"DRAFT": in(bill.Drafted), "APPROVED": in(bill.Approved), "PENDING": in(bill.PendingSurrender), "SURRENDERED": in(bill.Surrendered),
		"DELIVERED PENDING": parted(in(bill.PendingSurrender), 1, 0), "DELIVERED SURRENDERED": parted(in(bill.Surrendered), 1, 0),
		"PENDING AMEND": in(bill.PendingAmendment), "AMENDABLE": in(bill.Amendable), "VOIDED": in(bill.Voided), "ACCOMPLISHED": in(bill.Accomplished),
		"ACTIVE": active(bill.Issued), "CONSENT part": consenting("DELIVER_PART"), "CONSENT surrender": consenting("SURRENDER"),
	}
}

// Written out from issue 4 and domain facts 3.4: a part goes the way of a surrender, and the bill stays issued.
const partLaw = `
ISSUED            | surrender-part | holder* | ISSUED
ISSUED offered    | surrender-part | holder* | !offer-open
ISSUED held       | surrender-part | holder* | !on-hold
SINGLE            | surrender-part | holder* | !last-container
OPEN              | surrender-part | holder* | !part-open
OPEN held         | surrender-part | holder* | !on-hold
OPEN again        | surrender-part | holder* | !part-open
DELIVERED         | surrender-part | holder* | ISSUED
DELIVERED offered | surrender-part | holder* | !offer-open
LAST              | surrender-part | holder* | !last-container
ACTIVE            | surrender-part | holder* | !pledged
CONSENT part      | surrender-part | holder* | ISSUED
CONSENT surrender | surrender-part | holder* | !pledged

ISSUED            | accept-part | issuer | !not-found
ISSUED offered    | accept-part | issuer | !not-found
ISSUED held       | accept-part | issuer | !on-hold
SINGLE            | accept-part | issuer | !not-found
OPEN              | accept-part | issuer | ISSUED
OPEN held         | accept-part | issuer | !on-hold
OPEN again        | accept-part | issuer | ISSUED
DELIVERED         | accept-part | issuer | !not-found
DELIVERED offered | accept-part | issuer | !not-found
LAST              | accept-part | issuer | !not-found
ACTIVE            | accept-part | issuer | !not-found
CONSENT part      | accept-part | issuer | !not-found
CONSENT surrender | accept-part | issuer | !not-found

ISSUED            | reject-part | issuer | !not-found
ISSUED offered    | reject-part | issuer | !not-found
ISSUED held       | reject-part | issuer | !not-found
SINGLE            | reject-part | issuer | !not-found
OPEN              | reject-part | issuer | ISSUED
OPEN held         | reject-part | issuer | ISSUED
OPEN again        | reject-part | issuer | ISSUED
DELIVERED         | reject-part | issuer | !not-found
DELIVERED offered | reject-part | issuer | !not-found
LAST              | reject-part | issuer | !not-found
ACTIVE            | reject-part | issuer | !not-found
CONSENT part      | reject-part | issuer | !not-found
CONSENT surrender | reject-part | issuer | !not-found

ISSUED            | withdraw-part | holder* | !not-found
ISSUED offered    | withdraw-part | holder* | !not-found
ISSUED held       | withdraw-part | holder* | !not-found
SINGLE            | withdraw-part | holder* | !not-found
OPEN              | withdraw-part | holder* | ISSUED
OPEN held         | withdraw-part | holder* | ISSUED
OPEN again        | withdraw-part | holder* | ISSUED
DELIVERED         | withdraw-part | holder* | !not-found
DELIVERED offered | withdraw-part | holder* | !not-found
LAST              | withdraw-part | holder* | !not-found
ACTIVE            | withdraw-part | holder* | !not-found
CONSENT part      | withdraw-part | holder* | !not-found
CONSENT surrender | withdraw-part | holder* | !not-found

ISSUED            | annul-part | issuer | !not-found
ISSUED offered    | annul-part | issuer | !offer-open
ISSUED held       | annul-part | issuer | !not-found
SINGLE            | annul-part | issuer | !not-found
OPEN              | annul-part | issuer | !part-open
OPEN held         | annul-part | issuer | !part-open
OPEN again        | annul-part | issuer | !part-open
DELIVERED         | annul-part | issuer | ISSUED
DELIVERED offered | annul-part | issuer | !offer-open
LAST              | annul-part | issuer | ISSUED
ACTIVE            | annul-part | issuer | !not-found
CONSENT part      | annul-part | issuer | !not-found
CONSENT surrender | annul-part | issuer | !not-found
`

func TestEveryActOnAPart(t *testing.T) {
	lawtest.Trial[bill.Bill, bill.Request]{Actors: people, Documents: partSituations(), Request: request, Want: partLaw,
		Law: only(func(act lifecycle.Act) bool { return slices.Contains(partActs, act) })}.Run(t)
}

func TestAPartIsRefusedInOrder(t *testing.T) {
	untitled := func(b *bill.Bill, _ *bill.Request) { b.Title = people["shipper"].Ref }
	frozen := func(b *bill.Bill, r *bill.Request) { b.Holds = []hold.Hold{{Number: 1}}; untitled(b, r) }
	worn := func(b *bill.Bill, _ *bill.Request) {
		parts := *b.Parts
		parts.Made, b.Parts = bill.PartsMax, &parts
	}
	names := func(n int) func(*bill.Bill, *bill.Request) {
		return func(_ *bill.Bill, r *bill.Request) { r.Selection = selection(n) }
	}
	locked := pledged(parted(in(bill.Issued), 1, 0), bill.PledgeActive)
	for _, r := range []refusal{
		{name: "a hold before the title", b: parted(in(bill.Issued), 0, 1), with: frozen, code: fault.OnHold},
		{name: "the title before the open part", b: parted(in(bill.Issued), 0, 1), with: untitled, code: fault.NotTitleHolder},
		{name: "the open part before the last container", b: parted(in(bill.Issued), 2, 1), code: fault.PartOpen},
		{name: "the last container before the limit", b: parted(in(bill.Issued), 2, 0), with: worn, code: fault.LastContainer},
		{name: "the limit before the pledge", b: locked, with: worn, code: fault.LimitReached},
		{name: "the pledge before what is named", b: locked, with: names(3), code: fault.Pledged},
		{name: "nothing left", b: parted(in(bill.Issued), 1, 0), with: names(2), code: fault.LastContainer, at: "/content/containers"},
		{name: "more than there is", b: parted(in(bill.Issued), 1, 0), with: names(3), code: fault.LastContainer, at: "/content/containers"},
	} {
		r.act, r.who = bill.SurrenderPart, "holder"
		t.Run(r.name, r.run)
	}
	for act, b := range map[lifecycle.Act]bill.Bill{bill.RejectPart: parted(in(bill.Issued), 0, 1), bill.AnnulPart: parted(in(bill.Issued), 1, 0)} {
		refusal{b: b, act: act, who: "issuer", code: fault.Invalid, at: "/reason", with: func(_ *bill.Bill, r *bill.Request) { r.Reason = "" }}.run(t)
	}
}

// What moves the bill on waits for the answer to a part; what changes it into another bill is over once a part is delivered.
func TestWhatAPartStandsInTheWayOf(t *testing.T) {
	moves := []lifecycle.Act{bill.Transfer, bill.Endorse, bill.EndorseToOrder, bill.BlankEndorse, bill.EndorseJointly, bill.Surrender,
		bill.SurrenderForAmendment, bill.ProposePledge}
	for _, act := range moves {
		refusal{b: parted(in(bill.Issued), 0, 1), act: act, who: "holder", code: fault.PartOpen}.run(t)
		if act == bill.SurrenderForAmendment {
			refusal{b: parted(in(bill.Issued), 1, 0), act: act, who: "holder", code: fault.PartDelivered}.run(t)
			continue
		}
		after, err := parted(in(bill.Issued), 1, 0).Apply(command(act, "holder"))
		require.NoError(t, err, act)
		require.Equal(t, 2, after.Balance(), "%s is about the balance", act)
	}
	refusal{b: pledged(parted(in(bill.Issued), 0, 1), bill.PledgeProposed), act: bill.AcceptPledge, who: "lender", code: fault.PartOpen}.run(t)
}

func TestStraightAndBearerBillsAreDeliveredInParts(t *testing.T) {
	for _, kind := range []bill.Kind{bill.Straight, bill.Bearer} {
		b := parted(in(bill.Issued), 0, 0)
		b.Kind, b.Parts = kind, nil
		if kind == bill.Straight {
			b.Consignee, b.Title = b.Holder, b.Holder
		} else {
			b.Title = lifecycle.Ref{}
		}
		require.Equal(t, 2, do(t, do(t, b, bill.SurrenderPart, "holder"), bill.AcceptPart, "issuer").Balance(), kind)
	}
	refusal{b: waybill(), act: bill.SurrenderPart, who: "consignee", code: fault.WrongParty}.run(t)
}

// A consent to a part delivery is used up by it, and the pledge stays on the balance; a proposal falls with the part it was
// made before.
func TestAPartOfAPledgedBill(t *testing.T) {
	b := consenting(bill.ConsentPart)
	b.Containers = 3
	open := do(t, b, bill.SurrenderPart, "holder")
	require.Nil(t, open.Pledge.Consent)
	after := do(t, open, bill.AcceptPart, "issuer")
	require.True(t, after.Pledged())
	refusal{b: after, act: bill.SurrenderPart, who: "holder", code: fault.Pledged}.run(t)
	require.Nil(t, do(t, pledged(parted(in(bill.Issued), 0, 1), bill.PledgeProposed), bill.AcceptPart, "issuer").Pledge)
}

// Joint holders must mean the same containers, whatever salt each seals them with.
func TestJointHoldersSurrenderTheSamePart(t *testing.T) {
	b := jointly(t)
	b.Containers = 3
	once := do(t, b, bill.SurrenderPart, "consignee")
	require.True(t, once.Undecided())
	require.Equal(t, "c", once.Joint.Proposal.Commitment)
	no(t, fault.ProposalOpen, once, bill.SurrenderPart, "recipient", func(r *bill.Request) { r.Selection.Digest = "others" })
	twice := do(t, once, bill.SurrenderPart, "recipient", func(r *bill.Request) { r.Selection.Commitment = "c2" })
	require.Equal(t, "c2", twice.OpenPart().Commitment)
	require.Equal(t, people["recipient"].Ref, twice.FirstHolder())
	require.NotNil(t, do(t, twice, bill.AcceptPart, "issuer").Joint)
}

func TestAReplacementKeepsWhatWasDelivered(t *testing.T) {
	lost := parted(in(bill.Issued), 1, 1)
	c := command(bill.Replace, "issuer")
	c.Request.Lost, c.Request.Claimant = &lost, people["consignee"].Ref
	after, err := bill.Law.Follow(bill.Bill{}, c)
	require.NoError(t, err)
	require.Equal(t, &bill.Parts{Delivered: 1, Made: 1, Last: "pt-1", List: "l1"}, after.Parts)
	require.NotNil(t, lost.OpenPart(), "the lost bill is not changed")
}

// Delivered and balance are all containers, always; neither is ever below nothing; an annulment restores what it undoes.
func TestNeverMoreOutThanIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := in(bill.Issued)
		b.Containers = rapid.IntRange(1, 12).Draw(t, "containers")
		var accepted []int // the parts in force
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			act := rapid.SampledFrom(append(slices.Clone(partActs), bill.Surrender, bill.WithdrawSurrender)).Draw(t, "act")
			c := command(act, map[bool]string{true: "issuer", false: "holder"}[slices.Contains([]lifecycle.Act{bill.AcceptPart, bill.RejectPart, bill.AnnulPart}, act)])
			c.Request.Selection = selection(rapid.IntRange(1, 12).Draw(t, "named"))
			at := -1
			if act == bill.AnnulPart && len(accepted) > 0 {
				at = rapid.IntRange(0, len(accepted)-1).Draw(t, "part")
				c.Request.Annulment = &bill.Annulment{Containers: accepted[at]}
			}
			after, err := b.Apply(c)
			if err != nil {
				continue
			}
			switch act {
			case bill.AcceptPart:
				accepted = append(accepted, b.OpenPart().Containers)
			case bill.AnnulPart:
				accepted = slices.Delete(accepted, at, at+1)
			}
			b = after
			sum, open := 0, 0
			for _, n := range accepted {
				sum += n
			}
			if b.OpenPart() != nil {
				open = b.OpenPart().Containers
			}
			require.Equal(t, sum, b.Delivered())
			require.Equal(t, b.Containers, b.Delivered()+b.Balance())
			require.Positive(t, b.Balance()-open, "something stays with the bill")
		}
	})
}
