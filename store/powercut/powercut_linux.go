package powercut

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

const (
	// shutdown is EXT4_IOC_SHUTDOWN of Linux's include/uapi/linux/ext4.h: _IOR('X', 125, __u32).
	shutdown = 2<<30 | 4<<16 | 'X'<<8 | 125
	// noLogFlush is EXT4_GOING_FLAGS_NOLOGFLUSH there: neither data nor journal are written out any more.
	noLogFlush = 2
	// size holds what a test writes, and the journal, in bytes.
	size = 96 << 20
)

// Disk is a mounted file system.
type Disk struct {
	t     testing.TB
	image string
	// Dir is where it is mounted.
	Dir string
}

// New makes a file system in a folder of the test. It is mounted with a journal that commits by itself only every
// 1,000 seconds, so that nothing is kept but by being synced.
func New(t testing.TB) *Disk {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("cutting the power of a disk needs root")
	}
	for _, tool := range []string{"mkfs.ext4", "mount", "umount"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("cutting the power of a disk needs %s", tool)
		}
	}
	d := &Disk{t: t, image: filepath.Join(t.TempDir(), "disk.img"), Dir: filepath.Join(t.TempDir(), "disk")}
	if err := errors.Join(os.WriteFile(d.image, nil, 0o600), os.Truncate(d.image, size), os.Mkdir(d.Dir, 0o700)); err != nil {
		t.Fatal(err)
	}
	if err := d.run("mkfs.ext4", "-q", "-F", d.image); err != nil {
		t.Fatal(err)
	}
	if err := d.mount(); err != nil {
		t.Skipf("cutting the power of a disk needs a loop device: %v", err)
	}
	t.Cleanup(func() {
		if err := d.run("umount", d.Dir); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *Disk) mount() error {
	return d.run("mount", "-o", "loop,commit=1000", d.image, d.Dir)
}

func (d *Disk) run(name string, arguments ...string) error {
	//nolint:gosec,noctx // the names are those above and a folder of the test; cleaning up goes on after the test's context
	if out, err := exec.Command(name, arguments...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return nil
}

// Cut cuts the power: from now on nothing reaches the disk, and every use of it is an error.
func (d *Disk) Cut() {
	d.t.Helper()
	f, err := os.Open(d.Dir)
	if err != nil {
		d.t.Fatal(err)
	}
	err = unix.IoctlSetPointerInt(int(f.Fd()), shutdown, noLogFlush)
	if err := errors.Join(err, f.Close()); err != nil {
		d.t.Fatalf("cutting the power: %v", err)
	}
}

// Restore brings the power back. Nobody may have a file of the disk open any more.
func (d *Disk) Restore() {
	d.t.Helper()
	if err := errors.Join(d.run("umount", d.Dir), d.mount()); err != nil {
		d.t.Fatal(err)
	}
}
