package bot

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

const (
	// copiesFolder holds the copies of files below the data folder, newPrefix begins the names of those that are not
	// whole yet.
	copiesFolder = "files"
	newPrefix    = ".new-"
	// Only the operator's account looks into the copies.
	copiesMode = 0o700
	copyMode   = 0o600
	// extensionMost is the most characters of a name's extension after the dot; a longer one is none.
	extensionMost = 8
)

var (
	// errDisk says that the data folder can't be written or read.
	errDisk = errors.New("data folder")
	// errTooLarge says that a file is larger than a bot can fetch.
	errTooLarge = errors.New("file too large")
	// errCutOff says that a file did not come whole.
	errCutOff = errors.New("file cut off")
)

// cabinet keeps copies of files in the data folder as files/<first two digits>/<SHA-256 in hex><extension>, each
// content once. A copy gets its name when it is whole and on disk, so that a crash leaves either nothing or a good
// copy, and perhaps a file of another name, which sweep removes. Of the names that people gave only a short extension
// of letters and digits becomes part of a path, and no path leads out of the data folder.
type cabinet struct {
	folder string
	// placing lets one copy at a time get its name, so that two of the same content don't get two.
	placing sync.Mutex
}

// content is what a copy holds: its hash in hex, its path in the data folder, its length in bytes.
type content struct {
	sum  string
	path string
	size int64
}

// root opens the data folder, out of which no path leads.
func (c *cabinet) root() (*os.Root, error) {
	root, err := os.OpenRoot(c.folder)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDisk, err)
	}
	return root, nil
}

// sweep removes what a crash left of copies that were not whole. Nobody may be putting one meanwhile.
func (c *cabinet) sweep() error {
	root, err := c.root()
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	entries, err := fs.ReadDir(root.FS(), copiesFolder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", errDisk, err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), newPrefix) {
			err = errors.Join(err, root.Remove(path.Join(copiesFolder, e.Name())))
		}
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", errDisk, err)
	}
	return nil
}

// put stores the content and returns where. size is its length in bytes if that is known, 0 if not. The error is
// errTooLarge, errCutOff, errDisk or that of the reader.
func (c *cabinet) put(from io.Reader, size int64, extension string) (stored content, err error) {
	root, err := c.root()
	if err != nil {
		return stored, err
	}
	defer func() { _ = root.Close() }()
	if err := root.MkdirAll(copiesFolder, copiesMode); err != nil {
		return stored, fmt.Errorf("%w: %w", errDisk, err)
	}
	temporary := path.Join(copiesFolder, newPrefix+rand.Text())
	defer func() {
		if gone := root.Remove(temporary); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, fmt.Errorf("%w: %w", errDisk, gone))
		}
	}()
	if stored, err = write(root, temporary, from); err != nil {
		return stored, err
	}
	if size > 0 && stored.size != size {
		return stored, fmt.Errorf("%w: %d of %d bytes", errCutOff, stored.size, size)
	}
	stored.path, err = c.place(root, temporary, stored.sum, extension)
	if err != nil {
		return stored, fmt.Errorf("%w: %w", errDisk, err)
	}
	return stored, nil
}

// write copies what the reader gives to a new file and brings it to disk.
func write(root *os.Root, name string, from io.Reader) (written content, err error) {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, copyMode)
	if err != nil {
		return written, fmt.Errorf("%w: %w", errDisk, err)
	}
	to := &hashingWriter{file: f, hash: sha256.New()}
	written.size, err = io.Copy(to, io.LimitReader(from, ledger.LargestKept+1))
	if err == nil && written.size > ledger.LargestKept {
		err = errTooLarge
	}
	if err != nil {
		return written, errors.Join(err, f.Close())
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return written, fmt.Errorf("%w: %w", errDisk, err)
	}
	written.sum = hex.EncodeToString(to.hash.Sum(nil))
	return written, nil
}

// hashingWriter writes to a file and hashes what it wrote. Its errors are errDisk, so that they are told apart from
// those of the reader.
type hashingWriter struct {
	file *os.File
	hash hash.Hash
}

func (w *hashingWriter) Write(p []byte) (int, error) {
	n, err := w.file.Write(p)
	w.hash.Write(p[:n])
	if err != nil {
		return n, fmt.Errorf("%w: %w", errDisk, err)
	}
	return n, nil
}

// place gives the file the name of its content. A good copy of the content that is there already stays instead; a
// spoilt one is replaced.
func (c *cabinet) place(root *os.Root, temporary, sum, extension string) (string, error) {
	c.placing.Lock()
	defer c.placing.Unlock()
	folder := path.Join(copiesFolder, sum[:2])
	if err := root.MkdirAll(folder, copiesMode); err != nil {
		return "", err //nolint:wrapcheck // put wraps it
	}
	entries, err := fs.ReadDir(root.FS(), folder)
	if err != nil {
		return "", err //nolint:wrapcheck // put wraps it
	}
	name, there := path.Join(folder, sum+extension), false
	for _, e := range entries {
		if rest, ok := strings.CutPrefix(e.Name(), sum); ok && (rest == "" || rest[0] == '.') {
			name, there = path.Join(folder, e.Name()), true
		}
	}
	if !there || check(root, name, sum) != nil {
		if err := root.Rename(temporary, name); err != nil {
			return "", err //nolint:wrapcheck // put wraps it
		}
	}
	for _, f := range []string{folder, copiesFolder, "."} {
		if err := syncFolder(root, f); err != nil {
			return "", err
		}
	}
	return name, nil
}

// syncFolder brings the names in a folder to disk.
func syncFolder(root *os.Root, folder string) error {
	f, err := root.Open(folder)
	if err != nil {
		return err //nolint:wrapcheck // put wraps it
	}
	return errors.Join(f.Sync(), f.Close())
}

// check returns an error unless the file holds the content of that hash.
func check(root *os.Root, name, sum string) error {
	f, err := root.Open(name)
	if err != nil {
		return fmt.Errorf("%w: %w", errDisk, err)
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return fmt.Errorf("%w: %w", errDisk, err)
	}
	if hex.EncodeToString(h.Sum(nil)) != sum {
		return fmt.Errorf("%w: %s: not the content that was kept", errDisk, name)
	}
	return nil
}

// check returns an error unless the copy is there with the content that was kept.
func (c *cabinet) check(f ledger.KeptFile) error {
	root, err := c.root()
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	return check(root, f.Path, f.SHA256)
}

// open opens a copy for reading.
func (c *cabinet) open(f ledger.KeptFile) (*os.File, error) {
	root, err := c.root()
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	file, err := root.Open(f.Path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDisk, err)
	}
	return file, nil
}

// extensionOf returns the extension of a file's name in small letters, with its dot, if it is a short one of letters
// and digits; "" if not. Telegram makes a JPEG of every photo.
func extensionOf(f twinning.FileRef) string {
	if f.Photo {
		return ".jpg"
	}
	extension := strings.ToLower(path.Ext(f.Name))
	if len(extension) < 2 || len(extension) > 1+extensionMost {
		return ""
	}
	if strings.Trim(extension[1:], "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return ""
	}
	return extension
}
