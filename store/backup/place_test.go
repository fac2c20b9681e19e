package backup_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/store"
	"ketnghia/store/backup"
)

// TestPlaceLeavesTheOldOrTheNew stops a swap before each of its steps, as a crash would, and looks at what is there.
func TestPlaceLeavesTheOldOrTheNew(t *testing.T) {
	t.Parallel()
	source := newHouse(t)
	path := source.keep("one", "a photo")
	packed, _ := source.pack()
	stop := errors.New("stopped")
	fresh := []string{"test.0", "test.1", "test.2"}
	old := append(append([]string{}, fresh...), "old")
	steps := 0
	for n := 0; n <= steps; n++ {
		h := newHouse(t)
		h.audit("old")
		if err := h.store.Close(); err != nil {
			t.Fatal(err)
		}
		u := unpackWithin(t, packed, h.dir)
		i, last := 0, ""
		before, err := u.Place(at(t, "2027-02-27 08:00"), func(step string) error {
			if i++; n > 0 && i == n {
				last = step
				return fmt.Errorf("%s: %w", step, stop)
			}
			return nil
		})
		if n == 0 {
			steps = i
		} else if !errors.Is(err, stop) {
			t.Fatalf("step %d: %v", n, err)
		}
		want := old
		if n == 0 || last == "sync the folder" {
			want = fresh
		}
		if diff := cmp.Diff(want, actions(t, filepath.Join(h.dir, "ketnghia.db"))); diff != "" {
			t.Errorf("stopped before %q: audit (-want +got):\n%s", last, diff)
		}
		if n > 0 {
			continue
		}
		if diff := cmp.Diff(old, actions(t, before)); diff != "" {
			t.Errorf("kept aside (-want +got):\n%s", diff)
		}
		if content, err := os.ReadFile(filepath.Join(h.dir, path)); string(content) != "a photo" {
			t.Errorf("%q, %v", content, err)
		}
	}
	if steps < 5 {
		t.Errorf("only %d steps", steps)
	}
}

func unpackWithin(t *testing.T, packed []byte, dir string) *backup.Unpacked {
	t.Helper()
	a, err := backup.Read(bytes.NewReader(packed), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	u, err := a.UnpackWithin(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := u.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	return u
}

// TestOldAndPlainDatabases takes databases as they are: one of the first schema, which is upgraded, and some that are none.
func TestOldAndPlainDatabases(t *testing.T) {
	t.Parallel()
	plain := func(path string) (*backup.Unpacked, string, error) {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		dir := t.TempDir()
		u, made, err := backup.CopyWithin(t.Context(), f, dir)
		if err == nil && made.IsZero() {
			t.Error("made at no time")
		}
		return u, dir, err
	}
	u, dir, err := plain(filepath.Join("..", "testdata", "v1.db"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := u.Open(t.Context(), at(t, "2027-02-26 08:00"))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := s.Schema(t.Context())
	if err := errors.Join(err, s.Close()); err != nil || schema.Version != store.CurrentSchema() {
		t.Errorf("schema %d, %v", schema.Version, err)
	}
	if before, err := u.Place(at(t, "2027-02-26 08:00"), nil); err != nil || before != "" {
		t.Errorf("kept %q, %v", before, err)
	}
	if err := u.Remove(); err != nil {
		t.Error(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v; want the database alone", entries, err)
	}
	whole, err := os.ReadFile(filepath.Join(dir, "ketnghia.db"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		spoilt := bytes.Clone(whole)
		for j := range 4096 {
			spoilt[(i*len(whole)/40+j)%len(whole)] = byte(0x55 + i)
		}
		path := filepath.Join(t.TempDir(), "spoilt.db")
		if err := os.WriteFile(path, spoilt, 0o600); err != nil {
			t.Fatal(err)
		}
		u, _, err := plain(path)
		if err == nil {
			err = u.Check(t.Context())
		}
		if err != nil && !errors.Is(err, backup.ErrBroken) && !errors.Is(err, backup.ErrNotBackup) && !errors.Is(err, store.ErrNotStore) {
			t.Errorf("spoilt at %d: %v", i, err)
		}
	}
}

func TestSweepRemovesOnlyWhatACrashLeft(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.take("2027-02-26 01:30")
	packed, _ := h.pack()
	unpackWithin(t, packed, h.dir)
	spoil(t, h.dir, map[string]string{"restore-notes/a": "mine", ".backup": "mine"})
	if err := errors.Join(backup.Sweep(h.dir), backup.SweepUnpacked(h.dir)); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(h.dir)
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if diff := cmp.Diff([]string{".backup", "ketnghia.db", "restore-notes"}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if err := errors.Join(backup.Sweep(filepath.Join(h.dir, "none")), backup.SweepUnpacked(filepath.Join(h.dir, "none"))); err != nil {
		t.Error(err)
	}
}

func TestNoRoom(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := backup.Room(backup.Need{Folder: dir, Bytes: 1 << 10}); err != nil {
		t.Skipf("this disk is all but full: %v", err)
	}
	err := backup.Room(backup.Need{Folder: dir, Bytes: 1 << 60}, backup.Need{Folder: dir, Bytes: 1})
	full, ok := errors.AsType[*backup.SpaceError](err)
	if !ok || full.Folder != dir || full.Free <= 0 || full.Need <= 1<<60 {
		t.Errorf("%v", err)
	}
}
