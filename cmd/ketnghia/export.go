package main

import (
	"context"
	"io"

	"ketnghia/ledger"
)

// exportCmd writes all records.
type exportCmd struct {
	Format string `default:"json" enum:"json" placeholder:"FORMAT" help:"${help_format}"`
	Year   int    `placeholder:"Y" help:"${help_year}"`
}

// Run writes the records to the output.
func (c *exportCmd) Run(ctx context.Context, a *app) (err error) {
	if c.Year != 0 {
		if err := yearInRange(c.Year); err != nil {
			return err
		}
	}
	b, err := a.open(ctx, a.cli.Data, a.now())
	if err != nil {
		return err
	}
	defer b.closeInto(&err)
	out := &writer{w: a.out}
	err = b.ledger.View(ctx, a.now(), func(k *ledger.Look) error { return k.Export(out, c.Year) })
	if out.err != nil {
		return unwritten(out.err)
	}
	return err
}

// writer remembers what went wrong with writing, so that it isn't taken for a fault of the books.
type writer struct {
	w   io.Writer
	err error
}

func (w *writer) Write(p []byte) (n int, err error) {
	n, err = w.w.Write(p)
	if err != nil && w.err == nil {
		w.err = err
	}
	return n, err //nolint:wrapcheck // wrapped where it is told
}
