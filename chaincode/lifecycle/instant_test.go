package lifecycle_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/lifecycle"
)

func TestATimeIsWrittenAsRFC3339Says(t *testing.T) {
	for _, good := range []string{"2026-11-21T09:30:00Z", "2026-11-21T17:30:00+08:00", "2026-11-21T09:30:00.123456789Z"} {
		at, err := lifecycle.Instant(good)
		require.NoError(t, err, good)
		require.Equal(t, time.Date(2026, 11, 21, 9, 30, 0, at.Nanosecond(), time.UTC), at.UTC())
	}
	for _, bad := range []string{"", "2026-11-21", "2026-11-21T09:30:00", "2026-11-21T9:30:00Z", "2026-11-21T09:30:00,5Z", "2026-11-21T09:30:00.1234567891Z",
		"2026-11-21 09:30:00Z", "2026-11-21t09:30:00z", "2026-02-30T09:30:00Z", "2026-11-21T24:00:00Z", "2026-11-21T09:30:60Z",
		"2026-11-21T09:30:00+99:99", "10000-01-01T00:00:00Z", "2026-11-21T09:30:00Z\n", "２026-11-21T09:30:00Z"} {
		_, err := lifecycle.Instant(bad)
		require.Error(t, err, bad)
	}
}
