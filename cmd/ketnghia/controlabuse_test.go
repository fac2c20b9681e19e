package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestHostileClients sends what no client of ours sends. The bot's memory and patience are bounded, and it serves the next
// client as before.
func TestHostileClients(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := hostBooks(t, dir)
	huge := []byte{frameOrder, 0xff, 0xff, 0xff, 0xff}
	hugeRoster := binary.BigEndian.AppendUint32([]byte{frameRoster}, 1<<31)
	valid, _ := marshal(order{
		Build: buildID(), Command: "import",
		Roster: &rosterHead{Path: "x", Names: []string{"units.csv"}},
	})
	many, _ := marshal(order{Build: buildID(), Command: "import", Roster: &rosterHead{Names: make([]string, 100)}})
	framed := func(data []byte, more ...byte) []byte {
		var b bytes.Buffer
		_ = writeFrame(&b, frameOrder, data)
		return append(b.Bytes(), more...)
	}
	for name, sent := range map[string][]byte{
		"garbage":      bytes.Repeat([]byte("GET / HTTP/1.1\r\n\r\n"), 1000),
		"huge frame":   huge,
		"no JSON":      framed([]byte("{]")),
		"wrong shape":  framed([]byte(`{"cli": 5}`)),
		"huge roster":  framed(valid, hugeRoster...),
		"many files":   framed(many),
		"early answer": framed(valid, frameKept, 0, 0, 0, 0),
		"zeros":        make([]byte, 100_000),
	} {
		conn := dialHost(t, dir)
		_, _ = conn.Write(sent) // the bot may hang up first
		_ = conn.CloseWrite()
		got, err := io.ReadAll(io.LimitReader(conn, 1<<20))
		if len(got) > 10_000 {
			t.Errorf("%s: answered with %d bytes, %v", name, len(got), err)
		}
		_ = conn.Close()
		works(t, h, dir)
	}
	// Those who say nothing fill the places, but others are told so, and the places come back.
	silent := make([]*net.UnixConn, maxClients)
	for i := range silent {
		silent[i] = dialHost(t, dir)
		if _, _, err := readFrame(silent[i], maxGreeting); err != nil {
			t.Fatal(err)
		}
	}
	_, errs, status := command(t, h.app.now, "export", "--data", dir)
	if status != exitError || !strings.Contains(errs, "bận với nhiều lệnh") {
		t.Errorf("with all places taken: %d %s", status, errs)
	}
	for _, conn := range silent {
		_ = conn.Close()
	}
	for deadline := time.Now().Add(patience); ; {
		h.mu.Lock()
		left := len(h.open)
		h.mu.Unlock()
		if left == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d places are still taken", left)
		}
		pause(t.Context(), settling)
	}
	works(t, h, dir)
}

// TestSocketPlace looks at what may stand where the socket should.
func TestSocketPlace(t *testing.T) {
	t.Parallel()
	t.Run("long path", func(t *testing.T) {
		t.Parallel()
		dir := filepath.Join(t.TempDir(), strings.Repeat("kết-nghĩa-", 12), "dữ liệu")
		works(t, hostBooks(t, dir), dir)
	})
	t.Run("stale", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		first, err := listenControl(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := first.Close(); err != nil { // as after a SIGKILL, the socket stays
			t.Fatal(err)
		}
		if _, errs, status := command(t, time.Now, "invite", "ASYT", "--data", dir); status != exitOK {
			t.Fatalf("beside a stale socket: %s", errs)
		}
		works(t, hostBooks(t, dir), dir)
	})
	for name, place := range map[string]func(dir string) error{
		"file":         func(dir string) error { return os.WriteFile(filepath.Join(dir, socketName), []byte("mine"), 0o600) },
		"link":         func(dir string) error { return os.Symlink("/nowhere/socket", filepath.Join(dir, socketName)) },
		"another link": func(dir string) error { return os.Symlink(databaseName, filepath.Join(dir, socketName)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := place(dir); err != nil {
				t.Fatal(err)
			}
			h := closedHost(t, dir)
			if err := openHost(t.Context(), h, dir); !errors.Is(err, errTaken) {
				t.Errorf("opened: %v", err)
			}
			info, err := os.Lstat(filepath.Join(dir, socketName))
			if err != nil || info.Mode().Type() == fs.ModeSocket {
				t.Errorf("replaced: %v", err)
			}
			_, errs, status := command(t, h.app.now, "export", "--data", dir)
			if status != exitError || !strings.Contains(errs, "không phải cổng lệnh của trợ lý") {
				t.Errorf("%d %s", status, errs)
			}
		})
	}
}

// TestBotLearnsUnits imports a unit and its people beside the bot, which then knows the unit by name.
func TestBotLearnsUnits(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	dir := filepath.Dir(h.books.store.Path())
	awaitSocket(t, dir)
	lan := h.lan()
	lan.says("tình hình xã Hòa Thuận Mới")
	h.quiet()
	if lan.count("Xã Hòa Thuận Mới") != 0 {
		t.Fatal("the unit is known before")
	}
	units := put(t, filepath.Join(t.TempDir(), "units.csv"), newUnits)
	if _, errs, status := command(t, h.clock.Now, "import", units, "--data", dir); status != exitOK {
		t.Fatal(errs)
	}
	lan.says("tình hình xã Hòa Thuận Mới")
	lan.sees("Xã Hòa Thuận Mới")
}
