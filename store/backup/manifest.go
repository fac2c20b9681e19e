package backup

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"ketnghia/store"
)

var (
	// ErrNotBackup says that a file is no backup of this program.
	ErrNotBackup = errors.New("no backup of this program")
	// ErrBroken says that a backup was cut off or changed.
	ErrBroken = errors.New("the backup was cut off or changed")
	// ErrIdentity says that a backup is encrypted and none of the identities opens it.
	ErrIdentity = errors.New("no identity opens the backup")
	// ErrSealed says that a backup is encrypted and no identity was given.
	ErrSealed = errors.New("the backup is encrypted")
)

// The endings of the names of backups.
const (
	Ending       = ".ketnghia.zst"
	sealedEnding = ".age"
)

// EndingOf returns how the name of a backup ends.
func EndingOf(sealed bool) string {
	if sealed {
		return Ending + sealedEnding
	}
	return Ending
}

// The format that is written, and the names of entries.
const (
	format       = 1
	program      = "ketnghia"
	manifestName = "manifest.json"
	databaseName = "ketnghia.db"
	endName      = "end.json"
	filesFolder  = "files"
)

const (
	// noteMost is the most bytes of the manifest, endMost that of the end, which may name copies that are missing.
	noteMost = 64 << 10
	endMost  = 64 << 20
	// copyMost is the most bytes of a copy: what a bot can fetch (Bot API, getFile: 20 MB).
	copyMost = 20 << 20
	// countMost is the most copies of a backup.
	countMost = 1 << 30
	// extensionMost is the most characters of the extension of a copy with its dot.
	extensionMost = 9
	// window is the most memory that packing and unpacking look back.
	window = 4 << 20
)

// Manifest says what a backup holds.
type Manifest struct {
	Program string `json:"program"`
	Format  int    `json:"format"`
	// Schema is the version of the database's key tree.
	Schema int `json:"schema"`
	// Made is when the snapshot was taken.
	Made     time.Time `json:"made"`
	Database Part      `json:"database"`
	// Copies are the copies of files that the database speaks of; they are in the backup if Whole is set.
	Copies Copies `json:"copies"`
	Whole  bool   `json:"whole"`
	// Audit is the head of the audit, AuditBroken where its chain is broken, "" where it is not. A broken chain is no
	// reason to have no backup.
	Audit       string `json:"audit"`
	AuditBroken string `json:"audit_broken,omitempty"`
}

// Packed is what a database takes when it is packed, by experience at the most: what it holds is mostly JSON, which
// takes a fifth.
func Packed(m Manifest) int64 { return m.Database.Bytes / 2 }

// Part is the size and hash (SHA-256 in hex) of an entry.
type Part struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Copies counts copies of files.
type Copies struct {
	Count int   `json:"count"`
	Bytes int64 `json:"bytes"`
}

// end is what the last entry says.
type end struct {
	Copies Copies `json:"copies"`
	// Missing are the unique ids of files whose copies could not be read.
	Missing []string `json:"missing,omitempty"`
}

// readManifest reads a manifest and says whether this program can go on with it.
func readManifest(raw []byte) (Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		return m, fmt.Errorf("%w: %s: %w", ErrBroken, manifestName, err)
	}
	switch {
	case m.Program != program:
		return m, fmt.Errorf("%w: made by another program", ErrNotBackup)
	case m.Format > format:
		return m, fmt.Errorf("format %d, known up to %d: %w", m.Format, format, store.ErrNewer)
	case m.Schema > store.CurrentSchema():
		return m, fmt.Errorf("schema %d, known up to %d: %w", m.Schema, store.CurrentSchema(), store.ErrNewer)
	case m.Format < 1 || m.Schema < 1 || m.Database.Bytes <= 0 || m.Copies.Count < 0 || m.Copies.Count > countMost || m.Copies.Bytes < 0 ||
		m.Copies.Bytes > int64(m.Copies.Count)*copyMost || !isHash(m.Database.SHA256):
		return m, fmt.Errorf("%w: %s", ErrBroken, manifestName)
	}
	return m, nil
}

func isHash(s string) bool {
	raw, err := hex.DecodeString(s)
	return err == nil && len(raw) == 32 && strings.ToLower(s) == s
}

// copyHash returns the hash that the path of a copy names, false for a path that no copy has: "files/ab/ab12….jpg", an
// extension of lower-case letters and digits at most.
func copyHash(name string) (string, bool) {
	if len(name) < 64+9 || path.Clean(name) != name {
		return "", false
	}
	folder, base := path.Split(name)
	if len(base) < 64 {
		return "", false
	}
	sum, extension := base[:64], base[64:]
	if !isHash(sum) || folder != filesFolder+"/"+sum[:2]+"/" {
		return "", false
	}
	if extension != "" && (len(extension) > extensionMost || extension[0] != '.' || len(extension) == 1) {
		return "", false
	}
	for _, c := range strings.TrimPrefix(extension, ".") {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return "", false
		}
	}
	return sum, true
}
