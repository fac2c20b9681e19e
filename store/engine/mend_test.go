package engine

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"go.etcd.io/bbolt"
)

// TestFailedSyncIsTakenBack lets the last sync of a commit fail: its meta page is written, and nobody knows whether it is
// on the disk. The transaction must be gone for every reader, nothing may be lost of the one before, and what comes next
// must hold.
func TestFailedSyncIsTakenBack(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"a reader", "a writer"} {
		t.Run(first, func(t *testing.T) {
			t.Parallel()
			b := newBolt(t)
			for n := range 5 { // meta pages take turns
				update(t, b, put("a/kept", "a/"+string(rune('0'+n))))
				txid := 0
				update(t, b, func(tx Tx) error {
					bolt, _ := tx.(*boltTx)
					txid = bolt.tx.ID()
					if err := tx.Delete([]byte("a/kept")); err != nil {
						return err
					}
					return tx.Put([]byte("a/lost"), make([]byte, 10_000))
				})
				b.failed(txid, syscall.EIO) // as Update does where bbolt returns what fdatasync said
				if b.broken.Load() == nil {
					t.Fatal("a meta page that is written is taken for one that is not")
				}
				if first == "a writer" {
					update(t, b, put("b/1"))
				}
				values := map[string]bool{}
				err := b.View(t.Context(), func(r Reader) error {
					for _, k := range []string{"a/kept", "a/lost"} {
						value, err := r.Get([]byte(k))
						if err != nil {
							return err
						}
						values[k] = value != nil
					}
					return nil
				})
				if err != nil || !values["a/kept"] || values["a/lost"] {
					t.Fatalf("there: %v, %v", values, err)
				}
				update(t, b, put("a/next"))
				if err := b.Check(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// TestCommitThatWroteNoMeta is undone by bbolt itself: nothing is opened anew.
func TestCommitThatWroteNoMeta(t *testing.T) {
	t.Parallel()
	b := newBolt(t)
	update(t, b, put("a/1"))
	db := b.db
	b.failed(db.Stats().TxN+1000, syscall.ENOSPC) // a number that no meta page holds
	update(t, b, put("a/2"))
	if b.db != db {
		t.Error("it was opened anew")
	}
}

// TestBrokenUntilMended lets the mending fail: nobody reads what may not be on the disk.
func TestBrokenUntilMended(t *testing.T) {
	t.Parallel()
	b := newBolt(t)
	txid := 0
	update(t, b, put("a/1"))
	update(t, b, func(tx Tx) error {
		bolt, _ := tx.(*boltTx)
		txid = bolt.tx.ID()
		return tx.Put([]byte("a/2"), []byte{})
	})
	b.failed(txid, syscall.EIO)
	writable := b.file
	var err error
	if b.file, err = os.Open(b.path); err != nil { // a disk that takes no writes
		t.Fatal(err)
	}
	nothing := func(Reader) error { return nil }
	if err := b.View(t.Context(), nothing); !errors.Is(err, ErrBroken) || !errors.Is(err, syscall.EIO) {
		t.Errorf("view: %v", err)
	}
	if err := b.Update(t.Context(), put("a/3")); !errors.Is(err, ErrBroken) {
		t.Errorf("update: %v", err)
	}
	if err := b.file.Close(); err != nil {
		t.Fatal(err)
	}
	b.file = writable
	if err := b.View(t.Context(), nothing); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	_ = b.db.View(func(tx *bbolt.Tx) error {
		if tx.Bucket([]byte("a")).Get([]byte("/2")) != nil {
			t.Error("the failed transaction is still there")
		}
		return nil
	})
}
