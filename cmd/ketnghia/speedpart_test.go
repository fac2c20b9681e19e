package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"ketnghia/bot"
	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/store"
	"ketnghia/store/engine"
)

// asSpeedPart makes the test binary a part of the speed benchmarks, named by its value.
const asSpeedPart = "KETNGHIA_TEST_AS_SPEED_PART"

// The parts: the Bot API that is called, the product, and the minimal loop that it is compared with.
const (
	partServer  = "server"
	partProduct = "product"
	partMinimal = "minimal"
)

// What the parts are told through the environment: their folder, where the Bot API is, and, for whoever looks for what
// takes the time, where to write a profile of the product's CPU or of what it allocates (which takes time itself).
const (
	speedDir     = "KETNGHIA_TEST_SPEED_DIR"
	speedAPI     = "KETNGHIA_TEST_SPEED_API"
	speedProfile = "KETNGHIA_SPEED_PROFILE"
	speedHeap    = "KETNGHIA_SPEED_HEAP"
	speedSlow    = "KETNGHIA_TEST_SPEED_SLOW" // how much longer each commit takes than the disk needs
)

// speedMoment is where the product's clock starts: after office hours, so that no reminders are among what is measured.
const speedMoment = "2027-06-15T18:30:00+07:00"

// runSpeedPart is the process of a part.
func runSpeedPart(part string) {
	run := map[string]func(io.Reader, io.Writer) error{
		partServer: runSpeedServer, partProduct: runSpeedProduct, partMinimal: runSpeedMinimal,
	}[part]
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, part, err)
		os.Exit(exitError)
	}
}

// usage is what a process has used: CPU time since it began, and the most memory and the present one in bytes.
type usage struct {
	CPU    time.Duration `json:"cpu"`
	Peak   int64         `json:"peak"`
	Memory int64         `json:"memory"`
	// Own is the most memory that was the process's own: Peak counts the pages of the database and of the program too,
	// which the system takes back when it needs them.
	Own int64 `json:"own"`
	// Allocated is what was allocated since it began.
	Allocated uint64 `json:"allocated"`
	// Open is how much the product has still to do.
	Open int `json:"open"`
}

// usageNow reads what this process has used. Memory is known on Linux only: elsewhere both are the peak that the system
// keeps, which counts the process that this one was started by.
func usageNow() (usage, error) {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return usage{}, err
	}
	u := usage{CPU: time.Duration(r.Utime.Nano() + r.Stime.Nano()), Peak: r.Maxrss << 10, Memory: r.Maxrss << 10}
	var heap runtime.MemStats
	runtime.ReadMemStats(&heap)
	u.Allocated = heap.TotalAlloc
	peak, _ := memoryLine("VmHWM:")
	if now, ok := memoryLine("VmRSS:"); ok {
		u.Peak, u.Memory = peak, now
	}
	return u, nil
}

// memoryLine reads a line of what Linux says of the memory of this process, in bytes.
func memoryLine(name string) (int64, bool) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == name {
			n, err := strconv.ParseInt(fields[1], 10, 64)
			return n << 10, err == nil
		}
	}
	return 0, false
}

// ownMemory keeps the most memory that was the process's own: the system keeps the most of all alone.
type ownMemory struct{ most atomic.Int64 }

// watch looks at it now and then.
func (o *ownMemory) watch() {
	for range time.Tick(20 * time.Millisecond) {
		n, _ := memoryLine("RssAnon:")
		o.most.Store(max(o.most.Load(), n))
	}
}

// answerUsage answers each line of the input with what the process has used, until the input ends.
func answerUsage(in io.Reader, out io.Writer, open func() (int, error)) error {
	var own ownMemory
	go own.watch()
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		u, err := usageNow()
		if err != nil {
			return err
		}
		u.Own = own.most.Load()
		if u.Open, err = open(); err != nil {
			return err
		}
		if err := json.NewEncoder(out).Encode(u); err != nil {
			return err
		}
	}
	return lines.Err()
}

