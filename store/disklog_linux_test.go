package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"unsafe"
)

// diskOp is something that the worker did to its database file, or said.
type diskOp struct {
	do diskDeed
	// at and data are what was written where; at is the new length for diskTruncate.
	at   int64
	data []byte
	// done is the number that was said.
	done int
}

type diskDeed int

const (
	diskWrite diskDeed = iota
	diskTruncate
	// diskSync stands where the worker learnt that everything before was on disk.
	diskSync
	// diskSaid stands where the worker said that a transaction was done.
	diskSaid
)

// What ptrace needs beyond package syscall: from Linux's include/uapi/linux/ptrace.h and wait.h.
const (
	ptraceGetSyscallInfo  = 0x420e
	ptraceOptionExitKill  = 0x100000
	ptraceSyscallTrap     = syscall.SIGTRAP | 0x80
	waitForThisThreadOnly = 0x20000000 // __WNOTHREAD: the children of other threads belong to other tests
)

// recordDisk runs a worker on the database file until it has said so many transactions done, and returns what it did to
// the file, in order. It traces the worker's system calls, so that it sees the calls themselves and not what some layer
// between makes of them. The error is that of a system where no process may trace another.
func recordDisk(t *testing.T, path string, transactions int) ([]diskOp, error) {
	t.Helper()
	type recorded struct {
		ops []diskOp
		err error
	}
	result := make(chan recorded)
	go func() {
		// Only the thread that started a traced process may speak with it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		r := &diskRecorder{path: path, stop: transactions, entered: map[int]syscallInfo{}}
		err := r.run(exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestCrashWorker$", "-test.v"))
		result <- recorded{r.ops, err}
	}()
	r := <-result
	return r.ops, r.err
}

// diskRecorder traces one process and its threads.
type diskRecorder struct {
	path string
	stop int
	pid  int
	mem  *os.File
	ops  []diskOp
	// entered holds the call that each thread is in.
	entered map[int]syscallInfo
}

func (r *diskRecorder) run(worker *exec.Cmd) error {
	worker.Env = append(os.Environ(), crashPath+"="+r.path, crashMode+"="+workMode, "GOMAXPROCS=1")
	worker.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	if err := worker.Start(); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	r.pid = worker.Process.Pid
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(r.pid, &status, syscall.WALL, nil); err != nil {
		return fmt.Errorf("wait: %w", err)
	}
	const options = syscall.PTRACE_O_TRACECLONE | syscall.PTRACE_O_TRACESYSGOOD | ptraceOptionExitKill
	if err := syscall.PtraceSetOptions(r.pid, options); err != nil {
		return errors.Join(fmt.Errorf("trace: %w", err), worker.Process.Kill())
	}
	var err error
	if r.mem, err = os.Open(fmt.Sprintf("/proc/%d/mem", r.pid)); err != nil {
		return errors.Join(err, worker.Process.Kill())
	}
	defer func() { _ = r.mem.Close() }()
	if err := syscall.PtraceSyscall(r.pid, 0); err != nil {
		return errors.Join(err, worker.Process.Kill())
	}
	return errors.Join(r.trace(), worker.Process.Release())
}

// trace follows the process to its end, which it brings about when enough is done.
func (r *diskRecorder) trace() error {
	var failed error
	for {
		var status syscall.WaitStatus
		thread, err := syscall.Wait4(-1, &status, syscall.WALL|waitForThisThreadOnly, nil)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case err != nil:
			return errors.Join(failed, fmt.Errorf("wait: %w", err))
		case status.Exited() || status.Signaled():
			if thread != r.pid {
				continue
			}
			if len(r.ops) == 0 || status.Exited() {
				failed = errors.Join(failed, fmt.Errorf("the worker ended by itself: %d", status.ExitStatus()))
			}
			return failed
		}
		pass := 0
		switch signal := status.StopSignal(); signal {
		case ptraceSyscallTrap:
			if err := r.call(thread); err != nil && !errors.Is(err, syscall.ESRCH) {
				failed = errors.Join(failed, err, syscall.Kill(r.pid, syscall.SIGKILL))
			}
		case syscall.SIGTRAP, syscall.SIGSTOP: // a thread begins
		default:
			pass = int(signal)
		}
		// A thread that was killed meanwhile is no more.
		if err := syscall.PtraceSyscall(thread, pass); err != nil && !errors.Is(err, syscall.ESRCH) {
			failed = errors.Join(failed, fmt.Errorf("go on: %w", err))
		}
	}
}

