package reefer_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/reefer"
)

const day = 24 * time.Hour

func TestAnInspectionByItself(t *testing.T) {
	for _, row := range []struct {
		name string
		pti  reefer.PTI
		want []reefer.Problem
	}{
		{"passed, no end stated", reefer.PTI{PerformedAt: start, Result: "PASS"}, nil},
		{"failed", reefer.PTI{PerformedAt: start, Result: "FAIL"}, nil},
		{"no result", reefer.PTI{PerformedAt: start}, at(reefer.PTIResult, "/result")},
		{"no time", reefer.PTI{Result: "PASS"}, at(reefer.Required, "/performedAt")},
		{"30 days", reefer.PTI{PerformedAt: start, Result: "PASS", ValidUntil: after(30 * day)}, nil},
		{"180 days", reefer.PTI{PerformedAt: start, Result: "PASS", ValidUntil: after(180 * day)}, nil},
		{"under 30 days", reefer.PTI{PerformedAt: start, Result: "PASS", ValidUntil: after(30*day - 1)}, at(reefer.PTIValidity, "/validUntil")},
		{"over 180 days", reefer.PTI{PerformedAt: start, Result: "PASS", ValidUntil: after(180*day + 1)}, at(reefer.PTIValidity, "/validUntil")},
		{"ends as it begins", reefer.PTI{PerformedAt: start, Result: "PASS", ValidUntil: start},
			append(at(reefer.TimesInOrder, "/validUntil"), at(reefer.PTIValidity, "/validUntil")...)},
	} {
		require.Equal(t, row.want, row.pti.Problems(), row.name)
	}
}

func TestAnInspectionIsValidAtAnInstant(t *testing.T) {
	stated := reefer.PTI{PerformedAt: start, Result: "PASS", ValidUntil: after(60 * day)}
	silent := reefer.PTI{PerformedAt: start, Result: "PASS"}
	failed := reefer.PTI{PerformedAt: start, Result: "FAIL", ValidUntil: after(60 * day)}
	for _, row := range []struct {
		name string
		pti  reefer.PTI
		at   time.Time
		days int
		want []reefer.Problem
	}{
		{"as it is made", stated, start, 0, nil},
		{"at its last instant", stated, after(60 * day), 0, nil},
		{"an instant later", stated, after(60*day + 1), 0, at(reefer.PTINotExpired, "/validUntil")},
		{"before it was made", stated, start.Add(-1), 0, at(reefer.PTIPerformed, "/performedAt")},
		{"what it states goes before the line's days", stated, after(60 * day), 30, nil},
		{"by the line's days", silent, after(90 * day), 90, nil},
		{"beyond the line's days", silent, after(90*day + 1), 90, at(reefer.PTINotExpired, "/validUntil")},
		{"with no end at all", silent, after(day), 0, at(reefer.PTIValidity, "/validUntil")},
		{"with days beyond the rule", silent, after(day), 181, at(reefer.PTIValidity, "/validUntil")},
		{"failed", failed, after(day), 0, at(reefer.PTIPassed, "/result")},
	} {
		require.Equal(t, row.want, row.pti.ProblemsAt(row.at, row.days), row.name)
	}
}
