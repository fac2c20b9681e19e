package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// handover says that another process has the books and does commands for others: here is the way to it.
type handover struct{ conn *net.UnixConn }

func (h *handover) Error() string { return "the books are in another process" }

// errDropped says that a file was taken back; whoever did tells why.
var errDropped = errors.New("the file was taken back")

// reach looks for a process that has the books of the folder and does this command: a *handover when there is one, nil when
// this process has to open them itself.
func (a *app) reach(ctx context.Context, dir string) error {
	if a.command == "" || !controlSupported {
		return nil
	}
	place := filepath.Join(dir, socketName)
	info, err := os.Lstat(place)
	if err != nil {
		return nil // no socket, or no folder: opening the books tells what is wrong with it
	}
	wrong := &failure{key: "cmd.error.socket", status: exitError, args: map[string]any{"Path": place}}
	owner, known := ownerOf(info)
	if info.Mode().Type() != fs.ModeSocket || !known || !a.trusts(owner) {
		wrong.cause = errTaken
		return wrong
	}
	path, done, err := shortPath(dir, socketName)
	if err != nil {
		return nil // as above
	}
	defer done()
	plain, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, fs.ErrNotExist):
		return nil // left by a process that was killed, or gone since
	case err != nil:
		wrong.cause = err
		return wrong
	}
	conn, ok := plain.(*net.UnixConn)
	if !ok {
		return errors.Join(errTaken, plain.Close())
	}
	if user, err := peerUser(conn); err != nil || user != owner {
		wrong.cause = errors.Join(errStranger, err, conn.Close())
		return wrong
	}
	return &handover{conn}
}

// trusts says whether this process tells its commands to one of that user: the same one, or any when it is root, which
// works for the service's account.
func (a *app) trusts(user int) bool {
	self := os.Geteuid()
	return self == user || self == 0
}

// hand has the other process do the command and returns its exit status.
func (a *app) hand(ctx context.Context, h *handover) int {
	defer h.conn.Close() //nolint:errcheck // nothing is left to say
	defer context.AfterFunc(ctx, func() { _ = h.conn.Close() })()
	status, err := a.order(ctx, h.conn)
	switch {
	case err == nil:
		return status
	case ctx.Err() != nil:
		return a.fail(ctx.Err())
	case explain(err).key == "cmd.error.other":
		return a.fail(&failure{key: "cmd.error.cut", status: exitError, cause: err})
	}
	return a.fail(err)
}

// order says what is wanted and takes what comes.
func (a *app) order(ctx context.Context, conn *net.UnixConn) (status int, err error) {
	_ = conn.SetDeadline(time.Now().Add(orderTime)) // it fails on closed connections only
	var g greeting
	if err := expect(conn, frameHello, maxGreeting, &g); err != nil {
		return 0, &failure{key: "cmd.error.busy", status: exitError, cause: err}
	}
	if a.command == "doctor" {
		if a.cli.Doctor.Snapshot, err = snapshotPath(); err != nil {
			return 0, err
		}
		defer os.RemoveAll(filepath.Dir(a.cli.Doctor.Snapshot)) //nolint:errcheck // a copy in a temporary folder
	}
	o := order{Build: buildID(), Command: a.command, Lang: a.lang, CLI: a.cli}
	if g.Version != controlVersion || g.Build != o.Build {
		return 0, &failure{key: "cmd.error.other_build", status: exitError}
	}
	if o.Programme, err = programmeDigest(a.cli.Programme); err != nil {
		return 0, err
	}
	// Other commands may be first, so sending a roster and the answer may take any time; an interruption ends it.
	_ = conn.SetDeadline(time.Time{})
	if err := sendOrder(conn, o, a.roster); err != nil {
		return 0, err
	}
	_, files := a.cli.shared(a.command)
	failed := exitOK
	for {
		kind, data, err := readFrame(conn, maxPart)
		if err != nil {
			return 0, err
		}
		switch {
		case kind == frameOut:
			if _, err := a.out.Write(data); err != nil {
				return 0, unwritten(err)
			}
		case kind == frameErr:
			_, _ = a.err.Write(data) // what can't be told can't be helped
		case kind == frameFile && slices.Contains(files, string(data)):
			if failed, err = a.take(conn, string(data)); err != nil {
				return 0, err
			}
		case kind == frameExit && len(data) == 1:
			return max(failed, int(data[0]), a.finish(ctx)), nil
		default:
			return 0, fmt.Errorf("frame %q: %w", kind, errFrame)
		}
	}
}

// finish does the part of a command that is left to this process, and returns its exit status.
func (a *app) finish(ctx context.Context) int {
	if a.command == "doctor" && a.cli.Doctor.finish(ctx, a) {
		return exitError
	}
	return exitOK
}

// take writes a file that comes through the connection, and says so; status is that of a file that can't be written, which
// is told here.
func (a *app) take(conn *net.UnixConn, path string) (status int, err error) {
	in := &incoming{conn: conn}
	err = a.writeFile(path, in.into)
	if !in.ended {
		_ = in.into(io.Discard) // its error stays in in.lost
	}
	switch {
	case in.lost != nil:
		return 0, in.lost
	case errors.Is(err, errDropped) || in.dropped:
		return exitOK, nil
	case err != nil:
		return a.fail(err), writeFrame(conn, frameKept, []byte("!"))
	}
	return exitOK, writeFrame(conn, frameKept, nil)
}

// incoming is a file on its way.
type incoming struct {
	conn *net.UnixConn
	// ended says that nothing more of it comes; lost is why the connection broke, dropped that the file was taken back.
	ended, dropped bool
	lost           error
}

// into passes the file on, and takes the rest of it when it can't be written.
func (i *incoming) into(w io.Writer) error {
	var refused error
	for {
		kind, data, err := readFrame(i.conn, maxPart)
		switch {
		case err != nil:
			i.ended, i.lost = true, err
			return err
		case kind == frameEnd:
			i.ended = true
			return refused
		case kind == frameDrop:
			i.ended, i.dropped = true, true
			return errDropped
		case kind != frameData:
			i.ended, i.lost = true, fmt.Errorf("frame %q in a file: %w", kind, errFrame)
			return i.lost
		}
		if refused == nil {
			_, refused = w.Write(data)
		}
	}
}

// marshal makes JSON of what can always be made JSON of.
func marshal(v any) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	return data, nil
}
