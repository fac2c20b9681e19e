package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"
)

// TestWebServerBounds opens more connections than there may be, all of them silent or slow: each is closed in the end, and
// then somebody else is served.
func TestWebServerBounds(t *testing.T) {
	t.Parallel()
	listener, err := listen(t.Context(), "127.0.0.1:0", "--listen")
	if err != nil {
		t.Fatal(err)
	}
	read := make(chan error, maxConns+10)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		read <- err
		w.WriteHeader(http.StatusNoContent)
	})
	s := newWebServer("test", listener, handler, slog.New(slog.DiscardHandler))
	if s.http.ReadHeaderTimeout == 0 || s.http.ReadTimeout == 0 || s.http.WriteTimeout == 0 || s.http.IdleTimeout == 0 {
		t.Error("a time is without bound")
	}
	s.http.ReadHeaderTimeout, s.http.ReadTimeout = 50*time.Millisecond, 50*time.Millisecond // the test need not wait for the real ones
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.run(ctx) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	const slow = 10
	for i := range maxConns + slow { // the last of them wait for their turn
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		if i < slow {
			if _, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"); err != nil {
				t.Fatal(err)
			}
		}
		if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		go func() { _, _ = bufio.NewReader(conn).ReadString(0) }()
	}
	for range slow {
		select {
		case err := <-read:
			if err == nil {
				t.Error("a body that was never sent was read")
			}
		case <-time.After(patience):
			t.Fatal("a slow body is still waited for")
		}
	}
	asking, stop := context.WithTimeout(ctx, patience)
	defer stop()
	r, err := http.NewRequestWithContext(asking, http.MethodGet, "http://"+listener.Addr().String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
}

func TestListenFails(t *testing.T) {
	t.Parallel()
	taken, err := listen(t.Context(), "127.0.0.1:0", "--listen")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	for address, key := range map[string]string{
		taken.Addr().String(): "cmd.error.address_taken", "nowhere": "cmd.error.address", "127.0.0.1:http9": "cmd.error.address",
		"192.0.2.1:9090": "cmd.error.address",
	} {
		_, err := listen(t.Context(), address, "--listen")
		told, ok := errors.AsType[*failure](err)
		if !ok || told.key != key {
			t.Errorf("%s: %v, want %s", address, err, key)
		}
	}
}
