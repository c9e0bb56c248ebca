package rest

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"portledger/chaincode/fault"
	"portledger/gateway/ledger"
)

// A holder whose key is not here signs the question, once. There is no rehearsal: what lies at the gateway can ask for no
// proof of control, so a refusal comes with the signature.

// proves tells a proof of control from an act.
func (g *signing) proves() bool { return g.submitted.act.Name == proving.Name }

// openProving answers the question to be signed. The own organisation is asked first, then those that its answer names.
func (s *Server) openProving(c *gin.Context, asked submission, call ledger.Call) error {
	asked.key = "" // there is nothing to be repeated
	own := []string{asked.person.Organisation}
	u, err := s.ledger.Propose(asked.person, call, own)
	if err != nil {
		return err
	}
	g, err := s.signings.add(asked, own, u, func() {})
	if err != nil {
		return err
	}
	return g.tell(c)
}

// signProof takes the signature and answers the statement. Nothing is submitted, and the signing is at an end, but where a node
// could not be reached.
func (s *Server) signProof(c *gin.Context) error {
	g, signature, err := s.step(c, true)
	if err != nil {
		return err
	}
	ctx, done, err := s.asking(c, endorseWait)
	if err != nil {
		return err
	}
	defer done()
	statement, err := s.stated(ctx,
		func() ([]byte, error) { return s.ledger.EvaluateSigned(ctx, g.unsigned, signature) },
		func(orgs []string) (ledger.Attestation, error) {
			return s.ledger.AttestSigned(ctx, g.unsigned, signature, orgs)
		})
	if err == nil || fault.Of(err) != nil {
		s.signings.take(g)
	}
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, statement)
	return nil
}
