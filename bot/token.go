package bot

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// hidden is what a token prints as.
const hidden = "***"

// Token is the bot's token. It prints as *** wherever it is formatted, logged or marshalled, also as an unexported field
// of a printed struct; only this package can read it. The zero value is no token.
type Token struct {
	// A pointer, because fmt prints unexported fields without asking their methods, and a pointer as its address.
	text *string
}

// NewToken returns the token "123456:ABC…" with space around it removed.
func NewToken(s string) Token {
	s = strings.TrimSpace(s)
	return Token{text: &s}
}

// UnmarshalText reads a token from a flag or an environment variable.
func (t *Token) UnmarshalText(text []byte) error {
	*t = NewToken(string(text))
	return nil
}

// IsZero says that there is no token.
func (t Token) IsZero() bool { return t.reveal() == "" }

// String returns "***".
func (t Token) String() string { return hidden }

// GoString returns "***".
func (t Token) GoString() string { return hidden }

// Format prints "***" for every verb.
func (t Token) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, hidden) }

// LogValue returns "***".
func (t Token) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText returns "***"; it also serves JSON.
func (t Token) MarshalText() ([]byte, error) { return []byte(hidden), nil }

func (t Token) reveal() string {
	if t.text == nil {
		return ""
	}
	return *t.text
}

// valid says whether the token looks like one: the bot's id, a colon, and what is secret.
func (t Token) valid() bool {
	id, secret, ok := strings.Cut(t.reveal(), ":")
	return ok && id != "" && secret != "" && strings.Trim(id, "0123456789") == "" &&
		!strings.ContainsAny(secret, "/?#% \t\n")
}

// scrub returns s without the token. What follows the colon is enough to recognise it, so that an escaped colon in a URL
// hides nothing.
func (t Token) scrub(s string) string {
	whole := t.reveal()
	if whole == "" {
		return s
	}
	s = strings.ReplaceAll(s, whole, hidden)
	if _, secret, ok := strings.Cut(whole, ":"); ok && secret != "" {
		s = strings.ReplaceAll(s, secret, hidden)
	}
	return s
}

// scrubError returns err with a text that has no token in it. It still is (errors.Is) what err is, but no longer unwraps,
// since an inner *url.Error holds the address.
func (t Token) scrubError(err error) error {
	if err == nil {
		return nil
	}
	return &scrubbedError{text: t.scrub(err.Error()), is: err}
}

type scrubbedError struct {
	text string
	is   error
}

func (e *scrubbedError) Error() string { return e.text }

// Is lets sentinels such as context.DeadlineExceeded be recognised.
func (e *scrubbedError) Is(target error) bool { return errors.Is(e.is, target) }

// Format prints the text only, since %+v and %#v would print the inner error.
func (e *scrubbedError) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, e.text) }
