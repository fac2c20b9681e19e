package backup_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"ketnghia/store"
	"ketnghia/store/backup"
)

func TestBackupComesBack(t *testing.T) {
	t.Parallel()
	hybrid, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	key := newKey(t)
	for name, test := range map[string]struct {
		recipients []age.Recipient
		identities []age.Identity
	}{
		"open":         {nil, nil},
		"sealed":       {[]age.Recipient{key.Recipient()}, []age.Identity{key}},
		"two":          {[]age.Recipient{newKey(t).Recipient(), key.Recipient()}, []age.Identity{newKey(t), key}},
		"post-quantum": {[]age.Recipient{hybrid.Recipient()}, []age.Identity{hybrid}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			one, two := h.keep("one", "a photo"), h.keep("two", "a document")
			h.keep("same", "a photo")
			gone := h.keep("gone", "that was lost")
			if err := os.WriteFile(filepath.Join(h.dir, gone), []byte("another text!"), 0o600); err != nil {
				t.Fatal(err)
			}
			packed, done := h.pack(test.recipients...)
			if diff := cmp.Diff([]string{"gone"}, done.Missing); diff != "" || done.Held.Count != 2 || done.Copies.Count != 3 {
				t.Errorf("held %+v of %+v, missing (-want +got):\n%s", done.Held, done.Copies, diff)
			}
			h.audit("after")
			u, dir, err := unpack(t, packed, test.identities...)
			if err != nil {
				t.Fatal(err)
			}
			missing, err := u.Gather(t.Context(), t.TempDir(), nil)
			if diff := cmp.Diff(map[string]bool{"gone": true}, missing); diff != "" || err != nil {
				t.Errorf("%v, missing (-want +got):\n%s", err, diff)
			}
			if _, err := u.Place(at(t, "2027-02-27 08:00"), nil); err != nil {
				t.Fatal(err)
			}
			got := actions(t, filepath.Join(dir, "ketnghia.db"))
			if diff := cmp.Diff([]string{"test.0", "test.1", "test.2"}, got); diff != "" {
				t.Errorf("audit (-want +got):\n%s", diff)
			}
			for path, want := range map[string]string{one: "a photo", two: "a document"} {
				content, err := os.ReadFile(filepath.Join(dir, path))
				if err != nil || string(content) != want {
					t.Errorf("%s: %q, %v", path, content, err)
				}
			}
		})
	}
}

// TestCutOrChangedIsFound cuts a backup after each of many bytes and changes each of many: nothing of it is ever taken.
func TestCutOrChangedIsFound(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.keep("one", strings.Repeat("a photo ", 1000))
	key := newKey(t)
	for name, recipients := range map[string][]age.Recipient{"open": nil, "sealed": {key.Recipient()}} {
		packed, _ := h.pack(recipients...)
		if _, _, err := unpack(t, packed, key); err != nil {
			t.Fatal(err)
		}
		step := max(1, len(packed)/60)
		for i := 0; i < len(packed); i += step {
			if _, _, err := unpack(t, packed[:i], key); !known(err) {
				t.Errorf("%s: cut after %d of %d bytes: %v", name, i, len(packed), err)
			}
			changed := bytes.Clone(packed)
			changed[i] ^= 0x40
			if _, _, err := unpack(t, changed, key); !known(err) && !harmless(packed, changed) {
				t.Errorf("%s: byte %d of %d changed: %v", name, i, len(packed), err)
			}
		}
		if _, _, err := unpack(t, append(bytes.Clone(packed), 'x'), key); !known(err) {
			t.Errorf("%s: a byte more: %v", name, err)
		}
		if _, _, err := unpack(t, append(bytes.Clone(packed), packed...), key); !known(err) {
			t.Errorf("%s: twice: %v", name, err)
		}
	}
}

// known says whether an error tells that a file is no whole backup.
func known(err error) bool {
	return errors.Is(err, backup.ErrBroken) || errors.Is(err, backup.ErrNotBackup) || errors.Is(err, backup.ErrIdentity)
}

// harmless says whether a change leaves the same content: zstd has bits that say nothing.
func harmless(a, b []byte) bool {
	plain := func(packed []byte) []byte {
		d, err := zstd.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil
		}
		defer d.Close()
		content, err := io.ReadAll(d)
		if err != nil {
			return nil
		}
		return content
	}
	was := plain(a)
	return was != nil && bytes.Equal(was, plain(b))
}

