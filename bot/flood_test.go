package bot

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// floodStart is when the floods of these tests begin.
var floodStart = time.Unix(1_800_000_000, 0)

// flooded is an intake with limits, on a clock of its own.
type flooded struct {
	*inbox
	now  time.Time
	next int64
}

func newFlooded(t *testing.T, l FloodLimits) *flooded {
	t.Helper()
	f := &flooded{inbox: newInbox(t), now: floodStart}
	f.in.flood = newFlood(l)
	f.in.now = func() time.Time { return f.now }
	return f
}

// enrolled makes person 7 one of the programme.
func (f *flooded) enrolled() {
	f.t.Helper()
	const id, code = 7, "code-7"
	f.update(func(w *ledger.Work) error {
		if err := w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Units: []twinning.Unit{{
			Key: "W20437", Name: "Xã Ch'ơm", Role: twinning.RoleRecipientCommune,
		}}}); err != nil {
			return err
		}
		order := ledger.InviteOrder{Code: code, Unit: "W20437", Role: twinning.RoleOfficer}
		if _, err := w.Invite(ledger.Actor{}, order); err != nil {
			return err
		}
		_, err := w.Enrol(ledger.Newcomer{Telegram: id, Name: "Mai", Lang: langVI}, code)
		return err
	})
}

// sent stores messages of one person as they come from Telegram, sent at that time.
func (f *flooded) sent(from int64, at time.Time, texts ...string) {
	f.t.Helper()
	var batch []ledger.Update
	for _, text := range texts {
		f.next++
		raw := fmt.Sprintf(`{"message":{"message_id":%d,"date":%d,"from":{"id":%d},"chat":{"id":%[3]d},"text":%[4]q}}`, f.next, at.Unix(), from, text)
		if data, ok := strings.CutPrefix(text, "press "); ok {
			raw = fmt.Sprintf(`{"callback_query":{"id":"q%d","from":{"id":%d},"data":%q,"message":{"message_id":9,"chat":{"id":%[2]d}}}}`, f.next, from, data)
		}
		batch = append(batch, ledger.Update{ID: f.next, Raw: json.RawMessage(raw)})
	}
	f.update(func(w *ledger.Work) error { return w.Receive(batch, f.next+1) })
}

// texts are the n texts "m1", "m2" and so on.
func texts(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("m%d", i+1)
	}
	return all
}

// heard counts how many of the texts reached the handler.
func (f *flooded) heard(texts []string) int {
	n := 0
	for _, text := range texts {
		n += f.calls[text]
	}
	return n
}

