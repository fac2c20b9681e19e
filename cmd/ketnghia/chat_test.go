package main

import (
	"crypto/rand"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// pair is a sponsor with a recipient.
type pair struct{ sponsor, recipient twinning.UnitKey }

// openChat opens a house with the real roster on Tuesday 16/02/2027 at nine, with these pairings in force since 2020.
func openChat(t *testing.T, pairs ...pair) *house {
	t.Helper()
	clock := sandbox.NewClock(time.Now)
	clock.Set(mustTime(t, "2027-02-16T09:00:00+07:00"))
	h := openHouse(t, t.TempDir(), clock)
	var pairings []twinning.Pairing
	for _, p := range pairs {
		pairings = append(pairings, twinning.Pairing{
			Sponsor: p.sponsor, Recipient: p.recipient, From: twinning.NewDate(2020, 1, 1), Decision: "01/QĐ-UBND",
		})
	}
	h.update(func(w *ledger.Work) error {
		return w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Pairings: pairings})
	})
	return h
}

// update changes the books as the command line does.
func (h *house) update(fn func(*ledger.Work) error) {
	h.t.Helper()
	if err := h.books.ledger.Update(h.ctx, h.clock.Now(), fn); err != nil {
		h.t.Fatal(err)
	}
}

// code makes an invitation and returns what its link sends.
func (h *house) code(unit twinning.UnitKey, role twinning.Role) string {
	h.t.Helper()
	code, err := ledger.NewCode(rand.Reader)
	if err != nil {
		h.t.Fatal(err)
	}
	h.update(func(w *ledger.Work) error {
		_, err := w.Invite(ledger.Actor{}, ledger.InviteOrder{Code: code, Unit: unit, Role: role})
		return err
	})
	return "/start " + code
}

// joins brings somebody on stage who has opened an invitation link already.
func (h *house) joins(id int64, name string, unit twinning.UnitKey, role twinning.Role) *voice {
	h.t.Helper()
	first, last, _ := strings.Cut(name, " ")
	v := h.person(id, first, last)
	v.says(h.code(unit, role))
	v.sees("Chào " + name)
	return v
}

// The people whom most chats need.
func (h *house) mai() *voice { return h.joins(101, "Bling Thị Mai", "W20437", twinning.RoleOfficer) }

func (h *house) hoa() *voice { return h.joins(102, "Nguyễn Văn Hòa", "ASYT", twinning.RoleLead) }

func (h *house) lan() *voice {
	return h.joins(103, "Trần Thị Lan", "ABDT", twinning.RoleCoordinator)
}

// in is the same person in another chat.
func (v *voice) in(chat int64) *voice { return &voice{h: v.h, id: v.id, chat: chat} }

// group makes a group with the bot and these people in it; the first is its owner. With all the bot sees every message.
func (h *house) group(all bool, people ...*voice) int64 {
	g := sandbox.Group{ID: h.server.NewGroupID(), Title: "Nhóm kết nghĩa", Privacy: !all}
	for _, v := range people {
		g.Members = append(g.Members, v.id)
	}
	h.server.AddGroup(g)
	if err := h.server.AddBotTo(g.ID); err != nil {
		h.t.Fatal(err)
	}
	return g.ID
}

// answers replies to the newest message of the bot that holds part.
func (v *voice) answers(part, text string) {
	v.h.t.Helper()
	v.says(text, sandbox.ReplyTo(v.newest(part).ID))
}

// newest returns the newest message of the bot in the chat that holds all parts, once everything said has arrived.
func (v *voice) newest(parts ...string) sandbox.Message {
	v.h.t.Helper()
	v.h.quiet()
	messages := v.h.server.Messages(v.chat)
	for _, m := range slices.Backward(messages) {
		if m.FromBot && holdsAll(m.Text, parts) {
			return m
		}
	}
	v.h.t.Fatalf("no message %q in chat %d:\n%s", parts, v.chat, transcript(messages))
	return sandbox.Message{}
}

// edits changes what the person wrote.
func (v *voice) edits(m sandbox.Message, text string) {
	v.h.t.Helper()
	v.h.quiet()
	v.mark()
	if err := v.h.server.Edit(v.id, v.chat, m.ID, text); err != nil {
		v.h.t.Fatal(err)
	}
}

// pushes sends callback data as it is on a message, whether a button has it or not.
func (v *voice) pushes(m sandbox.Message, data string) {
	v.h.t.Helper()
	v.mark()
	kind := "private"
	if v.chat < 0 {
		kind = "group"
	}
	v.h.server.Inject([]byte(`{"callback_query":{"id":"` + data + `-forged","from":{"id":` + itoa(v.id) +
		`,"first_name":"X"},"chat_instance":"1","data":"` + data + `","message":{"message_id":` + itoa(int64(m.ID)) +
		`,"date":1,"chat":{"id":` + itoa(v.chat) + `,"type":"` + kind + `"}}}}`))
}

// pops presses a button of one message, and returns the words that appear over the chat.
func (v *voice) pops(m sandbox.Message, label string) string {
	v.h.t.Helper()
	v.mark()
	a, err := v.h.server.Press(v.id, v.chat, m.ID, label)
	if err != nil {
		v.h.t.Fatal(err)
	}
	a, err = v.h.server.WaitAnswer(v.h.ctx, a.QueryID)
	if err != nil {
		v.h.t.Fatal(err)
	}
	return a.Text
}

// silent checks that nothing came from the bot since the person last did something.
func (v *voice) silent() {
	v.h.t.Helper()
	v.h.quiet()
	v.mu.Lock()
	since := v.seen
	v.mu.Unlock()
	for _, m := range v.h.server.Messages(v.chat) {
		if m.FromBot && m.Version > since {
			v.h.t.Errorf("the bot was not silent in chat %d: %v", v.chat, m)
		}
	}
}

// live returns the bot's messages of the chat that have a button of that label.
func (v *voice) live(label string) int {
	v.h.quiet()
	n := 0
	for _, m := range v.h.server.Messages(v.chat) {
		if slices.Contains(labels(m), label) {
			n++
		}
	}
	return n
}

func photo(name string) sandbox.File {
	return sandbox.File{Name: name + ".jpg", MIME: "image/jpeg", Data: []byte("\xff\xd8 " + name), Photo: true}
}

func pdf(name string) sandbox.File {
	return sandbox.File{Name: name + ".pdf", MIME: "application/pdf", Data: []byte("%PDF-1.4 " + name)}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
