package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/programme"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// stoppedClock stands still, so that what is said at two times can be compared.
func stoppedClock(t *testing.T, at string) *sandbox.Clock {
	t.Helper()
	moment := mustTime(t, at)
	clock := sandbox.NewClock(func() time.Time { return moment })
	clock.Set(moment)
	return clock
}

// outcome is all that a command leaves behind.
type outcome struct {
	Out, Errs string
	Status    int
	Files     map[string]string
}

// outcomeOf runs a command with a folder of its own for the files that it writes.
func outcomeOf(t *testing.T, now func() time.Time, folder string, args ...string) outcome {
	t.Helper()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	var o outcome
	o.Out, o.Errs, o.Status = command(t, now, "", args...)
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if o.Files == nil {
			o.Files = map[string]string{}
		}
		o.Files[e.Name()] = lasting(t, data)
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	o.Out = lasting(t, []byte(o.Out))
	return o
}

// lasting returns what is the same each time in what a command writes: the members of an archive in order, and neither
// the code of an invitation, which is random, nor whether the bot's name is known without a token.
func lasting(t *testing.T, data []byte) string {
	t.Helper()
	if !bytes.HasPrefix(data, []byte("PK")) {
		text := regexp.MustCompile(`(https://t\.me/ketnghia_bot\?start=|/start )[A-Za-z0-9_-]{22}`).ReplaceAll(data, []byte("CODE"))
		return string(regexp.MustCompile(`"hash": "[0-9a-f]{64}"`).ReplaceAll(text, []byte("HASH")))
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var members []string
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		members = append(members, f.Name+": "+string(content))
	}
	slices.Sort(members)
	return strings.Join(members, "\n")
}

// put writes a file for a test.
func put(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	newUnits   = "key,name,role,parent\nX9001,Xã Hòa Thuận Mới,recipient_commune,D504\n"
	badUnits   = "key,name,role,parent\nX9001,,recipient_commune,D504\nX9002,Xã Hai,recipient_commune,NONE\n"
	someDeeds  = "date,sponsor,recipient,category,households,amount_vnd\n2027-01-05,ASYT,W20437,4,12,3000000\n"
	somePeople = "name,unit,role\nLan,ABDT,coordinator\nHòa,ASYT,officer\n"
)

