package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ketnghia/bot"
	"ketnghia/ledger"
	"ketnghia/store"
	"ketnghia/twinning"
)

// raid is a house that is attacked: a desk over real books with two pairings that have nothing to do with each other, and
// people of every role. What only the people of the second pairing, "theirs", may see holds the secret.
type raid struct {
	t       *testing.T
	books   *books
	router  *bot.Router
	reports bot.ReportFunc
	app     *app
	now     time.Time
	people  map[string]twinning.Person
	// theirs are the numbers of the second pairing's records.
	theirs foreign
	// files are the files that were made already, by what was asked for.
	files map[string]string
}

// foreign are records of the second pairing.
type foreign struct {
	activity, voided twinning.ActivityID
	filing           twinning.FilingID
	draft            twinning.DraftID
	request          twinning.RequestID
}

// secret stands in every text, file name and person's name of the second pairing.
const secret = "zzsecret"

// The parties: ours and theirs, in different districts.
const (
	ourSponsor, ourRecipient     = "ASYT", "W20437"
	theirSponsor, theirRecipient = "ASTC", "W20467"
	ourGroup, theirGroup         = twinning.ChatID(-100200), twinning.ChatID(-100300)
)

// openRaid opens the house on Tuesday 16/02/2027.
func openRaid(t *testing.T) *raid {
	t.Helper()
	x := &raid{
		t: t, now: mustTime(t, "2027-02-16T09:00:00+07:00"), people: map[string]twinning.Person{}, files: map[string]string{},
	}
	x.app = newApp(t, func() time.Time { return x.now })
	var err error
	if x.books, err = x.app.open(t.Context(), t.TempDir(), x.now); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.books.store.Close(); err != nil {
			t.Error(err)
		}
	})
	reader, err := x.books.reader(t.Context(), x.now)
	if err != nil {
		t.Fatal(err)
	}
	x.router = bot.NewDesk(bot.DeskOptions{
		Reader: reader, Programme: x.books.ledger.Programme(), Catalogue: x.app.catalogue, Random: rand.Reader,
	}).Router()
	x.reports = bot.Reports(x.books.ledger, x.app.now)
	x.admits()
	x.records()
	return x
}

func (x *raid) update(fn func(*ledger.Work) error) {
	x.t.Helper()
	err := x.books.ledger.Update(x.t.Context(), x.now, func(w *ledger.Work) error { return fn(w.For("setup " + x.now.String())) })
	if err != nil {
		x.t.Fatal(err)
	}
	x.now = x.now.Add(time.Second)
}

// admits lets everybody in.
func (x *raid) admits() {
	x.t.Helper()
	x.update(func(w *ledger.Work) error {
		pair := func(sponsor, recipient twinning.UnitKey) twinning.Pairing {
			return twinning.Pairing{Sponsor: sponsor, Recipient: recipient, From: twinning.NewDate(2020, 1, 1), Decision: "01/QĐ-UBND"}
		}
		return w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Pairings: []twinning.Pairing{
			pair(ourSponsor, ourRecipient), pair(theirSponsor, theirRecipient),
		}})
	})
	for i, p := range []struct {
		name string
		unit twinning.UnitKey
		role twinning.Role
	}{
		{"coordinator", "ABDT", twinning.RoleCoordinator},
		{"officer", ourRecipient, twinning.RoleOfficer},
		{"lead", ourSponsor, twinning.RoleLead},
		{"watcher", ourSponsor, twinning.RoleObserver},
		{"district", "D504", twinning.RoleLead},
		{"overseer", "ABCHBP", twinning.RoleOfficer},
		{"observer", "ASNV", twinning.RoleObserver},
		{"their lead", theirSponsor, twinning.RoleLead},
		{"their officer", theirRecipient, twinning.RoleOfficer},
		{"left", theirRecipient, twinning.RoleOfficer},
	} {
		code, err := ledger.NewCode(rand.Reader)
		if err != nil {
			x.t.Fatal(err)
		}
		name := "Cán bộ " + p.name
		if p.unit == theirSponsor || p.unit == theirRecipient {
			name = secret + " " + p.name
		}
		x.update(func(w *ledger.Work) error {
			if _, err := w.Invite(ledger.Actor{}, ledger.InviteOrder{Code: code, Unit: p.unit, Role: p.role}); err != nil {
				return err
			}
			x.people[p.name], err = w.Enrol(ledger.Newcomer{Telegram: twinning.ChatID(1001 + i), Name: name, Lang: "vi"}, code)
			return err
		})
	}
	x.update(func(w *ledger.Work) (err error) {
		x.people["left"], err = w.Remove(ledger.Actor{}, x.people["left"].ID)
		return err
	})
}

