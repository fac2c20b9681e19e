package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"testing"
)

// TestSpool writes more than memory holds while nobody reads, and while somebody does: what comes out is what went in.
func TestSpool(t *testing.T) {
	t.Parallel()
	s := newSpool()
	want := sha256.New()
	part := bytes.Repeat([]byte("0123456789abcdef"), 4096)
	write := func(times int) {
		for i := range times {
			part[0] = byte(i)
			_, _ = want.Write(part)
			if _, err := s.Write(part); err != nil {
				t.Error(err)
			}
		}
	}
	write(3 * spoolMemory / len(part))
	if s.file == nil {
		t.Fatal("nothing went into a file")
	}
	got := sha256.New()
	done := make(chan error, 1)
	go func() {
		_, err := io.Copy(got, s)
		done <- err
	}()
	write(3 * spoolMemory / len(part))
	s.end()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want.Sum(nil), got.Sum(nil)) {
		t.Error("what came out is not what went in")
	}

	s = newSpool()
	write(2 * spoolMemory / len(part))
	gone := errors.New("gone")
	s.abandon(gone)
	if _, err := s.Write(part); !errors.Is(err, gone) {
		t.Errorf("a write after the reader left: %v", err)
	}
	if s.file != nil || s.memory != nil {
		t.Error("what waits is kept for nobody")
	}
}
