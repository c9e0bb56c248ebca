package content

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/test/fixtures"
)

func TestLoadsAddUpExactly(t *testing.T) {
	raw := string(fixtures.Read("bill-order.json"))
	loads, err := LoadsOf([]byte(raw))
	require.NoError(t, err)
	require.Len(t, loads, 2)
	require.Equal(t, "OERU1000025", loads[0].Container)
	require.Zero(t, loads[0].Packages.Cmp(big.NewRat(960, 1)))
	require.Zero(t, loads[1].Kilograms.Cmp(big.NewRat(26910, 1)))

	pounds := strings.Replace(raw, `"value": 27480,
            "unit": "KGM"`, `"value": 60000.1,
            "unit": "LBR"`, 1)
	require.NotEqual(t, raw, pounds)
	loads, err = LoadsOf([]byte(pounds))
	require.NoError(t, err)
	require.Zero(t, loads[0].Kilograms.Cmp(new(big.Rat).Mul(big.NewRat(600001, 10), big.NewRat(45359237, 100000000))), "a pound is 0.45359237 kg")

	both := strings.Replace(raw, `"equipmentReference": "OERU1000030",
          "cargoGrossWeight"`, `"equipmentReference": "OERU1000025",
          "cargoGrossWeight"`, 1)
	require.NotEqual(t, raw, both)
	loads, err = LoadsOf([]byte(both))
	require.NoError(t, err)
	require.Zero(t, loads[0].Packages.Cmp(big.NewRat(1900, 1)), "all items of one container")
	require.Zero(t, loads[1].Packages.Sign(), "a container may be listed empty")
}

// Every document of a reissue is checked as a bill of its own, at its own place.
func TestAReissueIsCheckedBillByBill(t *testing.T) {
	c := checker(t)
	split := string(fixtures.Read("reissue-split.json"))
	docs, err := ReissueOf([]byte(split))
	require.NoError(t, err)
	require.Len(t, docs, 2)
	require.Equal(t, []string{"OERU1000030"}, docs[1].Containers)
	require.NoError(t, c.Check(KindBill, docs[1].Raw), "what is cut out stands by itself")
	code := `"carrierCode": "OEDL"`
	second := strings.LastIndex(split, code)
	for name, broken := range map[string]struct{ text, at, check string }{
		"a rule of the second bill": {split[:second] + `"carrierCode": "O1"` + split[second+len(code):], "/bills/1/carrierCode", "carrier-code"},
		"one number twice":          {strings.ReplaceAll(split, "OEDL26XMN00042B", "OEDL26XMN00042"), "/bills/1/transportDocumentReference", "bill-once"},
		"no bill":                   {`{"bills":[]}`, "/bills", "minItems"},
		"one container twice":       {strings.ReplaceAll(split, "OERU1000030", "OERU1000025"), "/bills/1/utilizedTransportEquipments/0/equipment/equipmentReference", "container-once"},
	} {
		err := c.Check(KindReissue, []byte(broken.text))
		var p *Problem
		require.ErrorAs(t, err, &p, name)
		require.Equal(t, Invalid, p.Code, name)
		require.Equal(t, broken.at, p.At, name)
		require.Equal(t, broken.check, p.Check, name)
	}
}

func TestOriginalsHaveDistinctSerialNumbers(t *testing.T) {
	c := checker(t)
	require.Error(t, c.Check(KindPaper, []byte(`{"serials":["A1","A1"]}`)))
	require.Error(t, c.Check(KindPaper, []byte(`{"serials":[]}`)))
	require.Error(t, c.Check(KindPaper, []byte(`{"serials":["1","2","3","4","5","6","7","8","9","10","11"]}`)))
	serials, err := PaperOf(fixtures.Read("paper.json"))
	require.NoError(t, err)
	require.Len(t, serials, 3)
	serial, err := OriginalOf(fixtures.Read("original.json"))
	require.NoError(t, err)
	require.Equal(t, serials[0], serial)
}
