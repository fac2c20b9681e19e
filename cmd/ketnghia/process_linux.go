package main

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// hideMemory keeps what the process has in memory, and its environment, which holds the token, from other processes of the
// same account and out of core dumps: /proc/PID/environ and /proc/PID/mem are root's from here on, and no debugger of the
// account attaches. The environment block itself can't be wiped: it lies in the memory of the process from its start.
func hideMemory() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("limit core dumps: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("hide memory: %w", err)
	}
	return nil
}
