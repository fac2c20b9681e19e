package nlu

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// tableFiles are the word tables. Each line is class,value,weight,phrases; phrases stand separated by "|", written
// with full diacritics. A text without diacritics matches them too, unless the phrase begins with "=". The word "#" inside a phrase
// stands for a number in digits.
//
//go:embed tables/*.csv
var tableFiles embed.FS

// class is the first column of a table: what kind of word a phrase is.
type class string

// entry is one line of a table.
type entry struct {
	class  class
	value  string
	number int64
	weight int
	table  tables
	// bit is the class's in the sets of classes that a token begins.
	bit uint64
}

// bitOf returns a bit of the class's, which a few other classes share: enough to pass over tokens that begin none.
func bitOf(c class) uint64 {
	n := len(c)
	return 1 << ((uint(n)*11 + uint(c[0])*3 + uint(c[n-1])*7 + uint(c[n/2])*5) & 63)
}

// tables is a set of word tables, to pass over tokens that a reader has no word for.
type tables uint8

const (
	otherTables tables = 1 << iota
	numberTable
	dateTable
	countTable
)

// tableOf returns the bit of a table file.
func tableOf(name string) tables {
	switch name {
	case "tables/numbers.csv":
		return numberTable
	case "tables/dates.csv":
		return dateTable
	case "tables/counts.csv":
		return countTable
	}
	return otherTables
}

// phrase is one way to write an entry.
type phrase struct {
	entry *entry
	words []pattern
	// exact asks for the diacritics to be typed.
	exact bool
}

// pattern is one word of a phrase.
type pattern struct{ fold, mark string }

// anyNumber is the word of a phrase that stands for one number in digits: "ra mắt # mô hình".
const anyNumber = "#"

// matches says whether the token can be the word. A token without diacritics matches a marked word only where the
// writer leaves diacritics out; in rich text only when the rest of a longer phrase carries it.
func (p pattern) matches(t *token, exact bool) bool {
	if t.fold != p.fold {
		return p.fold == anyNumber && t.kind == tokenDigits
	}
	return t.mark == p.mark || !exact && t.kind == tokenWord && t.fold == t.mark
}

// lexicon finds phrases by their first two words.
type lexicon struct {
	byFirst map[string]*phrasesOf
}

// phrasesOf holds the phrases that begin with one word: those of that word alone, those whose second word is a number, and
// the others by their second word.
type phrasesOf struct {
	alone, numbered []phrase
	bySecond        map[string][]phrase
}

// all returns every phrase that begins with the word.
func (p *phrasesOf) all() []phrase {
	found := slices.Concat(p.alone, p.numbered)
	for _, ps := range p.bySecond {
		found = append(found, ps...)
	}
	return found
}

// loadLexicon reads all tables.
func loadLexicon(files fs.FS, a *alphabet) (*lexicon, error) {
	names, err := fs.Glob(files, "tables/*.csv")
	if err != nil {
		return nil, fmt.Errorf("word tables: %w", err)
	}
	lex := &lexicon{byFirst: make(map[string]*phrasesOf)}
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("word table %s: %w", name, err)
		}
		if err := lex.loadTable(raw, tableOf(name), a); err != nil {
			return nil, fmt.Errorf("word table %s: %w", name, err)
		}
	}
	return lex, nil
}

func (lex *lexicon) loadTable(raw []byte, table tables, a *alphabet) error {
	r := csv.NewReader(bytes.NewReader(raw))
	r.Comment = '#'
	r.FieldsPerRecord = 4
	rows, err := r.ReadAll()
	if err != nil {
		return fmt.Errorf("csv: %w", err)
	}
	for i, row := range rows {
		if i == 0 {
			continue // the header
		}
		e := &entry{class: class(row[0]), value: row[1], table: table, bit: bitOf(class(row[0]))}
		e.number, _ = strconv.ParseInt(row[1], 10, 64) // values that are no numbers stay 0
		if row[2] != "" {
			if e.weight, err = strconv.Atoi(row[2]); err != nil {
				return fmt.Errorf("row %d: weight: %w", i+1, err)
			}
		}
		for p := range strings.SplitSeq(row[3], "|") {
			if !lex.add(e, p, a) {
				return fmt.Errorf("row %d: empty phrase", i+1)
			}
		}
	}
	return nil
}

