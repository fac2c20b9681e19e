package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
)

const (
	// folderMode lets only the operator's account look into the folders.
	folderMode = 0o700
	// newBegin begins the names of what isn't whole yet.
	newBegin = ".new-"
	// nameBegin and nameTime make the names of backups: "ketnghia-20270226T013000.ketnghia.zst.age".
	nameBegin = "ketnghia-"
	nameTime  = "20060102T150405"
)

// Shelf is the folder of the nightly backups. One job at a time may change it.
type Shelf struct {
	// Folder must exist.
	Folder string
	// Zone is the time zone of the names and of days, weeks and months.
	Zone *time.Location
	// Recipients can open the backups; nobody needs a key when there are none.
	Recipients []age.Recipient
	// Identities, if there are any, open each new backup to check it.
	Identities []age.Identity
}

// Entry is a backup on the shelf.
type Entry struct {
	Name   string
	Made   time.Time
	Bytes  int64
	Sealed bool
}

// List returns the backups, newest first. A file of another name, or one that doesn't begin as its name says, is none.
func (s *Shelf) List() ([]Entry, error) {
	root, err := s.root()
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	found, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, fmt.Errorf("backups: %w", err)
	}
	var all []Entry
	for _, f := range found {
		entry, ok := s.entry(f.Name())
		if !ok || !f.Type().IsRegular() {
			continue
		}
		info, err := f.Info()
		if err != nil {
			continue // removed meanwhile
		}
		entry.Bytes = info.Size()
		if begins(root, entry.Name, entry.Sealed) == nil {
			all = append(all, entry)
		}
	}
	slices.SortFunc(all, func(a, b Entry) int { return b.Made.Compare(a.Made) })
	return all, nil
}

// entry reads the name of a backup.
func (s *Shelf) entry(name string) (Entry, bool) {
	stem, sealed := strings.CutSuffix(name, sealedEnding)
	stem, ours := strings.CutSuffix(stem, Ending)
	stem, begun := strings.CutPrefix(stem, nameBegin)
	made, err := time.ParseInLocation(nameTime, stem, s.Zone)
	return Entry{Name: name, Made: made, Sealed: sealed}, ours && begun && err == nil
}

// begins returns an error unless the file begins as a backup does: with a whole age header, or as zstd.
func begins(root *os.Root, name string, sealed bool) error {
	f, err := root.Open(name)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer func() { _ = f.Close() }()
	if sealed {
		if _, err := age.ExtractHeader(f); err != nil {
			return broken("header", err)
		}
		return nil
	}
	begin := make([]byte, len(packedBegin))
	if _, err := io.ReadFull(f, begin); err != nil || !bytes.Equal(begin, []byte(packedBegin)) {
		return broken("header", errors.Join(err, ErrNotBackup))
	}
	return nil
}

// Put packs the snapshot without copies, checks the file and gives it its name. What went wrong left nothing behind.
func (s *Shelf) Put(ctx context.Context, shot *Snapshot) (done Entry, err error) {
	root, err := s.root()
	if err != nil {
		return done, err
	}
	defer func() { _ = root.Close() }()
	if err := Room(Need{s.Folder, Packed(shot.manifest)}); err != nil {
		return done, err
	}
	made := shot.manifest.Made.In(s.Zone)
	done = Entry{Made: made.Truncate(time.Second), Sealed: len(s.Recipients) > 0}
	done.Name = nameBegin + made.Format(nameTime) + EndingOf(done.Sealed)
	done.Bytes, err = s.place(root, done.Name, func(w io.Writer) error {
		_, err := shot.Write(ctx, w, WriteOptions{Recipients: s.Recipients})
		return err
	}, func(temporary string) error {
		if err := begins(root, temporary, done.Sealed); err != nil || len(s.Identities) == 0 && done.Sealed {
			return err
		}
		f, err := root.Open(temporary)
		if err != nil {
			return fmt.Errorf("check: %w", err)
		}
		defer func() { _ = f.Close() }()
		return s.open(ctx, f, path.Dir(shot.path))
	})
	return done, err
}

