package contract

import (
	"errors"

	"portledger/chaincode/answer"
	"portledger/chaincode/fault"
)

// answer writes what was asked for, sealed under the key that came with the question: whatever is meant to be asked is of no use
// to anybody else, even if it is submitted. Who sends no key gets nothing.
func (t *turn) answer(v any) (string, error) {
	body, err := text(v)
	if err != nil {
		return "", err
	}
	sealed, err := answer.Seal(t.Input(answer.Input), t.Tx, []byte(body))
	if errors.Is(err, answer.ErrKey) {
		return "", fault.New(fault.PrivateInputMissing, "name", answer.Input)
	}
	return sealed, err
}
