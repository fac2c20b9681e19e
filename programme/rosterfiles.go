package programme

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// RosterFiles are the files of a roster as they were read, so that one process can read them and another understand them.
type RosterFiles struct {
	// Path is what the operator named; Folder says whether it is a folder.
	Path   string
	Folder bool
	// Files is the one file, or those of the folder that are named after a sheet.
	Files []RosterFile
}

// RosterFile is a file's name without its folder, and its content of at most 20 MiB.
type RosterFile struct {
	Name string
	Data []byte
}

// LoadRoster reads the files without looking into them. Links in a folder are not followed.
func LoadRoster(path string) (*RosterFiles, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, plainOSError(err))
	}
	if info.IsDir() {
		return loadFolder(path)
	}
	data, err := readBounded(path, maxRosterBytes)
	if err != nil {
		return nil, err
	}
	return &RosterFiles{Path: path, Files: []RosterFile{{Name: filepath.Base(path), Data: data}}}, nil
}

// loadFolder reads the CSV files of a folder that are named after a sheet.
func loadFolder(path string) (*RosterFiles, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, plainOSError(err))
	}
	defer root.Close() //nolint:errcheck // only read from
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, plainOSError(err))
	}
	words, err := loadVocabulary()
	if err != nil {
		return nil, err
	}
	files := &RosterFiles{Path: path, Folder: true}
	var errs []error
	for _, entry := range entries {
		if words.member(entry.Name()) == "" {
			continue
		}
		data, err := readMember(root, entry)
		errs = append(errs, err)
		files.Files = append(files.Files, RosterFile{Name: entry.Name(), Data: data})
	}
	if len(files.Files) == 0 {
		errs = append(errs, noMember(path))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return files, nil
}

// member returns the sheet that a file of a folder holds by its name, "" for none that is read.
func (v *vocabulary) member(name string) string {
	end := filepath.Ext(name)
	sheet := lookup(v.sheets, strings.TrimSuffix(name, end))
	if !strings.EqualFold(end, ".csv") || sheet == sheetFilings {
		return ""
	}
	return sheet
}

func noMember(path string) error {
	return &FileError{File: path, Code: FileNoMember, text: "holds none of units.csv, pairings.csv, people.csv, activities.csv"}
}

// readMember reads one file of a folder.
func readMember(root *os.Root, entry os.DirEntry) ([]byte, error) {
	name := entry.Name()
	if !entry.Type().IsRegular() {
		return nil, &FileError{File: filepath.Join(root.Name(), name), Code: FileNotRegular, text: "is not a regular file"}
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, plainOSError(err))
	}
	defer f.Close() //nolint:errcheck // only read from
	data, err := io.ReadAll(io.LimitReader(f, maxRosterBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, plainOSError(err))
	}
	if len(data) > maxRosterBytes {
		return nil, tooBig(name, maxRosterBytes)
	}
	return data, nil
}

// Parse understands the files. An error speaks of a file as a whole; rows are judged by Check.
func (f *RosterFiles) Parse() (*Roster, error) {
	for _, file := range f.Files {
		if len(file.Data) > maxRosterBytes {
			return nil, tooBig(file.Name, maxRosterBytes)
		}
	}
	if !f.Folder && len(f.Files) == 1 {
		return parseRoster(f.Files[0].Name, f.Files[0].Data)
	}
	r, err := newRoster()
	if err != nil {
		return nil, err
	}
	var errs []error
	read := 0
	for _, file := range f.Files {
		sheet := r.words.member(file.Name)
		if sheet == "" {
			continue
		}
		read++
		g, err := readCSV(file.Name, file.Data)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		g.sheet = sheet
		r.take(g)
	}
	if read == 0 {
		errs = append(errs, noMember(f.Path))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return r, nil
}
