package engine

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func newBolt(t *testing.T) *Bolt {
	t.Helper()
	b, err := OpenBolt(filepath.Join(t.TempDir(), "engine.db"), false, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// put stores each key with itself as value.
func put(keys ...string) func(Tx) error {
	return func(tx Tx) error {
		for _, k := range keys {
			if err := tx.Put([]byte(k), []byte(k)); err != nil {
				return err
			}
		}
		return nil
	}
}

func update(t *testing.T, e Engine, fn func(Tx) error) {
	t.Helper()
	if err := e.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func TestScanStaysWithinItsKindAndRange(t *testing.T) {
	t.Parallel()
	b := newBolt(t)
	// "a.b/" and "a0/" sort on both sides of "a/".
	update(t, b, put("a/", "a/1", "a/2", "a/2\x00", "a/\xff", "a.b/1", "a0/1", "b/1"))
	tests := map[string]struct {
		from, to string
		limit    int
		want     []string
	}{
		"a whole kind":            {"a/", "a0", 0, []string{"a/", "a/1", "a/2", "a/2\x00", "a/\xff"}},
		"its first pairs":         {"a/", "a0", 2, []string{"a/", "a/1"}},
		"more than there are":     {"b/", "b0", 9, []string{"b/1"}},
		"a range without its end": {"a/1", "a/2", 0, []string{"a/1"}},
		"the key itself":          {"a/2", "a/2\x00", 0, []string{"a/2"}},
		"from between keys":       {"a/10", "a/3", 0, []string{"a/2", "a/2\x00"}},
		"an empty range":          {"a/2", "a/2", 0, nil},
		"a range turned round":    {"a/2", "a/1", 0, nil},
		"an unknown kind":         {"c/", "c0", 0, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := b.View(t.Context(), func(r Reader) error {
				pairs, err := r.Scan([]byte(test.from), []byte(test.to), test.limit)
				var got []string
				for _, p := range pairs {
					if !bytes.Equal(p.Key, p.Value) {
						t.Errorf("%q has value %q", p.Key, p.Value)
					}
					got = append(got, string(p.Key))
				}
				if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("want (-), got (+):\n%s", diff)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestKeysAndRangesThatAreRefused(t *testing.T) {
	t.Parallel()
	b := newBolt(t)
	scan := func(from, to string) func(Tx) error {
		return func(tx Tx) error { _, err := tx.Scan([]byte(from), []byte(to), 0); return err }
	}
	tests := map[string]func(Tx) error{
		"a key without a kind":         put("unit"),
		"a key with an empty kind":     put("/unit"),
		"a value that is nil":          func(tx Tx) error { return tx.Put([]byte("a/1"), nil) },
		"a scan over two kinds":        scan("a/", "b/"),
		"a scan without an end":        func(tx Tx) error { _, err := tx.Scan([]byte("a/"), nil, 0); return err },
		"a scan from no kind":          scan("a", "b"),
		"a read without a kind":        func(tx Tx) error { _, err := tx.Get([]byte("a")); return err },
		"a deletion without a kind":    func(tx Tx) error { return tx.Delete([]byte("a")) },
		"a key that is far too long":   put("a/" + string(make([]byte, 40_000))),
		"a scan of the past of a kind": scan("a/", "a1"),
	}
	for name, fn := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := b.Update(t.Context(), fn); err == nil {
				t.Error("it was taken")
			}
		})
	}
}

func TestWhatIsReadBelongsToTheCaller(t *testing.T) {
	t.Parallel()
	b := newBolt(t)
	// A small bucket may be copied by bbolt itself; a big one is read where it lies.
	update(t, b, put("a/1", "a/2"+string(make([]byte, 10_000))))
	var value []byte
	var pairs []Pair
	update(t, b, func(tx Tx) (err error) {
		if value, err = tx.Get([]byte("a/1")); err != nil {
			return err
		}
		pairs, err = tx.Scan([]byte("a/"), []byte("a0"), 0)
		return err
	})
	// Memory of the database itself is not writable: this would end the process.
	value[0], pairs[0].Key[0], pairs[0].Value[0] = 'x', 'x', 'x'
	update(t, b, func(tx Tx) error {
		again, err := tx.Get([]byte("a/1"))
		if string(again) != "a/1" {
			t.Errorf("the value became %q", again)
		}
		return err
	})
}

func TestEmptyValueIsNotAbsent(t *testing.T) {
	t.Parallel()
	b := newBolt(t)
	absent := func(tx Tx, k string) bool {
		value, err := tx.Get([]byte(k))
		if err != nil {
			t.Error(err)
		}
		return value == nil
	}
	update(t, b, func(tx Tx) error {
		if err := tx.Put([]byte("a/1"), []byte{}); err != nil {
			return err
		}
		if absent(tx, "a/1") || !absent(tx, "a/2") {
			t.Error("an empty value cannot be told from none before the commit")
		}
		return nil
	})
	update(t, b, func(tx Tx) error {
		if absent(tx, "a/1") || !absent(tx, "a/2") || !absent(tx, "b/1") {
			t.Error("an empty value cannot be told from none")
		}
		if err := errors.Join(tx.Delete([]byte("a/1")), tx.Delete([]byte("a/1")), tx.Delete([]byte("b/1"))); err != nil {
			return err
		}
		if !absent(tx, "a/1") {
			t.Error("a deleted key is still there")
		}
		return nil
	})
}

func TestViewIsOneSnapshot(t *testing.T) {
	t.Parallel()
	b := newBolt(t)
	update(t, b, put("a/1"))
	err := b.View(t.Context(), func(r Reader) error {
		update(t, b, put("a/2"))
		pairs, err := r.Scan([]byte("a/"), []byte("a0"), 0)
		if len(pairs) != 1 {
			t.Errorf("a snapshot of one key shows %d", len(pairs))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestBackupSaysWhyItFailed(t *testing.T) {
	t.Parallel()
	b := newBolt(t)
	full := errors.New("the disk is full")
	if err := b.Backup(t.Context(), failing{full}); !errors.Is(err, full) {
		t.Errorf("Backup: %v, want that of the writer", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Backup(ctx, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("Backup: %v, want canceled", err)
	}
	if err := b.Check(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Check: %v, want canceled", err)
	}
}

// failing is a writer that cannot write.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestEnd(t *testing.T) {
	t.Parallel()
	for prefix, want := range map[string]string{"a/": "a0", "a\xff": "b", "a\x00\xff\xff": "a\x01", "\xff": "", "": ""} {
		if got := string(End([]byte(prefix))); got != want {
			t.Errorf("End(%q) = %q, want %q", prefix, got, want)
		}
	}
}

// TestReplacedFileIsNotOpened has another file take the path between the opening and the lock.
func TestReplacedFileIsNotOpened(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "engine.db")
	write := func(path string) {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(path)
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if replaced(f, path) {
		t.Error("a file that is in its place counts as replaced")
	}
	write(path + ".new")
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
	if !replaced(f, path) {
		t.Error("a file that was replaced is taken for the one of the path")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if !replaced(f, path) {
		t.Error("a file that is gone is taken for the one of the path")
	}
}
