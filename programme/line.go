package programme

import (
	"strconv"
	"strings"
)

// lineIndex knows on which line of a TOML source each table and key stands. The TOML library keeps positions for
// syntax errors only, so the source is scanned a second time; the scan trusts that the library found it well-formed.
type lineIndex struct {
	at map[string]int
	// depth is the deepest nesting of brackets and dotted keys.
	depth int
}

// line returns the line of the path, or of the nearest table that holds it, or 1.
func (x *lineIndex) line(path string) int {
	for path != "" {
		if n, ok := x.at[path]; ok {
			return n
		}
		cut := strings.LastIndexByte(path, '.')
		if cut < 0 {
			break
		}
		path = path[:cut]
	}
	return 1
}

// tomlScanner walks over a TOML source statement by statement.
type tomlScanner struct {
	src   string
	pos   int
	row   int
	table string
	count map[string]int
	index *lineIndex
}

// indexLines scans a source; a malformed one gives an index that is merely incomplete.
func indexLines(src string) *lineIndex {
	s := &tomlScanner{src: src, row: 1, count: map[string]int{}, index: &lineIndex{at: map[string]int{}}}
	for s.pos < len(s.src) {
		s.statement()
	}
	return s.index
}

// statement reads one blank line, comment, table header or key with its value.
func (s *tomlScanner) statement() {
	s.skip(" \t\r")
	switch {
	case s.pos >= len(s.src):
	case s.src[s.pos] == '\n':
		s.next()
	case s.src[s.pos] == '#':
		s.comment()
	case s.src[s.pos] == '[':
		s.header()
	default:
		s.keyValue()
	}
}

func (s *tomlScanner) next() {
	if s.src[s.pos] == '\n' {
		s.row++
	}
	s.pos++
}

func (s *tomlScanner) skip(chars string) {
	for s.pos < len(s.src) && strings.IndexByte(chars, s.src[s.pos]) >= 0 {
		s.next()
	}
}

func (s *tomlScanner) comment() {
	for s.pos < len(s.src) && s.src[s.pos] != '\n' {
		s.pos++
	}
}

// header reads "[a.b]" or "[[a]]"; each repeated table gets its number.
func (s *tomlScanner) header() {
	row := s.row
	repeated := strings.HasPrefix(s.src[s.pos:], "[[")
	s.skip("[")
	name := s.key("]\n")
	s.skip("]")
	if repeated {
		s.note(name, row)
		s.count[name]++
	}
	name = s.numbered(name)
	s.table = name
	s.note(name, row)
	s.comment()
}

// numbered puts the number of the current repeated table behind each part of the name that is one: "a.b" -> "a[2].b".
func (s *tomlScanner) numbered(name string) string {
	var path, plain []string
	for part := range strings.SplitSeq(name, ".") {
		plain = append(plain, part)
		if n := s.count[strings.Join(plain, ".")]; n > 0 {
			part += "[" + strconv.Itoa(n-1) + "]"
		}
		path = append(path, part)
		if len(path) > maxNesting {
			break
		}
	}
	return strings.Join(path, ".")
}

func (s *tomlScanner) keyValue() {
	row := s.row
	name := s.key("=\n")
	if s.table != "" {
		name = s.table + "." + name
	}
	s.note(name, row)
	s.skip("=")
	s.value()
}

// note keeps the first line of a path and of the tables that a dotted key opens on the way.
func (s *tomlScanner) note(name string, row int) {
	s.index.depth = max(s.index.depth, strings.Count(name, ".")+1)
	if s.index.depth > maxNesting {
		return
	}
	for {
		if _, ok := s.index.at[name]; !ok {
			s.index.at[name] = row
		}
		cut := strings.LastIndexByte(name, '.')
		if cut < 0 {
			return
		}
		name = name[:cut]
	}
}

// key reads a dotted key up to one of the end characters, without spaces and quotes.
func (s *tomlScanner) key(end string) string {
	var b strings.Builder
	for s.pos < len(s.src) && strings.IndexByte(end, s.src[s.pos]) < 0 {
		switch c := s.src[s.pos]; c {
		case '"', '\'':
			from := s.pos + 1
			s.quoted(c)
			b.WriteString(strings.Trim(s.src[min(from, s.pos):s.pos], `"'`))
			continue
		case ' ', '\t', '\r':
		default:
			b.WriteByte(c)
		}
		s.pos++
	}
	return b.String()
}

// value reads to the end of the line that ends the value, over strings and brackets of several lines.
func (s *tomlScanner) value() {
	depth := 0
	for s.pos < len(s.src) {
		switch c := s.src[s.pos]; c {
		case '"', '\'':
			s.quoted(c)
			continue
		case '#':
			s.comment()
			continue
		case '[', '{':
			depth++
			s.index.depth = max(s.index.depth, depth)
		case ']', '}':
			depth--
		case '\n':
			if depth <= 0 {
				return
			}
		}
		s.next()
	}
}

// quoted reads a string of either kind, of one or several lines.
func (s *tomlScanner) quoted(quote byte) {
	long := strings.Repeat(string(quote), 3)
	end := string(quote)
	if strings.HasPrefix(s.src[s.pos:], long) {
		end = long
	}
	s.pos += len(end)
	for s.pos < len(s.src) {
		switch {
		case quote == '"' && s.src[s.pos] == '\\' && s.pos+1 < len(s.src):
			s.next()
		case strings.HasPrefix(s.src[s.pos:], end):
			s.pos += len(end)
			return
		case s.src[s.pos] == '\n' && len(end) == 1:
			return
		}
		s.next()
	}
}

// plainKey returns the path without the numbers of repeated tables.
func plainKey(path string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(path, "[") {
		if b.Len() == 0 {
			b.WriteString(part)
			continue
		}
		_, after, _ := strings.Cut(part, "]")
		b.WriteString(after)
	}
	return b.String()
}
