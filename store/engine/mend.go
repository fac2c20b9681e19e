package engine

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// A commit that fails is undone, with one exception: when the disk fails while the very last page, the meta page that
// makes the transaction count, is synced. bbolt then says that the commit failed and goes on from it all the same, since
// the page is there to be read; whether it is on the disk nobody knows, and no later sync will say (fsync(2): after an
// error the pages may count as written). Whoever trusts such a state acknowledges what may be lost. So mend takes the page
// back and opens the file anew, and until that is done nothing is read or written.

// Where the number of the transaction stands in a meta page, and the length of a page's head (bbolt, Meta and Page).
const (
	metaTxid = 64
	pageHead = 16
)

// ErrBroken says that a commit failed so that it is unknown what is on the disk, and that this could not be mended yet.
var ErrBroken = errors.New("the disk failed within a commit")

// failed takes note of a commit that failed. The writer's turn is held.
func (b *Bolt) failed(txid int, err error) {
	if errors.Is(err, berrors.ErrInvalidMapping) {
		b.broken.Store(&brokenBy{err: err})
		return
	}
	written, reading := b.metaTxid(txid % 2)
	if reading != nil || written == uint64(txid) {
		b.broken.Store(&brokenBy{txid: txid, err: err})
	}
}

// brokenBy is the transaction whose commit failed, 0 when its pages are not the matter, and why.
type brokenBy struct {
	txid int
	err  error
}

// mend brings the file back to the transaction before the failed one. The writer's turn is held, so that no other
// transaction comes between; those that read are waited for.
func (b *Bolt) mend() error {
	broken := b.broken.Load()
	if broken == nil {
		return nil
	}
	b.opened.Lock()
	defer b.opened.Unlock()
	if broken.txid != 0 {
		if err := b.takeBack(broken.txid); err != nil {
			return fmt.Errorf("%w: %w: %w", ErrBroken, broken.err, err)
		}
		b.broken.Store(&brokenBy{err: broken.err}) // what is left is to open it
	}
	// What is kept in memory of the file belongs to the failed transaction too.
	if err := b.db.Close(); err != nil {
		return fmt.Errorf("%w: %w: %w", ErrBroken, broken.err, err)
	}
	again, err := OpenBolt(b.path, false, false)
	if err != nil {
		return fmt.Errorf("%w: %w: %w", ErrBroken, broken.err, err)
	}
	again.db.NoSync = b.db.NoSync
	b.db, b.file, b.pageSize = again.db, again.file, again.pageSize
	b.broken.Store(nil)
	return nil
}

// takeBack overwrites the meta page of the transaction with that of the one before, and syncs it.
func (b *Bolt) takeBack(txid int) error {
	size := b.pageSize
	slot, other := txid%2, 1-txid%2
	if written, err := b.metaTxid(other); err != nil || written != uint64(txid-1) {
		return fmt.Errorf("meta page %d holds %d: %w", other, written, err)
	}
	page := make([]byte, size)
	if _, err := b.file.ReadAt(page, int64(other*size)); err != nil {
		return fmt.Errorf("meta page: %w", err)
	}
	binary.NativeEndian.PutUint64(page, uint64(slot)) // the head begins with the page's number
	if _, err := b.file.WriteAt(page, int64(slot*size)); err != nil {
		return fmt.Errorf("meta page: %w", err)
	}
	if err := b.file.Sync(); err != nil {
		return fmt.Errorf("meta page: %w", err)
	}
	return nil
}

// metaTxid returns the number of the transaction that a meta page, 0 or 1, speaks of.
func (b *Bolt) metaTxid(slot int) (uint64, error) {
	var number [8]byte
	if _, err := b.file.ReadAt(number[:], int64(slot*b.pageSize+metaTxid)); err != nil {
		return 0, fmt.Errorf("meta page: %w", err)
	}
	return binary.NativeEndian.Uint64(number[:]), nil
}

// view runs fn on a snapshot, once it is known what is on the disk.
func (b *Bolt) view(ctx context.Context, fn func(*bbolt.Tx) error) error {
	if b.broken.Load() != nil {
		if err := b.turn(ctx); err != nil {
			return err
		}
		err := b.mend()
		<-b.writer
		if err != nil {
			return err
		}
	}
	b.opened.RLock()
	defer b.opened.RUnlock()
	return b.db.View(fn) //nolint:wrapcheck // it is fn's error
}

// turn waits for the writer's turn.
func (b *Bolt) turn(ctx context.Context) error {
	select {
	case b.writer <- struct{}{}:
		return nil
	case <-ctx.Done():
		return alive(ctx)
	}
}
