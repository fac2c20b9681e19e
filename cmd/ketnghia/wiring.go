package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/programme"
	"ketnghia/store"
	"ketnghia/twinning"
)

// databaseName is the database's file in the data folder.
const databaseName = "ketnghia.db"

// books is the opened store with what stands on it.
type books struct {
	store  *store.Store
	ledger *ledger.Ledger
	// seeded says that the store was empty and got the embedded roster just now.
	seeded bool
}

// loadProgramme reads the programme file of the settings, or the embedded one.
func (a *app) loadProgramme() (*twinning.Programme, error) {
	p, err := programme.Load(a.cli.Programme)
	if err != nil {
		return nil, &failure{key: "cmd.error.programme", status: exitUsage, cause: err}
	}
	return p, nil
}

// open opens the data folder of the settings; an empty store gets the embedded roster. With a folder that can't be
// used nothing is changed.
func (a *app) open(ctx context.Context, dir string, now time.Time) (*books, error) {
	p, err := a.loadProgramme()
	if err != nil {
		return nil, err
	}
	s, err := store.Open(filepath.Join(dir, databaseName), store.Options{Now: now, Create: true})
	if err != nil {
		return nil, fmt.Errorf("data folder %s: %w", dir, err)
	}
	b := &books{store: s, ledger: ledger.New(s, p)}
	units, err := programme.DefaultUnits()
	if err == nil {
		err = b.ledger.Update(ctx, now, func(w *ledger.Work) (err error) {
			b.seeded, err = w.Seed(units)
			return err
		})
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("seed: %w", err), s.Close())
	}
	return b, nil
}

// closeInto closes the books and joins what goes wrong into *err.
func (b *books) closeInto(err *error) {
	if closing := b.store.Close(); closing != nil && *err == nil {
		*err = fmt.Errorf("close: %w", closing)
	}
}

// reader makes the reader of messages for the units of the books.
func (b *books) reader(ctx context.Context, now time.Time) (*nlu.Reader, error) {
	var units []twinning.Unit
	err := b.ledger.View(ctx, now, func(k *ledger.Look) (err error) {
		units, err = k.ActiveUnits()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reader: %w", err)
	}
	return newReader(units)
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

// logger writes JSON lines of the set level and above.
func (a *app) logger(w io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(a.cli.Log)); err != nil {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
}
