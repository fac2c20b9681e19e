package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"
)

// socketName is the control socket in the data folder. Through it the other commands run inside the process that has the
// database, on its books and its clock; what they say and write goes back to the operator's process.
const socketName = "ketnghia.sock"

const (
	// maxClients is how many may be connected; the next are told to come again.
	maxClients = 64
	// maxTasks is how many commands run at once, the others wait: the bot itself must stay quick.
	maxTasks = 4
	// orderTime bounds how long a client takes to say what it wants.
	orderTime = 10 * time.Second
	// takeTime bounds how long a client takes for a part of the output, or to write a file to its disk.
	takeTime = 2 * time.Minute
	// partingTime is what a client has to take the rest when the bot stops.
	partingTime = 2 * time.Second
)

var (
	// errTaken says that something else stands where the control socket should.
	errTaken = errors.New("something that is no socket stands in the place of the control socket")
	// errStranger says that another user is on the other side.
	errStranger = errors.New("another user is on the other side of the control socket")
)

// buildID names this program: what it was built from, with what, and by which link.
func buildID() string {
	sum := sha256.New()
	if info, ok := debug.ReadBuildInfo(); ok {
		_, _ = sum.Write([]byte(info.String()))
	}
	_, _ = sum.Write(buildNote())
	return hex.EncodeToString(sum.Sum(nil)[:12])
}

// programmeDigest returns what a programme file says in short, "" for the embedded one.
func programmeDigest(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	data, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return "", fmt.Errorf("programme: %w", err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// host lets the operator's other commands work in this process.
type host struct {
	app     *app
	books   *books
	machine *machine
	log     *slog.Logger
	// build and programme are what a client's must be like.
	build, programme string
	listener         *net.UnixListener
	path             string
	ctx              context.Context //nolint:containedctx // the clients' contexts derive from it, and it ends with the host
	cancel           context.CancelFunc
	tasks            chan struct{}
	clients          sync.WaitGroup
	mu               sync.Mutex
	open             map[net.Conn]bool
}

// openHost listens on the control socket of the data folder. Whoever calls it holds the database, so a socket that is
// there already belongs to a process that has ended.
func openHost(ctx context.Context, h *host, dir string) error {
	var err error
	if h.programme, err = programmeDigest(h.app.cli.Programme); err != nil {
		return err
	}
	h.build, h.path = buildID(), filepath.Join(dir, socketName)
	if h.listener, err = listenControl(ctx, dir); err != nil {
		return err
	}
	h.ctx, h.cancel = context.WithCancel(ctx)
	h.tasks = make(chan struct{}, maxTasks)
	h.open = map[net.Conn]bool{}
	h.clients.Go(h.accept)
	return nil
}

// listenControl makes the socket in a folder that only this user can enter and moves it to its place when nobody else can
// connect to it any more, over what a process that was killed has left there.
func listenControl(ctx context.Context, dir string) (*net.UnixListener, error) {
	place := filepath.Join(dir, socketName)
	info, err := os.Lstat(place)
	if err == nil && info.Mode().Type() != fs.ModeSocket {
		return nil, fmt.Errorf("%s: %w", place, errTaken)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	private, err := os.MkdirTemp(dir, ".sock-")
	if err != nil {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	defer os.RemoveAll(private) //nolint:errcheck // what remains is an empty folder
	path, done, err := shortPath(private, socketName)
	if err != nil {
		return nil, err
	}
	defer done()
	plain, err := (&net.ListenConfig{}).Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("control socket: %w", err)
	}
	listener, ok := plain.(*net.UnixListener)
	if !ok {
		return nil, errors.Join(errTaken, plain.Close())
	}
	listener.SetUnlinkOnClose(false)
	made := filepath.Join(private, socketName)
	if err := errors.Join(os.Chmod(made, 0o600), os.Rename(made, place)); err != nil {
		return nil, fmt.Errorf("control socket: %w", errors.Join(err, listener.Close()))
	}
	return listener, nil
}

// close ends what clients do and waits for it.
func (h *host) close() {
	h.cancel()
	_ = h.listener.Close()
	_ = os.Remove(h.path)
	h.mu.Lock()
	for conn := range h.open {
		_ = conn.SetDeadline(time.Now().Add(partingTime))
	}
	h.mu.Unlock()
	h.clients.Wait()
}

// accept serves clients until the listener is closed.
func (h *host) accept() {
	for {
		conn, err := h.listener.AcceptUnix()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			h.log.Warn("control socket: no connection accepted", slog.Any("error", err))
			pause(h.ctx, time.Second) // out of file descriptors, most likely
			continue
		}
		h.mu.Lock()
		room := len(h.open) < maxClients
		if room {
			h.open[conn] = true
		}
		h.mu.Unlock()
		if !room {
			_ = conn.Close()
			continue
		}
		h.clients.Go(func() {
			defer func() {
				_ = conn.Close()
				h.mu.Lock()
				delete(h.open, conn)
				h.mu.Unlock()
			}()
			h.serve(conn)
		})
	}
}

// pause waits so long or until the context ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// serve does what one client wants.
func (h *host) serve(conn *net.UnixConn) {
	user, err := peerUser(conn)
	if err != nil || user != 0 && user != os.Geteuid() {
		h.log.Warn("control socket: client refused", slog.Int("uid", user))
		return
	}
	ctx, cancel := context.WithCancel(h.ctx)
	defer cancel()
	h.give(conn, orderTime, orderTime)
	o, err := h.hear(conn)
	if err != nil {
		h.log.Info("control socket: no order understood", slog.Any("error", err))
		return
	}
	t := &task{host: h, conn: conn, order: o, out: newSpool(), kept: make(chan bool, 1)}
	t.run(ctx, cancel)
}

// give sets how long the client may take to say something, 0 for any time, and to take something. When the bot stops,
// the shorter time of parting stays. A closed connection has no deadlines, and needs none.
func (h *host) give(conn net.Conn, say, take time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ctx.Err() != nil {
		return
	}
	_ = conn.SetWriteDeadline(time.Now().Add(take))
	if say == 0 {
		_ = conn.SetReadDeadline(time.Time{})
		return
	}
	_ = conn.SetReadDeadline(time.Now().Add(say))
}

// hear greets the client and reads its order.
func (h *host) hear(conn net.Conn) (o order, err error) {
	data, err := marshal(greeting{Version: controlVersion, Build: h.build})
	if err != nil {
		return o, err
	}
	if err := writeFrame(conn, frameHello, data); err != nil {
		return o, err
	}
	return o, expect(conn, frameOrder, maxOrder, &o)
}
