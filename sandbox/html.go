package sandbox

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// htmlParser reads Telegram's HTML parse mode into a plain text and entities, with Telegram's words for what is wrong.
type htmlParser struct {
	in    string
	at    int
	out   strings.Builder
	units int // UTF-16 length of out
	open  []openTag
	done  []Entity
}

// openTag is a start tag whose end tag hasn't come yet.
type openTag struct {
	name   string
	entity Entity
	byteAt int // length of out at the tag
}

// parseHTML gives the plain text and its entities, sorted as Telegram sends them.
func parseHTML(in string) (string, []Entity, error) {
	p := &htmlParser{in: in}
	for p.at < len(in) {
		switch in[p.at] {
		case '&':
			p.write(p.character())
		case '<':
			if err := p.tag(); err != nil {
				return "", nil, err
			}
		default:
			r, size := utf8.DecodeRuneInString(in[p.at:])
			p.write(string(r))
			p.at += size
		}
	}
	if n := len(p.open); n > 0 {
		return "", nil, fmt.Errorf("can't find end tag corresponding to start tag %q: %w", p.open[n-1].name, ErrInvalid)
	}
	slices.Reverse(p.done) // the outer of two equal ones first
	sortEntities(p.done)
	return p.out.String(), clean(p.done), nil
}

func (p *htmlParser) write(text string) {
	p.out.WriteString(text)
	p.units += utf16Len(text)
}

