package identifier

import "regexp"

var containerForm = regexp.MustCompile(`^[A-Z]{3}[UJZ][0-9]{7}$`)

// Container checks a container number (ISO 6346): three letters of the owner, the category U, J or Z, six
// digits of serial number and one check digit.
func Container(s string) error {
	if err := matches(KindContainer, s, 11, 11, containerForm); err != nil {
		return err
	}
	if containerCheckDigit(s[:10]) != s[10] {
		return wrong(KindContainer, CheckDigit)
	}
	return nil
}

// containerCheckDigit computes the check digit of the first ten characters (ISO 6346, annex A). Letters count
// from 10 leaving out the multiples of 11. A remainder of 10 is written 0; serial numbers that give it should
// be avoided, but they exist.
func containerCheckDigit(ten string) byte {
	sum := 0
	for i := range len(ten) {
		sum += containerValue(ten[i]) << i
	}
	return byte('0' + sum%11%10)
}

func containerValue(c byte) int {
	if c <= '9' {
		return int(c - '0')
	}
	n := int(c-'A') + 10
	// One value is left out at 11 (before B), at 22 (before L) and at 33 (before V).
	return n + (n-1)/10
}

// The lengths, heights and types of ISO 6346 size-type codes. The last two characters are a type (45R1) or a
// type group (45RT).
var sizeTypeForm = regexp.MustCompile(
	`^[1-4A-HK-NP][0245689C-FL-NP](?:[ABGHKNPRSTUVW][0-9]|GP|VH|BU|SN|RE|RT|RS|HR|HI|UT|PL|PF|PC|PS|TN|TD|TG|AS)$`)

// SizeType checks the form of a four-character ISO 6346 size and type code or type-group code.
func SizeType(s string) error { return matches(KindSizeType, s, 4, 4, sizeTypeForm) }

var reeferForm = regexp.MustCompile(`^..(?:R[0-9EST]|H[0-2R])$`)

// IsReefer tells whether a size-type code stands for a container that can cool: type R, or H with a removable
// unit (H0 to H2). Insulated boxes (H5, H6) cannot.
func IsReefer(sizeType string) bool {
	return SizeType(sizeType) == nil && reeferForm.MatchString(sizeType)
}

// MaxGross is the most that a container of a size-type code may weigh with its cargo, in kilograms (ISO 668, maximum gross mass R); 0 for a
// code that is none, and for platforms and flats, which are often rated higher.
func MaxGross(sizeType string) int64 {
	switch {
	case SizeType(sizeType) != nil || sizeType[2] == 'P':
		return 0
	case sizeType[0] == '1':
		return 10160
	}
	return 36000
}
