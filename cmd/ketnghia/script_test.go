package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"

	"ketnghia/locales"
	"ketnghia/programme"
	"ketnghia/sandbox"
	"ketnghia/store"
	"ketnghia/store/engine"
	"ketnghia/twinning"
)

var update = flag.Bool("update", false, "write what the scripts compare anew")

// TestScripts runs the commands as an operator does: testdata/script holds what is typed and what is seen.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Setup: func(e *testscript.Env) error {
			e.Setenv("KETNGHIA_DATA", filepath.Join(e.WorkDir, "data"))
			e.Setenv("SANDBOX_TOKEN", sandboxToken)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"refused":    scriptRefused,
			"recipients": scriptRecipients,
			"workbook":   scriptWorkbook,
			"samebooks":  scriptSameBooks,
			"fresh":      scriptFresh,
			"hold":       scriptHold,
			"newer":      scriptNewer,
			"telegram":   scriptTelegram,
			"busy":       scriptBusy,
			"agekey":     scriptAgeKey,
		},
	})
}

// scriptRefused runs "refused STATUS [+LINES] COMMAND…": the program ends with that status and tells why in one line of
// its own, after so many lines about single faults. Neither a stack trace nor the token is ever told.
func scriptRefused(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: refused status [+lines] arguments")
	}
	want, rest := args[0], args[1:]
	lines := 1
	if more, ok := strings.CutPrefix(rest[0], "+"); ok {
		n, err := strconv.Atoi(more)
		ts.Check(err)
		lines, rest = n+1, rest[1:]
	}
	err := ts.Exec(programName, rest...)
	var ended *exec.ExitError
	if !errors.As(err, &ended) || strconv.Itoa(ended.ExitCode()) != want {
		ts.Fatalf("ended with %v, want exit status %s", err, want)
	}
	said := ts.ReadFile("stderr")
	told := strings.Split(strings.TrimSuffix(said, "\n"), "\n")
	if len(told) != lines || !strings.HasPrefix(told[len(told)-1], programName+": ") {
		ts.Fatalf("told in %d lines, want %d:\n%s", len(told), lines, said)
	}
	for _, never := range []string{"goroutine ", "panic", "SECRET", sandboxToken, "[cmd.", "…", "%!"} {
		if strings.Contains(said, never) {
			ts.Fatalf("%q is told:\n%s", never, said)
		}
	}
}

// scriptRecipients checks "recipients FILE DISTRICTS COMMUNES": JSON lines of remind name every recipient of the embedded
// roster for the needs, and there are so many.
func scriptRecipients(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: recipients file districts communes")
	}
	units, err := programme.DefaultUnits()
	ts.Check(err)
	want, counts := map[twinning.UnitKey]bool{}, map[twinning.UnitRole]int{}
	for _, u := range units {
		if u.Role == twinning.RoleRecipientDistrict || u.Role == twinning.RoleRecipientCommune {
			want[u.Key] = true
			counts[u.Role]++
		}
	}
	got := map[twinning.UnitKey]bool{}
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		var r struct {
			Unit       twinning.UnitKey
			Obligation string
			Level      string
			To         []int64
		}
		ts.Check(json.Unmarshal([]byte(line), &r))
		if r.To == nil || len(r.To) > 0 {
			ts.Fatalf("to is %v, want []: %s", r.To, line)
		}
		if r.Level == "officer" && r.Obligation == "needs" {
			got[r.Unit] = true
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
		ts.Fatalf("recipients (-roster +reminded):\n%s", diff)
	}
	districts, communes := counts[twinning.RoleRecipientDistrict], counts[twinning.RoleRecipientCommune]
	if strconv.Itoa(districts) != args[1] || strconv.Itoa(communes) != args[2] {
		ts.Fatalf("%d districts and %d communes", districts, communes)
	}
}

