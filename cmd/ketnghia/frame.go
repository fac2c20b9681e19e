package main

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"ketnghia/programme"
)

// What passes through the control socket are frames: a byte that says what it is, four bytes with the length (the
// greatest first), and so many bytes.
const (
	// frameHello is what the server says first, a greeting as JSON. Its form stays the same in all versions.
	frameHello = 'h'
	// frameOrder is what the client wants done, an order as JSON; frameRoster is one file of a roster after it.
	frameOrder  = 'r'
	frameRoster = 'i'
	// frameOut and frameErr are what a command says.
	frameOut = 'o'
	frameErr = 'e'
	// frameFile begins a file by its path; frameData is a part of it; frameEnd completes it and wants a frameKept, which is
	// empty when the client has the file and not when it has told why it hasn't; frameDrop takes it back.
	frameFile = 'f'
	frameData = 'd'
	frameEnd  = 'c'
	frameDrop = 'u'
	frameKept = 'k'
	// frameExit is the exit status, one byte; nothing follows it.
	frameExit = 'x'
)

const (
	// controlVersion is that of the frames.
	controlVersion = 1
	// maxGreeting and maxOrder bound what is read before it is known what it is for.
	maxGreeting = 4 << 10
	maxOrder    = 64 << 10
	// maxRosterFile is the greatest roster file; programme refuses greater ones with its own words.
	maxRosterFile  = 20<<20 + 1
	maxRosterFiles = 8
	// maxPart bounds the parts in which output and files are sent.
	maxPart = 64 << 10
)

// errFrame says that the other side doesn't speak as it should.
var errFrame = errors.New("unexpected frame on the control socket")

// greeting names the program that serves.
type greeting struct {
	Version int `json:"version"`
	// Build tells apart programs whose commands may differ.
	Build string `json:"build"`
}

// order is what a client wants done: its parsed command line.
type order struct {
	Build   string `json:"build"`
	Command string `json:"command"`
	Lang    string `json:"lang"`
	CLI     cli    `json:"cli"`
	// Programme is the digest of the programme file that the operator names, "" for none.
	Programme string `json:"programme"`
	// Roster names the files of the roster that follow, when the command reads one.
	Roster *rosterHead `json:"roster"`
}

// rosterHead is programme.RosterFiles without the contents.
type rosterHead struct {
	Path   string   `json:"path"`
	Folder bool     `json:"folder"`
	Names  []string `json:"names"`
}

// writeFrame sends one frame in one write.
func writeFrame(w io.Writer, kind byte, data []byte) error {
	frame := make([]byte, 5, 5+len(data))
	frame[0] = kind
	binary.BigEndian.PutUint32(frame[1:], uint32(len(data)))
	if _, err := w.Write(append(frame, data...)); err != nil {
		return fmt.Errorf("frame %c: %w", kind, err)
	}
	return nil
}

// readFrame reads one frame of at most so many bytes.
func readFrame(r io.Reader, most int) (kind byte, data []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, fmt.Errorf("frame: %w", err)
	}
	n := binary.BigEndian.Uint32(head[1:])
	if int64(n) > int64(most) {
		return 0, nil, fmt.Errorf("frame of %d bytes: %w", n, errFrame)
	}
	data = make([]byte, n)
	if _, err := io.ReadFull(r, data); err != nil {
		return 0, nil, fmt.Errorf("frame: %w", err)
	}
	return head[0], data, nil
}

// expect reads a frame of the kind and understands it as JSON; unknown fields are refused.
func expect(r io.Reader, want byte, most int, into any) error {
	kind, data, err := readFrame(r, most)
	if err != nil {
		return err
	}
	if kind != want {
		return fmt.Errorf("frame %q instead of %q: %w", kind, want, errFrame)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("frame %c: %w: %w", kind, errFrame, err)
	}
	return nil
}

// sendOrder sends an order and the files of its roster.
func sendOrder(w io.Writer, o order, roster *programme.RosterFiles) error {
	if roster != nil {
		o.Roster = &rosterHead{Path: roster.Path, Folder: roster.Folder}
		for _, f := range roster.Files {
			o.Roster.Names = append(o.Roster.Names, f.Name)
		}
	}
	data, err := marshal(o)
	if err != nil {
		return err
	}
	if err := writeFrame(w, frameOrder, data); err != nil || roster == nil {
		return err
	}
	for _, f := range roster.Files {
		if err := writeFrame(w, frameRoster, f.Data); err != nil {
			return err
		}
	}
	return nil
}

// readRosterFiles reads the files that the head names.
func readRosterFiles(r io.Reader, head *rosterHead) (*programme.RosterFiles, error) {
	if head == nil {
		return nil, nil //nolint:nilnil // a command without a roster
	}
	if len(head.Names) > maxRosterFiles {
		return nil, fmt.Errorf("roster of %d files: %w", len(head.Names), errFrame)
	}
	files := &programme.RosterFiles{Path: head.Path, Folder: head.Folder}
	for _, name := range head.Names {
		kind, data, err := readFrame(r, maxRosterFile)
		if err != nil {
			return nil, err
		}
		if kind != frameRoster {
			return nil, fmt.Errorf("frame %q in a roster: %w", kind, errFrame)
		}
		files.Files = append(files.Files, programme.RosterFile{Name: name, Data: data})
	}
	return files, nil
}

// framer writes what it is given as frames of one kind.
type framer struct {
	w    io.Writer
	kind byte
}

func (f framer) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		part := p[:min(len(p), maxPart)]
		if err := writeFrame(f.w, f.kind, part); err != nil {
			return n, err
		}
		n, p = n+len(part), p[len(part):]
	}
	return n, nil
}
