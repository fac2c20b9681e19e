package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
)

// entryMode lets only the account that unpacks a backup read what it holds.
const entryMode = 0o600

// Written says what a backup holds.
type Written struct {
	Manifest
	// Held are the copies in the backup; Missing are the unique ids of files whose copies could not be read.
	Held    Copies
	Missing []string
	Sealed  bool
	// File is the size and hash of all that was written.
	File Part
}

// WriteOptions say how a backup is written.
type WriteOptions struct {
	// Recipients can open it; nobody needs a key when there are none.
	Recipients []age.Recipient
	// Data is the data folder from which the copies of files are taken, nil for a backup without copies.
	Data *os.Root
}

// Write packs the snapshot, and the copies of files if the options say so. Each copy is read into memory and hashed
// before it is packed; one that is gone or spoilt is left out and named.
func (s *Snapshot) Write(ctx context.Context, w io.Writer, o WriteOptions) (done Written, err error) {
	file := NewCounter(w)
	defer func() { done.File = file.Part() }()
	done = Written{Manifest: s.manifest, Sealed: len(o.Recipients) > 0}
	done.Whole = o.Data != nil
	out := io.Writer(file)
	var sealing io.WriteCloser
	if done.Sealed {
		if sealing, err = age.Encrypt(file, o.Recipients...); err != nil {
			return done, fmt.Errorf("encrypt: %w", err)
		}
		out = sealing
	}
	packing, err := zstd.NewWriter(out, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window))
	if err != nil {
		return done, fmt.Errorf("compress: %w", err)
	}
	p := &packer{ctx: ctx, tar: tar.NewWriter(packing)}
	if err := p.all(s, o.Data, &done); err != nil {
		return done, errors.Join(err, packing.Close())
	}
	err = errors.Join(p.tar.Close(), packing.Close())
	if sealing != nil && err == nil {
		err = sealing.Close()
	}
	if err != nil {
		return done, fmt.Errorf("pack: %w", err)
	}
	return done, nil
}

// packer writes the entries of a backup until its context ends.
type packer struct {
	ctx context.Context
	tar *tar.Writer
}

// all writes the entries in their order.
func (p *packer) all(s *Snapshot, data *os.Root, done *Written) error {
	if err := p.note(manifestName, done.Manifest); err != nil {
		return err
	}
	f, err := os.Open(s.path)
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	err = p.entry(databaseName, done.Database.Bytes, f)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if data != nil {
		if err := p.copies(s, data, done); err != nil {
			return err
		}
	}
	return p.note(endName, end{Copies: done.Held, Missing: done.Missing})
}

func (p *packer) copies(s *Snapshot, data *os.Root, done *Written) error {
	for _, c := range s.copies {
		content, err := readCopy(data, c)
		if err != nil {
			done.Missing = append(done.Missing, c.ids...)
			continue
		}
		if err := p.entry(c.path, c.bytes, bytes.NewReader(content)); err != nil {
			return err
		}
		done.Held.Count++
		done.Held.Bytes += c.bytes
	}
	return nil
}

// note writes a small entry.
func (p *packer) note(name string, value any) error {
	raw, err := json.MarshalIndent(value, "", "\t")
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return p.entry(name, int64(len(raw)), bytes.NewReader(raw))
}

func (p *packer) entry(name string, size int64, from io.Reader) error {
	header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: entryMode}
	if err := p.tar.WriteHeader(header); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if _, err := io.Copy(p.tar, &livingReader{p.ctx, from}); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// readCopy returns the content of a copy, or an error unless it is the one that was kept.
func readCopy(data *os.Root, c keptCopy) ([]byte, error) {
	f, err := data.Open(c.path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.path, err)
	}
	defer func() { _ = f.Close() }()
	content, err := io.ReadAll(io.LimitReader(f, c.bytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.path, err)
	}
	if int64(len(content)) != c.bytes || hashOf(content) != c.sum {
		return nil, fmt.Errorf("%s: not the content that was kept", c.path)
	}
	return content, nil
}

func hashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// livingReader reads until its context ends.
type livingReader struct {
	ctx  context.Context
	from io.Reader
}

func (r *livingReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(p) //nolint:wrapcheck // passed through
}
