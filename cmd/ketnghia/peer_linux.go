package main

import (
	"debug/elf"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// controlSupported says that who is on the other side of a socket can be asked here.
const controlSupported = true

// maxSocketPath is the longest path that bind and connect take (unix(7): sun_path has 108 bytes, with the closing zero).
const maxSocketPath = 107

// shortPath returns a path of the file in the folder that fits into a socket address. A long one goes by the number of
// the opened folder (proc(5), /proc/self/fd), which done closes.
func shortPath(dir, name string) (path string, done func(), err error) {
	path = filepath.Join(dir, name)
	if len(path) <= maxSocketPath {
		return path, func() {}, nil
	}
	folder, err := os.Open(dir) //nolint:gosec // the operator names the folder
	if err != nil {
		return "", nil, fmt.Errorf("socket folder: %w", err)
	}
	return filepath.Join("/proc/self/fd", strconv.Itoa(int(folder.Fd())), name), func() { _ = folder.Close() }, nil
}

// peerUser returns the user id of the process on the other side (unix(7), SO_PEERCRED: as it was when it connected).
func peerUser(conn *net.UnixConn) (int, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return 0, fmt.Errorf("peer: %w", err)
	}
	var who *syscall.Ucred
	var refused error
	err = raw.Control(func(fd uintptr) {
		who, refused = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return 0, fmt.Errorf("peer: %w", err)
	}
	return int(who.Uid), nil
}

// ownerOf returns the user id to whom a file belongs.
func ownerOf(info fs.FileInfo) (int, bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(stat.Uid), true
}

// buildNote returns what the linker wrote into the running program to tell it from every other one, nil when it wrote
// nothing.
func buildNote() []byte {
	program, err := elf.Open("/proc/self/exe") // also of a program that was replaced since it began to run
	if err != nil {
		return nil
	}
	defer program.Close() //nolint:errcheck // only read from
	section := program.Section(".note.go.buildid")
	if section == nil {
		return nil
	}
	note, err := section.Data()
	if err != nil {
		return nil
	}
	return note
}
