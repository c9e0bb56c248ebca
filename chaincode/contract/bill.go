package contract

import (
	"slices"
	"strconv"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/recovery"
	"portledger/chaincode/rules"
)

// bills is the contract of the bill of lading.
type bills struct{}

type billCommand = lifecycle.Command[bill.Request]

func (bills) act(t *turn, act lifecycle.Act, raw []byte) (Outcome, error) {
	if _, ofRecovery := recovery.Law.Verb(act); ofRecovery {
		return actOnRecovery(t, act, raw)
	}
	if ofDeed(act) {
		return actOnDeed(t, act, raw)
	}
	r, verb, err := decode(t, bill.Law, act, raw)
	if err != nil {
		return Outcome{}, err
	}
	c := billCommand{Act: act, Actor: t.actor, At: t.At, Request: r, Probe: t.probe}
	c.Request.Parties, err = t.named(r.Places(map[string]string{
		"/shipper": r.Shipper, "/consignee": r.Consignee, "/endorsee": r.Endorsee, "/to": r.To, "/bank": r.Bank, "/payer": r.Payer}))
	if err != nil {
		return Outcome{}, err
	}
	papers, err := t.papers(verb)
	if err != nil {
		return Outcome{}, err
	}
	if act == bill.Draft {
		return draftBill(t, c, papers)
	}
	before, err := current[bill.Bill](t, "bill", r.ID, r.Version)
	if err != nil {
		return Outcome{}, err
	}
	if err := stands(t, &c, before); err != nil {
		return Outcome{}, err
	}
	switch act {
	case bill.UpdateDraft:
		return updateDraft(t, c, before, papers)
	case bill.Reissue, bill.RestoreElectronic:
		return replaceBills(t, c, before, papers)
	}
	if err := brought(t, &c, before, papers); err != nil {
		return Outcome{}, err
	}
	after, err := before.Apply(c)
	if err != nil {
		return Outcome{}, err
	}
	e := t.entry(act, before.Part(c))
	e.To, e.Reason = r.To, r.Reason
	if !after.Undecided() {
		after, err = consequences(t, c, before, after, papers)
	} else {
		err = t.asks()
	}
	if err != nil {
		return Outcome{}, err
	}
	if err := save(t, &before, &after, e); err != nil {
		return Outcome{}, err
	}
	return outcome(after.Record), nil
}

// stands is what has to hold of the bill and of what is around it, before anybody looks at what is asked for.
func stands(t *turn, c *billCommand, b bill.Bill) error {
	if err := inForce(t, b); err != nil {
		return err
	}
	if err := deedFacts(t, c, b); err != nil {
		return err
	}
	if err := ready(b, *c); err != nil {
		return err
	}
	return around(t, *c, b)
}

// brought takes what the bill's table must know from the content that came along.
func brought(t *turn, c *billCommand, b bill.Bill, p papers) error {
	if err := onPaper(t, c, b, p); err != nil {
		return err
	}
	if err := inParts(t, c, b, p); err != nil {
		return err
	}
	c.Request.Commitment = p.commitment
	return planned(c, p)
}

// onContent are the acts by which a bill goes on with what it lists: to somebody else, back to its issuer, or into others.
var onContent = []lifecycle.Act{bill.Transfer, bill.Endorse, bill.EndorseToOrder, bill.BlankEndorse, bill.EndorseJointly, bill.Surrender,
	bill.SurrenderPart, bill.SurrenderForAmendment, bill.ShowToBank, bill.ProposePledge}

// around is what other records have to say to an act on a bill, before anybody looks at what is asked for.
func around(t *turn, c billCommand, b bill.Bill) error {
	if slices.Contains(onContent, c.Act) {
		if err := usable(t, b); err != nil {
			return err
		}
	}
	switch c.Act {
	case bill.SurrenderForAmendment, bill.Reissue, bill.SwitchToPaper, bill.RestoreElectronic:
		return amendable(t, b.ID)
	case bill.AcceptSurrender:
		if b.State == bill.PendingAmendment {
			return amendable(t, b.ID)
		}
	case bill.AnnulSurrender:
		return annulled(t, b)
	case bill.SurrenderPart:
		return partable(t, b)
	case bill.AnnulPart:
		return partsAnnullable(t, b)
	case bill.PlaceHold:
		return trustHold(t, b)
	case bill.ProposePledge:
		return pledgeable(t, b)
	case bill.AcceptPledge:
		if err := pledgeable(t, b); err != nil {
			return err
		}
		return pledgeWithinLimits(t, c.Act, b)
	case bill.AcceptPledgeTransfer:
		return pledgeWithinLimits(t, c.Act, b)
	}
	return nil
}

