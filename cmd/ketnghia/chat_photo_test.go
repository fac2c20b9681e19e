package main

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// page is a photo of an album that arrives by itself, so that a test chooses the order.
func (v *voice) page(message int, album, caption string) {
	v.mark()
	v.h.server.Inject(fmt.Appendf(nil, `{"message":{"message_id":%d,"date":%d,"from":{"id":%d,"first_name":"X"},`+
		`"chat":{"id":%d,"type":"private"},"media_group_id":%q,"caption":%q,`+
		`"photo":[{"file_id":"f%d","file_unique_id":"u%d","width":90,"height":90}]}}`,
		message, v.h.clock.Now().Unix(), v.id, v.chat, album, caption, message, message))
}

// files returns how many files a logged activity has.
func (h *house) files(id twinning.ActivityID) int {
	h.t.Helper()
	n := 0
	err := h.books.ledger.View(h.ctx, h.clock.Now(), func(k *ledger.Look) error {
		a, err := k.Activity(id)
		n = len(a.Files)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// An album with a caption is one activity with one card.
func TestChatAlbumIsOneActivity(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa, lan := h.hoa(), h.lan()
	hoa.sends("hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm", photo("a"), photo("b"), photo("c"))
	hoa.sees("45 hộ nghèo", "Kèm 3 tệp, ảnh")
	h.quiet()
	if n := hoa.count("Tôi hiểu như sau"); n != 1 {
		t.Errorf("an album of three made %d cards:\n%s", n, transcript(h.server.Messages(hoa.chat)))
	}
	hoa.presses("Ghi")
	hoa.sees("Đã ghi HĐ1", "Kèm 3 tệp, ảnh")
	// The pictures come with the activity when it is looked at.
	lan.says("/hoatdong xã Ch'ơm")
	lan.sees("HĐ1 · 15/02/2027")
	lan.presses("HĐ1")
	lan.sees("HĐ1", "45 hộ nghèo")
	h.quiet()
	pictures := 0
	for _, m := range h.server.Messages(lan.chat) {
		if m.FromBot && m.Photo != nil {
			pictures++
		}
	}
	if pictures != 3 {
		t.Errorf("the coordinator sees %d pictures, want 3", pictures)
	}
}

// The order in which the pages of an album arrive doesn't matter, whatever else is open.
func TestChatAlbumInAnyOrder(t *testing.T) {
	t.Parallel()
	for _, order := range [][]int{{0, 1, 2}, {1, 0, 2}, {2, 1, 0}} {
		for _, open := range []bool{false, true} {
			t.Run(fmt.Sprint(order, open), func(t *testing.T) {
				t.Parallel()
				h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASYT", "W20440"})
				hoa := h.hoa()
				id := twinning.ActivityID(1)
				if open {
					hoa.says("hôm qua tặng 20 suất quà xã Ga Ri")
					hoa.sees("20 suất quà")
					id = 2
				}
				for _, i := range order {
					hoa.page(9000+i, "album", map[int]string{0: "hôm nay khám bệnh cho 45 hộ nghèo xã Ch'ơm"}[i])
				}
				h.quiet()
				if n := hoa.live("Ghi"); n != int(id) {
					t.Fatalf("%d cards can be logged, want %d:\n%s", n, id, transcript(h.server.Messages(hoa.chat)))
				}
				if n := hoa.count("văn bản nào"); n != 0 {
					t.Errorf("%d questions for a document are left", n)
				}
				if open {
					hoa.answers("20 suất quà", "ghi")
					hoa.sees("Đã ghi HĐ1", "20 suất quà")
				}
				hoa.answers("45 hộ nghèo", "ghi")
				hoa.sees("45 hộ nghèo", "Kèm 3 tệp, ảnh")
				if diff := cmp.Diff(3, h.files(id)); diff != "" {
					t.Errorf("files of the album's activity (-want +got):\n%s", diff)
				}
				if open && h.files(1) != 0 {
					t.Error("pages of the album stayed with the other activity")
				}
			})
		}
	}
}

// Pictures come before their words, or after them.
func TestChatPhotosAndWordsApart(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa := h.hoa()
	hoa.sends("", photo("a"), photo("b"))
	hoa.sees("Đã nhận 2 tệp", "văn bản nào")
	hoa.says("hôm nay khám bệnh cho 45 hộ nghèo xã Ch'ơm")
	hoa.sees("45 hộ nghèo", "Kèm 2 tệp, ảnh")
	if n := hoa.live("Bỏ"); n != 1 {
		t.Errorf("%d messages can be dropped, want the card only", n)
	}
	hoa.sends("", photo("c"))
	hoa.sees("Kèm 3 tệp, ảnh")
	hoa.presses("Ghi")
	hoa.sees("Đã ghi HĐ1", "Kèm 3 tệp, ảnh")
	// A document with the words of an activity goes with it.
	hoa.sends("hôm qua bàn giao 2 con bò giống cho 2 hộ nghèo xã Ch'ơm", pdf("bien-ban"))
	hoa.sees("2 con bò giống", "Kèm 1 tệp, ảnh")
}

// What the bot can't read is said, once, and nothing is lost by it.
func TestChatVoiceAndSticker(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa := h.hoa()
	for i, kind := range []string{"voice", "sticker", "video", "location"} {
		hoa.mark()
		h.server.Inject(fmt.Appendf(nil, `{"message":{"message_id":%d,"date":%d,"from":{"id":%d,"first_name":"X"},`+
			`"chat":{"id":%d,"type":"private"},%q:{"file_id":"x"}}}`, 8000+i, h.clock.Now().Unix(), hoa.id, hoa.chat, kind))
		hoa.sees("chỉ nhận chữ, ảnh và văn bản")
		h.quiet()
	}
}
