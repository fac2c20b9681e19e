package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
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

	"ketnghia/programme"
	"ketnghia/sandbox"
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
	o.Out, o.Errs, o.Status = command(t, now, args...)
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
		text = regexp.MustCompile(`"hash": "[0-9a-f]{64}"`).ReplaceAll(text, []byte("HASH"))
		// Invitations stand in the order of their hashes, which is random too.
		invitation := regexp.MustCompile(`\{\s*HASH,[^}]*\}`)
		ordered := invitation.FindAll(text, -1)
		slices.SortFunc(ordered, bytes.Compare)
		n := -1
		return string(invitation.ReplaceAllFunc(bytes.Clone(text), func([]byte) []byte { n++; return ordered[n] }))
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

// hostBooks opens a data folder with a host beside which commands can run, without a bot that polls.
func hostBooks(t *testing.T, dir string) *host {
	t.Helper()
	h := closedHost(t, dir)
	if err := openHost(context.WithoutCancel(t.Context()), h, dir); err != nil {
		t.Fatal(err)
	}
	return h
}

// closedHost is hostBooks before the socket is opened.
func closedHost(t *testing.T, dir string) *host {
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
	out, errs, status := command(t, h.app.now, "export", "--data", dir)
	if status != exitOK || !strings.Contains(out, `"format": "ketnghia/1"`) {
		t.Fatalf("export: %d %.200s %s", status, out, errs)
	}
}

// TestTwentyClients runs many commands at once, each of which changes the books or reads all of them: all succeed, and
// all changes are there.
func TestTwentyClients(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := hostBooks(t, dir)
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
			if out, errs, status := command(t, h.app.now, append(args, "--data", dir)...); status != exitOK || out == "" {
				failed <- fmt.Sprintf("%q: %d %s", args, status, errs)
			}
		})
	}
	clients.Wait()
	close(failed)
	for f := range failed {
		t.Error(f)
	}
	out, _, _ := command(t, h.app.now, "export", "--data", dir)
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
