package contract

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"portledger/chaincode/content"
	"portledger/chaincode/facility"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// book is a bank's own book of exposure, open on the peer of its organisation only.
type book struct {
	*turn
	bank   lifecycle.Ref
	secret settings
	// salt is this transaction's, from which every piece gets one of its own.
	salt string
}

// bookOf opens the book on the bank's own peer; on any other it stays empty.
func bookOf(t *turn, bank lifecycle.Ref) (book, error) {
	own, _, err := t.own(bank.Org)
	return book{turn: t, bank: bank, secret: own}, err
}

func (b book) accountKey(level facility.Level, of, currency string) string {
	return exposureKey(b.secret.token("exposure", []string{b.bank.Party, string(level), of, currency}))
}

func (b book) reservationToken(r reservation) string {
	return b.secret.token("reservation", []string{b.bank.Party, r.Purpose, r.Document})
}

// saltOf makes the salt of one piece.
func (b book) saltOf(key string) string {
	mac := hmac.New(sha256.New, []byte(b.salt))
	mac.Write([]byte("portledger/exposure/1\n" + key))
	return hex.EncodeToString(mac.Sum(nil))
}

// read reads a piece into v; found is false where there is none.
func (b book) read(key string, v any) (found bool, err error) {
	value, err := b.Peek(b.bank.Org, key)
	if err != nil || value == nil {
		return false, err
	}
	return true, json.Unmarshal(value, v)
}

func (b book) write(key string, v any) error {
	value, err := json.Marshal(v)
	if err == nil {
		b.Keep(b.bank.Org, key, value)
	}
	return err
}

// load is the account of a level, an empty one where nothing was counted yet.
func (b book) load(level facility.Level, of, currency string) (levelAccount, error) {
	a := levelAccount{Bank: b.bank.Party, Level: level, Of: of, Currency: currency, Account: facility.Account{Used: "0"}}
	_, err := b.read(b.accountKey(level, of, currency), &a)
	return a, err
}

func (b book) store(a levelAccount) error {
	key := b.accountKey(a.Level, a.Of, a.Currency)
	a.Salt = b.saltOf(key)
	return b.write(key, a)
}

// limit sets the limit of a level; one that is not given stays as it is.
func (b book) limit(level facility.Level, of, currency, limit, place string) error {
	if limit == "" {
		return nil
	}
	a, err := b.load(level, of, currency)
	if err != nil {
		return err
	}
	after, f := a.Limited(level, limit)
	if f != nil {
		return f.In(place)
	}
	a.Account = after
	return b.store(a)
}

// count changes every account that a reservation counts on.
func (b book) count(r reservation, by func(facility.Account, facility.Level, string) (facility.Account, *fault.Fault)) error {
	for _, on := range []struct {
		level facility.Level
		of    string
	}{{facility.OfFacility, r.Facility}, {facility.OfPledgor, r.Pledgor}, {facility.OfGuarantor, r.Guarantor}, {facility.OfBank, b.bank.Party}} {
		if on.of == "" {
			continue
		}
		a, err := b.load(on.level, on.of, r.Currency)
		if err != nil {
			return err
		}
		after, f := by(a.Account, on.level, r.Amount)
		if f != nil {
			return f.In("/content/amount")
		}
		a.Account = after
		if err := b.store(a); err != nil {
			return err
		}
	}
	return nil
}

// reserved is what is reserved for a document.
func (b book) reserved(purpose, document string) (taken bool, r reservation, err error) {
	r.Reservation = content.Reservation{Purpose: purpose, Document: document}
	taken, err = b.read(reservedKey(b.reservationToken(r)), &r)
	return taken, r, err
}

func (b book) keep(r reservation) error {
	token := b.reservationToken(r)
	for _, key := range []string{reservedKey(token), earmarkKey(r.Facility, token)} {
		r.Salt = b.saltOf(key)
		if err := b.write(key, r); err != nil {
			return err
		}
	}
	return nil
}

// drop removes a reservation, and the mark that it was used.
func (b book) drop(r reservation) error {
	token := b.reservationToken(r)
	b.Purge(b.bank.Org, reservedKey(token))
	b.Purge(b.bank.Org, earmarkKey(r.Facility, token))
	marked, err := b.Holds(b.bank.Org, acceptedKey(token))
	if marked {
		b.Purge(b.bank.Org, acceptedKey(token))
	}
	return err
}

// works counts the facilities that the bank works with: so many have limits and are not closed, which everybody can see.
func (b book) works(more int) error {
	var l lending
	if _, err := b.read(lendingKey(b.bank.Party), &l); err != nil {
		return err
	}
	l.Facilities += more
	return b.write(lendingKey(b.bank.Party), l)
}

// parties checks that terms name parties of the ledger. They are looked up without a trace: the terms are the bank's alone.
func (b book) parties(terms content.Credit) error {
	for _, named := range []struct{ id, place string }{{terms.Pledgor, "/content/pledgor"}, {terms.Guarantor, "/content/guarantor"}} {
		if named.id == "" {
			continue
		}
		if named.id == b.bank.Party {
			return fault.New(fault.RecipientNotAllowed, "why", "bank").In(named.place)
		}
		var p struct {
			ID string `json:"id"`
		}
		found, err := b.UnseenRecord(key("party", named.id), &p)
		if err != nil {
			return err
		}
		if !found || p.ID != named.id {
			return fault.New(fault.UnknownParty).In(named.place)
		}
	}
	return nil
}