// character reads an entity reference. What isn't one of Telegram's five kinds stays as it is written.
func (p *htmlParser) character() string {
	rest := p.in[p.at+1:]
	n := strings.IndexFunc(rest, func(r rune) bool { return r != '#' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z') })
	if n < 0 {
		n = len(rest)
	}
	text := decodeReference(rest[:n])
	if text == "" {
		p.at++
		return "&"
	}
	p.at += 1 + n
	if strings.HasPrefix(rest[n:], ";") {
		p.at++
	}
	return text
}

func decodeReference(name string) string {
	switch name {
	case "lt":
		return "<"
	case "gt":
		return ">"
	case "amp":
		return "&"
	case "quot":
		return `"`
	}
	digits, numeric := strings.CutPrefix(name, "#")
	base := 10
	if hex, ok := strings.CutPrefix(strings.ToLower(digits), "x"); ok {
		digits, base = hex, 16
	}
	code, err := strconv.ParseInt(digits, base, 32)
	if !numeric || err != nil || code == 0 || !utf8.ValidRune(rune(code)) {
		return ""
	}
	return string(rune(code))
}

// tag reads a start or an end tag.
func (p *htmlParser) tag() error {
	begin := p.at
	end := strings.IndexByte(p.in[begin:], '>')
	if end < 0 {
		return fmt.Errorf("unclosed start tag at byte offset %d: %w", begin, ErrInvalid)
	}
	if strings.HasPrefix(p.in[begin:], "</") {
		p.at = begin + end + 1
		return p.endTag(strings.ToLower(strings.TrimSpace(p.in[begin+2:begin+end])), begin)
	}
	p.at = begin + 1
	name := strings.ToLower(p.word())
	attributes, err := p.attributes(name, begin)
	if err != nil {
		return err
	}
	e := Entity{Offset: p.units}
	if err := describe(&e, name, attributes, begin); err != nil {
		return err
	}
	p.open = append(p.open, openTag{name: name, entity: e, byteAt: p.out.Len()})
	return nil
}

// word reads a run of name characters.
func (p *htmlParser) word() string {
	from := p.at
	for p.at < len(p.in) && !strings.ContainsRune(" \t\r\n=>/\"'<", rune(p.in[p.at])) {
		p.at++
	}
	return p.in[from:p.at]
}

func (p *htmlParser) spaces() {
	for p.at < len(p.in) && strings.IndexByte(" \t\r\n", p.in[p.at]) >= 0 {
		p.at++
	}
}

// attributes reads up to and including the tag's '>'.
func (p *htmlParser) attributes(tag string, begin int) (map[string]string, error) {
	out := map[string]string{}
	for {
		p.spaces()
		if p.at >= len(p.in) {
			return nil, fmt.Errorf("unclosed start tag %q at byte offset %d: %w", tag, begin, ErrInvalid)
		}
		if p.in[p.at] == '>' {
			p.at++
			return out, nil
		}
		name := strings.ToLower(p.word())
		if name == "" {
			return nil, fmt.Errorf("empty attribute name in the tag %q at byte offset %d: %w", tag, begin, ErrInvalid)
		}
		p.spaces()
		if p.at >= len(p.in) || p.in[p.at] != '=' {
			out[name] = "" // an attribute without a value, as in <blockquote expandable>
			continue
		}
		p.at++
		p.spaces()
		value, err := p.value(tag, begin)
		if err != nil {
			return nil, err
		}
		out[name] = value
	}
}

// value reads an attribute's value, in quotes or bare.
func (p *htmlParser) value(tag string, begin int) (string, error) {
	if p.at < len(p.in) && (p.in[p.at] == '"' || p.in[p.at] == '\'') {
		quote := p.in[p.at]
		p.at++
		var b strings.Builder
		for p.at < len(p.in) && p.in[p.at] != quote {
			if p.in[p.at] == '&' {
				b.WriteString(p.character())
				continue
			}
			b.WriteByte(p.in[p.at])
			p.at++
		}
		if p.at >= len(p.in) {
			return "", fmt.Errorf("unclosed start tag at byte offset %d: %w", begin, ErrInvalid)
		}
		p.at++
		return b.String(), nil
	}
	from := p.at
	for p.at < len(p.in) && strings.IndexByte(" \t\r\n>", p.in[p.at]) < 0 {
		p.at++
	}
	if p.at == from {
		return "", fmt.Errorf("unexpected end of name token at byte offset %d of the tag %q: %w", begin, tag, ErrInvalid)
	}
	return p.in[from:p.at], nil
}

// describe fills the entity from the tag.
func describe(e *Entity, tag string, attributes map[string]string, begin int) error {
	switch tag {
	case "b", "strong":
		e.Type = "bold"
	case "i", "em":
		e.Type = "italic"
	case "u", "ins":
		e.Type = "underline"
	case "s", "strike", "del":
		e.Type = "strikethrough"
	case "tg-spoiler":
		e.Type = "spoiler"
	case "span":
		if attributes["class"] != "tg-spoiler" {
			return fmt.Errorf("tag %q must have class \"tg-spoiler\" at byte offset %d: %w", tag, begin, ErrInvalid)
		}
		e.Type = "spoiler"
	case "a":
		e.Type, e.URL = "text_link", attributes["href"]
	case "code":
		e.Type = "code"
		e.Language, _ = strings.CutPrefix(attributes["class"], "language-")
	case "pre":
		e.Type = "pre"
	case "blockquote":
		e.Type = "blockquote"
		if _, ok := attributes["expandable"]; ok {
			e.Type = "expandable_blockquote"
		}
	case "tg-emoji":
		e.Type, e.EmojiID = "custom_emoji", attributes["emoji-id"]
		if e.EmojiID == "" {
			return fmt.Errorf("custom emoji entity at byte offset %d must have an emoji-id: %w", begin, ErrInvalid)
		}
	default:
		return fmt.Errorf("unsupported start tag %q at byte offset %d: %w", tag, begin, ErrInvalid)
	}
	return nil
}

// endTag closes the innermost open tag, which must bear the name (or the end tag none).
func (p *htmlParser) endTag(name string, begin int) error {
	n := len(p.open)
	if n == 0 {
		return fmt.Errorf("unexpected end tag at byte offset %d: %w", begin, ErrInvalid)
	}
	tag := p.open[n-1]
	if name != "" && name != tag.name {
		return fmt.Errorf("unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\": %w", begin, tag.name, name, ErrInvalid)
	}
	p.open = p.open[:n-1]
	e := tag.entity
	e.Length = p.units - e.Offset
	if e.Type == "text_link" {
		e.URL = linkTarget(e.URL, p.out.String()[tag.byteAt:])
	}
	if e.Length > 0 && (e.Type != "text_link" || e.URL != "") {
		p.done = append(p.done, e)
	}
	return nil
}

// linkTarget is the link's address: href, else the text if it is one, else "" (then Telegram shows plain text).
func linkTarget(href, text string) string {
	if href == "" {
		href = text
	}
	u := href
	if !strings.Contains(u, ":") {
		u = "http://" + u
	}
	if !safeURL(u) || !strings.Contains(strings.TrimPrefix(u, "http://"), ".") && !strings.HasPrefix(u, "tg:") {
		return ""
	}
	return u
}

// clean merges <pre><code class="language-x"> into one pre and drops what stands inside code, as Telegram does.
func clean(all []Entity) []Entity {
	var out []Entity
	for _, e := range all {
		i := slices.IndexFunc(out, func(o Entity) bool {
			return (o.Type == "pre" || o.Type == "code") && o.Offset <= e.Offset && e.end() <= o.end()
		})
		if i < 0 {
			if e.Type == "code" {
				e.Language = "" // only a pre has a language
			}
			out = append(out, e)
			continue
		}
		if e.Type == "code" && out[i].Offset == e.Offset && out[i].Length == e.Length {
			out[i].Type, out[i].Language = "pre", e.Language
		}
	}
	return out
}
