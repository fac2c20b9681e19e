package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
)

// How the two kinds of backups begin.
const (
	sealedBegin = "age-encryption.org/v1\n"
	packedBegin = "\x28\xb5\x2f\xfd" // RFC 8878, 3.1.1
)

// Archive is an opened backup of which the manifest has been read and what follows has not.
type Archive struct {
	manifest Manifest
	sealed   bool
	// under is what the tar is unpacked from, which must end where the tar does.
	under  io.Reader
	tar    *tar.Reader
	unpack *zstd.Decoder
}

// Read opens a backup and reads its manifest. The error is ErrNotBackup, ErrSealed when it is encrypted and there are no
// identities, ErrIdentity when none of them fits, ErrBroken, store.ErrNewer, or that of the reader.
func Read(from io.Reader, identities []age.Identity) (*Archive, error) {
	sealed, in, err := sniff(from)
	if err != nil {
		return nil, err
	}
	a := &Archive{sealed: sealed, under: in}
	if sealed {
		if len(identities) == 0 {
			return nil, ErrSealed
		}
		if a.under, err = age.Decrypt(in, identities...); err != nil {
			if _, wrong := errors.AsType[*age.NoIdentityMatchError](err); wrong {
				return nil, ErrIdentity
			}
			return nil, broken("header", err)
		}
	}
	a.unpack, err = zstd.NewReader(a.under, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(window),
		zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, broken("zstd", err)
	}
	a.tar = tar.NewReader(a.unpack)
	raw, err := a.note(manifestName, noteMost)
	if err == nil {
		a.manifest, err = readManifest(raw)
	}
	if err != nil {
		a.Close()
		if !sealed && errors.Is(err, tar.ErrHeader) {
			return nil, fmt.Errorf("%w: %w", ErrNotBackup, err) // something else in zstd
		}
		return nil, err
	}
	return a, nil
}

// sniff says whether the backup is encrypted, and returns a reader that still begins at its first byte.
func sniff(from io.Reader) (sealed bool, _ io.Reader, err error) {
	in := bufio.NewReader(from)
	begin, err := in.Peek(len(sealedBegin))
	if err != nil && !errors.Is(err, io.EOF) {
		return false, nil, fmt.Errorf("read: %w", err)
	}
	switch {
	case string(begin) == sealedBegin:
		return true, in, nil
	case bytes.HasPrefix(begin, []byte(packedBegin)):
		return false, in, nil
	}
	return false, nil, ErrNotBackup
}

// Manifest says what the backup holds.
func (a *Archive) Manifest() Manifest { return a.manifest }

// Sealed says whether the backup is encrypted.
func (a *Archive) Sealed() bool { return a.sealed }

// Close lets go of the memory of unpacking.
func (a *Archive) Close() { a.unpack.Close() }

// Unpack writes the database as ketnghia.db and the copies as files/… into an empty folder, brings all to disk, and
// reads the backup to its last byte. It returns the unique ids of files whose copies the backup itself lacks. The error
// is ErrBroken, or that of the disk.
func (a *Archive) Unpack(ctx context.Context, to *os.Root) (missing []string, err error) {
	u := &unpacker{ctx: ctx, archive: a, to: to}
	if err := u.database(); err != nil {
		return nil, err
	}
	for {
		header, err := a.next()
		if err != nil {
			return nil, err
		}
		if header.Name == endName {
			return u.end(header)
		}
		if err := u.copy(header); err != nil {
			return nil, err
		}
	}
}

// next returns the header of the next entry, which must be a plain file.
func (a *Archive) next() (*tar.Header, error) {
	header, err := a.tar.Next()
	if errors.Is(err, io.EOF) {
		return nil, broken("tar", io.ErrUnexpectedEOF)
	}
	if err != nil {
		return nil, broken("tar", err)
	}
	if header.Typeflag != tar.TypeReg || header.Size < 0 {
		return nil, broken(header.Name, errors.New("no plain file"))
	}
	return header, nil
}

