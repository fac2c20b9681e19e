package programme

import (
	_ "embed" // The decision and its units travel in the binary.
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"ketnghia/twinning"
)

//go:embed 1100.toml
var decision1100 []byte

//go:embed data/units-1100.csv
var units1100 []byte

// Default returns Decision 1100/QĐ-UBND as embedded.
func Default() (*twinning.Programme, error) { return Parse("1100.toml", decision1100) }

// Load reads a programme file, or returns Default for "".
func Load(path string) (*twinning.Programme, error) {
	if path == "" {
		return Default()
	}
	data, err := readBounded(path, maxProgrammeBytes)
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

// readBounded reads a regular file of at most limit bytes. A device or a pipe would never end.
func readBounded(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, plainOSError(err))
	}
	if !info.Mode().IsRegular() {
		return nil, &FileError{File: path, Code: FileNotRegular, text: "is not a regular file"}
	}
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, plainOSError(err))
	}
	defer f.Close() //nolint:errcheck // only read from
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, plainOSError(err))
	}
	if int64(len(data)) > limit {
		return nil, tooBig(path, limit)
	}
	return data, nil
}

// plainOSError drops operation and path, which the caller names itself.
func plainOSError(err error) error {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err
	}
	return err
}
