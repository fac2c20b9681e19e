package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// asProgram makes the test binary the program itself, so that it can be killed like one.
const asProgram = "KETNGHIA_TEST_AS_PROGRAM"

// TestMain runs the tests. The same binary is the program where asProgram is set, and where a script calls it by its name,
// and a part of the speed benchmarks where asSpeedPart is set.
// Many of them run at the same time, so none of them listens unless a test says where.
func TestMain(m *testing.M) {
	if os.Getenv("KETNGHIA_LISTEN") == "" {
		if err := os.Setenv("KETNGHIA_LISTEN", off); err != nil {
			panic(err)
		}
	}
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	if part := os.Getenv(asSpeedPart); part != "" {
		runSpeedPart(part)
		return
	}
	testscript.Main(m, map[string]func(){programName: main})
}
