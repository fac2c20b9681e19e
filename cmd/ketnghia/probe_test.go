package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/bot"
	"ketnghia/ledger"
	"ketnghia/scheduler"
	"ketnghia/twinning"
)

// feigned is a running program whose state a test makes up.
type feigned struct {
	health bot.Health
	tick   time.Time
	backup time.Time
	failed error
	free   int64
}

func (f *feigned) Health() bot.Health        { return f.health }
func (f *feigned) LastTick() time.Time       { return f.tick }
func (f *feigned) Last() (time.Time, error)  { return f.backup, f.failed }
func (f *feigned) disk(string) (int64, bool) { return f.free, f.free >= 0 }
func (f *feigned) signs(b *books, began time.Time) *signs {
	return &signs{
		bot: f, ticks: f, ledger: b.ledger, database: b.store.Path(), data: filepath.Dir(b.store.Path()), backups: f,
		disk: f.disk, began: began,
	}
}

// TestReady spoils one thing after the other and asks /readyz how it is.
func TestReady(t *testing.T) {
	t.Parallel()
	now := mustTime(t, "2027-02-25T09:00:00+07:00")
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	queue := func(class int, age time.Duration) func(*testing.T, *books) {
		return func(t *testing.T, b *books) {
			t.Helper()
			err := b.ledger.Update(t.Context(), ago(age), func(w *ledger.Work) error {
				return w.Queue(ledger.Delivery{Cause: "test", Chat: 1, Class: class, Op: ledger.OpSend, Message: twinning.Say("status.nothing", nil)})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	receive := func(age time.Duration) func(*testing.T, *books) {
		return func(t *testing.T, b *books) {
			t.Helper()
			err := b.ledger.Update(t.Context(), ago(age), func(w *ledger.Work) error {
				return w.Receive([]ledger.Update{{ID: 1, Raw: json.RawMessage(`{"update_id":1}`)}}, 2)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	broken := errors.New("broken")
	tests := map[string]struct {
		// up is for how long the program has run, a day unless it is given.
		up    time.Duration
		spoil func(*feigned)
		fill  func(*testing.T, *books)
		probe string
		want  verdict
	}{
		"all well":            {},
		"just started":        {up: time.Second, spoil: func(f *feigned) { *f = feigned{free: f.free} }},
		"poll a while ago":    {spoil: func(f *feigned) { f.health.LastPoll = ago(2 * time.Minute) }},
		"no poll":             {spoil: func(f *feigned) { f.health.LastPoll = ago(4 * time.Minute) }, probe: "telegram", want: verdict{Why: "silent", Since: ago(4 * time.Minute)}},
		"never polled":        {up: 5 * time.Minute, spoil: func(f *feigned) { f.health.LastPoll = time.Time{} }, probe: "telegram", want: verdict{Why: "silent", Since: ago(5 * time.Minute)}},
		"a poll failed":       {spoil: func(f *feigned) { f.health.PollError, f.health.PollSince = bot.PollServer, ago(time.Second) }},
		"polls fail by turns": {spoil: func(f *feigned) { f.health.PollError, f.health.PollSince = bot.PollConflict, ago(2*time.Minute) }},
		"polls fail": {spoil: func(f *feigned) {
			f.health = bot.Health{LastPoll: ago(2 * time.Minute), PollError: bot.PollToken, PollSince: ago(2 * time.Minute)}
		}, probe: "telegram", want: verdict{Why: "token", Since: ago(2 * time.Minute)}},
		"no tick":                 {spoil: func(f *feigned) { f.tick = ago(5 * time.Minute) }, probe: "reminders", want: verdict{Why: "no tick", Since: ago(5 * time.Minute)}},
		"reminder on its way":     {fill: queue(ledger.ClassReminder, 20*time.Minute)},
		"reminder waits":          {fill: queue(ledger.ClassReminder, 40*time.Minute), probe: "reminders", want: verdict{Why: "outbox", Since: ago(40 * time.Minute)}},
		"waited while it was off": {up: time.Minute, fill: queue(ledger.ClassReminder, 40*time.Minute)},
		"reply waits":             {fill: queue(ledger.ClassReply, 6*time.Minute), probe: "replies", want: verdict{Why: "outbox", Since: ago(6 * time.Minute)}},
		"announcement waits":      {fill: queue(ledger.ClassAnnouncement, 6*time.Hour)},
		"update waits":            {fill: receive(6 * time.Minute), probe: "replies", want: verdict{Why: "inbox", Since: ago(6 * time.Minute)}},
		"store full":              {spoil: func(f *feigned) { f.health.StoreError, f.health.StoreSince = bot.StoreFull, ago(time.Minute) }, probe: "store", want: verdict{Why: "full", Since: ago(time.Minute)}},
		"store full for long": {spoil: func(f *feigned) {
			f.health.StoreError, f.health.StoreSince, f.health.LastPoll = bot.StoreFull, ago(time.Hour), ago(time.Hour)
		}, probe: "store", want: verdict{Why: "full", Since: ago(time.Hour)}},
		"store gone":         {fill: func(_ *testing.T, b *books) { _ = b.store.Close() }, probe: "store", want: verdict{Why: "read"}},
		"disk low":           {spoil: func(f *feigned) { f.free = diskLow - 1 }, probe: "disk", want: verdict{Why: "full"}},
		"disk unknown":       {spoil: func(f *feigned) { f.free = -1 }},
		"backup old":         {spoil: func(f *feigned) { f.backup = ago(49 * time.Hour) }, probe: "backup", want: verdict{Why: "old", Since: ago(49 * time.Hour)}},
		"backup failed":      {spoil: func(f *feigned) { f.failed = broken }, probe: "backup", want: verdict{Why: "failed", Since: ago(time.Hour)}},
		"no backup yet":      {spoil: func(f *feigned) { f.backup = time.Time{} }},
		"no backup for days": {up: 50 * time.Hour, spoil: func(f *feigned) { f.backup = time.Time{} }, probe: "backup", want: verdict{Why: "none", Since: ago(50 * time.Hour)}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, err := newApp(t, time.Now).open(t.Context(), t.TempDir(), ago(48*time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = b.store.Close() })
			f := &feigned{health: bot.Health{LastPoll: ago(time.Second)}, tick: ago(time.Second), backup: ago(time.Hour), free: 1 << 40}
			if test.spoil != nil {
				test.spoil(f)
			}
			if test.fill != nil {
				test.fill(t, b)
			}
			if test.up == 0 {
				test.up = 24 * time.Hour
			}
			s := f.signs(b, ago(test.up))
			h := &health{signs: s, probes: s.probes(), now: func() time.Time { return now }, mode: "polling"}
			recorder := httptest.NewRecorder()
			h.handler(http.NotFoundHandler()).ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", nil))
			var got condition
			if err := json.Unmarshal(recorder.Body.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			bad := map[string]verdict{}
			for name, v := range got.Probes {
				if !v.Well {
					bad[name] = v
				}
			}
			want, status := map[string]verdict{}, http.StatusOK
			if test.probe != "" {
				want[test.probe], status = test.want, http.StatusServiceUnavailable
			}
			if diff := cmp.Diff(want, bad); diff != "" || recorder.Code != status || got.Ready != (status == http.StatusOK) {
				t.Errorf("status %d, ready %v, bad (-want +got):\n%s", recorder.Code, got.Ready, diff)
			}
		})
	}
}

// TestAlarmInChat lets backups fail and succeed again: Ban Dân tộc's coordinator hears of both, once, in plain words; a
// commune's officer and an observer do not. It goes on over a restart.
func TestAlarmInChat(t *testing.T) {
	t.Parallel()
	h := openChat(t)
	lan, hoa, sau := h.lan(), h.mai(), h.joins(3, "Lê Sáu", "ABDT", twinning.RoleObserver)

	began := h.clock.Now()
	f := &feigned{backup: began.Add(-time.Hour), free: 1 << 40}
	watch := func() *scheduler.Watch {
		s := f.signs(h.books, began)
		var backups []scheduler.Probe
		for _, p := range s.probes() {
			if p.Name == "backup" {
				backups = append(backups, p)
			}
		}
		return scheduler.NewWatch(scheduler.WatchOptions{
			Ledger: h.books.ledger, Now: h.clock.Now, Log: slog.New(slog.DiscardHandler), Wake: h.m.bot.Wake, Probes: backups,
		})
	}
	w := watch()
	passes := func(minutes int) {
		for range minutes {
			h.clock.Set(h.clock.Now().Add(time.Minute))
			w.Look(h.ctx, h.clock.Now())
		}
		h.quiet()
	}
	passes(5)
	f.failed = os.ErrPermission
	passes(90)
	lan.hears("Sao lưu bị lỗi", "08:00 16/02/2027", "người quản trị máy chủ")
	w = watch()
	passes(90)
	f.failed, f.backup = nil, h.clock.Now()
	passes(30)
	lan.hears("Sao lưu đã chạy lại bình thường", "giờ")
	passes(60)
	for who, want := range map[*voice]int{lan: 2, hoa: 0, sau: 0} {
		if n := who.count("ao lưu"); n != want {
			t.Errorf("person %d heard %d times of backups, want %d", who.id, n, want)
		}
	}
}
