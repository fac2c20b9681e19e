//go:build linux || darwin

package backup

import (
	"math"
	"syscall"
)

// freeOn returns which disk the folder is on and how many bytes this account may still write there.
func freeOn(folder string) (disk uint64, free int64, known bool) {
	var where syscall.Stat_t
	var state syscall.Statfs_t
	if syscall.Stat(folder, &where) != nil || syscall.Statfs(folder, &state) != nil {
		return 0, 0, false
	}
	bytes := state.Bavail * uint64(state.Bsize)
	return uint64(where.Dev), int64(min(bytes, math.MaxInt64)), true
}