func (x *raid) as(name string) ledger.Actor {
	p := x.people[name]
	return ledger.Actor{Person: p, Chat: p.Telegram, Message: 900}
}

// records writes the books of both pairings.
func (x *raid) records() {
	x.t.Helper()
	day := twinning.NewDate(2027, 2, 10)
	x.log("lead", twinning.Facts{
		From: day, Sponsor: ourSponsor, Recipient: ourRecipient, Category: 4,
		Quantities: twinning.Quantities{twinning.Households: 45, twinning.Amount: 12_500_000}, Place: "thôn Pà Tôi", Summary: "khám bệnh",
	})
	facts := twinning.Facts{
		From: day, Sponsor: theirSponsor, Recipient: theirRecipient, Category: 4,
		Quantities: twinning.Quantities{twinning.Households: 7}, Place: secret + " thôn", Summary: secret + " việc", InKind: []string{secret + " quà"},
	}
	x.theirs.activity = x.log("their lead", facts)
	facts.From, facts.Quantities = day.AddDays(-3), twinning.Quantities{twinning.Households: 9}
	x.theirs.voided = x.log("their lead", facts)
	x.update(func(w *ledger.Work) error {
		if _, err := w.Dispute(x.as("their officer"), x.theirs.activity, 1, twinning.Quantities{twinning.Households: 6}); err != nil {
			return err
		}
		_, err := w.Void(x.as("their lead"), x.theirs.voided, 1, secret+" lý do")
		return err
	})
	x.file("officer", ourRecipient, "bao-cao.pdf")
	x.theirs.filing = x.file("their officer", theirRecipient, secret+".pdf")
	x.update(func(w *ledger.Work) error {
		facts.From = day.AddDays(-1)
		d, err := w.StartDraft(x.as("their lead"), twinning.Draft{Unit: theirSponsor, Chat: x.people["their lead"].Telegram, Facts: facts})
		x.theirs.draft = d.ID
		return err
	})
	x.update(func(w *ledger.Work) error {
		for _, o := range x.obligations(w, theirRecipient)[1:2] {
			if err := w.Disclaim(x.as("their officer"), o, secret+" không thuộc"); err != nil {
				return err
			}
		}
		leave := twinning.Leave{From: day, To: day.AddDays(30)}
		if err := w.SetLeave(x.as("their lead"), x.people["their lead"].ID, &leave); err != nil {
			return err
		}
		r, err := w.AskEntry(ledger.Newcomer{Telegram: 5000, Name: secret + " người lạ", Lang: "vi"}, theirSponsor, twinning.RoleOfficer)
		x.theirs.request = r.ID
		if err != nil {
			return err
		}
		for chat, u := range map[twinning.ChatID]twinning.UnitKey{ourGroup: ourRecipient, theirGroup: theirRecipient} {
			if err := w.BindGroup(x.as("coordinator"), twinning.Group{Chat: chat, Unit: u, Title: secret}); err != nil {
				return err
			}
		}
		return nil
	})
	x.drain()
}

// obligations are the open ones of a unit this year.
func (x *raid) obligations(w *ledger.Work, unit twinning.UnitKey) []twinning.Obligation {
	owings, err := w.OwingsIn(unit, 2027)
	if err != nil {
		x.t.Fatal(err)
	}
	var all []twinning.Obligation
	for _, o := range owings {
		if o.Standing.Open() {
			all = append(all, o.Obligation)
		}
	}
	if len(all) < 2 {
		x.t.Fatalf("%s owes %d documents", unit, len(all))
	}
	return all
}

func (x *raid) log(name string, f twinning.Facts) (id twinning.ActivityID) {
	x.t.Helper()
	x.update(func(w *ledger.Work) error {
		p := x.people[name]
		d, err := w.StartDraft(x.as(name), twinning.Draft{Unit: p.Unit, Chat: p.Telegram, Facts: f, Distinct: true})
		if err != nil {
			return err
		}
		act, err := w.Log(x.as(name), d.ID)
		id = act.ID
		return err
	})
	return id
}

