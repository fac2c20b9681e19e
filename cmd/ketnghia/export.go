package main

import (
	"context"
	"io"

	"ketnghia/bot"
	"ketnghia/ledger"
)

// exportCmd writes all records, or those of a year or a unit.
type exportCmd struct {
	Format string `default:"json" enum:"json,xlsx" placeholder:"FORMAT" help:"${help_format}"`
	Year   int    `placeholder:"Y" help:"${help_year}"`
	Unit   string `placeholder:"KEY" help:"${help_unit}"`
	Output string `short:"o" placeholder:"FILE" help:"${help_output}"`
}

// Run writes the records to the file or to the output.
func (c *exportCmd) Run(ctx context.Context, a *app) (err error) {
	if c.Year != 0 {
		if err := yearInRange(c.Year); err != nil {
			return err
		}
	}
	b, err := a.openThere(ctx, a.cli.Data, a.now())
	if err != nil {
		return err
	}
	defer b.closeInto(&err)
	scope := ledger.Scope{Year: c.Year}
	if c.Unit != "" {
		unit, err := a.findUnit(ctx, b, c.Unit)
		if err != nil {
			return err
		}
		scope.Unit = unit.Key
	}
	if c.Output != "" {
		return a.writeFile(c.Output, func(w io.Writer) error { return c.write(ctx, a, b, scope, w) })
	}
	return c.write(ctx, a, b, scope, a.out)
}

// write writes the records of the scope in the format that was asked for.
func (c *exportCmd) write(ctx context.Context, a *app, b *books, scope ledger.Scope, w io.Writer) error {
	out := &writer{w: w}
	err := b.ledger.View(ctx, a.now(), func(k *ledger.Look) error {
		if c.Format == "xlsx" {
			return bot.WriteRecords(out, k, a.printer(), scope)
		}
		return k.Export(out, scope)
	})
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
