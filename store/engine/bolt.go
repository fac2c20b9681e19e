package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// lockTimeout is how long OpenBolt waits for another process to let the file go.
const lockTimeout = 2 * time.Second

// fileMode lets only the operator's account read the file: it holds names.
const fileMode = 0o600

// Bolt is the Engine in one local file. Each record kind is a bucket; the bucket's keys are the flat keys without kind
// and separator.
type Bolt struct {
	db *bbolt.DB
	// writer admits one Update at a time. bbolt has such a lock itself, but waiting for it cannot be given up.
	writer chan struct{}

	path string
	// opened guards db, file and pageSize, which mend replaces.
	opened   sync.RWMutex
	file     *os.File
	pageSize int
	// broken is not nil when a commit failed so that it must be mended before anything else.
	broken atomic.Pointer[brokenBy]
}

// OpenBolt opens the file, which must exist unless create is set. It returns ErrLocked when another process has it
// open for longer than two seconds; readers exclude a writer, not each other.
func OpenBolt(path string, readOnly, create bool) (*Bolt, error) {
	var file *os.File
	db, err := bbolt.Open(path, fileMode, &bbolt.Options{
		NoFreelistSync: true,
		FreelistType:   bbolt.FreelistMapType,
		Timeout:        lockTimeout,
		ReadOnly:       readOnly,
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			if !create {
				flag &^= os.O_CREATE
			}
			var err error
			file, err = os.OpenFile(name, flag, mode) //nolint:gosec // the operator names the file
			return file, err                          //nolint:wrapcheck // bbolt passes it on, and it is wrapped below
		},
	})
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, ErrLocked
	}
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	if replaced(file, path) {
		return nil, errors.Join(ErrLocked, db.Close())
	}
	return &Bolt{
		db: db, writer: make(chan struct{}, 1), path: path, file: file, pageSize: db.Info().PageSize,
	}, nil
}

// replaced says whether another file has the path by now: whoever waited for the lock while a backup was restored has
// opened the database that was put aside.
func replaced(file *os.File, path string) bool {
	opened, err := file.Stat()
	if err != nil {
		return true
	}
	named, err := os.Stat(path)
	return err != nil || !os.SameFile(opened, named)
}

// NoSync gives up durability: from now on a commit returns before it is on disk. It is there for the tests of power
// loss, which must be seen to fail by it.
func (b *Bolt) NoSync() { b.db.NoSync = true }

// View implements Engine.
func (b *Bolt) View(ctx context.Context, fn func(Reader) error) error {
	if err := alive(ctx); err != nil {
		return err
	}
	return b.view(ctx, func(tx *bbolt.Tx) error {
		t := &boltTx{tx: tx}
		defer t.end()
		return fn(t)
	})
}

// Update implements Engine. An error of fn comes back as it is; an error of the commit says so.
func (b *Bolt) Update(ctx context.Context, fn func(Tx) error) error {
	if err := alive(ctx); err != nil {
		return err
	}
	if err := b.turn(ctx); err != nil {
		return err
	}
	defer func() { <-b.writer }()
	if err := b.mend(); err != nil {
		return err
	}
	if b.db.IsReadOnly() {
		return ErrReadOnly
	}
	ran, txid := false, 0
	err := b.db.Update(func(tx *bbolt.Tx) error {
		t := &boltTx{tx: tx}
		txid = tx.ID()
		defer t.end()
		if err := fn(t); err != nil {
			return err
		}
		ran = true
		return nil
	})
	if err != nil && ran {
		b.failed(txid, err)
		return fmt.Errorf("commit: %w", err)
	}
	return err //nolint:wrapcheck // it is fn's error
}

// Backup implements Engine.
func (b *Bolt) Backup(ctx context.Context, w io.Writer) error {
	return b.view(ctx, func(tx *bbolt.Tx) error {
		target := &patientWriter{ctx: ctx, w: w}
		_, err := tx.WriteTo(target)
		if target.err != nil {
			err = target.err // bbolt passes on the text of an error alone
		}
		if err != nil {
			return fmt.Errorf("backup: %w", err)
		}
		return nil
	})
}

// Kinds returns the record kinds that there are, in order. It is no part of Reader: it serves to find those that
// nobody knows.
func (t *boltTx) Kinds() ([]string, error) {
	if t.tx == nil {
		return nil, ErrEnded
	}
	var kinds []string
	err := t.tx.ForEach(func(name []byte, _ *bbolt.Bucket) error {
		kinds = append(kinds, string(name))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("kinds: %w", err)
	}
	return kinds, nil
}

// Check reads the whole file and returns what is broken in its structure. It is no part of Engine: another engine
// checks itself elsewhere.
func (b *Bolt) Check(ctx context.Context) error {
	if err := alive(ctx); err != nil {
		return err
	}
	return b.view(ctx, func(tx *bbolt.Tx) error {
		// bbolt maps the file to memory, and reading beyond its end would end the process.
		info, err := os.Stat(b.db.Path())
		if err != nil {
			return fmt.Errorf("check: %w", err)
		}
		if info.Size() < tx.Size() {
			return fmt.Errorf("check: the file has %d bytes of %d", info.Size(), tx.Size())
		}
		var broken []error
		for err := range tx.Check() {
			broken = append(broken, err)
		}
		return errors.Join(broken...)
	})
}

// Close implements Engine. It waits for transactions that run.
func (b *Bolt) Close() error {
	b.opened.Lock()
	defer b.opened.Unlock()
	b.broken.Store(nil)
	if err := b.db.Close(); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	return nil
}

// alive returns the error of a context that is done.
func alive(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("transaction: %w", err)
	}
	return nil
}

