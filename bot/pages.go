package bot

import (
	"html"
	"slices"
	"strings"
	"unicode/utf8"
)

// token is a piece of HTML that is never cut: a tag, a character or an entity.
type token struct {
	text string
	tag  bool
	// units is its length in UTF-16 units when shown; a tag has none.
	units int
}

// tokens cuts HTML as Telegram takes it: <b>, </b>, <a href="…">, &amp; and characters.
func tokens(markup string) []token {
	all := make([]token, 0, len(markup))
	for len(markup) > 0 {
		t := firstToken(markup)
		all = append(all, t)
		markup = markup[len(t.text):]
	}
	return all
}

func firstToken(markup string) token {
	switch markup[0] {
	case '<':
		if end := strings.IndexByte(markup, '>'); end > 0 {
			return token{text: markup[:end+1], tag: true}
		}
	case '&':
		if end := strings.IndexByte(markup, ';'); end > 0 && end < 12 {
			return token{text: markup[:end+1], units: utf16Units(html.UnescapeString(markup[:end+1]))}
		}
	}
	_, size := utf8.DecodeRuneInString(markup)
	return token{text: markup[:size], units: utf16Units(markup[:size])}
}

// utf16Units returns the length of plain text as Telegram counts it.
func utf16Units(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// units returns the length of HTML as Telegram counts it, after the markup is parsed.
func units(markup string) int {
	n := 0
	for len(markup) > 0 {
		t := firstToken(markup)
		n += t.units
		markup = markup[len(t.text):]
	}
	return n
}

// pages cuts HTML into texts of at most limit UTF-16 units each: at the last line end that fits, else at the last space,
// else anywhere between characters. Tags that are open at a cut are closed there and opened again. Empty HTML makes no
// page.
func pages(markup string, limit int) []string {
	markup = strings.TrimSpace(markup)
	if isPage(markup, limit) {
		return []string{markup}
	}
	all := tokens(markup)
	var out []string
	var open []string
	for len(all) > 0 {
		end := cut(all, limit)
		var page strings.Builder
		for _, tag := range open {
			page.WriteString(tag)
		}
		for _, t := range all[:end] {
			page.WriteString(t.text)
			open = track(open, t)
		}
		for _, o := range slices.Backward(open) {
			page.WriteString("</" + tagName(o) + ">")
		}
		if text := strings.TrimSpace(page.String()); strip(text) != "" {
			out = append(out, text)
		}
		all = all[end:]
	}
	return out
}

// isPage says whether the HTML makes one page as it is, which is nearly always so: it fits, says something, and no tag is
// left open.
func isPage(markup string, limit int) bool {
	// A character takes at least as many bytes as UTF-16 units.
	if len(markup) > limit && units(markup) > limit {
		return false
	}
	says, open := false, []string(nil)
	for rest := markup; len(rest) > 0; {
		words := strings.IndexByte(rest, '<')
		if words < 0 {
			return len(open) == 0
		}
		t := firstToken(rest[words:])
		says, open = says || words > 0 || !t.tag, track(open, t)
		rest = rest[words+len(t.text):]
	}
	return says && len(open) == 0
}

// cut returns how many of the tokens make the next page.
func cut(all []token, limit int) int {
	length, line, space := 0, 0, 0
	for i, t := range all {
		if length += t.units; length > limit {
			switch {
			case line > 0:
				return line
			case space > 0:
				return space
			}
			return max(i, 1)
		}
		switch t.text {
		case "\n":
			line = i + 1
		case " ":
			space = i + 1
		}
	}
	return len(all)
}

// track returns the tags that are open after the token.
func track(open []string, t token) []string {
	switch {
	case !t.tag:
		return open
	case !strings.HasPrefix(t.text, "</"):
		return append(slices.Clip(open), t.text)
	case len(open) > 0:
		return open[:len(open)-1]
	}
	return open
}

// tagName returns "a" for `<a href="…">`.
func tagName(tag string) string {
	name, _, _ := strings.Cut(strings.Trim(tag, "</>"), " ")
	return name
}
