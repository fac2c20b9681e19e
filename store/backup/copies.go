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

	"filippo.io/age"
)

// Filed says what was done to the copies of files on a shelf.
type Filed struct {
	// Added are the copies that were not there yet; Missing counts those that could not be read in the data folder.
	Added   Copies
	Missing int
}

// File puts the copies that the snapshot speaks of and the shelf lacks on the shelf, each encrypted by itself if there
// are recipients, and then removes one of the same content that is not. data is the data folder.
func (s *Shelf) File(ctx context.Context, shot *Snapshot, data *os.Root) (done Filed, err error) {
	root, err := s.root()
	if err != nil {
		return done, err
	}
	defer func() { _ = root.Close() }()
	for _, c := range shot.copies {
		if err := ctx.Err(); err != nil {
			return done, err
		}
		name := c.path
		if len(s.Recipients) > 0 {
			name += sealedEnding
		}
		if info, err := root.Lstat(name); err == nil && info.Mode().IsRegular() && info.Size() >= c.bytes {
			continue
		}
		content, err := readCopy(data, c)
		if err != nil {
			done.Missing++
			continue
		}
		if err := s.file(root, name, content); err != nil {
			return done, err
		}
		if name != c.path {
			if err := root.Remove(c.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return done, fmt.Errorf("copy: %w", err)
			}
		}
		done.Added.Count++
		done.Added.Bytes += c.bytes
	}
	return done, nil
}

// file puts one copy on the shelf.
func (s *Shelf) file(root *os.Root, name string, content []byte) error {
	if err := Room(Need{s.Folder, int64(len(content))}); err != nil {
		return err
	}
	if err := root.MkdirAll(path.Dir(name), folderMode); err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("copy: %w", err) // one that is too short
	}
	_, err := s.place(root, name, func(w io.Writer) error {
		if len(s.Recipients) == 0 {
			_, err := w.Write(content)
			return err //nolint:wrapcheck // place wraps it
		}
		sealing, err := age.Encrypt(w, s.Recipients...)
		if err != nil {
			return fmt.Errorf("encrypt: %w", err)
		}
		_, err = sealing.Write(content)
		return errors.Join(err, sealing.Close())
	}, func(string) error { return nil })
	return err
}

// take returns the content of a copy from a folder of backups: encrypted or not, whichever is there and good.
func take(root *os.Root, c keptCopy, identities []age.Identity) ([]byte, error) {
	content, err := readCopy(root, c)
	if err == nil {
		return content, nil
	}
	f, err := root.Open(c.path + sealedEnding)
	if err != nil {
		return nil, fmt.Errorf("copy: %w", err)
	}
	defer func() { _ = f.Close() }()
	opened, err := age.Decrypt(f, identities...)
	if err != nil {
		return nil, fmt.Errorf("copy: %w", err)
	}
	var into bytes.Buffer
	if _, err := io.Copy(&into, io.LimitReader(opened, c.bytes+1)); err != nil {
		return nil, fmt.Errorf("copy: %w", err)
	}
	if int64(into.Len()) != c.bytes || hashOf(into.Bytes()) != c.sum {
		return nil, broken(c.path, errors.New("another content"))
	}
	return into.Bytes(), nil
}
