package identifier

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// fails is the part that a text fails in; empty for a text that passes.
type row struct {
	text  string
	fails Part
}

func check(t *testing.T, kind string, f func(string) error, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(kind+" "+r.text, func(t *testing.T) {
			err := f(r.text)
			if r.fails == "" {
				require.NoError(t, err)
				return
			}
			var e *Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, Error{Kind: kind, Part: r.fails}, *e)
			if len(r.text) > 5 {
				require.NotContains(t, err.Error(), r.text, "an error never carries the text")
			}
		})
	}
}

func TestContainer(t *testing.T) {
	check(t, KindContainer, Container, []row{
		{"CSQU3054383", ""}, {"TRHU6875483", ""}, {"TGHU1643396", ""}, {"TEMU9441234", ""}, {"NYKU0837737", ""},
		{"APZU4812090", ""}, {"OERU1000025", ""}, {"OERU1000030", ""},
		{"OERU1000010", ""}, // remainder 10 is written 0
		{"CSQU3054384", CheckDigit}, {"OERU1000026", CheckDigit}, {"SCQU3054383", CheckDigit},
		{"CSQU305438", Length}, {"CSQ30543833", Form}, {"CSQU30543833", Length}, {"", Length},
		{"JLG42202A01", Form}, {"csqu3054383", Form}, {"CSQX3054383", Form}, {"CSQU305438３", Length},
		{"CSQU305438\n", Form},
	})
}

func TestContainerLetterValues(t *testing.T) {
	want := map[byte]int{'A': 10, 'B': 12, 'K': 21, 'L': 23, 'U': 32, 'V': 34, 'Z': 38, '0': 0, '9': 9}
	for c, n := range want {
		require.Equal(t, n, containerValue(c), "value of %c", c)
	}
	for c := byte('A'); c <= 'Z'; c++ {
		require.NotZero(t, containerValue(c)%11, "multiples of 11 are left out (%c)", c)
	}
}

func TestSizeType(t *testing.T) {
	check(t, KindSizeType, SizeType, []row{
		{"22G1", ""}, {"42G1", ""}, {"45G1", ""}, {"22R1", ""}, {"42R1", ""}, {"45R1", ""}, {"L5R1", ""}, {"22U1", ""},
		{"42U1", ""}, {"22P1", ""}, {"42P3", ""}, {"22T6", ""}, {"22GP", ""}, {"22RT", ""}, {"45RT", ""}, {"M5G1", ""},
		{"4532", Form}, {"2210", Form}, {"45r1", Form}, {"45RX", Form}, {"05R1", Form}, {"45R", Length}, {"45R11", Length},
	})
}

func TestIsReefer(t *testing.T) {
	for _, s := range []string{"22R1", "42R1", "45R1", "L5R1", "45R0", "45R3", "22RT", "45RE", "22RS", "22H0", "22H1", "22H2", "42HR"} {
		require.True(t, IsReefer(s), s)
	}
	for _, s := range []string{"22G1", "45G1", "22H5", "22H6", "22HI", "22T6", "4532", "", "R", "xxR1"} {
		require.False(t, IsReefer(s), s)
	}
}

func TestCreditCode(t *testing.T) {
	check(t, KindCreditCode, CreditCode, []row{
		{"914403001922038216", ""}, {"9144030071526726XG", ""},
		{"91350200MA00000046", ""}, {"91350200MA0000007F", ""},
		{"914403001922038217", CheckDigit}, {"91350200MA00000047", CheckDigit},
		{"91350200MA0000004", Length}, {"91350200MA000000467", Length}, {"91350200MI00000046", Form}, {"91350200ma00000046", Form},
	})
}

func TestLEI(t *testing.T) {
	check(t, KindLEI, LEI, []row{
		{"529900T8BM49AURSDO55", ""}, {"9845SANTOSFOODSSA080", ""},
		{"529900T8BM49AURSDO56", CheckDigit}, {"529900T8BM94AURSDO55", CheckDigit},
		{"529900T8BM49AURSDO5", Length}, {"529900T8BM49AURSDO5X", Form}, {"529900t8bm49aursdo55", Form},
	})
}

