package bill

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// shipperFits asks that the shipper be registered as one, and be another than who issues the bill.
func shipperFits(_ Bill, c command) *fault.Fault {
	if c.Request.Parties["/shipper"].Ref() == c.Actor.Ref {
		return notAllowed("/shipper", "issuer")
	}
	if !c.Request.Parties["/shipper"].Has(party.Shipper, party.Forwarder) {
		return notAllowed("/shipper", "role")
	}
	return nil
}

// namedFits asks for exactly the named party that the kind has: the consignee of a straight bill or sea waybill, the
// order party (DCSA endorsee) of an order bill, neither on a bearer bill. Never whoever issues it, or of a house bill the carrier: nobody could
// bring the bill to a carrier, who does not endorse, and it would be stuck.
func namedFits(b Bill, c command) *fault.Fault {
	r := c.Request
	named := r.Kind == Straight || r.Kind == SeaWaybill
	switch {
	case named && r.Consignee == "":
		return fault.New(fault.Invalid, "check", "required").In("/consignee")
	case !named && r.Consignee != "":
		return fault.New(fault.Invalid, "check", "not-with-kind").In("/consignee")
	case r.Kind == Order && r.Endorsee == "":
		return fault.New(fault.Invalid, "check", "required").In("/endorsee")
	case r.Kind != Order && r.Endorsee != "":
		return fault.New(fault.Invalid, "check", "not-with-kind").In("/endorsee")
	case named && b.carries(c, r.Parties["/consignee"]):
		return notAllowed("/consignee", "issuer")
	case r.Kind == Order && b.carries(c, r.Parties["/endorsee"]):
		return notAllowed("/endorsee", "issuer")
	case named && !mayHold(r.Parties["/consignee"]):
		return notAllowed("/consignee", "role")
	case r.Kind == Order && !mayHold(r.Parties["/endorsee"]):
		return notAllowed("/endorsee", "role")
	}
	return nil
}

// carries tells whether the party is the issuer of the bill, or of a house bill the carrier of its goods. Before a bill is born its issuer
// is who acts, and the carrier that of the master or of the bill that is replaced.
func (b Bill) carries(c command, p party.Party) bool {
	carriers := []lifecycle.Ref{b.Issuer, b.Carrier}
	if b.Issuer.Zero() {
		carriers = []lifecycle.Ref{c.Actor.Ref, c.Request.Carrier}
		for _, o := range c.Request.Old {
			carriers = append(carriers, o.Carrier)
		}
	}
	return !p.Zero() && slices.Contains(carriers, p.Ref())
}

// mayHold tells whether a party can ever possess a bill; a carrier never endorses, a notify party has no rights.
func mayHold(p party.Party) bool {
	return p.Has(party.Shipper, party.Consignee, party.Forwarder, party.Bank)
}

func recipientFits(b Bill, c command) *fault.Fault {
	to := c.Request.Parties["/to"]
	switch {
	case to.Ref() == b.Holder:
		return notAllowed("/to", "holder")
	case b.carries(c, to):
		return notAllowed("/to", "issuer")
	case !mayHold(to):
		return notAllowed("/to", "role")
	}
	return nil
}

func recipientFitsIfAny(b Bill, c command) *fault.Fault {
	if c.Request.To == "" {
		return nil
	}
	return recipientFits(b, c)
}

// noOffer: nothing is open that somebody else must answer first, neither an offer nor a part surrender.
func noOffer(b Bill, _ command) *fault.Fault {
	switch {
	case b.Committed() != "":
		return b.committed()
	case b.Offer != nil:
		return fault.New(fault.OfferOpen)
	case b.OpenPart() != nil:
		return fault.New(fault.PartOpen)
	}
	return nil
}

func offered(b Bill, _ command) *fault.Fault {
	if b.Offer == nil {
		return fault.New(fault.NoOffer)
	}
	return nil
}

// straightToConsignee: a straight bill cannot be transferred on (PRC Maritime Code art. 79); its possession only
// travels to the consignee, who needs it to claim, and to and from who keeps it for somebody.
func straightToConsignee(b Bill, c command) *fault.Fault {
	if b.Kind == Straight && c.Request.Parties["/to"].Ref() != b.Consignee && !b.custodial(c) {
		return forbids(b, c)
	}
	return nil
}

// toOrder: only order and bearer bills are endorsed.
func toOrder(b Bill, c command) *fault.Fault {
	if b.Kind != Order && b.Kind != Bearer {
		return forbids(b, c)
	}
	return nil
}

// titled: who endorses must have title as well as possession; on a bearer bill possession is title, but for who has it for
// somebody else.
func titled(b Bill, c command) *fault.Fault {
	if b.Custody != nil || (b.Kind == Order && b.Title != b.Holder) {
		return fault.New(fault.NotTitleHolder, "act", string(c.Act))
	}
	return nil
}

func endorsable(b Bill, _ command) *fault.Fault {
	if !b.Endorsable {
		return fault.New(fault.NotEndorsable)
	}
	return nil
}

// claimable: the possessor claims delivery only with title (straight: as the consignee; order: as the last endorsee).
func claimable(b Bill, c command) *fault.Fault {
	if b.Custody != nil || (b.Kind != Bearer && b.Title != b.Holder) {
		return fault.New(fault.NotTitleHolder, "act", string(c.Act))
	}
	return nil
}

func waybill(b Bill, c command) *fault.Fault {
	if b.Kind != SeaWaybill {
		return forbids(b, c)
	}
	return nil
}

func forbids(b Bill, c command) *fault.Fault {
	return fault.New(fault.KindForbids, "kind", string(b.Kind), "act", string(c.Act))
}

func notAllowed(place, why string) *fault.Fault {
	return fault.New(fault.RecipientNotAllowed, "why", why).In(place)
}
