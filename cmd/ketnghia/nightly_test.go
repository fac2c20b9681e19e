package main

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"ketnghia/sandbox"
	"ketnghia/store/backup"
)

// night is a nightly job over empty books, whose clock the test sets.
type night struct {
	*nightly
	t   *testing.T
	log bytes.Buffer
}

func newNight(t *testing.T, o backupSettings) *night {
	t.Helper()
	a := newApp(t, time.Now)
	b, err := a.open(t.Context(), filepath.Join(t.TempDir(), "data"), mustTime(t, "2027-02-01T08:00:00+07:00"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.store.Close() })
	n := &night{t: t}
	if o.At == "" {
		o.At = "01:30"
	}
	if n.nightly, err = a.newNightly(b, o, slog.New(slog.NewJSONHandler(&n.log, nil))); err != nil {
		t.Fatal(err)
	}
	return n
}

// wake wakes the job at the moment and returns how many backups there are.
func (n *night) wake(when string) int {
	n.t.Helper()
	if err := n.run(n.t.Context(), mustTime(n.t, when+":00+07:00")); err != nil {
		n.log.WriteString("returned: " + err.Error())
	}
	all, err := n.shelf.List()
	if err != nil {
		return 0
	}
	return len(all)
}

// TestBackupIsOwedNotTicked wakes the job at moments of some days on which the machine was off, or its clock was wrong.
func TestBackupIsOwedNotTicked(t *testing.T) {
	t.Parallel()
	n := newNight(t, backupSettings{})
	n.begin(mustTime(t, "2027-02-01T09:00:00+07:00"))
	if at, err := n.Last(); !at.IsZero() || err != nil {
		t.Errorf("before the first: %s, %v", at, err)
	}
	for _, step := range []struct {
		when string
		want int
	}{
		{"2027-02-01T09:00", 1}, // there is none yet
		{"2027-02-01T09:01", 1},
		{"2027-02-02T01:29", 1},
		{"2027-02-02T01:30", 2},
		{"2027-02-02T01:31", 2},
		{"2027-02-02T23:59", 2},
		{"2027-02-05T14:00", 3}, // off for two nights
		{"2027-02-05T14:01", 3},
		{"2027-02-06T01:30", 4},
		{"2029-01-01T00:00", 5}, // the clock jumped ahead
		{"2027-02-06T09:00", 5},
		{"2027-02-07T01:30", 6}, // and back
		{"2027-02-07T01:31", 6},
	} {
		if got := n.wake(step.when); got != step.want {
			t.Errorf("%s: %d backups, want %d", step.when, got, step.want)
		}
	}
	if at, err := n.Last(); !at.Equal(mustTime(t, "2027-02-07T01:30:00+07:00")) || err != nil {
		t.Errorf("the last: %s, %v", at, err)
	}
	// Another run of the program knows it from the folder.
	again := &nightly{shelf: n.shelf, data: n.data, log: n.nightly.log}
	again.begin(mustTime(t, "2027-02-07T09:00:00+07:00"))
	if at, err := again.Last(); !at.Equal(mustTime(t, "2027-02-07T01:30:00+07:00")) || err != nil {
		t.Errorf("after a restart: %s, %v", at, err)
	}
	if !strings.Contains(n.log.String(), `"msg":"backups are not encrypted: no recipient is set"`) {
		t.Errorf("that backups are not encrypted is not told:\n%s", &n.log)
	}
}

// TestFailedBackupIsTriedAgain takes the disk of the backups away and gives it back.
func TestFailedBackupIsTriedAgain(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "usb")
	n := newNight(t, backupSettings{Dir: dir})
	n.begin(mustTime(t, "2027-02-01T09:00:00+07:00"))
	if _, err := n.Last(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no disk at the start: %v", err)
	}
	n.wake("2027-02-01T09:00")
	if _, err := n.Last(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no disk: %v", err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if got := n.wake("2027-02-01T09:29"); got != 0 {
		t.Error("tried again too soon")
	}
	if _, err := n.Last(); err == nil {
		t.Error("a failure is forgotten before a backup was made")
	}
	if got := n.wake("2027-02-01T09:30"); got != 1 {
		t.Errorf("%d backups once the disk is there", got)
	}
	if at, err := n.Last(); !at.Equal(mustTime(t, "2027-02-01T09:30:00+07:00")) || err != nil {
		t.Errorf("the last: %s, %v", at, err)
	}
	left, err := filepath.Glob(filepath.Join(n.data, ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestLeftoversAreSwept begins after a crash.
func TestLeftoversAreSwept(t *testing.T) {
	t.Parallel()
	n := newNight(t, backupSettings{})
	for _, name := range []string{
		".backup-123", "backups/.new-ketnghia-20270201T013000.ketnghia.zst", ".restore-1/ketnghia.db", "mine/.backup-1",
	} {
		path := filepath.Join(n.data, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("half"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	n.begin(mustTime(t, "2027-02-01T09:00:00+07:00"))
	var got []string
	err := filepath.WalkDir(n.data, func(path string, d os.DirEntry, err error) error {
		if !d.IsDir() {
			got = append(got, strings.TrimPrefix(path, n.data+"/"))
		}
		return err
	})
	if diff := cmp.Diff([]string{"ketnghia.db", "mine/.backup-1"}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// TestChatBackup has the nightly backup sent to Ban Dân tộc the next morning, and to nobody else.
func TestChatBackup(t *testing.T) {
	t.Parallel()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	clock := sandbox.NewClock(time.Now)
	clock.Set(mustTime(t, "2027-02-16T09:00:00+07:00"))
	var n *nightly
	h := openHouseWith(t, t.TempDir(), clock, houseOptions{machine: func(h *house, o *machineOptions) {
		settings := backupSettings{At: "01:30", Chat: "on", Recipient: key.Recipient().String()}
		if n, err = h.app.newNightly(h.books, settings, o.log); err != nil {
			t.Fatal(err)
		}
		o.backups = n
	}})
	lan, mai := h.lan(), h.mai()
	for _, at := range []string{"2027-02-17T01:30:00+07:00", "2027-02-17T02:00:00+07:00"} {
		h.clock.Set(mustTime(t, at))
		if err := n.run(h.ctx, h.clock.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if lan.count("Bản sao lưu mới nhất") != 0 {
		t.Error("a backup is sent at night")
	}
	h.clockTo("2027-02-17T07:30:00+07:00")
	m := lan.hears("Bản sao lưu mới nhất", "đã mã hoá")
	if lan.count("Bản sao lưu") != 1 || mai.count("Bản sao lưu") != 0 {
		t.Error("it is sent twice, or to an officer")
	}
	if m.Document == nil || m.Document.Name != "ketnghia-20270217T013000.ketnghia.zst.age" {
		t.Fatalf("it comes as %+v", m.Document)
	}
	content, _, err := h.server.DownloadFile(m.Document.ID)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := backup.Read(bytes.NewReader(content), []age.Identity{key})
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	if made := archive.Manifest().Made.Truncate(time.Minute); !made.Equal(mustTime(t, "2027-02-17T01:30:00+07:00")) {
		t.Errorf("made at %s", made)
	}
}