// note returns the content of the next entry, which must have that name and at most so many bytes.
func (a *Archive) note(name string, most int64) ([]byte, error) {
	header, err := a.next()
	if err != nil {
		return nil, err
	}
	return a.content(header, name, most)
}

func (a *Archive) content(header *tar.Header, name string, most int64) ([]byte, error) {
	if header.Name != name || header.Size > most {
		return nil, broken(name, fmt.Errorf("found %q of %d bytes", header.Name, header.Size))
	}
	raw, err := io.ReadAll(a.tar)
	if err != nil {
		return nil, broken(name, err)
	}
	return raw, nil
}

// unpacker writes what an archive holds into a folder.
type unpacker struct {
	ctx     context.Context
	archive *Archive
	to      *os.Root
	held    Copies
}

func (u *unpacker) database() error {
	header, err := u.archive.next()
	if err != nil {
		return err
	}
	want := u.archive.manifest.Database
	if header.Name != databaseName || header.Size != want.Bytes {
		return broken(databaseName, fmt.Errorf("found %q of %d bytes", header.Name, header.Size))
	}
	return u.file(header, want.SHA256)
}

// copy writes one copy, which the manifest must have announced.
func (u *unpacker) copy(header *tar.Header) error {
	sum, ok := copyHash(header.Name)
	u.held.Count++
	u.held.Bytes += header.Size
	all := u.archive.manifest.Copies
	if !ok || !u.archive.manifest.Whole || header.Size > copyMost || u.held.Count > all.Count || u.held.Bytes > all.Bytes {
		return broken(header.Name, errors.New("not announced"))
	}
	if err := u.to.MkdirAll(path.Dir(header.Name), folderMode); err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	return u.file(header, sum)
}

// file writes the content of an entry to a new file and holds it against its hash.
func (u *unpacker) file(header *tar.Header, sum string) error {
	f, err := u.to.OpenFile(header.Name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, entryMode)
	if errors.Is(err, os.ErrExist) {
		return broken(header.Name, err) // twice the same
	}
	if err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	out := NewCounter(f)
	read := &livingReader{u.ctx, &reading{from: u.archive.tar}}
	n, err := io.Copy(out, read)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	if n != header.Size || out.sum() != sum {
		return broken(header.Name, errors.New("another content"))
	}
	return nil
}

// end reads the last entry and that nothing follows.
func (u *unpacker) end(header *tar.Header) ([]string, error) {
	raw, err := u.archive.content(header, endName, endMost)
	if err != nil {
		return nil, err
	}
	var last end
	if err := json.Unmarshal(raw, &last); err != nil {
		return nil, broken(endName, err)
	}
	if last.Copies != u.held {
		return nil, broken(endName, fmt.Errorf("%d copies, found %d", last.Copies.Count, u.held.Count))
	}
	if _, err := u.archive.tar.Next(); !errors.Is(err, io.EOF) {
		return nil, broken(endName, errors.New("something follows"))
	}
	rest, err := io.Copy(io.Discard, io.LimitReader(u.archive.unpack, 1))
	if err != nil || rest > 0 {
		return nil, broken(endName, errors.Join(err, errors.New("something follows")))
	}
	// The reader below ends with an error unless it ends here.
	if _, err := io.Copy(io.Discard, io.LimitReader(u.archive.under, 1)); err != nil {
		return nil, broken(endName, err)
	}
	return last.Missing, nil
}

// reading tells faults of the backup from those of the disk that it is unpacked to.
type reading struct{ from io.Reader }

func (r *reading) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = broken("content", err)
	}
	return n, err
}

// broken says where a backup is broken, or that the disk it is read from can't be read.
func broken(where string, err error) error {
	if _, disk := errors.AsType[*os.PathError](err); disk {
		return fmt.Errorf("read: %w", err)
	}
	return fmt.Errorf("%w: %s: %w", ErrBroken, where, err)
}