// open unpacks a backup into a folder of its own within the other one, opens the database and reads all of it.
func (s *Shelf) open(ctx context.Context, f *os.File, within string) (err error) {
	a, err := Read(f, s.Identities)
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	defer a.Close()
	if err := Room(Need{within, a.manifest.Database.Bytes}); err != nil {
		return err
	}
	u, err := a.UnpackWithin(ctx, within)
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	defer func() { err = errors.Join(err, u.Remove()) }()
	return u.Check(ctx)
}

// place writes a file under another name, brings it to disk, reads it again, lets check look at it, and gives it its
// name, which nothing may have yet. It returns the size.
func (s *Shelf) place(
	root *os.Root, name string, fill func(io.Writer) error, check func(temporary string) error,
) (size int64, err error) {
	temporary := path.Join(path.Dir(name), newBegin+path.Base(name))
	f, err := root.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, entryMode)
	if err != nil {
		return 0, fmt.Errorf("backup: %w", err)
	}
	defer func() {
		if gone := root.Remove(temporary); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, fmt.Errorf("backup: %w", gone))
		}
	}()
	out := NewCounter(f)
	err = fill(out)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return 0, fmt.Errorf("backup: %w", err)
	}
	if err := same(root, temporary, out.Part()); err != nil {
		return 0, err
	}
	if err := check(temporary); err != nil {
		return 0, err
	}
	if _, err := root.Lstat(name); err == nil {
		return 0, fmt.Errorf("backup %s: %w", name, fs.ErrExist)
	}
	if err := root.Rename(temporary, name); err != nil {
		return 0, fmt.Errorf("backup: %w", err)
	}
	return out.n, syncFolder(root, path.Dir(name))
}

// same returns an error unless the file, read again, is what was written.
func same(root *os.Root, name string, want Part) error {
	f, err := root.Open(name)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer func() { _ = f.Close() }()
	return Same(f, want)
}

// Same returns ErrBroken unless what is read is what was written.
func Same(f io.Reader, want Part) error {
	got := NewCounter(io.Discard)
	if _, err := io.Copy(got, f); err != nil {
		return fmt.Errorf("read again: %w", err)
	}
	if got.Part() != want {
		return broken("read again", errors.New("not what was written"))
	}
	return nil
}

func syncFolder(root *os.Root, folder string) error {
	f, err := root.Open(folder)
	if err != nil {
		return fmt.Errorf("sync: %w", err)
	}
	return errors.Join(f.Sync(), f.Close())
}

// Rotate removes the backups that need not be kept and returns their names.
func (s *Shelf) Rotate(now time.Time) (removed []string, err error) {
	all, err := s.List()
	if err != nil {
		return nil, err
	}
	root, err := s.root()
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	made := make([]time.Time, len(all))
	for i, e := range all {
		made[i] = e.Made
	}
	surplus := Surplus(made, now.In(s.Zone))
	for _, e := range all {
		if !slices.ContainsFunc(surplus, e.Made.Equal) {
			continue
		}
		if err := root.Remove(e.Name); err != nil {
			return removed, fmt.Errorf("backup %s: %w", e.Name, err)
		}
		removed = append(removed, e.Name)
	}
	return removed, nil
}

// Sweep removes what a crash left of backups and copies that were not whole.
func (s *Shelf) Sweep() error {
	root, err := s.root()
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." && name != filesFolder && path.Dir(name) != filesFolder {
			return fs.SkipDir // not ours
		}
		if d.Type().IsRegular() && s.leftover(d.Name()) {
			return root.Remove(name)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	return nil
}

// leftover says whether a name is that of a backup or copy that wasn't whole.
func (s *Shelf) leftover(name string) bool {
	rest, begun := strings.CutPrefix(name, newBegin)
	if !begun || len(rest) < 2 {
		return false
	}
	_, backup := s.entry(rest)
	_, file := copyHash(path.Join(filesFolder, rest[:2], strings.TrimSuffix(rest, sealedEnding)))
	return backup || file
}

// root opens the folder, out of which no path leads.
func (s *Shelf) root() (*os.Root, error) {
	root, err := os.OpenRoot(s.Folder)
	if err != nil {
		return nil, fmt.Errorf("backups: %w", err)
	}
	return root, nil
}
