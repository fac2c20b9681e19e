package programme

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"ketnghia/twinning"
)

// Roster is what roster files say, row by row, before it is checked against the units that there are.
type Roster struct {
	Units    []UnitRow
	Pairings []PairingRow
	People   []PersonRow
	// Activities are the rows of all sheets of activities, in order.
	Activities []ActivityRow
	// Ignored are the columns and sheets whose names mean nothing to us.
	Ignored []Ignored
	// rejected are the faults that need no other row to be seen: of form, of a number, of a date.
	rejected []Rejection
	words    *vocabulary
}

// Ignored is a column, or a whole sheet when Column is "", that was not read; Sheet is "" for a sheet that means nothing
// to us.
type Ignored struct{ File, Title, Sheet, Column string }

// Row says where something stands.
type Row struct {
	File, Title, Sheet string
	// Number counts as a spreadsheet shows it, from 1.
	Number int
	// header is the number of the sheet's header row; has are the columns that the sheet has.
	header int
	has    map[string]bool
	// bad is set when a cell of the row was rejected.
	bad bool
}

// UnitRow is a row of "units". Fields whose column is absent are left as they are.
type UnitRow struct {
	Row
	// Unit holds what was read; its Parent and Successor are empty until the roster is checked.
	Unit twinning.Unit
	// Parent is the district, Successor the unit that took this one's place, both as written.
	Parent, Successor string
}

// PairingRow is a row of "pairings", with the parties as written.
type PairingRow struct {
	Row
	Sponsor, Recipient string
	Decision           string
	From, To           twinning.Date
	Demo               bool
}

// PersonRow is a row of "people".
type PersonRow struct {
	Row
	Name string
	// Unit is empty until the roster is checked; Written is the unit as the file names it.
	Unit    twinning.UnitKey
	Written string
	Role    twinning.Role
}

// ReadRoster reads a workbook, a CSV file that holds one of the sheets, or a folder with units.csv, pairings.csv,
// people.csv and activities.csv. An error speaks of the file as a whole; rows are judged by Check.
func ReadRoster(path string) (*Roster, error) {
	files, err := LoadRoster(path)
	if err != nil {
		return nil, err
	}
	return files.Parse()
}

// parseRoster reads one file. What it is, is told by its first bytes, not by its name.
func parseRoster(name string, data []byte) (*Roster, error) {
	grids, err := readGrids(name, data)
	if err != nil {
		return nil, err
	}
	r, err := newRoster()
	if err != nil {
		return nil, err
	}
	read := 0
	for _, g := range grids {
		label := g.title
		if label == "" {
			label = strings.TrimSuffix(name, filepath.Ext(name))
		}
		if g.sheet = g.kind(r.words, label); g.sheet == "" {
			r.Ignored = append(r.Ignored, Ignored{File: g.file, Title: g.title})
			continue
		}
		if g.sheet == sheetFilings {
			r.Ignored = append(r.Ignored, Ignored{File: g.file, Title: g.title, Sheet: g.sheet})
			continue
		}
		read++
		r.take(g)
	}
	if read == 0 {
		return nil, &FileError{
			File: name, Code: FileUnknown,
			text: "holds neither units nor pairings nor people nor activities; name the sheet (or file) so, or give it the " +
				`columns "key, name, role, parent", "sponsor, recipient, decision, from", "name, unit, role" or ` +
				`"date, sponsor, recipient, category"`,
		}
	}
	return r, nil
}

func readGrids(name string, data []byte) ([]*grid, error) {
	switch {
	case len(bytes.TrimSpace(bytes.TrimPrefix(data, []byte(byteOrderMark)))) == 0:
		return nil, &FileError{File: name, Code: FileEmpty, text: "is empty"}
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return readXLSX(name, data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return nil, &FileError{
			File: name, Code: FileOldWorkbook,
			text: "is an old .xls workbook or one with a password; save it as .xlsx without a password",
		}
	}
	g, err := readCSV(name, data)
	if err != nil {
		return nil, err
	}
	return []*grid{g}, nil
}

func newRoster() (*Roster, error) {
	words, err := loadVocabulary()
	if err != nil {
		return nil, err
	}
	return &Roster{words: words}, nil
}

// DefaultUnits returns the 105 units of Decision 1100/QĐ-UBND as embedded, in order of the file.
func DefaultUnits() ([]twinning.Unit, error) {
	r, err := parseRoster("units-1100.csv", units1100)
	if err != nil {
		return nil, err
	}
	plan, rejected := r.Check(nil, nil)
	if len(rejected) > 0 {
		return nil, fmt.Errorf("units-1100.csv:%d: %s %s %q", rejected[0].Row, rejected[0].Column, rejected[0].Code,
			rejected[0].Value)
	}
	return slices.Clone(plan.Units.Added), nil
}