func TestIMO(t *testing.T) {
	check(t, KindIMO, IMO, []row{
		{"9876543", ""}, {"9074729", ""}, {"9074728", CheckDigit}, {"907472", Length}, {"90747290", Length}, {"907472A", Form},
	})
}

func TestPlaces(t *testing.T) {
	check(t, KindUNLocode, UNLocode, []row{
		{"CNXMN", ""}, {"BRSSZ", ""}, {"US2AB", ""}, {"CNXM", Length}, {"CNXMNN", Length}, {"CNX1N", Form}, {"CNX0N", Form}, {"cnxmn", Form},
	})
	check(t, KindCountry, Country, []row{{"CN", ""}, {"ZZ", ""}, {"cn", Form}, {"CHN", Length}})
	check(t, KindCurrency, Currency, []row{{"CNY", ""}, {"usd", Form}, {"US", Length}})
	check(t, KindVoyage, UniversalVoyage, []row{{"2647W", ""}, {"26AZR", ""}, {"2647X", Form}, {"647W", Length}})
	check(t, KindPlate, Plate, []row{
		{"MIND12345", ""}, {"闽D12345", ""}, {"闽D·12345", Form}, {"闽D 12345", Form}, {"d12345", Form}, {"闽", Length}, {strings.Repeat("A", 16), Length},
	})
}

func TestCodesInTheirLists(t *testing.T) {
	rows := []struct {
		check          func(provider, code string) error
		provider, code string
		fails          Part
	}{
		{CarrierCode, "SMDG", "MSC", ""}, {CarrierCode, "SMDG", "MSCU", Length}, {CarrierCode, "SMDG", "msc", Form},
		{CarrierCode, "NMFTA", "OEDL", ""}, {CarrierCode, "NMFTA", "HD", ""}, {CarrierCode, "NMFTA", "H", Length},
		{CarrierCode, "NMFTA", "HD12", Form}, {CarrierCode, "", "MSC", List}, {CarrierCode, "ISO", "MSC", List},
		{FacilityCode, "SMDG", "XMT1", ""}, {FacilityCode, "SMDG", "XMTERM1", Length}, {FacilityCode, "SMDG", "", Length},
		{FacilityCode, "SMDG", "x", Form}, {FacilityCode, "BIC", "JMDA", ""}, {FacilityCode, "BIC", "JMD", Length},
		{FacilityCode, "BIC", "JMD-", Form}, {FacilityCode, "ZZZ", "XMT1", List},
	}
	for _, r := range rows {
		var e *Error
		err := r.check(r.provider, r.code)
		if r.fails == "" {
			require.NoError(t, err, r.code)
			continue
		}
		require.ErrorAs(t, err, &e, r.code)
		require.Equal(t, r.fails, e.Part, r.code)
	}
}

func TestBIC(t *testing.T) {
	check(t, KindBIC, BIC, []row{
		{"EGRTCNBX", ""}, {"EGRTCNBX350", ""}, {"EGRTCNBXX", Length}, {"EGRTCNB", Length}, {"egrtcnbx", Form}, {"EGRT12BX", Form},
	})
}

func digits(n int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return string(rapid.SliceOfN(rapid.ByteRange('0', '9'), n, n).Draw(t, "digits"))
	})
}

// change puts another character of the same alphabet at one place of s.
func change(t *rapid.T, s, alphabet string, at int) string {
	others := strings.ReplaceAll(alphabet, s[at:at+1], "")
	c := others[rapid.IntRange(0, len(others)-1).Draw(t, "other")]
	return s[:at] + string(c) + s[at+1:]
}

func isCheckDigit(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Part == CheckDigit
}

// remainder is the sum modulo 11 before 10 is folded into 0.
func remainder(ten string) int {
	sum := 0
	for i := range len(ten) {
		sum += containerValue(ten[i]) << i
	}
	return sum % 11
}

