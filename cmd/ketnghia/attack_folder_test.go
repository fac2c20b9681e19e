//go:build unix

package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestAttackFolder: what others of the machine may read or change in the data folder is closed and said once; data that are
// a link to elsewhere, or somebody else's, are refused.
func TestAttackFolder(t *testing.T) {
	t.Parallel()
	fill := func(t *testing.T, dir string) {
		t.Helper()
		b, err := newApp(t, time.Now).open(t.Context(), dir, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if err := b.store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	look := func(t *testing.T, dir string) (errs string, status int) {
		t.Helper()
		_, errs, status = command(t, time.Now, "--data", dir, "--lang", "en", "export", "--format", "json", "-o", filepath.Join(t.TempDir(), "x"))
		return errs, status
	}
	t.Run("a new folder is closed whatever the umask", func(t *testing.T) {
		// Not parallel: the umask is the whole process's, and only gives away less elsewhere.
		dir := filepath.Join(t.TempDir(), "a", "data")
		old := syscall.Umask(0)
		fill(t, dir)
		syscall.Umask(old)
		checkModes(t, dir)
	})
	t.Run("an open one is closed", func(t *testing.T) {
		t.Parallel()
		dir := filepath.Join(t.TempDir(), "data")
		fill(t, dir)
		for name, mode := range map[string]fs.FileMode{"files": 0o777, "backups": 0o755} {
			if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
				t.Fatal(err)
			}
			chmod(t, filepath.Join(dir, name), mode)
		}
		chmod(t, filepath.Join(dir, databaseName), 0o644)
		chmod(t, dir, 0o777)
		errs, status := look(t, dir)
		if status != 0 || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "only the owner can") {
			t.Errorf("status %d: %s", status, errs)
		}
		checkModes(t, dir)
		if errs, _ := look(t, dir); errs != "" {
			t.Errorf("said again: %s", errs)
		}
	})
	for name, part := range map[string]string{"the database": databaseName, "the copies": "files", "the backups": "backups"} {
		t.Run("a link in place of "+name, func(t *testing.T) {
			t.Parallel()
			dir, elsewhere := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "elsewhere")
			fill(t, dir)
			if part == databaseName {
				if err := os.Rename(filepath.Join(dir, part), elsewhere); err != nil {
					t.Fatal(err)
				}
			} else if err := os.Mkdir(elsewhere, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(elsewhere, filepath.Join(dir, part)); err != nil {
				t.Fatal(err)
			}
			if errs, status := look(t, dir); status != exitError || !strings.Contains(errs, part+" is a link") || strings.Count(errs, "\n") != 1 {
				t.Errorf("status %d: %s", status, errs)
			}
		})
	}
	t.Run("the folder itself may be a link", func(t *testing.T) {
		t.Parallel()
		dir, link := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "link")
		fill(t, dir)
		if err := os.Symlink(dir, link); err != nil {
			t.Fatal(err)
		}
		if errs, status := look(t, link); status != 0 || errs != "" {
			t.Errorf("status %d: %s", status, errs)
		}
	})
	t.Run("somebody else's is refused to whoever is no administrator", func(t *testing.T) {
		t.Parallel()
		info, err := os.Stat(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		own, ok := info.Sys().(*syscall.Stat_t)
		if !ok {
			t.Fatalf("the system tells a file's owner as %T", info.Sys())
		}
		mine := *own
		for uid, want := range map[uint32]bool{mine.Uid: true, 0: true, mine.Uid + 4711: os.Geteuid() == 0} {
			stat := mine
			stat.Uid = uid
			if got := ours(fakeInfo{info, &stat}); got != want {
				t.Errorf("a folder of %d is mine (%d): %v, want %v", uid, mine.Uid, got, want)
			}
		}
	})
}

// fakeInfo is a file of another owner.
type fakeInfo struct {
	fs.FileInfo
	stat *syscall.Stat_t
}

func (f fakeInfo) Sys() any { return f.stat }

func chmod(t *testing.T, path string, mode fs.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// checkModes checks that nobody but the owner may do anything in the folder.
func checkModes(t *testing.T, dir string) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		n++
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil || n < 2 {
		t.Errorf("%d files: %v", n, err)
	}
}
