package contract

import "portledger/chaincode/fault"

// witness asks a second organisation, which a request names, to endorse that a new record is well made. An organisation that
// is no member has no collection of its own, and could never answer.
func (t *turn) witness(org string) error {
	if _, err := t.Holds(org, settingsKey); err != nil {
		return fault.New(fault.Invalid, "check", "organisation").In("/witness")
	}
	t.Endorse(org)
	return nil
}
