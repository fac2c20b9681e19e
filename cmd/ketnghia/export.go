package main

import (
	"bufio"
	"context"
	"fmt"

	"ketnghia/ledger"
)

// exportCmd writes all records.
type exportCmd struct {
	Format string `default:"json" enum:"json" help:"${help_format}"`
	Year   int    `placeholder:"Y" help:"${help_year}"`
}

// Run writes the records to the output.
func (c *exportCmd) Run(ctx context.Context, a *app) (err error) {
	b, err := a.open(ctx, a.cli.Data, a.now())
	if err != nil {
		return err
	}
	defer b.closeInto(&err)
	out := bufio.NewWriter(a.out)
	err = b.ledger.View(ctx, a.now(), func(k *ledger.Look) error { return k.Export(out, c.Year) })
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}
