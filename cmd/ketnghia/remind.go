package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

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
	b, done, err := c.books(ctx, a)
	if err != nil {
		return err
	}
	defer done(&err)
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

// books opens the books. A folder that has none stays as it is: what the embedded roster would be reminded of is shown
// instead, from books in a temporary folder, and that is said.
func (c *remindCmd) books(ctx context.Context, a *app) (b *books, done func(*error), err error) {
	if b, err = a.openThere(ctx, a.cli.Data, a.now()); err == nil {
		return b, b.closeInto, nil
	}
	if told, ok := errors.AsType[*failure](err); !ok || told.key != "cmd.error.no_books" || !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	a.note("cmd.remind.no_books", map[string]any{"Data": a.cli.Data})
	dir, err := os.MkdirTemp("", programName+"-remind-")
	if err != nil {
		return nil, nil, fmt.Errorf("remind: %w", err)
	}
	if b, err = a.open(ctx, dir, a.now()); err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	return b, func(err *error) {
		b.closeInto(err)
		_ = os.RemoveAll(dir) // a leftover in the folder for temporary files harms nobody
	}, nil
}
