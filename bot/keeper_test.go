package bot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/store"
	"ketnghia/twinning"
)

// gets makes Alice send a file and registers it to be kept, without words to the bot's handler.
func (h *house) gets(f sandbox.File) twinning.FileRef {
	h.t.Helper()
	sent, err := h.server.SendFiles(alice, alice, "", f)
	if err != nil {
		h.t.Fatal(err)
	}
	info := sent[0].Document
	if f.Photo {
		info = sent[0].Photo
	}
	ref := twinning.FileRef{ID: info.ID, UniqueID: info.UniqueID, Name: f.Name, Photo: f.Photo}
	h.registers(ref)
	return ref
}

func (h *house) registers(files ...twinning.FileRef) {
	h.t.Helper()
	err := h.store.Update(h.t.Context(), h.options.Now(), func(tx *store.Tx) error {
		for _, f := range files {
			kept := ledger.KeptFile{File: f, State: ledger.KeptPending, NotBefore: tx.Now()}
			if err := tx.PutKeptFile(kept); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.bot.Wake()
}

// kept returns the record of a file.
func (h *house) kept(f twinning.FileRef) (kept ledger.KeptFile) {
	h.t.Helper()
	h.look(func(l *ledger.Look) (err error) {
		kept, err = l.KeptFile(f.UniqueID)
		return err
	})
	return kept
}

// copiesOnDisk returns the paths of all files below files/, with slashes.
func (h *house) copiesOnDisk() []string {
	h.t.Helper()
	var paths []string
	root := os.DirFS(h.options.Data)
	err := fs.WalkDir(root, "files", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if want := map[bool]fs.FileMode{true: fs.ModeDir | 0o700, false: 0o600}[d.IsDir()]; err == nil && info.Mode() != want {
			h.t.Errorf("%s has the mode %v, want %v", path, info.Mode(), want)
		}
		if !d.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return paths
}

// isKept fails the test unless the copy of the file is the data, under its hash.
func (h *house) isKept(f twinning.FileRef, data []byte, extension string) {
	h.t.Helper()
	sum := sha256.Sum256(data)
	name := hex.EncodeToString(sum[:])
	kept := h.kept(f)
	want := ledger.KeptFile{
		File: f, State: ledger.KeptDone, SHA256: name, Path: "files/" + name[:2] + "/" + name + extension,
		Bytes: int64(len(data)), Tries: kept.Tries, Refusals: kept.Refusals, Registered: kept.Registered, Changed: kept.Changed,
	}
	if diff := cmp.Diff(want, kept); diff != "" {
		h.t.Errorf("record (-want +got):\n%s\n%s", diff, h.logged)
	}
	got, err := os.ReadFile(filepath.Join(h.options.Data, filepath.FromSlash(kept.Path)))
	if err != nil || !bytes.Equal(got, data) {
		h.t.Errorf("the copy has %d bytes, want %d: %v", len(got), len(data), err)
	}
}

// tellsNoToken fails the test if the token was logged.
func (h *house) tellsNoToken() {
	h.t.Helper()
	if _, secret, _ := strings.Cut(secretToken, ":"); strings.Contains(h.logged.String(), secret) {
		h.t.Errorf("the log tells the token:\n%s", h.logged)
	}
}

// awaits waits until lines of the log hold the words so many times.
func (h *house) awaits(words string, times int) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	for strings.Count(h.logged.String(), words) < times {
		select {
		case <-h.logged.written:
		case <-ctx.Done():
			h.t.Fatalf("%q was not logged %d times:\n%s", words, times, h.logged)
		}
	}
}

// onWire is a house whose bot calls the sandbox over HTTP on loopback, on a clock that the test moves by the returned
// function.
func onWire(t *testing.T, wrap func(http.Handler) http.Handler) (h *house, later func(time.Duration)) {
	t.Helper()
	var ahead atomic.Int64
	data := t.TempDir()
	h = newHouse(t, silent, func(o *Options) {
		o.Data, o.HTTPClient = data, nil
		o.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		o.Steady = time.Now
	})
	web := httptest.NewServer(wrap(h.server.API()))
	t.Cleanup(func() { h.server.Close(); web.CloseClientConnections(); web.Close() })
	h.options.APIURL = web.URL
	var err error
	if h.bot, err = New(h.options); err != nil {
		t.Fatal(err)
	}
	return h, func(d time.Duration) {
		ahead.Add(int64(d))
		h.bot.Wake()
	}
}

func asIs(h http.Handler) http.Handler { return h }

func TestFilesAreKept(t *testing.T) {
	t.Parallel()
	h, _ := onWire(t, asIs)
	defer h.start()()
	files := []struct {
		file      sandbox.File
		extension string
	}{
		{sandbox.File{Name: "kế hoạch.PDF", Data: []byte("%PDF-1.7 a")}, ".pdf"},
		{sandbox.File{Photo: true, Data: []byte("\xff\xd8\xff photo")}, ".jpg"},
		{sandbox.File{Name: "../../etc/passwd.d/../x", Data: []byte("b")}, ""},
		{sandbox.File{Name: "không.đuôi lạ", Data: []byte("c")}, ""},
		{sandbox.File{Name: "a.b/c.docx/", Data: []byte("d")}, ""},
		{sandbox.File{Name: "größe.tar.gz", Data: bytes.Repeat([]byte("e"), 1<<20)}, ".gz"},
	}
	refs := make([]twinning.FileRef, len(files))
	for i, f := range files {
		refs[i] = h.gets(f.file)
	}
	h.awaits(`"file kept"`, len(files))
	for i, f := range files {
		h.isKept(refs[i], f.file.Data, f.extension)
	}
	if got := h.copiesOnDisk(); len(got) != len(files) {
		t.Errorf("on disk: %q", got)
	}
	h.tellsNoToken()
}

// TestFetchFaults lets the first calls fail, each time until the file's time has come.
func TestFetchFaults(t *testing.T) {
	t.Parallel()
	status := func(code int) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { w.WriteHeader(code) }
	}
	cut := func(w http.ResponseWriter) {
		w.Header().Set("Content-Length", "17")
		_, _ = w.Write([]byte("half"))
		_ = http.NewResponseController(w).Flush() // what is not begun would be asked for again by the client itself
		panic(http.ErrAbortHandler)
	}
	short := func(w http.ResponseWriter) { _, _ = w.Write([]byte("half")) }
	away := func(w http.ResponseWriter) {
		w.Header().Set("Location", "https://example.test/bot"+secretToken)
		w.WriteHeader(http.StatusFound)
	}
	tests := map[string]struct {
		getFile  []*sandbox.Fault
		download []func(http.ResponseWriter)
		tries    int
		refusals int
	}{
		"server":                  {getFile: []*sandbox.Fault{{Status: 500}, {Status: 502}}, tries: 2},
		"flood is no try":         {getFile: []*sandbox.Fault{{Status: 429, RetryAfter: 30}}},
		"out of reach for a time": {getFile: []*sandbox.Fault{{Status: 400, Description: "Bad Request: wrong file_id or the file is temporarily unavailable"}}, tries: 1, refusals: 1},
		"connection dropped":      {getFile: []*sandbox.Fault{{DropAfter: true}}, tries: 1},
		"download fails":          {download: []func(http.ResponseWriter){status(500), status(429), status(404)}, tries: 2, refusals: 1},
		"download cut off":        {download: []func(http.ResponseWriter){cut, short}, tries: 2},
		"download redirected":     {download: []func(http.ResponseWriter){away}, tries: 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var one sync.Mutex
			downloads := test.download
			h, later := onWire(t, func(api http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					one.Lock()
					var fault func(http.ResponseWriter)
					if strings.HasPrefix(r.URL.Path, "/file/") && len(downloads) > 0 {
						fault, downloads = downloads[0], downloads[1:]
					}
					one.Unlock()
					if fault != nil {
						fault(w)
						return
					}
					api.ServeHTTP(w, r)
				})
			})
			calls := 0
			h.fails(func(method string) *sandbox.Fault {
				if method != "getFile" {
					return nil
				}
				if calls++; calls > len(test.getFile) {
					return nil
				}
				return test.getFile[calls-1]
			})
			defer h.start()()
			data := []byte("nội dung đầy đủ")
			f := h.gets(sandbox.File{Name: "a.pdf", Data: data})
			for i := range len(test.getFile) + len(test.download) {
				h.awaits(`"file not fetched"`, i+1)
				later(time.Hour)
			}
			h.awaits(`"file kept"`, 1)
			h.isKept(f, data, ".pdf")
			if got := h.kept(f); got.Tries != test.tries || got.Refusals != test.refusals {
				t.Errorf("%d tries, %d refusals, want %d and %d", got.Tries, got.Refusals, test.tries, test.refusals)
			}
			if got := h.copiesOnDisk(); len(got) != 1 {
				t.Errorf("on disk: %q", got)
			}
			h.tellsNoToken()
		})
	}
}

