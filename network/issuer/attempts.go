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
	rows [attemptRows]attemptRow
}

// attemptRow has one password looked at after the other: many guesses at once are counted like many in a row, and people who
// sign in several programs at once wait for each other.
type attemptRow struct {
	mu    sync.Mutex
	wrong int
	since time.Time
}

// try looks at a password with check, or answers how long to wait when there were too many wrong ones.
func (a *attempts) try(name string, check func() bool) (right bool, wait time.Duration) {
	row := &a.rows[maphash.String(a.seed, name)%attemptRows]
	row.mu.Lock()
	defer row.mu.Unlock()
	if a.now().Sub(row.since) >= attemptsTime {
		row.wrong, row.since = 0, a.now()
	}
	if row.wrong >= attemptsMost {
		return false, row.since.Add(attemptsTime).Sub(a.now())
	}
	if right = check(); !right {
		row.wrong++
	}
	return right, 0
}