// consequences are what an act on a bill brings about beyond the bill itself.
func consequences(t *turn, c billCommand, before, after bill.Bill, p papers) (bill.Bill, error) {
	switch c.Act {
	case bill.PlanLegs:
		return after, planLegs(t, after, p)
	case bill.StateThroughCharge:
		if err := t.asks(); err != nil {
			return after, err
		}
		return after, keepBeside(t, throughKey(after.ID), p, after.Issuer, after.Charge.Payer)
	case bill.RequestChange:
		return after, keepBeside(t, changeKey(after.ID), p, after.Issuer, after.Shipper)
	case bill.Issue:
		return after, issued(t, after)
	case bill.Transfer, bill.Endorse, bill.EndorseToOrder, bill.BlankEndorse:
		if err := t.asks(); err != nil {
			return after, err
		}
		if c.Request.To != "" {
			return after, hand(t, after, c.Request.Parties["/to"].Ref())
		}
	case bill.EndorseJointly:
		if err := t.asks(); err != nil {
			return after, err
		}
		return after, handJointly(t, after)
	case bill.Reject:
		for _, org := range orgs(append([]lifecycle.Ref{before.Offer.To}, before.Offer.Jointly...)...) {
			if !slices.Contains(orgs(after.Readers()...), org) {
				if err := takeBack(t, after, org); err != nil {
					return after, err
				}
			}
		}
	case bill.Void:
		if err := t.asks(); err != nil {
			return after, err
		}
		return after, freeNumber(t, after)
	case bill.AcceptSurrender:
		if before.State == bill.PendingSurrender {
			return surrendered(t, c, after)
		}
	case bill.SurrenderForAmendment:
		return after, keepBeside(t, amendmentAskedKey(after.ID), p, after.Issuer, after.Requester)
	case bill.SurrenderPart, bill.AcceptPart, bill.AnnulPart:
		return after, partConsequences(t, c, before, after)
	case bill.SwitchToPaper:
		return after, keepBeside(t, paperKey(after.ID), p, after.Issuer, after.Requester)
	case bill.HandOver:
		return after, handOver(t, after)
	case bill.ProposePledge, bill.DeclinePledge:
		return after, showPledge(t, before, after)
	case bill.OfferPledgeTransfer, bill.AcceptPledgeTransfer, bill.DeclinePledgeTransfer:
		return after, passPledge(t, c.Act, before, after)
	case bill.ShowToBank:
		if err := t.asks(); err != nil {
			return after, err
		}
		return after, hand(t, after, after.Shown)
	}
	return after, nil
}

// issued lets a bill begin: under its master, with its consignee where nobody holds it, with its legs.
func issued(t *turn, b bill.Bill) error {
	if b.House() {
		master, err := housed(t, b.Issuer, b.Master)
		if err == nil {
			err = standUnder(t, b, master)
		}
		if err != nil {
			return placed(err, "") // the issue names no master
		}
	}
	if b.Kind == bill.SeaWaybill {
		return hand(t, b, b.Consignee)
	}
	return bornLegs(t, b)
}

// partConsequences are those of the acts on a part of a bill.
func partConsequences(t *turn, c billCommand, before, after bill.Bill) error {
	switch c.Act {
	case bill.AcceptPart:
		return bornPart(t, before, after)
	case bill.AnnulPart:
		return endPart(t, c, after)
	}
	return t.asks()
}

// hand delivers the content to a party's organisation, which thereby endorses and can read what it is offered, and what of
// it was delivered in parts.
func hand(t *turn, b bill.Bill, to lifecycle.Ref) error {
	if err := t.deliver(b.Record, to); err != nil {
		return err
	}
	if err := handDelivered(t, b, to); err != nil {
		return err
	}
	return handLegs(t, b, to)
}

// surrendered lets the guarantees that list the bill take note (rules) and ends a bill whose goods have
// already gone.
func surrendered(t *turn, c billCommand, b bill.Bill) (bill.Bill, error) {
	d, err := delivery(t, b.ID)
	if err != nil {
		return b, err
	}
	before := d
	d.Guarantees = nil
	for _, id := range before.Guarantees {
		open, err := noteSurrender(t, id, b, slices.Contains(d.Used, id))
		if err != nil {
			return b, err
		}
		if open {
			d.Guarantees = append(d.Guarantees, id)
		}
	}
	if len(before.Guarantees) > 0 {
		if err := t.Put(key("delivery", b.ID), d, before.Orgs, d.Orgs); err != nil {
			return b, err
		}
	}
	if !d.Complete() {
		return b, nil
	}
	c.Act = bill.Accomplish
	return bill.Law.Follow(b, c)
}

// noteSurrender marks the bill as surrendered on one guarantee; used tells whether goods left under it, open whether it
// still stands.
func noteSurrender(t *turn, id string, b bill.Bill, used bool) (open bool, err error) {
	before, err := load[guarantee.Guarantee](t, "guarantee", id)
	if err != nil {
		return false, err
	}
	if !before.Standing() { // it came to its end by other means, and was left on the list
		return false, nil
	}
	c := lifecycle.Command[guarantee.Request]{Act: guarantee.BillSurrendered, Actor: t.actor, At: t.At,
		Request: guarantee.Request{Bills: []string{b.ID}, Claimant: b.Claimant, Used: used}}
	after, err := guarantee.Law.Follow(before, c)
	if err != nil {
		return false, err
	}
	e := t.entry(guarantee.BillSurrendered, automatic)
	c.Act = guarantee.Discharge
	if discharged, err := guarantee.Law.Follow(after, c); err == nil {
		after, e.Act = discharged, guarantee.Discharge
	}
	return after.Standing(), save(t, &before, &after, e)
}

// automatic is the part under which the chain records moves that no caller asked for.
const automatic = "automatic"

func delivery(t *turn, billID string) (rules.Delivery, error) {
	var d rules.Delivery
	found, err := t.Get(key("delivery", billID), &d)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "family", "delivery", "id", printable(billID))
	}
	return d, err
}

func number(n int) string { return strconv.Itoa(n) }
