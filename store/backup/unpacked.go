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
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"ketnghia/store"
)

// unpackedBegin begins the names of folders into which backups are unpacked.
const unpackedBegin = ".restore-"

// Unpacked is a backup that was unpacked into a folder of its own beside what it may replace.
type Unpacked struct {
	folder string
	root   *os.Root
	within string
	copies []keptCopy
	// audit is the head of the audit, auditBroken where its chain is broken.
	audit, auditBroken string
}

// UnpackWithin unpacks the backup into a new folder within the given one, which must be on the disk of what it is to
// replace. The caller removes what it returns. The errors are those of Unpack, and ErrNoSpace.
func (a *Archive) UnpackWithin(ctx context.Context, within string) (*Unpacked, error) {
	need := a.manifest.Database.Bytes
	if a.manifest.Whole {
		need += a.manifest.Copies.Bytes
	}
	if err := Room(Need{within, need}); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(within, unpackedBegin+"*")
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	u := &Unpacked{folder: folder, within: within}
	u.root, err = os.OpenRoot(folder)
	if err == nil {
		_, err = a.Unpack(ctx, u.root)
	}
	if err != nil {
		return nil, errors.Join(err, u.Remove())
	}
	return u, nil
}

// databaseMagic is what each of the first two pages of a database has after 16 bytes: bbolt's number, smallest byte first.
const databaseMagic = "\xed\xda\x0c\xed"

// CopyWithin does what UnpackWithin does with a database that stands by itself: one that was put aside by a restore or
// before an upgrade. The error is ErrNotBackup when the file is no database at all. Made is when it was last written.
func CopyWithin(ctx context.Context, from *os.File, within string) (_ *Unpacked, made time.Time, err error) {
	info, err := from.Stat()
	if err != nil {
		return nil, made, fmt.Errorf("read: %w", err)
	}
	begin := make([]byte, 16+len(databaseMagic))
	if _, err := from.ReadAt(begin, 0); err != nil || string(begin[16:]) != databaseMagic || !info.Mode().IsRegular() {
		return nil, made, errors.Join(ErrNotBackup, err)
	}
	if err := Room(Need{within, info.Size()}); err != nil {
		return nil, made, err
	}
	folder, err := os.MkdirTemp(within, unpackedBegin+"*")
	if err != nil {
		return nil, made, fmt.Errorf("unpack: %w", err)
	}
	u := &Unpacked{folder: folder, within: within}
	if u.root, err = os.OpenRoot(folder); err == nil {
		whole := io.NewSectionReader(from, 0, info.Size())
		err = writeNew(u.root, databaseName, &livingReader{ctx, whole})
	}
	if err != nil {
		return nil, made, errors.Join(err, u.Remove())
	}
	return u, info.ModTime(), nil
}

// writeNew writes a new file and brings it to disk.
func writeNew(root *os.Root, name string, content io.Reader) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, entryMode)
	if err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	_, err = io.Copy(f, content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	return nil
}

// SweepUnpacked removes folders that a crash left while a backup was unpacked. Nobody may be unpacking one meanwhile.
func SweepUnpacked(within string) error {
	entries, err := os.ReadDir(within)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("sweep: %w", err)
	}
	var all []error
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), unpackedBegin) && e.IsDir() {
			all = append(all, os.RemoveAll(filepath.Join(within, e.Name())))
		}
	}
	return errors.Join(all...)
}

// Open opens the unpacked database, upgrades it to the schema of this program if it is older, and reads all of it. The
// errors are store.ErrNewer, store.ErrNotStore, ErrBroken, or that of the disk.
func (u *Unpacked) Open(ctx context.Context, now time.Time) (s *store.Store, err error) {
	defer func() {
		if v := recover(); v != nil {
			// The engine trusts its pages; of a file that others wrote, nothing can be trusted.
			s, err = nil, broken(databaseName, fmt.Errorf("%v", v))
		}
	}()
	path := filepath.Join(u.folder, databaseName)
	if err := store.Probe(ctx, path); err != nil {
		return nil, errors.Join(broken(databaseName, err), ctx.Err())
	}
	s, err = store.Open(path, store.Options{Now: now})
	if _, machine := errors.AsType[*os.PathError](err); machine || errors.Is(err, store.ErrNewer) || errors.Is(err, store.ErrNotStore) {
		return nil, err
	}
	if err != nil {
		return nil, broken(databaseName, err)
	}
	if err := s.Check(ctx); err != nil {
		return nil, errors.Join(broken(databaseName, err), ctx.Err(), s.Close())
	}
	err = s.View(ctx, now, func(v *store.View) (err error) {
		u.audit, u.auditBroken, err = auditHead(ctx, v, store.CurrentSchema())
		if err != nil {
			return err
		}
		u.copies, err = copiesOf(v)
		return err
	})
	if err != nil {
		return nil, errors.Join(broken(databaseName, err), s.Close())
	}
	return s, nil
}

// Audit returns the head of the audit of the database that was opened, and where its chain is broken, "" where it is not.
func (u *Unpacked) Audit() (head, broken string) { return u.audit, u.auditBroken }

// Copies returns of how many copies the database speaks that was opened.
func (u *Unpacked) Copies() int { return len(u.copies) }

// Check opens the database as Open does, and closes it.
func (u *Unpacked) Check(ctx context.Context) error {
	s, err := u.Open(ctx, time.Time{})
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	return s.Close()
}

