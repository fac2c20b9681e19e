package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"ketnghia/programme"
)

// errTold says that the client has told already why a command ends.
var errTold = errors.New("told by the client")

// runner is a command.
type runner interface {
	Run(ctx context.Context, a *app) error
}

// shared returns the command of that name that can work inside the process that has the database, and the files that it
// may write for the operator. nil is for commands that need no books, or need them for themselves.
func (c *cli) shared(name string) (cmd runner, files []string) {
	switch name {
	case "import":
		return &c.Import, nil
	case "invite":
		return &c.Invite, nil
	case "remind":
		return &c.Remind, nil
	case "export":
		return &c.Export, []string{c.Export.Output}
	case "report":
		return &c.Report, c.Report.files()
	case "backup":
		return &c.Backup, c.Backup.files()
	case "doctor":
		return &c.Doctor, []string{c.Doctor.Snapshot}
	}
	return nil, nil
}

// task is one command that runs here for a client.
type task struct {
	host  *host
	conn  *net.UnixConn
	order order
	files *programme.RosterFiles
	out   *spool
	// kept receives whether the client has the file that was sent last.
	kept chan bool
	// gone is closed when the client listens no more.
	gone context.Context //nolint:containedctx // it is the task's life, which writeFile has no argument for
}

// run takes the rest of the order, does it and sends what comes of it.
func (t *task) run(ctx context.Context, cancel context.CancelFunc) {
	t.gone = ctx
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		if err := t.send(); err != nil {
			t.out.abandon(err)
			cancel()
		}
	}()
	status := t.turn(ctx, cancel)
	_ = writeFrame(t.out, frameExit, []byte{byte(status)}) // it fails only when nobody listens
	t.out.end()
	<-sent
}

// turn waits for its turn, so that many commands at once don't slow the bot down, and runs the command.
func (t *task) turn(ctx context.Context, cancel context.CancelFunc) int {
	a := t.app()
	select {
	case t.host.tasks <- struct{}{}:
		defer func() { <-t.host.tasks }()
	case <-ctx.Done():
		return t.fail(a, ctx.Err())
	}
	t.host.give(t.conn, orderTime, takeTime)
	var err error
	if t.files, err = readRosterFiles(t.conn, t.order.Roster); err != nil {
		cancel()
		return exitError
	}
	t.host.give(t.conn, 0, takeTime)
	go t.listen(cancel)
	if err := t.admit(); err != nil {
		return t.fail(a, err)
	}
	if err := t.do(ctx, a); err != nil {
		return t.fail(a, err)
	}
	return a.health()
}

// app is the program as the command sees it: the client's words and language over this process's books and clock.
func (t *task) app() *app {
	h := t.host
	return &app{
		cli: t.order.CLI, catalogue: h.app.catalogue, in: strings.NewReader(""), out: framer{t.out, frameOut},
		err: framer{t.out, frameErr}, getenv: h.app.getenv, now: h.app.now, lang: t.order.Lang, task: t,
	}
}

// admit refuses what another program, or one with another programme, would understand differently.
func (t *task) admit() error {
	if t.order.Build != t.host.build {
		return &failure{key: "cmd.error.other_build", status: exitError}
	}
	if t.order.Programme != "" && t.order.Programme != t.host.programme {
		return &failure{key: "cmd.error.other_programme", status: exitUsage}
	}
	return nil
}

// do runs the command; a fault of the program ends the command and not the bot.
func (t *task) do(ctx context.Context, a *app) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			t.host.log.Error("command broke down", slog.String("command", t.order.Command),
				slog.String("stack", string(debug.Stack())))
			err = fmt.Errorf("command broke down: %v", fault)
		}
	}()
	command, _ := a.cli.shared(t.order.Command)
	if command == nil {
		return fmt.Errorf("command %q: %w", t.order.Command, errFrame)
	}
	t.host.log.Info("command begins", slog.String("command", t.order.Command))
	err = errors.Join(command.Run(ctx, a), a.unwritten)
	t.host.log.Info("command ends", slog.String("command", t.order.Command), slog.Bool("ok", err == nil))
	if learning := t.host.machine.changed(context.WithoutCancel(ctx)); learning != nil {
		t.host.log.Error("roster not read anew", slog.Any("error", learning))
	}
	return err
}

// fail tells the client why its command ended.
func (t *task) fail(a *app, err error) int {
	switch {
	case errors.Is(err, errTold):
		return exitError
	case t.host.ctx.Err() != nil && errors.Is(err, context.Canceled):
		err = &failure{key: "cmd.error.cut", status: exitError, cause: err}
	}
	return a.fail(err)
}

// listen reads what the client says while its command runs, which ends with the connection.
func (t *task) listen(cancel context.CancelFunc) {
	defer cancel()
	for {
		kind, data, err := readFrame(t.conn, maxGreeting)
		if err != nil || kind != frameKept {
			return
		}
		select {
		case t.kept <- len(data) == 0:
		default:
			return // nobody asked
		}
	}
}

// send passes the output on until its end.
func (t *task) send() error {
	part := make([]byte, maxPart)
	for {
		n, err := t.out.Read(part)
		if n > 0 {
			t.host.give(t.conn, 0, takeTime)
			if _, err := t.conn.Write(part[:n]); err != nil {
				return fmt.Errorf("client: %w", err)
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// writeFile has the client make a file, with the rights of its operator.
func (t *task) writeFile(path string, fill func(io.Writer) error) error {
	if err := writeFrame(t.out, frameFile, []byte(path)); err != nil {
		return err
	}
	buffer := bufio.NewWriterSize(framer{t.out, frameData}, maxPart)
	if err := errors.Join(fill(buffer), buffer.Flush()); err != nil {
		_ = writeFrame(t.out, frameDrop, nil) // it fails only when nobody listens
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := writeFrame(t.out, frameEnd, nil); err != nil {
		return err
	}
	waited := time.NewTimer(takeTime)
	defer waited.Stop()
	select {
	case kept := <-t.kept:
		if !kept {
			return errTold
		}
		return nil
	case <-waited.C:
		return fmt.Errorf("%s: %w", path, os.ErrDeadlineExceeded)
	case <-t.gone.Done():
		return fmt.Errorf("%s: %w", path, t.gone.Err())
	}
}
