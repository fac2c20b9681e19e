package main

import (
	"bytes"
	"context"
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
	"ketnghia/store/backup"
	"ketnghia/twinning"
)

// TestChatRestoredADayLate loses a day: the books of the night before are put back in a new folder, and the bot goes on
// with the same people. What was logged since is gone, its buttons touch nothing, the copies of files are there, and each
// person gets one late notice.
func TestChatRestoredADayLate(t *testing.T) {
	t.Parallel()
	clock := sandbox.NewClock(time.Now)
	clock.Set(mustTime(t, "2027-02-16T09:00:00+07:00"))
	dir := t.TempDir()
	packed, fresh := filepath.Join(dir, "night"+backup.Ending), filepath.Join(dir, "data")
	var used int64
	t.Run("before", func(t *testing.T) {
		h := openChat(t, pair{"ASYT", "W20437"})
		mai, hoa := h.mai(), h.hoa()
		hoa.says("hôm nay tặng quà cho 45 hộ nghèo xã Ch'ơm, hết 12 triệu")
		hoa.sees("Tôi hiểu như sau")
		hoa.says("ghi")
		mai.hears("vừa ghi hoạt động này")
		h.quiet()
		used = h.server.Used()
		if _, err := h.app.writeBackup(h.ctx, h.books, packed, nil); err != nil {
			t.Fatal(err)
		}
	})
	now := func() time.Time { return mustTime(t, "2027-02-19T06:01:00+07:00") }
	out, errs, status := command(t, now, "restore", packed, "--data", fresh)
	if status != exitOK || !strings.Contains(out, "cách đây 2 ngày 21 giờ") {
		t.Fatalf("%d: %s%s", status, out, errs)
	}
	clock.Set(now())
	h := openHouseWith(t, fresh, clock, houseOptions{after: used})
	mai, hoa := h.person(101, "Bling", "Thị Mai"), h.person(102, "Nguyễn", "Văn Hòa")
	for _, v := range []*voice{mai, hoa} {
		v.says("/start") // the new server knows no chats; the bot knows the people
		v.sees("")
	}
	h.clockTo("2027-02-19T07:30:00+07:00")
	h.clockTo("2027-02-19T07:31:00+07:00")
	h.clockTo("2027-02-19T15:00:00+07:00")
	if n := mai.count(needsTitle, "27/02/2027"); n != 1 {
		t.Errorf("%d notices for the officer:\n%s", n, transcript(h.server.Messages(101)))
	}
	if q := h.sum("W20437"); q[twinning.Households] != 45 {
		t.Errorf("the books of the night before have %v", q)
	}
	// Numbers of the lost day are not given again.
	hoa.says("hôm nay tặng quà cho 46 hộ nghèo xã Ch'ơm, hết 13 triệu")
	hoa.sees("Tôi hiểu như sau")
	hoa.says("ghi")
	if m := hoa.sees("HĐ"); strings.Contains(m.Text, "HĐ2 ") || strings.HasSuffix(m.Text, "HĐ2") {
		t.Errorf("a number is given twice: %s", m.Text)
	}
}

// TestRestoreStoppedAtEachStep stops a restore before each step of the swap and looks at the books.
func TestRestoreStoppedAtEachStep(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	source, packed := filepath.Join(dir, "source"), filepath.Join(dir, "one"+backup.Ending)
	opensWhole(t, source)
	if out, errs, status := command(t, time.Now, "backup", "--data", source, packed); status != exitOK {
		t.Fatalf("%s%s", out, errs)
	}
	stop := errors.New("stopped")
	steps := 0
	for whole := false; !whole && steps < 20; {
		a := newApp(t, time.Now)
		data := filepath.Join(t.TempDir(), "data")
		opensWhole(t, data)
		i := 0
		r := &restoring{restoreCmd: &restoreCmd{File: packed}, app: a, dir: data, step: func(string) error {
			if i++; i > steps {
				return stop
			}
			return nil
		}}
		if err := r.run(t.Context()); err == nil {
			whole = true
		} else if !errors.Is(err, stop) {
			t.Errorf("stopped after step %d: %v", steps, err)
		}
		out, errs, status := command(t, time.Now, "export", "--data", data)
		if restored := strings.Contains(out, "store.restore"); status != exitOK || whole && !restored {
			t.Errorf("stopped after step %d: restored: %v, %s", steps, restored, errs)
		}
		left, err := filepath.Glob(filepath.Join(data, ".restore-*"))
		if err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
		steps++
	}
	if steps < 4 {
		t.Errorf("only %d steps", steps)
	}
}

