package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/store"
	"ketnghia/store/engine"
	"ketnghia/twinning"
)

// TestDoctorTellsTheState has in each folder one more thing to tell than in sound books, at a time of its own.
func TestDoctorTellsTheState(t *testing.T) {
	t.Parallel()
	now := mustTime(t, "2027-02-26T09:00:00+07:00")
	quiet := func(*testing.T, string) {}
	for key, state := range map[string]struct {
		at    string
		do    func(t *testing.T, dir string)
		level level
	}{
		"programme_ok":      {"2024-02-26T09:00:00+07:00", quiet, levelOK},
		"programme_over":    {"2026-01-01T00:00:00+07:00", quiet, levelWarn},
		"holidays_unlisted": {"2047-12-01T09:00:00+07:00", quiet, levelWarn},
		"lunar_over":        {"2049-01-01T09:00:00+07:00", quiet, levelBad},
		"outbox_failed":     {"", func(t *testing.T, dir string) { freshStore(t, dir, now, failed) }, levelWarn},
		"backup_ok":         {"", func(t *testing.T, dir string) { sealedBackup(t, dir, now.Add(-time.Hour)) }, levelOK},
		"disk_low":          {"", growOverDisk, levelWarn},
		"database_newer":    {"", func(t *testing.T, dir string) { raw(t, dir, schemaBy(1)) }, levelBad},
		"database_older":    {"", func(t *testing.T, dir string) { raw(t, dir, schemaBy(-1)) }, levelWarn},
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			at := now
			if state.at != "" {
				at = mustTime(t, state.at)
			}
			dir := t.TempDir()
			mode(t, dir, 0o700)
			freshBooks(t, dir, at, nil)
			state.do(t, dir)
			found, status := diagnosis(t, newApp(t, func() time.Time { return at }), "--data", dir)
			if found[key] != string(state.level) {
				t.Errorf("found %v", found)
			}
			if (status == exitError) != (state.level == levelBad) {
				t.Errorf("exit status %d: %v", status, found)
			}
		})
	}
}

func failed(tx *store.Tx) error {
	err := queued(tx)
	row, more := tx.OutHead(1)
	row.State = store.OutFailed
	return errors.Join(err, more, tx.PutOutRow(row))
}

// schemaBy has the books say that they were written by another version.
func schemaBy(step int) func(engine.Tx) error {
	return func(tx engine.Tx) error {
		value, err := json.Marshal(store.Schema{Version: store.CurrentSchema() + step})
		return errors.Join(err, tx.Put([]byte("schema/"), value))
	}
}

