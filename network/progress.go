package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
)

// step is one part of bringing the network up, with the log to read when it fails.
type step struct {
	name string
	log  string
	run  func(ctx context.Context) error
}

// worthTelling is how long something takes before its time is printed.
const worthTelling = time.Second

// progress prints steps as they are taken, with the time since the beginning.
type progress struct {
	out   io.Writer
	begun time.Time
}

func (p *progress) say(format string, values ...any) {
	fmt.Fprintf(p.out, "[%6.1fs] %s\n", time.Since(p.begun).Seconds(), fmt.Sprintf(format, values...))
}

// take runs the steps in order and stops at the first that fails, naming it.
func (p *progress) take(ctx context.Context, steps ...step) error {
	for _, s := range steps {
		p.say("%s", s.name)
		if err := p.noted("", func() error { return s.run(ctx) })(); err != nil {
			if ctx.Err() != nil {
				return fmt.Errorf("%s: %w; the next run goes on from here", s.name, context.Cause(ctx))
			}
			if s.log == "" || strings.Contains(err.Error(), "(log: ") {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			return fmt.Errorf("%s: %w (logs: %s)", s.name, err, s.log)
		}
	}
	return nil
}

// noted wraps a task so that its name and time are printed when it took long.
func (p *progress) noted(name string, task func() error) func() error {
	return func() error {
		begun := time.Now()
		err := task()
		if took := time.Since(begun); err == nil && took > worthTelling {
			p.say("  %s", strings.TrimSpace(fmt.Sprintf("%s took %.1f s", name, took.Seconds())))
		}
		return err
	}
}
