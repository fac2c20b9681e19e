//go:build unix

package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// mostMemory is how much memory reading a hostile file may take, in KiB: the test's binary alone takes some 60 MB.
const mostMemory = 768 << 10

// TestAttackFiles has the program read files that are made to take all memory or time, or to end it. Each is refused in
// words, with bounded memory, and nothing of it is in the books.
func TestAttackFiles(t *testing.T) {
	t.Parallel()
	row := "W20437,Xã Ch'ơm\n"
	tests := map[string]struct {
		name string
		// make writes the file.
		make func(io.Writer) error
		// programme says that the file is named as the programme, not imported.
		programme bool
		says      string
	}{
		"a zip bomb":                   {name: "units.xlsx", make: bomb(300 << 20), says: "units.xlsx"},
		"a workbook of endless rows":   {name: "units.xlsx", make: rows(300_000), says: "quá 20.000 dòng"},
		"a workbook of no end":         {name: "units.xlsx", make: text("PK\x03\x04" + strings.Repeat("x", 1000)), says: "units.xlsx"},
		"a table of 10,000,000 lines":  {name: "units.csv", make: repeated("key,name\n", "a,b\n", 4_900_000), says: "quá 20.000 dòng"},
		"a file of 200 MB":             {name: "units.csv", make: repeated("key,name\n", row, 10_000_000), says: "20 MB"},
		"a line of 10,000,000 columns": {name: "units.csv", make: repeated("key,name\n", ",", 10_000_000), says: "200"},
		"a quote that never ends":      {name: "units.csv", make: repeated("key,name\n\"", row, 1_000_000), says: "2"},
		"brackets without end":         {name: "p.toml", make: repeated("a = ", "[", 900_000), programme: true, says: "p.toml:1"},
		"tables without end":           {name: "p.toml", make: repeated("", "a.", 400_000), programme: true, says: "p.toml:1"},
		"an array of a million":        {name: "p.toml", make: repeated("a = [", "1,", 400_000), programme: true, says: "p.toml"},
		"a programme of 100 MB":        {name: "p.toml", make: repeated("", "# x\n", 25<<20), programme: true, says: "p.toml"},
		"a programme of zeros":         {name: "p.toml", make: repeated("", "\x00", 1000), programme: true, says: "p.toml:1"},
		"a day that is none":           {name: "p.toml", make: text("signed = 9999-99-99\n"), programme: true, says: "p.toml:1"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, tt.name)
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := tt.make(f); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			args := []string{"import", path, "--data", filepath.Join(dir, "data")}
			if tt.programme {
				args = []string{"export", "--format", "json", "-o", filepath.Join(dir, "x.json"), "--programme", path, "--data", filepath.Join(dir, "data")}
			}
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), self, args...)
			cmd.Env = append(os.Environ(), asProgram+"=1")
			out, peak, err := peakOf(cmd)
			if err == nil || cmd.ProcessState.ExitCode() < 1 || cmd.ProcessState.ExitCode() > 2 {
				t.Errorf("ended with %v", err)
			}
			if !strings.Contains(string(out), tt.says) || strings.Contains(string(out), "goroutine ") || len(out) > 4<<20 {
				t.Errorf("says %.300s … %s, want %q in it", out, out[max(0, len(out)-300):], tt.says)
			}
			t.Logf("%d MB: %.200s", peak>>10, out)
			if peak > mostMemory {
				t.Errorf("took %d MB of memory", peak>>10)
			}
		})
	}
}

// peakOf runs a program and returns what it wrote and the most memory that it had, in kB, as far as the system tells while
// it runs (0 on other systems than Linux). The usage that the system keeps for a dead process would also count this one,
// from which it was forked.
func peakOf(cmd *exec.Cmd) (out []byte, peak int, err error) {
	var written bytes.Buffer
	cmd.Stdout, cmd.Stderr = &written, &written
	if err := cmd.Start(); err != nil {
		return nil, 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case err := <-ended:
			return written.Bytes(), peak, err
		case <-look.C:
			peak = max(peak, highWater(cmd.Process.Pid))
		}
	}
}

// highWater returns the most memory that a process of this program has had since it began to run, in kB.
func highWater(pid int) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	found := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		return 0
	}
	n, _ := strconv.Atoi(string(found[1])) // digits alone
	return n
}

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// repeated writes a beginning and n times the same.
func repeated(begin, part string, n int) func(io.Writer) error {
	return func(w io.Writer) error {
		if _, err := io.WriteString(w, begin); err != nil {
			return err
		}
		const some = 10_000
		block := []byte(strings.Repeat(part, some))
		for ; n >= some; n -= some {
			if _, err := w.Write(block); err != nil {
				return err
			}
		}
		_, err := w.Write(block[:n*len(part)])
		return err
	}
}

// bomb writes a workbook whose sheet unpacks to that many bytes.
func bomb(size int) func(io.Writer) error {
	return workbook(func(w io.Writer) error {
		return repeated(`<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`, " ", size)(w)
	})
}

// rows writes a workbook of that many rows.
func rows(n int) func(io.Writer) error {
	return workbook(func(w io.Writer) error {
		return repeated(`<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`+
			`<row><c t="inlineStr"><is><t>key</t></is></c></row>`, `<row><c><v>1</v></c></row>`, n)(w)
	})
}

// workbook writes a workbook with that sheet.
func workbook(sheet func(io.Writer) error) func(io.Writer) error {
	return func(w io.Writer) error {
		var small bytes.Buffer
		book := excelize.NewFile()
		if err := book.SetSheetName("Sheet1", "units"); err != nil {
			return err
		}
		if err := book.Write(&small); err != nil {
			return err
		}
		from, err := zip.NewReader(bytes.NewReader(small.Bytes()), int64(small.Len()))
		if err != nil {
			return err
		}
		to := zip.NewWriter(w)
		for _, part := range from.File {
			if !strings.HasSuffix(part.Name, "sheet1.xml") {
				if err := to.Copy(part); err != nil {
					return err
				}
				continue
			}
			f, err := to.Create(part.Name)
			if err != nil {
				return err
			}
			if err := sheet(f); err != nil {
				return err
			}
		}
		return to.Close()
	}
}
