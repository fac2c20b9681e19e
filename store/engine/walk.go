package engine

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"go.etcd.io/bbolt"
)

// ErrDamaged says that a file can't be read to its end as what it is.
var ErrDamaged = errors.New("the database is damaged")

// Walk reads every key and value of a file that may be damaged, without ending the program where it is: bbolt panics on a
// page that is none, when a file is opened for writing in a goroutine where nobody can catch it. A file that passes can
// be opened for writing. The error is ErrDamaged, ErrLocked, or that of the file.
func Walk(ctx context.Context, path string) (err error) {
	// A page may name others outside of the file.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, v)
		}
	}()
	b, err := OpenBolt(path, true, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	return b.view(ctx, func(tx *bbolt.Tx) error { //nolint:wrapcheck // a list of errors of its own
		return tx.ForEach(func(_ []byte, bucket *bbolt.Bucket) error {
			if bucket == nil {
				return ErrDamaged // a value where only buckets are
			}
			sum := byte(0)
			return bucket.ForEach(func(k, v []byte) error {
				for _, part := range [][]byte{k, v} {
					for i := 0; i < len(part); i += 512 {
						sum ^= part[i] // a value is in memory only once it is read
					}
				}
				// Going from key to key doesn't look at the keys above the leaves; a search does.
				if v != nil && bucket.Get(k) == nil {
					return ErrDamaged
				}
				return alive(ctx)
			})
		})
	})
}
