//go:build unix

package main

import (
	"io/fs"
	"os"
	"syscall"
)

// hasModes says whether the machine keeps apart what the owner and others may do with a file.
const hasModes = true

// ours says whether the file is the account's own, or the machine administrator's. The administrator may work in
// everybody's folder.
func ours(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	me := os.Geteuid()
	return !ok || me == 0 || stat.Uid == 0 || int(stat.Uid) == me
}
