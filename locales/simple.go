package locales

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// simple is a text that has one form and nothing but arguments in it, as most do: what the templates of go-i18n would
// write is put together from its pieces, at a tenth of the cost. The words go around the arguments, so that there is one
// more of them.
type simple struct{ words, names []string }

// argument is how a text names an argument, without spaces, conditions and functions.
var argument = regexp.MustCompile(`\{\{\.([A-Za-z][A-Za-z0-9]*)\}\}`)

// simpleText takes a text apart, unless it is more than a simple one.
func simpleText(m *i18n.Message) (simple, bool) {
	if m.Zero+m.One+m.Two+m.Few+m.Many != "" || m.Other == "" {
		return simple{}, false
	}
	var s simple
	from := 0
	for _, at := range argument.FindAllStringSubmatchIndex(m.Other, -1) {
		s.words = append(s.words, m.Other[from:at[0]])
		s.names = append(s.names, m.Other[at[2]:at[3]])
		from = at[1]
	}
	s.words = append(s.words, m.Other[from:])
	for _, words := range s.words {
		if strings.Contains(words, "{{") || strings.Contains(words, "}}") || strings.Contains(words, noValue) {
			return simple{}, false
		}
	}
	return s, true
}

// text writes the text with its arguments. ok is false where an argument is absent, or is one that the language may have
// more to say about.
func (s simple) text(p Printer, args map[string]any) (text string, ok bool) {
	if _, counts := wholeNumber(args["Count"]); counts {
		return "", false
	}
	if len(s.names) == 0 {
		return s.words[0], true
	}
	var room [8]string
	values, length := room[:0], 0
	for _, name := range s.names {
		var value string
		switch v := args[name].(type) {
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
