package contract

import (
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
)

func reductionKey(id string) string    { return "reduction/" + id }
func forceMajeureKey(id string) string { return "force-majeure/" + id }

// awaitsEvent: the account, which the beneficiary keeps, tells whether an event can still reduce it.
func awaitsEvent(t *turn, g guarantee.Guarantee) error {
	a, _, err := account(t, g)
	if err == nil && !a.AwaitsEvent() {
		err = fault.New(fault.NoReduction)
	}
	return err
}

// reduced takes off what falls away with an event, by the word of the only party that loses by it (URDG 758 art 13).
func reduced(t *turn, g guarantee.Guarantee, p papers) (guarantee.Guarantee, error) {
	view, err := content.ReductionNoticeOf(p.raw)
	if err != nil {
		return g, err
	}
	if err := keepPiece(t, g, reductionKey(g.ID), p); err != nil {
		return g, err
	}
	g, _, err = settleAccount(t, g, func(a guarantee.Account) (guarantee.Account, *fault.Fault) { return a.Happened(view.Event) })
	return g, err
}

// prolonged keeps the declaration of force majeure with everybody who is bound (URDG 758 art 26).
func prolonged(t *turn, before, g guarantee.Guarantee, p papers) (guarantee.Guarantee, error) {
	view, err := content.ForceMajeureOf(p.raw)
	if err != nil {
		return g, err
	}
	if view.Since.After(t.At) || view.Until.After(t.At) {
		return g, notYet("/content/since")
	}
	if f := before.Prevented(view.Since, view.Until); f != nil {
		return g, f
	}
	return g, keepPiece(t, g, forceMajeureKey(g.ID), p)
}
