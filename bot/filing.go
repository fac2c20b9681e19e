package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// owingButtons offers the documents that a unit owes, unmet ones first; prefix is "nop" (then a file is waited for) or
// "f" (the file is at hand).
func (d *Desk) owingButtons(r *Request, owings []ledger.Owing, prefix string) [][]twinning.Button {
	sorted := slices.Clone(owings)
	slices.SortStableFunc(sorted, func(a, b ledger.Owing) int { return owingRank(a) - owingRank(b) })
	rows := make([][]twinning.Button, 0, len(sorted))
	for _, o := range sorted {
		key := "button.owing"
		if o.Standing.Met() {
			key = "button.owing_again"
		}
		rows = append(rows, []twinning.Button{{
			Label: twinning.Line{Key: key, Args: twinning.Args{"Title": twinning.Joined(r.Work.Title(o))}},
			Data:  owingData(r, prefix, o.Obligation),
		}})
	}
	return upTo(rows, owingsOffered)
}

// owingsOffered is how many documents are offered by button.
const owingsOffered = 12

// owingRank puts what is reminded and unmet first, then what else is unmet, then what may be filed again.
func owingRank(o ledger.Owing) int {
	switch {
	case o.Standing.Met():
		return 2
	case o.Rule.Remind:
		return 0
	}
	return 1
}

// owingData names an obligation in callback data, with its unit when a coordinator files for it.
func owingData(r *Request, prefix string, o twinning.Obligation) string {
	return dutyData(r, prefix, o)
}

// obligation reads what owingData wrote; without a unit it is that of whoever presses or, in a group that belongs to a
// unit, that of the group: the reminders there are the unit's.
func (d *Desk) obligation(r *Request) (twinning.Obligation, error) {
	year, err := strconv.Atoi(r.Press.Part(1))
	if err != nil || year != d.year(r, 1) {
		return twinning.Obligation{}, fmt.Errorf("obligation: %w", twinning.ErrNotFound)
	}
	pairing, err := strconv.ParseUint("0"+r.Press.Part(2), 10, 64)
	if err != nil {
		return twinning.Obligation{}, fmt.Errorf("obligation: %w", twinning.ErrNotFound)
	}
	o := twinning.Obligation{
		Rule: twinning.RuleID(r.Press.Part(0)), Unit: d.here(r), Pairing: twinning.PairingID(pairing), Year: year,
	}
	if unit := twinning.UnitKey(r.Press.Part(3)); unit != "" {
		o.Unit = unit
	}
	if !r.Person.MayLog() || o.Unit != r.Person.Unit && r.Person.Role != twinning.RoleCoordinator {
		return o, fmt.Errorf("obligation of %s: %w", o.Unit, twinning.ErrForbidden)
	}
	return o, nil
}

// chooseOwed lists what can be filed: "/nop"; a coordinator names the unit: "/nop xã Ch'ơm".
func (d *Desk) chooseOwed(_ context.Context, r *Request) error {
	if !r.Person.MayLog() {
		return r.Reply(twinning.Say("draft.forbidden", nil))
	}
	unit := r.Person.Unit
	if r.Person.Role == twinning.RoleCoordinator {
		if r.Args == "" {
			return d.askHelped(r, fileTalk{})
		}
		named, done, err := d.named(r, r.Args, "nopu:%s")
		if done || err != nil {
			return err
		}
		unit = named
	}
	return d.showOwed(r, unit)
}

// showOwed offers the documents of a unit; a file of the chosen one is waited for then.
func (d *Desk) showOwed(r *Request, unit twinning.UnitKey) error {
	owings, err := r.Work.OwingsOf(unit)
	if err != nil {
		return wrapStep("file", err)
	}
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return wrapStep("file", err)
	}
	name := twinning.Args{"Unit": r.Work.UnitName(unit)}
	if len(owings) == 0 {
		return d.replace(r, "", twinning.Say("file.nothing_owed", name))
	}
	m := twinning.Say("file.choose", name)
	m.Buttons = d.owingButtons(r, owings, "nop")
	return d.offer(r, m, optionsTalk{})
}

// pressOwed waits for the file of one obligation: "nop:needs:2027:0".
func (d *Desk) pressOwed(_ context.Context, r *Request) error {
	o, err := d.obligation(r)
	if err != nil {
		return err
	}
	owing, err := r.Work.OwingNamed(o)
	if err != nil {
		return wrapStep("file", err)
	}
	if d.programme.Today(r.Now) > owing.Deadlines.Closes {
		return d.notice(r, "refuse.obligation.closed", nil)
	}
	if err := d.converse(r, talkFile, fileTalk{For: o}); err != nil {
		return err
	}
	m := twinning.Say("file.send", twinning.Args{
		"Title": twinning.Joined(r.Work.Title(owing)), "Date": twinning.Day(owing.Deadlines.Due),
	})
	if o.Unit != r.Person.Unit {
		m.Lines = append(m.Lines, twinning.Line{Key: "file.for", Args: twinning.Args{"Unit": r.Work.UnitName(o.Unit)}})
	}
	m.Lines = append(m.Lines, d.contents(owing)...)
	return r.Reply(m)
}

