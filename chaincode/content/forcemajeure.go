package content

import "time"

// ForceMajeure is what the ledger's rules need of a declaration of force majeure 不可抗力.
type ForceMajeure struct {
	Since time.Time `json:"since"`
	// Until is zero while it lasts.
	Until time.Time `json:"until"`
}

// ForceMajeureOf reads the view from a checked declaration.
func ForceMajeureOf(raw []byte) (ForceMajeure, error) { return decode[ForceMajeure](raw) }

func forceMajeureProblems(f ForceMajeure) []Problem {
	var found list
	found.unless(f.Until.IsZero() || f.Since.Before(f.Until), "/until", "times-in-order")
	return found
}

// ReductionNotice is a beneficiary's word that something happened by which an amount is reduced 减额.
type ReductionNotice struct {
	Event string `json:"event"`
}

// ReductionNoticeOf reads the view from a checked notice.
func ReductionNoticeOf(raw []byte) (ReductionNotice, error) { return decode[ReductionNotice](raw) }