// add compiles one phrase.
func (lex *lexicon) add(e *entry, s string, a *alphabet) bool {
	s, exact := strings.TrimSpace(s), false
	if len(s) > 1 {
		s, exact = strings.CutPrefix(s, "=")
	}
	t := a.scan(s)
	if len(t.tokens) == 0 {
		return false
	}
	p := phrase{entry: e, exact: exact}
	for _, tok := range t.tokens {
		p.words = append(p.words, pattern{tok.fold, tok.mark})
	}
	of := lex.byFirst[p.words[0].fold]
	if of == nil {
		of = &phrasesOf{}
		lex.byFirst[p.words[0].fold] = of
	}
	switch {
	case len(p.words) == 1:
		of.alone = append(of.alone, p)
	case p.words[1].fold == anyNumber:
		of.numbered = append(of.numbered, p)
	default:
		if of.bySecond == nil {
			of.bySecond = make(map[string][]phrase)
		}
		of.bySecond[p.words[1].fold] = append(of.bySecond[p.words[1].fold], p)
	}
	return true
}

// tag says that tokens [start, end) may be the entry.
type tag struct {
	entry      *entry
	start, end int32
}

// tags finds all phrases in the tokens; index[i] is the first tag that starts at token i or later.
func (lex *lexicon) tags(t *text) (tags []tag, index []int32) {
	tags = make([]tag, 0, 3*len(t.tokens)+8)
	index = make([]int32, len(t.tokens)+1)
	for i := range t.tokens {
		index[i] = int32(len(tags))
		tags = lex.tagsAt(tags, t, i)
	}
	index[len(t.tokens)] = int32(len(tags))
	return tags, index
}

// tagsAt adds the phrases that stand at token i, the longer ones behind the lone words.
func (lex *lexicon) tagsAt(tags []tag, t *text, i int) []tag {
	add := func(phrases []phrase) {
		for k := range phrases {
			if end, ok := phrases[k].at(t, i); ok {
				tags = append(tags, tag{phrases[k].entry, int32(i), int32(end)})
			}
		}
	}
	if t.tokens[i].kind == tokenDigits {
		if of, next := lex.byFirst[anyNumber], t.numberEnd(i+1); of != nil && next < len(t.tokens) {
			add(of.bySecond[t.tokens[next].fold])
		}
	}
	of := lex.byFirst[t.tokens[i].fold]
	if of == nil {
		return tags
	}
	add(of.alone)
	if i+1 < len(t.tokens) {
		if t.tokens[i+1].kind == tokenDigits {
			add(of.numbered)
		}
		if len(of.bySecond) > 0 {
			add(of.bySecond[t.tokens[i+1].fold])
		}
	}
	return tags
}

// at says whether the phrase stands at token i. In rich text a lone unmarked word is not the marked word that folds
// to it ("ban" is not "bản"), and a longer phrase needs at least one word as written.
func (p *phrase) at(t *text, i int) (end int, ok bool) {
	same := false
	for k := range p.words {
		if i >= len(t.tokens) {
			return 0, false
		}
		tok := &t.tokens[i]
		if !p.words[k].matches(tok, p.exact) {
			return 0, false
		}
		same = same || tok.kind != tokenDigits && tok.mark == p.words[k].mark
		i++
		if p.words[k].fold == anyNumber {
			i = t.numberEnd(i)
		}
	}
	return i, same || !t.rich
}

// maxGroups bounds the groups of a number behind its first: a million billion has five.
const maxGroups = 5

// numberEnd returns the end of the digits that go on at token i behind a point or comma: "2.000".
func (t *text) numberEnd(i int) int {
	for last := i + 2*maxGroups; i < last && i+1 < len(t.tokens) && (t.tokens[i].fold == "." || t.tokens[i].fold == ",") && t.tokens[i].glued &&
		t.tokens[i+1].kind == tokenDigits && t.tokens[i+1].glued; {
		i += 2
	}
	return i
}
