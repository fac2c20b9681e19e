package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestDoctorOfSilentBot looks at bots from which Telegram was not heard for a while. A sandbox's clock may be moved by
// days, which makes nobody silent.
func TestDoctorOfSilentBot(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	h.mai() // who was heard
	unheard, err := h.m.app.newBot(t.Context(), h.books, h.m.o)
	if err != nil {
		t.Fatal(err)
	}
	last := h.m.bot.Health().LastPoll
	for deadline := time.Now().Add(patience); last.IsZero() && time.Now().Before(deadline); last = h.m.bot.Health().LastPoll {
		time.Sleep(10 * time.Millisecond)
	}
	served, played := h.m.o, h.m.o
	served.steady = nil
	if last.IsZero() || played.steady == nil {
		t.Fatal("no bot that was heard in a sandbox")
	}
	for name, test := range map[string]struct {
		m     *machine
		runs  time.Duration
		since time.Duration
		want  string
	}{
		"not yet heard":           {&machine{bot: unheard, o: served}, time.Minute, 0, "running_fresh"},
		"never heard":             {&machine{bot: unheard, o: served}, pollSilent + 1, 0, "running_silent"},
		"heard":                   {&machine{bot: h.m.bot, o: served}, time.Hour, pollSilent, "running_ok"},
		"not heard any more":      {&machine{bot: h.m.bot, o: served}, time.Hour, pollSilent + 1, "running_silent"},
		"just begun, clock moved": {&machine{bot: h.m.bot, o: served}, time.Minute, time.Hour, "running_ok"},
		"sandbox moved ahead":     {&machine{bot: h.m.bot, o: played}, time.Hour, 24 * time.Hour, "running_ok"},
	} {
		wall := time.Now()
		test.m.began = wall.Add(-test.runs)
		p := &patient{app: h.m.app, machine: test.m, now: last.Add(test.since), wall: wall}
		found := lookRunning(t.Context(), p)
		if len(found) != 1 || found[0].key != test.want {
			t.Errorf("%s: %v, want %s", name, found, test.want)
		}
	}
}

// TestDoctorOfFailedBackup takes the disk of the backups away from a bot that runs.
func TestDoctorOfFailedBackup(t *testing.T) {
	t.Parallel()
	n := newNight(t, backupSettings{Dir: filepath.Join(t.TempDir(), "usb")})
	n.wake("2027-02-01T09:00")
	a := newApp(t, time.Now)
	p := &patient{
		app: a, now: mustTime(t, "2027-02-01T09:01:00+07:00"), cmd: &doctorCmd{},
		programme: n.books.ledger.Programme(), machine: &machine{o: machineOptions{backups: n.nightly}},
	}
	found := lookBackups(t.Context(), p)
	if len(found) != 1 || found[0].key != "backup_failed" || found[0].level != levelBad {
		t.Errorf("found %v", found)
	}
}

// TestDoctorOfForeignFolder has an account look at data that belong to another one. Where the tests don't run as root there
// is no second account: then the data are the account's own, and closed to it.
func TestDoctorOfForeignFolder(t *testing.T) {
	t.Parallel()
	program, dir := buildProgram(t), t.TempDir()
	freshBooks(t, dir, time.Now(), nil)
	mode(t, filepath.Dir(dir), 0o755)
	mode(t, dir, 0o755)
	want := map[string]string{"database_forbidden": string(levelBad)}
	cmd := exec.CommandContext(t.Context(), program, "doctor", "--json", "--data", dir)
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		want["folder_foreign"] = string(levelWarn)
	} else {
		mode(t, filepath.Join(dir, databaseName), 0)
	}
	out, err := cmd.Output()
	if cmd.ProcessState.ExitCode() != exitError {
		t.Errorf("ended with %v", err)
	}
	for line := range strings.Lines(string(out)) {
		var f struct{ Finding, Level string }
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if want[f.Finding] == f.Level {
			delete(want, f.Finding)
		}
	}
	if len(want) > 0 {
		t.Errorf("not told: %v of\n%s", want, out)
	}
}