// scriptWorkbook makes "workbook FILE NAME…" from the CSV files of those names, a sheet each.
func scriptWorkbook(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: workbook file names")
	}
	book := excelize.NewFile()
	for i, name := range args[1:] {
		if i == 0 {
			ts.Check(book.SetSheetName("Sheet1", name))
		} else {
			_, err := book.NewSheet(name)
			ts.Check(err)
		}
		row := 0
		lines := bufio.NewScanner(strings.NewReader(ts.ReadFile(name + ".csv")))
		for lines.Scan() {
			row++
			cells := strings.Split(lines.Text(), ",")
			ts.Check(book.SetSheetRow(name, "A"+strconv.Itoa(row), &cells))
		}
	}
	ts.Check(book.SaveAs(ts.MkAbs(args[0])))
}

// scriptSameBooks compares "samebooks A B", two exports, but for the moments at which they were made.
func scriptSameBooks(ts *testscript.TestScript, neg bool, args []string) {
	var books [2]map[string]any
	for i := range books {
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[i])), &books[i]))
		delete(books[i], "at")
	}
	if diff := cmp.Diff(books[0], books[1]); (diff == "") == neg {
		ts.Fatalf("the books (-%s +%s):\n%s", args[0], args[1], diff)
	}
}

// scriptFresh makes the books that serve makes in an empty folder, in each of "fresh DIR…", in the data folder for none.
func scriptFresh(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) == 0 {
		args = []string{ts.Getenv("KETNGHIA_DATA")}
	}
	catalogue, err := locales.New()
	ts.Check(err)
	for _, dir := range args {
		a := &app{catalogue: catalogue}
		b, err := a.open(context.Background(), ts.MkAbs(dir), time.Now())
		ts.Check(err)
		ts.Check(b.store.Close())
	}
}

// scriptHold opens the database of "hold DIR" in this process until the script ends.
func scriptHold(ts *testscript.TestScript, _ bool, args []string) {
	s, err := store.Open(filepath.Join(ts.MkAbs(args[0]), databaseName), store.Options{Now: time.Now(), Create: true})
	ts.Check(err)
	ts.Defer(func() { ts.Check(s.Close()) })
}

// scriptNewer marks the database of "newer DIR" as one of a version to come.
func scriptNewer(ts *testscript.TestScript, _ bool, args []string) {
	e, err := engine.OpenBolt(filepath.Join(ts.MkAbs(args[0]), databaseName), false, false)
	ts.Check(err)
	ts.Check(e.Update(context.Background(), func(tx engine.Tx) error {
		pairs, err := tx.Scan([]byte("schema/"), []byte("schema0"), 0)
		if err != nil || len(pairs) != 1 {
			return errors.Join(err, errors.New("no schema record"))
		}
		var schema map[string]any
		if err := json.Unmarshal(pairs[0].Value, &schema); err != nil {
			return err
		}
		schema["version"] = 1100
		value, err := json.Marshal(schema)
		return errors.Join(err, tx.Put(pairs[0].Key, value))
	}))
	ts.Check(e.Close())
}

// scriptTelegram serves the Bot API for the script and sets TELEGRAM_API_URL.
func scriptTelegram(ts *testscript.TestScript, _ bool, _ []string) {
	server, err := sandbox.New(sandbox.Options{Token: sandboxToken, Username: "ketnghia_bot", Now: time.Now})
	ts.Check(err)
	web := httptest.NewServer(server.API())
	ts.Defer(func() { server.Close(); web.CloseClientConnections(); web.Close() })
	ts.Setenv("TELEGRAM_API_URL", web.URL)
}

// scriptAgeKey makes the secret key "agekey FILE" and sets KETNGHIA_BACKUP_RECIPIENT to its public one.
func scriptAgeKey(ts *testscript.TestScript, _ bool, args []string) {
	key, err := age.GenerateX25519Identity()
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte("# made by a test\n"+key.String()+"\n"), 0o600))
	ts.Setenv("KETNGHIA_BACKUP_RECIPIENT", key.Recipient().String())
}

// scriptBusy listens on a port and sets ADDRESS to it.
func scriptBusy(ts *testscript.TestScript, _ bool, _ []string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // a test's own
	ts.Check(err)
	ts.Defer(func() { ts.Check(listener.Close()) })
	ts.Setenv("ADDRESS", listener.Addr().String())
}
