package sandbox

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Telegram's limits in UTF-16 units after entity parsing (sendMessage, sendPhoto).
const (
	maxText    = 4096
	maxCaption = 1024
)

// Entity marks a part of a text. Offset and Length count UTF-16 units. Types are Telegram's ("bold", "bot_command").
type Entity struct {
	Type     string `json:"type"`
	Offset   int    `json:"offset"`
	Length   int    `json:"length"`
	URL      string `json:"url,omitempty"`
	Language string `json:"language,omitempty"`
	EmojiID  string `json:"custom_emoji_id,omitempty"`
}

func (e Entity) end() int { return e.Offset + e.Length }

// utf16Len is the length of the text in UTF-16 units, as Telegram counts.
func utf16Len(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

func checkLength(what, text string, limit int) error {
	if n := utf16Len(text); n > limit {
		return fmt.Errorf("%s: %w: %d UTF-16 units, at most %d", what, ErrInvalid, n, limit)
	}
	return nil
}

// entityPatterns finds what Telegram marks by itself. The first group is the marked part. Compiled once, never changed.
var entityPatterns = sync.OnceValue(func() []entityPattern {
	const before = `(?:^|[^\p{L}\p{N}_/@#])`
	return []entityPattern{
		{"url", regexp.MustCompile(`(?i)(?:^|[^\p{L}\p{N}_/@.])((?:https?://|t\.me/)[^\s<>"]+)`)},
		{"email", regexp.MustCompile(`(?:^|[^\w.+-])([\w.+-]+@[\w-]+\.[\w.-]*\w)`)},
		{"bot_command", regexp.MustCompile(`(?:^|[^\p{L}\p{N}_/<@#])(/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)`)},
		{"mention", regexp.MustCompile(before + `(@[A-Za-z0-9_]{4,32})`)},
		{"hashtag", regexp.MustCompile(before + `(#[\p{L}\p{N}\p{M}_]*\p{L}[\p{L}\p{N}\p{M}_]*)`)},
	}
})

type entityPattern struct {
	kind string
	re   *regexp.Regexp
}

// detectEntities finds links, addresses, commands, mentions and hashtags in a plain text, as Telegram does for messages
// of people and for the unmarked parts of messages of bots. They don't overlap.
func detectEntities(text string) []Entity {
	if !strings.ContainsAny(text, "/@#") && !strings.Contains(text, "t.me") {
		return nil
	}
	var out []Entity
	for _, p := range entityPatterns() {
		for _, at := range matches(p.re, text) {
			from, to := at[0], at[1]
			if p.kind == "url" {
				to = from + len(strings.TrimRight(text[from:to], ".,;:!?)]}'…”"))
			}
			if p.kind == "bot_command" && endsInWord(text[to:]) {
				continue
			}
			e := Entity{Type: p.kind, Offset: utf16Len(text[:from]), Length: utf16Len(text[from:to])}
			if !overlapsAny(out, e) {
				out = append(out, e)
			}
		}
	}
	sortEntities(out)
	return out
}

// endsInWord says that the command goes on with a letter that commands can't have ("/hạn"): then it isn't one. A slash
// after it makes it a path.
func endsInWord(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return rest != "" && (r == '/' || r == '_' || isWord(r))
}

func isWord(r rune) bool { return unicode.In(r, unicode.L, unicode.N, unicode.M) }

// matches gives the byte ranges of the first group. Two matches may share the rune between them (a space), so each search
// goes on one rune before the end of the last match.
func matches(re *regexp.Regexp, text string) [][2]int {
	var out [][2]int
	last := 0
	for from := 0; from < len(text); {
		m := re.FindStringSubmatchIndex(text[from:])
		if m == nil {
			break
		}
		if from == 0 || m[2] > 0 { // at the start of a rest, ^ would match inside a word
			out = append(out, [2]int{from + m[2], from + m[3]})
			last = from + m[3]
		}
		_, size := utf8.DecodeLastRuneInString(text[:from+m[3]])
		from = max(from+1, from+m[3]-size)
		for from < last-size {
			from++
		}
		for from < len(text) && !utf8.RuneStart(text[from]) {
			from++
		}
	}
	return out
}

func overlapsAny(all []Entity, e Entity) bool {
	return slices.ContainsFunc(all, func(o Entity) bool { return e.Offset < o.end() && o.Offset < e.end() })
}

// sortEntities orders by offset, the longer one first, as Telegram sends them.
func sortEntities(all []Entity) {
	slices.SortStableFunc(all, func(a, b Entity) int {
		if a.Offset != b.Offset {
			return a.Offset - b.Offset
		}
		return b.Length - a.Length
	})
}

// withDetected adds what Telegram finds by itself to the entities that the bot gave, where they don't overlap.
func withDetected(text string, given []Entity) []Entity {
	for _, e := range detectEntities(text) {
		if !overlapsAny(given, e) || !overlapsAny(blocking(given), e) {
			given = append(given, e)
		}
	}
	sortEntities(given)
	return given
}

// blocking are the entities inside which nothing is found: code and links.
func blocking(all []Entity) []Entity {
	return slices.DeleteFunc(slices.Clone(all), func(e Entity) bool {
		return e.Type != "code" && e.Type != "pre" && e.Type != "text_link"
	})
}

// addressed says whether a bot in privacy mode is shown the text: a command that isn't for another bot, or its mention.
func addressed(text string, entities []Entity, username string) bool {
	for _, e := range entities {
		part := strings.ToLower(cut16(text, e.Offset, e.end()))
		switch e.Type {
		case "mention":
			if part == "@"+strings.ToLower(username) {
				return true
			}
		case "bot_command":
			_, to, named := strings.Cut(part, "@")
			if named && to == strings.ToLower(username) || !named && e.Offset == 0 {
				return true
			}
		}
	}
	return false
}

// cut16 is the part of the text between two UTF-16 offsets.
func cut16(text string, from, to int) string {
	at, start, end := 0, len(text), len(text)
	for i, r := range text {
		if at == from && start == len(text) {
			start = i
		}
		if at >= to {
			end = i
			break
		}
		at++
		if r > 0xFFFF {
			at++
		}
	}
	if start > end {
		return ""
	}
	return text[start:end]
}