// sealedBackup makes a backup that is encrypted.
func sealedBackup(t *testing.T, dir string, at time.Time) {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	a := newApp(t, func() time.Time { return at })
	b, err := a.open(t.Context(), dir, at)
	if err != nil {
		t.Fatal(err)
	}
	n, err := a.newNightly(b, backupSettings{At: "01:30", Recipient: key.Recipient().String()}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(n.make(t.Context(), at), b.store.Close()); err != nil {
		t.Fatal(err)
	}
}

// growOverDisk makes the database look larger than a third of what is free: a file with a hole takes no room.
func growOverDisk(t *testing.T, dir string) {
	t.Helper()
	free, known := freeDisk(dir)
	if !known {
		t.Skip("how much is free is not known on this system")
	}
	if err := os.Truncate(filepath.Join(dir, databaseName), free/2); err != nil {
		t.Skip("no such file fits here: ", err)
	}
}

// TestDoctorOfFullRoster has every unit helped, counted and linked: then there is nothing to warn of.
func TestDoctorOfFullRoster(t *testing.T) {
	t.Parallel()
	now, dir := mustTime(t, "2027-02-26T09:00:00+07:00"), t.TempDir()
	var units []twinning.Unit
	freshBooks(t, dir, now, func(w *ledger.Work) (err error) {
		if units, err = w.ActiveUnits(); err != nil {
			return err
		}
		var c ledger.RosterChange
		for _, u := range units {
			if u.Role == twinning.RoleRecipientCommune {
				c.Pairings = append(c.Pairings, twinning.Pairing{
					Sponsor: "ASYT", Recipient: u.Key, Decision: "1", From: twinning.NewDate(2027, 1, 1),
				})
			}
			if !w.WantsStaff(u, 2027) {
				continue
			}
			if err := w.SetStaff(ledger.Actor{}, u.Key, 2027, 40); err != nil {
				return err
			}
		}
		return w.ApplyRoster(ledger.Actor{}, c)
	})
	freshStore(t, dir, now, func(tx *store.Tx) error {
		for i, u := range units {
			p := twinning.Person{
				Telegram: twinning.ChatID(1000 + i), Name: "N", Unit: u.Key, Role: twinning.RoleLead, State: twinning.MembershipActive,
			}
			if i == 0 {
				p.Role = twinning.RoleCoordinator
			}
			if _, err := tx.PutPerson(p); err != nil {
				return err
			}
		}
		return nil
	})
	found, _ := diagnosis(t, newApp(t, func() time.Time { return now }), "--data", dir)
	for _, key := range []string{"roster_ok", "people_ok"} {
		if found[key] != string(levelOK) {
			t.Errorf("%s is not told: %v", key, found)
		}
	}
}

// TestDoctorSettings gives the doctor settings that don't fit together, or to what Telegram says.
func TestDoctorSettings(t *testing.T) {
	t.Parallel()
	now := time.Now()
	const ours, theirs = "https://bot.example.vn/hook", "https://elsewhere.example/SECRET"
	hook := func(address string) string { return fmt.Sprintf(`{"url":%q,"pending_update_count":0}`, address) }
	for name, test := range map[string]struct {
		hook string
		env  map[string]string
		more func(*ledger.Work) error
		want string
		args []string
	}{
		"polls":             {hook: noHook, want: "webhook_none"},
		"webhook":           {hook: hook(ours), env: map[string]string{"KETNGHIA_WEBHOOK_URL": ours}, want: "webhook_ok"},
		"webhook not set":   {hook: noHook, env: map[string]string{"KETNGHIA_WEBHOOK_URL": ours}, want: "webhook_unset"},
		"webhook elsewhere": {hook: hook(theirs), env: map[string]string{"KETNGHIA_WEBHOOK_URL": ours}, want: "webhook_elsewhere"},
		"token":             {hook: noHook, env: map[string]string{"TELEGRAM_BOT_TOKEN": "SECRET"}, want: "token_shape"},
		"privacy":           {hook: noHook, want: "privacy_on"},
		"groups":            {hook: noHook, more: bound, want: "privacy_groups"},
		"programme": {
			hook: noHook, args: []string{"--programme", filepath.Join(t.TempDir(), "none.toml")}, want: "programme_broken",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			freshBooks(t, dir, now, test.more)
			a, args := healthyTelegram(t, func() time.Time { return now }, telegramSays(someBot, test.hook, now))
			usual := a.getenv
			a.getenv = func(name string) string {
				if value, ok := test.env[name]; ok {
					return value
				}
				return usual(name)
			}
			found, _ := diagnosis(t, a, append(append(args, test.args...), "--data", dir)...)
			if found[test.want] == "" {
				t.Errorf("found %v, want %s", found, test.want)
			}
			if said := fmt.Sprint(a.out); strings.Contains(said, "SECRET") {
				t.Errorf("a secret is told: %s", said)
			}
		})
	}
}

// bound is a group of Sở Y tế.
func bound(w *ledger.Work) error {
	return w.BindGroup(ledger.Actor{}, twinning.Group{Chat: -500, Title: "Tổ công tác", Unit: "ASYT"})
}

// TestDoctorOfTroubledBot has Telegram refuse the polls of a bot that runs; the doctor beside it says why it hears nothing.
func TestDoctorOfTroubledBot(t *testing.T) {
	t.Parallel()
	for want, fault := range map[string]sandbox.Fault{
		"poll_conflict": {Status: 409, Description: "Conflict: terminated by other getUpdates request"},
		"poll_token":    {Status: 401, Description: "Unauthorized"},
		"poll_failing":  {Status: 502},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			h := openChat(t, pair{"ASYT", "W20437"})
			dir := filepath.Dir(h.books.store.Path())
			mai := h.mai()
			awaitSocket(t, dir)
			h.server.SetFault(func(method string, _ int64) *sandbox.Fault {
				if method != "getUpdates" {
					return nil
				}
				return &fault
			})
			if _, err := h.server.Say(mai.id, mai.id, "xin chào"); err != nil { // ends the poll that waits
				t.Fatal(err)
			}
			for deadline := time.Now().Add(patience); h.m.bot.Health().PollError == ""; time.Sleep(10 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatal("the bot notices nothing")
				}
			}
			found, status := diagnosis(t, newApp(t, h.clock.Now), "--data", dir)
			if found[want] != string(levelBad) || status != exitError {
				t.Errorf("exit status %d, found %v", status, found)
			}
		})
	}
}
