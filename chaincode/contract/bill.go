package contract

import (
	"encoding/json"
	"slices"
	"strconv"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/recovery"
	"portledger/chaincode/rules"
	"portledger/chaincode/state"
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

// around is what other records have to say to an act on a bill, before anybody looks at what is asked for.
func around(t *turn, c billCommand, b bill.Bill) error {
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
		if after.House() {
			if _, err := housed(t, after.Issuer, after.Master); err != nil {
				return after, err
			}
		}
		if after.Kind == bill.SeaWaybill {
			return after, hand(t, after, after.Consignee)
		}
		return after, bornLegs(t, after)
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
				takeBack(t, after, org)
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

func draftBill(t *turn, c billCommand, p papers) (Outcome, error) {
	view, err := content.BillOf(p.raw)
	if err != nil {
		return Outcome{}, err
	}
	c.Request.Kind, c.Request.Containers = kindOf(view), len(view.Containers)
	var master bill.Bill
	var noMaster error // told only after the caller's role had its say
	if c.Request.Master != "" {
		master, noMaster = housed(t, t.actor.Ref, c.Request.Master)
		c.Request.Carrier = master.Issuer
	}
	fresh := bill.Bill{Record: lifecycle.Record{ID: t.NewID("bl-", 0), Family: "bill"}}
	after, err := fresh.Apply(c)
	if err == nil {
		err = noMaster
	}
	if err != nil {
		return Outcome{}, err
	}
	if err := ownCarrierCode(t, view, "/content"); err != nil {
		return Outcome{}, err
	}
	tokens, err := billTokens(t, after, view.Containers, "/content/utilizedTransportEquipments")
	if err != nil {
		return Outcome{}, err
	}
	if err := reserveNumber(t, after, view); err != nil {
		return Outcome{}, err
	}
	guards, err := guardians(t)
	if err != nil {
		return Outcome{}, err
	}
	if err := recoverable(t, &after, guards); err != nil {
		return Outcome{}, err
	}
	if err := bornDelivery(t, after); err != nil {
		return Outcome{}, err
	}
	if err := sealBill(t, &after, p, tokens); err != nil {
		return Outcome{}, err
	}
	if err := listCargo(t, after, view, p.salt, tokens); err != nil {
		return Outcome{}, err
	}
	if err := birth(t, &after, t.entry(bill.Draft, fresh.Part(c))); err != nil {
		return Outcome{}, err
	}
	return outcome(after.Record), nil
}

// bornDelivery writes the record of what is delivered, together with the bill, while nobody else can know the key: two others
// could seize it later.
func bornDelivery(t *turn, b bill.Bill) error {
	d := rules.Delivery{Bill: b.ID, Orgs: orgs(b.Operator()), Containers: b.Containers}
	return t.Put(key("delivery", b.ID), d, nil, d.Orgs)
}

// sealBill commits the bill to its content and gives it to those who have it from the beginning.
func sealBill(t *turn, b *bill.Bill, p papers, tokens map[string]string) error {
	value, err := seal(p, tokens)
	if err != nil {
		return err
	}
	b.Commitment, b.Seal = p.commitment, state.Fingerprint(value)
	to := []lifecycle.Ref{b.Issuer, b.Shipper, b.Holder}
	if b.Joint != nil {
		to = append(to, b.Joint.Parties...)
	}
	for _, org := range orgs(to...) {
		t.Keep(org, contentKey(b.ID), value)
	}
	return nil
}

// kindOf reads the kind off the document (DCSA EBL 3.0: transportDocumentTypeCode, isToOrder, endorsee).
func kindOf(v content.Bill) bill.Kind {
	switch {
	case v.TypeCode == "SWB":
		return bill.SeaWaybill
	case !v.ToOrder:
		return bill.Straight
	case v.HasEndorsee:
		return bill.Order
	}
	return bill.Bearer
}

// ownCarrierCode lets the issuer's own endorser refuse a bill under a carrier code that is not its party's.
func ownCarrierCode(t *turn, v content.Bill, place string) error {
	value, err := t.Peek(t.actor.Org, contentKey(t.actor.Party))
	if err != nil {
		return err
	}
	profile, known, err := unseal(value)
	if err != nil || !known {
		return err
	}
	p, err := content.PartyOf([]byte(profile.Content))
	if err != nil {
		return err
	}
	listed := false
	for _, code := range p.IdentifyingCodes {
		if code.CodeListProvider == v.CarrierCodeListProvider {
			listed = true
			if code.PartyCode == v.CarrierCode {
				return nil
			}
		}
	}
	if listed {
		return fault.New(fault.Invalid, "check", "own-carrier-code").In(place + "/carrierCode")
	}
	return nil
}

// numberOf names a bill for its token: the number and whose number it is.
func numberOf(v content.Bill) []string {
	return []string{v.CarrierCodeListProvider, v.CarrierCode, v.Reference}
}

// numberToken is the key under which a bill number of the issuer is taken; it travels as the private input called name.
func numberToken(t *turn, issuerOrg, name string, v content.Bill) (string, error) {
	token, err := t.Supply(name, func() ([]byte, error) { return ownToken(t, "bill-number", numberOf(v)...) })
	if err != nil {
		return "", err
	}
	return string(token), checkToken(t, issuerOrg, string(token), "bill-number", numberOf(v)...)
}

// freeNumber gives the number of a voided draft back, so that the corrected bill can carry it.
func freeNumber(t *turn, b bill.Bill) error {
	token, err := heldNumber(t, b)
	if err != nil {
		return err
	}
	return t.Drop("number/"+token, []string{b.Issuer.Org})
}

// heldNumber is the token of the number that the bill holds; the issuer's own endorser can tell.
func heldNumber(t *turn, b bill.Bill) (string, error) {
	view, _, err := billSeen(t, b)
	if err != nil {
		return "", err
	}
	token, err := numberToken(t, b.Issuer.Org, "number", view)
	if err != nil {
		return "", err
	}
	return token, holdsNumber(t, b, token)
}

func dropNumber(t *turn, b bill.Bill, token string) error {
	if err := holdsNumber(t, b, token); err != nil {
		return err
	}
	return t.Drop("number/"+token, []string{b.Issuer.Org})
}

// holdsNumber refuses a number that another bill has.
func holdsNumber(t *turn, b bill.Bill, token string) error {
	var taken string
	if _, err := t.Get("number/"+token, &taken); err != nil {
		return err
	}
	if taken != b.ID {
		return fault.New(fault.ContentMismatch)
	}
	return nil
}

// reserveNumber takes the bill number of this carrier, under a key that only its organisation can compute.
func reserveNumber(t *turn, b bill.Bill, v content.Bill) error {
	token, err := numberToken(t, b.Issuer.Org, "number", v)
	if err != nil {
		return err
	}
	return takeNumber(t, b, token, "/content", nil)
}

// takeNumber takes a number that is free, or that one of these bills had, which the new one replaces.
func takeNumber(t *turn, b bill.Bill, token, place string, from []string) error {
	var taken string
	found, err := t.Get("number/"+token, &taken)
	if err != nil {
		return err
	}
	held := []string{b.Issuer.Org}
	if !found {
		return t.Put("number/"+token, b.ID, nil, held)
	}
	if !slices.Contains(from, taken) {
		return fault.New(fault.Duplicate, "what", "transportDocumentReference").In(place + "/transportDocumentReference")
	}
	return t.Put("number/"+token, b.ID, held, held)
}

// billView is a bill as its reader gets it.
type billView struct {
	Control bill.Bill       `json:"control"`
	Content json.RawMessage `json:"content,omitempty"`
	// Hash is the SHA-256 of the content's canonical form (RFC 8785), hex: what other platforms compute of it too.
	Hash     string          `json:"hash,omitempty"`
	Acts     []lifecycle.Act `json:"acts"`
	Delivery *rules.Delivery `json:"delivery,omitempty"`
	Recovery *recoveryView   `json:"recovery,omitempty"`
	Pledge   *pledgeView     `json:"pledge,omitempty"`
	// Parts are the parts that were accepted, the latest first; Balance lists the containers that are of none.
	Parts   []partView `json:"parts,omitempty"`
	Balance []string   `json:"balance,omitempty"`
	// Pieces are private contents beside the document: change, amendment, paper, part.
	Pieces map[string]json.RawMessage `json:"pieces,omitempty"`
}

func (bills) read(t *turn, id string) (any, error) {
	b, err := load[bill.Bill](t, "bill", id)
	if err != nil {
		return nil, err
	}
	view := billView{Control: b, Acts: b.Open(t.actor)}
	if view.Recovery, err = readRecovery(t, b); err != nil {
		return nil, err
	}
	if view.Recovery != nil && view.Recovery.Control.State == recovery.Recovered {
		view.Acts = []lifecycle.Act{}
	}
	if view.Pledge, err = readPledge(t, b); err != nil {
		return nil, err
	}
	if view.Content, err = t.ownContent(contentKey(id), b.Readers()); err != nil {
		return nil, err
	}
	if view.Hash, err = hashOf(view.Content); err != nil {
		return nil, err
	}
	if view.Pieces, err = billPieces(t, b); err != nil {
		return nil, err
	}
	if view.Parts, view.Balance, err = readParts(t, b); err != nil {
		return nil, err
	}
	var d rules.Delivery
	found, err := t.Get(key("delivery", id), &d)
	if found {
		d.Out = nil // tokens are for the rules
		view.Delivery = &d
	}
	return view, err
}

func (bills) situations(t *turn, id string) ([]situation, error) {
	b, err := load[bill.Bill](t, "bill", id)
	if err != nil {
		return nil, err
	}
	all := []situation{situationOf(bill.Law, b, 0)}
	all[0].ways = b.Ways
	r, found, err := recoveryOf(t, b)
	if found {
		all = append(all, situationOf(recovery.Law, r, 0))
	}
	if err != nil {
		return nil, err
	}
	pledged, err := deedSituations(t, b)
	return append(all, pledged...), err
}

func (bills) keys(t *turn, id string) ([]string, error) {
	b, err := load[bill.Bill](t, "bill", id)
	if err != nil {
		return nil, err
	}
	keys := []string{key("bill", id)}
	r, found, err := recoveryOf(t, b)
	if found && r.Version > 1 { // something happened to it since it was born with the bill
		keys = append(keys, key("recovery", r.ID))
	}
	if err != nil {
		return nil, err
	}
	pledged, err := deedKeys(t, b)
	return append(keys, pledged...), err
}

// ownContent is the content of a piece that this peer keeps, for readers only.
func (t *turn) ownContent(key string, readers []lifecycle.Ref) (json.RawMessage, error) {
	if !t.may(readers) {
		return nil, nil
	}
	value, err := t.Peek(t.Self, key)
	if err != nil {
		return nil, err
	}
	s, ok, err := unseal(value)
	if err != nil || !ok {
		return nil, err
	}
	return json.RawMessage(s.Content), nil
}

func number(n int) string { return strconv.Itoa(n) }
