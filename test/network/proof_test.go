package network_test

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/control"
	"portledger/chaincode/fault"
	"portledger/gateway/proof"
	"portledger/test/network/live"
)

const challenge = "gate-7-asks-20261121"

// roots are the public certificates of the organisations' authorities: all that a verifier has.
func (s *scene) roots() proof.Roots {
	s.t.Helper()
	roots := proof.Roots{}
	for _, organisation := range live.Organisations {
		text, err := os.ReadFile(filepath.Join(s.Folder, organisation, "peer", "msp", "cacerts", "ca.pem"))
		require.NoError(s.t, err)
		block, _ := pem.Decode(text)
		require.NotNil(s.t, block)
		cert, err := x509.ParseCertificate(block.Bytes)
		require.NoError(s.t, err)
		roots.Trust(s.MSP(organisation), cert)
	}
	return roots
}

// prove asks for a statement over REST.
func (s *scene) prove(who, bill string) live.Answer {
	s.t.Helper()
	answer, err := s.person(who).Request(s.ctx, http.MethodPost, "/v1/bills/"+bill+"/proof", nil, []byte(`{"challenge":"`+challenge+`"}`))
	require.NoError(s.t, err)
	return answer
}

// Real peers' signatures are checked by somebody who has the organisations' public certificates and nothing else.
func TestAProofOfControlIsCheckedOffLine(t *testing.T) {
	s := open(t)
	bill := s.issued()
	height := s.level()
	shown := s.prove("shipper-clerk", bill)
	require.Equal(t, http.StatusOK, shown.Status, string(shown.Body))
	require.Equal(t, height, s.level(), "a proof makes no block")
	expected := proof.Expected{Channel: s.Channel, Chaincode: s.Chaincode, Bill: bill, Issuer: s.MSP(live.Carrier), Challenge: challenge, Now: time.Now()}
	claim, err := proof.Verify(shown.Body, s.roots(), expected)
	require.NoError(t, err)
	require.Equal(t, s.Party["shipper"], claim.Holder.Party)
	require.Equal(t, 3, claim.Version)

	for change, want := range map[string]error{"challenge": proof.ErrChallenge, "time": proof.ErrStale, "issuer": proof.ErrForeign, "roots": proof.ErrOrganisation} {
		other, roots := expected, s.roots()
		switch change {
		case "challenge":
			other.Challenge = "somebody-else-asks"
		case "time":
			other.Now = other.Now.Add(control.Life + control.SkewMax)
		case "issuer":
			other.Issuer = s.MSP(live.Bank)
		case "roots":
			delete(roots, s.MSP(live.Carrier))
		}
		_, err := proof.Verify(shown.Body, roots, other)
		require.ErrorIs(t, err, want, change)
	}
	var altered proof.Statement
	require.NoError(t, json.Unmarshal(shown.Body, &altered))
	altered.Endorsements = altered.Endorsements[:1]
	raw, err := json.Marshal(altered)
	require.NoError(t, err)
	_, err = proof.Verify(raw, s.roots(), expected)
	require.ErrorIs(t, err, proof.ErrOrganisation)
}

func TestAFormerHolderProvesNothing(t *testing.T) {
	s := open(t)
	bill := s.endorsed()
	refused := s.prove("shipper-clerk", bill)
	require.Equal(t, http.StatusForbidden, refused.Status, string(refused.Body))
	require.Equal(t, string(fault.WrongParty), refused.Problem().Code)
	shown := s.prove("bank-officer", bill)
	claim, err := proof.Verify(shown.Body, s.roots(), proof.Expected{Channel: s.Channel, Chaincode: s.Chaincode, Bill: bill,
		Issuer: s.MSP(live.Carrier), Challenge: challenge, Now: time.Now()})
	require.NoError(t, err, string(shown.Body))
	require.Equal(t, s.MSPs(live.Bank, live.Carrier), claim.Endorsers)
}
