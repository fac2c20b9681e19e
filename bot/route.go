package bot

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"ketnghia/twinning"
)

// Handler does what one update asks for. It reads and writes through Request.Work and queues its answers; it does no
// I/O. An error that is or wraps ErrForbidden, ErrNotFound, ErrConflict or *InvalidError is told to the sender and undoes
// what the handler did; any other error is a failure of the bot.
type Handler func(ctx context.Context, r *Request) error

// Middleware wraps a handler: it authorises, counts or logs.
type Middleware func(Handler) Handler

// Router finds the handler of a request. It is filled at start and not changed while it serves.
type Router struct {
	commands   map[string]Handler
	presses    map[string]Handler
	others     map[slot]Handler
	middleware []Middleware
}

// slot is a place for the one handler of its kind.
type slot int

const (
	slotText slot = iota
	slotFiles
	slotUnsupported
	slotUnknown
	slotStale
	slotEdited
	slotMember
	slotMigrated
)

// NewRouter returns a router without handlers, which ignores everything.
func NewRouter() *Router {
	return &Router{commands: map[string]Handler{}, presses: map[string]Handler{}, others: map[slot]Handler{}}
}

// Use adds middleware; the first added is the outermost.
func (t *Router) Use(m ...Middleware) { t.middleware = append(t.middleware, m...) }

// Command handles "/name args" and "/name@bot args", also as the caption of a file.
func (t *Router) Command(name string, h Handler) { t.commands[name] = h }

// Press handles buttons whose callback data is prefix or "prefix:…"; the parts after it are in Request.Press.Parts.
func (t *Router) Press(prefix string, h Handler) { t.presses[prefix] = h }

// Text handles messages of words only.
func (t *Router) Text(h Handler) { t.others[slotText] = h }

// Files handles photos and documents, with or without words.
func (t *Router) Files(h Handler) { t.others[slotFiles] = h }

// Unsupported handles messages of a kind that the bot has no use for.
func (t *Router) Unsupported(h Handler) { t.others[slotUnsupported] = h }

// Unknown handles commands that nobody registered.
func (t *Router) Unknown(h Handler) { t.others[slotUnknown] = h }

// Stale handles presses whose callback data nobody registered or that is malformed.
func (t *Router) Stale(h Handler) { t.others[slotStale] = h }

// Edited handles messages that were changed.
func (t *Router) Edited(h Handler) { t.others[slotEdited] = h }

// Member handles changes of membership.
func (t *Router) Member(h Handler) { t.others[slotMember] = h }

// Migrated handles groups that became supergroups, after the books were told.
func (t *Router) Migrated(h Handler) { t.others[slotMigrated] = h }

// Commands returns the names of all commands, in order.
func (t *Router) Commands() []string { return slices.Sorted(maps.Keys(t.commands)) }

// Presses returns the prefixes of all buttons, in order.
func (t *Router) Presses() []string { return slices.Sorted(maps.Keys(t.presses)) }

// Handle passes the request to its handler through the middleware. Messages of bots and requests without a handler are
// ignored.
func (t *Router) Handle(ctx context.Context, r *Request) error {
	h := t.find(r)
	if h == nil || r.From.Bot && r.Kind != KindMember && r.Kind != KindMigrated {
		return nil
	}
	for _, v := range slices.Backward(t.middleware) {
		h = v(h)
	}
	return h(ctx, r)
}

func (t *Router) find(r *Request) Handler {
	switch r.Kind {
	case KindMessage:
		return t.findMessage(r)
	case KindPress:
		if h, ok := t.presses[r.Press.Prefix]; ok {
			return h
		}
		return t.others[slotStale]
	case KindEdited:
		return t.others[slotEdited]
	case KindMember:
		return t.others[slotMember]
	case KindMigrated:
		return t.others[slotMigrated]
	case KindOther:
	}
	return nil
}

func (t *Router) findMessage(r *Request) Handler {
	switch {
	case r.Command != "":
		if h, ok := t.commands[r.Command]; ok {
			return h
		}
		return t.others[slotUnknown]
	case len(r.Files) > 0:
		return t.others[slotFiles]
	case r.Unsupported != "":
		return t.others[slotUnsupported]
	}
	return t.others[slotText]
}

// command reads "/name@bot args". The name comes in lower case without diacritics, since "/hạn" is what a Vietnamese
// keyboard makes of "/han". ok is false when the text is no command.
func command(text string) (name, addressee, args string, ok bool) {
	rest, ok := strings.CutPrefix(text, "/")
	if !ok {
		return "", "", "", false
	}
	end := strings.IndexFunc(rest, unicode.IsSpace)
	if end < 0 {
		end = len(rest)
	}
	name, addressee, _ = strings.Cut(rest[:end], "@")
	if name = plainLetters(name); name == "" {
		return "", "", "", false
	}
	for _, c := range name {
		if c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			return "", "", "", false
		}
	}
	return name, addressee, strings.TrimSpace(rest[end:]), true
}

// plainLetters returns s in lower case without diacritics.
func plainLetters(s string) string {
	s = strings.ToLower(s)
	letters := foldedLetters()
	plain := make([]byte, 0, len(s))
	for _, c := range s {
		switch {
		case c < utf8.RuneSelf:
			plain = append(plain, byte(c))
		case c > lastVietnamese || letters[c] == foldApart:
			return foldAny(s)
		case letters[c] != foldAway:
			plain = utf8.AppendRune(plain, letters[c])
		}
	}
	return string(plain)
}

// lastVietnamese is the last of the letters that Vietnamese has beside those of other languages, ỹ (Latin Extended
// Additional). Of the letters up to it, decomposed one by one, none needs to be put in order.
const lastVietnamese = 'ỹ'

// What a table of folded letters says of one that is left out, and of one that becomes more than one letter.
const (
	foldAway  = -1
	foldApart = -2
)

// foldedLetters is what foldAny makes of each letter up to lastVietnamese.
var foldedLetters = sync.OnceValue(func() []rune {
	table := make([]rune, lastVietnamese+1)
	for c := range table {
		switch folded := []rune(foldAny(string(rune(c)))); len(folded) {
		case 0:
			table[c] = foldAway
		case 1:
			table[c] = folded[0]
		default:
			table[c] = foldApart
		}
	}
	return table
})

// foldAny is plainLetters for text in any script, already in lower case.
func foldAny(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case unicode.Is(unicode.Mn, c):
			return -1
		case c == 'đ':
			return 'd'
		}
		return c
	}, norm.NFD.String(s))
}

// maxData is the most bytes of callback data (Bot API, InlineKeyboardButton.callback_data: 1-64 bytes).
const maxData = 64

// splitData cuts callback data at its colons. The prefix is "" for data that the bot can't have made: callback data comes
// from the network, so its length and characters are checked.
func splitData(data string) (prefix string, parts []string) {
	if len(data) > maxData {
		return "", nil
	}
	for i := range len(data) {
		if data[i] <= ' ' || data[i] > '~' {
			return "", nil
		}
	}
	all := strings.Split(data, ":")
	return all[0], all[1:]
}

// Part returns part i of the callback data, "" when there is none.
func (p Press) Part(i int) string {
	if i < 0 || i >= len(p.Parts) {
		return ""
	}
	return p.Parts[i]
}

// ID returns part i of the callback data as an id, or ErrNotFound, since data that holds none was not made by the bot.
func (p Press) ID(i int) (uint64, error) {
	id, err := strconv.ParseUint(p.Part(i), 10, 64)
	if err != nil || id == 0 {
		return 0, fmt.Errorf("callback part %d: %w", i, twinning.ErrNotFound)
	}
	return id, nil
}
