package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
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

// recordDisk runs a worker on the path until it has said so many things done, and returns what it did there. It traces
// the worker's system calls, so that it sees the calls themselves and not what some layer between makes of them. It
// skips the test where no process may trace another.
func recordDisk(t *testing.T, mode, path string, stop int) *diskRecorder {
	t.Helper()
	r := &diskRecorder{path: path, stop: stop, entered: map[int]syscallInfo{}}
	result := make(chan error)
	go func() {
		// Only the thread that started a traced process may speak with it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		worker := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestCrashWorker$", "-test.v")
		worker.Env = append(os.Environ(), crashPath+"="+path, crashMode+"="+mode, "GOMAXPROCS=1")
		result <- r.run(worker)
	}()
	err := <-result
	for _, refused := range []error{syscall.EPERM, syscall.EACCES, syscall.ENOSYS, syscall.EIO} {
		if errors.Is(err, refused) {
			t.Skipf("a simulated disk needs to trace a process: %v", err)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// diskRecorder traces one process and its threads.
type diskRecorder struct {
	path string
	stop int
	pid  int
	mem  *os.File
	// ops is what was done to the file at path.
	ops []diskOp
	// order names what was done to that file and to those below the path, without data.
	order []string
	// entered holds the call that each thread is in.
	entered map[int]syscallInfo
}

func (r *diskRecorder) run(worker *exec.Cmd) error {
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
			if status.Exited() {
				failed = errors.Join(failed, fmt.Errorf("the worker ended by itself: %d", status.ExitStatus()))
			}
			return failed
		}
		signal, pass := status.StopSignal(), 0
		if signal == ptraceSyscallTrap {
			if err := r.call(thread); err != nil && !errors.Is(err, syscall.ESRCH) {
				failed = errors.Join(failed, err, syscall.Kill(r.pid, syscall.SIGKILL))
			}
		} else if signal != syscall.SIGTRAP && signal != syscall.SIGSTOP { // with those a thread begins
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
	switch call.number() {
	case syscall.SYS_PWRITE64:
		if r.file(call) != "" && (!info.returnsWell() || info.returned() != int64(call.arg(2))) {
			return errors.New("a write of the worker went wrong")
		}
	case syscall.SYS_FSYNC, syscall.SYS_FDATASYNC:
		if name := r.file(call); name != "" && info.returnsWell() {
			r.note(name, "sync", diskOp{do: diskSync})
		}
	}
	return nil
}

func (r *diskRecorder) begin(call syscallInfo) error {
	switch call.number() {
	case syscall.SYS_PWRITE64:
		if name := r.file(call); name != "" {
			data, err := r.read(call)
			r.note(name, "write", diskOp{do: diskWrite, at: int64(call.arg(3)), data: data})
			return err
		}
	case syscall.SYS_FTRUNCATE:
		if name := r.file(call); name != "" {
			r.note(name, "write", diskOp{do: diskTruncate, at: int64(call.arg(1))})
		}
	case syscall.SYS_MKDIRAT, syscall.SYS_LINKAT, syscall.SYS_RENAMEAT:
		r.order = append(r.order, map[uintptr]string{
			syscall.SYS_MKDIRAT: "mkdir", syscall.SYS_LINKAT: "name", syscall.SYS_RENAMEAT: "name",
		}[call.number()])
	case syscall.SYS_WRITE:
		if call.arg(0) == 1 {
			return r.said(call)
		}
		fallthrough
	case syscall.SYS_FALLOCATE, syscall.SYS_PWRITEV, syscall.SYS_WRITEV:
		if name := r.file(call); name != "" {
			return fmt.Errorf("system call %d changes %s and is not understood", call.number(), name)
		}
	}
	return nil
}

// note keeps what was done to a file.
func (r *diskRecorder) note(name, deed string, op diskOp) {
	if name == r.path {
		r.ops = append(r.ops, op)
	}
	base, _, temporary := strings.Cut(filepath.Base(name), ".new-")
	if temporary {
		base += ".new"
	}
	r.order = append(r.order, deed+" "+base)
}

// said keeps what the worker says, and kills it when it has said enough.
func (r *diskRecorder) said(call syscallInfo) error {
	data, err := r.read(call)
	rest, ok := bytes.CutPrefix(data, []byte("done "))
	if err != nil || !ok {
		return err
	}
	done, err := strconv.Atoi(string(bytes.TrimSpace(rest)))
	if err != nil {
		return err
	}
	r.ops = append(r.ops, diskOp{do: diskSaid, done: done})
	r.order = append(r.order, "said")
	if done == r.stop {
		return syscall.Kill(r.pid, syscall.SIGKILL)
	}
	return nil
}

// file returns the name of the file or folder that is the call's first argument if it is the path or below it.
func (r *diskRecorder) file(call syscallInfo) string {
	name, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", r.pid, int32(call.arg(0))))
	if err != nil || name != r.path && !strings.HasPrefix(name, r.path+"/") {
		return ""
	}
	return name
}

// read returns the bytes that the call's second and third argument name.
func (r *diskRecorder) read(call syscallInfo) ([]byte, error) {
	data := make([]byte, call.arg(2))
	if _, err := r.mem.ReadAt(data, int64(call.arg(1))); err != nil {
		return nil, fmt.Errorf("memory of the worker: %w", err)
	}
	return data, nil
}
