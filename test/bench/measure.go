package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"portledger/network/proc"
	"portledger/test/network/live"
)

// ticksPerSecond is what Linux counts processor time in for user space (USER_HZ).
const ticksPerSecond = 100

// Fields of /proc/PID/stat after the command name, counted from zero (proc(5) numbers them 14 and 15).
const (
	statUser   = 11
	statSystem = 12
)

// measurement is one operation in one round.
type measurement struct {
	name      string
	clients   int
	latencies []time.Duration
	elapsed   time.Duration
	// cpu is the processor time spent meanwhile, by kind of process.
	cpu map[string]time.Duration
}

// perSecond is the throughput.
func (m measurement) perSecond() float64 { return float64(len(m.latencies)) / m.elapsed.Seconds() }

// measure runs an operation's jobs with so many clients, each beginning its next when its last is committed.
func measure(ctx context.Context, network *live.Network, op operation, clients int) (measurement, error) {
	if err := op.before(ctx); err != nil {
		return measurement{}, err
	}
	before, err := processorTimes(network)
	if err != nil {
		return measurement{}, err
	}
	m := measurement{name: op.name, clients: clients, latencies: make([]time.Duration, len(op.jobs))}
	next := make(chan int, len(op.jobs))
	for i := range op.jobs {
		next <- i
	}
	close(next)
	errs := make([]error, clients)
	var working sync.WaitGroup
	begun := time.Now()
	for client := range clients {
		working.Go(func() {
			for i := range next {
				start := time.Now()
				if err := op.jobs[i](ctx); err != nil {
					errs[client] = err
					return
				}
				m.latencies[i] = time.Since(start)
			}
		})
	}
	working.Wait()
	m.elapsed = time.Since(begun)
	if err := errors.Join(errs...); err != nil {
		return m, err
	}
	after, err := processorTimes(network)
	m.cpu = map[string]time.Duration{}
	for kind, spent := range after {
		m.cpu[kind] = spent - before[kind]
	}
	return m, err
}

// client is the kind under which this program's own processor time is told.
const client = "client"

// processorTimes are the processor times of all the network's processes so far, by kind, and of this one.
func processorTimes(network *live.Network) (map[string]time.Duration, error) {
	processes, err := network.Processes()
	if err != nil {
		return nil, err
	}
	times := map[string]time.Duration{}
	for _, p := range append(processes, proc.Spec{Kind: client, PID: os.Getpid()}) {
		spent, err := processorTime(p.PID)
		if err != nil {
			return nil, fmt.Errorf("processor time of %s: %w", p.Name, err)
		}
		times[p.Kind] += spent
	}
	return times, nil
}

func processorTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) <= statSystem {
		return 0, errors.New("short stat line")
	}
	var user, system int64
	if _, err := fmt.Sscan(fields[statUser]+" "+fields[statSystem], &user, &system); err != nil {
		return 0, err
	}
	return time.Duration(user+system) * time.Second / ticksPerSecond, nil
}

// quantile of durations, q from 0 to 1: the smallest that at least that part does not exceed.
func quantile(all []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

// median of figures.
func median(all []float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
