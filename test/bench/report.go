package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// What is to be reached, of the plain create's throughput at targetClients and for a lone act.
const (
	targetClients   = 64
	plainShare      = 0.9  // an act that carries no content
	deliveredShare  = 0.55 // an act that delivers content to a new organisation
	loneAtMost      = 160 * time.Millisecond
	restAddsAtMost  = 10 * time.Millisecond
	milliseconds    = float64(time.Millisecond)
	figuresFileMode = 0o600
)

// line is one row of the table: an operation with one number of clients, over all rounds.
type line struct {
	Operation string  `json:"operation"`
	Clients   int     `json:"clients"`
	Acts      int     `json:"acts"`
	PerSecond float64 `json:"per_second"`
	// Ratio is to the plain create's throughput of the same round; the median of all rounds.
	Ratio    float64 `json:"ratio_to_plain"`
	MedianMS float64 `json:"median_ms"`
	P95MS    float64 `json:"p95_ms"`
	// CPU is processor time of one transaction in milliseconds, by kind of process.
	CPU map[string]float64 `json:"cpu_ms_per_act"`
}

// target is something to be reached.
type target struct {
	What    string `json:"what"`
	Wanted  string `json:"wanted"`
	Got     string `json:"got"`
	Reached bool   `json:"reached"`
}

// report gathers measurements and tells them.
type report struct {
	work   *work
	begun  time.Time
	rounds map[int][][]measurement // clients → rounds
}

func newReport(w *work) *report {
	return &report{work: w, begun: time.Now(), rounds: map[int][][]measurement{}}
}

func (r *report) add(clients, round int, m measurement) {
	for len(r.rounds[clients]) <= round {
		r.rounds[clients] = append(r.rounds[clients], nil)
	}
	r.rounds[clients][round] = append(r.rounds[clients][round], m)
}

func (r *report) lines() []line {
	var lines []line
	var counts []int
	for clients := range r.rounds {
		counts = append(counts, clients)
	}
	slices.Sort(counts)
	for _, clients := range counts {
		for i := range r.rounds[clients][0] {
			lines = append(lines, summary(clients, r.rounds[clients], i))
		}
	}
	return lines
}

// summary is the i-th operation over all rounds. The first operation of a round is the plain create.
func summary(clients int, rounds [][]measurement, i int) line {
	l := line{Operation: rounds[0][i].name, Clients: clients, CPU: map[string]float64{}}
	var throughputs, ratios []float64
	var latencies []time.Duration
	for _, round := range rounds {
		m := round[i]
		throughputs = append(throughputs, m.perSecond())
		ratios = append(ratios, m.perSecond()/round[0].perSecond())
		latencies = append(latencies, m.latencies...)
		for kind, spent := range m.cpu {
			l.CPU[kind] += float64(spent) / milliseconds
		}
	}
	for kind := range l.CPU {
		l.CPU[kind] /= float64(len(latencies))
	}
	l.Acts, l.PerSecond, l.Ratio = len(latencies), median(throughputs), median(ratios)
	l.MedianMS, l.P95MS = float64(quantile(latencies, 0.5))/milliseconds, float64(quantile(latencies, 0.95))/milliseconds
	return l
}

// targets compares lines with what is to be reached; those that were not measured are left out.
func targets(lines []line) []target {
	find := func(name string, clients int) (line, bool) {
		i := slices.IndexFunc(lines, func(l line) bool { return l.Operation == name && l.Clients == clients })
		if i < 0 {
			return line{}, false
		}
		return lines[i], true
	}
	var all []target
	share := func(name string, wanted float64) {
		if l, is := find(name, targetClients); is {
			all = append(all, target{fmt.Sprintf("%s, share of plain create at %d clients", name, targetClients),
				fmt.Sprintf("at least %.2f", wanted), fmt.Sprintf("%.2f", l.Ratio), l.Ratio >= wanted})
		}
	}
	share(issue, plainShare)
	share(transfer, deliveredShare)
	for rest, direct := range map[string]string{issueREST: issue, transferREST: transfer} {
		over, is := find(rest, 1)
		with, too := find(direct, 1)
		if !is || !too {
			continue
		}
		most, more := float64(loneAtMost)/milliseconds, float64(restAddsAtMost)/milliseconds
		added := over.MedianMS - with.MedianMS
		all = append(all,
			target{"lone: " + rest, fmt.Sprintf("at most %.0f ms", most), fmt.Sprintf("%.1f ms", over.MedianMS), over.MedianMS <= most},
			target{"lone: " + rest + ", beyond the Fabric client", fmt.Sprintf("at most %.0f ms", more), fmt.Sprintf("%.1f ms", added), added <= more})
	}
	slices.SortStableFunc(all[min(2, len(all)):], func(a, b target) int { return strings.Compare(a.What, b.What) })
	return all
}

// kinds are the processes whose time is told, in the order of the table.
var kinds = []string{"peer", "orderer", "chaincode", "gateway", client}

func (r *report) markdown(lines []line, reached []target) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Acts against a plain create\n\n%s, %d processors, %s. A bill's content is %d bytes. CPU in ms per act over all processes of a kind.\n\n",
		r.begun.UTC().Format(time.RFC3339), runtime.NumCPU(), runtime.Version(), r.work.contentBytes)
	fmt.Fprint(&b, "| clients | operation | acts/s | of plain | median ms | p95 ms | CPU ms |")
	for _, kind := range kinds {
		fmt.Fprintf(&b, " %s |", kind)
	}
	fmt.Fprintf(&b, "\n|--:|---|--:|--:|--:|--:|--:|%s\n", strings.Repeat("--:|", len(kinds)))
	for _, l := range lines {
		var total float64
		for _, spent := range l.CPU {
			total += spent
		}
		fmt.Fprintf(&b, "| %d | %s | %.1f | %.2f | %.1f | %.1f | %.1f |", l.Clients, l.Operation, l.PerSecond, l.Ratio, l.MedianMS, l.P95MS, total)
		for _, kind := range kinds {
			fmt.Fprintf(&b, " %.1f |", l.CPU[kind])
		}
		fmt.Fprintln(&b)
	}
	fmt.Fprint(&b, "\n| target | wanted | got | |\n|---|--:|--:|---|\n")
	for _, t := range reached {
		word := "missed"
		if t.Reached {
			word = "reached"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", t.What, t.Wanted, t.Got, word)
	}
	return b.String()
}

// write prints the table and keeps it, with the figures as JSON, in folder.
func (r *report) write(out io.Writer, folder string) error {
	lines := r.lines()
	reached := targets(lines)
	text := r.markdown(lines, reached)
	if _, err := io.WriteString(out, text); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	figures, err := json.MarshalIndent(map[string]any{
		"at": r.begun.UTC().Format(time.RFC3339), "processors": runtime.NumCPU(), "go": runtime.Version(),
		"content_bytes": r.work.contentBytes, "lines": lines, "targets": reached,
	}, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "latest.json"), figures, figuresFileMode); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "latest.md"), []byte(text), figuresFileMode)
}
