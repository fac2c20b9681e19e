package main

import (
	"strings"
	"testing"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// A group that belongs to a pairing: what is logged there has its parties, and chatter is left alone.
func TestChatGroupOfAPairing(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASYT", "W20440"}, pair{"ASCT", "W20440"})
	hoa, mai, lan := h.hoa(), h.mai(), h.lan()
	binh := h.joins(110, "Lê Bình", "ASCT", twinning.RoleOfficer)
	stranger := h.person(201, "Đoàn", "Hạnh")
	id := h.group(true, hoa, mai, lan, binh, stranger)
	g := func(v *voice) *voice { return v.in(id) }
	g(hoa).hears("Nhắn /gannhom")
	hoaG, maiG, binhG, strangerG := g(hoa), g(mai), g(binh), g(stranger)
	hoaG.says("/gannhom")
	hoaG.sees("Nhóm này là của ai")
	hoaG.presses("Cặp với Xã Ch'ơm")
	hoaG.sees("Nhóm này là của cặp Sở Y tế – Xã Ch'ơm")
	for _, words := range []string{"chào cả nhà", "1", "huỷ", "đúng rồi", "mai họp lúc 8h nhé", "https://example.com"} {
		maiG.says(words)
		maiG.silent()
	}
	hoaG.says("hôm qua khám bệnh cho 45 hộ nghèo, hết 12 triệu")
	card := hoaG.sees("Bên giúp: Sở Y tế", "Bên nhận: Xã Ch'ơm", "45 hộ nghèo")
	if card.ReplyTo == 0 {
		t.Error("the card in a group answers nobody's message")
	}
	for _, words := range []string{"thôi", "bỏ", "ok", "cảm ơn anh"} {
		hoaG.says(words)
		hoaG.silent()
	}
	if text := binhG.pops(card, "Ghi"); !strings.Contains(text, "Thẻ này của Sở Y tế") {
		t.Errorf("another unit's press is answered by %q", text)
	}
	if text := strangerG.pops(card, "Ghi"); !strings.Contains(text, "người đã tham gia") {
		t.Errorf("a stranger's press is answered by %q", text)
	}
	hoaG.answers("Tôi hiểu như sau", "54 hộ")
	hoaG.sees("54 hộ nghèo")
	hoaG.presses("Ghi")
	hoaG.sees("Đã ghi HĐ1")
	mai.hears("Có đúng không", "54 hộ nghèo")
	strangerG.says("hôm qua tặng 20 suất quà xã Ch'ơm")
	strangerG.silent()
	strangerG.says("@ketnghia_bot tình hình")
	strangerG.sees("Tôi chỉ giúp cán bộ đã được mời")
	strangerG.says("/tinhhinh")
	strangerG.silent()
	maiG.says("@ketnghia_bot tình hình")
	maiG.sees("Xã Ch'ơm · 2027", "54 hộ nghèo")
	maiG.says("/han@ketnghia_bot")
	maiG.sees("Việc phải nộp · Xã Ch'ơm")
	maiG.says("/han@another_bot")
	maiG.silent()
	maiG.says("/moi@ketnghia_bot")
	maiG.sees("nhắn riêng")
	maiG.says("/bonhom")
	maiG.sees("Đã bỏ gắn nhóm")
	maiG.says("/bonhom")
	maiG.sees("chưa gắn với đơn vị nào")
}

// A question that was asked of one in a group is answered by a reply only, so that chatter is never taken for a reason.
func TestChatGroupQuestionsNeedAReply(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	hoa, mai := h.hoa(), h.mai()
	hoaG := hoa.in(h.group(true, hoa, mai))
	hoaG.says("hôm qua khám bệnh cho 45 hộ nghèo xã Ch'ơm")
	hoaG.sees("45 hộ nghèo")
	hoaG.presses("Ghi")
	hoaG.sees("Đã ghi HĐ1")
	hoaG.presses("Huỷ ghi")
	hoaG.sees("Lý do huỷ HĐ1")
	hoaG.says("trưa nay ăn ở đâu anh em")
	hoaG.silent()
	hoaG.answers("Lý do huỷ", "ghi nhầm ngày")
	hoaG.sees("Đã huỷ HĐ1")
}

// Ban Dân tộc binds a group by replying with names; what it logs there is logged for the sponsor.
func TestChatGroupBoundByReply(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	lan, mai := h.lan(), h.mai()
	id := h.group(false, lan, mai)
	lanG := lan.in(id)
	lanG.says("/gannhom")
	lanG.sees("của đơn vị hay cặp nào")
	lanG.answers("của đơn vị hay cặp nào", "chỗ nào đó")
	lanG.sees("không thấy đơn vị đó")
	lanG.answers("không thấy đơn vị đó", "Sở Y tế, xã Ch'ơm")
	lanG.sees("cặp Sở Y tế – Xã Ch'ơm")
	// In privacy mode the bot sees only what is said to it.
	lanG.says("hôm qua tặng 20 suất quà, 5 triệu")
	lanG.silent()
	lanG.says("@ketnghia_bot hôm qua tặng 20 suất quà, 5 triệu")
	lanG.sees("Bên giúp: Sở Y tế", "Bên nhận: Xã Ch'ơm", "5.000.000 đ")
	lanG.presses("Ghi")
	lanG.sees("Đã ghi HĐ1", "Ban Dân tộc ghi hộ")
	mai.hears("20 suất quà", "Có đúng không")
	lan.says("/gannhom")
	lan.sees("Lệnh này dùng trong nhóm")
	forged := lan.newest("Lệnh này")
	lan.pushes(forged, "grp:p1")
	h.quiet()
}

// A group that becomes a supergroup stays bound; one that the bot is removed from is forgotten.
func TestChatGroupMigratedAndLeft(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"}, pair{"ASYT", "W20440"})
	hoa := h.hoa()
	id := h.group(true, hoa)
	hoa.in(id).says("/gannhom xã Ch'ơm và Sở Y tế")
	hoa.in(id).sees("cặp Sở Y tế – Xã Ch'ơm")
	h.quiet()
	super := h.server.NewGroupID()
	if err := h.server.Migrate(id, super); err != nil {
		t.Fatal(err)
	}
	h.quiet()
	hoaG := hoa.in(super)
	hoaG.says("hôm qua khám bệnh cho 45 hộ nghèo")
	hoaG.sees("Bên nhận: Xã Ch'ơm")
	h.quiet()
	if err := h.server.RemoveBotFrom(super); err != nil {
		t.Fatal(err)
	}
	h.quiet()
	err := h.books.ledger.View(h.ctx, h.clock.Now(), func(k *ledger.Look) error {
		groups, err := k.Groups()
		if len(groups) > 0 {
			t.Errorf("groups after the bot was removed: %v", groups)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
