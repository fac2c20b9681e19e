package backup_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"ketnghia/store/backup"
)

func newShelf(t *testing.T, keys ...*age.X25519Identity) *backup.Shelf {
	t.Helper()
	s := &backup.Shelf{Folder: t.TempDir(), Zone: zone()}
	for _, k := range keys {
		s.Recipients = append(s.Recipients, k.Recipient())
	}
	return s
}

// put puts a backup on the shelf.
func (h *house) put(s *backup.Shelf, when string) backup.Entry {
	h.Helper()
	e, err := s.Put(h.Context(), h.take(when))
	if err != nil {
		h.Fatal(err)
	}
	return e
}

func names(t *testing.T, s *backup.Shelf) []string {
	t.Helper()
	all, err := s.List()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range all {
		names = append(names, e.Name)
	}
	return names
}

func spoil(t *testing.T, folder string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestShelfListsRotatesAndSweepsItsOwn(t *testing.T) {
	t.Parallel()
	h, key := newHouse(t), newKey(t)
	s := newShelf(t, key)
	foreign := map[string]string{
		"notes.txt": "mine", "ketnghia-20270101T013000.ketnghia.zst.age": "not one of ours", "ketnghia-2027.ketnghia.zst": "x",
		"ketnghia-20270102T013000.ketnghia.zst": "neither", ".new-notes.txt": "mine too", "photos/.new-1": "mine",
	}
	spoil(t, s.Folder, foreign)
	for day := range 12 {
		h.put(s, at(t, "2027-02-15 01:30").AddDate(0, 0, day).Format("2006-01-02 15:04"))
	}
	removed, err := s.Rotate(at(t, "2027-02-26 02:00"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{
		"ketnghia-20270219T013000.ketnghia.zst.age", "ketnghia-20270218T013000.ketnghia.zst.age",
		"ketnghia-20270217T013000.ketnghia.zst.age", "ketnghia-20270216T013000.ketnghia.zst.age",
		"ketnghia-20270215T013000.ketnghia.zst.age",
	}, removed); diff != "" {
		t.Errorf("removed (-want +got):\n%s", diff)
	}
	// The Sunday is one of the last seven days.
	if got := names(t, s); len(got) != 7 || got[0] != "ketnghia-20270226T013000.ketnghia.zst.age" {
		t.Errorf("left: %v", got)
	}
	spoil(t, s.Folder, map[string]string{
		".new-ketnghia-20270226T013000.ketnghia.zst.age":          "half",
		"files/ab/.new-ab" + strings.Repeat("0", 62) + ".jpg.age": "half",
	})
	if err := s.Sweep(); err != nil {
		t.Fatal(err)
	}
	half, err := filepath.Glob(filepath.Join(s.Folder, "files", "*", ".new-*"))
	if _, there := os.Stat(filepath.Join(s.Folder, ".new-ketnghia-20270226T013000.ketnghia.zst.age")); there == nil || len(half)+len(foreign) != 6 || err != nil {
		t.Errorf("leftovers are left: %v, %v", half, there)
	}
	for name, content := range foreign {
		if got, err := os.ReadFile(filepath.Join(s.Folder, name)); string(got) != content {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestShelfRefusesWhatIsNotGood(t *testing.T) {
	t.Parallel()
	h, key := newHouse(t), newKey(t)
	s := newShelf(t, key)
	s.Identities = []age.Identity{newKey(t)}
	if _, err := s.Put(t.Context(), h.take("2027-02-26 01:30")); !errors.Is(err, backup.ErrIdentity) {
		t.Errorf("one that its identity doesn't open: %v", err)
	}
	s.Identities = []age.Identity{key}
	if e := h.put(s, "2027-02-26 01:30"); !e.Sealed || e.Bytes == 0 || !e.Made.Equal(at(t, "2027-02-26 01:30")) {
		t.Errorf("%+v", e)
	}
	if _, err := s.Put(t.Context(), h.take("2027-02-26 01:30")); !errors.Is(err, os.ErrExist) {
		t.Errorf("the same moment twice: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	shot := h.take("2027-02-27 01:30")
	cancel()
	if _, err := s.Put(ctx, shot); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	entries, err := os.ReadDir(s.Folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	left, err := filepath.Glob(filepath.Join(h.dir, ".restore-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	s.Folder = filepath.Join(s.Folder, "gone")
	if _, err := s.Put(t.Context(), h.take("2027-02-28 01:30")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}

// TestShelfKeepsEachCopyOnce files copies night by night and gives them back when the data folder is lost.
func TestShelfKeepsEachCopyOnce(t *testing.T) {
	t.Parallel()
	h, key := newHouse(t), newKey(t)
	open, sealed := newShelf(t), newShelf(t, key)
	sealed.Folder = open.Folder
	first := h.keep("one", "a photo")
	count := func(s *backup.Shelf, when string, want int) {
		t.Helper()
		done, err := s.File(t.Context(), h.take(when), h.data)
		if err != nil || done.Added.Count != want || done.Missing != 0 {
			t.Errorf("%s: %+v, %v; want %d added", when, done, err, want)
		}
	}
	count(open, "2027-02-25 01:30", 1)
	count(open, "2027-02-25 01:31", 0)
	if content, err := os.ReadFile(filepath.Join(open.Folder, first)); string(content) != "a photo" {
		t.Errorf("%q, %v", content, err)
	}
	// From now on with a key: what lay open is replaced.
	h.keep("two", "a document")
	count(sealed, "2027-02-26 01:30", 2)
	count(sealed, "2027-02-26 01:31", 0)
	if _, err := os.Stat(filepath.Join(open.Folder, first)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a copy still lies open: %v", err)
	}
	raw, err := os.ReadFile(filepath.Join(open.Folder, first+".age"))
	if err != nil || bytes.Contains(raw, []byte("a photo")) {
		t.Errorf("%q, %v", raw, err)
	}
	// A copy that was cut off is written anew.
	spoil(t, open.Folder, map[string]string{first + ".age": "cut"})
	count(sealed, "2027-02-26 01:32", 1)

	e := h.put(sealed, "2027-02-26 01:33")
	packed, err := os.ReadFile(filepath.Join(sealed.Folder, e.Name))
	if err != nil {
		t.Fatal(err)
	}
	u, dir, err := unpack(t, packed, key)
	if err != nil {
		t.Fatal(err)
	}
	if missing, err := u.Gather(t.Context(), sealed.Folder, []age.Identity{key}); err != nil || len(missing) > 0 {
		t.Errorf("missing %v, %v", missing, err)
	}
	if _, err := u.Place(at(t, "2027-02-27 08:00"), nil); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(filepath.Join(dir, first)); string(content) != "a photo" {
		t.Errorf("%q, %v", content, err)
	}
}
