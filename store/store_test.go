package store

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"ketnghia/twinning"
)

// noon is the time of most transactions in the tests.
var noon = time.Date(2027, 2, 26, 5, 0, 0, 0, time.UTC)

// newStore makes a store in a folder of the test.
func newStore(t testing.TB) *Store {
	t.Helper()
	return openStore(t, filepath.Join(t.TempDir(), "data", "ketnghia.db"))
}

func openStore(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(path, Options{
		Now: noon, Create: true, Altered: func(key string) { t.Errorf("%s was changed in place", key) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// update runs fn at noon and ends the test on an error.
func update(t testing.TB, s *Store, fn func(*Tx) error) {
	t.Helper()
	updateAt(t, s, noon, fn)
}

func updateAt(t testing.TB, s *Store, now time.Time, fn func(*Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), now, fn); err != nil {
		t.Fatal(err)
	}
}

// view runs fn at noon and ends the test on an error.
func view(t testing.TB, s *Store, fn func(*View) error) {
	t.Helper()
	if err := s.View(t.Context(), noon, fn); err != nil {
		t.Fatal(err)
	}
}

// dump returns everything in a database file as flat key -> value.
func dump(t testing.TB, path string) map[string]string {
	t.Helper()
	db, err := bbolt.Open(path, 0, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	all := map[string]string{}
	err = db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				all[string(name)+string(k)] = string(v)
				return nil
			})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// snapshot copies the store to a file of the test and returns its path.
func snapshot(t testing.TB, s *Store) string {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "copy.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Backup(t.Context(), f), f.Close()); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

func copyFile(t testing.TB, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOpenMakesAPrivateStoreAndNothingElse(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	folder := filepath.Dir(s.Path())
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 || entries[0].Name() != "ketnghia.db" {
		t.Errorf("the folder holds %v, want ketnghia.db alone", entries)
	}
	for path, want := range map[string]fs.FileMode{folder: fs.ModeDir | 0o700, s.Path(): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode(), want)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		prepare func(t *testing.T, path string)
		options Options
		want    error
	}{
		"a missing file unless told to make it": {
			prepare: func(*testing.T, string) {},
			want:    fs.ErrNotExist,
		},
		"a missing file for reading only": {
			prepare: func(*testing.T, string) {},
			options: Options{Create: true, ReadOnly: true},
			want:    fs.ErrNotExist,
		},
		"an empty file": {
			prepare: func(t *testing.T, path string) {
				if err := os.WriteFile(path, nil, 0o600); err != nil {
					t.Fatal(err)
				}
			},
			options: Options{Create: true},
			want:    ErrNotStore,
		},
		"somebody else's bbolt file": {
			prepare: func(t *testing.T, path string) {
				db, err := bbolt.Open(path, 0o600, nil)
				if err := errors.Join(err, db.Close()); err != nil {
					t.Fatal(err)
				}
			},
			options: Options{Create: true},
			want:    ErrNotStore,
		},
		"a file that another process has open": {
			prepare: func(t *testing.T, path string) { openStore(t, path) },
			want:    ErrLocked,
		},
		"the same for reading only": {
			prepare: func(t *testing.T, path string) { openStore(t, path) },
			options: Options{ReadOnly: true},
			want:    ErrLocked,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "ketnghia.db")
			test.prepare(t, path)
			opened := make(chan error, 1)
			go func() {
				_, err := Open(path, test.options)
				opened <- err
			}()
			select {
			case err := <-opened:
				if !errors.Is(err, test.want) {
					t.Errorf("Open: %v, want %v", err, test.want)
				}
			case <-time.After(30 * time.Second):
				t.Error("Open hangs")
			}
		})
	}
}

func TestOpenLeavesOtherFilesAsTheyAre(t *testing.T) {
	t.Parallel()
	for name, content := range map[string][]byte{"text": bytes.Repeat([]byte("xã Ch'ơm\n"), 5000), "nothing": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "ketnghia.db")
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(path, Options{Create: true}); err == nil {
				t.Error("Open took the file")
			}
			if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, content) {
				t.Errorf("Open changed the file to %d bytes (%v)", len(got), err)
			}
		})
	}
}

func TestTwoMakersOfOneStoreKeepTheFirst(t *testing.T) {
	t.Parallel()
	first := newStore(t)
	update(t, first, func(tx *Tx) error { return tx.PutUnit(twinning.Unit{Key: "W20437"}) })
	// The second one saw no file, and is late: the name is taken when it wants to give it.
	err := placeFile(first.Path(), func(temporary string) error {
		return os.WriteFile(temporary, []byte("another"), 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := dump(t, snapshot(t, first)); got["unit/W20437"+endOfText] == "" {
		t.Error("the unit of the first store is gone")
	}
	copied := filepath.Join(t.TempDir(), "at-path.db")
	copyFile(t, first.Path(), copied)
	if diff := cmp.Diff(dump(t, snapshot(t, first)), dump(t, copied)); diff != "" {
		t.Errorf("the file of that name is no longer the open one:\n%s", diff)
	}
}

func TestReadOnlyStoreReads(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, fill)
	path := snapshot(t, s)
	readers := make([]*Store, 2)
	for i := range readers {
		r, err := Open(path, Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Close() }()
		readers[i] = r
	}
	view(t, readers[1], func(v *View) error {
		_, err := v.Activity(1)
		return err
	})
	err := readers[0].Update(t.Context(), noon, func(*Tx) error { return nil })
	if !errors.Is(err, ErrReadOnly) {
		t.Errorf("Update: %v, want read only", err)
	}
}

func TestBackupEqualsTheStoreAndOpens(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, fill)
	copied := snapshot(t, s)
	update(t, s, func(tx *Tx) error { return tx.PutUnit(twinning.Unit{Key: "later"}) })

	b := openStore(t, copied)
	if err := b.Check(t.Context()); err != nil {
		t.Error(err)
	}
	update(t, b, func(tx *Tx) error { return tx.PutUnit(twinning.Unit{Key: "later"}) })
	if diff := cmp.Diff(dump(t, snapshot(t, s)), dump(t, snapshot(t, b))); diff != "" {
		t.Errorf("store and backup differ after the same change:\n%s", diff)
	}
}

func TestClosingTwiceIsNoError(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Error(err)
	}
	if err := s.View(t.Context(), noon, func(*View) error { return nil }); err == nil {
		t.Error("a closed store was read")
	}
}
