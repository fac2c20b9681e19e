//go:build !linux && !darwin

package backup

// freeOn knows nothing of other systems.
func freeOn(string) (disk uint64, free int64, known bool) { return 0, 0, false }
