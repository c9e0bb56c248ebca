package contract

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/rules"
)

// replaceBills ends bills that their holder surrendered for amendment, or one whose paper originals all came back, and
// gives birth to those that take their place, in one transaction.
func replaceBills(t *turn, c billCommand, before bill.Bill, p papers) (Outcome, error) {
	if err := t.asks(); err != nil {
		return Outcome{}, err
	}
	fresh, err := content.ReissueOf(p.raw)
	if err != nil {
		return Outcome{}, err
	}
	further, err := furtherBills(t, c)
	if err != nil {
		return Outcome{}, err
	}
	c.Request.Old = further
	if _, err := before.Apply(c); err != nil {
		return Outcome{}, err
	}
	old := append([]bill.Bill{before}, further...)
	if f := numbersFit(c, before, len(old), len(fresh)); f != nil {
		return Outcome{}, f
	}
	if err := conserved(t, old, fresh); err != nil {
		return Outcome{}, err
	}
	if c, err = sameShipper(t, c, before); err != nil {
		return Outcome{}, err
	}
	c.Request.Old = old
	for i := range fresh {
		c.Request.New = append(c.Request.New, t.NewID("bl-", i))
	}
	if err := bornAnew(t, c, p, fresh); err != nil {
		return Outcome{}, err
	}
	return endOld(t, c, old)
}

// sameShipper puts the former shipper in where the request names no other.
func sameShipper(t *turn, c billCommand, b bill.Bill) (billCommand, error) {
	if c.Request.Shipper != "" {
		return c, nil
	}
	p, err := t.registered(b.Shipper.Party)
	c.Request.Parties = maps.Clone(c.Request.Parties)
	c.Request.Parties["/shipper"] = p
	return c, err
}

// numbersFit: what comes back from paper is one bill for one.
func numbersFit(c billCommand, b bill.Bill, old, fresh int) *fault.Fault {
	reason := b.Amendment
	if c.Act == bill.RestoreElectronic {
		reason = bill.AmendData
	}
	return bill.Numbers(reason, old, fresh)
}

// furtherBills are those that are replaced together with the one that the act is asked of: each must allow it by itself.
func furtherBills(t *turn, c billCommand) ([]bill.Bill, error) {
	var further []bill.Bill
	if len(c.Request.Bills) >= bill.BillsMax {
		return nil, fault.New(fault.LimitReached, "limit", number(bill.BillsMax), "what", "bills").In("/bills")
	}
	for i, id := range c.Request.Bills {
		place := "/bills/" + number(i)
		if id == c.Request.ID || slices.Contains(c.Request.Bills[:i], id) {
			return nil, fault.New(fault.Invalid, "check", "unique").In(place)
		}
		b, err := load[bill.Bill](t, "bill", id)
		if err == nil {
			err = t.covered("bill", c.Act, id)
		}
		if err == nil {
			err = usable(t, b)
		}
		if err == nil {
			err = ready(b, c)
		}
		if err == nil {
			err = amendable(t, id)
		}
		if f := fault.Of(err); f != nil {
			return nil, f.In(place)
		}
		if err != nil {
			return nil, err
		}
		further = append(further, b)
	}
	return further, nil
}

// conserved checks that containers, packages and weights of the new bills, and of house bills how the goods are handed over, are
// those of the old ones, on every peer that has the old documents: the issuer's, and that of whoever asked.
func conserved(t *turn, old []bill.Bill, fresh []content.Replacement) error {
	var was, is [][]rules.Load
	var consolidated []bool
	documents, seen, err := documentsOf(t, old)
	if err != nil || !seen {
		return err
	}
	for _, raw := range documents {
		loads, err := loadsOf(raw)
		if err != nil {
			return err
		}
		view, err := content.BillOf(raw)
		if err != nil {
			return err
		}
		was, consolidated = append(was, loads), append(consolidated, view.Consolidated)
	}
	for _, b := range fresh {
		loads, err := loadsOf(b.Raw)
		if err != nil {
			return err
		}
		is = append(is, loads)
	}
	if f := rules.Conserved(was, is); f != nil {
		return f
	}
	if f := sameMovement(old, consolidated, fresh); f != nil {
		return f
	}
	return nil
}

// documentsOf are the old documents; seen is false on a peer that has none. Every peer reads the same keys, or their endorsements
// would not match.
func documentsOf(t *turn, old []bill.Bill) (documents [][]byte, seen bool, err error) {
	seen = true
	for _, b := range old {
		value, err := peekAny(t, contentKey(b.ID), b.Issuer, b.Requester)
		if err != nil {
			return nil, false, err
		}
		s, has, err := unseal(value)
		if err != nil {
			return nil, false, err
		}
		documents, seen = append(documents, []byte(s.Content)), seen && has
	}
	return documents, seen, nil
}

