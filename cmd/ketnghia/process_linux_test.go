package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestHideMemory hides the memory of a process of its own, since it can't be shown again.
func TestHideMemory(t *testing.T) {
	const asHidden = "KETNGHIA_TEST_HIDDEN"
	if os.Getenv(asHidden) != "" {
		if err := hideMemory(); err != nil {
			t.Fatal(err)
		}
		dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
		if err != nil || dumpable != 0 {
			t.Errorf("dumpable: %d, %v", dumpable, err)
		}
		var core unix.Rlimit
		if err := unix.Getrlimit(unix.RLIMIT_CORE, &core); err != nil || core.Cur != 0 || core.Max != 0 {
			t.Errorf("core dumps of %+v bytes, %v", core, err)
		}
		return
	}
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-test.run", "^TestHideMemory$", "-test.v")
	cmd.Env = append(os.Environ(), asHidden+"=1")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestHideMemory") {
		t.Errorf("%v:\n%s", err, out)
	}
}
