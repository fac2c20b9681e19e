package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/store"
	"ketnghia/store/engine"
	"ketnghia/twinning"
)

// diagnosis is what the doctor says of a folder: the keys of its findings with their levels, and its exit status.
func diagnosis(t *testing.T, a *app, args ...string) (found map[string]string, status int) {
	t.Helper()
	status = a.run(t.Context(), append([]string{"doctor", "--json"}, args...))
	if errs := fmt.Sprint(a.err); errs != "" {
		t.Fatalf("doctor: %s", errs)
	}
	found = map[string]string{}
	for line := range strings.Lines(fmt.Sprint(a.out)) {
		var f struct{ Check, Finding, Level, Text, Mend string }
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if f.Check == "" || f.Text == "" || strings.Contains(f.Text+f.Mend, "[doctor.") || (f.Level == "ok") != (f.Mend == "") {
			t.Errorf("not told well: %s", line)
		}
		found[f.Finding] = f.Level
	}
	return found, status
}

// healthyTelegram serves the Bot API for the doctor and returns the program with the settings for it.
func healthyTelegram(t *testing.T, now func() time.Time, api http.Handler) (a *app, args []string) {
	t.Helper()
	if api == nil {
		server, err := sandbox.New(sandbox.Options{Token: sandboxToken, Username: "ketnghia_bot", Now: now})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(server.Close)
		api = server.API()
	}
	web := httptest.NewServer(api)
	t.Cleanup(func() { web.CloseClientConnections(); web.Close() })
	a = newApp(t, now)
	a.getenv = func(name string) string {
		if name == "TELEGRAM_BOT_TOKEN" {
			return sandboxToken
		}
		return ""
	}
	return a, []string{"--telegram-api-url", web.URL}
}

// telegramSays answers the two calls of the doctor.
func telegramSays(me, hook string, clock time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", clock.UTC().Format(http.TimeFormat))
		body := me
		if strings.HasSuffix(r.URL.Path, "getWebhookInfo") {
			body = hook
		}
		_, _ = fmt.Fprintf(w, `{"ok":true,"result":%s}`, body)
	})
}

const (
	someBot = `{"id":1100,"is_bot":true,"username":"ketnghia_bot","can_read_all_group_messages":false}`
	noHook  = `{"url":"","pending_update_count":0}`
)

// freshBooks makes the books of an empty folder, with more in them.
func freshBooks(t *testing.T, dir string, now time.Time, more func(*ledger.Work) error) {
	t.Helper()
	b, err := newApp(t, func() time.Time { return now }).open(t.Context(), dir, now)
	if err != nil {
		t.Fatal(err)
	}
	if more != nil {
		if err := b.ledger.Update(t.Context(), now, more); err != nil {
			t.Error(err)
		}
	}
	if err := b.store.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestDoctorTelegram has Telegram say what can be wrong with the bot's account, the network and the clock.
func TestDoctorTelegram(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for name, test := range map[string]struct {
		api        http.Handler
		url        string
		want, with string
		level      level
	}{
		"well":          {api: telegramSays(someBot, noHook, now), want: "token_ok", with: "clock_ok", level: levelOK},
		"sees groups":   {api: telegramSays(strings.Replace(someBot, "false", "true", 1), noHook, now), want: "privacy_off", level: levelOK},
		"webhook":       {api: telegramSays(someBot, `{"url":"https://elsewhere.example/SECRET"}`, now), want: "webhook_set", level: levelBad},
		"clock behind":  {api: telegramSays(someBot, noHook, now.Add(2*time.Minute)), want: "clock_off", level: levelBad},
		"clock ahead":   {api: telegramSays(someBot, noHook, now.Add(-2*time.Minute)), want: "clock_off", level: levelBad},
		"token":         {api: http.HandlerFunc(refuseToken), want: "token_unknown", level: levelBad},
		"HTML":          {api: http.NotFoundHandler(), want: "token_unknown", level: levelBad},
		"broken answer": {api: telegramSays("{", noHook, now), want: "api_unreachable", level: levelBad},
		"no answer":     {url: "http://127.0.0.1:1", want: "api_unreachable", level: levelBad},
		"no address":    {url: "ftp://127.0.0.1", want: "api_address", level: levelBad},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			freshBooks(t, dir, now, nil)
			a, args := healthyTelegram(t, func() time.Time { return now }, test.api)
			if test.url != "" {
				args[1] = test.url
			}
			found, status := diagnosis(t, a, append(args, "--data", dir)...)
			if found[test.want] != string(test.level) || test.with != "" && found[test.with] != string(levelOK) {
				t.Errorf("found %v, want %s", found, test.want)
			}
			if (status == exitError) != (test.level == levelBad) {
				t.Errorf("exit status %d", status)
			}
			if strings.Contains(fmt.Sprint(a.out), "SECRET") {
				t.Error("a secret address is told")
			}
		})
	}
}

