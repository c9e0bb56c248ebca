package rest

import (
	"cmp"
	"math"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"portledger/chaincode/fault"
)

// Rates limit requests. The zero value means the defaults.
type Rates struct {
	// PerParty is how many requests a second all persons of one party may make together, over any longer time; Burst how many
	// at once.
	PerParty float64
	Burst    int
}

// The defaults: a party's systems poll and work through lists, and no party may take all of a gateway's places.
const (
	ratePerParty = 100
	rateBurst    = 200
	// ratedMost is how many parties are remembered; beyond that, those at rest are forgotten.
	ratedMost = 10_000
)

// meters count requests by name. They are safe for concurrent use.
type meters struct {
	perSecond rate.Limit
	burst     int
	mu        sync.Mutex
	known     map[string]*rate.Limiter
}

func newMeters(perSecond float64, burst int) *meters {
	return &meters{perSecond: rate.Limit(perSecond), burst: burst, known: map[string]*rate.Limiter{}}
}

func (m *meters) of(name string) *rate.Limiter {
	m.mu.Lock()
	defer m.mu.Unlock()
	if l := m.known[name]; l != nil {
		return l
	}
	if len(m.known) >= ratedMost {
		for other, l := range m.known {
			if l.Tokens() >= float64(m.burst) {
				delete(m.known, other)
			}
		}
	}
	l := rate.NewLimiter(m.perSecond, m.burst)
	m.known[name] = l
	return l
}

// take counts a request, or refuses it and says when to come again (rate-limited).
func (m *meters) take(c *gin.Context, name string) error {
	now := time.Now()
	reserved := m.of(name).ReserveN(now, 1)
	wait := reserved.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	reserved.CancelAt(now)
	c.Header("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	return fault.New(fault.RateLimited)
}

// withinRate lets a party make so many requests and no more; who registers parties, and acts for none, counts alone.
func (s *Server) withinRate(c *gin.Context) {
	person := personOf(c)
	if err := s.rates.take(c, cmp.Or(person.Party, person.ID)); err != nil {
		s.refuse(c, err)
		return
	}
	c.Next()
}