// runSpeedProduct is the product as "serve" runs it, except that its clock stands at speedMoment when it starts and that
// it may send as fast as it can: Telegram's limits, 30 messages a second, would be all that is measured.
func runSpeedProduct(in io.Reader, out io.Writer) (err error) {
	if path := os.Getenv(speedProfile); path != "" {
		file, err := os.Create(path)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	if path := os.Getenv(speedHeap); path != "" {
		runtime.MemProfileRate = 16 << 10
		defer writeHeap(path)
	}
	catalogue, err := locales.New()
	if err != nil {
		return err
	}
	began, moment := time.Now(), speedTime()
	now := func() time.Time { return moment.Add(time.Since(began)) }
	a := &app{catalogue: catalogue, in: strings.NewReader(""), out: io.Discard, err: os.Stderr, getenv: os.Getenv, now: now}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	b, err := a.openFolder(ctx, os.Getenv(speedDir), store.Options{Now: now(), Create: true, Wrap: slowly})
	if err != nil {
		return err
	}
	defer b.closeInto(&err)
	m, err := a.newMachine(ctx, b, machineOptions{
		token: bot.NewToken(sandboxToken), apiURL: os.Getenv(speedAPI), data: os.Getenv(speedDir), now: now, steady: time.Now,
		limits: bot.Limits{All: 1_000_000, Bulk: 1_000_000, Chat: 1, Group: 1, InFlight: 512},
		log:    slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelInfo})),
	})
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- m.run(ctx) }()
	if err := answerUsage(in, out, func() (int, error) { return b.open(ctx, now()) }); err != nil {
		return err
	}
	stop()
	return <-done
}

// slowEngine is an engine on a disk that takes longer for each commit.
type slowEngine struct{ engine.Engine }

func slowly(e engine.Engine) engine.Engine { return slowEngine{e} }

func (s slowEngine) Update(ctx context.Context, fn func(engine.Tx) error) error {
	return s.Engine.Update(ctx, func(tx engine.Tx) error {
		err := fn(tx)
		dawdle()
		return err
	})
}

// dawdle waits for as long as a commit is to take longer, within the transaction.
func dawdle() {
	if d, err := time.ParseDuration(os.Getenv(speedSlow)); err == nil {
		time.Sleep(d)
	}
}

// writeHeap writes a profile of what was allocated.
func writeHeap(path string) {
	file, err := os.Create(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer func() { _ = file.Close() }()
	if err := pprof.WriteHeapProfile(file); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

// open returns 0 when no update and no delivery is left to be done with.
func (b *books) open(ctx context.Context, now time.Time) (open int, err error) {
	err = b.ledger.View(ctx, now, func(k *ledger.Look) error {
		waiting, err := k.Waiting(1)
		if err != nil {
			return err
		}
		pending, err := k.Pending(1)
		if open = len(waiting) + len(pending); err != nil || open > 0 {
			return err
		}
		rows, _, err := k.OutboxStats() // reads all of them
		open = rows[ledger.Sending]
		return err
	})
	return open, err
}

func speedTime() time.Time {
	at, err := time.Parse(time.RFC3339, speedMoment)
	if err != nil {
		panic(err)
	}
	return at
}

// speedPart is a part that runs as a process of its own.
type speedPart struct {
	b    *testing.B
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	errs bytes.Buffer
}

// startPart starts a part, which ends with the benchmark or before. Each of its commits takes so much longer.
func startPart(b *testing.B, part, dir, api string, slow time.Duration) *speedPart {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	p := &speedPart{b: b, cmd: exec.Command(self)} //nolint:noctx // ended by its input
	p.cmd.Env = append(os.Environ(), asSpeedPart+"="+part, speedDir+"="+dir, speedAPI+"="+api, speedSlow+"="+slow.String())
	p.cmd.Stderr = &p.errs
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		b.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	p.out = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(p.stop)
	return p
}

// stop ends the part.
func (p *speedPart) stop() {
	if p.cmd.ProcessState != nil {
		return
	}
	_ = p.in.Close()
	if err := p.cmd.Wait(); err != nil {
		p.b.Errorf("%v\n%s", err, p.errs.String())
	}
}

func (p *speedPart) line() []byte {
	p.b.Helper()
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		p.b.Fatalf("%v\n%s", err, p.errs.String())
	}
	return bytes.TrimSpace(line)
}

// usage asks what the part has used.
func (p *speedPart) usage() usage {
	p.b.Helper()
	if _, err := io.WriteString(p.in, "\n"); err != nil {
		p.b.Fatalf("%v\n%s", err, p.errs.String())
	}
	var u usage
	if err := json.Unmarshal(p.line(), &u); err != nil {
		p.b.Fatal(err)
	}
	return u
}

// settled waits until the part has nothing more to do, and returns what it has used.
func (p *speedPart) settled() usage {
	p.b.Helper()
	for {
		u := p.usage()
		if u.Open == 0 {
			return u
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// startServer starts the Bot API and returns its address.
func startServer(b *testing.B) string {
	b.Helper()
	return string(startPart(b, partServer, "", "", 0).line())
}

// post makes a call of the server and reads its answer into the value, unless that is nil.
func post(b *testing.B, address string, params, into any) {
	b.Helper()
	body, err := json.Marshal(params)
	if err != nil {
		b.Fatal(err)
	}
	resp, err := http.Post(address, "application/json", bytes.NewReader(body)) //nolint:noctx // as long as it takes
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		b.Fatal(err)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(answer, into); err != nil {
		b.Fatalf("%v: %s", err, answer)
	}
}
