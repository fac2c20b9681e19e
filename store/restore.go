package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"ketnghia/store/engine"
)

// Schema returns the schema record of the database.
func (s *Store) Schema(ctx context.Context) (Schema, error) {
	if err := ctx.Err(); err != nil {
		return Schema{}, err
	}
	return s.schema()
}

// Hold opens a database that is to be replaced, for reading only and whatever its schema, so that nobody can open it for
// writing before it is closed. It reads nothing yet of a file that may be
// damaged. The errors are ErrLocked, fs.ErrNotExist, or that the file is no database.
func Hold(path string) (*Store, error) {
	bolt, err := engine.OpenBolt(path, true, false)
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", path, err)
	}
	return &Store{path: path, engine: bolt}, nil
}

// Probe reads the whole file of a database that may be damaged, which Open must not be given before. The error is
// ErrDamaged, ErrLocked, or that of the file.
func Probe(ctx context.Context, path string) error {
	if err := engine.Walk(ctx, path); err != nil {
		return fmt.Errorf("store %s: %w", path, err)
	}
	return nil
}

// ErrDamaged says that a database can't be read to its end.
var ErrDamaged = engine.ErrDamaged

// CurrentSchema is the version of the schema that this program reads and writes.
func CurrentSchema() int { return newest(migrations()) }

func newest(ladder []migration) int { return ladder[len(ladder)-1].version }

// EachKeptFile calls fn for the records of all files of which a copy is, or is to be, kept, by unique id.
func (v *View) EachKeptFile(fn func(KeptFile) error) error {
	err := v.each(under(keyOf(kindFile)), func(p engine.Pair) (bool, error) {
		f, err := decode[KeptFile](p.Key, p.Value)
		if err != nil {
			return true, err
		}
		return false, fn(f)
	})
	if err != nil {
		return fmt.Errorf("files: %w", err)
	}
	return nil
}

// Numbers returns the last number given to each kind of record that is numbered.
func (v *View) Numbers() (map[string]uint64, error) {
	numbers := map[string]uint64{}
	err := v.each(under(keyOf(kindNext)), func(p engine.Pair) (bool, error) {
		k := partsOf(p.Key)
		name := k.text()
		if err := k.done(); err != nil {
			return true, err
		}
		last, err := decode[uint64](p.Key, p.Value)
		numbers[name] = last
		return false, err
	})
	if err != nil {
		return nil, fmt.Errorf("numbers: %w", err)
	}
	return numbers, nil
}

// skipped returns the kinds whose records are numbered one after the other. Those of the audit are its chain's.
func skipped() []kind { return slices.Sorted(maps.Keys(numbered())) }

// SkipNumbers passes over numbers that may have been given after the database was copied, so that a button or a reply
// in an old message never names another record: up to those of used, and where used is nil so many of each kind.
func (tx *Tx) SkipNumbers(used map[string]uint64, leap uint64) error {
	numbers, err := tx.Numbers()
	if err != nil {
		return err
	}
	for _, k := range skipped() {
		last := numbers[string(k)]
		next := max(last, used[string(k)])
		if used == nil {
			next = last + leap
		}
		if next == last {
			continue
		}
		if err := tx.put(keyOf(kindNext).text(string(k)), next); err != nil {
			return fmt.Errorf("numbers: %w", err)
		}
	}
	return nil
}

// Unsent returns the rows of the outbox that are pending or being sent, in the order of their index.
func (v *View) Unsent() ([]OutRow, error) {
	sending, err := v.rowsIn(OutSending)
	if err != nil {
		return nil, err
	}
	pending, err := v.rowsIn(OutPending)
	return append(sending, pending...), err
}

// DropRow removes a row of the outbox as if it had never been queued.
func (tx *Tx) DropRow(seq uint64) error {
	row, err := tx.OutHead(seq)
	if err != nil {
		return err
	}
	if err := tx.release(outIndex(row), row.NotBefore); err != nil {
		return fmt.Errorf("outbox %d: %w", seq, err)
	}
	if err := tx.deleteAll(causeKey(row.Cause), outKey(seq), outMessageKey(seq)); err != nil {
		return fmt.Errorf("outbox %d: %w", seq, err)
	}
	return nil
}

// Unsay forgets that the cause was said; one that never was is no error.
func (tx *Tx) Unsay(cause string) error {
	if err := tx.w.Delete(saidKey(cause)); err != nil {
		return fmt.Errorf("said %q: %w", cause, err)
	}
	return nil
}
