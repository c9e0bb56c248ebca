package rules_test

import (
	"testing"

	"portledger/chaincode/fault"
	"portledger/chaincode/rules"
)

func TestX02GoodsAreHandedOverWhereTheBillOrALetterSays(t *testing.T) {
	at := func(place string, bill, letters []string) *fault.Fault {
		return rules.HandedOverAt(place, bill, letters, "/content/x")
	}
	billed := []string{"CNXMN", "CNLYN"}
	check(t, "the port", at("CNXMN", billed, nil), "", "")
	check(t, "the place of delivery", at("CNLYN", billed, nil), "", "")
	check(t, "elsewhere", at("CNNGB", billed, nil), fault.PlaceMismatch, "X-02")
	check(t, "by letter", at("CNNGB", billed, []string{"CNNGB"}), "", "")
	check(t, "the bill's place in spite of a letter", at("CNXMN", billed, []string{"CNNGB"}), fault.PlaceMismatch, "X-02")
	check(t, "a bill that states none", at("CNNGB", nil, nil), "", "")
}
