// Package rest is the gateway's HTTP side: it authenticates, takes requests apart, calls the ledger once per request and
// puts answers and refusals into HTTP. It decides nothing about documents: whoever goes round it meets the same rules. It
// does not know Fabric.
package rest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/sync/errgroup"

	"portledger/chaincode/fault"
	"portledger/gateway/ledger"
	"portledger/gateway/store"
)

// Server is one gateway. Make it with New, serve Handler, and let Run do the work behind.
type Server struct {
	ledger  Ledger
	people  People
	tokens  Tokens
	store   *store.Store
	log     *slog.Logger
	trail   Trail
	metrics *metrics
	// rates meters the parties.
	rates *meters
	// slots limits how many ledger calls run at a time.
	slots chan struct{}
	pages pages
	// guesses spare rehearsals.
	guesses guesses
	// signings are what is to be signed outside.
	signings *signings
	// commitWait is how long one request waits for its transaction's fate.
	commitWait time.Duration
}

// Options are the parts of a Server. All but CommitWait, SigningLife and Rates are needed.
type Options struct {
	Ledger Ledger
	People People
	Tokens Tokens
	Store  *store.Store
	Log    *slog.Logger
	Trail  Trail
	Rates  Rates
	// CommitWait is how long a request waits for its transaction's fate before it answers 202; 0 means 10 s.
	CommitWait time.Duration
	// SigningLife is how long what is to be signed outside stays open; 0 means 4 min 30 s.
	SigningLife time.Duration
}

// New prepares a server.
func New(o Options) (*Server, error) {
	written, err := writtenPages()
	if err != nil {
		return nil, err
	}
	if o.CommitWait == 0 {
		o.CommitWait = commitWait
	}
	if o.SigningLife == 0 {
		o.SigningLife = signingLife
	}
	if o.Rates.PerParty == 0 {
		o.Rates.PerParty = ratePerParty
	}
	if o.Rates.Burst == 0 {
		o.Rates.Burst = rateBurst
	}
	return &Server{
		ledger: o.Ledger, people: o.People, tokens: o.Tokens, store: o.Store, log: o.Log, trail: o.Trail,
		metrics: newMetrics(), rates: newMeters(o.Rates.PerParty, o.Rates.Burst),
		slots: make(chan struct{}, ledgerCalls), pages: written, signings: newSignings(o.SigningLife), commitWait: o.CommitWait,
	}, nil
}

// Run resolves open transactions, follows the ledger's events and forgets what is old, until ctx ends.
func (s *Server) Run(ctx context.Context) error {
	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() error { return s.resolveOpen(ctx) })
	work.Go(func() error { return s.follow(ctx) })
	work.Go(func() error { return s.sweep(ctx) })
	if err := work.Wait(); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// HTTP is a server with the timeouts and limits of limits.go.
func (s *Server) HTTP(address string) *http.Server {
	return &http.Server{
		Addr: address, Handler: s.Handler(), MaxHeaderBytes: headerBytes, ReadHeaderTimeout: headerTimeout,
		ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
}

// Handler is the whole HTTP interface.
func (s *Server) Handler() http.Handler { return s.router() }

func (s *Server) router() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.HandleMethodNotAllowed = true
	r.RedirectTrailingSlash = false
	r.Use(s.observe, s.recoverPanic, secure, bounded, s.spelled)
	r.NoRoute(s.answer(func(*gin.Context) error { return fault.New(fault.NoSuchRoute) }))
	r.NoMethod(s.answer(func(*gin.Context) error { return fault.New(fault.MethodNotAllowed) }))

	r.GET("/", func(c *gin.Context) { c.Redirect(http.StatusFound, "/docs") })
	r.GET("/docs", s.pages.serve(s.pages.docs))
	r.GET("/problems", s.pages.serve(s.pages.problems))
	r.GET("/openapi.yaml", s.pages.serve(s.pages.openAPI))
	r.GET("/healthz", s.healthz)
	r.GET("/readyz", s.readyz)
	r.GET("/metrics", s.metrics.handler())

	v1 := r.Group("/v1", s.authenticate, s.withinRate)
	v1.GET("/me", s.me)
	v1.GET("/transactions/:txid", s.answer(s.transaction))
	v1.DELETE("/signings/:signing", s.answer(s.forgetSigning))
	v1.POST("/signings/:signing/proposal", s.answer(s.signProposal))
	v1.POST("/signings/:signing/transaction", s.answer(s.signTransaction))
	v1.POST("/signings/:signing/proof", s.answer(s.signProof))
	for _, family := range families {
		collection := "/" + collections[family]
		v1.GET(collection, s.answer(s.list(family)))
		v1.GET(collection+"/:id", s.answer(s.document(family)))
		v1.GET(collection+"/:id/acts", s.answer(s.possibilities(family)))
	}
	v1.POST("/bills/:id/proof", s.answer(s.prove))
	v1.GET("/bills/:id/radar", s.answer(s.radar))
	v1.GET("/approvals", s.answer(s.approvals))
	v1.GET("/approvals/:id", s.answer(s.approval))
	v1.POST("/approvals/:id/withdraw", s.answer(s.act(withdrawing)))
	for _, act := range acts {
		r.POST(act.Path(), s.authenticate, s.withinRate, s.answer(s.act(act)))
	}
	return r
}

