package bot

import (
	"context"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// Desk is where officers are served: it turns requests into use cases of the ledger and answers them.
type Desk struct {
	reader    *nlu.Reader
	programme *twinning.Programme
	// random is where invitation codes come from.
	random io.Reader
	// words are what people type instead of pressing a button, by locale key, folded.
	words map[string][]string
	// lastSaid is the text that said compared last, folded: it is asked for one list of words after the other.
	lastSaid atomic.Pointer[foldedText]
	// reasons are the usual reasons for a waiver, in Vietnamese.
	reasons []string
	// short are abbreviations of captions and file names with what they stand for, folded.
	short map[string]string
	// vietnamese writes what is kept as a record, whoever reads it later.
	vietnamese locales.Printer
	// printers are those of all languages.
	printers []locales.Printer
}

// DeskOptions is what a desk needs; all are required.
type DeskOptions struct {
	Reader    *nlu.Reader
	Programme *twinning.Programme
	Catalogue *locales.Catalogue
	Random    io.Reader
}

// NewDesk returns a desk.
func NewDesk(o DeskOptions) *Desk {
	d := &Desk{
		reader: o.Reader, programme: o.Programme, random: o.Random, words: map[string][]string{}, short: map[string]string{},
		vietnamese: o.Catalogue.Printer(langVI),
		printers:   []locales.Printer{o.Catalogue.Printer(langVI), o.Catalogue.Printer(langEN)},
	}
	for _, key := range []string{
		"words.save", "words.change", "words.drop", "words.skip", "words.yes", "words.confirm", "words.deny",
		"words.dispute", "words.void", "words.file", "words.noted", "words.polite", "words.later", "words.delegate", "words.days",
		"words.weeks", "words.tomorrow", "words.until", "words.until_due", "words.back", "words.deputy", "words.nobody",
		"words.other_document", "words.not_file", "words.put_off",
		"words.complete", "words.accept", "words.return", "words.filings", "words.asking", "words.again",
		"words.chart", "words.chart_progress", "words.chart_filings", "words.chart_activity", "words.chart_years",
		"words.chart_money", "words.chart_households", "words.chart_models", "words.chart_tours",
		"words.send", "words.stop", "words.circle_all", "words.circle_sponsors", "words.circle_recipients",
		"words.circle_border", "words.circle_leads",
	} {
		for _, lang := range []string{langVI, langEN} {
			for word := range strings.SplitSeq(o.Catalogue.Printer(lang).Text(key, nil), ",") {
				d.words[key] = append(d.words[key], plainLetters(strings.TrimSpace(word)))
			}
		}
	}
	for _, key := range waiveReasons() {
		d.reasons = append(d.reasons, o.Catalogue.Printer(langVI).Text(key, nil))
	}
	for pair := range strings.SplitSeq(d.vietnamese.Text("words.abbreviations", nil), ",") {
		short, long, _ := strings.Cut(pair, "=")
		d.short[plainLetters(strings.TrimSpace(short))] = plainLetters(strings.TrimSpace(long))
	}
	return d
}

// said says whether the text is one of the words that stand for a button.
func (d *Desk) said(key, text string) bool {
	text = strings.Trim(strings.TrimSpace(text), ".!")
	last := d.lastSaid.Load()
	if last == nil || last.text != text {
		last = &foldedText{text, plainLetters(text)}
		d.lastSaid.Store(last)
	}
	return slices.Contains(d.words[key], last.plain)
}

// foldedText is a text with what plainLetters makes of it.
type foldedText struct{ text, plain string }

// conversationLife is how long the bot remembers what it asked; after that a reply is read as a new message.
const conversationLife = 24 * time.Hour

// Router returns the routes of the desk.
func (d *Desk) Router() *Router {
	t := NewRouter()
	t.Use(d.admitted)
	t.Command("start", d.start)
	for name, h := range d.commands() {
		t.Command(name, h)
	}
	for prefix, h := range d.presses() {
		t.Press(prefix, h)
	}
	t.Text(d.text)
	t.Files(d.files)
	t.Edited(d.edited)
	t.Member(d.member)
	t.Unsupported(func(_ context.Context, r *Request) error { return d.unsupported(r) })
	t.Unknown(func(_ context.Context, r *Request) error { return d.inPrivate(r, "error.unknown_command") })
	t.Stale(func(_ context.Context, r *Request) error { return d.stale(r) })
	return t
}

func (d *Desk) commands() map[string]Handler {
	return map[string]Handler{
		"trogiup": d.help, "help": d.help,
		"tinhhinh": d.status, "han": d.owed, "nop": d.chooseOwed, "hoatdong": d.latest, "vanban": d.filings,
		"choxacnhan": d.unconfirmed, "hoantac": d.undo, "huy": d.cancel, "sua": d.reviseByNumber,
		"moi": d.invite, "nguoi": d.people, "ngonngu": d.language, "roi": d.leave,
		"viec": d.duties, "nghi": d.away, "xuat": d.export, "baocao": d.yearly,
		"xeploai": d.rating, "congdoan": d.stages, "nguon": d.source, "bienche": d.staff,
		"gannhom": d.bindGroup, "bonhom": d.unbindGroup, "lich": d.calendar,
		"bieudo": d.charts, "thongbao": d.announce,
	}
}

func (d *Desk) presses() map[string]Handler {
	return map[string]Handler{
		"d": d.pressDraft, "a": d.pressActivity, "nop": d.pressOwed, "f": d.pressFile, "han": d.owed,
		"nopu": d.pressHelped, "log": d.pressLog, "ppl": d.pressPeople,
		"help": d.help, "uc": d.unconfirmed, "st": d.pressStatus, "miss": d.pressMissing, "act": d.pressShow,
		"list": d.pressList, "req": d.pressRequest, "join": d.pressJoin, "lang": d.pressLanguage,
		"viec": d.pressDuty, "lat": d.pressSnooze, "giao": d.pressDelegate, "kpt": d.pressDisclaim,
		"wv": d.pressWaive, "unwv": d.pressUnwaive, "up": d.pressUphold, "nghi": d.pressAway,
		"urge": d.pressUrge, "urgeok": d.pressUrgeNow, "urgeno": d.pressUrgeNo,
		"inv": d.pressInvite, "who": d.pressPerson, "grp": d.pressGroup, "ask": d.pressAsk, "xlsx": d.pressSheet,
		"v": d.pressFiling, "vl": d.pressFilings, "vd": d.pressUndecided, "vu": d.pressUncopied,
		"hb": d.pressBoard, "hu": d.pressUnitOwings, "hx": d.pressUnlinked, "hd": d.pressDisclaimers,
		"why": d.pressWhy, "src": d.pressSource, "bc": d.pressStaff, "cd": d.pressStages,
		"xl": d.pressRating, "xp": d.pressPropose, "xd": d.pressDecided, "q": d.pressQuestion,
		"cal": d.pressCalendar, "let": d.pressLetter, "lets": d.pressLetters,
		"bd":   d.pressChart,
		"xuat": d.pressExport, "export": d.export,
		"rep": d.pressReport, "tb": d.pressAnnounce,
	}
}

// Commands are the commands that Telegram offers in its menu (Bot API, setMyCommands), in order; each is described by
// the text "command.<name>".
func Commands() []Command {
	names := []string{
		"tinhhinh", "bieudo", "han", "lich", "nop", "vanban", "viec", "hoatdong", "choxacnhan", "baocao", "hoantac", "nguon",
		"xeploai", "congdoan", "bienche", "nghi", "moi", "nguoi", "gannhom", "xuat", "ngonngu", "trogiup",
	}
	menu := make([]Command, len(names), len(names)+1)
	for i, name := range names {
		menu[i] = Command{Name: name, Key: "command." + name}
	}
	return append(menu, Command{Name: "thongbao", Key: "command.thongbao", Coordinators: true})
}

// admitted lets people in who are somebody; strangers only reach what lets them become somebody.
func (d *Desk) admitted(next Handler) Handler {
	return func(ctx context.Context, r *Request) error {
		if r.Kind == KindMember || r.Kind == KindMigrated {
			return next(ctx, r)
		}
		if r.Person != nil && r.Person.Active() {
			if !r.Group {
				if err := r.Work.Reached(*r.Person); err != nil {
					return wrapStep("reached", err)
				}
			}
			return next(ctx, r)
		}
		// Somebody who left is a stranger like any other.
		r.Person = nil
		if r.Group {
			return d.strangerInGroup(r)
		}
		return d.stranger(ctx, r)
	}
}

// inPrivate answers with one text, but stays silent in a group unless it was spoken to.
func (d *Desk) inPrivate(r *Request, key string) error {
	if r.Group && !r.Mentioned {
		return nil
	}
	return r.Reply(twinning.Say(key, nil))
}

// today returns the date that the message counts for: its own, not that of its arrival.
func (d *Desk) today(r *Request) twinning.Date {
	if r.Sent.IsZero() {
		return d.programme.Today(r.Now)
	}
	return d.programme.Today(r.Sent)
}

// converse remembers what the bot waits for from the sender in this chat.
func (d *Desk) converse(r *Request, kind string, data any) error {
	c, err := ledger.NewConversation(r.Chat, r.personID(), kind, data)
	if err != nil {
		return wrapStep("conversation", err)
	}
	c.Expires = r.Now.Add(conversationLife)
	return wrapStep("conversation", r.Work.Converse(c))
}

// say is a line without arguments.
func say(key string) twinning.Line { return twinning.Line{Key: key} }

// press is a button with a plain label.
func press(key, data string) twinning.Button { return twinning.Button{Label: say(key), Data: data} }
