package fabric

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/gateway/ledger"
)

// enrolOutside writes the files of a person whose key is elsewhere, with a reader as given.
func enrolOutside(t *testing.T, p *people, reader string, attributes map[string]string) {
	t.Helper()
	home := filepath.Join(p.folder, someone)
	require.NoError(t, os.RemoveAll(home))
	enrol(t, p.folder, someone, someone, map[string]string{"portledger.party": "PAAAAAAAAAAAAAAAA", "portledger.roles": "BANK"})
	require.NoError(t, os.Remove(filepath.Join(home, "key.pem")))
	if reader != "" {
		enrol(t, p.folder, filepath.Join(someone, readerFolder), reader, attributes)
	}
}

func TestWhoseKeyIsElsewhereReadsThroughAReader(t *testing.T) {
	p := newPeople(t)
	marked := map[string]string{"portledger.party": "PAAAAAAAAAAAAAAAA", "portledger.roles": "BANK", readerAttribute: "true"}
	enrolOutside(t, p, someone, marked)
	e, err := p.get(someone)
	require.NoError(t, err)
	require.True(t, e.person.SignsOutside)
	require.Nil(t, e.sign, "nothing here signs acts")
	require.Equal(t, []string{"BANK"}, e.person.Roles)
	_, err = p.outside(someone)
	require.NoError(t, err)
	again, err := p.get(someone)
	require.NoError(t, err)
	require.Same(t, e, again)

	enrol(t, p.folder, someone, someone, map[string]string{"portledger.party": "PAAAAAAAAAAAAAAAA"})
	e, err = p.get(someone)
	require.NoError(t, err)
	require.False(t, e.person.SignsOutside, "a key came")
	_, err = p.outside(someone)
	require.Error(t, err)
}

func TestAReaderThatCouldSignIsNobodys(t *testing.T) {
	p := newPeople(t)
	party := "PAAAAAAAAAAAAAAAA"
	for what, c := range map[string]struct {
		name       string
		attributes map[string]string
	}{
		"no reader":          {"", nil},
		"not marked":         {someone, map[string]string{"portledger.party": party}},
		"another person":     {"u-ffffffffffffffff", map[string]string{"portledger.party": party, readerAttribute: "true"}},
		"another party":      {someone, map[string]string{"portledger.party": "PBBBBBBBBBBBBBBBB", readerAttribute: "true"}},
		"of no party at all": {someone, map[string]string{readerAttribute: "true"}},
	} {
		enrolOutside(t, p, c.name, c.attributes)
		_, err := p.get(someone)
		require.ErrorIs(t, err, ledger.ErrNotEnrolled, what)
	}
}
