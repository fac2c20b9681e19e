package backup_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"

	"ketnghia/store"
	"ketnghia/store/backup"
	"ketnghia/twinning"
)

// zone is the time zone of the tests.
func zone() *time.Location { return time.FixedZone("+07", 7*60*60) }

func at(t testing.TB, s string) time.Time {
	t.Helper()
	moment, err := time.ParseInLocation("2006-01-02 15:04", s, zone())
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

// house is a data folder with a store and copies of files.
type house struct {
	testing.TB
	dir   string
	store *store.Store
	data  *os.Root
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{TB: t, dir: t.TempDir()}
	var err error
	h.store, err = store.Open(filepath.Join(h.dir, "ketnghia.db"), store.Options{Now: at(t, "2027-01-01 08:00"), Create: true})
	if err != nil {
		t.Fatal(err)
	}
	if h.data, err = os.OpenRoot(h.dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.data.Close(); _ = h.store.Close() })
	for i := range 3 {
		h.audit(fmt.Sprintf("test.%d", i))
	}
	return h
}

func (h *house) update(fn func(*store.Tx) error) {
	h.Helper()
	if err := h.store.Update(h.Context(), at(h, "2027-02-26 09:00"), fn); err != nil {
		h.Fatal(err)
	}
}

func (h *house) audit(action string) {
	h.Helper()
	h.update(func(tx *store.Tx) error { return tx.Audit(store.AuditEntry{Action: action}) })
}

// keep puts a copy of a file into the data folder and the books, and returns its path.
func (h *house) keep(id, content string) string {
	h.Helper()
	sum := sha256.Sum256([]byte(content))
	name := hex.EncodeToString(sum[:])
	path := "files/" + name[:2] + "/" + name + ".jpg"
	if err := os.MkdirAll(filepath.Join(h.dir, filepath.Dir(path)), 0o700); err != nil {
		h.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(h.dir, path), []byte(content), 0o600); err != nil {
		h.Fatal(err)
	}
	h.update(func(tx *store.Tx) error {
		return tx.PutKeptFile(store.KeptFile{
			File: twinning.FileRef{ID: "id-" + id, UniqueID: id}, State: store.KeptDone, SHA256: name, Path: path,
			Bytes: int64(len(content)),
		})
	})
	return path
}

// take takes a snapshot that is removed with the test.
func (h *house) take(when string) *backup.Snapshot {
	h.Helper()
	shot, err := backup.Take(h.Context(), h.store, h.dir, at(h, when))
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { _ = shot.Remove() })
	return shot
}

// pack writes a backup of everything.
func (h *house) pack(recipients ...age.Recipient) ([]byte, backup.Written) {
	h.Helper()
	var b bytes.Buffer
	done, err := h.take("2027-02-26 01:30").Write(h.Context(), &b, backup.WriteOptions{Recipients: recipients, Data: h.data})
	if err != nil {
		h.Fatal(err)
	}
	return b.Bytes(), done
}

func newKey(t testing.TB) *age.X25519Identity {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// unpack reads a backup into a folder of its own and opens the database.
func unpack(t testing.TB, packed []byte, identities ...age.Identity) (u *backup.Unpacked, dir string, err error) {
	t.Helper()
	a, err := backup.Read(bytes.NewReader(packed), identities)
	if err != nil {
		return nil, "", err
	}
	defer a.Close()
	dir = t.TempDir()
	u, err = a.UnpackWithin(t.Context(), dir)
	if err != nil {
		return nil, "", err
	}
	t.Cleanup(func() { _ = u.Remove() })
	return u, dir, u.Check(t.Context())
}

// actions are the audited actions of a store.
func actions(t testing.TB, path string) []string {
	t.Helper()
	s, err := store.Open(path, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var all []string
	err = s.View(t.Context(), time.Time{}, func(v *store.View) error {
		log, err := v.AuditLog(0, 0)
		for _, e := range log {
			all = append(all, e.Action)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
