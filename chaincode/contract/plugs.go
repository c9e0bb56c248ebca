package contract

import (
	"encoding/json"

	"portledger/chaincode/charge"
	"portledger/chaincode/fault"
	"portledger/chaincode/reefer"
	"portledger/chaincode/release"
	"portledger/chaincode/state"
)

// Power is charged by what the terminal states, and the terminal told the reefer's log when it unplugged: the two are one party's
// word, and must not contradict each other.

// unplugged are the times at which the log of a line says that the container was off power, the last one until now; none on a
// peer that does not keep the log as it stands.
func unplugged(t *turn, o release.Order, l release.Line) ([]reefer.Excursion, error) {
	if l.Reefer.Plugs == 0 {
		return nil, nil
	}
	value, err := peekAny(t, reeferKey(l.ID), logKeepers(o, l)...)
	if err != nil || state.Fingerprint(value) != l.Reefer.Seal {
		return nil, err
	}
	s, _, err := unseal(value)
	if err != nil {
		return nil, err
	}
	var log reefer.Log
	if err := json.Unmarshal([]byte(s.Content), &log); err != nil {
		return nil, err
	}
	plugs, _ := reefer.NewPlugs(log.Effective())
	return plugs.Gaps(0, t.At), nil
}

// poweredAsLogged refuses a time on power, one of those that a payee states, in which the log says that there was none. One that
// is still on runs until the container left.
func poweredAsLogged(e charge.Events, off []reefer.Excursion, at string) *fault.Fault {
	for i, p := range e.Plugs {
		end := p.Out
		if end.IsZero() {
			end = e.GateOut
		}
		for _, gap := range off {
			if p.In.Before(gap.To) && (end.IsZero() || end.After(gap.From)) {
				return fault.New(fault.ContentMismatch).In(at + "/plugs/" + number(i))
			}
		}
	}
	return nil
}
