package programme

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"

	"github.com/xuri/excelize/v2"
)

// mark is something about a cell of a workbook that its text doesn't tell.
type mark int

const (
	markFormula mark = iota + 1
	// markFraction is a number whose text looks like thousands: 1.234.
	markFraction
)

// place is a cell by row and column, from 1.
type place struct{ row, column int }

// cellMarks are the cells of a sheet that have a mark.
type cellMarks map[place]mark

// marked finds sheets that may have marks, so that the others needn't be read twice.
var marked = regexp.MustCompile(`<(\w+:)?f[\s/>]|<(\w+:)?v>-?\d{1,3}\.\d{3}<`)

// fractionText is the text of a number that could be taken for thousands.
var fractionText = regexp.MustCompile(`^-?\d{1,3}\.\d{3}$`)

// readMarks reads the marks of every sheet of a workbook by its title. The XLSX library tells of one cell's formula only
// after a walk over all rows, which takes minutes for a long sheet.
func readMarks(data []byte) (map[string]cellMarks, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("zip: %w", err)
	}
	parts := map[string]*zip.File{}
	for _, f := range archive.File {
		parts[strings.ToLower(strings.TrimPrefix(f.Name, "/"))] = f
	}
	paths, err := sheetPaths(parts)
	if err != nil {
		return nil, err
	}
	marks := map[string]cellMarks{}
	for title, p := range paths {
		sheet, err := readPart(parts[strings.ToLower(p)])
		if err != nil {
			return nil, err
		}
		if !marked.Match(sheet) {
			continue
		}
		if marks[title], err = marksOf(sheet); err != nil {
			return nil, fmt.Errorf("sheet %q: %w", title, err)
		}
	}
	return marks, nil
}

// sheetPaths returns where in the archive each sheet stands, by title (ECMA-376-1, 18.2.19 and ECMA-376-2, 9.3).
func sheetPaths(parts map[string]*zip.File) (map[string]string, error) {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		Links []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	for name, target := range map[string]any{"xl/workbook.xml": &book, "xl/_rels/workbook.xml.rels": &links} {
		part, err := readPart(parts[name])
		if err != nil {
			return nil, err
		}
		if err := decoder(part).Decode(target); err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	targets := map[string]string{}
	for _, l := range links.Links {
		targets[l.ID] = l.Target
		if !strings.HasPrefix(l.Target, "/") {
			targets[l.ID] = path.Join("xl", l.Target)
		}
	}
	paths := map[string]string{}
	for _, s := range book.Sheets {
		paths[s.Name] = strings.TrimPrefix(targets[s.ID], "/")
	}
	return paths, nil
}

// readPart unpacks one file of the archive, nothing for one that isn't there.
func readPart(f *zip.File) ([]byte, error) {
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	defer r.Close() //nolint:errcheck // only read from
	part, err := io.ReadAll(io.LimitReader(r, maxUnzipped))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	return part, nil
}

// decoder reads XML whose declared encoding is not asked for: the library has refused what it can't read already.
func decoder(part []byte) *xml.Decoder {
	d := xml.NewDecoder(bytes.NewReader(part))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	return d
}

// marksOf reads the marks of one sheet.
func marksOf(sheet []byte) (cellMarks, error) {
	marks := cellMarks{}
	d := decoder(sheet)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return marks, nil
		}
		if err != nil {
			return nil, err //nolint:wrapcheck // the caller names the sheet
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "c" {
			continue
		}
		var cell struct {
			At      string    `xml:"r,attr"`
			Type    string    `xml:"t,attr"`
			Formula *struct{} `xml:"f"`
			Value   string    `xml:"v"`
		}
		if err := d.DecodeElement(&cell, &start); err != nil {
			return nil, err //nolint:wrapcheck // the caller names the sheet
		}
		column, row, err := excelize.CellNameToCoordinates(cell.At)
		switch {
		case err != nil: // a cell without a name stands where the library puts it; nobody writes such with formulas
		case cell.Formula != nil:
			marks[place{row, column}] = markFormula
		case (cell.Type == "" || cell.Type == "n") && fractionText.MatchString(cell.Value):
			marks[place{row, column}] = markFraction
		}
	}
}
