package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"golang.org/x/net/netutil"
)

// off is the setting of a listener that is not wanted.
const off = "off"

// Bounds of a web server that programs talk to: how long a request and an idle connection may take, how large the head
// may be, and how many connections may be open.
const (
	headTimeout    = 5 * time.Second
	requestTimeout = 15 * time.Second
	answerTimeout  = 45 * time.Second
	idleTimeout    = 90 * time.Second
	maxHead        = 16 << 10
	maxConns       = 256
)

// webServer is an HTTP server with its listener.
type webServer struct {
	// name tells it in the log.
	name     string
	listener net.Listener
	http     *http.Server
	log      *slog.Logger
}

// listen opens the address of a flag. What is wrong with it is told with the flag's name.
func listen(ctx context.Context, address, flag string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err == nil {
		return listener, nil
	}
	told := &failure{key: "cmd.error.address", status: exitUsage, cause: err, args: map[string]any{
		"Address": address, "Flag": flag,
	}}
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		told.key, told.status = "cmd.error.address_taken", exitError
	case errors.Is(err, fs.ErrPermission):
		told.key, told.status = "cmd.error.address_refused", exitError
	}
	return nil, told
}

// newWebServer serves the handler at the listener, within the bounds above: whoever is slow, or opens many connections,
// keeps nobody but others like them waiting for long.
func newWebServer(name string, listener net.Listener, handler http.Handler, logger *slog.Logger) *webServer {
	return &webServer{
		name: name, listener: netutil.LimitListener(listener, maxConns), log: logger,
		http: &http.Server{
			Handler: handler, ReadHeaderTimeout: headTimeout, ReadTimeout: requestTimeout, WriteTimeout: answerTimeout,
			IdleTimeout: idleTimeout, MaxHeaderBytes: maxHead, ErrorLog: log.New(complaints{logger}, "", 0),
		},
	}
}

// run serves until the context ends, and then lets the requests in hand finish.
func (s *webServer) run(ctx context.Context) error {
	s.log.InfoContext(ctx, "listening", slog.String("for", s.name), slog.String("address", s.listener.Addr().String()))
	failed := make(chan error, 1)
	go func() { failed <- s.http.Serve(s.listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("%s: %w", s.name, err)
	case <-ctx.Done():
	}
	end, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer stop()
	if err := s.http.Shutdown(end); err != nil {
		_ = s.http.Close()
	}
	return nil
}

// close lets the port go, for a server that may never have run.
func (s *webServer) close() { _ = s.listener.Close() }

// complaints writes what net/http complains of, one line a write, to the log: at debug level, since anybody who connects
// can cause it.
type complaints struct{ log *slog.Logger }

func (c complaints) Write(line []byte) (int, error) {
	c.log.Debug("web server complains", slog.String("detail", string(bytes.TrimSpace(line))))
	return len(line), nil
}
