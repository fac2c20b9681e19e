package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// isKept waits until the copy of a file is in the data folder and fails the test unless it is the data.
func (h *house) isKept(f twinning.FileRef, data []byte) {
	h.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		var kept ledger.KeptFile
		err := h.books.ledger.View(h.ctx, h.clock.Now(), func(k *ledger.Look) (err error) {
			kept, err = k.KeptFile(f.UniqueID)
			return err
		})
		switch {
		case err != nil:
			h.t.Fatal(err)
		case kept.State == ledger.KeptDone:
			path := filepath.Join(filepath.Dir(h.books.store.Path()), filepath.FromSlash(kept.Path))
			if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, data) {
				h.t.Errorf("the copy is %q: %v", got, err)
			}
			return
		case time.Now().After(deadline):
			h.t.Fatalf("not kept: %+v", kept)
		}
		// Nothing of the server tells that the record was stored.
		ctx, cancel := context.WithTimeout(h.ctx, settling)
		_, _ = h.server.WaitChange(ctx, h.server.Version())
		cancel()
	}
}

// The files of a filing and the photos of a logged activity are copied into the data folder, whatever becomes of the bot's
// account.
func TestChatFilesAreKept(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa, mai := h.hoa(), h.mai()
	plan, picture := pdf("ke-hoach"), photo("kham-benh")
	mai.sends("kế hoạch nhu cầu", plan)
	mai.sees("Đây là Kế hoạch / báo cáo đề xuất nhu cầu 2027")
	mai.presses("Đúng, nộp")
	mai.sees("Đã nộp · VB1")
	hoa.sends("hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm", picture)
	hoa.sees("45 hộ nghèo", "Kèm 1 tệp, ảnh")
	hoa.presses("Ghi")
	hoa.sees("Đã ghi HĐ1")
	var filed, shown twinning.FileRef
	err := h.books.ledger.View(h.ctx, h.clock.Now(), func(k *ledger.Look) error {
		f, err := k.Filing(1)
		if err != nil {
			return err
		}
		a, err := k.Activity(1)
		filed, shown = f.Files[0], a.Files[0]
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	h.isKept(filed, plan.Data)
	h.isKept(shown, picture.Data)
}
