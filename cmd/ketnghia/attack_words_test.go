package main

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"ketnghia/bot"
	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// nastyWords are words that could become markup, a formula, a path, another's text, or too long when they are escaped.
func nastyWords() []string {
	return []string{
		"<b>", "</b><i>", "<a href=\"tg://user?id=1\">bấm</a>", "&lt;&amp;&#x202e;", "\"'`*_[](http://a.b)~|", "<tg-spoiler>", "<pre", "&", "<",
		"\u202eđảo\u202c", "\u2066ẩn\u2069", "a\u0300\u0301\u0302", "Z\u0335\u0321a\u0338l\u0336g\u0337o", "\u200b", "👨‍👩‍👧", "𝒳𝒴", "\x1b[31m", "\r\nX-A: b",
		"=1+1", "=HYPERLINK(\"http://a\",\"b\")", "+84", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "{{.Unit}}", "%s%d%n", "${HOME}", "../../etc/passwd",
		"BEGIN:VCALENDAR", "]]>", "<?xml version=\"1.0\"?>", "@ketnghia_bot", "@channel", "http://evil.example", "/start x", "{{", "}}",
	}
}

// TestAttackWords has people called, write and send all that could break a message, past a server that refuses broken
// markup as Telegram does. Every answer arrives, and says what was written, not what it could mean.
func TestAttackWords(t *testing.T) {
	t.Parallel()
	h := openChat(t, pair{"ASYT", "W20437"})
	lan := h.lan()
	hoa := h.joinsAs(302, "<b>Hòa</b> & \u202egnoc", "=cmd|'/c'!A1", "ASYT", twinning.RoleLead)
	mai := h.joinsAs(303, "</i>Mai\u2067", "*_`[x](y)", "W20437", twinning.RoleOfficer)
	group := h.group(true, hoa)
	hoa.in(group).says("/gannhom Sở Y tế")
	rng := rand.New(rand.NewPCG(11, 26))
	words := nastyWords()
	some := func(n int) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = words[rng.IntN(len(words))]
		}
		return strings.ReplaceAll(strings.Join(parts, " "), "?", "") // a question is none of what is to be logged
	}
	for round := range 4 {
		hoa.says("hôm nay khám bệnh cho " + itoa(int64(40+round)) + " hộ nghèo thôn " + some(2) + " xã Ch'ơm, hết 12tr5, " + some(3+30*round))
		hoa.pressesIf("Ghi")
		mai.pressesIf("Sai số")
		mai.says("54 hộ " + some(2))
		hoa.says("/nguon HĐ" + itoa(int64(round+1)))
		hoa.says("/sua HĐ" + itoa(int64(round+1)) + " thôn " + some(3))
		hoa.says("huỷ")
		mai.sends("báo cáo nhu cầu 2027 "+some(4), sandbox.File{Name: some(2) + ".pdf", MIME: "application/pdf", Data: []byte("%PDF-1.4")})
		mai.pressesIf("Đúng, nộp")
		mai.says("số 15/" + some(1))
		lan.says("/vanban " + some(2))
		lan.says("/tinhhinh " + some(2))
		lan.says("/nguoi Sở Y tế")
		hoa.in(group).says("@ketnghia_bot " + some(5))
	}
	for _, w := range words {
		for _, v := range []*voice{lan, mai} {
			v.say(w)
			v.say("tình hình " + w)
			v.say("/nguoi " + w)
			v.say("/moi " + w)
		}
	}
	lan.say(strings.Repeat("𝒳<&", 1300))
	lan.say("tình hình " + strings.Repeat("\"", 4000))
	h.quiet()
	if sum := h.sum("ASYT"); sum[twinning.Households] == 0 {
		t.Error("no activity with nasty words was logged")
	}
	h.arrived(lan.chat, hoa.chat, mai.chat, group)
	lan.says("/nguoi Sở Y tế")
	lan.sees("<b>Hòa</b> & gnoc =cmd|'/c'!A1")
	h.checkRecords()
}

// pressesIf presses the newest button of the label where there is one: what nasty words are taken for is not asked here.
func (v *voice) pressesIf(label string) {
	v.h.t.Helper()
	if v.live(label) > 0 {
		v.presses(label)
		v.h.quiet()
	}
}

// joinsAs brings somebody on stage whose name may be shown otherwise than it is.
func (h *house) joinsAs(id int64, first, last string, unit twinning.UnitKey, role twinning.Role) *voice {
	h.t.Helper()
	v := h.person(id, first, last)
	v.says(h.code(unit, role))
	v.sees("Chào ")
	return v
}

// arrived checks that nothing was refused, and that nothing that turns text around is in what the bot wrote.
func (h *house) arrived(chats ...int64) {
	h.t.Helper()
	h.update(func(w *ledger.Work) error {
		rows, _, err := w.OutboxStats()
		if rows[ledger.Failed] > 0 {
			h.t.Errorf("%d messages were refused", rows[ledger.Failed])
		}
		dead, deadErr := w.DeadLetters(0)
		for _, d := range dead {
			h.t.Errorf("buried (%s): %s", d.Reason, d.Raw)
		}
		if err == nil {
			err = deadErr
		}
		return err
	})
	n := 0
	for _, chat := range chats {
		for _, m := range h.server.Messages(chat) {
			if !m.FromBot {
				continue
			}
			n++
			if strings.ContainsAny(m.Text, "\u202e\u202d\u2066\u2067\u2068\x1b") {
				h.t.Errorf("the bot writes characters that turn text around: %q", m.Text)
			}
			if l := len(utf16.Encode([]rune(m.Text))); l > 4096 {
				h.t.Errorf("a message of %d units", l)
			}
		}
	}
	if n < 50 {
		h.t.Errorf("only %d messages arrived", n)
	}
}

// checkRecords exports all records and looks whether a cell became a formula.
func (h *house) checkRecords() {
	h.t.Helper()
	var file bytes.Buffer
	err := h.books.ledger.View(h.ctx, h.clock.Now(), func(k *ledger.Look) error {
		return bot.WriteRecords(&file, k, h.app.printer(), ledger.Scope{})
	})
	if err != nil {
		h.t.Fatal(err)
	}
	book, err := excelize.OpenReader(&file)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	checkNoFormulas(h.t, book, "=cmd|'/c'!A1")
}

// checkNoFormulas checks that no cell of a workbook is a formula or a link, and that a cell holds the text.
func checkNoFormulas(t *testing.T, book *excelize.File, text string) {
	t.Helper()
	found := false
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range rows {
			for c, value := range row {
				at, err := excelize.CoordinatesToCellName(c+1, r+1)
				if err != nil {
					t.Fatal(err)
				}
				found = found || strings.Contains(value, text)
				if formula, err := book.GetCellFormula(sheet, at); err != nil || formula != "" {
					t.Errorf("%s!%s is the formula %q (%v)", sheet, at, formula, err)
				}
				if linked, target, err := book.GetCellHyperLink(sheet, at); err != nil || linked {
					t.Errorf("%s!%s is a link to %q (%v)", sheet, at, target, err)
				}
				kind, err := book.GetCellType(sheet, at)
				if err != nil {
					t.Fatal(err)
				}
				if strings.ContainsAny(value[:min(1, len(value))], "=+-@\t\r") && kind != excelize.CellTypeSharedString && kind != excelize.CellTypeInlineString {
					t.Errorf("%s!%s %q has type %v", sheet, at, value, kind)
				}
			}
		}
	}
	if !found {
		t.Errorf("no cell holds %q: nothing was checked", text)
	}
}