// told returns the messages to a chat that are about a flood.
func (f *flooded) told(chat int64) (keys []string) {
	err := f.ledger.View(f.t.Context(), f.now, func(k *ledger.Look) error {
		rows, err := k.Pending(0)
		for _, row := range rows {
			if row.Chat != twinning.ChatID(chat) || len(row.Message.Lines) == 0 {
				continue
			}
			line := row.Message.Lines[0]
			if key, ok := strings.CutPrefix(line.Key, "flood."); ok {
				keys = append(keys, strings.TrimSuffix(fmt.Sprintf("%s %d", key, line.Args.Get("Value").Num), " 0"))
			}
		}
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return keys
}

// Ten thousand messages of one person are taken out of the inbox without being answered, the person is told once, and
// whoever wrote after them is served.
func TestFloodHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	f := newFlooded(t, FloodLimits{})
	f.enrolled()
	flood := texts(10_000)
	for part := range slices.Chunk(flood, 100) {
		f.sent(7, f.now, part...)
	}
	f.sent(8, f.now, "tôi chỉ có một câu")
	left := f.handleAll(false)
	if left.Waiting != 0 || f.calls["tôi chỉ có một câu"] != 1 {
		t.Fatalf("%d updates wait, the other's message was handled %d times", left.Waiting, f.calls["tôi chỉ có một câu"])
	}
	if n := f.heard(flood); n != 120 {
		t.Errorf("%d of the flood were handled, want the burst of 120", n)
	}
	if n := len(left.Queued); n != 122 {
		t.Errorf("%d messages wait to be sent, want 120 answers, one warning and the other's answer", n)
	}
	if got := f.told(7); !slices.Equal(got, []string{"shut"}) {
		t.Errorf("told %q, want once that it was too fast", got)
	}

	// Half of the burst later the person is heard again and learns how many were not taken.
	f.now = f.now.Add(61 * time.Second)
	f.sent(7, f.now, "lại đây")
	f.handleAll(false)
	if f.calls["lại đây"] != 1 {
		t.Error("the person is not heard a minute later")
	}
	if got := f.told(7); !slices.Equal(got, []string{"shut", "missed 9880"}) {
		t.Errorf("told %q, want how many were missed", got)
	}
}

// Whoever writes as people do is never held up: neither a phone that sends a day's messages at once nor a bot that was
// down and finds a day's messages waiting, nor a coordinator who presses once a second.
func TestFloodLetsPeopleWork(t *testing.T) {
	t.Parallel()
	tests := map[string]func(f *flooded) (want int){
		"sixty at once": func(f *flooded) int {
			f.sent(7, f.now, texts(60)...)
			return 60
		},
		"a day's messages after the bot was down": func(f *flooded) int {
			for i, text := range texts(200) {
				f.sent(7, f.now.Add(-23*time.Hour+time.Duration(i)*6*time.Minute), text)
			}
			return 200
		},
		"a press a second": func(f *flooded) int {
			for range 200 {
				f.now = f.now.Add(time.Second)
				f.sent(7, f.now, "press m1")
				f.handleAll(false)
			}
			return 200
		},
	}
	for name, send := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFlooded(t, FloodLimits{})
			f.enrolled()
			want := send(f)
			f.handleAll(false)
			if n := f.heard(texts(500)); n != want {
				t.Errorf("%d of %d were handled", n, want)
			}
			if got := f.told(7); got != nil {
				t.Errorf("told %q", got)
			}
		})
	}
}

// A stranger has a small burst; whoever is in the books has the large one from the first message on.
func TestFloodStrangers(t *testing.T) {
	t.Parallel()
	f := newFlooded(t, FloodLimits{})
	f.sent(9, f.now, texts(300)...)
	f.handleAll(false)
	if n := f.heard(texts(300)); n != 20 {
		t.Errorf("%d messages of a stranger were handled, want 20", n)
	}
	for range 60 {
		f.now = f.now.Add(time.Second)
		f.sent(9, f.now, "x")
		f.handleAll(false)
	}
	if got := f.told(9); !slices.Equal(got, []string{"shut"}) {
		t.Errorf("a stranger who goes on is told %q", got)
	}
}

// An album counts once.
func TestFloodAlbums(t *testing.T) {
	t.Parallel()
	f := newFlooded(t, FloodLimits{Burst: 3, Every: time.Minute, StrangerBurst: 3, StrangerEvery: time.Minute})
	var batch []ledger.Update
	for i := range 30 {
		f.next++
		batch = append(batch, ledger.Update{ID: f.next, Raw: json.RawMessage(fmt.Sprintf(
			`{"message":{"message_id":%d,"date":%d,"from":{"id":7},"chat":{"id":7},"media_group_id":"a%d","photo":[{"file_id":"f","width":1,"height":1}]}}`,
			f.next, f.now.Unix(), i/10))})
	}
	f.update(func(w *ledger.Work) error { return w.Receive(batch, f.next+1) })
	f.handleAll(false)
	if n := f.calls[""]; n != 30 {
		t.Errorf("%d of 30 photos of three albums were handled", n)
	}
}

// In a group what speaks to the bot is counted for all together; chatter is not, and stays unanswered anyway.
func TestFloodInAGroup(t *testing.T) {
	t.Parallel()
	f := newFlooded(t, FloodLimits{})
	var batch []ledger.Update
	message := func(from int, text string) {
		f.next++
		batch = append(batch, ledger.Update{ID: f.next, Raw: json.RawMessage(fmt.Sprintf(
			`{"message":{"message_id":%d,"date":%d,"from":{"id":%d},"chat":{"id":-5,"type":"supergroup"},"text":%q}}`,
			f.next, f.now.Unix(), from, text))})
	}
	for i := range 1000 {
		message(100+i%50, "/tinhhinh")
	}
	for range 200 {
		message(99, "chuyện riêng")
	}
	f.update(func(w *ledger.Work) error { return w.Receive(batch, f.next+1) })
	f.handleAll(false)
	if n := f.calls["/tinhhinh"]; n != 60 {
		t.Errorf("%d of 1000 commands in one group were handled, want 60", n)
	}
	if n := f.calls["chuyện riêng"]; n != 200 {
		t.Errorf("%d of 200 messages that are none of the bot's business were passed on", n)
	}
	if got := f.told(-5); !slices.Equal(got, []string{"shut"}) {
		t.Errorf("the group is told %q", got)
	}
}

