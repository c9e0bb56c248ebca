package party

import (
	"slices"
	"strconv"
	"time"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/payment"
)

// A bank's payment keys 付款密钥 stand on its own record, which its own organisation alone endorses: whoever checks a proof of
// payment takes the key from there. A key is replaced by registering the next one and revoking the last.
const (
	RegisterPaymentKey lifecycle.Act = "register-payment-key"
	RevokePaymentKey   lifecycle.Act = "revoke-payment-key"
)

// bankRegistrar is the registrar of a bank's organisation; of any other party nobody plays the part.
var bankRegistrar = &lifecycle.By[Party]{
	Name: "registrar of the bank's organisation",
	Ref: func(p Party) lifecycle.Ref {
		if !p.Has(Bank) {
			return lifecycle.Ref{}
		}
		return ownRegistrar.Ref(p)
	},
	Roles: []lifecycle.Role{Registrar},
}

var keyRows = []lifecycle.Row[Party, Request]{
	{From: Registered, Do: RegisterPaymentKey, By: bankRegistrar, To: Registered,
		If: []lifecycle.Guard[Party, Request]{roomForKey}, Asks: []lifecycle.Guard[Party, Request]{keyFits, keyOnce, keyValidity}, Then: addKey},
	{From: Registered, Do: RevokePaymentKey, By: bankRegistrar, To: Registered,
		Asks: []lifecycle.Guard[Party, Request]{keyKnown}, Then: revokeKey},
}

// standing are the keys whose time is not over. A revoked key stays among them until then, so that it is refused as revoked.
func (p Party) standing(at time.Time) []payment.Key {
	return slices.DeleteFunc(slices.Clone(p.PaymentKeys), func(k payment.Key) bool { return k.Over(at) })
}

func roomForKey(p Party, c command) *fault.Fault {
	if len(p.standing(c.At)) >= payment.KeysMax {
		return fault.New(fault.LimitReached, "limit", strconv.Itoa(payment.KeysMax), "what", "payment keys")
	}
	return nil
}

func keyFits(_ Party, c command) *fault.Fault {
	if _, ok := payment.ParseKey(c.Request.PublicKey); !ok {
		return fault.New(fault.Invalid, "check", "public-key").In("/publicKey")
	}
	return nil
}

// keyOnce: a key that was revoked does not come back under the same name.
func keyOnce(p Party, c command) *fault.Fault {
	id, _ := payment.ParseKey(c.Request.PublicKey)
	if p.key(id) >= 0 {
		return fault.New(fault.Duplicate, "what", "payment key").In("/publicKey")
	}
	return nil
}

// keyValidity: a key is valid for a while that has not passed, and not for ever.
func keyValidity(_ Party, c command) *fault.Fault {
	from, to, err := keyTimes(c)
	switch {
	case err != nil && c.Request.From != "":
		return fault.New(fault.Invalid, "check", "date-time").In("/from")
	case !to.After(c.At) || !to.After(from):
		return fault.New(fault.Invalid, "check", "future").In("/to")
	case to.Sub(from) > payment.KeyLife:
		return fault.New(fault.Invalid, "check", "range").In("/to")
	}
	return nil
}

// keyTimes are the validity asked for: from now where the request names no beginning, and that from the whole second, since a
// bank that says in seconds when it was paid must not be early by the rest of one.
func keyTimes(c command) (from, to time.Time, err error) {
	from = c.At.Truncate(time.Second)
	if c.Request.From != "" {
		from, err = lifecycle.Instant(c.Request.From)
	}
	to, bad := lifecycle.Instant(c.Request.To)
	if bad != nil { // then it is before every other time
		to = time.Time{}
	}
	return from, to, err
}

func (p Party) key(id string) int {
	return slices.IndexFunc(p.PaymentKeys, func(k payment.Key) bool { return k.ID == id })
}

func keyKnown(p Party, c command) *fault.Fault {
	i := p.key(c.Request.Key)
	switch {
	case i < 0:
		return fault.New(fault.NotFound, "family", "payment key", "id", "?").In("/key")
	case p.PaymentKeys[i].Revoked != "":
		return fault.New(fault.PaymentKeyNotInForce, "key", p.PaymentKeys[i].ID, "why", "revoked").In("/key")
	}
	return nil
}

func addKey(p *Party, c command) {
	id, _ := payment.ParseKey(c.Request.PublicKey)
	from, to, _ := keyTimes(c)
	p.PaymentKeys = append(p.standing(c.At), payment.Key{ID: id, PublicKey: c.Request.PublicKey,
		From: lifecycle.Stamped(from), To: lifecycle.Stamped(to)})
}

func revokeKey(p *Party, c command) {
	i := p.key(c.Request.Key)
	if i < 0 { // a probe names none
		return
	}
	p.PaymentKeys = slices.Clone(p.PaymentKeys)
	p.PaymentKeys[i].Revoked = lifecycle.Stamped(c.At)
}