func loadsOf(raw []byte) ([]rules.Load, error) {
	read, err := content.LoadsOf(raw)
	loads := make([]rules.Load, len(read))
	for i, l := range read {
		loads[i] = rules.Load(l)
	}
	return loads, err
}

// bornAnew gives birth to the new bills, each with a number, a delivery record and a private piece of its own.
func bornAnew(t *turn, c billCommand, p papers, fresh []content.Replacement) error {
	issuerOrg := c.Request.Old[0].Issuer.Org
	var containers []string
	for _, f := range fresh {
		containers = append(containers, f.Containers...)
	}
	held, err := billTokens(t, c.Request.Old[0], containers, "/content/bills")
	if err != nil {
		return err
	}
	numbers, err := numberTokens(t, issuerOrg, fresh)
	if err != nil {
		return err
	}
	guards, err := guardians(t)
	if err != nil {
		return err
	}
	for i, f := range fresh {
		place := "/content/bills/" + number(i)
		b, err := newBill(c, f, i)
		if err != nil {
			return within(err, place)
		}
		if err := ownDocument(t, f.Bill, place); err != nil {
			return err
		}
		if err := takeNumber(t, b, numbers[i], place, b.Replaces); err != nil {
			return err
		}
		if err := recoverable(t, &b, guards); err != nil {
			return err
		}
		if err := bornDelivery(t, b); err != nil {
			return err
		}
		own := papers{raw: f.Raw, salt: billSalt(p.salt, i)}
		if own.commitment, err = content.Commitment(own.salt, own.raw); err != nil {
			return err
		}
		if err := sealBill(t, &b, own, pick(held, f.Containers)); err != nil {
			return err
		}
		if err := listCargo(t, b, f.Bill, own.salt, held); err != nil {
			return err
		}
		e := t.entry(bill.Issue, "issuer")
		e.To = b.Holder.Party
		if err := birth(t, &b, e); err != nil {
			return err
		}
	}
	return nil
}

// newBill is the n-th of the bills that take the place of others.
func newBill(c billCommand, f content.Replacement, n int) (bill.Bill, error) {
	b := bill.Bill{}
	b.ID, b.Family = c.Request.New[n], "bill"
	c.Act, c.Request.Kind, c.Request.Containers = bill.Issue, kindOf(f.Bill), len(f.Containers)
	return bill.Law.Follow(b, c)
}

// within tells of which new document a refusal is that names no place of its own.
func within(err error, place string) error {
	if f := fault.Of(err); f != nil && f.At == "" {
		return f.In(place)
	}
	return err
}

// endOld voids the replaced bills; the answer is the one that the act was asked of.
func endOld(t *turn, c billCommand, old []bill.Bill) (Outcome, error) {
	var first Outcome
	for i, before := range old {
		after, err := before.Apply(c)
		if err != nil {
			return Outcome{}, err
		}
		e := t.entry(c.Act, before.Part(c))
		e.To, e.Reason = c.Request.To, before.Amendment
		if err := save(t, &before, &after, e); err != nil {
			return Outcome{}, err
		}
		if i == 0 {
			first = outcome(after.Record)
		}
	}
	return first, nil
}

// numberTokens are the tokens of the new bills' numbers, in their order.
func numberTokens(t *turn, issuerOrg string, fresh []content.Replacement) ([]string, error) {
	raw, err := t.Supply("numbers", func() ([]byte, error) {
		var made []string
		for _, f := range fresh {
			token, err := ownToken(t, "bill-number", numberOf(f.Bill)...)
			if err != nil || token == nil {
				return nil, err
			}
			made = append(made, string(token))
		}
		return json.Marshal(made)
	})
	if err != nil {
		return nil, err
	}
	var brought []string
	if json.Unmarshal(raw, &brought) != nil || len(brought) != len(fresh) {
		return nil, fault.New(fault.ContentMismatch)
	}
	for i, f := range fresh {
		if err := checkToken(t, issuerOrg, brought[i], "bill-number", numberOf(f.Bill)...); err != nil {
			return nil, err
		}
	}
	return brought, nil
}

// billSalt gives every new bill a salt of its own, so that who gets one document cannot guess at the others.
func billSalt(salt string, n int) string {
	mac := hmac.New(sha256.New, []byte(salt))
	mac.Write([]byte("portledger/bill/1\n" + number(n)))
	return hex.EncodeToString(mac.Sum(nil))
}

func pick(tokens map[string]string, containers []string) map[string]string {
	some := map[string]string{}
	for _, c := range containers {
		some[c] = tokens[c]
	}
	return some
}
