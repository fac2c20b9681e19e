package engine

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestWalkLooksAboveTheLeaves breaks each key of the pages above the leaves in turn: bbolt would end the process over
// it when the file is opened for writing.
func TestWalkLooksAboveTheLeaves(t *testing.T) {
	t.Parallel()
	b := newBolt(t)
	for n := range 20 {
		keys := make([]string, 100)
		for i := range keys {
			keys[i] = fmt.Sprintf("a/%04d-%080d", n*100+i, i)
		}
		update(t, b, put(keys...))
	}
	var good bytes.Buffer
	if err := b.Backup(t.Context(), &good); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "walked.db")
	walk := func(content []byte) error {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return Walk(t.Context(), path)
	}
	if err := walk(good.Bytes()); err != nil {
		t.Fatal(err)
	}
	// The format of bbolt's pages: a page begins with its id (8 bytes), flags (2, 1 for a branch) and count (2); after 16
	// bytes come its elements of 16 bytes, each beginning with the distance to its key (4).
	broken, page := 0, os.Getpagesize()
	reachable := reachableBranches(t, b)
	for at := 2 * page; at < good.Len(); at += page {
		header := good.Bytes()[at:]
		if !reachable[binary.NativeEndian.Uint64(header)] {
			continue
		}
		for n := range int(binary.NativeEndian.Uint16(header[10:])) {
			damaged := bytes.Clone(good.Bytes())
			damaged[at+16+16*n+3] ^= 0x40
			broken++
			if err := walk(damaged); !errors.Is(err, ErrDamaged) {
				t.Errorf("page %d, key %d: Walk: %v, want that it is damaged", at/page, n, err)
			}
		}
	}
	if broken < 10 {
		t.Errorf("only %d keys were broken", broken)
	}
}

// reachableBranches returns the pages above the leaves that are in use.
func reachableBranches(t *testing.T, b *Bolt) map[uint64]bool {
	t.Helper()
	branches := map[uint64]bool{}
	tx, err := b.db.Begin(false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	for id := 2; ; id++ {
		info, err := tx.Page(id)
		if err != nil {
			t.Fatal(err)
		}
		if info == nil {
			return branches
		}
		if info.Type == "branch" {
			branches[uint64(id)] = true
		}
	}
}