// contents lists what the document must contain (VI.[5], "Chú ý").
func (d *Desk) contents(o ledger.Owing) []twinning.Line {
	if len(o.Rule.Contents) == 0 {
		return nil
	}
	names := make([]twinning.Line, len(o.Rule.Contents))
	for i, id := range o.Rule.Contents {
		names[i] = twinning.Line{Key: "file.content", Args: twinning.Args{"Name": twinning.Named(o.Rule.ContentNames[id])}}
	}
	return []twinning.Line{{Key: "file.contents", Args: twinning.Args{"Contents": twinning.Joined(names...)}}}
}

// fileFor files what just came for the obligation that was chosen before. Photos and albums come page by page: they are
// kept until the sender says that these are all.
func (d *Desk) fileFor(r *Request, talk fileTalk) error {
	talk.add(r, d.today(r))
	if !r.Files[0].Photo && r.Album == "" {
		return d.submit(r, talk)
	}
	m := twinning.Say("file.pages", ledger.CountArgs(len(talk.Files)))
	m.Lines = append(m.Lines, sizeWarning(talk.Files)...)
	m.Buttons = [][]twinning.Button{{
		{Label: twinning.Line{Key: "button.file_pages", Args: ledger.CountArgs(len(talk.Files))}, Data: owingData(r, "f", talk.For)},
		press("button.drop", "f:no"),
	}}
	return d.showTalk(r, talkFile, talk, m)
}

// fileAnswer serves words while a file of one document is waited for. done is false when they are plainly something
// else.
func (d *Desk) fileAnswer(r *Request, c ledger.Conversation) (done bool, err error) {
	var talk fileTalk
	if err := decode(c, &talk); err != nil {
		return false, err
	}
	n, numberErr := strconv.Atoi(r.Text)
	switch {
	case len(talk.Files) > 0 && (d.said("words.file", r.Text) || numberErr == nil && n == 1):
		return true, d.submit(r, talk)
	case len(talk.Files) > 0 && numberErr == nil && n == 2:
		return true, d.endTalk(r, c)
	case d.elsewhere(r) || r.Group:
		return false, nil
	case d.reader.Read(r.Text, d.today(r)).Intent != nlu.IntentOther:
		return false, nil
	case len(talk.Files) > 0:
		return true, r.Reply(twinning.Say("file.pages", ledger.CountArgs(len(talk.Files))))
	}
	owing, err := r.Work.OwingNamed(talk.For)
	if err != nil {
		return false, wrapStep("file", err)
	}
	return true, r.Reply(twinning.Say("file.waiting", twinning.Args{"Title": twinning.Joined(r.Work.Title(owing))}))
}

// pressFile says what the files at hand are: "f:needs:2027:0", "f:draft:12", "f:no".
func (d *Desk) pressFile(_ context.Context, r *Request) error {
	talk, _, err := d.fileTalk(r)
	if err != nil {
		return err
	}
	if len(talk.Files) == 0 {
		return d.notice(r, "file.gone", nil)
	}
	switch r.Press.Part(0) {
	case "no":
		if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
			return wrapStep("file", err)
		}
		if err := d.retire(r, talk.Question, twinning.Say("file.dropped", nil)); err != nil {
			return err
		}
		return d.replace(r, "", twinning.Say("file.dropped", nil))
	case "draft":
		return d.attachTalk(r, talk)
	}
	if talk.For, err = d.obligation(r); err != nil {
		return err
	}
	return d.submit(r, talk)
}

// attachTalk adds the files at hand to a draft of the sender.
func (d *Desk) attachTalk(r *Request, talk fileTalk) error {
	id, err := r.Press.ID(1)
	if err != nil {
		return err
	}
	draft, err := r.Work.Draft(twinning.DraftID(id))
	if errors.Is(err, twinning.ErrNotFound) {
		return d.notice(r, "draft.gone", nil)
	}
	if err != nil {
		return wrapStep("attach", err)
	}
	if draft.Author != r.Person.ID || draft.Chat != r.Chat {
		return fmt.Errorf("attach to draft %d: %w", id, twinning.ErrForbidden)
	}
	if draft, err = d.attach(r, draft, talk.Files, talk.Sources...); err != nil {
		return err
	}
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return wrapStep("attach", err)
	}
	return d.showDraft(r, draft)
}

