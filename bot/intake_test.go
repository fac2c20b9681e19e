package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// inbox is an intake over a real store without Telegram: what it queues stays in the outbox.
type inbox struct {
	t      *testing.T
	in     *intake
	ledger *ledger.Ledger
	logged *logBuffer
	calls  map[string]int
}

// newInbox returns an intake whose handler does what the text says: "panic", "error", "forbidden", … or an echo.
func newInbox(t *testing.T) *inbox {
	t.Helper()
	i := &inbox{t: t, ledger: newLedger(newStore(t)), logged: &logBuffer{}, calls: map[string]int{}}
	i.in = &intake{
		ledger: i.ledger, me: identity{id: 42, username: "ketnghia_bot"}, handle: i.handle,
		now: func() time.Time { return time.Unix(1_800_000_000, 0) }, log: slog.New(slog.NewTextHandler(i.logged, nil)),
		stored: newSignal(), handled: newSignal(), steady: time.Now, counted: map[uint64]bool{},
		vitals: newVitals(Options{Now: time.Now, Steady: time.Now, Log: slog.New(slog.DiscardHandler)}),
	}
	return i
}

func (i *inbox) handle(_ context.Context, r *Request) error {
	i.calls[r.Text+r.Press.Data]++
	if r.Kind == KindMessage {
		if err := r.Reply(words("nghe: " + r.Text)); err != nil {
			return err
		}
	}
	switch r.Text + r.Press.Data {
	case "panic":
		panic("bí mật của " + r.From.Name)
	case "error":
		return errBroken
	case "forbidden":
		return fmt.Errorf("activity 5: %w", twinning.ErrForbidden)
	case "not found":
		return twinning.ErrNotFound
	case "conflict":
		return twinning.ErrConflict
	case "invalid":
		return fmt.Errorf("a: %w", &twinning.InvalidError{Field: "date", Rule: "future"})
	case "big button":
		m := words("a")
		m.Buttons = [][]twinning.Button{{{Label: m.Lines[0], Data: strings.Repeat("d", 65)}}}
		return r.Reply(m)
	case "answers":
		return r.Alert("weekday.1", nil)
	}
	return nil
}

// receive stores messages with these texts, by person 1000+n in the order given; a text that begins with { is the raw
// update.
func (i *inbox) receive(first int64, texts ...string) {
	i.t.Helper()
	var batch []ledger.Update
	for n, text := range texts {
		id := first + int64(n)
		raw := text
		switch {
		case strings.HasPrefix(text, "press "):
			raw = fmt.Sprintf(`{"callback_query":{"id":"q%d","from":{"id":%d},"data":%q,"message":{"message_id":9,"chat":{"id":%[2]d}}}}`,
				id, 1000+id, strings.TrimPrefix(text, "press "))
		case !strings.HasPrefix(text, "{"):
			raw = fmt.Sprintf(`{"message":{"message_id":%d,"date":1,"from":{"id":%d},"chat":{"id":%[2]d},"text":%q}}`, id, 1000+id, text)
		}
		batch = append(batch, ledger.Update{ID: id, Raw: json.RawMessage(raw)})
	}
	i.update(func(w *ledger.Work) error { return w.Receive(batch, first+int64(len(texts))) })
}

func (i *inbox) update(fn func(*ledger.Work) error) {
	i.t.Helper()
	if err := i.ledger.Update(i.t.Context(), i.in.now(), fn); err != nil {
		i.t.Fatal(err)
	}
}

// left is what is left after all that waits was handled.
type left struct {
	Queued  []string
	Waiting int
	Dead    []string
}

func (i *inbox) handleAll(careful bool) left {
	i.t.Helper()
	for {
		n, _, err := i.in.batch(i.t.Context(), careful)
		if err != nil {
			i.t.Fatal(err)
		}
		if n == 0 {
			return i.left()
		}
	}
}

func (i *inbox) left() (l left) {
	i.t.Helper()
	err := i.ledger.View(i.t.Context(), i.in.now(), func(k *ledger.Look) error {
		rows, err := k.Pending(0)
		if err != nil {
			return err
		}
		for _, row := range rows {
			said := row.QueryID
			for _, line := range row.Message.Lines {
				said += line.Key + line.Args.Get("Value").Text
			}
			l.Queued = append(l.Queued, fmt.Sprintf("%d %s", row.Chat, strings.TrimPrefix(said, amount)))
		}
		waiting, err := k.Waiting(0)
		l.Waiting = len(waiting)
		if err != nil {
			return err
		}
		dead, err := k.DeadLetters(0)
		for _, d := range dead {
			l.Dead = append(l.Dead, fmt.Sprintf("%d %s", d.ID, d.Reason))
		}
		return err
	})
	if err != nil {
		i.t.Fatal(err)
	}
	return l
}