// TestTooLarge sends a file that Telegram doesn't give to bots, and one that turns out larger than it was said to be.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	var lies atomic.Bool
	h, _ := onWire(t, func(api http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if lies.Load() && strings.HasPrefix(r.URL.Path, "/file/") {
				_, _ = io.Copy(w, io.LimitReader(zeros{}, 2*ledger.LargestKept))
				return
			}
			api.ServeHTTP(w, r)
		})
	})
	defer h.start()()
	large := h.gets(sandbox.File{Name: "a.zip", Data: make([]byte, ledger.LargestKept+1)})
	h.awaits(`"file too large to keep"`, 1)
	lies.Store(true)
	liar := h.gets(sandbox.File{Name: "b.zip", Data: []byte("b")})
	h.awaits(`"file too large to keep"`, 2)
	for _, f := range []twinning.FileRef{large, liar} {
		if got := h.kept(f); got.State != ledger.KeptTooLarge || got.Tries != 0 || got.Path != "" {
			t.Errorf("record %+v", got)
		}
	}
	if got := h.copiesOnDisk(); len(got) != 0 {
		t.Errorf("on disk: %q", got)
	}
}

// zeros gives bytes without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// TestCrashBetweenCopyAndRecord leaves what a killed process leaves: a copy that no record names, and half of another.
func TestCrashBetweenCopyAndRecord(t *testing.T) {
	t.Parallel()
	h, _ := onWire(t, asIs)
	data := []byte("văn bản")
	if _, err := h.bot.cabinet.put(bytes.NewReader(data), 0, ".pdf"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(h.options.Data, "files", newPrefix+"ABC"), []byte("văn"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := h.gets(sandbox.File{Name: "a.pdf", Data: data})
	defer h.start()()
	h.awaits(`"file kept"`, 1)
	h.isKept(f, data, ".pdf")
	if diff := cmp.Diff([]string{h.kept(f).Path}, h.copiesOnDisk()); diff != "" {
		t.Errorf("on disk (-want +got):\n%s", diff)
	}
}

// TestUnreachableTellsNoToken asks a server that is not there, whose address every error of the network names.
func TestUnreachableTellsNoToken(t *testing.T) {
	t.Parallel()
	h, _ := onWire(t, asIs)
	h.bot.api.base = "http://127.0.0.1:1"
	_, _, err := h.bot.api.locate(t.Context(), "x")
	_, downloading := h.bot.api.download(t.Context(), "a/../b c?d")
	_, uploading := h.bot.api.upload(t.Context(), "sendMediaGroup", map[string]string{"chat_id": "1"}, nil)
	h.bot.api.base = "http://127.0.0.1:1\x7f"
	_, parsing := h.bot.api.download(t.Context(), "a")
	_, secret, _ := strings.Cut(secretToken, ":")
	for _, err := range []error{err, downloading, uploading, parsing} {
		if text := fmt.Sprintf("%v %+v %#v", err, err, err); err == nil || strings.Contains(text, secret) {
			t.Errorf("error %q", text)
		}
	}
}
