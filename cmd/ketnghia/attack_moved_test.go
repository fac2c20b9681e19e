package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"testing"

	"ketnghia/bot"
	"ketnghia/ledger"
	"ketnghia/twinning"
)

// moves has somebody leave the second pairing and come back as an officer of the first.
func (x *raid) moves(who string) {
	x.t.Helper()
	code, err := ledger.NewCode(rand.Reader)
	if err != nil {
		x.t.Fatal(err)
	}
	x.update(func(w *ledger.Work) error {
		if _, err := w.Remove(ledger.Actor{}, x.people[who].ID); err != nil {
			return err
		}
		if _, err := w.Invite(ledger.Actor{}, ledger.InviteOrder{Code: code, Unit: ourRecipient, Role: twinning.RoleOfficer}); err != nil {
			return err
		}
		p, err := w.Enrol(ledger.Newcomer{Telegram: x.people[who].Telegram, Name: "Người cũ", Lang: "vi"}, code)
		x.people[who] = p
		return err
	})
	x.drain()
}

// TestAttackByOldMessages has somebody who moved to another unit use what is left of the old one in the chat: replies to
// the bot's old messages, edits of the own ones, files and forwards to them, and what the bot was waiting for.
func TestAttackByOldMessages(t *testing.T) {
	t.Parallel()
	x := openRaid(t)
	const who = "their lead"
	chat := x.people[who].Telegram
	subjects := []string{
		ledger.ActivitySubject(x.theirs.activity), ledger.ActivitySubject(x.theirs.voided), ledger.DraftSubject(x.theirs.draft),
		ledger.FilingSubject(x.theirs.filing), ledger.FilingSubject(x.theirs.filing) + "/news", ledger.RequestSubject(x.theirs.request),
		"old-" + ledger.ActivitySubject(x.theirs.activity), "duty/needs|" + theirRecipient + "|2027",
		"obligation/needs|" + theirRecipient + "|2027", "duties/" + theirSponsor, "leave/1", "urge/needs:2027",
	}
	x.update(func(w *ledger.Work) error {
		for i, s := range subjects {
			if err := w.Link(s, chat, 700+i); err != nil {
				return err
			}
		}
		// One activity was written in message 600, so that an edit of it would correct the activity.
		d, err := w.StartDraft(x.as(who), twinning.Draft{Unit: theirSponsor, Chat: chat, Sources: []int{600}, Distinct: true, Facts: twinning.Facts{
			From: twinning.NewDate(2027, 2, 12), Sponsor: theirSponsor, Recipient: theirRecipient, Category: 4, Summary: secret,
			Quantities: twinning.Quantities{twinning.Households: 3},
		}})
		if err != nil {
			return err
		}
		_, err = w.Log(x.as(who), d.ID)
		return err
	})
	x.moves(who)
	texts := []string{
		"54 hộ", "sai, 54 hộ", "xoá", "huỷ", "hoàn tác", "xác nhận", "không có", "đúng", "1", "2", "ghi", "nộp", "đã nhận", "giao Lan",
		"3 ngày", "không thuộc đơn vị tôi", "tình hình", "chi tiết", "12/BC-UBND ngày 10/02/2027", "chấp nhận", "trả lại vì thiếu số",
	}
	file := []twinning.FileRef{{ID: "f", UniqueID: "u", Name: "bo-sung.pdf", MIME: "application/pdf", Size: 10}}
	for i, subject := range subjects {
		for _, text := range texts {
			m := move{who: who, kind: bot.KindMessage, text: text, reply: 700 + i}
			x.attack(m)
			m.files = file
			x.attack(m)
		}
		if t.Failed() {
			t.Fatalf("by a reply to %s", subject)
		}
	}
	for _, text := range texts {
		x.attack(move{who: who, kind: bot.KindEdited, text: "hôm 12/2 tặng 99 hộ " + text, message: 600})
	}
	for _, kind := range []string{
		"options", "dispute", "void", "revise", "staff", "file", "filed", "pages", "follow", "helped", "snooze", "delegate", "until", "disclaim",
		"waive", "group", "reason", "rating", "away", "join", "stranger", "unheard of",
	} {
		data := map[string]any{
			"id": x.theirs.activity, "version": 2, "unit": theirSponsor, "year": 2027,
			"for":   twinning.Obligation{Rule: "needs", Unit: theirRecipient, Year: 2027},
			"data":  []string{fmt.Sprintf("src:%d", x.theirs.activity), fmt.Sprintf("v:%d", x.theirs.filing), "xuat:0"},
			"files": file,
		}
		if kind == "delegate" || kind == "until" {
			data["to"] = x.people["coordinator"].ID
		}
		before := func(w *ledger.Work) error {
			c, err := ledger.NewConversation(chat, x.people[who].ID, kind, data)
			c.Expires = x.now.AddDate(0, 0, 1)
			return errors.Join(err, w.Converse(c))
		}
		for _, text := range texts {
			x.attack(move{who: who, kind: bot.KindMessage, text: text}, before)
		}
		x.attack(move{who: who, kind: bot.KindMessage, files: file}, before)
	}
}

// TestAttackTheRemoved: who is removed leaves nothing behind that lets anybody in or tells anything.
func TestAttackTheRemoved(t *testing.T) {
	t.Parallel()
	x := openRaid(t)
	code, err := ledger.NewCode(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	lead := x.people["lead"]
	x.update(func(w *ledger.Work) error {
		// The lead puts an invitation by, and asks for the records, which wait to be sent.
		if _, err := w.Invite(x.as("lead"), ledger.InviteOrder{Code: code, Unit: ourSponsor, Role: twinning.RoleLead}); err != nil {
			return err
		}
		r := x.request(move{who: "lead", kind: bot.KindPress, data: "xuat:0"}, w)
		if thrown, err := x.handle(r); err != nil || thrown != nil {
			return fmt.Errorf("export: %w %v", err, thrown)
		}
		rows, err := w.Pending(0)
		if err != nil || len(rows) == 0 {
			return fmt.Errorf("%d messages wait: %w", len(rows), err)
		}
		// One of them is being sent, one is to be tried again tomorrow.
		rows[0].State = ledger.Sending
		if err := w.SetDelivery(rows[0]); err != nil {
			return err
		}
		return w.Queue(ledger.Delivery{
			Cause: "later", Chat: lead.Telegram, Person: lead.ID, Op: ledger.OpSend, NotBefore: x.now.AddDate(0, 0, 1),
			Message: twinning.Say("help.commands", nil),
		})
	})
	x.update(func(w *ledger.Work) error {
		_, err := w.Remove(ledger.Actor{}, lead.ID)
		return err
	})
	x.now = x.now.AddDate(0, 0, 2)
	x.update(func(w *ledger.Work) error {
		if n, err := w.Recover(); err != nil || n != 0 {
			t.Errorf("%d messages to somebody who was removed are sent after all: %v", n, err)
		}
		rows, err := w.Pending(0)
		for _, row := range rows {
			t.Errorf("after the removal waits for person %d: %+v", row.Person, row)
		}
		for _, id := range []twinning.ChatID{lead.Telegram, 7000} {
			_, err := w.Enrol(ledger.Newcomer{Telegram: id, Name: "X", Lang: "vi"}, code)
			if !errors.Is(err, ledger.ErrCodeExpired) {
				t.Errorf("account %d comes in by an invitation of somebody who was removed: %v", id, err)
			}
		}
		return err
	})
}
