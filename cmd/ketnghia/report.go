package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"ketnghia/ledger"
	"ketnghia/report"
	"ketnghia/store/backup"
	"ketnghia/twinning"
)

// reportCmd writes a year-end report and its annex.
type reportCmd struct {
	Year   int    `required:"" placeholder:"Y" help:"${help_report_year}"`
	Unit   string `placeholder:"KEY" help:"${help_report_unit}"`
	Out    string `short:"o" name:"out" required:"" placeholder:"FILE" help:"${help_out}"`
	Sealed bool   `help:"${help_sealed}"`
}

// The ends of the two files' names.
const (
	documentEnd = ".docx"
	annexEnd    = ".xlsx"
)

// Run writes FILE.docx and FILE.xlsx and says so.
func (c *reportCmd) Run(ctx context.Context, a *app) (err error) {
	if err := yearInRange(c.Year); err != nil {
		return err
	}
	base := c.base()
	if _, name := filepath.Split(base); name == "" || name == "." || name == ".." {
		return &failure{key: "cmd.error.report_name", status: exitUsage, args: map[string]any{"File": c.Out}}
	}
	b, err := a.openThere(ctx, a.cli.Data, a.now())
	if err != nil {
		return err
	}
	defer b.closeInto(&err)
	data, err := c.gather(ctx, a, b)
	if err != nil {
		return err
	}
	for _, file := range []struct {
		path string
		make func(io.Writer) error
	}{
		{base + documentEnd, func(w io.Writer) error { return report.YearDocument(w, a.printer(), data) }},
		{base + annexEnd, func(w io.Writer) error { return report.YearAnnex(w, a.printer(), data) }},
	} {
		if err := a.writeFile(file.path, file.make); err != nil {
			return err
		}
		a.say("cmd.written", map[string]any{"File": file.path})
	}
	return nil
}

// base is the name of both files without its end.
func (c *reportCmd) base() string {
	if end := filepath.Ext(c.Out); strings.EqualFold(end, documentEnd) || strings.EqualFold(end, annexEnd) {
		return c.Out[:len(c.Out)-len(end)]
	}
	return c.Out
}

// files are the two that are written.
func (c *reportCmd) files() []string { return []string{c.base() + documentEnd, c.base() + annexEnd} }

// gather reads what the report says: from the books of today, or from the newest seal.
func (c *reportCmd) gather(ctx context.Context, a *app, b *books) (data twinning.YearReport, err error) {
	var unit twinning.Unit
	if c.Unit != "" {
		if unit, err = a.findUnit(ctx, b, c.Unit); err != nil {
			return data, err
		}
	}
	key := unit.Key
	if unit.Role == twinning.RoleIssuer || unit.Role == twinning.RoleStanding {
		key = ""
	}
	err = b.ledger.View(ctx, a.now(), func(k *ledger.Look) (err error) {
		if c.Sealed {
			_, data, err = k.Sealed(key, c.Year, 0)
			return err
		}
		data, err = k.YearReport(key, c.Year)
		return err
	})
	var invalid *twinning.InvalidError
	switch {
	case c.Sealed && errors.Is(err, twinning.ErrNotFound):
		return data, &failure{key: "cmd.error.not_sealed", status: exitUsage, cause: err, args: map[string]any{"Year": c.Year}}
	case errors.Is(err, ledger.ErrSealBroken):
		return data, &failure{key: "cmd.error.seal_broken", status: exitError, cause: err, args: map[string]any{"Year": c.Year}}
	case errors.As(err, &invalid):
		return data, &failure{key: "cmd.error.no_report", status: exitUsage, cause: err, args: map[string]any{"Unit": unit.Name}}
	case err != nil:
		return data, fmt.Errorf("report: %w", err)
	}
	return data, nil
}

// writeFile makes a file whole or not at all: what stood there before stays until the new one is complete and reads as it
// was written. Only the operator's account may read it, since it holds names.
func (a *app) writeFile(path string, fill func(io.Writer) error) error {
	if a.task != nil {
		return a.task.writeFile(path, fill)
	}
	refused := func(err error) error {
		return &failure{key: "cmd.error.write_file", status: exitError, cause: err, args: map[string]any{
			"File": path, "Detail": oneLine(reason(err)),
		}}
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return refused(err)
	}
	defer os.Remove(f.Name()) //nolint:errcheck // gone by then when all went well
	count := backup.NewCounter(f)
	out := &writer{w: count}
	buffer := bufio.NewWriter(out)
	err = fill(buffer)
	unflushed := buffer.Flush()
	closing := errors.Join(f.Sync(), f.Close())
	switch {
	case out.err != nil:
		return refused(out.err)
	case err != nil:
		return fmt.Errorf("%s: %w", path, err)
	case unflushed != nil || closing != nil:
		return refused(errors.Join(unflushed, closing))
	}
	if err := readAgain(f.Name(), count.Part()); err != nil {
		return refused(err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return refused(err)
	}
	return nil
}

// readAgain refuses a file that doesn't read as it was written.
func readAgain(path string, want backup.Part) error {
	f, err := os.Open(path) //nolint:gosec // written just now
	if err != nil {
		return err //nolint:wrapcheck // writeFile tells it
	}
	return errors.Join(backup.Same(f, want), f.Close())
}

// reason is what the machine has against a file, without the temporary name.
func reason(err error) string {
	if where, ok := errors.AsType[*os.PathError](err); ok {
		return where.Err.Error()
	}
	if where, ok := errors.AsType[*os.LinkError](err); ok {
		return where.Err.Error()
	}
	return err.Error()
}

// yearInRange refuses a year that the calendar doesn't know.
func yearInRange(year int) error {
	if year < firstYear || year > lastYear {
		return &failure{key: "cmd.error.year", status: exitUsage, args: map[string]any{
			"Year": year, "FromYear": firstYear, "ToYear": lastYear,
		}}
	}
	return nil
}
