package rest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"portledger/chaincode/fault"
)

// A person whose key is not here makes the same request as everybody. Instead of the act's outcome it gets the bytes to
// sign: first the proposal, then the transaction with its endorsements. The second signature gets the usual answer.

// openSigning rehearses the act in the reader's name and answers the proposal to be signed.
func (s *Server) openSigning(c *gin.Context, submitted submission, salt string) (err error) {
	ctx := context.WithoutCancel(c.Request.Context())
	defer func() {
		if err != nil {
			s.release(ctx, submitted.person, submitted.key)
		}
	}()
	if err := s.signings.room(submitted.person.ID); err != nil {
		return err
	}
	free, err := s.slot(c.Request.Context())
	if err != nil {
		return err
	}
	defer free()
	rehearsing, cancel := context.WithTimeout(ctx, endorseWait)
	defer cancel()
	call, endorsers, err := s.prepare(rehearsing, submitted, salt)
	if err != nil {
		return err
	}
	u, err := s.ledger.Propose(submitted.person, call, endorsers)
	if err != nil {
		return err
	}
	submitted.content = nil // it is in the proposal
	g, err := s.signings.add(submitted, endorsers, u, func() { s.release(ctx, submitted.person, submitted.key) })
	if err != nil {
		return err
	}
	return g.tell(c)
}

// tell answers what is to be signed next.
func (g *signing) tell(c *gin.Context) error {
	g.mu.Lock()
	u := g.unsigned
	g.mu.Unlock()
	g.noted(c)
	next, status := "PROPOSAL", http.StatusAccepted
	switch {
	case u.Endorsed:
		next = "TRANSACTION"
	case g.proves():
		next = "PROOF"
	}
	if c.Param("signing") != "" {
		status = http.StatusOK
	} else {
		c.Header("Location", "/v1/signings/"+g.id)
	}
	c.Header("Cache-Control", "private, no-store")
	c.JSON(status, gin.H{
		"signing": g.id, "status": "TO_BE_SIGNED", "next": next, "transaction": u.TxID, "bytes": u.ToSign,
		"endorsers": g.endorsers, "summary": g.summary(), "until": g.until.UTC().Format(time.RFC3339),
	})
	return nil
}

// summary says in words what the bytes are. Who signs need not believe it: the bytes say the same to whoever reads them.
func (g *signing) summary() both {
	a := g.submitted.act
	about := strings.TrimSpace(a.Family + " " + g.submitted.id)
	return both{
		English: about + ": " + strings.ReplaceAll(a.Name, "-", " ") + " " + g.submitted.request,
		Chinese: about + "：" + a.Chinese + " " + g.submitted.request,
	}
}

// signProposal takes the first signature and answers the transaction to be signed. What the contract refuses is at an end.
func (s *Server) signProposal(c *gin.Context) error {
	g, signature, err := s.step(c, false)
	if err != nil {
		return err
	}
	free, err := s.slot(c.Request.Context())
	if err != nil {
		return err
	}
	defer free()
	ctx := context.WithoutCancel(c.Request.Context())
	if err := s.firstSignature(ctx, g, signature); err != nil {
		if fault.Of(err) != nil && s.signings.take(g) {
			s.release(ctx, g.submitted.person, g.submitted.key)
		}
		return err
	}
	return g.tell(c)
}

// firstSignature has the proposal endorsed, once: who lost the answer gets the same transaction again.
func (s *Server) firstSignature(ctx context.Context, g *signing, signature []byte) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.unsigned.Endorsed {
		return nil
	}
	endorsed, err := s.endorseSigned(ctx, g.unsigned, signature)
	if err == nil {
		g.unsigned = endorsed
	}
	return err
}

// signTransaction takes the second signature, submits, and answers as any write does.
func (s *Server) signTransaction(c *gin.Context) error {
	g, signature, err := s.step(c, false)
	if err != nil {
		return err
	}
	free, err := s.slot(c.Request.Context())
	if err != nil {
		return err
	}
	defer free()
	g.mu.Lock()
	signed, err := s.ledger.Seal(g.unsigned, signature)
	g.mu.Unlock()
	if err != nil {
		return err
	}
	if !s.signings.take(g) { // another request was faster, or the time is over
		return fault.New(fault.SigningGone)
	}
	return s.send(c, context.WithoutCancel(c.Request.Context()), signed, g.submitted.act.Birth, g.submitted.key)
}

// forgetSigning ends a signing that the person does not want any more; nothing of it was submitted.
func (s *Server) forgetSigning(c *gin.Context) error {
	g, err := s.signings.of(personOf(c), c.Param("signing"))
	if err != nil {
		return err
	}
	g.noted(c)
	if !s.signings.take(g) {
		return fault.New(fault.SigningGone)
	}
	s.release(context.WithoutCancel(c.Request.Context()), g.submitted.person, g.submitted.key)
	c.Status(http.StatusNoContent)
	return nil
}

// step reads one signature for one of the caller's open signings, of an act or of a proof.
func (s *Server) step(c *gin.Context, proves bool) (*signing, []byte, error) {
	g, err := s.signings.of(personOf(c), c.Param("signing"))
	if err == nil && g.proves() != proves {
		err = fault.New(fault.SigningGone)
	}
	if err != nil {
		return nil, nil, err
	}
	g.noted(c)
	signature, err := readSignature(c)
	return g, signature, err
}

// noted has log and trail say of each step what the act itself would.
func (g *signing) noted(c *gin.Context) {
	n := noteOf(c)
	n.transaction, n.mandate, n.approval = g.txid, g.submitted.mandate, g.submitted.approval
}

// signatureOnly is how a signature's envelope is read.
var signatureOnly = Act{Fields: []string{"signature"}}

func readSignature(c *gin.Context) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, signatureBytes))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, fault.New(fault.TooLarge, "what", "body", "limit", "1 KiB")
	}
	if err != nil {
		return nil, bodyFault(err)
	}
	if len(body) > 0 && !isJSON(c) {
		return nil, fault.New(fault.UnsupportedMedia).In("Content-Type")
	}
	read, err := readEnvelope(body, signatureOnly)
	if err != nil {
		return nil, err
	}
	var sent struct {
		Signature string `json:"signature"`
	}
	if err := json.Unmarshal([]byte(read.request("", 0)), &sent); err != nil || sent.Signature == "" {
		return nil, fault.New(fault.Invalid, "check", "required").In("/signature")
	}
	signature, err := base64.StdEncoding.Strict().DecodeString(sent.Signature)
	if err != nil {
		return nil, fault.New(fault.Invalid, "check", "base64").In("/signature")
	}
	return signature, nil
}
