package damage_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/damage"
)

// Whatever two receipts say, the answer comes, and damage is neither made nor lost.
func FuzzNothingPanics(f *testing.F) {
	for _, seed := range []string{
		`{}`,
		`{"In":[{"location":"LB3N","damageType":"DT","quantity":3}],"Out":[{"location":"LB33","damageType":"DT","quantity":2}],"Size":"22G1"}`,
		`{"In":[{"location":"","damageType":"\u0000","quantity":-9223372036854775808},{"quantity":9223372036854775807}],"Out":[{"quantity":9223372036854775807}]}`,
		`{"A":{"Container":"CSQU3054383","Seals":[{"number":"A"},{"number":"A","condition":"MISSING"}],"Weight":{"Value":"1e9999","Unit":"LBR"},"Setpoint":{"Value":-18,"Unit":"FAH"}},
		  "B":{"Container":"x","Seals":[],"Weight":{"Value":1,"Unit":"KGM"},"Setpoint":{"Value":-18,"Unit":"CEL"}},"Reseals":[{"removed":["A",""],"affixed":[{"number":"B"}]}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var e struct {
			In, Out []damage.Line
			Size    string
			A, B    damage.Record
			Reseals []damage.Reseal
		}
		if json.Unmarshal(raw, &e) != nil {
			return
		}
		damage.Problems(e.In, e.Size)
		damage.SealProblems(e.A.Seals)
		damage.Compare(e.A, e.B, e.Reseals).Blocks()
		left := make([]int, len(e.In))
		for i, l := range e.In {
			left[i] = max(1, l.Quantity)
		}
		for _, l := range damage.Liabilities(e.In, e.Out) {
			var i int
			require.NoError(t, json.Unmarshal([]byte(l.At[1:]), &i))
			left[i] -= l.Line.Quantity
		}
		for _, n := range left {
			require.Zero(t, n)
		}
		damage.TypeOfPaper(e.Size)
		for _, l := range e.In {
			if where, ok := damage.ParseLocation(l.Location); ok {
				require.NotEmpty(t, where.Words().Chinese)
			}
		}
	})
}
