//go:build linux || darwin || freebsd

package main

import "syscall"

// freeDisk returns how many bytes the account may still write where the folder is; ok is false when that is not known.
func freeDisk(folder string) (bytes int64, ok bool) {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(folder, &disk); err != nil {
		return 0, false
	}
	return int64(disk.Bavail) * int64(disk.Bsize), true
}