func TestIntake(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		texts []string
		want  left
	}{
		"in order": {[]string{"a", "b", "c"}, left{Queued: []string{"1001 nghe: a", "1002 nghe: b", "1003 nghe: c"}}},
		"one of ten fails": {
			[]string{"a", "b", "c", "d", "error", "f", "g", "h", "i", "j"},
			left{
				Queued: []string{
					"1001 nghe: a", "1002 nghe: b", "1003 nghe: c", "1004 nghe: d", "1005 error.internal",
					"1006 nghe: f", "1007 nghe: g", "1008 nghe: h", "1009 nghe: i", "1010 nghe: j",
				},
				Dead: []string{"5 error"},
			},
		},
		"panic": {[]string{"panic", "b"}, left{Queued: []string{"1001 error.internal", "1002 nghe: b"}, Dead: []string{"1 panic"}}},
		"refusals undo what the handler did": {
			[]string{"a", "forbidden", "not found", "conflict", "invalid", "f"},
			left{Queued: []string{
				"1001 nghe: a", "1002 error.forbidden", "1003 error.not_found", "1004 error.conflict", "1005 error.invalid", "1006 nghe: f",
			}},
		},
		"press is answered":         {[]string{"press d:1"}, left{Queued: []string{"1001 q1"}}},
		"press is answered once":    {[]string{"press answers"}, left{Queued: []string{"1001 q1weekday.1"}}},
		"refused press is alerted":  {[]string{"press forbidden"}, left{Queued: []string{"1001 q1error.forbidden"}}},
		"failing press is alerted":  {[]string{"press error"}, left{Queued: []string{"1001 q1error.internal"}, Dead: []string{"1 error"}}},
		"button over 64 bytes":      {[]string{"big button"}, left{Queued: []string{"1001 error.internal"}, Dead: []string{"1 error"}}},
		"malformed, sender unknown": {[]string{`{"message":[]}`, "b"}, left{Queued: []string{"1002 nghe: b"}, Dead: []string{"1 malformed"}}},
		"malformed, sender known": {
			[]string{`{"message":{"message_id":1,"from":{"id":7},"chat":{"id":7},"text":5,"caption":"a"}}`},
			left{Queued: []string{"7 error.internal"}, Dead: []string{"1 malformed"}},
		},
		"unknown kind": {[]string{`{"poll":{}}`}, left{}},
		"all fail": {[]string{"error", "panic", "error"}, left{
			Queued: []string{"1001 error.internal", "1002 error.internal", "1003 error.internal"}, Dead: []string{"3 error", "2 panic", "1 error"},
		}},
	}
	for name, test := range tests {
		for _, careful := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, careful %t", name, careful), func(t *testing.T) {
				t.Parallel()
				i := newInbox(t)
				i.receive(1, test.texts...)
				if diff := cmp.Diff(test.want, i.handleAll(careful)); diff != "" {
					t.Errorf("(-want +got):\n%s\n%s", diff, i.logged)
				}
				if strings.Contains(i.logged.String(), "bí mật") {
					t.Errorf("the log tells what was thrown:\n%s", i.logged)
				}
			})
		}
	}
}

func TestIntakeTries(t *testing.T) {
	t.Parallel()
	i := newInbox(t)
	i.receive(1, "a", "error", "c")
	i.handleAll(false)
	// "a" runs in the batch that fails and again before it; "error" once in the batch and three times alone.
	if diff := cmp.Diff(map[string]int{"a": 2, "error": 1 + intakeTries, "c": 1}, i.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestIntakeDuplicates(t *testing.T) {
	t.Parallel()
	i := newInbox(t)
	i.receive(1, "a", "b")
	i.receive(2, "b", "c")
	i.handleAll(false)
	i.receive(1, "a", "b", "c", "d")
	want := left{Queued: []string{"1001 nghe: a", "1002 nghe: b", "1003 nghe: c", "1004 nghe: d"}}
	if diff := cmp.Diff(want, i.handleAll(false)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestIntakeMigration says that the books learn the new id before a handler runs.
func TestIntakeMigration(t *testing.T) {
	t.Parallel()
	i := newInbox(t)
	i.update(func(w *ledger.Work) error {
		return w.Queue(ledger.Delivery{Cause: "x", Chat: -5, Op: ledger.OpSend, Message: words("a")})
	})
	var seen *Request
	i.in.handle = func(_ context.Context, r *Request) error {
		seen = r
		return nil
	}
	i.receive(1, `{"message":{"message_id":1,"from":{"id":7},"chat":{"id":-5,"type":"group"},"migrate_to_chat_id":-1005}}`)
	if diff := cmp.Diff(left{Queued: []string{"-1005 a"}}, i.handleAll(false)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if seen == nil || seen.Kind != KindMigrated || seen.Chat != -1005 {
		t.Errorf("request %+v", seen)
	}
}
