package store

import (
	"bytes"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"

	"ketnghia/twinning"
)

// The rows of the outbox are written three times each, and their messages are the longest records, so both are written by
// hand: the same bytes as encoding/json writes, without its reflection.

// encodeRow writes a row without its message.
func encodeRow(row OutRow) ([]byte, error) {
	w := jsonWriter{b: make([]byte, 0, rowSize)}
	w.begin()
	w.number("seq", int64(row.Seq))
	w.text("cause", row.Cause)
	w.number("chat", int64(row.Chat))
	w.numberIf("person", int64(row.Person))
	w.textIf("lang", row.Lang)
	w.number("class", int64(row.Class))
	w.text("op", row.Op)
	w.numberIf("reply_to", int64(row.ReplyTo))
	w.textIf("subject", row.Subject)
	w.numberIf("edit_id", int64(row.EditID))
	w.textIf("query_id", row.QueryID)
	if row.Alert {
		w.name("alert")
		w.b = append(w.b, "true"...)
	}
	w.text("state", string(row.State))
	w.numberIf("tries", int64(row.Tries))
	if !row.NotBefore.IsZero() {
		w.time("not_before", row.NotBefore)
	}
	w.time("queued", row.Queued)
	w.time("changed", row.Changed)
	w.textIf("error", row.Error)
	w.end()
	return w.b, w.err
}

// rowSize is about what a row takes.
const rowSize = 384

// messageRoom keeps room for messages to be written in: their sizes differ too much to guess.
var messageRoom = sync.Pool{New: func() any { return new([]byte) }}

// encodeMessage writes a message.
func encodeMessage(m twinning.Message) ([]byte, error) {
	scratch, _ := messageRoom.Get().(*[]byte) // nothing else is put there
	w := jsonWriter{b: (*scratch)[:0]}
	defer func() { *scratch = w.b; messageRoom.Put(scratch) }()
	w.begin()
	if len(m.Lines) > 0 {
		w.name("lines")
		w.lines(m.Lines)
	}
	if len(m.Buttons) > 0 {
		w.name("buttons")
		each(&w, m.Buttons, func(row []twinning.Button) { w.buttons(row) })
	}
	if len(m.Files) > 0 {
		w.any("files", m.Files)
	}
	if m.Report != nil {
		w.any("report", m.Report)
	}
	w.end()
	return bytes.Clone(w.b), w.err
}

// jsonWriter appends JSON to b. The first error stays.
type jsonWriter struct {
	b   []byte
	err error
}

func (w *jsonWriter) begin() { w.b = append(w.b, '{') }

func (w *jsonWriter) end() { w.b = append(w.b, '}') }

// name begins a field of an object. Names are constants that need no escapes.
func (w *jsonWriter) name(name string) {
	if w.b[len(w.b)-1] != '{' {
		w.b = append(w.b, ',')
	}
	w.b = append(append(append(w.b, '"'), name...), '"', ':')
}

func (w *jsonWriter) number(name string, n int64) {
	w.name(name)
	w.b = strconv.AppendInt(w.b, n, 10)
}

func (w *jsonWriter) numberIf(name string, n int64) {
	if n != 0 {
		w.number(name, n)
	}
}

func (w *jsonWriter) text(name, s string) {
	w.name(name)
	w.quote(s)
}

func (w *jsonWriter) textIf(name, s string) {
	if s != "" {
		w.text(name, s)
	}
}

func (w *jsonWriter) time(name string, t time.Time) {
	w.name(name)
	w.b = append(w.b, '"')
	b, err := t.AppendText(w.b)
	if err != nil {
		w.fail(err)
		return
	}
	w.b = append(b, '"')
}

// any writes a field by encoding/json.
func (w *jsonWriter) any(name string, value any) {
	w.name(name)
	w.value(value)
}

func (w *jsonWriter) value(value any) {
	b, err := encode(value)
	if err != nil {
		w.fail(err)
		return
	}
	w.b = append(w.b, b...)
}

func (w *jsonWriter) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

// quote writes a text; one that needs escapes is left to encoding/json.
func (w *jsonWriter) quote(s string) {
	if !plain(s) {
		w.value(s)
		return
	}
	w.b = append(append(append(w.b, '"'), s...), '"')
}

// plain says whether a text stands in JSON as it is. JavaScript's line ends U+2028 and U+2029 don't: they begin with
// the bytes E2 80 A8 and E2 80 A9.
func plain(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ', c == '"', c == '\\', c == 0x7f:
			return false
		case c == 0xe2 && i+2 < len(s) && s[i+1] == 0x80 && s[i+2]&^1 == 0xa8:
			return false
		}
	}
	return utf8.ValidString(s)
}

// each writes an array, null for nil.
func each[T any](w *jsonWriter, list []T, write func(T)) {
	if list == nil {
		w.b = append(w.b, "null"...)
		return
	}
	w.b = append(w.b, '[')
	for i, t := range list {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		write(t)
	}
	w.b = append(w.b, ']')
}

func (w *jsonWriter) lines(lines []twinning.Line) { each(w, lines, w.line) }

func (w *jsonWriter) line(l twinning.Line) {
	w.begin()
	w.textIf("key", l.Key)
	if len(l.Args) > 0 {
		w.name("args")
		w.args(l.Args)
	}
	w.end()
}

func (w *jsonWriter) args(args twinning.Args) {
	w.begin()
	for i, a := range args {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.quote(a.Name)
		w.b = append(w.b, ':')
		w.arg(a.Arg)
	}
	w.end()
}

func (w *jsonWriter) arg(a twinning.Arg) {
	w.begin()
	w.text("k", a.Kind.String())
	if !a.Date.IsZero() {
		w.text("d", a.Date.String())
	}
	w.numberIf("n", a.Num)
	w.textIf("t", a.Text)
	if len(a.Names) > 0 {
		w.any("l", a.Names)
	}
	if lines := a.Lines(); len(lines) > 0 {
		w.name("s")
		w.lines(lines)
	}
	w.textIf("p", a.Joint())
	w.end()
}

func (w *jsonWriter) buttons(row []twinning.Button) {
	each(w, row, func(b twinning.Button) {
		w.begin()
		w.name("label")
		w.line(b.Label)
		w.textIf("data", b.Data)
		w.textIf("url", b.URL)
		w.end()
	})
}
