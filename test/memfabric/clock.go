package memfabric

import (
	"sync"
	"time"
)

// clock is the one time of the network: it stands still until the test moves it.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Now is the network's time: the default timestamp of a proposal and the clock given to the chaincodes.
func (n *Network) Now() time.Time { return n.clock.read() }

// Advance moves the network's time forward (or, with a negative d, back).
func (n *Network) Advance(d time.Duration) {
	n.clock.mu.Lock()
	defer n.clock.mu.Unlock()
	n.clock.now = n.clock.now.Add(d)
}
