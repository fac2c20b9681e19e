package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Only the operator's account reads the data: they hold names, and what is said between offices.
const (
	dataFolderMode = 0o700
	dataFileMode   = 0o600
	othersMode     = 0o077
)

// linkless are the parts of the data folder that the program writes by name: as links they would lead out of it.
func linkless() []string { return []string{databaseName, "files", "backups"} }

// guardFolder sees to it that nobody but the operator reads or changes the data. What others may read is closed, and
// mended is true; a folder that is somebody else's, and data that are a link to elsewhere, are refused. A folder that isn't
// there yet is made closed by the store. The folder itself may be a link: the operator has put it elsewhere.
//
// A second name (hard link) of the database is no danger: it is made in a folder that is closed to others, and the copies
// of a backup program have one.
func guardFolder(dir string) (mended bool, err error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, &folderError{dir: dir, cause: err}
	case !info.IsDir():
		return false, nil // opening it says so
	case !ours(info):
		return false, &failure{key: "cmd.error.folder_owner", status: exitError, args: map[string]any{"Path": dir}}
	}
	if err := refuseLinks(dir); err != nil {
		return false, err
	}
	if mended, err = closeToOthers(dir, info); err != nil {
		return mended, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return mended, &folderError{dir: dir, cause: err}
	}
	for _, entry := range entries {
		if !entry.IsDir() && !entry.Type().IsRegular() {
			continue
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // a temporary file of a program that serves
		}
		if err != nil {
			return mended, &folderError{dir: dir, cause: err}
		}
		open, err := closeToOthers(filepath.Join(dir, entry.Name()), info)
		if err != nil {
			return mended, err
		}
		mended = mended || open
	}
	return mended, nil
}

// refuseLinks refuses parts of the data folder that lead out of it, or are somebody else's.
func refuseLinks(dir string) error {
	for _, name := range linkless() {
		path := filepath.Join(dir, name)
		entry, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return &folderError{dir: dir, cause: err}
		case entry.Mode()&fs.ModeSymlink != 0:
			return &failure{key: "cmd.error.folder_link", status: exitError, args: map[string]any{"Path": path}}
		case !ours(entry):
			return &failure{key: "cmd.error.folder_owner", status: exitError, args: map[string]any{"Path": path}}
		}
	}
	return nil
}

// closeToOthers takes from others what they may do with a file or folder, and says whether there was anything.
func closeToOthers(path string, info fs.FileInfo) (open bool, err error) {
	if info.Mode().Perm()&othersMode == 0 || !hasModes {
		return false, nil
	}
	mode := fs.FileMode(dataFileMode)
	if info.IsDir() {
		mode = dataFolderMode
	}
	err = os.Chmod(path, info.Mode().Perm()&mode)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, &failure{key: "cmd.error.folder_open", status: exitError, cause: err, args: map[string]any{"Path": path}}
	}
	return true, nil
}

// note tells the operator something beside the output.
func (a *app) note(key string, args map[string]any) {
	_, _ = a.err.Write([]byte(programName + ": " + a.printer().Text(key, args) + "\n"))
}
