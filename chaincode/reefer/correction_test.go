package reefer_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/reefer"
)

// told is a log of plug events.
func told(t *testing.T, events ...reefer.PlugEvent) reefer.Log {
	t.Helper()
	var l reefer.Log
	for _, e := range events {
		var problems []reefer.Problem
		l, problems = l.Plug(e, ptr(120))
		require.Empty(t, problems)
	}
	return l
}

func correct(l reefer.Log, event int, is *reefer.PlugEvent) (reefer.Log, []reefer.Problem) {
	return l.Correct(reefer.Correction{Event: event, Is: is, Reason: "misread"}, "PTERMINAL", after(100*time.Hour), ptr(120))
}

func TestACorrectionStandsBesideWhatWasTold(t *testing.T) {
	l := told(t, plugged(reefer.PlugIn, 0), plugged(reefer.PlugOut, time.Hour), plugged(reefer.PlugIn, 2*time.Hour))
	is := plugged(reefer.PlugOut, 90*time.Minute)
	once, problems := correct(l, 2, &is)
	require.Empty(t, problems)
	require.Equal(t, l.Plugs, once.Plugs, "what was told stays")
	require.Equal(t, is.At, once.Effective()[1].At)
	require.Empty(t, l.Corrections, "before and after share no memory")
	again := plugged(reefer.PlugOut, 100*time.Minute)
	twice, problems := correct(once, 2, &again)
	require.Empty(t, problems)
	require.Equal(t, again.At, twice.Effective()[1].At, "the last one counts")
	next, problems := twice.Plug(plugged(reefer.PlugOut, 3*time.Hour), ptr(120))
	require.Empty(t, problems)
	require.Len(t, next.Effective(), 4)
}

func TestWhatCountsIsStillASequence(t *testing.T) {
	l := told(t, plugged(reefer.PlugIn, 0), plugged(reefer.PlugOut, time.Hour), plugged(reefer.PlugIn, 2*time.Hour))
	late, other := plugged(reefer.PlugOut, 3*time.Hour), plugged(reefer.PlugIn, time.Hour)
	future := plugged(reefer.PlugOut, 200*time.Hour)
	for _, bad := range []struct {
		event int
		is    *reefer.PlugEvent
		want  []reefer.Problem
	}{
		{0, &late, at(reefer.Required, "/event")},
		{4, &late, at(reefer.Required, "/event")},
		{2, &late, at(reefer.TimesInOrder, "/corrected/at")},
		{2, &other, append(at(reefer.Alternate, "/corrected/type"), at(reefer.Alternate, "/corrected/type")...)},
		{2, &future, at(reefer.NotInFuture, "/corrected/at")},
		{2, nil, at(reefer.Alternate, "/event")},
	} {
		after, problems := correct(l, bad.event, bad.is)
		require.Equal(t, bad.want, problems)
		require.Equal(t, l, after)
	}
	struck, problems := correct(l, 3, nil)
	require.Empty(t, problems)
	require.Len(t, struck.Effective(), 2)
	_, problems = struck.Plug(plugged(reefer.PlugOut, 4*time.Hour), ptr(120))
	require.Equal(t, at(reefer.Alternate, "/type"), problems, "it is off power already")
}

// A terminal can find a gap by a correction, and cannot lose one.
func TestACorrectionTakesNoExcursionAway(t *testing.T) {
	l := told(t, plugged(reefer.PlugIn, 0), plugged(reefer.PlugOut, time.Hour), plugged(reefer.PlugIn, 20*time.Hour))
	require.Equal(t, reefer.Critical, l.Open())
	soon := plugged(reefer.PlugIn, 2*time.Hour)
	after, problems := correct(l, 3, &soon)
	require.Empty(t, problems)
	require.Equal(t, reefer.Critical, after.Open())
	calm := told(t, plugged(reefer.PlugIn, 0), plugged(reefer.PlugOut, time.Hour), plugged(reefer.PlugIn, 2*time.Hour))
	require.Empty(t, calm.Open())
	after, problems = correct(calm, 3, ptr(plugged(reefer.PlugIn, 20*time.Hour)))
	require.Empty(t, problems)
	require.Equal(t, reefer.Critical, after.Open())
}

func TestCorrectionsAndCertificatesAreBounded(t *testing.T) {
	l := told(t, plugged(reefer.PlugIn, 0))
	for n := range reefer.LogCorrectionsMax {
		var problems []reefer.Problem
		l, problems = correct(l, 1, ptr(plugged(reefer.PlugIn, time.Duration(n)*time.Minute)))
		require.Empty(t, problems)
	}
	_, problems := correct(l, 1, nil)
	require.Equal(t, at(reefer.TooMany, ""), problems)
	for n := range reefer.LogCertificatesMax {
		l, problems = l.Attach(reefer.Certificate{Hash: string(rune('a' + n)), At: start}, "PLINE", start)
		require.Empty(t, problems)
	}
	_, problems = l.Attach(reefer.Certificate{Hash: "z", At: start}, "PLINE", start)
	require.Equal(t, at(reefer.TooMany, ""), problems)
}

func TestADocumentIsAttachedOnceAndNotBeforeItIsMade(t *testing.T) {
	l, problems := reefer.Log{}.Attach(reefer.Certificate{Hash: "a", At: start}, "PLINE", start)
	require.Empty(t, problems)
	_, problems = l.Attach(reefer.Certificate{Hash: "a", At: start}, "PBUYER", start)
	require.Equal(t, at(reefer.Once, "/documentHash"), problems)
	_, problems = l.Attach(reefer.Certificate{Hash: "b", At: after(time.Minute)}, "PBUYER", start)
	require.Equal(t, at(reefer.NotInFuture, "/performedAt"), problems)
}
