package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// A coordinator announces: the text, whom, a preview, and then a card that follows how far it is.
func TestChatAnnounce(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	lan, hoa, mai := h.lan(), h.hoa(), h.mai()
	tuan := h.joins(104, "Zơrâm Tuấn", "W20440", twinning.RoleOfficer)

	lan.says("/thongbao")
	lan.sees("Hãy gửi nội dung thông báo")
	lan.says("Sáng mai họp <giao ban> lúc 8 giờ.\nĐề nghị mang theo báo cáo.")
	if got := labels(lan.sees("Gửi thông báo này cho ai")); !slices.Equal(got, []string{
		"Mọi người", "Các bên giúp", "Các huyện, xã nhận", "Các xã biên giới", "Chỉ thủ trưởng, đầu mối",
	}) {
		t.Errorf("circles: %q", got)
	}
	lan.presses("Mọi người")
	lan.sees("Thông báo của Ban Dân tộc", "người gửi: Trần Thị Lan", "họp <giao ban> lúc 8 giờ.\nĐề nghị")
	if got := labels(lan.sees("mọi người trong chương trình", "3 người", "chưa đến một phút")); !slices.Equal(got, []string{"Gửi", "Sửa", "Bỏ"}) {
		t.Errorf("buttons: %q", got)
	}
	if n := mai.count("giao ban"); n != 0 {
		t.Error("announced before Gửi was pressed")
	}
	lan.presses("Gửi")
	lan.sees("TB1 đã gửi xong", "3/3 người đã nhận")
	for _, v := range []*voice{hoa, mai, tuan} {
		v.hears("Thông báo của Ban Dân tộc", "họp <giao ban> lúc 8 giờ.\nĐề nghị mang theo báo cáo.")
		if n := v.count("giao ban"); n != 1 {
			t.Errorf("%d got it %d times", v.id, n)
		}
	}

	// By typing alone, to a district, with a change on the way.
	lan.says("/thongbao Nộp báo cáo trước ngày 20")
	lan.sees("Gửi thông báo này cho ai")
	lan.says("ai đó")
	lan.sees("Tôi chưa hiểu “ai đó”")
	lan.says("huyện Tây Giang")
	lan.sees("cả Huyện Tây Giang và các xã, hay chỉ")
	lan.says("1")
	lan.sees("Huyện Tây Giang và các xã trong huyện", "2 người")
	lan.says("sửa")
	lan.sees("Hãy gửi nội dung mới")
	lan.says("Nộp báo cáo trước ngày 25")
	lan.sees("2 người")
	lan.says("vâng thì gửi nhé bạn")
	lan.sees("Thông báo chưa gửi. Gõ 1")
	lan.says("1")
	lan.sees("TB2 đã gửi xong", "2/2")
	mai.hears("trước ngày 25")
	tuan.hears("trước ngày 25")
	if hoa.count("trước ngày") != 0 || mai.count("trước ngày 20") != 0 {
		t.Error("somebody else got it, or the text before the change")
	}

	// To one unit, and given up at last.
	lan.says("/thongbao Thử")
	lan.says("Sở Y tế")
	lan.sees("tới Sở Y tế: 1 người")
	lan.says("huỷ")
	lan.sees("Đã thôi")
	lan.says("1")
	h.quiet()
	if hoa.count("Thử") != 0 {
		t.Error("sent after it was given up")
	}

	lan.says("/thongbao")
	lan.sees("Các thông báo gần đây", "TB2", "2/2 người đã nhận", "TB1", "3/3", "“Sáng mai họp")
	lan.presses("Xem TB1")
	lan.sees("Trần Thị Lan gửi lúc", "TB1 đã gửi xong")
}

