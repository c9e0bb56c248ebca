package rest

import (
	"github.com/gin-gonic/gin"

	"portledger/gateway/audit"
	"portledger/gateway/ledger"
)

// Trail keeps the audit entries; *audit.Trail does.
type Trail interface {
	Add(audit.Entry) error
	Head() audit.Head
}

// untrailed are routes that tell nothing of anybody and are asked all the time.
var untrailed = map[string]bool{"/healthz": true, "/readyz": true, "/metrics": true}

// trailAnswer notes a request that was answered. The answer is out by then, so a failure can only be told.
func (s *Server) trailAnswer(c *gin.Context, n *note, method, route string) {
	if untrailed[route] {
		return
	}
	e := n.entry(audit.Answered)
	e.Method, e.Route, e.Status, e.Code, e.Rule = method, route, c.Writer.Status(), string(n.code), n.rule
	if id := c.Param("id"); idShape.MatchString(id) { // anything else is the caller's own text
		e.Document = id
	}
	if err := s.trail.Add(e); err != nil {
		s.log.Error("audit trail", "request", n.request, "error", err.Error())
	}
}

// trailSigned notes a transaction before it can be submitted: without its entry it must not go.
func (s *Server) trailSigned(n *note, signed ledger.Signed) error {
	e := n.entry(audit.Signed)
	e.Transaction = signed.TxID
	return s.trail.Add(e)
}

func (n *note) entry(kind string) audit.Entry {
	return audit.Entry{Kind: kind, Request: n.request, Person: n.person.ID, Party: n.person.Party, Mandate: n.mandate, Approval: n.approval,
		Transaction: n.transaction}
}

// tellHead puts the trail's head into the log, where it proves later what came before it.
func (s *Server) tellHead() {
	head := s.trail.Head()
	s.log.Info("audit trail", "seq", head.Seq, "hash", head.Hash)
}
