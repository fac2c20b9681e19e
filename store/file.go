package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"ketnghia/store/engine"
)

// folderMode lets only the operator's account look into the data folder.
const folderMode = 0o700

// createFile makes folder and database if there is no file of that path. The database is made under another name and
// gets its own only when it is whole and on disk, so that a crash leaves either nothing or a good store.
func createFile(path string, schema Schema) error {
	switch _, err := os.Lstat(path); {
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("create: %w", err)
	}
	if err := makeFolder(filepath.Dir(path)); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	return placeFile(path, func(temporary string) error {
		bolt, err := engine.OpenBolt(temporary, false, true)
		if err != nil {
			return err
		}
		err = bolt.Update(context.Background(), func(tx engine.Tx) error { return putSchema(tx, schema) })
		return errors.Join(err, bolt.Close())
	})
}

// makeFolder makes the folder and those above it that are missing, and brings their names to disk.
func makeFolder(path string) error {
	switch _, err := os.Stat(path); {
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return err //nolint:wrapcheck // it names the path
	}
	above := filepath.Dir(path)
	if above != path {
		if err := makeFolder(above); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, folderMode); err != nil && !errors.Is(err, fs.ErrExist) {
		return err //nolint:wrapcheck // it names the path
	}
	return syncPath(above)
}

// placeFile lets fill write a file under a temporary name beside path, brings it to disk and gives it its name. A file
// that has the name by then stays, since another process may have it open.
func placeFile(path string, fill func(temporary string) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-*")
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	temporary := f.Name()
	defer func() {
		if gone := os.Remove(temporary); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}()
	if err := errors.Join(f.Close(), fill(temporary), syncPath(temporary)); err != nil {
		return err
	}
	// A hard link never takes the place of another file, as a rename would; some file systems have none.
	if err := os.Link(temporary, path); err != nil && !errors.Is(err, fs.ErrExist) {
		if err := os.Rename(temporary, path); err != nil {
			return fmt.Errorf("create: %w", err)
		}
	}
	return syncPath(filepath.Dir(path))
}

// syncPath brings a file, or the names in a folder, to disk.
func syncPath(path string) error {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("sync: %w", err)
	}
	return errors.Join(f.Sync(), f.Close())
}

// copyTo writes a consistent copy of the engine to a new file; a file of that path is an error.
func copyTo(path string, e engine.Engine) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("backup %s: %w", path, fs.ErrExist)
	}
	return placeFile(path, func(temporary string) error {
		f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_TRUNC, 0) //nolint:gosec // made by placeFile, mode 0600
		if err != nil {
			return fmt.Errorf("backup: %w", err)
		}
		return errors.Join(e.Backup(context.Background(), f), f.Close())
	})
}
