package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
)

type publishCommand struct {
	Organisation string `help:"Key of the organisation whose registrar publishes." required:""`
	Calendar     string `arg:"" help:"File with the edition as JSON; docs/operator.md shows one." type:"existingfile"`
}

// Run publishes a further edition of a calendar.
func (c *publishCommand) Run(ctx context.Context, w *world) error {
	text, err := os.ReadFile(c.Calendar)
	if err != nil {
		return err
	}
	if !json.Valid(text) {
		return fmt.Errorf("%s is not JSON", c.Calendar)
	}
	o, found := w.site.Config.Organisation(c.Organisation)
	if !found {
		return fmt.Errorf("no organisation of the network is called %q", c.Organisation)
	}
	people, err := w.people()
	if err != nil {
		return err
	}
	r, err := w.registrar(o, people[w.site.Config.Registrar(o.Key)].ID)
	if err != nil {
		return err
	}
	defer r.connection.Close()
	ctx, cancel := context.WithTimeout(ctx, w.site.Config.Timings.Ready)
	defer cancel()
	kept, err := r.endorse(ctx, act{contract: "org", name: "publish-calendar", request: json.RawMessage(text)})
	if err != nil {
		return err
	}
	transaction, err := r.client.Restore(kept.Transaction)
	if err != nil {
		return err
	}
	block, err := r.client.Settle(ctx, transaction)
	if err != nil {
		return err
	}
	fmt.Printf("calendar %s is published in block %d\n", kept.ID, block)
	return nil
}
