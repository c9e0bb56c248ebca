package issuer

import (
	"hash/maphash"
	"sync"
	"time"
)

const (
	// attemptsMost wrong passwords of one name within attemptsTime: then nobody gets in under it until the time is over.
	attemptsMost = 5
	attemptsTime = 5 * time.Minute
	// attemptRows is how many counts there are. Names share them by chance: memory stays small however many names are
	// tried, and an answer does not tell whether a name exists.
	attemptRows = 4096
)

// attempts counts wrong passwords.
type attempts struct {
	now  func() time.Time
	seed maphash.Seed

	mu   sync.Mutex
	rows [attemptRows]struct {
		wrong int
		since time.Time
	}
}

// begin counts an attempt as wrong before it is looked at, so that many at once are not more than one after the other.
// It answers how long to wait when there were too many.
func (a *attempts) begin(name string) (wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	row := &a.rows[maphash.String(a.seed, name)%attemptRows]
	if a.now().Sub(row.since) >= attemptsTime {
		row.wrong, row.since = 0, a.now()
	}
	if row.wrong >= attemptsMost {
		return row.since.Add(attemptsTime).Sub(a.now())
	}
	row.wrong++
	return 0
}

// right takes back the count of an attempt that was right; wrong ones of others stay counted.
func (a *attempts) right(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if row := &a.rows[maphash.String(a.seed, name)%attemptRows]; row.wrong > 0 {
		row.wrong--
	}
}
