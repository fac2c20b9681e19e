package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ketnghia/ledger"
	"ketnghia/programme"
	"ketnghia/twinning"
)

// TestOtherProgram refuses a client that was built from something else, or that names another programme file; the client
// refuses such a bot as well.
func TestOtherProgram(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := hostBooks(t, dir)
	conn := dialHost(t, dir)
	orders(t, conn, order{Build: "another", Command: "export", CLI: cli{Export: exportCmd{Format: "json"}}}, nil)
	if said, status := rest(t, conn); status != exitError || !strings.Contains(said, "là một bản ketnghia khác") {
		t.Errorf("another client was told %q, %d", said, status)
	}
	other := put(t, filepath.Join(t.TempDir(), "p.toml"), programmeText(t))
	_, errs, status := command(t, h.app.now, "remind", "--data", dir, "--programme", other)
	if status != exitUsage || !strings.Contains(errs, "theo tệp chương trình khác") {
		t.Errorf("with another programme: %d %s", status, errs)
	}
	h.build = "newer"
	_, errs, status = command(t, h.app.now, "export", "--data", dir, "--lang", "en")
	if status != exitError || !strings.Contains(errs, "another build of ketnghia; restart it") {
		t.Errorf("another bot: %d %s", status, errs)
	}
	for _, name := range []string{"serve", "sandbox", "parse", "", "rm"} {
		conn := dialHost(t, dir)
		orders(t, conn, order{Build: "newer", Command: name}, nil)
		if said, status := rest(t, conn); status != exitError || said == "" {
			t.Errorf("%q: %q, %d", name, said, status)
		}
	}
}

func programmeText(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../programme/1100.toml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestClientGone has clients leave in the middle: of their order, of a command, of its output, of a file. The books take
// what they were given whole or not at all, and the next client finds everything as if nobody had been there.
func TestClientGone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := hostBooks(t, dir)
	many := "date,sponsor,recipient,category,households\n"
	for i := range 3000 {
		many += fmt.Sprintf("2027-01-%02d,ASYT,W20437,%d,%d\n", i%28+1, i%4+1, i+1)
	}
	roster := &programme.RosterFiles{
		Path: "activities.csv", Files: []programme.RosterFile{{Name: "activities.csv", Data: []byte(many)}},
	}
	taken := order{Command: "import", CLI: cli{Import: importCmd{File: "activities.csv"}}}
	cut := []func(conn *net.UnixConn){
		func(*net.UnixConn) {},
		func(conn *net.UnixConn) { orders(t, conn, taken, &programme.RosterFiles{Path: "x"}) },
		func(conn *net.UnixConn) { orders(t, conn, taken, roster) },
		func(conn *net.UnixConn) { orders(t, conn, taken, roster); _, _, _ = readFrame(conn, maxPart) },
		func(conn *net.UnixConn) {
			orders(t, conn, order{Command: "export", CLI: cli{Export: exportCmd{Format: "json", Output: "x"}}}, nil)
			_, _, _ = readFrame(conn, maxPart)
		},
	}
	for _, leave := range cut {
		conn := dialHost(t, dir)
		leave(conn)
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
		works(t, h, dir)
		if n := deedsIn(t, h); n != 0 && n != 3000 {
			t.Fatalf("%d of 3000 rows are in the books", n)
		}
	}
	path := put(t, filepath.Join(t.TempDir(), "activities.csv"), many)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a := newApp(t, h.app.now)
	if status := a.run(ctx, []string{"import", path, "--data", dir}); status != exitError {
		t.Errorf("interrupted: %d %v", status, a.err)
	}
	if out, errs, status := command(t, h.app.now, "import", path, "--data", dir); status != exitOK {
		t.Fatalf("import: %d %.200s %s", status, out, errs)
	}
	if n := deedsIn(t, h); n != 3000 {
		t.Errorf("%d rows are in the books, want 3000", n)
	}
}

func deedsIn(t *testing.T, h *host) (n int) {
	t.Helper()
	err := h.books.ledger.View(t.Context(), h.app.now(), func(k *ledger.Look) error {
		return k.Activities(func(twinning.Activity) error { n++; return nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestBotStops stops the bot while a client has not said yet that it has its file: the client is told, the bot ends at
// once. And a bot that just vanishes leaves its client with a clear line and no half file.
func TestBotStops(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := hostBooks(t, dir)
	conn := dialHost(t, dir)
	orders(t, conn, order{Command: "export", CLI: cli{Export: exportCmd{Format: "json", Output: "x"}}}, nil)
	for kind := byte(0); kind != frameEnd; {
		var err error
		if kind, _, err = readFrame(conn, maxPart); err != nil {
			t.Fatal(err)
		}
	}
	h.close()
	h.listener = nil
	if said, status := rest(t, conn); status != exitError || !strings.Contains(said, "trợ lý đã dừng") {
		t.Errorf("told %q, %d", said, status)
	}
	if _, err := os.Lstat(filepath.Join(dir, socketName)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is still there: %v", err)
	}

	vanishing, out := t.TempDir(), t.TempDir()
	pretend(t, vanishing, func(conn net.Conn) {
		data, _ := marshal(greeting{Version: controlVersion, Build: buildID()})
		_ = writeFrame(conn, frameHello, data)
		_, _, _ = readFrame(conn, maxOrder)
		_ = writeFrame(conn, frameFile, []byte(filepath.Join(out, "x.json")))
		_ = writeFrame(conn, frameData, []byte("half"))
	})
	_, errs, status := command(t, h.app.now, "export", "--data", vanishing, "-o", filepath.Join(out, "x.json"))
	if status != exitError || !strings.Contains(errs, "trợ lý đã dừng hoặc ngắt kết nối") {
		t.Errorf("vanished: %d %s", status, errs)
	}
	if left, err := os.ReadDir(out); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// pretend serves the control socket of a folder for one client in another way than the program does.
func pretend(t *testing.T, dir string, serve func(net.Conn)) {
	t.Helper()
	listener, err := listenControl(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		serve(conn)
		_ = conn.Close()
	}()
	t.Cleanup(func() { _ = listener.Close(); <-done })
}

// TestBotAsksTooMuch has whoever stands behind the socket ask the client for files that its operator did not name.
func TestBotAsksTooMuch(t *testing.T) {
	t.Parallel()
	dir, out := t.TempDir(), t.TempDir()
	foreign := filepath.Join(out, "foreign")
	pretend(t, dir, func(conn net.Conn) {
		data, _ := marshal(greeting{Version: controlVersion, Build: buildID()})
		_ = writeFrame(conn, frameHello, data)
		_, _, _ = readFrame(conn, maxOrder)
		_ = writeFrame(conn, frameFile, []byte(foreign))
		_ = writeFrame(conn, frameEnd, nil)
		_, _, _ = readFrame(conn, maxOrder)
	})
	_, errs, status := command(t, time.Now, "export", "--data", dir, "-o", filepath.Join(out, "x.json"))
	if status != exitError {
		t.Errorf("%d %s", status, errs)
	}
	if _, err := os.Stat(foreign); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the foreign file was written")
	}
}
