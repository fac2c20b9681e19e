//go:build !linux

package powercut

import "testing"

// Disk is a mounted file system.
type Disk struct{ Dir string }

// New skips the test: only Linux can cut the power of a file system.
func New(t testing.TB) *Disk {
	t.Helper()
	t.Skip("cutting the power of a disk needs Linux")
	return nil
}

// Cut would cut the power.
func (d *Disk) Cut() {}

// Restore would bring it back.
func (d *Disk) Restore() {}