func (x *raid) file(name string, unit twinning.UnitKey, file string) (id twinning.FilingID) {
	x.t.Helper()
	x.update(func(w *ledger.Work) error {
		f, err := w.File(x.as(name), twinning.Filing{
			Unit: unit, Meets: x.obligations(w, unit)[:1], Note: strings.TrimSuffix(file, ".pdf"),
			Files: []twinning.FileRef{{ID: "file-" + file, UniqueID: "u-" + file, Name: file, MIME: "application/pdf", Size: 10}},
		})
		id = f.ID
		return err
	})
	return id
}

// drain marks what waits to be sent as sent.
func (x *raid) drain() {
	x.t.Helper()
	x.update(func(w *ledger.Work) error {
		rows, err := w.Pending(0)
		for _, row := range rows {
			row.State = ledger.Sent
			if err := w.SetDelivery(row); err != nil {
				return err
			}
		}
		return err
	})
}

// move is one thing that somebody does.
type move struct {
	who string
	// chat is 0 for the private chat.
	chat  twinning.ChatID
	kind  bot.Kind
	text  string
	data  string
	reply int
	// message is the id of the message itself, 0 for one that nobody asks for.
	message int
	files   []twinning.FileRef
}

// loot is what a move brought: what the chat was told, what buttons it got, which changes were audited.
type loot struct {
	said    string
	buttons []string
	asked   []twinning.ReportRequest
	audit   []store.AuditEntry
	err     error
	panic   any
}

var errUndone = errors.New("undone")

// try makes a move and takes it back.
func (x *raid) try(m move, before ...func(*ledger.Work) error) (l loot) {
	x.t.Helper()
	err := x.books.ledger.Update(x.t.Context(), x.now, func(w *ledger.Work) error {
		w.For("raid")
		for _, fn := range before {
			if err := fn(w); err != nil {
				return fmt.Errorf("before: %w", err)
			}
		}
		seq, err := lastAudit(w)
		if err != nil {
			return err
		}
		r := x.request(m, w)
		l.panic, l.err = x.handle(r)
		rows, err := w.Pending(0)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if row.Chat == r.Chat {
				l.take(row)
			}
		}
		if l.audit, err = w.AuditLog(seq, 0); err != nil {
			return err
		}
		return errUndone
	})
	if !errors.Is(err, errUndone) {
		x.t.Fatalf("%+v: %v", m, err)
	}
	if l.err != nil {
		l.said, l.asked, l.audit = "", nil, nil // the intake rolls it back and says no
	}
	return l
}

func lastAudit(w *ledger.Work) (last uint64, err error) {
	for {
		page, err := w.AuditLog(last, 500)
		if err != nil || len(page) == 0 {
			return last, err
		}
		last = page[len(page)-1].Seq
	}
}

func (l *loot) take(row ledger.Delivery) {
	raw, err := json.Marshal(row.Message)
	if err != nil {
		panic(err)
	}
	l.said += string(raw) + "\n"
	for _, buttons := range row.Message.Buttons {
		for _, b := range buttons {
			if b.Data != "" {
				l.buttons = append(l.buttons, b.Data)
			}
		}
	}
	if row.Message.Report != nil {
		l.asked = append(l.asked, *row.Message.Report)
	}
}

func (x *raid) handle(r *bot.Request) (panicked any, err error) {
	defer func() { panicked = recover() }()
	return nil, x.router.Handle(x.t.Context(), r)
}

// request is the move as the intake would pass it on.
func (x *raid) request(m move, w *ledger.Work) *bot.Request {
	p, known := x.people[m.who]
	if !known {
		p.Telegram, p.Name = 6000, "Người Lạ"
	}
	r := &bot.Request{
		Now: x.now, Sent: x.now, Kind: m.kind, Chat: p.Telegram, Message: 5, Work: w, Text: m.text, ReplyTo: m.reply, Files: m.files,
		From: bot.Sender{ID: p.Telegram, Name: p.Name, Lang: "vi"}, ReplyAny: m.reply,
	}
	if m.message != 0 {
		r.Message = m.message
	}
	if m.chat != 0 {
		r.Chat, r.Group, r.ChatTitle, r.Mentioned = m.chat, true, "Nhóm", true
	}
	if known {
		r.Person = &p
	}
	if name, args, ok := strings.Cut(strings.TrimPrefix(m.text, "/"), " "); strings.HasPrefix(m.text, "/") {
		r.Command = name
		if ok {
			r.Args = args
		}
	}
	if m.kind == bot.KindPress {
		parts := strings.Split(m.data, ":")
		r.Press = bot.Press{QueryID: "q", Data: m.data, Prefix: parts[0], Parts: parts[1:], Message: 5}
	}
	return r
}