// patientWriter writes until the context is done, and keeps the first error.
type patientWriter struct {
	ctx context.Context
	w   io.Writer
	err error
}

func (p *patientWriter) Write(b []byte) (n int, err error) {
	if p.err == nil {
		p.err = alive(p.ctx)
	}
	if p.err == nil {
		n, p.err = p.w.Write(b)
	}
	return n, p.err
}

// boltTx is a Reader and a Tx.
type boltTx struct {
	tx *bbolt.Tx
	// cursors are those of the buckets that were read: finding a bucket and making a cursor costs as much as a read.
	cursors map[string]*bbolt.Cursor
}

// end makes every later use an error: the memory behind a finished transaction may be gone.
func (t *boltTx) end() { t.tx, t.cursors = nil, nil }

// cursor returns the cursor of a kind, nil when there is no such kind yet. It is good until the next call.
func (t *boltTx) cursor(kind []byte) *bbolt.Cursor {
	if c := t.cursors[string(kind)]; c != nil {
		return c
	}
	bucket := t.tx.Bucket(kind)
	if bucket == nil {
		return nil
	}
	if t.cursors == nil {
		t.cursors = map[string]*bbolt.Cursor{}
	}
	c := bucket.Cursor()
	t.cursors[string(kind)] = c
	return c
}

// split returns the kind and what follows it.
func (t *boltTx) split(key []byte) (kind, rest []byte, err error) {
	if t.tx == nil {
		return nil, nil, ErrEnded
	}
	i := bytes.IndexByte(key, Separator)
	if i <= 0 {
		return nil, nil, fmt.Errorf("key %q: no record kind", key)
	}
	// bbolt has no empty keys, so the separator stays with the rest.
	return key[:i], key[i:], nil
}

func (t *boltTx) Get(key []byte) ([]byte, error) {
	value, err := t.Peek(key)
	return bytes.Clone(value), err
}

// Peek is Get without a copy, for what is only looked at: the value belongs to the database. It must not be changed, nor
// used after a write or the end of the transaction. It is no part of Reader: an engine elsewhere has nothing to spare.
func (t *boltTx) Peek(key []byte) ([]byte, error) {
	kind, rest, err := t.split(key)
	if err != nil {
		return nil, err
	}
	cursor := t.cursor(kind)
	if cursor == nil {
		return nil, nil
	}
	k, v := cursor.Seek(rest)
	if !bytes.Equal(k, rest) {
		return nil, nil
	}
	return v, nil
}

func (t *boltTx) Scan(from, to []byte, limit int) ([]Pair, error) {
	var pairs []Pair
	kind, _, _ := bytes.Cut(from, []byte{Separator})
	err := t.Walk(from, to, func(rest, value []byte) (enough bool, err error) {
		// Key and value lie in one piece of memory.
		both := make([]byte, 0, len(kind)+len(rest)+len(value))
		both = append(append(append(both, kind...), rest...), value...)
		end := len(kind) + len(rest)
		pairs = append(pairs, Pair{Key: both[:end:end], Value: both[end:]})
		return len(pairs) == limit, nil
	})
	return pairs, err
}

// Walk is Scan without copies, for what is only looked at: it calls fn with each key, which begins with the separator
// after the kind, and its value, until fn says that it is enough. Both belong to the database, so fn must neither change
// nor keep them, nor read or write there. It is no part of Reader: an engine elsewhere has nothing to spare.
func (t *boltTx) Walk(from, to []byte, fn func(rest, value []byte) (enough bool, err error)) error {
	kind, first, err := t.split(from)
	if err != nil {
		return err
	}
	prefix := from[:len(kind)+1]
	if to == nil || bytes.Compare(to, End(prefix)) > 0 {
		return fmt.Errorf("scan from %q to %q: leaves the record kind", from, to)
	}
	cursor := t.cursor(kind)
	if cursor == nil || bytes.Compare(from, to) >= 0 {
		return nil
	}
	// first begins with the separator, as every key of the bucket does; so does the end, or it is past all of them.
	last := to[len(kind):]
	for k, v := cursor.Seek(first); k != nil && bytes.Compare(k, last) < 0; k, v = cursor.Next() {
		if enough, err := fn(k, v); err != nil || enough {
			return err
		}
	}
	return nil
}

func (t *boltTx) Put(key, value []byte) error {
	kind, rest, err := t.split(key)
	if err != nil {
		return err
	}
	if value == nil {
		return fmt.Errorf("key %q: no value", key)
	}
	bucket, err := t.tx.CreateBucketIfNotExists(kind)
	if err != nil {
		return fmt.Errorf("kind %s: %w", kind, err)
	}
	if err := bucket.Put(rest, value); err != nil {
		return fmt.Errorf("key %q: %w", key, err)
	}
	return nil
}

func (t *boltTx) Delete(key []byte) error {
	kind, rest, err := t.split(key)
	if err != nil {
		return err
	}
	bucket := t.tx.Bucket(kind)
	if bucket == nil {
		return nil
	}
	if err := bucket.Delete(rest); err != nil {
		return fmt.Errorf("key %q: %w", key, err)
	}
	return nil
}