func refuseToken(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = w.Write([]byte(`{"ok":false,"error_code":401,"description":"Unauthorized"}`))
}

// raw writes into the database what the program never would.
func raw(t *testing.T, dir string, fn func(engine.Tx) error) {
	t.Helper()
	e, err := engine.OpenBolt(filepath.Join(dir, databaseName), false, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestDoctorFindsBreaks breaks one thing after the other in a folder of its own; the doctor names it, and says nothing of
// it in a folder where it is well.
func TestDoctorFindsBreaks(t *testing.T) {
	t.Parallel()
	now := mustTime(t, "2027-02-26T09:00:00+07:00")
	at := func(dir string) string { return filepath.Join(dir, databaseName) }
	commune := twinning.Unit{Key: "X1", Name: "Xã Mồ Côi", Role: twinning.RoleRecipientCommune}
	roster := func(c ledger.RosterChange) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			t.Helper()
			freshBooks(t, dir, now, func(w *ledger.Work) error { return w.ApplyRoster(ledger.Actor{}, c) })
		}
	}
	pairing := twinning.Pairing{
		Sponsor: "ASYT", Recipient: "W20437", Decision: "1", From: twinning.NewDate(2020, 1, 1), To: twinning.NewDate(2026, 12, 31),
	}
	demo := pairing
	demo.To, demo.Demo = 0, true
	breaks := map[string]struct {
		do    func(t *testing.T, dir string)
		level level
	}{
		"units_orphaned":  {roster(ledger.RosterChange{Units: []twinning.Unit{commune}}), levelWarn},
		"pairings_ended":  {roster(ledger.RosterChange{Pairings: []twinning.Pairing{pairing}}), levelWarn},
		"pairings_demo":   {roster(ledger.RosterChange{Pairings: []twinning.Pairing{demo}}), levelWarn},
		"database_broken": {func(t *testing.T, dir string) { put(t, at(dir), strings.Repeat("Dear diary. ", 1000)) }, levelBad},
		"folder_link":     {func(t *testing.T, dir string) { link(t, at(dir)) }, levelBad},
		"folder_open":     {func(t *testing.T, dir string) { mode(t, at(dir), 0o644) }, levelWarn},
		"socket_wrong":    {func(t *testing.T, dir string) { put(t, filepath.Join(dir, socketName), "x") }, levelBad},
		"audit_future":    {func(t *testing.T, dir string) { freshBooks(t, dir, now.AddDate(1, 0, 0), touch) }, levelBad},
		"integrity_found": {func(t *testing.T, dir string) { raw(t, dir, stray) }, levelBad},
		"copy_missing":    {func(t *testing.T, dir string) { freshStore(t, dir, now, keptCopy) }, levelBad},
		"inbox_stuck":     {func(t *testing.T, dir string) { freshStore(t, dir, now.Add(-time.Hour), arrived) }, levelWarn},
		"dead_letters":    {func(t *testing.T, dir string) { freshStore(t, dir, now, buried) }, levelWarn},
		"outbox_late":     {func(t *testing.T, dir string) { freshStore(t, dir, now.Add(-time.Hour), queued) }, levelWarn},
		"invitations_expired": {func(t *testing.T, dir string) {
			freshBooks(t, dir, now.AddDate(0, -2, 0), func(w *ledger.Work) error {
				_, err := w.Invite(ledger.Actor{}, ledger.InviteOrder{Code: strings.Repeat("a", 22), Unit: "ASYT", Role: twinning.RoleLead})
				return err
			})
		}, levelWarn},
		"backup_open": {func(t *testing.T, dir string) { backups(t, dir, now.Add(-time.Hour)) }, levelWarn},
		"backup_old":  {func(t *testing.T, dir string) { backups(t, dir, now.AddDate(0, 0, -3)) }, levelBad},
	}
	healthy := t.TempDir()
	mode(t, healthy, 0o700)
	freshBooks(t, healthy, now, nil)
	calm, status := diagnosis(t, newApp(t, func() time.Time { return now }), "--data", healthy)
	if status != exitOK {
		t.Fatalf("sound books: %d %v", status, calm)
	}
	for _, always := range []string{"token_missing", "not_running", "coordinator_none", "units_unlinked", "units_unsponsored", "staff_missing", "backup_none", "programme_over"} {
		if calm[always] != string(levelWarn) {
			t.Errorf("%s is not told of empty books", always)
		}
	}
	for _, well := range []string{"integrity_ok", "database_ok", "folder_ok", "disk_ok", "calendar_ok", "queues_ok"} {
		if calm[well] != string(levelOK) {
			t.Errorf("%s is not told of sound books: %v", well, calm)
		}
	}
	for key, b := range breaks {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			if calm[key] != "" {
				t.Fatal("told of sound books too")
			}
			dir := t.TempDir()
			mode(t, dir, 0o700)
			freshBooks(t, dir, now, nil)
			b.do(t, dir)
			found, status := diagnosis(t, newApp(t, func() time.Time { return now }), "--data", dir)
			if found[key] != string(b.level) {
				t.Errorf("found %v", found)
			}
			if (status == exitError) != (b.level == levelBad) {
				t.Errorf("exit status %d", status)
			}
		})
	}
}