// syscallInfo is struct ptrace_syscall_info of Linux's include/uapi/linux/ptrace.h.
type syscallInfo [88]byte

func (i *syscallInfo) entry() bool       { return i[0] == 1 }
func (i *syscallInfo) number() uintptr   { return uintptr(binary.NativeEndian.Uint64(i[24:])) }
func (i *syscallInfo) arg(n int) uint64  { return binary.NativeEndian.Uint64(i[32+8*n:]) }
func (i *syscallInfo) returned() int64   { return int64(binary.NativeEndian.Uint64(i[24:])) }
func (i *syscallInfo) returnsWell() bool { return i[32] == 0 }

// call notes a system call, writes when they begin and syncs when they are done.
func (r *diskRecorder) call(thread int) error {
	var info syscallInfo
	_, _, no := syscall.Syscall6(syscall.SYS_PTRACE, ptraceGetSyscallInfo, uintptr(thread), uintptr(len(info)),
		uintptr(unsafe.Pointer(&info)), 0, 0)
	if no != 0 {
		return fmt.Errorf("system call: %w", no)
	}
	if info.entry() {
		r.entered[thread] = info
		return r.begin(info)
	}
	call := r.entered[thread]
	delete(r.entered, thread)
	switch n := call.number(); {
	case n == syscall.SYS_PWRITE64 && r.ofDatabase(call):
		if !info.returnsWell() || info.returned() != int64(call.arg(2)) {
			return errors.New("a write of the worker went wrong")
		}
	case (n == syscall.SYS_FSYNC || n == syscall.SYS_FDATASYNC) && r.ofDatabase(call) && info.returnsWell():
		r.ops = append(r.ops, diskOp{do: diskSync})
	}
	return nil
}

func (r *diskRecorder) begin(call syscallInfo) error {
	switch n := call.number(); {
	case n == syscall.SYS_PWRITE64 && r.ofDatabase(call):
		data, err := r.read(call)
		r.ops = append(r.ops, diskOp{do: diskWrite, at: int64(call.arg(3)), data: data})
		return err
	case n == syscall.SYS_FTRUNCATE && r.ofDatabase(call):
		r.ops = append(r.ops, diskOp{do: diskTruncate, at: int64(call.arg(1))})
	case n == syscall.SYS_WRITE && call.arg(0) == 1:
		data, err := r.read(call)
		if rest, ok := bytes.CutPrefix(data, []byte("done ")); ok {
			done, err := strconv.Atoi(string(bytes.TrimSpace(rest)))
			if err != nil {
				return err
			}
			r.ops = append(r.ops, diskOp{do: diskSaid, done: done})
			if done == r.stop {
				return syscall.Kill(r.pid, syscall.SIGKILL)
			}
		}
		return err
	case (n == syscall.SYS_WRITE || n == syscall.SYS_FALLOCATE || n == syscall.SYS_PWRITEV) && r.ofDatabase(call):
		return fmt.Errorf("system call %d changes the database and is not understood", n)
	}
	return nil
}

// ofDatabase says whether the call's first argument is the database file.
func (r *diskRecorder) ofDatabase(call syscallInfo) bool {
	name, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", r.pid, int32(call.arg(0))))
	return err == nil && name == r.path
}

// read returns the bytes that the call's second and third argument name.
func (r *diskRecorder) read(call syscallInfo) ([]byte, error) {
	data := make([]byte, call.arg(2))
	if _, err := r.mem.ReadAt(data, int64(call.arg(1))); err != nil {
		return nil, fmt.Errorf("memory of the worker: %w", err)
	}
	return data, nil
}
