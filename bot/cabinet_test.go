package bot

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// inFolder returns the names below the folder, of files and folders, with slashes.
func inFolder(t *testing.T, folder string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(folder, func(path string, _ os.DirEntry, err error) error {
		name, relErr := filepath.Rel(folder, path)
		names = append(names, filepath.ToSlash(name))
		return errors.Join(err, relErr)
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// The hash of "a", as sha256sum prints it.
const sumOfA = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"

func TestContentIsStoredOnce(t *testing.T) {
	t.Parallel()
	c := &cabinet{folder: t.TempDir()}
	for _, data := range []string{"h", "g", "f", "e", "d", "c", "b", "a"} {
		var group sync.WaitGroup
		for i := range 8 {
			group.Go(func() {
				if got, err := c.put(strings.NewReader(data), 1, fmt.Sprintf(".%d", i)); err != nil || got.size != 1 {
					t.Errorf("content %+v: %v", got, err)
				}
			})
		}
		group.Wait()
	}
	first, err := c.put(strings.NewReader("a"), 0, ".other")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(first.path, "files/ca/"+sumOfA+".") || first.sum != sumOfA {
		t.Errorf("content %+v", first)
	}
	// The data folder, files, and for each content a folder and a copy.
	if got := inFolder(t, c.folder); len(got) != 2+2*8 {
		t.Errorf("in the folder: %q", got)
	}
}

func TestSpoiltCopyIsReplaced(t *testing.T) {
	t.Parallel()
	c := &cabinet{folder: t.TempDir()}
	first, err := c.put(strings.NewReader("a"), 0, ".pdf")
	if err != nil {
		t.Fatal(err)
	}
	kept := ledger.KeptFile{Path: first.path, SHA256: first.sum}
	path := filepath.Join(c.folder, filepath.FromSlash(first.path))
	if err := os.WriteFile(path, []byte("b"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.check(kept); !errors.Is(err, errDisk) {
		t.Errorf("a spoilt copy passes: %v", err)
	}
	again, err := c.put(strings.NewReader("a"), 0, ".docx")
	if err != nil || again != first {
		t.Errorf("content %+v, want %+v: %v", again, first, err)
	}
	if err := c.check(kept); err != nil {
		t.Error(err)
	}
}

// TestNothingIsLeftOfAFailedCopy gives what is no whole file.
func TestNothingIsLeftOfAFailedCopy(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	tests := map[string]struct {
		from io.Reader
		size int64
		want error
	}{
		"broken":    {io.MultiReader(strings.NewReader("a"), iotest.ErrReader(broken)), 0, broken},
		"too short": {strings.NewReader("a"), 2, errCutOff},
		"too long":  {strings.NewReader("aaa"), 2, errCutOff},
		"too large": {zeros{}, 0, errTooLarge},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &cabinet{folder: t.TempDir()}
			if _, err := c.put(test.from, test.size, ".pdf"); !errors.Is(err, test.want) || errors.Is(err, errDisk) {
				t.Errorf("error %v, want %v", err, test.want)
			}
			if diff := cmp.Diff([]string{".", "files"}, inFolder(t, c.folder)); diff != "" {
				t.Errorf("in the folder (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSweep removes the beginnings of copies, and nothing else.
func TestSweep(t *testing.T) {
	t.Parallel()
	c := &cabinet{folder: t.TempDir()}
	if err := c.sweep(); err != nil {
		t.Errorf("without copies: %v", err)
	}
	kept, err := c.put(strings.NewReader("a"), 0, ".pdf")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"files/" + newPrefix + "1", "files/" + newPrefix + "2", "files/note", newPrefix + "3"} {
		if err := os.WriteFile(filepath.Join(c.folder, name), []byte("a"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.sweep(); err != nil {
		t.Error(err)
	}
	want := []string{".", newPrefix + "3", "files", "files/ca", kept.path, "files/note"}
	if diff := cmp.Diff(want, inFolder(t, c.folder)); diff != "" {
		t.Errorf("in the folder (-want +got):\n%s", diff)
	}
}

// TestCabinetStaysInItsFolder has a record and a link lead out of the data folder.
func TestCabinetStaysInItsFolder(t *testing.T) {
	t.Parallel()
	outside := t.TempDir()
	secret := filepath.Join(outside, "secret")
	if err := os.WriteFile(secret, []byte("a"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := &cabinet{folder: t.TempDir()}
	up, err := filepath.Rel(c.folder, secret)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.ToSlash(up), secret, "files/../../secret", ""} {
		kept := ledger.KeptFile{Path: path, SHA256: sumOfA}
		if err := c.check(kept); err == nil {
			t.Errorf("path %q leads out", path)
		}
		if f, err := c.open(kept); err == nil && path != "" {
			t.Errorf("path %q leads out to %s", path, f.Name())
		}
	}
	if err := os.Symlink(outside, filepath.Join(c.folder, "files")); err != nil {
		t.Fatal(err)
	}
	if _, err := c.put(bytes.NewReader([]byte("a")), 0, ".pdf"); !errors.Is(err, errDisk) {
		t.Errorf("a link leads out: %v", err)
	}
	if diff := cmp.Diff([]string{".", "secret"}, inFolder(t, outside)); diff != "" {
		t.Errorf("outside (-want +got):\n%s", diff)
	}
}

func TestExtensions(t *testing.T) {
	t.Parallel()
	tests := map[twinning.FileRef]string{
		{Name: "a.PDF"}:                      ".pdf",
		{Name: "kế hoạch.docx"}:              ".docx",
		{Name: "a.tar.gz"}:                   ".gz",
		{Name: "a"}:                          "",
		{Name: "a."}:                         "",
		{Name: ".pdf"}:                       ".pdf",
		{Name: "a.p/f"}:                      "",
		{Name: `a.p\f`}:                      "",
		{Name: "a.p f"}:                      "",
		{Name: "a.đuôi"}:                     "",
		{Name: "a.12345678"}:                 ".12345678",
		{Name: "a.123456789"}:                "",
		{Name: "a.p\x00f"}:                   "",
		{Name: "..", Photo: true}:            ".jpg",
		{}:                                   "",
		{Name: "a.pdf/../../../../etc/cron"}: "",
	}
	for f, want := range tests {
		if got := extensionOf(f); got != want {
			t.Errorf("%q has the extension %q, want %q", f.Name, got, want)
		}
	}
}
