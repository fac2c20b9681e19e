package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"ketnghia/store/engine"
)

var (
	// ErrLocked says that another process has the database open.
	ErrLocked = engine.ErrLocked
	// ErrReadOnly says that the store was opened for reading only.
	ErrReadOnly = engine.ErrReadOnly
	// ErrNewer says that a newer version of the program wrote the database; this one must leave it alone.
	ErrNewer = errors.New("the database was written by a newer version of the program")
	// ErrOlder says that the database must be upgraded first, which opening it for reading only cannot do.
	ErrOlder = errors.New("the database must be upgraded by opening it for writing")
	// ErrNotStore says that the file is no database of this program.
	ErrNotStore = errors.New("the file is no database of this program")
)

// Options say how to open a store.
type Options struct {
	// Now is the time that the backup before an upgrade and the schema record are named and dated by.
	Now time.Time
	// Create makes folder and file when there is none; otherwise a missing file is fs.ErrNotExist.
	Create bool
	// ReadOnly allows View and Backup only, beside other readers.
	ReadOnly bool
	// Wrap, if set, returns the engine to use instead of the one that it is given: for tests of a disk that fails.
	Wrap func(engine.Engine) engine.Engine
	// Altered, if set, is told the key of a record that somebody changed in place although others share it (View): for
	// tests, since looking costs more than reading anew. It is told when the record is read again and at Close.
	Altered func(key string)
}

// Store is the open database: one file, which one process at a time may have open for writing. Its methods may be
// called by several goroutines; updates run one after the other.
type Store struct {
	path   string
	engine engine.Engine
	memory *memory
}

// Open opens the database file, makes it if Options.Create is set, and upgrades it to the schema of this program after
// a backup beside it. The errors are ErrLocked (after two seconds), ErrNewer, ErrOlder, ErrNotStore, fs.ErrNotExist.
func Open(path string, o Options) (*Store, error) {
	s, err := open(path, o, migrations())
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", path, err)
	}
	return s, nil
}

// open is Open with a ladder of migrations, the last of which names the current version.
func open(path string, o Options, ladder []migration) (*Store, error) {
	if o.Create && !o.ReadOnly {
		if err := createFile(path, newSchema(ladder, o.Now)); err != nil {
			return nil, err
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	if info.Size() == 0 {
		// bbolt would make a database of it.
		return nil, ErrNotStore
	}
	bolt, err := engine.OpenBolt(path, o.ReadOnly, false)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, engine: bolt, memory: newMemory(o.Altered)}
	if o.Wrap != nil {
		s.engine = o.Wrap(bolt)
	}
	if err := s.upgrade(o, ladder); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// View runs fn on one snapshot at now.
func (s *Store) View(ctx context.Context, now time.Time, fn func(*View) error) error {
	return s.engine.View(ctx, func(r engine.Reader) error { return fn(&View{r: r, now: now, memory: s.memory}) })
}

// Update runs fn in a transaction at now. If fn returns an error nothing is kept and the error comes back as it is;
// when Update has returned nil everything is on disk. fn may run again, so it changes nothing outside that a second run
// would not set anew.
func (s *Store) Update(ctx context.Context, now time.Time, fn func(*Tx) error) error {
	return s.engine.Update(ctx, func(w engine.Tx) error {
		return fn(&Tx{View: View{r: w, now: now, memory: s.memory}, w: appendOnly{w}})
	})
}

// Backup writes a consistent copy of the database, which Open can open, while others go on reading and writing.
func (s *Store) Backup(ctx context.Context, w io.Writer) error { return s.engine.Backup(ctx, w) }

// Check reads the whole database and returns what is broken in the structure of its file.
func (s *Store) Check(ctx context.Context) error {
	checker, ok := s.engine.(interface {
		Check(ctx context.Context) error
	})
	if !ok {
		return nil
	}
	return checker.Check(ctx)
}

// Close waits for running transactions and lets the file go. Closing twice is no error.
func (s *Store) Close() error {
	s.memory.guardAll()
	return s.engine.Close()
}

// Path returns the path that the store was opened with.
func (s *Store) Path() string { return s.path }
