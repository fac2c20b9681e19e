package programme

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/xuri/excelize/v2"
)

// maxUnzipped bounds what a workbook may unpack to, against zip bombs.
const maxUnzipped = 64 << 20

// readXLSX reads every sheet of a workbook as raw values: a cell's format could turn a date into "02-26-27". Links to
// other files are never followed; macros never run.
func readXLSX(name string, data []byte) (grids []*grid, err error) {
	// The library was written for well-formed workbooks; a malformed one must not end the programme.
	defer func() {
		if r := recover(); r != nil {
			grids, err = nil, &FileError{File: name, Code: FileBroken, text: fmt.Sprintf("is no readable XLSX workbook: %v", r)}
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped,
	})
	if err != nil {
		return nil, &FileError{File: name, Code: FileBroken, text: fmt.Sprintf("is no readable XLSX workbook: %v", err)}
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	serial := serialFrom1900
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil && *props.Date1904 {
		serial = serialFrom1904
	}
	marks, err := readMarks(data)
	if err != nil {
		return nil, &FileError{File: name, Code: FileBroken, text: fmt.Sprintf("is no readable XLSX workbook: %v", err)}
	}
	for _, title := range f.GetSheetList() {
		g := &grid{file: name, title: title, serial: serial}
		err := g.readSheet(f)
		if g.tooWide != nil {
			return nil, g.tooWide
		}
		if err != nil {
			return nil, fmt.Errorf("%s: sheet %q: %w", name, title, err)
		}
		g.marks = marks[title]
		grids = append(grids, g)
	}
	return grids, nil
}

// readSheet reads the rows in order; blank ones count in the numbers.
func (g *grid) readSheet(f *excelize.File) error {
	rows, err := f.Rows(g.title)
	if err != nil {
		return err //nolint:wrapcheck // the caller names file and sheet
	}
	defer rows.Close() //nolint:errcheck // only read from
	for number := 1; rows.Next(); number++ {
		cells, err := rows.Columns()
		if err != nil {
			return err //nolint:wrapcheck // the caller names file and sheet
		}
		if !g.add(number, cells) {
			break
		}
	}
	return rows.Error() //nolint:wrapcheck // the caller names file and sheet
}
