package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

const (
	// spoolMemory is how much a spool holds in memory before it goes on in a temporary file.
	spoolMemory = 4 << 20
	// spoolMost bounds the file: a whole backup or export passes, a runaway doesn't fill the disk.
	spoolMost = 16 << 30
)

// errSpoolFull says that nobody took what was written for too long.
var errSpoolFull = errors.New("too much output waits to be taken")

// spool is a pipe that never keeps its writer waiting: a command writes while it looks at the books, and a slow reader
// on the other side of a socket must not hold that snapshot open.
type spool struct {
	mu    sync.Mutex
	ready sync.Cond
	// memory is what waits; file, once there is one, holds what waits between read and wrote instead.
	memory      []byte
	file        *os.File
	read, wrote int64
	done        bool
	// broken is why nothing more is taken.
	broken error
}

func newSpool() *spool {
	s := &spool{}
	s.ready.L = &s.mu
	return s
}

// Write keeps p; it fails when the reader has given up or the disk is full.
func (s *spool) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil && s.done {
		s.broken = io.ErrClosedPipe
	}
	if s.broken == nil && s.file == nil && len(s.memory)+len(p) > spoolMemory {
		s.broken = s.toFile()
	}
	if s.broken == nil && s.file != nil {
		s.broken = s.append(p)
	} else if s.broken == nil {
		s.memory = append(s.memory, p...)
	}
	s.ready.Broadcast()
	if s.broken != nil {
		return 0, s.broken
	}
	return len(p), nil
}

// toFile goes on in a file without a name, which is gone with the process.
func (s *spool) toFile() error {
	f, err := os.CreateTemp("", "ketnghia-out-")
	if err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return fmt.Errorf("spool: %w", errors.Join(err, f.Close()))
	}
	s.file, s.read, s.wrote = f, 0, 0
	waiting := s.memory
	s.memory = nil
	return s.append(waiting)
}

func (s *spool) append(p []byte) error {
	if s.wrote+int64(len(p)) > spoolMost {
		return errSpoolFull
	}
	n, err := s.file.WriteAt(p, s.wrote)
	s.wrote += int64(n)
	if err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	return nil
}

// Read waits for something to read and returns io.EOF after the end.
func (s *spool) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.memory) == 0 && s.file == nil && !s.done && s.broken == nil {
		s.ready.Wait()
	}
	switch {
	case len(s.memory) > 0:
		n := copy(p, s.memory)
		s.memory = s.memory[n:]
		return n, nil
	case s.file != nil && s.read < s.wrote:
		n, err := s.file.ReadAt(p[:min(int64(len(p)), s.wrote-s.read)], s.read)
		s.read += int64(n)
		if s.read == s.wrote {
			err = s.file.Close()
			s.file = nil
		}
		if err != nil {
			return n, fmt.Errorf("spool: %w", err)
		}
		return n, nil
	case s.broken != nil:
		return 0, s.broken
	}
	return 0, io.EOF
}

// end says that nothing more is written; what waits can still be read.
func (s *spool) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done = true
	s.ready.Broadcast()
}

// abandon says that nobody reads any more: the writer is told why, and what waits is dropped.
func (s *spool) abandon(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil {
		s.broken = why
	}
	s.memory, s.done = nil, true
	if s.file != nil {
		_ = s.file.Close() // it has no name; nothing is left of it
		s.file = nil
	}
	s.ready.Broadcast()
}
