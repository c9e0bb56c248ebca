package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"portledger/test/network/live"
)

// What a bill's past may add to an act: nothing that shows above the noise of a lone latency.
const (
	youngActs, oldActs = 3, 301 // a draft that was approved and taken back again has an odd number
	// historyBills are measured of each kind: every one gives one latency.
	historyBills = 12
	ratioAtMost  = 1.15
)

// history compares lone latencies of the same act on bills with few and with many past acts. A young and an old bill take
// turns, so that a machine whose speed drifts slows both alike.
func (w *work) history(ctx context.Context, out io.Writer) error {
	young, err := w.aged(ctx, youngActs)
	if err != nil {
		return err
	}
	old, err := w.aged(ctx, oldActs)
	if err != nil {
		return err
	}
	var ratios []float64
	var youngs, olds []time.Duration
	for i := range historyBills {
		few, err := w.timed(ctx, young[i])
		if err != nil {
			return err
		}
		many, err := w.timed(ctx, old[i])
		if err != nil {
			return err
		}
		youngs, olds = append(youngs, few), append(olds, many)
		ratios = append(ratios, float64(many)/float64(few))
	}
	word := "missed"
	if median(ratios) <= ratioAtMost {
		word = "reached"
	}
	_, err = fmt.Fprintf(out, "# One act after %d and after %d past acts\n\n| past acts | median ms |\n|--:|--:|\n| %d | %.1f |\n| %d | %.1f |\n\n"+
		"Median ratio of pairs: %.2f, wanted at most %.2f: %s\n", youngActs, oldActs,
		youngActs, float64(quantile(youngs, 0.5))/milliseconds, oldActs, float64(quantile(olds, 0.5))/milliseconds,
		median(ratios), ratioAtMost, word)
	return err
}

// aged are drafts with so many past acts: approved and taken back again and again.
func (w *work) aged(ctx context.Context, acts int) ([]string, error) {
	bills, err := w.approved(ctx, historyBills)
	if err != nil {
		return nil, err
	}
	next := []string{"withdraw-approval", "approve"}
	for past := 2; past < acts; past++ {
		if past%50 == 0 {
			fmt.Fprintf(os.Stderr, "%d of %d past acts\n", past, acts)
		}
		list := actsOn(bills, next[past%2], nil)
		err := each(ctx, len(list), func(ctx context.Context, i int) error {
			_, err := w.shipper.Do(ctx, list[i])
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", next[past%2], err)
		}
		if err := w.level(ctx); err != nil {
			return nil, err
		}
	}
	return bills, nil
}

// timed is how long the approval of a bill takes alone, from first request to commit.
func (w *work) timed(ctx context.Context, bill string) (time.Duration, error) {
	if err := w.level(ctx); err != nil {
		return 0, err
	}
	start := time.Now()
	_, err := w.shipper.Do(ctx, live.Act{Family: "bill", Name: "approve", Request: map[string]any{"id": bill}})
	return time.Since(start), err
}
