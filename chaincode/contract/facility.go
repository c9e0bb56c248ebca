package contract

import (
	"encoding/json"

	"portledger/chaincode/content"
	"portledger/chaincode/facility"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// facilities is the contract of the credit facility.
type facilities struct{}

type facilityCommand = lifecycle.Command[facility.Request]

func (facilities) act(t *turn, act lifecycle.Act, raw []byte) (Outcome, error) {
	r, verb, err := decode(t, facility.Law, act, raw)
	if err != nil {
		return Outcome{}, err
	}
	c := facilityCommand{Act: act, Actor: t.actor, At: t.At, Request: r, Probe: t.probe}
	papers, err := t.papers(verb)
	if err != nil {
		return Outcome{}, err
	}
	if act == facility.Open {
		return openFacility(t, c)
	}
	before, err := current[facility.Facility](t, "facility", r.ID, r.Version)
	if err != nil {
		return Outcome{}, err
	}
	if c.Request.InUse, err = inUse(t, before); err != nil {
		return Outcome{}, err
	}
	c.Request.Commitment = papers.commitment
	after, err := facility.Law.Apply(before, c)
	if err == nil && act == facility.Reserve {
		err = drawableNow(t, after)
	}
	if err == nil {
		err = t.asks()
	}
	if err == nil && t.Self != after.Bank.Org { // no other peer has what is needed
		err = fault.New(fault.WrongParty, "act", string(act), "by", "organisation of this peer")
	}
	if err != nil {
		return Outcome{}, err
	}
	if err := draw(t, c, before, papers); err != nil {
		return Outcome{}, err
	}
	e := t.entry(act, facility.Law.Part(before, c))
	e.Reason = r.Reason
	if err := save(t, &before, &after, e); err != nil {
		return Outcome{}, err
	}
	return outcome(after.Record), nil
}

// openFacility gives birth to a facility without terms. The witness only endorses that the record is well made.
func openFacility(t *turn, c facilityCommand) (Outcome, error) {
	fresh := facility.Facility{Record: lifecycle.Record{ID: t.NewID("cf-", 0), Family: "facility"}}
	after, err := facility.Law.Apply(fresh, c)
	if err != nil {
		return Outcome{}, err
	}
	if err := t.witness(c.Request.Witness); err != nil {
		return Outcome{}, err
	}
	if err := birth(t, &after, t.entry(c.Act, facility.Law.Part(fresh, c))); err != nil {
		return Outcome{}, err
	}
	return outcome(after.Record), nil
}

// inUse tells on the bank's own peer whether anything is reserved under the facility.
func inUse(t *turn, f facility.Facility) (bool, error) {
	terms, known, err := facilityTerms(t, f)
	if err != nil || !known || t.Self != f.Bank.Org {
		return false, err
	}
	b, err := bookOf(t, f.Bank)
	if err != nil {
		return false, err
	}
	a, err := b.load(facility.OfFacility, f.ID, terms.Currency)
	return a.InUse(), err
}

// facilityTerms are the terms as they stand, on the bank's own peer; known is false before the bank set any.
func facilityTerms(t *turn, f facility.Facility) (terms content.Credit, known bool, err error) {
	value, err := t.Peek(f.Bank.Org, contentKey(f.ID))
	if err != nil {
		return terms, false, err
	}
	s, known, err := unseal(value)
	if err != nil || !known {
		return terms, false, err
	}
	terms, err = content.CreditOf([]byte(s.Content))
	return terms, err == nil, err
}

// draw changes what only the bank knows of its facility.
func draw(t *turn, c facilityCommand, f facility.Facility, p papers) error {
	b, err := bookOf(t, f.Bank)
	if err != nil {
		return err
	}
	b.salt = p.salt
	switch c.Act {
	case facility.ChangeLimit:
		return changeLimit(b, f, p)
	case facility.Reserve:
		return reserve(b, f, p)
	case facility.Free:
		return free(b, f, p)
	case facility.Close:
		if f.State != facility.Opened {
			return b.works(-1)
		}
	}
	return nil
}

// changeLimit puts other terms in place. Whom they are about, and the currency, stay while something is reserved.
func changeLimit(b book, f facility.Facility, p papers) error {
	was, known, err := facilityTerms(b.turn, f)
	if err != nil {
		return err
	}
	is, err := content.CreditOf(p.raw)
	if err != nil {
		return err
	}
	if err := b.parties(is); err != nil {
		return err
	}
	if !known {
		if err := b.works(1); err != nil {
			return err
		}
	}
	a, err := b.load(facility.OfFacility, f.ID, was.Currency)
	if err != nil {
		return err
	}
	if place := moved(was, is); known && place != "" && a.InUse() {
		return fault.New(fault.FacilityInUse).In(place)
	}
	if err := b.limit(facility.OfFacility, f.ID, is.Currency, is.Limit, "/content/limit"); err != nil {
		return err
	}
	if err := b.limit(facility.OfPledgor, is.Pledgor, is.Currency, is.PledgorLimit, "/content/pledgorLimit"); err != nil {
		return err
	}
	if err := b.limit(facility.OfGuarantor, is.Guarantor, is.Currency, is.GuarantorLimit, "/content/guarantorLimit"); err != nil {
		return err
	}
	if err := b.limit(facility.OfBank, f.Bank.Party, is.Currency, is.BankLimit, "/content/bankLimit"); err != nil {
		return err
	}
	return keepBeside(b.turn, contentKey(f.ID), p, f.Bank)
}

// moved is the first member that ties what is reserved to its accounts, and differs.
func moved(was, is content.Credit) string {
	switch {
	case was.Pledgor != is.Pledgor:
		return "/content/pledgor"
	case was.Guarantor != is.Guarantor:
		return "/content/guarantor"
	case was.Currency != is.Currency:
		return "/content/currency"
	}
	return ""
}

// drawableNow tells on the bank's own peer whether anything can be reserved now.
func drawableNow(t *turn, f facility.Facility) error {
	terms, _, err := facilityTerms(t, f)
	if err != nil {
		return err
	}
	if f := facility.Drawable(f.State, terms.Until, t.At); f != nil {
		return f
	}
	return nil
}

// reserve takes an amount up, of the facility, the pledgor, the guarantor and the bank alike. What is reserved already can be
// raised, since a guarantee may be amended, or extended with the facility.
func reserve(b book, f facility.Facility, p papers) error {
	terms, _, err := facilityTerms(b.turn, f)
	if err != nil {
		return err
	}
	asked, err := content.ReservationOf(p.raw)
	if err != nil {
		return err
	}
	if asked.Currency != terms.Currency {
		return fault.New(fault.Invalid, "check", "currency").In("/content/currency")
	}
	r := reservation{Facility: f.ID, Pledgor: terms.Pledgor, Guarantor: terms.Guarantor, Until: terms.Until, Reservation: asked}
	taken, before, err := b.reserved(asked.Purpose, asked.Document)
	if err != nil {
		return err
	}
	extends := before.Until != r.Until && before.Currency == asked.Currency && facility.Covers(asked.Amount, before.Amount)
	if taken && (before.Facility != f.ID || (facility.Covers(before.Amount, asked.Amount) && !extends)) {
		return fault.New(fault.Duplicate, "what", "reservation").In("/content/document")
	}
	if taken {
		if err := b.count(before, facility.Account.Free); err != nil {
			return err
		}
	}
	if err := b.count(r, facility.Account.Reserve); err != nil {
		return err
	}
	return b.keep(r)
}

// free gives back exactly what was reserved, once the bank is not bound any more; a part of it at any time.
func free(b book, f facility.Facility, p papers) error {
	asked, err := content.ReservationOf(p.raw)
	if err != nil {
		return err
	}
	taken, r, err := b.reserved(asked.Purpose, asked.Document)
	if err != nil {
		return err
	}
	if !taken || r.Facility != f.ID {
		return fault.New(fault.NotFound, "family", "reservation", "id", "?").In("/content/document")
	}
	if asked.Amount != "" {
		return freePart(b, r, asked.Amount)
	}
	ended, err := over(b.turn, b.bank, b.reservationToken(r), r)
	if err != nil {
		return err
	}
	if !ended {
		return fault.New(fault.FacilityInUse).In("/content/document")
	}
	if err := b.count(r, facility.Account.Free); err != nil {
		return err
	}
	return b.drop(r)
}

// freePart gives back what was repaid, or went with goods that were delivered. How much that is the bank alone knows; something stays
// reserved until the bank is not bound any more.
func freePart(b book, r reservation, amount string) error {
	left, f := facility.Left(r.Amount, amount)
	if f != nil {
		return f
	}
	part := r
	part.Amount = amount
	if err := b.count(part, facility.Account.Free); err != nil {
		return err
	}
	r.Amount = left
	return b.keep(r)
}

// facilityView is a facility as its reader gets it; everybody but the bank sees the control record alone.
type facilityView struct {
	Control  facility.Facility `json:"control"`
	Content  json.RawMessage   `json:"content,omitempty"`
	Exposure *exposureView     `json:"exposure,omitempty"`
	Acts     []lifecycle.Act   `json:"acts"`
}

func (facilities) read(t *turn, id string) (any, error) {
	f, err := load[facility.Facility](t, "facility", id)
	if err != nil {
		return nil, err
	}
	view := facilityView{Control: f, Acts: facility.Law.Open(f, t.actor)}
	if view.Content, err = t.ownContent(contentKey(id), f.Parties()); err != nil || view.Content == nil {
		return view, err
	}
	view.Exposure, err = exposureOf(t, f)
	return view, err
}

func (facilities) situations(t *turn, id string) ([]situation, error) {
	f, err := load[facility.Facility](t, "facility", id)
	return []situation{situationOf(facility.Law, f, 0)}, err
}

func (facilities) keys(t *turn, id string) ([]string, error) {
	_, err := load[facility.Facility](t, "facility", id)
	return []string{key("facility", id)}, err
}
