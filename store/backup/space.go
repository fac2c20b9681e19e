package backup

import (
	"errors"
	"fmt"
)

// ErrNoSpace says that a disk has too little room for what is to be written; nothing was.
var ErrNoSpace = errors.New("not enough room on the disk")

// reserve is what a backup leaves free in bytes, so that it isn't what stops the bot.
const reserve = 64 << 20

// SpaceError says where room is lacking, in bytes.
type SpaceError struct {
	Folder     string
	Need, Free int64
}

func (e *SpaceError) Error() string {
	return fmt.Sprintf("%s: %d bytes needed, %d free: %s", e.Folder, e.Need, e.Free, ErrNoSpace)
}

func (e *SpaceError) Unwrap() error { return ErrNoSpace }

// Need is how many bytes are to be written to a folder.
type Need struct {
	Folder string
	Bytes  int64
}

// Room returns a *SpaceError unless each disk has room for all that is to be written to it, and a reserve. Where a system
// doesn't say how much is free, writing will show.
func Room(needs ...Need) error {
	type disk struct {
		need, free int64
		folder     string
	}
	disks := map[uint64]*disk{}
	for _, n := range needs {
		id, free, known := freeOn(n.Folder)
		if !known {
			continue
		}
		if disks[id] == nil {
			disks[id] = &disk{need: reserve, free: free, folder: n.Folder}
		}
		disks[id].need += n.Bytes
		if d := disks[id]; d.need > d.free {
			return &SpaceError{Folder: n.Folder, Need: d.need, Free: d.free}
		}
	}
	return nil
}
