package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"

	"ketnghia/ledger"
	"ketnghia/scheduler"
)

// remindCmd prints what would be sent at a moment, and sends nothing.
type remindCmd struct {
	At *string `placeholder:"TIME" help:"${help_at}"`
}

// Run prints one JSON line for each reminder that is owed at the moment.
func (c *remindCmd) Run(ctx context.Context, a *app) (err error) {
	at := a.now()
	if c.At != nil {
		if at, err = moment(*c.At); err != nil {
			return err
		}
	}
	b, err := a.openThere(ctx, a.cli.Data, a.now())
	if err != nil {
		return err
	}
	defer b.closeInto(&err)
	var due []scheduler.Reminder
	err = b.ledger.View(ctx, at, func(k *ledger.Look) (err error) {
		due, err = scheduler.Plan(k)
		return err
	})
	if err != nil {
		return fmt.Errorf("remind: %w", err)
	}
	out := bufio.NewWriter(a.out)
	enc := json.NewEncoder(out)
	for _, r := range due {
		if err := enc.Encode(r); err != nil {
			return unwritten(err)
		}
	}
	if err := out.Flush(); err != nil {
		return unwritten(err)
	}
	return nil
}