// A change of one digit moves the remainder, so it is seen unless 0 and 10 share the check digit 0.
func TestAChangedDigitOfAContainerNumberIsDetected(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ten := rapid.StringMatching(`[A-Z]{3}[UJZ]`).Draw(t, "prefix") + digits(6).Draw(t, "serial")
		good := ten + string(containerCheckDigit(ten))
		if Container(good) != nil {
			t.Fatal("a number with its own check digit is good")
		}
		bad := change(t, good, "0123456789", rapid.IntRange(4, 10).Draw(t, "at"))
		folded := remainder(good[:10])%10 == 0 && remainder(bad[:10])%10 == 0
		if !folded && !isCheckDigit(Container(bad)) {
			t.Fatalf("%s changed to %s is not seen", good, bad)
		}
	})
}

func TestAChangedCharacterOfACreditCodeIsDetected(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		good := creditCode(rapid.StringOfN(rapid.SampledFrom([]rune(creditAlphabet)), 17, 17, -1).Draw(t, "body"))
		if CreditCode(good) != nil {
			t.Fatal("a code with its own check character is good")
		}
		if bad := change(t, good, creditAlphabet, rapid.IntRange(0, 17).Draw(t, "at")); !isCheckDigit(CreditCode(bad)) {
			t.Fatalf("%s changed to %s is not seen", good, bad)
		}
		i := rapid.IntRange(0, 16).Draw(t, "swap")
		swapped := good[:i] + good[i+1:i+2] + good[i:i+1] + good[i+2:]
		if swapped != good && !isCheckDigit(CreditCode(swapped)) {
			t.Fatalf("%s swapped to %s is not seen", good, swapped)
		}
	})
}

// creditCode finds the check character by trying all of them: a second way to the same answer.
func creditCode(body string) string {
	for _, c := range creditAlphabet {
		if CreditCode(body+string(c)) == nil {
			return body + string(c)
		}
	}
	return ""
}

func TestAChangedCharacterOfALEIIsDetected(t *testing.T) {
	const letters, figures = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.StringMatching(`[0-9A-Z]{18}`).Draw(t, "body")
		good := ""
		for n := range 98 {
			if s := body + figures[n/10:n/10+1] + figures[n%10:n%10+1]; n > 1 && LEI(s) == nil {
				good = s
			}
		}
		if good == "" {
			good = body + "98"
			if LEI(good) != nil {
				t.Fatalf("%s has no check digits", body)
			}
		}
		at, alphabet := rapid.IntRange(0, 19).Draw(t, "at"), figures
		if good[at] > '9' {
			alphabet = letters
		}
		if bad := change(t, good, alphabet, at); !isCheckDigit(LEI(bad)) {
			t.Fatalf("%s changed to %s is not seen", good, bad)
		}
	})
}

// The weights 7 and 3 have no factor in common with 10; at the other places some changes pass.
func TestAChangedDigitOfAnIMONumberIsDetectedWhereTheWeightAllows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		six := digits(6).Draw(t, "six")
		good := ""
		for c := '0'; c <= '9'; c++ {
			if IMO(six+string(c)) == nil {
				good = six + string(c)
			}
		}
		at := rapid.SampledFrom([]int{0, 4, 6}).Draw(t, "at")
		if bad := change(t, good, "0123456789", at); !isCheckDigit(IMO(bad)) {
			t.Fatalf("%s changed to %s is not seen", good, bad)
		}
	})
}

func FuzzNothingPanics(f *testing.F) {
	for _, s := range []string{"", "CSQU3054383", "914403001922038216", "529900T8BM49AURSDO55", "9074729", "\xff\xfe", "ÄÖÜU3054383", "闽D12345"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, check := range []func(string) error{
			Container, CreditCode, LEI, IMO, UNLocode, BIC, SizeType, Currency, Country, UniversalVoyage, Plate,
		} {
			var e *Error
			if err := check(s); err != nil && !errors.As(err, &e) {
				t.Fatalf("%v is not an identifier.Error", err)
			}
		}
		_, _ = CarrierCode("SMDG", s), CarrierCode(s, s)
		_, _ = FacilityCode("BIC", s), FacilityCode(s, s)
		IsReefer(s)
	})
}
