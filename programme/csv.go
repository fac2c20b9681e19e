package programme

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// readCSV reads UTF-8 text with commas, semicolons or tabs. Other encodings are refused with the mend: a guess between
// them would spoil names without a sign.
func readCSV(name string, data []byte) (*grid, error) {
	text := bytes.TrimPrefix(data, []byte(byteOrderMark))
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}), bytes.IndexByte(text, 0) >= 0:
		return nil, &FileError{File: name, Code: FileNotText, text: `is UTF-16 or no text; save it as "CSV UTF-8"`}
	case !utf8.Valid(text):
		line := 1 + bytes.Count(text[:firstInvalid(text)], []byte("\n"))
		return nil, &FileError{
			File: name, Line: line, Code: FileNotUTF8, text: `is not UTF-8 (an old Vietnamese encoding?); save it as "CSV UTF-8"`,
		}
	}
	g := &grid{file: name, serial: serialFrom1900}
	// Excel writes "sep=;" as a first line that it never shows.
	first, rest, _ := strings.Cut(string(text), "\n")
	body, comma := string(text), delimiter(first)
	if sep, ok := strings.CutPrefix(strings.TrimSpace(first), "sep="); ok && len(sep) == 1 && strings.Contains(",;\t", sep) {
		body, comma = rest, rune(sep[0])
	}
	body = strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), "\r", "\n")
	if row := tooWideRow(body, byte(comma)); row > 0 {
		return nil, g.wider(row)
	}
	g.readRecords(body, comma)
	if g.tooWide != nil {
		return nil, g.tooWide
	}
	return g, nil
}

// readRecords reads the rows up to the first that is not well-formed.
func (g *grid) readRecords(body string, comma rune) {
	r := csv.NewReader(strings.NewReader(body))
	r.Comma, r.FieldsPerRecord = comma, -1
	// A cell of several lines is one row for a spreadsheet: extra counts the lines that such cells took before.
	extra := 0
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			row := 1
			if syntax, ok := errors.AsType[*csv.ParseError](err); ok {
				row = syntax.StartLine - extra
			}
			g.rejected = append(g.rejected, Rejection{Row: row, Code: RejectQuotes})
			return
		}
		line, _ := r.FieldPos(0)
		number := line - extra
		for _, c := range cells {
			extra += strings.Count(c, "\n")
		}
		if !g.add(number, cells) {
			return
		}
	}
}

// tooWideRow returns the number of the first row with more separators outside quotes than a spreadsheet has columns, 0 for
// none: the reader would take memory for each of the cells before anybody could see that they are empty.
func tooWideRow(body string, comma byte) int {
	const most = 16_384 // columns of a sheet of Excel
	row, cells, inQuotes := 1, 0, false
	for i := range len(body) {
		switch c := body[i]; {
		case c == '"':
			inQuotes = !inQuotes
		case inQuotes:
		case c == '\n':
			row, cells = row+1, 0
		case c == comma:
			if cells++; cells > most {
				return row
			}
		}
	}
	return 0
}

// delimiter returns the separator that the first line has most of, outside quotes.
func delimiter(line string) rune {
	counts := map[rune]int{}
	inQuotes := false
	for _, r := range line {
		if r == '"' {
			inQuotes = !inQuotes
		}
		if !inQuotes {
			counts[r]++
		}
	}
	best := ','
	for _, r := range ";\t" {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best
}

// firstInvalid returns the offset of the first byte that is not UTF-8.
func firstInvalid(text []byte) int {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size <= 1 {
			return i
		}
		i += size
	}
	return len(text)
}
