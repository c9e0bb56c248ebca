package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/reefer"
	"portledger/chaincode/release"
	"portledger/test/world"
)

// certificate is a test report with this hash.
func certificate(w *world.World, hash string) string {
	paper := world.With(world.Fixture("certificate"), "documentHash", hash)
	return world.With(paper, "performedAt", w.Net.Now().Add(-time.Hour).Format(time.RFC3339))
}

// correction says of a plug event what is told of it, and why.
func correction(event int, is any) string {
	return world.With(world.With(world.Fixture("plug-correction"), "event", event), "corrected", is)
}

// correction tells the last plug event again as it was.
func (k *walk) correction(p paper) string {
	view := read[coldView](k.w, "terminal", "release", p.id).Lines[p.line-1]
	if view.Reefer == nil || len(view.Reefer.Plugs) == 0 {
		return world.Fixture("plug-correction")
	}
	return correction(len(view.Reefer.Plugs), view.Reefer.Effective()[len(view.Reefer.Plugs)-1])
}

func TestAWrongPlugEventIsCorrectedAndStays(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	correct := func(content string) (fields, string) { return line(order, 1), content }
	request, none := correct(correction(1, nil))
	w.Refused(fault.NotFound, "terminal", "release", "correct-plug", request, none)
	w.Must("terminal", "release", "plug", line(order, 1), plugged(w, "PLUG_IN", 20*time.Hour))
	w.Must("terminal", "release", "plug", line(order, 1), plugged(w, "PLUG_OUT", 15*time.Hour))
	w.Refused(fault.WrongParty, "line", "release", "correct-plug", request, none)
	f := w.Refused(fault.Invalid, "terminal", "release", "correct-plug", request, correction(3, nil))
	require.Equal(t, "/content/event", f.At)
	is := asFields(plugged(w, "PLUG_OUT", 2*time.Hour))
	w.Must("terminal", "release", "correct-plug", request, correction(2, is))
	l, log := coldLine(w, order)
	require.Equal(t, 2, l.Reefer.Plugs)
	require.Len(t, log.Plugs, 2, "what was told stays")
	require.Equal(t, w.Party["terminal"], log.Corrections[0].By)
	require.True(t, log.Effective()[1].At.After(log.Plugs[1].At))
	w.Must("terminal", "release", "plug", line(order, 1), plugged(w, "PLUG_IN", time.Hour))
	_, log = coldLine(w, order)
	require.Empty(t, log.Excursions, "the time off power was one hour")
}

// A certificate reaches whoever reads the line, whoever joins later too, and nobody else.
func TestACertificateIsReadByThoseOnTheLine(t *testing.T) {
	w := world.New(t, railOrg)
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	hash := world.Salt()
	for _, name := range []string{"trucker", "bank", "customs"} {
		w.Refused(fault.WrongParty, name, "release", "attach-certificate", line(order, 1), certificate(w, hash))
	}
	w.Must("buyer", "release", "attach-certificate", line(order, 1), certificate(w, hash))
	w.Must("line", "release", "attach-certificate", line(order, 1), certificate(w, world.Salt()))
	f := w.Refused(fault.Invalid, "terminal", "release", "attach-certificate", line(order, 1), certificate(w, hash))
	require.Equal(t, "/content/documentHash", f.At)
	l, log := coldLine(w, order)
	require.Equal(t, 2, l.Reefer.Certificates)
	require.Equal(t, w.Party["buyer"], log.Certificates[0].By)
	require.NotContains(t, string(public(w)), hash)
	sees := func(name string) *reefer.Log { return read[coldView](w, name, "release", order).Lines[0].Reefer }
	require.Nil(t, sees("trucker"))
	w.Must("buyer", "release", "delegate", lineTo(w, order, 1, "trucker"), "")
	w.Must("trucker", "release", "accept-delegation", line(order, 1), "")
	require.Len(t, sees("trucker").Certificates, 2)
	require.Nil(t, sees("bank"))
	require.True(t, possible(w, "buyer", "release", order, release.AttachCertificate, 1).Allowed, "the release-to party goes on adding")
	require.Equal(t, fault.WrongParty, possible(w, "trucker", "release", order, release.AttachCertificate, 1).Fault.Code)
}
