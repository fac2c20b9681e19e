// Package powercut is a disk whose power can be cut, for tests: an ext4 file system in a file of the test, which is
// shut down without writing its journal out and mounted again. What was not synced is gone then, as after a real power
// cut, and what was synced must be there. It needs root, a loop device, mkfs.ext4 and mount; without them it skips the
// test. It stands apart from the tests because several rooms use it.
package powercut
