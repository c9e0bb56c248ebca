package lifecycle

import (
	"errors"
	"regexp"
	"time"
)

// instantForm is RFC 3339 to the letter. Go's own parser also takes hours of one digit and a comma before the fraction, which
// whoever else reads the record would not.
var instantForm = regexp.MustCompile(
	`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})$`)

var errInstant = errors.New("not a time of RFC 3339 with an offset")

// Instant reads a time that a request states and a record will keep as it is.
func Instant(text string) (time.Time, error) {
	if !instantForm.MatchString(text) {
		return time.Time{}, errInstant
	}
	return time.Parse(time.RFC3339, text)
}
