package contract

import (
	"portledger/chaincode/content"
	"portledger/chaincode/leg"
)

// apportion keeps a carrier's share of the through charge between it and the issuer. The issuer's own endorser, which knows the
// charge and all shares, adds them up; the others read the same keys and see nothing in them.
func apportion(t *turn, l leg.Leg, p papers, value []byte) error {
	keepOfLeg(t, pieceShare, l, value, l.Readers()...)
	share, err := amountOf(p.raw)
	if err != nil {
		return err
	}
	others, complete, issuerPerforms, err := otherShares(t, l)
	if err != nil {
		return err
	}
	charge, err := t.Peek(l.Issuer.Org, throughKey(l.Bill))
	if err != nil {
		return err
	}
	s, seen, err := unseal(charge)
	if err != nil || !seen {
		return err
	}
	through, err := amountOf([]byte(s.Content))
	if err != nil {
		return err
	}
	if f := leg.Apportioned(through, append(others, share), complete, issuerPerforms); f != nil {
		return f
	}
	return nil
}

// otherShares are the shares of the other legs as the issuer keeps them; complete tells whether every one has one, issuerPerforms
// whether the issuer performs any leg itself.
func otherShares(t *turn, l leg.Leg) (shares []leg.Money, complete, issuerPerforms bool, err error) {
	complete, issuerPerforms = true, l.Performer == l.Issuer
	for n := 1; n <= l.Of; n++ {
		if n == l.Sequence {
			continue
		}
		other, err := legOf(t, l.Bill, n)
		if err != nil {
			return nil, false, false, err
		}
		issuerPerforms = issuerPerforms || other.Performer == l.Issuer
		if other.Share == "" {
			complete = false
			continue
		}
		value, err := t.Peek(l.Issuer.Org, pieceKey(pieceShare, other.ID))
		if err != nil {
			return nil, false, false, err
		}
		s, seen, err := unseal(value)
		if err != nil {
			return nil, false, false, err
		}
		if !seen {
			continue
		}
		share, err := amountOf([]byte(s.Content))
		if err != nil {
			return nil, false, false, err
		}
		shares = append(shares, share)
	}
	return shares, complete, issuerPerforms, nil
}

func amountOf(raw []byte) (leg.Money, error) {
	a, err := content.AmountOf(raw)
	return leg.Money{Amount: a.Amount, Currency: a.Currency}, err
}
