package bot

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"ketnghia/ledger"
	"ketnghia/store/powercut"
)

// cabinetFolder names the environment variable that makes the test binary the process to be killed.
const cabinetFolder = "BOT_CABINET_FOLDER"

// TestCabinetWorker is no test: it is the process of TestPowerCutLeavesWholeCopies.
func TestCabinetWorker(t *testing.T) {
	folder := os.Getenv(cabinetFolder)
	if folder == "" {
		t.Skip("it runs as the child of another test")
	}
	c := &cabinet{folder: folder}
	for range 5000 {
		content := make([]byte, rand.IntN(60_000))
		for i := range content {
			content[i] = byte(rand.Uint32())
		}
		kept, err := c.put(bytes.NewReader(content), int64(len(content)), ".pdf")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("kept %s %s\n", kept.sum, kept.path)
	}
}

// TestPowerCutLeavesWholeCopies cuts the power while copies are kept: those that were said to be kept are there with
// their content, and no other file has the name of one.
func TestPowerCutLeavesWholeCopies(t *testing.T) {
	t.Parallel()
	d := powercut.New(t)
	kept := map[string]string{}
	for range 3 {
		worker := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestCabinetWorker$", "-test.v")
		worker.Env = append(os.Environ(), cabinetFolder+"="+d.Dir)
		out, err := worker.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := worker.Start(); err != nil {
			t.Fatal(err)
		}
		lines, stop := bufio.NewScanner(out), len(kept)+2+rand.IntN(20)
		read := func(until int) {
			for len(kept) < until && lines.Scan() {
				if words := strings.Fields(lines.Text()); len(words) == 3 && words[0] == "kept" {
					kept[words[1]] = words[2]
				}
			}
		}
		read(stop)
		if len(kept) < stop {
			t.Fatalf("the worker ended by itself after %d copies", len(kept))
		}
		for range rand.IntN(3000) {
			runtime.Gosched()
		}
		d.Cut()
		if err := worker.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		read(1 << 20)
		_ = worker.Wait() // it was killed
		d.Restore()
		checkCopies(t, &cabinet{folder: d.Dir}, kept)
	}
}

// checkCopies looks at the copies that must be there, by their hash, and at those that are.
func checkCopies(t *testing.T, c *cabinet, kept map[string]string) {
	t.Helper()
	for sum, at := range kept {
		if err := c.check(ledger.KeptFile{Path: at, SHA256: sum}); err != nil {
			t.Errorf("a copy that was kept: %v", err)
		}
	}
	folder := filepath.Join(c.folder, copiesFolder)
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasPrefix(e.Name(), newPrefix) {
			return err
		}
		sum, _, _ := strings.Cut(e.Name(), ".")
		if err := c.check(ledger.KeptFile{Path: path.Join(copiesFolder, name), SHA256: sum}); err != nil {
			t.Errorf("a copy that has its name: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