// filedAnswer serves words while the bot asks what the files are: the number of a choice, the name of a document, or the
// words of the activity that the pictures show.
func (d *Desk) filedAnswer(ctx context.Context, r *Request, c ledger.Conversation) (done bool, err error) {
	var talk fileTalk
	if err := decode(c, &talk); err != nil {
		return false, err
	}
	if done, err := d.chosen(ctx, r, talk.Data); done || err != nil {
		return done, err
	}
	reading := d.reader.Read(r.Text, d.today(r))
	if reading.Intent == nlu.IntentActivity {
		if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
			return false, wrapStep("file", err)
		}
		if err := d.retire(r, talk.Question, twinning.Say("file.became_activity", nil)); err != nil {
			return false, err
		}
		r.Files = talk.Files
		return true, d.newDraft(r, reading, talk.Sources...)
	}
	o, ok, err := d.documentNamed(r, talk)
	if err != nil || !ok {
		return false, err
	}
	talk.For = o
	return true, d.submit(r, talk)
}

// documentNamed returns the one document owed whose title holds all the words that were typed.
func (d *Desk) documentNamed(r *Request, talk fileTalk) (o twinning.Obligation, ok bool, err error) {
	words := strings.Fields(plainLetters(strings.Trim(r.Text, " .!")))
	owings, err := r.Work.OwingsOf(d.filer(r, talk))
	if err != nil {
		return o, false, wrapStep("file", err)
	}
	found := 0
	for _, owing := range owings {
		title := " " + plainLetters(owing.Rule.Name[langVI]+" "+owing.Rule.Name[langEN]) + fmt.Sprintf(" %d ", owing.Year)
		title = strings.NewReplacer("/", " ", ",", " ", "(", " ", ")", " ").Replace(title)
		if len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(title, " "+w+" ") }) {
			o, found = owing.Obligation, found+1
		}
	}
	return o, found == 1, nil
}

// submit stores the filing and says what became of it.
func (d *Desk) submit(r *Request, talk fileTalk) error {
	f, err := r.Work.File(r.Actor(), twinning.Filing{
		Meets: []twinning.Obligation{talk.For}, Unit: talk.For.Unit, Files: talk.Files, Note: talk.Note,
		Filed: talk.Date, Chat: r.Chat, Sources: talk.Sources,
	})
	if invalid, ok := errors.AsType[*twinning.InvalidError](err); ok {
		return d.notice(r, fmt.Sprintf("refuse.%s.%s", invalid.Field, invalid.Rule), nil)
	}
	if err != nil {
		return wrapStep("file", err)
	}
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return wrapStep("file", err)
	}
	if talk.Question != "" {
		done := twinning.Say("file.done", twinning.Args{"ID": twinning.Number(f.ID)})
		if err := d.retire(r, talk.Question, done); err != nil {
			return err
		}
	}
	card := d.filingCard(r, f)
	card.Buttons = append(card.Buttons, d.sealButtons(r, f)...)
	return d.replace(r, ledger.FilingSubject(f.ID), card)
}

// filingCard says what was filed, and who has a copy.
func (d *Desk) filingCard(r *Request, f twinning.Filing) twinning.Message {
	m := twinning.Say("file.done", twinning.Args{"ID": twinning.Number(f.ID)})
	if f.ByCoordinator {
		m.Lines = append(m.Lines, twinning.Line{Key: "file.for", Args: twinning.Args{"Unit": r.Work.UnitName(f.Unit)}})
	}
	m.Lines = append(m.Lines, r.Work.FilingLines(f)...)
	m.Lines = append(m.Lines, twinning.Line{Key: "card.files", Args: ledger.CountArgs(len(f.Files))})
	if f.Supersedes != 0 {
		m.Lines = append(m.Lines, twinning.Line{Key: "file.supersedes", Args: twinning.Args{"ID": twinning.Number(f.Supersedes)}})
	}
	var told, untold []twinning.Line
	for _, c := range f.Copies {
		line := twinning.Line{Key: "card.plain", Args: twinning.Args{"Text": r.Work.UnitName(c.Unit)}}
		if len(c.To) > 0 {
			told = append(told, line)
		} else {
			untold = append(untold, line)
		}
	}
	if len(told) > 0 {
		m.Lines = append(m.Lines, twinning.Line{Key: "file.copied", Args: twinning.Args{"Units": twinning.Joined(told...)}})
	}
	if len(untold) > 0 {
		m.Lines = append(m.Lines, twinning.Line{Key: "file.not_copied", Args: twinning.Args{"Units": twinning.Joined(untold...)}})
	}
	m.Lines = append(m.Lines, sizeWarning(f.Files)...)
	return m
}
