package bot

import "syscall"

// mountSmall mounts a disk of 4 MB at the folder.
func mountSmall(dir string) error { return syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4m") }

func unmount(dir string) error { return syscall.Unmount(dir, 0) }
