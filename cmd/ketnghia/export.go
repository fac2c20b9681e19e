package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

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
	if c.Year != 0 && (c.Year < firstYear || c.Year > lastYear) {
		return &failure{key: "cmd.error.year", status: exitUsage, args: map[string]any{
			"Year": c.Year, "FromYear": firstYear, "ToYear": lastYear,
		}}
	}
	b, err := a.open(ctx, a.cli.Data, a.now())
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
		return intoFile(c.Output, func(w io.Writer) error { return c.write(ctx, a, b, scope, w) })
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

// intoFile has a file written whole or not at all: beside its place first, then put there. Only the operator's account
// may read it, since it holds names.
func intoFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	buffer := bufio.NewWriter(f)
	err = write(buffer)
	if err == nil {
		err = buffer.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
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
