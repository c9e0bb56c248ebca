package release_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/fault"
	"portledger/chaincode/hold"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/test/lawtest"
)

// Written out from domain facts 4.5: plug events are the terminal's, readings the carrier's or the terminal's; the release-to
// party acknowledges, and nobody to whom it only delegated the right.
const reeferOnLines = `
before acceptance     | correct-plug          | terminal          | LISTED
before acceptance     | attach-certificate    | carrier, terminal | LISTED
LISTED                | correct-plug          | terminal          | LISTED
LISTED                | attach-certificate    | carrier, terminal, buyer* | LISTED
offered               | correct-plug          | terminal          | LISTED
offered               | attach-certificate    | carrier, terminal, buyer* | LISTED
delegated             | correct-plug          | terminal          | LISTED
delegated             | attach-certificate    | carrier, terminal, buyer* | LISTED
offered on            | correct-plug          | terminal          | LISTED
offered on            | attach-certificate    | carrier, terminal, buyer* | LISTED
APPOINTMENT_REQUESTED | correct-plug          | terminal          | APPOINTMENT_REQUESTED
APPOINTMENT_REQUESTED | attach-certificate    | carrier, terminal, buyer* | APPOINTMENT_REQUESTED
APPOINTED             | correct-plug          | terminal          | APPOINTED
APPOINTED             | attach-certificate    | carrier, terminal, buyer* | APPOINTED
GATED_OUT             | correct-plug          | terminal          | GATED_OUT
GATED_OUT             | attach-certificate    | carrier, terminal, buyer* | GATED_OUT
held listed           | correct-plug          | terminal          | LISTED
held listed           | attach-certificate    | carrier, terminal, buyer* | LISTED
held offered          | correct-plug          | terminal          | LISTED
held offered          | attach-certificate    | carrier, terminal, buyer* | LISTED
held requested        | correct-plug          | terminal          | APPOINTMENT_REQUESTED
held requested        | attach-certificate    | carrier, terminal, buyer* | APPOINTMENT_REQUESTED
before acceptance     | plug                  | terminal          | LISTED
before acceptance     | report-readings       | carrier, terminal | LISTED
before acceptance     | acknowledge-excursion | nobody            |
LISTED                | plug                  | terminal          | LISTED
LISTED                | report-readings       | carrier, terminal | LISTED
LISTED                | acknowledge-excursion | buyer*            | LISTED
offered               | plug                  | terminal          | LISTED
offered               | report-readings       | carrier, terminal | LISTED
offered               | acknowledge-excursion | buyer*            | LISTED
delegated             | plug                  | terminal          | LISTED
delegated             | report-readings       | carrier, terminal | LISTED
delegated             | acknowledge-excursion | buyer*            | LISTED
offered on            | plug                  | terminal          | LISTED
offered on            | report-readings       | carrier, terminal | LISTED
offered on            | acknowledge-excursion | buyer*            | LISTED
APPOINTMENT_REQUESTED | plug                  | terminal          | APPOINTMENT_REQUESTED
APPOINTMENT_REQUESTED | report-readings       | carrier, terminal | APPOINTMENT_REQUESTED
APPOINTMENT_REQUESTED | acknowledge-excursion | buyer*            | APPOINTMENT_REQUESTED
APPOINTED             | plug                  | terminal          | APPOINTED
APPOINTED             | report-readings       | carrier, terminal | APPOINTED
APPOINTED             | acknowledge-excursion | buyer*            | APPOINTED
held listed           | plug                  | terminal          | LISTED
held listed           | report-readings       | carrier, terminal | LISTED
held listed           | acknowledge-excursion | buyer*            | LISTED
held offered          | plug                  | terminal          | LISTED
held offered          | report-readings       | carrier, terminal | LISTED
held offered          | acknowledge-excursion | buyer*            | LISTED
held requested        | plug                  | terminal          | APPOINTMENT_REQUESTED
held requested        | report-readings       | carrier, terminal | APPOINTMENT_REQUESTED
held requested        | acknowledge-excursion | buyer*            | APPOINTMENT_REQUESTED
GATED_OUT             | report-readings       | carrier, terminal | GATED_OUT
GATED_OUT             | acknowledge-excursion | buyer*            | GATED_OUT
`

// warm gives every line an open excursion.
func warm(lines map[string]release.Line) map[string]release.Line {
	for name, l := range lines {
		l.Reefer.Open, l.Reefer.Plugs = "MAJOR", 1
		lines[name] = l
	}
	return lines
}

// Whom the right was sold to is told of its goods; the seller takes note of nothing for it any more.
func TestWhoBoughtTheRightTakesNote(t *testing.T) {
	bought, delegated := sold(release.Listed), line(release.Appointed, "trucker", "", "buyer", "forwarder")
	bought.Reefer.Open, delegated.Reefer.Open, delegated.Sold = "CRITICAL", "CRITICAL", 1
	for _, l := range []release.Line{bought, delegated} {
		lineRefused(t, fault.WrongParty, "", l, ask(release.AcknowledgeExcursion, "buyer"))
		lineRefused(t, fault.WrongParty, "", l, ask(release.AcknowledgeExcursion, "trucker"))
		_, err := l.Apply(ask(release.AcknowledgeExcursion, "forwarder"))
		require.NoError(t, err)
	}
}

