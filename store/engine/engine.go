package engine

import (
	"bytes"
	"context"
	"errors"
	"io"
)

// Separator ends the record kind with which every key begins: "unit/…". A kind is not empty and does not hold it.
const Separator = '/'

var (
	// ErrLocked says that another process has the file open.
	ErrLocked = errors.New("the database is in use by another process")
	// ErrReadOnly says that the engine was opened for reading only.
	ErrReadOnly = errors.New("the database was opened for reading only")
	// ErrEnded says that a Reader or Tx was used after its function had returned.
	ErrEnded = errors.New("the transaction has ended")
)

// Engine keeps keys and values in the byte order of the keys.
type Engine interface {
	// View runs fn on one snapshot.
	View(ctx context.Context, fn func(Reader) error) error
	// Update runs fn in a serializable transaction and keeps what it wrote only if it returns nil. fn is pure and may
	// run again; neither View nor Update may be called inside it.
	Update(ctx context.Context, fn func(Tx) error) error
	// Backup writes a consistent copy of everything while others go on reading and writing.
	Backup(ctx context.Context, w io.Writer) error
	Close() error
}

// Reader reads one snapshot. The slices that it returns belong to the caller.
type Reader interface {
	// Get returns the value of the key, nil when there is none.
	Get(key []byte) ([]byte, error)
	// Scan returns at most limit pairs with from <= key < to in rising order; limit 0 or less means all of them. Both
	// ends lie within one kind: to is at most the end of the kind that from begins with.
	Scan(from, to []byte, limit int) ([]Pair, error)
}

// Tx is a Reader that sees its own writes.
type Tx interface {
	Reader
	// Put keeps the value, which must not be nil and must not be changed until the transaction has ended.
	Put(key, value []byte) error
	// Delete removes the key; a key that does not exist is no error.
	Delete(key []byte) error
}

// Pair is a key and its value.
type Pair struct{ Key, Value []byte }

// End returns the first key after all keys that begin with prefix, nil when there is none.
func End(prefix []byte) []byte {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] != 0xff {
			end := bytes.Clone(prefix[:i+1])
			end[i]++
			return end
		}
	}
	return nil
}
