package locales

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// simple is a text that has nothing but arguments in it, as most do: what the templates of go-i18n would write is put
// together from its pieces, at a tenth of the cost. one is its form for one thing, where the language has such a form.
type simple struct{ other, one *pieces }

// pieces are a form of a text: the words go around the arguments, so that there is one more of them.
type pieces struct{ words, names []string }

// argument is how a text names an argument, without spaces, conditions and functions.
var argument = regexp.MustCompile(`\{\{\.([A-Za-z][A-Za-z0-9]*)\}\}`)

// simpleText takes a text apart, unless it is more than a simple one.
func simpleText(m *i18n.Message) (s simple, ok bool) {
	if m.Zero+m.Two+m.Few+m.Many != "" || m.Other == "" {
		return s, false
	}
	if s.other, ok = takeApart(m.Other); ok && m.One != "" {
		s.one, ok = takeApart(m.One)
	}
	return s, ok
}

func takeApart(text string) (*pieces, bool) {
	var s pieces
	from := 0
	for _, at := range argument.FindAllStringSubmatchIndex(text, -1) {
		s.words = append(s.words, text[from:at[0]])
		s.names = append(s.names, text[at[2]:at[3]])
		from = at[1]
	}
	s.words = append(s.words, text[from:])
	for _, words := range s.words {
		if strings.Contains(words, "{{") || strings.Contains(words, "}}") || strings.Contains(words, noValue) {
			return nil, false
		}
	}
	return &s, true
}

// text writes the text with its arguments. ok is false where an argument is absent, or a form that the language wants.
func (s simple) text(p Printer, arg func(name string) any) (text string, ok bool) {
	if n, counts := wholeNumber(arg("Count")); counts && p.isOne(n) {
		if s.one == nil {
			return "", false
		}
		return s.one.text(p, arg)
	}
	return s.other.text(p, arg)
}

// isOne says whether the language counts so many as one thing (CLDR 48, plural rules: Vietnamese "i = 0 or n = 1", English
// "i = 1 and v = 0"). Which rules go-i18n keeps cannot be asked of it; a test compares the texts.
func (p Printer) isOne(n int64) bool { return n == 1 || n == -1 || n == 0 && p.lang == Vietnamese }

func (s *pieces) text(p Printer, arg func(name string) any) (text string, ok bool) {
	if len(s.names) == 0 {
		return s.words[0], s.words[0] != ""
	}
	var room [8]string
	values, length := room[:0], 0
	for _, name := range s.names {
		var value string
		switch v := arg(name).(type) {
		case string:
			value = v
		case int, int64:
			n, _ := wholeNumber(v)
			if value = p.Number(n); namesSomething(name) {
				value = strconv.FormatInt(n, 10)
			}
		case nil:
			return "", false
		default:
			value = fmt.Sprint(v)
		}
		if strings.Contains(value, noValue) {
			return "", false
		}
		values = append(values, value)
		length += len(value)
	}
	for _, words := range s.words {
		length += len(words)
	}
	var b strings.Builder
	b.Grow(length)
	for i, value := range values {
		b.WriteString(s.words[i])
		b.WriteString(value)
	}
	b.WriteString(s.words[len(values)])
	return b.String(), b.Len() > 0
}