func TestWhoCannotOpen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := newKey(t)
	sealed, _ := h.pack(key.Recipient())
	var text bytes.Buffer
	z, err := zstd.NewWriter(&text)
	if err != nil {
		t.Fatal(err)
	}
	_, err = z.Write([]byte(strings.Repeat("Dear diary, ", 100)))
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		packed     []byte
		identities []age.Identity
		want       error
	}{
		"no identity":        {sealed, nil, backup.ErrSealed},
		"another identity":   {sealed, []age.Identity{newKey(t)}, backup.ErrIdentity},
		"nothing":            {nil, nil, backup.ErrNotBackup},
		"a text":             {[]byte("Dear diary, this is a text."), nil, backup.ErrNotBackup},
		"a text in zstd":     {text.Bytes(), nil, backup.ErrNotBackup},
		"a database's start": {make([]byte, 4096), nil, backup.ErrNotBackup},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := unpack(t, test.packed, test.identities...); !errors.Is(err, test.want) {
				t.Errorf("%v, want %v", err, test.want)
			}
		})
	}
}

// entry is an entry of a tar that a test makes.
type entry struct {
	header  tar.Header
	content string
}

func file(name, content string) entry {
	return entry{tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(content)), Mode: 0o600}, content}
}

func packEntries(t testing.TB, entries []entry, o ...zstd.EOption) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b, append([]zstd.EOption{zstd.WithWindowSize(1 << 20)}, o...)...)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	for _, e := range entries {
		if err := w.WriteHeader(&e.header); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// entriesOf unpacks a backup into its entries.
func entriesOf(t testing.TB, packed []byte) []entry {
	t.Helper()
	z, err := zstd.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var all []entry
	for r := tar.NewReader(z); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, file(header.Name, string(content)))
	}
}

// TestTricks takes a good backup apart and puts it together in ways in which none is made.
func TestTricks(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.keep("one", "a photo")
	packed, _ := h.pack()
	if _, _, err := unpack(t, packEntries(t, entriesOf(t, packed))); err != nil {
		t.Fatal(err)
	}
	good := entriesOf(t, packed)
	if len(good) != 4 {
		t.Fatalf("%d entries", len(good))
	}
	manifest := func(change func(m map[string]any)) func([]entry) []entry {
		return func(e []entry) []entry {
			var m map[string]any
			if err := json.Unmarshal([]byte(e[0].content), &m); err != nil {
				t.Fatal(err)
			}
			change(m)
			raw, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			e[0] = file("manifest.json", string(raw))
			return e
		}
	}
	named := func(name string) func([]entry) []entry {
		return func(e []entry) []entry { e[2].header.Name = name; return e }
	}
	kind := func(flag byte, link string) func([]entry) []entry {
		return func(e []entry) []entry {
			e[2].header.Typeflag, e[2].header.Linkname, e[2].header.Size, e[2].content = flag, link, 0, ""
			return e
		}
	}
	for name, test := range map[string]struct {
		change func([]entry) []entry
		want   error
	}{
		"out of the folder":    {named("../../evil.jpg"), backup.ErrBroken},
		"out by a folder":      {named("files/../../evil.jpg"), backup.ErrBroken},
		"an absolute path":     {named("/tmp/evil.jpg"), backup.ErrBroken},
		"over the database":    {named("ketnghia.db"), backup.ErrBroken},
		"another name":         {named("files/aa/evil.sh"), backup.ErrBroken},
		"a link":               {kind(tar.TypeSymlink, "/etc/passwd"), backup.ErrBroken},
		"a hard link":          {kind(tar.TypeLink, "ketnghia.db"), backup.ErrBroken},
		"a folder":             {kind(tar.TypeDir, ""), backup.ErrBroken},
		"a device":             {kind(tar.TypeChar, ""), backup.ErrBroken},
		"twice the same":       {func(e []entry) []entry { return []entry{e[0], e[1], e[2], e[2], e[3]} }, backup.ErrBroken},
		"no end":               {func(e []entry) []entry { return e[:3] }, backup.ErrBroken},
		"no database":          {func(e []entry) []entry { return []entry{e[0], e[2], e[3]} }, backup.ErrBroken},
		"something after":      {func(e []entry) []entry { return append(e, file("more", "x")) }, backup.ErrBroken},
		"another order":        {func(e []entry) []entry { return []entry{e[1], e[0], e[2], e[3]} }, backup.ErrBroken},
		"a copy less":          {func(e []entry) []entry { return []entry{e[0], e[1], e[3]} }, backup.ErrBroken},
		"another content":      {func(e []entry) []entry { e[2].content = "a ph0to"; return e }, backup.ErrBroken},
		"another database":     {func(e []entry) []entry { e[1].content = strings.Repeat("x", len(e[1].content)); return e }, backup.ErrBroken},
		"a longer database":    {func(e []entry) []entry { e[1] = file("ketnghia.db", e[1].content+"x"); return e }, backup.ErrBroken},
		"no copies announced":  {manifest(func(m map[string]any) { m["whole"] = false }), backup.ErrBroken},
		"a format to come":     {manifest(func(m map[string]any) { m["format"] = 2 }), store.ErrNewer},
		"a schema to come":     {manifest(func(m map[string]any) { m["schema"] = 1100 }), store.ErrNewer},
		"another program":      {manifest(func(m map[string]any) { m["program"] = "other" }), backup.ErrNotBackup},
		"a size below nothing": {manifest(func(m map[string]any) { m["database"] = map[string]any{"bytes": -1} }), backup.ErrBroken},
		"more than any disk": {manifest(func(m map[string]any) {
			m["database"] = map[string]any{"bytes": int64(1) << 60, "sha256": strings.Repeat("ab", 32)}
		}), backup.ErrNoSpace},
		"copies without number": {manifest(func(m map[string]any) { m["copies"] = map[string]any{"count": int64(1) << 60} }), backup.ErrBroken},
		"a manifest of nothing": {func(e []entry) []entry { e[0] = file("manifest.json", "null"); return e }, backup.ErrNotBackup},
		"a manifest too long": {func(e []entry) []entry {
			e[0] = file("manifest.json", e[0].content+strings.Repeat(" ", 1<<20))
			return e
		}, backup.ErrBroken},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spoilt := packEntries(t, test.change(entriesOf(t, packed)))
			if _, _, err := unpack(t, spoilt); !errors.Is(err, test.want) {
				t.Errorf("%v, want %v", err, test.want)
			}
		})
	}
}

