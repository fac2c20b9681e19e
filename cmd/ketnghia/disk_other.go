//go:build !linux && !darwin && !freebsd

package main

// freeDisk is not known on this system.
func freeDisk(string) (bytes int64, ok bool) { return 0, false }
