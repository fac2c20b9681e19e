package store

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"ketnghia/store/engine"
	"ketnghia/twinning"
)

func TestUpdateKeepsAllOrNothing(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	mine := errors.New("mine")
	err := s.Update(t.Context(), noon, func(tx *Tx) error {
		if err := tx.PutUnit(twinning.Unit{Key: "W20437"}); err != nil {
			return err
		}
		if _, err := tx.Unit("W20437"); err != nil {
			t.Errorf("a transaction does not see its own write: %v", err)
		}
		return mine
	})
	if err != mine { //nolint:errorlint // it must come back as it is
		t.Errorf("Update returned %v, want the error of its function", err)
	}
	view(t, s, func(v *View) error {
		if _, err := v.Unit("W20437"); !errors.Is(err, twinning.ErrNotFound) {
			t.Errorf("Unit after a failed update: %v, want not found", err)
		}
		if !v.Fresh() {
			t.Error("the store is not fresh after a failed update")
		}
		if !v.Now().Equal(noon) {
			t.Errorf("Now is %v", v.Now())
		}
		return nil
	})
}

func TestUpdateAfterAPanicGoesOn(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	func() {
		defer func() { _ = recover() }()
		_ = s.Update(t.Context(), noon, func(tx *Tx) error {
			if err := tx.PutUnit(twinning.Unit{Key: "W1"}); err != nil {
				return err
			}
			panic("a handler's mistake")
		})
	}()
	update(t, s, func(tx *Tx) error {
		if !tx.Fresh() {
			t.Error("the panicking transaction was kept")
		}
		return tx.PutUnit(twinning.Unit{Key: "W2"})
	})
}

func TestContextEndsTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStore(t)
		ctx, cancel := context.WithCancel(t.Context())
		update(t, s, func(*Tx) error {
			waiting := make(chan error)
			go func() { waiting <- s.Update(ctx, noon, func(*Tx) error { return nil }) }()
			synctest.Wait() // until it waits for its turn
			cancel()
			if err := <-waiting; !errors.Is(err, context.Canceled) {
				t.Errorf("a waiting update ended with %v, want canceled", err)
			}
			return nil
		})
	})
}

func TestDeadContextStartsNothing(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, err := range map[string]error{
		"View":   s.View(ctx, noon, func(*View) error { return nil }),
		"Update": s.Update(ctx, noon, func(*Tx) error { return nil }),
		"Backup": s.Backup(ctx, &bytes.Buffer{}),
		"Check":  s.Check(ctx),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want canceled", name, err)
		}
	}
}

func TestTransactionIsDeadAfterItsFunction(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	var kept *Tx
	update(t, s, func(tx *Tx) error { kept = tx; return nil })
	if _, err := kept.Units(); !errors.Is(err, engine.ErrEnded) {
		t.Errorf("Units after the end: %v", err)
	}
	if err := kept.PutUnit(twinning.Unit{Key: "W1"}); !errors.Is(err, engine.ErrEnded) {
		t.Errorf("PutUnit after the end: %v", err)
	}
	if kept.Fresh() {
		t.Error("a store that cannot be read calls itself fresh")
	}
}

func TestManyWritersAreServedOneByOne(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	const writers, rounds = 8, 10
	failed := make(chan error, writers)
	for range writers {
		go func() {
			var err error
			for range rounds {
				err = errors.Join(err, s.Update(t.Context(), noon, func(tx *Tx) error {
					return tx.Audit(AuditEntry{Action: "test"})
				}))
			}
			failed <- err
		}()
	}
	for range writers {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	view(t, s, func(v *View) error {
		log, err := v.AuditLog(0, 0)
		if len(log) != writers*rounds || log[len(log)-1].Seq != writers*rounds {
			t.Errorf("%d entries, want %d", len(log), writers*rounds)
		}
		return err
	})
}