func TestReeferActsAreRefusedInThisOrder(t *testing.T) {
	full := line(release.Listed, "buyer", "")
	full.Reefer = release.Reefer{Plugs: release.PlugsMax, Reports: release.ReportsMax, Corrections: release.CorrectionsMax,
		Certificates: release.CertificatesMax}
	lineRefused(t, fault.WrongState, "", line(release.LineGatedOut, "trucker", ""), ask(release.Plug, "terminal"))
	lineRefused(t, fault.WrongParty, "", full, ask(release.Plug, "carrier"))
	lineRefused(t, fault.LimitReached, "", full, ask(release.Plug, "terminal"))
	lineRefused(t, fault.LimitReached, "", full, ask(release.ReportReadings, "carrier"))
	lineRefused(t, fault.LimitReached, "", full, ask(release.CorrectPlug, "terminal"))
	lineRefused(t, fault.LimitReached, "", full, ask(release.AttachCertificate, "buyer"))
	never := full
	never.Reefer.Plugs = 0
	lineRefused(t, fault.NotFound, "", never, ask(release.CorrectPlug, "terminal"))
	lineRefused(t, fault.WrongParty, "", full, ask(release.AcknowledgeExcursion, "terminal"))
	lineRefused(t, fault.NoExcursion, "", full, ask(release.AcknowledgeExcursion, "buyer"))
}

// A container on hold stays where it is, and with whom.
func TestAHoldStopsTheRightAndTheContainer(t *testing.T) {
	for act, c := range map[lifecycle.Act]struct {
		line release.Line
		who  string
	}{
		release.Delegate:           {line(release.Listed, "buyer", ""), "buyer"},
		release.AcceptDelegation:   {line(release.Listed, "buyer", "forwarder"), "forwarder"},
		release.RequestAppointment: {line(release.Listed, "trucker", "", "buyer"), "trucker"},
		release.ConfirmAppointment: {line(release.AppointmentRequested, "trucker", "", "buyer"), "terminal"},
	} {
		c.line.Holds = []hold.Hold{{Number: 1, Ground: "COURT"}}
		lineRefused(t, fault.OnHold, "", c.line, ask(act, c.who))
	}
	l := line(release.Appointed, "trucker", "", "buyer")
	l.Holds = []hold.Hold{{Number: 1, Ground: "COURT"}}
	_, err := l.Follow(release.GateOut, ask(release.GateOut, "terminal", orderIs(in(release.Delegated))))
	require.Equal(t, fault.OnHold, fault.Of(err).Code)
}

func TestAnOpenCriticalExcursionHoldsTheContainerUntilItIsAcknowledged(t *testing.T) {
	l := line(release.Listed, "buyer", "")
	log := func(open string) {
		t.Helper()
		after, f := l.Logged(release.Cold{Open: open, Evidence: open == "CRITICAL" || l.Reefer.Evidence, Seal: "s"}, ask(release.Plug, "terminal"))
		require.Nil(t, f)
		l = after
	}
	log("MAJOR")
	require.Empty(t, l.Holds)
	log("CRITICAL")
	log("CRITICAL")
	require.Equal(t, []hold.Hold{{Number: 1, Ground: "TERMINAL_DAMAGE", By: people["terminal"].Ref}}, l.Holds, "once")
	_, f := hold.Lift(l.Holds, 1, people["terminal"])
	require.Equal(t, fault.WrongParty, f.Code, "the terminal cannot lift it")
	court := hold.Hold{Number: 9, Ground: "COURT"}
	l.Holds = append(l.Holds, court)
	log("MINOR")
	require.Equal(t, []hold.Hold{court}, l.Holds, "another hold stays")
	require.True(t, l.Reefer.Evidence, "rule X-20: the evidence stays")
	log("CRITICAL")
	require.Len(t, l.Holds, 2)
	gone := line(release.LineGatedOut, "buyer", "")
	gone, f = gone.Logged(release.Cold{Open: "CRITICAL", Evidence: true}, ask(release.Plug, "terminal"))
	require.Nil(t, f)
	require.Empty(t, gone.Holds, "what is out cannot be stopped")
}

func TestALineFullOfHoldsTakesNoMore(t *testing.T) {
	l := line(release.Listed, "buyer", "")
	for n := range hold.Max {
		l.Holds = append(l.Holds, hold.Hold{Number: n + 1, Ground: "COURT"})
	}
	_, f := l.Logged(release.Cold{Open: "CRITICAL"}, ask(release.Plug, "terminal"))
	require.Equal(t, fault.LimitReached, f.Code)
}

// However logs follow each other, the hold stands exactly while a CRITICAL excursion is open.
func TestTheHoldStandsExactlyWhileACriticalExcursionIsOpen(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := line(release.Listed, "buyer", "")
		for _, open := range rapid.SliceOf(rapid.SampledFrom([]string{"", "MINOR", "MAJOR", "CRITICAL"})).Draw(rt, "logs") {
			before := l
			after, f := l.Logged(release.Cold{Open: open}, ask(release.Plug, "terminal"))
			require.Nil(rt, f)
			require.Equal(rt, before, l)
			l = after
			require.Equal(rt, open == "CRITICAL", hold.Any(l.Holds, lawtest.At) != nil)
			require.Equal(rt, open, l.Reefer.Open)
		}
	})
}