// An update whose transaction runs again, or that is refused, is counted once.
func TestFloodCountsAnUpdateOnce(t *testing.T) {
	t.Parallel()
	f := newFlooded(t, FloodLimits{Burst: 4, Every: time.Hour, StrangerBurst: 4, StrangerEvery: time.Hour})
	f.sent(7, f.now, "forbidden", "error", "panic", "m1", "m2")
	f.handleAll(false)
	if f.calls["m1"] == 0 || f.calls["m2"] != 0 {
		t.Errorf("handled m1 %d times, m2 %d times; the fourth update is the last of the burst", f.calls["m1"], f.calls["m2"])
	}
	// Who is heard again by an update that is refused learns what was missed all the same.
	f.now = f.now.Add(4 * time.Hour)
	f.sent(7, f.now, "forbidden")
	f.handleAll(false)
	if got := f.told(7); !slices.Equal(got, []string{"shut", "missed 1"}) {
		t.Errorf("told %q", got)
	}
}

// Presses are told over the chat.
func TestFloodOfPresses(t *testing.T) {
	t.Parallel()
	f := newFlooded(t, FloodLimits{})
	f.enrolled()
	all := make([]string, 500)
	for i := range all {
		all[i] = "press p"
	}
	f.sent(7, f.now, all...)
	left := f.handleAll(false)
	if n := f.calls["p"]; n != 120 {
		t.Errorf("%d presses were handled", n)
	}
	alerts := 0
	for _, row := range left.Queued {
		if strings.HasSuffix(row, "flood.alert") {
			alerts++
		}
	}
	if alerts != 1 {
		t.Errorf("%d alerts", alerts)
	}
}

// Senders who are quiet again are forgotten, so that a million strangers don't fill the memory.
func TestFloodForgets(t *testing.T) {
	t.Parallel()
	f := newFlooded(t, FloodLimits{})
	f.update(func(w *ledger.Work) error {
		for i := range 3 * floodersKept {
			at := floodStart.Add(time.Duration(i) * time.Second)
			r := &Request{Kind: KindMessage, From: Sender{ID: twinning.ChatID(i + 1)}, Sent: at}
			if _, err := f.in.flood.gate(w, ledger.Update{Seq: uint64(i), Arrived: at}, r); err != nil {
				return err
			}
		}
		return nil
	})
	if n := len(f.in.flood.senders); n > floodersKept {
		t.Errorf("%d senders are remembered", n)
	}
}

// TestFloodWhenTheClockGoesBack lets people be heard whose messages were counted by a clock that ran ahead.
func TestFloodWhenTheClockGoesBack(t *testing.T) {
	t.Parallel()
	f := newFlooded(t, FloodLimits{})
	f.enrolled()
	f.now = floodStart.Add(48 * time.Hour)
	f.sent(7, f.now, "m1", "m2")
	f.handleAll(false)
	f.now = floodStart
	f.sent(7, f.now, "m3", "m4")
	f.handleAll(false)
	if n := f.heard(texts(4)); n != 4 {
		t.Errorf("%d of 4 messages were heard, told %q", n, f.told(7))
	}
}

// TestFloodAfterANight hears what was sent in a night without the bot, with a press in between: a press tells only when it
// came here.
func TestFloodAfterANight(t *testing.T) {
	t.Parallel()
	f := newFlooded(t, FloodLimits{})
	f.enrolled()
	f.now = floodStart.Add(10 * time.Hour)
	f.sent(7, floodStart, "m1")
	f.sent(7, floodStart, "press x")
	f.sent(7, floodStart.Add(time.Minute), "m2", "m3")
	f.handleAll(false)
	if n := f.heard(texts(3)); n != 3 {
		t.Errorf("%d of 3 messages were heard, told %q", n, f.told(7))
	}
}
