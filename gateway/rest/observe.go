package rest

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"portledger/chaincode/fault"
	"portledger/gateway/ledger"
)

// note gathers what the access log says of one request: ids and codes, never a query, a body or a name.
type note struct {
	request, transaction string
	mandate, approval    string
	person               ledger.Person
	code                 fault.Code
	rule                 string
}

const noteKey = "note"

func noteOf(c *gin.Context) *note { return c.MustGet(noteKey).(*note) }

func personOf(c *gin.Context) ledger.Person { return noteOf(c).person }

// wellFormedRequestID keeps line breaks and the like out of logs and answers.
var wellFormedRequestID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,` + strconv.Itoa(requestIDLength) + `}$`)

// observe gives the request an id, and logs and measures it when it is over.
func (s *Server) observe(c *gin.Context) {
	start := time.Now()
	n := &note{}
	n.request, _ = header(c, "X-Request-Id")
	if !wellFormedRequestID.MatchString(n.request) {
		n.request = rand.Text()
	}
	c.Set(noteKey, n)
	c.Header("X-Request-Id", n.request)
	s.metrics.inFlight.Inc()
	c.Next()
	s.metrics.inFlight.Dec()

	route, took := c.FullPath(), time.Since(start)
	if route == "" {
		route = "none"
	}
	method := methodLabel(c.Request.Method)
	s.metrics.requests.WithLabelValues(method, route, strconv.Itoa(c.Writer.Status())).Observe(took.Seconds())
	s.trailAnswer(c, n, method, route)
	s.log.LogAttrs(c.Request.Context(), slog.LevelInfo, "request",
		slog.String("method", method), slog.String("route", route), slog.Int("status", c.Writer.Status()),
		slog.Float64("ms", float64(took.Microseconds())/1000), slog.String("request", n.request),
		slog.String("person", n.person.ID), slog.String("transaction", n.transaction),
		slog.String("code", string(n.code)), slog.String("rule", n.rule))
}

// methodLabel keeps made-up methods from growing the metrics.
func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	default:
		return "other"
	}
}

// recoverPanic answers 500; what panicked may hold private values, so only its type and place are logged.
func (s *Server) recoverPanic(c *gin.Context) {
	defer func() {
		caught := recover()
		if caught == nil {
			return
		}
		if caught == http.ErrAbortHandler {
			panic(caught)
		}
		s.log.Error("panic", "request", noteOf(c).request, "type", fmt.Sprintf("%T", caught), "stack", string(debug.Stack()))
		if !c.Writer.Written() {
			s.refuse(c, fault.New(fault.Internal))
		}
		c.Abort()
	}()
	c.Next()
}