func link(t *testing.T, path string) {
	t.Helper()
	if err := os.Rename(path, path+".moved"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path+".moved", path); err != nil {
		t.Fatal(err)
	}
}

func mode(t *testing.T, path string, m fs.FileMode) {
	t.Helper()
	if err := os.Chmod(path, m); err != nil {
		t.Fatal(err)
	}
}

// touch leaves an entry in the audit.
func touch(w *ledger.Work) error { return w.SetStaff(ledger.Actor{}, "ASYT", 2027, 40) }

// stray puts a key where no record accounts for it.
func stray(tx engine.Tx) error { return tx.Put([]byte("unit/ZZZ"), []byte(`{"key":"OTHER"}`)) }

// freshStore changes the records of a folder below the rules of the ledger.
func freshStore(t *testing.T, dir string, now time.Time, fn func(*store.Tx) error) {
	t.Helper()
	s, err := store.Open(filepath.Join(dir, databaseName), store.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), now, fn); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func keptCopy(tx *store.Tx) error {
	return tx.PutKeptFile(store.KeptFile{
		File: twinning.FileRef{ID: "a", UniqueID: "b"}, State: store.KeptDone, SHA256: strings.Repeat("ab", 32),
		Path: "files/ab/" + strings.Repeat("ab", 32), Bytes: 5,
	})
}

func arrived(tx *store.Tx) error {
	return tx.Receive([]store.Update{{ID: 5, Raw: []byte(`{"update_id":5}`)}}, 6)
}

func buried(tx *store.Tx) error {
	if err := arrived(tx); err != nil {
		return err
	}
	waiting, err := tx.Waiting(1)
	if err != nil {
		return err
	}
	return tx.Bury(waiting[0].Seq, "broken")
}

func queued(tx *store.Tx) error {
	_, err := tx.Queue(store.OutRow{Cause: "test", Chat: 5, Op: store.OpSend})
	return err
}

// backups makes a backup as the bot would have at the moment.
func backups(t *testing.T, dir string, at time.Time) {
	t.Helper()
	a := newApp(t, func() time.Time { return at })
	b, err := a.open(t.Context(), dir, at)
	if err != nil {
		t.Fatal(err)
	}
	n, err := a.newNightly(b, backupSettings{At: "01:30"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := n.make(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	if err := b.store.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestDoctorBesideBot has the doctor look at a bot that runs, which it does inside the bot, but for the database: the bot
// sends it a copy, of which nothing is left.
func TestDoctorBesideBot(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	dir := filepath.Dir(h.books.store.Path())
	mode(t, dir, 0o700)
	awaitSocket(t, dir)
	h.quiet()
	found, status := diagnosis(t, newApp(t, h.clock.Now), "--data", dir)
	for _, key := range []string{"token_ok", "clock_ok", "running_fresh", "integrity_ok", "folder_ok", "queues_ok", "backups_off"} {
		if found[key] != string(levelOK) {
			t.Errorf("%s is not told: %v", key, found)
		}
	}
	if status != exitOK {
		t.Errorf("exit status %d: %v", status, found)
	}
	err := h.books.ledger.Update(context.WithoutCancel(t.Context()), h.clock.Now().AddDate(1, 0, 0), touch)
	if err != nil {
		t.Fatal(err)
	}
	if found, status := diagnosis(t, newApp(t, h.clock.Now), "--data", dir); status != exitError || found["audit_future"] == "" {
		t.Errorf("an entry of next year: %d %v", status, found)
	}
	if err := os.Remove(filepath.Join(dir, socketName)); err != nil {
		t.Fatal(err)
	}
	_, errs, status := command(t, h.clock.Now, "doctor", "--data", dir)
	if status != exitError || !strings.Contains(errs, "đang được một ketnghia khác dùng") {
		t.Errorf("without the socket: %d %s", status, errs)
	}
}

// TestDoctorTexts says every finding in both languages.
func TestDoctorTexts(t *testing.T) {
	t.Parallel()
	a := newApp(t, time.Now)
	keys := a.catalogue.Keys("vi")
	said := 0
	for _, key := range keys {
		rest, ok := strings.CutPrefix(key, "doctor.mend.")
		if !ok {
			continue
		}
		said++
		if !slices.Contains(keys, "doctor."+rest) {
			t.Errorf("a mend of nothing: %s", key)
		}
	}
	if said < 30 {
		t.Errorf("%d mends", said)
	}
}