// Who blocked the bot is listed by unit; a photo or document goes with its words.
func TestChatAnnounceMissed(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	lan, hoa, mai := h.lan(), h.hoa(), h.mai()
	h.server.Block(mai.id, true)
	lan.sends("/thongbao Kế hoạch năm 2027", sandbox.File{Name: "ke-hoach.pdf", MIME: "application/pdf", Data: []byte("%PDF-1.4")})
	lan.sees("Gửi thông báo này cho ai")
	lan.says("tất cả")
	if m := lan.sees("Thông báo của Ban Dân tộc", "Kế hoạch năm 2027"); m.Document == nil {
		t.Error("the preview has no file")
	}
	lan.sees("1 người, mất", "1 người nữa đã chặn trợ lý")
	lan.says("gửi")
	lan.sees("TB1 đã gửi xong", "1/2 người đã nhận", "1 người không nhận được")
	lan.hears("TB1: 1 người không nhận được", "Xã Ch'ơm: Bling Thị Mai")
	if m := hoa.hears("Kế hoạch năm 2027"); m.Document == nil || m.Document.Name != "ke-hoach.pdf" {
		t.Errorf("the file is %v", m.Document)
	}
	if n := lan.count("người này đã chặn bot"); n != 0 {
		t.Error("told of each one beside the list")
	}

	// Known to have blocked the bot: nobody is there.
	lan.says("/thongbao Mời họp")
	lan.says("xã Ch'ơm")
	lan.sees("Chưa có ai ở Xã Ch'ơm nhận được tin", "Gửi thông báo này cho ai")
	lan.says("các bên giúp")
	lan.sees("các bên giúp kết nghĩa", "1 người")
	lan.presses("Bỏ")
	lan.sees("Đã bỏ thông báo")

	// The next message may be a file too.
	lan.says("/thongbao")
	lan.sees("Hãy gửi nội dung")
	lan.sends("Ảnh hiện trường", sandbox.File{Name: "a.jpg", MIME: "image/jpeg", Data: []byte("\xff\xd8\xff\xe0"), Photo: true})
	lan.sees("Gửi thông báo này cho ai")
	lan.says("huỷ")
	lan.sees("Đã thôi")
}

// Nobody else may announce, whatever they press or type; old questions send nothing.
func TestChatAnnounceRefused(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	lan, hoa, mai := h.lan(), h.hoa(), h.mai()
	hoa.says("/thongbao Nghe tôi này")
	refused := hoa.sees("Chỉ Ban Dân tộc gửi được thông báo chung")
	for _, data := range []string{"tb:to:1:all", "tb:send:1", "tb:stop:1", "tb:show:1", "tb:drop:1"} {
		hoa.pushes(refused, data)
	}
	h.quiet()
	if mai.count("Nghe tôi") != 0 {
		t.Error("a lead announced to all")
	}
	hoa.says("/trogiup")
	if text := hoa.sees("Nguyễn Văn Hòa").Text; strings.Contains(text, "thongbao") {
		t.Error("offered to who may not")
	}
	lan.says("/trogiup")
	lan.sees("/thongbao")

	group := h.group(true, lan)
	lan.in(group).says("/thongbao Chào")
	lan.in(group).sees("trò chuyện riêng")

	lan.says("/thongbao Một")
	lan.presses("Mọi người")
	old := lan.sees("Gửi chứ?")
	lan.says("/thongbao Hai")
	lan.presses("Mọi người")
	lan.sees("Gửi chứ?")
	if got := lan.pops(old, "Gửi"); !strings.Contains(got, "không còn") && got == "" {
		t.Errorf("the old question said %q", got)
	}
	h.quiet()
	if mai.count("Một")+mai.count("Hai") != 0 {
		t.Error("an old question sent something")
	}
	long := []rune(strings.Repeat("dài ", 1024))
	lan.says("/thongbao")
	lan.sees("Hãy gửi nội dung")
	lan.says(strings.TrimSpace(string(long)))
	lan.sees("ký tự, chỉ gửi được tối đa")
	lan.says(strings.TrimSpace(string(long[:3900])))
	lan.sees("Gửi thông báo này cho ai")
	lan.presses("Mọi người")
	lan.presses("Gửi")
	lan.hears("TB1 đã gửi xong", "2/2")
	if n := mai.count("Thông báo của"); n != 1 {
		t.Errorf("a long announcement came as %d messages", n)
	}
}

// Dừng withdraws what has not gone out. 250 people take seconds here too, since they are fed bit by bit.
func TestChatAnnounceStopped(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	lan := h.lan()
	const people = 250
	var all []*voice
	for i := range int64(people) {
		v := h.person(7000+i, "Người", fmt.Sprint(i))
		if _, err := h.server.Say(v.id, v.chat, h.code("W20437", twinning.RoleOfficer)); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	lan.says("/thongbao Họp")
	lan.says("mọi người")
	lan.sees("250 người")
	lan.says("gửi")
	lan.sees("TB1 đang gửi", "/250")
	if _, err := h.server.Say(lan.id, lan.chat, "/thongbao dừng"); err != nil { // says would wait until all is sent
		t.Fatal(err)
	}
	lan.hears("Đã dừng 1 thông báo")
	lan.hears("TB1 đã dừng", "người chưa gửi")
	h.quiet()
	got := 0
	for _, v := range all {
		got += v.count("Họp")
	}
	if got == 0 || got > 200 {
		t.Errorf("%d of %d got what was stopped at once", got, people)
	}
	lan.says("/thongbao dừng")
	lan.sees("không có thông báo nào đang gửi")
}