// Gather finds the copies of files that the opened database speaks of: in the backup, else in the data folder, else in
// files/ beside the backup, from where they are taken to the unpacked ones. It returns the unique ids of files whose
// copies are nowhere, or spoilt.
func (u *Unpacked) Gather(ctx context.Context, beside string, identities []age.Identity) (missing map[string]bool, err error) {
	data, err := os.OpenRoot(u.within)
	if err != nil {
		return nil, fmt.Errorf("gather: %w", err)
	}
	defer func() { _ = data.Close() }()
	shelf, err := os.OpenRoot(beside)
	if err != nil {
		return nil, fmt.Errorf("gather: %w", err)
	}
	defer func() { _ = shelf.Close() }()
	missing = map[string]bool{}
	for _, c := range u.copies {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if _, err := u.root.Lstat(c.path); err == nil {
			continue // its hash was checked when it was unpacked
		}
		if _, err := readCopy(data, c); err == nil {
			continue
		}
		content, err := take(shelf, c, identities)
		if err != nil {
			for _, id := range c.ids {
				missing[id] = true
			}
			continue
		}
		if err := u.keep(c, content); err != nil {
			return nil, err
		}
	}
	return missing, nil
}

// keep writes a copy among the unpacked ones.
func (u *Unpacked) keep(c keptCopy, content []byte) error {
	if err := u.root.MkdirAll(path.Dir(c.path), folderMode); err != nil {
		return fmt.Errorf("gather: %w", err)
	}
	return writeNew(u.root, c.path, bytes.NewReader(content))
}

// Remove removes the folder with all that is left in it.
func (u *Unpacked) Remove() error {
	if u.root != nil {
		_ = u.root.Close()
	}
	if err := os.RemoveAll(u.folder); err != nil {
		return fmt.Errorf("unpacked: %w", err)
	}
	return nil
}

// Place puts the copies and then the database, which must be closed, where the data folder has them, and returns where
// the database is kept that was there before, "" when there was none. A rename swaps the databases, so whatever stops
// this leaves either the old one or the new one. step is called before each step and stops it with its error; it is nil
// but in tests.
func (u *Unpacked) Place(now time.Time, step func(string) error) (before string, err error) {
	if step == nil {
		step = func(string) error { return nil }
	}
	if err := u.placeCopies(step); err != nil {
		return "", err
	}
	target := filepath.Join(u.within, databaseName)
	if _, err := os.Lstat(target); err == nil {
		if err := step("keep the old"); err != nil {
			return "", err
		}
		if before, err = keepOldApart(target, now); err != nil {
			return "", fmt.Errorf("keep the old: %w", err)
		}
	}
	if err := errors.Join(step("sync"), syncPath(filepath.Join(u.folder, databaseName)), syncPath(u.within)); err != nil {
		return "", fmt.Errorf("place: %w", err)
	}
	if err := step("swap"); err != nil {
		return "", err
	}
	if err := os.Rename(filepath.Join(u.folder, databaseName), target); err != nil {
		return "", fmt.Errorf("place: %w", err)
	}
	if err := step("sync the folder"); err != nil {
		return "", err
	}
	return before, syncPath(u.within)
}

// keepOldApart keeps the database under a name of the moment that nothing else has: a second restore may come within the
// same second.
func keepOldApart(target string, now time.Time) (before string, err error) {
	name := fmt.Sprintf("%s.before-restore-%s", target, now.UTC().Format("20060102T150405Z"))
	before = name
	for i := 2; ; i++ {
		if err = keepOld(target, before); !errors.Is(err, fs.ErrExist) {
			return before, err
		}
		before = fmt.Sprintf("%s-%d", name, i)
	}
}

// placeCopies moves the unpacked copies into the data folder; what they replace is spoilt or the same.
func (u *Unpacked) placeCopies(step func(string) error) error {
	data, err := os.OpenRoot(u.within)
	if err != nil {
		return fmt.Errorf("place: %w", err)
	}
	defer func() { _ = data.Close() }()
	folders := map[string]bool{}
	for _, c := range u.copies {
		if _, err := u.root.Lstat(c.path); err != nil {
			continue
		}
		if err := step("place a copy"); err != nil {
			return err
		}
		folder := path.Dir(c.path)
		if err := data.MkdirAll(folder, folderMode); err != nil {
			return fmt.Errorf("place: %w", err)
		}
		if err := data.Rename(path.Join(filepath.Base(u.folder), c.path), c.path); err != nil {
			return fmt.Errorf("place: %w", err)
		}
		folders[folder], folders[filesFolder], folders["."] = true, true, true
	}
	for folder := range folders {
		if err := syncFolder(data, folder); err != nil {
			return err
		}
	}
	return nil
}

// keepOld gives the database a second name, or copies it where a file system has no links.
func keepOld(target, before string) error {
	err := os.Link(target, before)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err //nolint:wrapcheck // it names both files
	}
	from, err := os.Open(target) //nolint:gosec // the operator names the folder
	if err != nil {
		return err //nolint:wrapcheck // it names the file
	}
	defer func() { _ = from.Close() }()
	to, err := os.OpenFile(before, os.O_WRONLY|os.O_CREATE|os.O_EXCL, entryMode) //nolint:gosec // likewise
	if err != nil {
		return err //nolint:wrapcheck // it names the file
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Sync(), to.Close())
}

// syncPath brings a file, or the names in a folder, to disk.
func syncPath(path string) error {
	f, err := os.Open(path) //nolint:gosec // the operator names the folder
	if err != nil {
		return fmt.Errorf("sync: %w", err)
	}
	return errors.Join(f.Sync(), f.Close())
}