// TestBombs reads what is small and wants to become large.
func TestBombs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	packed, _ := h.pack()
	good := entriesOf(t, packed)
	zeros := strings.Repeat("\x00", 64<<20)
	for name, spoilt := range map[string][]byte{
		"a database of zeros": packEntries(t, []entry{good[0], file("ketnghia.db", zeros)}),
		"an end of zeros":     packEntries(t, []entry{good[0], good[1], file("end.json", zeros+" ")}),
		"zeros after the end": packEntries(t, append(good, file("zeros", zeros))),
		"a wide window":       packEntries(t, append(entriesOf(t, packed), file("zeros", zeros)), zstd.WithWindowSize(512<<20)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if len(spoilt) > 1<<20 {
				t.Fatalf("%d bytes are no bomb", len(spoilt))
			}
			if _, _, err := unpack(t, spoilt); !errors.Is(err, backup.ErrBroken) && !errors.Is(err, backup.ErrNotBackup) {
				t.Errorf("%v, want broken", err)
			}
		})
	}
}

// full is a disk with room for so many bytes.
type full struct{ left int }

var errFull = errors.New("the disk is full")

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.left {
		return 0, errFull
	}
	f.left -= len(p)
	return len(p), nil
}

func TestWriteSaysWhyItFailed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.keep("one", "a photo")
	packed, _ := h.pack()
	shot := h.take("2027-02-26 01:30")
	for _, left := range []int{0, 100, len(packed) / 2, len(packed) - 1} {
		_, err := shot.Write(t.Context(), &full{left}, backup.WriteOptions{Data: h.data})
		if !errors.Is(err, errFull) {
			t.Errorf("room for %d bytes: %v", left, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := shot.Write(ctx, io.Discard, backup.WriteOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	if _, err := backup.Take(ctx, h.store, h.dir, at(t, "2027-02-26 01:30")); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	if err := shot.Remove(); err != nil {
		t.Error(err)
	}
	left, err := filepath.Glob(filepath.Join(h.dir, ".backup-*"))
	if err != nil || len(left) != 1 { // that of pack, which its test removes
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// FuzzRead reads anything: it ends with an error or a database that was checked, writes nothing outside of its folder, and
// never ends the program.
func FuzzRead(f *testing.F) {
	h := newHouse(f)
	h.keep("one", "a photo")
	key := newKey(f)
	packed, _ := h.pack()
	sealed, _ := h.pack(key.Recipient())
	f.Add(packed)
	f.Add(sealed)
	f.Add(packed[:len(packed)/2])
	f.Add(packEntries(f, []entry{file("manifest.json", `{"program":"ketnghia","format":1,"schema":1}`)}))
	f.Add([]byte("age-encryption.org/v1\n-> X25519 "))
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, err := backup.Read(bytes.NewReader(raw), []age.Identity{key})
		if err != nil {
			return
		}
		defer a.Close()
		dir := filepath.Join(t.TempDir(), "within")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = root.Close() }()
		if a.Manifest().Database.Bytes > 64<<20 {
			return // UnpackWithin asks for room first
		}
		_, err = a.Unpack(t.Context(), root)
		if got, there := hashOf(t, filepath.Join(dir, "ketnghia.db")); err == nil && got != a.Manifest().Database.SHA256 {
			t.Errorf("unpacked a database of hash %q (%v)", got, there)
		}
		outside, err := os.ReadDir(filepath.Dir(dir))
		if err != nil || len(outside) != 1 {
			t.Errorf("written outside: %v, %v", outside, err)
		}
	})
}

func hashOf(t testing.TB, path string) (sum string, there bool) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		return "", false
	}
	raw := sha256.Sum256(content)
	return hex.EncodeToString(raw[:]), true
}