// bounded ends what a request waits for before its connection is given up.
func bounded(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), requestWait)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	c.Next()
}

// answer makes a handler of a function that says no by an error.
func (s *Server) answer(do func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := do(c); err != nil {
			s.refuse(c, err)
		}
	}
}

// slot waits for one of the ledger's places; the caller gives it back with free.
func (s *Server) slot(ctx context.Context) (free func(), err error) {
	select {
	case s.slots <- struct{}{}:
		return func() { <-s.slots }, nil
	default:
	}
	timer := time.NewTimer(slotWait)
	defer timer.Stop()
	select {
	case s.slots <- struct{}{}:
		return func() { <-s.slots }, nil
	case <-timer.C:
		return nil, fault.New(fault.Busy)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// asking is a slot with the time that one question to the ledger may take; the caller gives both back with done.
func (s *Server) asking(c *gin.Context, wait time.Duration) (ctx context.Context, done func(), err error) {
	free, err := s.slot(c.Request.Context())
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), wait)
	return ctx, func() { cancel(); free() }, nil
}

func (s *Server) healthz(c *gin.Context) {
	if err := s.store.Ping(c.Request.Context()); err != nil {
		s.refuse(c, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"status": "ok"})
}

// readyz names each part that is not ready; the reasons go to the log.
func (s *Server) readyz(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), readWait)
	defer cancel()
	parts, status := map[string]string{}, http.StatusOK
	for _, part := range []struct {
		name  string
		check func(context.Context) error
	}{{"database", s.store.Ping}, {"ledger", s.ledger.Ready}, {"tokens", s.tokens.Ready}} {
		parts[part.name] = "ready"
		if err := part.check(ctx); err != nil {
			parts[part.name], status = "not ready", http.StatusServiceUnavailable
			s.log.Warn("not ready", "part", part.name, "error", err.Error())
		}
	}
	c.JSON(status, parts)
}

func (s *Server) me(c *gin.Context) {
	person := personOf(c)
	c.JSON(http.StatusOK, gin.H{
		"person": person.ID, "organisation": person.Organisation, "party": person.Party,
		"roles": person.Roles, "registrar": person.Registrar, "signsOutside": person.SignsOutside, "certificateUntil": person.Until.UTC().Format(time.RFC3339),
	})
}

// stage measures one call of the ledger.
func stage[T any](s *Server, name string, call func() (T, error)) (T, error) {
	start := time.Now()
	result, err := call()
	outcome := "ok"
	if err != nil {
		outcome = "failed"
		if fault.Of(err) != nil {
			outcome = "refused"
		}
	}
	s.metrics.stages.WithLabelValues(name, outcome).Observe(time.Since(start).Seconds())
	return result, err
}

// evaluate is one measured question to the own peer.
func (s *Server) evaluate(ctx context.Context, name string, as ledger.Person, call ledger.Call) ([]byte, error) {
	return stage(s, name, func() ([]byte, error) { return s.ledger.Evaluate(ctx, as, call) })
}
