package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func measured(name string, clients int, elapsed time.Duration, latencies ...time.Duration) measurement {
	return measurement{name: name, clients: clients, elapsed: elapsed, latencies: latencies,
		cpu: map[string]time.Duration{"peer": time.Duration(len(latencies)) * 3 * time.Millisecond}}
}

func TestARatioIsTakenWithinItsRound(t *testing.T) {
	r := newReport(&work{})
	const ms = time.Millisecond
	// The machine is half as fast in the second round; the ratio does not see it.
	r.add(64, 0, measured(plainCreate, 64, time.Second, 100*ms, 200*ms))
	r.add(64, 0, measured(issue, 64, 2*time.Second, 100*ms, 300*ms))
	r.add(64, 1, measured(plainCreate, 64, 2*time.Second, 100*ms, 200*ms))
	r.add(64, 1, measured(issue, 64, 4*time.Second, 100*ms, 300*ms))
	lines := r.lines()
	require.Len(t, lines, 2)
	require.Equal(t, 0.5, lines[1].Ratio)
	require.Equal(t, 3.0, lines[1].CPU["peer"])
	require.Equal(t, 300.0, lines[1].P95MS)
	require.False(t, targets(lines)[0].Reached)
}

func TestQuantiles(t *testing.T) {
	var all []time.Duration
	for i := range 100 {
		all = append(all, time.Duration(100-i))
	}
	require.Equal(t, time.Duration(51), quantile(all, 0.5))
	require.Equal(t, time.Duration(96), quantile(all, 0.95))
	require.Equal(t, time.Duration(100), quantile(all, 1))
	require.Equal(t, 2.5, median([]float64{4, 1, 2, 3}))
}
