package store

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// diskCommits names the environment variable that says how many transactions the simulated disk sees; in the long run
// 200.
const diskCommits = "KETNGHIA_DISK_COMMITS"

// sector is what a disk writes whole, in bytes.
const sector = 512

// crash is a state of the disk that a power loss may leave.
type crash struct {
	image []byte
	// done is how many transactions were said to be done by then.
	done int
	what string
}

// crashes calls fn with the states of the disk that a power loss may leave at each moment of the log: of the writes
// since the last sync every prefix, every prefix whose last write is torn, and some subsets of them of which each may be
// torn.
func crashes(random *rand.Rand, base []byte, log []diskOp, fn func(crash)) {
	durable, done := bytes.Clone(base), 0
	var pending []diskOp
	for n, op := range log {
		switch op.do {
		case diskSaid:
			done = op.done
			fn(crash{replay(durable, pending), done, fmt.Sprintf("op %d: all of %d writes", n, len(pending))})
			fn(crash{bytes.Clone(durable), done, fmt.Sprintf("op %d: none of %d writes", n, len(pending))})
			continue
		case diskSync:
			durable, pending = replay(durable, pending), nil
			fn(crash{bytes.Clone(durable), done, fmt.Sprintf("op %d: synced", n)})
			continue
		case diskWrite, diskTruncate:
		}
		pending = append(pending, op)
		last := len(pending) - 1
		fn(crash{replay(durable, pending), done, fmt.Sprintf("op %d: first %d writes", n, len(pending))})
		torn := append(slices.Clone(pending[:last]), tear(random, op))
		fn(crash{replay(durable, torn), done, fmt.Sprintf("op %d: first %d writes, the last torn", n, len(pending))})
		var some []diskOp
		for _, op := range pending {
			switch random.IntN(4) {
			case 0, 1:
				some = append(some, op)
			case 2:
				some = append(some, tear(random, op))
			}
		}
		fn(crash{replay(durable, some), done, fmt.Sprintf("op %d: some of %d writes", n, len(pending))})
	}
}

// tear returns the beginning of a write: whole sectors, or of a meta page, one of the first two, any bytes, since a
// checksum stands over it.
func tear(random *rand.Rand, op diskOp) diskOp {
	if op.do != diskWrite {
		return op
	}
	if op.at < int64(2*os.Getpagesize()) {
		op.data = op.data[:random.IntN(100)]
	} else {
		op.data = op.data[:sector*random.IntN(len(op.data)/sector+1)]
	}
	return op
}

// replay returns the disk after the operations.
func replay(disk []byte, ops []diskOp) []byte {
	disk = bytes.Clone(disk)
	for _, op := range ops {
		length := op.at + int64(len(op.data))
		if grow := length - int64(len(disk)); grow > 0 {
			disk = append(disk, make([]byte, grow)...)
		}
		if op.do == diskTruncate {
			disk = disk[:op.at]
		}
		copy(disk[min(op.at, int64(len(disk))):], op.data)
	}
	return disk
}

// withoutSync returns the log without the syncs before a meta page is written, or without those after.
func withoutSync(log []diskOp, before bool) []diskOp {
	var kept []diskOp
	for n, op := range log {
		if op.do == diskSync {
			next := slices.IndexFunc(log[n:], func(o diskOp) bool { return o.do == diskWrite })
			isBefore := next >= 0 && log[n+next].at < int64(2*os.Getpagesize())
			if isBefore == before {
				continue
			}
		}
		kept = append(kept, op)
	}
	return kept
}

// TestPowerLossLeavesWhatWasSaid replays what a worker wrote to every state that a power loss may leave. Each must open
// as the store was after some transaction, the last that was said to be done or a later one. It then does the same as
// if the store had left out a sync, which must show.
func TestPowerLossLeavesWhatWasSaid(t *testing.T) {
	t.Parallel()
	commits, err := strconv.Atoi(os.Getenv(diskCommits))
	if err != nil {
		commits = 12
	}
	path := filepath.Join(t.TempDir(), "ketnghia.db")
	s, err := Open(path, Options{Now: noon, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	base, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	log := recordDisk(t, workMode, path, commits).ops
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, replay(base, log)) {
		t.Fatalf("the log does not make the file that the worker left (%v)", err)
	}
	at := filepath.Join(t.TempDir(), "crashed.db")
	check := func(c crash) error {
		if err := os.WriteFile(at, c.image, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := workIn(t.Context(), at, c.done)
		return err
	}
	states := 0
	crashes(rand.New(rand.NewPCG(1, 2)), base, log, func(c crash) {
		states++
		if err := check(c); err != nil {
			t.Errorf("%s, %d transactions said: %v", c.what, c.done, err)
		}
	})
	t.Logf("%d operations of %d transactions, %d states of the disk", len(log), commits, states)
	if states < 20*commits {
		t.Errorf("%d states of the disk for %d transactions are too few to mean something", states, commits)
	}
	for name, before := range map[string]bool{"before": true, "after": false} {
		bad := 0
		crashes(rand.New(rand.NewPCG(1, 2)), base, withoutSync(log, before), func(c crash) {
			if bad == 0 && check(c) != nil {
				bad++
			}
		})
		if bad == 0 {
			t.Errorf("without the sync %s the meta page nothing is lost: the test proves nothing", name)
		}
	}
}

// TestNewStoreIsBroughtToDiskInOrder looks at what a file system may forgive and need not: the name of each new folder
// is synced in the folder above it, the new file before it gets its name, and the name before anything is said.
func TestNewStoreIsBroughtToDiskInOrder(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "root")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	order := strings.Join(recordDisk(t, createMode, folder, 1).order, "\n")
	want := regexp.MustCompile(`^mkdir
sync root
mkdir
sync 0
(write ketnghia.db.new
(write ketnghia.db.new
)*sync ketnghia.db.new
)+(sync ketnghia.db.new
)*name
sync data
said$`)
	if !want.MatchString(order) {
		t.Errorf("a new store is made in this order:\n%s", order)
	}
}