// TestSameBesideBot runs every command that can work beside the bot on copies of one set of books, beside a running bot
// and without it: output, errors, files, exit status and the books that result are the same.
func TestSameBesideBot(t *testing.T) {
	t.Parallel()
	clock := stoppedClock(t, "2027-02-26T09:00:00+07:00")
	in, out := t.TempDir(), filepath.Join(t.TempDir(), "out")
	deeds := put(t, filepath.Join(in, "activities.csv"), someDeeds)
	units := put(t, filepath.Join(in, "units.csv"), newUnits)
	bad := put(t, filepath.Join(t.TempDir(), "units.csv"), badUnits)
	people := filepath.Join(in, "people")
	if err := os.Mkdir(people, 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(people, "people.csv"), somePeople)
	calls := [][]string{
		{"import", deeds, "--dry-run"},
		{"import", deeds},
		{"import", deeds},
		{"import", bad, "--lang", "en"},
		{"import", units},
		{"import", people},
		{"import", filepath.Join(in, "none.csv")},
		{"invite", "xã Hòa Thuận Mới", "--role", "lead", "--name", "Mai"},
		{"invite", "Sở Hàng hải"},
		{"remind", "--at", "2027-02-26T09:00:00+07:00"},
		{"remind", "--at", "noon"},
		{"report", "--year", "2027", "-o", filepath.Join(out, "r")},
		{"report", "--year", "2027", "--unit", "ASYT", "-o", filepath.Join(out, "r.docx"), "--lang", "en"},
		{"report", "--year", "2027", "-o", filepath.Join(out, "no", "r")},
		{"report", "--year", "2027", "--sealed", "-o", filepath.Join(out, "r")},
		{"export", "--format", "json"},
		{"export", "--year", "2027", "--unit", "ASYT", "-o", filepath.Join(out, "x.json")},
		{"export", "--format", "xlsx", "-o", filepath.Join(out, "x.xlsx")},
	}
	run := func(t *testing.T, dir string) (all []outcome) {
		t.Helper()
		for _, call := range calls {
			all = append(all, outcomeOf(t, clock.Now, out, append(call, "--data", dir)...))
		}
		if out := all[len(all)-3].Out; strings.Count(out, "HASH") != 3 {
			t.Fatalf("invitations: %s", out)
		}
		return all
	}
	var beside []outcome
	t.Run("beside", func(t *testing.T) {
		dir := t.TempDir()
		openHouse(t, dir, clock)
		awaitSocket(t, dir)
		beside = run(t, dir)
	})
	alone := t.TempDir()
	b, err := newApp(t, clock.Now).open(t.Context(), alone, clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.store.Close(); err != nil {
		t.Fatal(err)
	}
	for i, want := range run(t, alone) {
		if diff := cmp.Diff(want, beside[i]); diff != "" {
			t.Errorf("%q (-alone +beside):\n%.2000s", calls[i], diff)
		}
	}
}

// awaitSocket waits until the bot that starts can be reached.
func awaitSocket(t *testing.T, dir string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for ctx.Err() == nil {
		if info, err := os.Lstat(filepath.Join(dir, socketName)); err == nil {
			if info.Mode().Perm() != 0o600 {
				t.Errorf("the socket has mode %o", info.Mode().Perm())
			}
			return
		}
		pause(ctx, settling)
	}
	t.Fatal("no control socket")
}

// openBooks opens a data folder with a host beside which commands can run, without a bot that polls.
func openBooks(t *testing.T, dir string) *host {
	t.Helper()
	h := tryBooks(t, dir)
	if err := openHost(context.WithoutCancel(t.Context()), h, dir); err != nil {
		t.Fatal(err)
	}
	return h
}

// tryBooks is openBooks before the socket is opened.
func tryBooks(t *testing.T, dir string) *host {
	t.Helper()
	clock := stoppedClock(t, "2027-02-26T09:00:00+07:00")
	a := newApp(t, clock.Now)
	b, err := a.open(t.Context(), dir, clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(testWriter{t}, nil))
	m, err := a.newMachine(t.Context(), b, machineOptions{
		token: newSandboxToken(), apiURL: "http://127.0.0.1:1", data: dir, now: clock.Now, log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	h := &host{app: a, books: b, machine: m, log: log}
	t.Cleanup(func() {
		if h.listener != nil {
			h.close()
		}
		if err := b.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// works says that a command beside the bot does what it should.
func works(t *testing.T, h *host, dir string) {
	t.Helper()
	out, errs, status := command(t, h.app.now, "", "export", "--data", dir)
	if status != exitOK || !strings.Contains(out, `"format": "ketnghia/1"`) {
		t.Fatalf("export: %d %.200s %s", status, out, errs)
	}
}

// TestTwentyClients runs many commands at once, each of which changes the books or reads all of them: all succeed, and
// all changes are there.
func TestTwentyClients(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := openBooks(t, dir)
	const clientCount = 20
	var clients sync.WaitGroup
	failed := make(chan string, clientCount)
	for i := range clientCount {
		args := []string{"export", "--format", "json"}
		if i%2 == 0 {
			name := fmt.Sprintf("key,name,role,parent\nX%d,Xã Thử %d,recipient_commune,D504\n", i, i)
			args = []string{"import", put(t, filepath.Join(t.TempDir(), "units.csv"), name)}
		}
		clients.Go(func() {
			if out, errs, status := command(t, h.app.now, "", append(args, "--data", dir)...); status != exitOK || out == "" {
				failed <- fmt.Sprintf("%q: %d %s", args, status, errs)
			}
		})
	}
	clients.Wait()
	close(failed)
	for f := range failed {
		t.Error(f)
	}
	out, _, _ := command(t, h.app.now, "", "export", "--data", dir)
	if n := strings.Count(out, `"name": "Xã Thử `); n != clientCount/2 {
		t.Errorf("%d of the units are in the books", n)
	}
}

// dialHost connects to the socket and reads the greeting, as a program that is not ours might.
func dialHost(t *testing.T, dir string) *net.UnixConn {
	t.Helper()
	path, done, err := shortPath(dir, socketName)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	conn, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// orders says what is wanted, after the greeting.
func orders(t *testing.T, conn *net.UnixConn, o order, roster *programme.RosterFiles) {
	t.Helper()
	var g greeting
	if err := expect(conn, frameHello, maxGreeting, &g); err != nil {
		t.Fatal(err)
	}
	if o.Build == "" {
		o.Build = g.Build
	}
	if err := sendOrder(conn, o, roster); err != nil {
		t.Fatal(err)
	}
}

// rest reads what a command says until it ends, and its status.
func rest(t *testing.T, conn *net.UnixConn) (said string, status int) {
	t.Helper()
	for {
		kind, data, err := readFrame(conn, maxPart)
		if err != nil {
			t.Fatalf("after %q: %v", said, err)
		}
		switch kind {
		case frameExit:
			return said, int(data[0])
		case frameOut, frameErr:
			said += string(data)
		}
	}
}

// TestOtherProgram refuses a client that was built from something else, or that names another programme file; the client
// refuses such a bot as well.
func TestOtherProgram(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := openBooks(t, dir)
	conn := dialHost(t, dir)
	orders(t, conn, order{Build: "another", Command: "export", CLI: cli{Export: exportCmd{Format: "json"}}}, nil)
	if said, status := rest(t, conn); status != exitError || !strings.Contains(said, "là một bản ketnghia khác") {
		t.Errorf("another client was told %q, %d", said, status)
	}
	other := put(t, filepath.Join(t.TempDir(), "p.toml"), programmeText(t))
	_, errs, status := command(t, h.app.now, "", "remind", "--data", dir, "--programme", other)
	if status != exitUsage || !strings.Contains(errs, "theo tệp chương trình khác") {
		t.Errorf("with another programme: %d %s", status, errs)
	}
	h.build = "newer"
	_, errs, status = command(t, h.app.now, "", "export", "--data", dir, "--lang", "en")
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
	h := openBooks(t, dir)
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
	if out, errs, status := command(t, h.app.now, "", "import", path, "--data", dir); status != exitOK {
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
	h := openBooks(t, dir)
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
	_, errs, status := command(t, h.app.now, "", "export", "--data", vanishing, "-o", filepath.Join(out, "x.json"))
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
	_, errs, status := command(t, time.Now, "", "export", "--data", dir, "-o", filepath.Join(out, "x.json"))
	if status != exitError {
		t.Errorf("%d %s", status, errs)
	}
	if _, err := os.Stat(foreign); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the foreign file was written")
	}
}

// TestHostileClients sends what no client of ours sends. The bot's memory and patience are bounded, and it serves the next
// client as before.
func TestHostileClients(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := openBooks(t, dir)
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
	_, errs, status := command(t, h.app.now, "", "export", "--data", dir)
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
		dir := filepath.Join(t.TempDir(), strings.Repeat("kết-nghĩa-", 20), "dữ liệu")
		works(t, openBooks(t, dir), dir)
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
		if _, errs, status := command(t, time.Now, "", "invite", "ASYT", "--data", dir); status != exitOK {
			t.Fatalf("beside a stale socket: %s", errs)
		}
		works(t, openBooks(t, dir), dir)
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
			h := tryBooks(t, dir)
			if err := openHost(t.Context(), h, dir); !errors.Is(err, errTaken) {
				t.Errorf("opened: %v", err)
			}
			info, err := os.Lstat(filepath.Join(dir, socketName))
			if err != nil || info.Mode().Type() == fs.ModeSocket {
				t.Errorf("replaced: %v", err)
			}
			_, errs, status := command(t, h.app.now, "", "export", "--data", dir)
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
	if _, errs, status := command(t, h.clock.Now, "", "import", units, "--data", dir); status != exitOK {
		t.Fatal(errs)
	}
	lan.says("tình hình xã Hòa Thuận Mới")
	lan.sees("Xã Hòa Thuận Mới")
}
