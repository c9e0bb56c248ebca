package content

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/test/fixtures"
)

const codeSalt = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

// The proof was computed with: printf %s 48213 | openssl dgst -sha256 -mac HMAC -macopt hexkey:SALT
func TestACodeIsProvedByWhoeverWasToldIt(t *testing.T) {
	proof := CodeProof(codeSalt, "48213")
	require.Equal(t, "5fb3167aa65a5170d81d204ef6cacc3ad7bcfad2e53787c192943f9b309bb49c", proof)
	code := NewReleaseCode(codeSalt, "48213")
	require.True(t, code.Proved(proof))
	require.NotContains(t, code.Check, proof)
	for _, wrong := range []string{"", "48213", code.Check, CodeProof(codeSalt, "48214"), CodeProof("ff"+codeSalt[2:], "48213")} {
		require.False(t, code.Proved(wrong), wrong)
	}
	require.False(t, ReleaseCode{}.Proved(""))
	require.False(t, NewReleaseCode("no salt", "1").Proved(""))
}

func TestAnAppointmentShowsItsCodeToNobody(t *testing.T) {
	view, err := AppointmentOf(fixtures.Read("appointment.json"))
	require.NoError(t, err)
	require.Nil(t, view.ReleaseCode)
	view, err = AppointmentOf(edited(t, "appointment.json", edit{"/releaseCode", `{"salt":"` + codeSalt + `","check":"` + NewReleaseCode(codeSalt, "1").Check + `"}`}))
	require.NoError(t, err)
	require.True(t, view.ReleaseCode.Proved(CodeProof(codeSalt, "1")))
}
