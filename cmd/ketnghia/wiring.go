package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/programme"
	"ketnghia/store"
	"ketnghia/twinning"
)

// The years in which the lunar table knows the holidays; before and after, a reminder could fall on Tết.
const (
	firstYear = 2000
	lastYear  = 2049
)

// databaseName is the database's file in the data folder.
const databaseName = "ketnghia.db"

// books is the opened store with what stands on it.
type books struct {
	store  *store.Store
	ledger *ledger.Ledger
	// shared says that others work on them too, so that they stay open.
	shared bool
	// seeded says that the store was empty and got the embedded roster just now.
	seeded bool
	// closed says that other accounts could enter the folder until it was opened.
	closed bool
}

// loadProgramme reads the programme file of the settings, or the embedded one.
func (a *app) loadProgramme() (*twinning.Programme, error) {
	p, err := programme.Load(a.cli.Programme)
	_, faulty := errors.AsType[*programme.Fault](err)
	switch {
	case faulty:
		lines := strings.Split(err.Error(), "\n")
		return nil, &failure{key: "cmd.error.programme", status: exitUsage, cause: err, lines: lines, args: map[string]any{
			"File": a.cli.Programme, "Count": len(lines), "Value": len(lines),
		}}
	case err != nil:
		return nil, a.fileFailure(a.cli.Programme, err)
	}
	return p, nil
}

// openThere opens a data folder that has books: who mistypes its name must not be given the empty books of a new one.
func (a *app) openThere(ctx context.Context, dir string, now time.Time) (*books, error) {
	return a.opened(a.openFolder(ctx, dir, store.Options{Now: now}))
}

// open opens a data folder; an empty store gets the embedded roster. With a folder that can't be used nothing is changed.
// The error is a *handover when another process has the books and can do the command.
func (a *app) open(ctx context.Context, dir string, now time.Time) (*books, error) {
	return a.opened(a.openFolder(ctx, dir, store.Options{Now: now, Create: true}))
}

// opened tells the operator if the folder of the books was open to other accounts until now.
func (a *app) opened(b *books, err error) (*books, error) {
	if err == nil && b.closed {
		a.note("cmd.folder_closed", map[string]any{"Data": filepath.Dir(b.store.Path())})
	}
	return b, err
}

func (a *app) openFolder(ctx context.Context, dir string, o store.Options) (*books, error) {
	if a.task != nil {
		return a.task.host.books.share(), nil
	}
	p, err := a.loadProgramme()
	if err != nil {
		return nil, err
	}
	mended, err := guardFolder(dir)
	if err != nil {
		return nil, err
	}
	if err := a.reach(ctx, dir); err != nil {
		return nil, err
	}
	o.Altered = a.altered
	s, err := store.Open(filepath.Join(dir, databaseName), o)
	if !o.Create && errors.Is(err, fs.ErrNotExist) {
		return nil, noBooks(dir, err)
	}
	if err != nil {
		return nil, &folderError{dir: dir, cause: err}
	}
	b := &books{store: s, ledger: ledger.New(s, p), closed: mended}
	units, err := programme.DefaultUnits()
	if err == nil {
		err = b.ledger.Update(ctx, o.Now, func(w *ledger.Work) (err error) {
			b.seeded, err = w.Seed(units)
			return err
		})
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("seed: %w", err), s.Close())
	}
	return b, nil
}

// noBooks is what is wrong with a folder that holds no database.
func noBooks(dir string, err error) error {
	return &failure{key: "cmd.error.no_books", status: exitUsage, cause: err, args: map[string]any{"Data": dir}}
}

// share returns the books for somebody who works on them beside others.
func (b *books) share() *books { return &books{store: b.store, ledger: b.ledger, shared: true} }

// closeInto closes the books and joins what goes wrong into *err.
func (b *books) closeInto(err *error) {
	if b.shared {
		return
	}
	if closing := b.store.Close(); closing != nil && *err == nil {
		*err = fmt.Errorf("close: %w", closing)
	}
}

// reader makes the reader of messages for the units of the books.
func (b *books) reader(ctx context.Context, now time.Time) (*nlu.Reader, error) {
	units, err := b.units(ctx, now)
	if err != nil {
		return nil, err
	}
	return newReader(units)
}

// units are those of the books that messages can name.
func (b *books) units(ctx context.Context, now time.Time) (units []twinning.Unit, err error) {
	err = b.ledger.View(ctx, now, func(k *ledger.Look) (err error) {
		units, err = k.SpokenUnits()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reader: %w", err)
	}
	return units, nil
}

func newReader(units []twinning.Unit) (*nlu.Reader, error) {
	lunar, err := programme.Lunar()
	if err != nil {
		return nil, fmt.Errorf("reader: %w", err)
	}
	r, err := nlu.New(units, lunar)
	if err != nil {
		return nil, fmt.Errorf("reader: %w", err)
	}
	return r, nil
}

// level returns the log level of the settings, or the command's own where they leave it open.
func (a *app) level(own slog.Level) slog.Level {
	var set slog.Level
	if err := set.UnmarshalText([]byte(a.cli.Log)); err != nil {
		return own // "auto"
	}
	return set
}

// moment reads a moment that the operator gives.
func moment(text string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, &failure{key: "cmd.error.time", status: exitUsage, cause: err, args: map[string]any{"Text": text}}
	}
	if y := at.Year(); y < firstYear || y > lastYear {
		return at, &failure{key: "cmd.error.time_range", status: exitUsage, args: map[string]any{
			"Text": text, "FromYear": firstYear, "ToYear": lastYear,
		}}
	}
	return at, nil
}
