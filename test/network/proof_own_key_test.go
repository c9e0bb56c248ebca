package network_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/gateway/proof"
	"portledger/test/network/live"
)

// A bank that keeps its key to itself proves control with one signature, made by the command of the operator's guide.
func TestABankProvesControlWithAKeyOfItsOwn(t *testing.T) {
	s := open(t)
	id := s.endorsed()
	p := s.person(bankSigner)
	const challenge = "gate-7-asks-a-bank-today"
	file := filepath.Join(t.TempDir(), "challenge.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"challenge":"`+challenge+`"}`), 0o600))
	token, err := p.Token(s.ctx)
	require.NoError(t, err)
	before := s.control(bankSigner, "bill", id)
	ask := func(who, document string) (string, error) {
		command := exec.CommandContext(s.ctx, filepath.Join(s.Root, "scripts", "sign.sh"), "act", "--settings", s.ownKeys(who, "signer.json"),
			"--yes", "--body", file, "bill", "proof", document)
		command.Env = append(os.Environ(), "PORTLEDGER_TOKEN="+token)
		statement, err := command.Output()
		return string(statement), err
	}
	statement, err := ask(bankSigner, id)
	require.NoError(t, err)
	roots, err := proof.Load(filepath.Join(s.Folder, "roots"))
	require.NoError(t, err)
	claim, err := proof.Verify([]byte(statement), roots, proof.Expected{Channel: s.Channel, Chaincode: s.Chaincode, Bill: id,
		Issuer: s.MSP(live.Carrier), Challenge: challenge, Now: time.Now()})
	require.NoError(t, err)
	require.Equal(t, p.ID, claim.Person)
	require.Equal(t, s.Party["bank"], claim.Holder.Party)
	require.Equal(t, before, s.control(bankSigner, "bill", id), "nothing was written")

	refused, err := ask(bankSigner, s.issued()) // the shipper's
	require.Error(t, err, refused)
}