// opensWhole makes a data folder with the books of the roster.
func opensWhole(t *testing.T, dir string) {
	t.Helper()
	b, err := newApp(t, time.Now).open(t.Context(), dir, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.store.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestBackupOfARunningBot asks the bot that runs for a backup: it is encrypted to the bot's recipients, holds the copies of
// files, and opens on another machine. A restore over running books is refused.
func TestBackupOfARunningBot(t *testing.T) {
	t.Parallel()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	clock := sandbox.NewClock(time.Now)
	clock.Set(mustTime(t, "2027-02-16T09:00:00+07:00"))
	data, dir := t.TempDir(), t.TempDir()
	h := openHouseWith(t, data, clock, houseOptions{machine: func(h *house, o *machineOptions) {
		settings := backupSettings{At: "01:30", Recipient: key.Recipient().String()}
		if o.backups, err = h.app.newNightly(h.books, settings, o.log); err != nil {
			t.Fatal(err)
		}
	}})
	mai := h.mai()
	plan := pdf("ke-hoach")
	mai.sends("kế hoạch nhu cầu", plan)
	mai.sees("Đây là Kế hoạch / báo cáo đề xuất nhu cầu 2027")
	mai.presses("Đúng, nộp")
	mai.sees("Đã nộp · VB1")
	h.quiet()
	h.isKept(h.filed(1).Files[0], plan.Data)
	out, errs, status := command(t, clock.Now, "backup", filepath.Join(dir, "one"), "--data", data)
	packed := filepath.Join(dir, "one"+backup.EndingOf(true))
	if status != exitOK || !strings.Contains(out, packed) || !strings.Contains(out, "09:00 16/02/2027, 1 tệp kèm theo") ||
		!strings.Contains(out, "Đã mã hoá") {
		t.Fatalf("%d: %s%s", status, out, errs)
	}
	if _, errs, status := command(t, clock.Now, "backup", filepath.Join(dir, "one"), "--data", data); status != exitUsage {
		t.Errorf("written over: %d, %s", status, errs)
	}
	identity := filepath.Join(dir, "key.txt")
	if err := os.WriteFile(identity, []byte(key.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errs, status := command(t, clock.Now, "restore", packed, "--identity", identity, "--data", data); status != exitError ||
		!strings.Contains(errs, "đang được một ketnghia khác dùng") {
		t.Errorf("restored over running books: %d, %s", status, errs)
	}
	fresh := filepath.Join(dir, "fresh")
	out, errs, status = command(t, clock.Now, "restore", packed, "--identity", identity, "--data", fresh)
	if status != exitOK || strings.Contains(out, "tải lại từ Telegram") {
		t.Fatalf("%d: %s%s", status, out, errs)
	}
	all, err := filepath.Glob(filepath.Join(fresh, "files", "*", "*.pdf"))
	if err != nil || len(all) != 1 {
		t.Fatalf("copies: %v, %v", all, err)
	}
	if content, err := os.ReadFile(all[0]); err != nil || !bytes.Equal(content, plan.Data) {
		t.Errorf("the copy is %q: %v", content, err)
	}
}

// filed returns a filing.
func (h *house) filed(id twinning.FilingID) (f twinning.Filing) {
	h.t.Helper()
	err := h.books.ledger.View(h.ctx, h.clock.Now(), func(k *ledger.Look) (err error) {
		f, err = k.Filing(id)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return f
}

// TestBackupWhileServing makes backups while others write, and opens each.
func TestBackupWhileServing(t *testing.T) {
	t.Parallel()
	a, data := newApp(t, time.Now), filepath.Join(t.TempDir(), "data")
	b, err := a.open(t.Context(), data, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.store.Close() }()
	n, err := a.newNightly(b, backupSettings{At: "01:30"}, slog.New(slog.NewTextHandler(testWriter{t}, nil)))
	if err != nil {
		t.Fatal(err)
	}
	// Others write all the while.
	ctx, cancel := context.WithCancel(t.Context())
	wrote := make(chan int)
	go func() {
		count := 0
		for ctx.Err() == nil {
			if b.ledger.Update(ctx, time.Now(), func(w *ledger.Work) error {
				return w.Queue(ledger.Delivery{Cause: fmt.Sprint("test ", count), Chat: 1, Op: ledger.OpSend})
			}) == nil {
				count++
			}
		}
		wrote <- count
	}()
	for i := range 3 {
		if err := n.make(ctx, time.Now().Add(time.Duration(i)*time.Second)); err != nil {
			t.Error(err)
		}
	}
	cancel()
	if count := <-wrote; count == 0 {
		t.Error("nothing was written meanwhile")
	}
	all, err := n.shelf.List()
	if err != nil || len(all) != 3 {
		t.Fatalf("%v, %v", all, err)
	}
	for _, e := range all {
		out, errs, status := command(t, time.Now, "restore", "--check", filepath.Join(n.shelf.Folder, e.Name))
		if status != exitOK {
			t.Errorf("%s: %s%s", e.Name, out, errs)
		}
	}
}
