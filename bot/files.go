package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// fileTalk is what a conversation about files remembers: the obligation that they are for (zero: not said yet), and
// the files so far.
type fileTalk struct {
	For     twinning.Obligation `json:"for"`
	Files   []twinning.FileRef  `json:"files,omitempty"`
	Note    string              `json:"note,omitempty"`
	Album   string              `json:"album,omitempty"`
	Sources []int               `json:"sources,omitempty"`
	Date    twinning.Date       `json:"date,omitzero"`
	Touched time.Time           `json:"touched,omitzero"`
}

// filesTogether is how long after a file the next one counts as another page of the same document.
const filesTogether = 10 * time.Minute

// largeFile is what a bot can download at most (Bot API, getFile: 20 MB); larger files are passed on all the same.
const largeFile = 20 << 20

// files serves photos and documents: a further picture of an album, the file of an obligation that was asked for, an
// activity in pictures, or a document to be named.
func (d *Desk) files(ctx context.Context, r *Request) error {
	if !r.Person.MayLog() {
		return d.inPrivate(r, "draft.forbidden")
	}
	if r.Album != "" {
		if done, err := d.albumPage(r); done || err != nil {
			return err
		}
	}
	talk, waiting, err := d.fileTalk(r)
	if err != nil {
		return err
	}
	if waiting && talk.For.Rule != "" {
		return d.fileFor(r, talk)
	}
	reading := d.reader.Read(r.Text, d.today(r))
	if reading.Intent == nlu.IntentActivity && r.Files[0].Photo {
		return d.newDraft(r, reading)
	}
	if r.Group && !r.Mentioned {
		return nil
	}
	if r.Text == "" && r.Files[0].Photo {
		if draft, ok, err := d.openDraft(r); err != nil || ok {
			return d.attach(r, draft, err)
		}
	}
	return d.askWhatFile(ctx, r, talk)
}

// albumPage adds a further picture to the draft or the document that its album began.
func (d *Desk) albumPage(r *Request) (done bool, err error) {
	draft, err := r.Work.DraftByAlbum(r.Chat, r.Album)
	if err == nil {
		return true, d.attach(r, draft, nil)
	}
	if !errors.Is(err, twinning.ErrNotFound) {
		return false, wrapStep("album", err)
	}
	return false, nil
}

// attach adds the picture to a draft and brings its card up to date without a further message.
func (d *Desk) attach(r *Request, draft twinning.Draft, err error) error {
	if err != nil {
		return err
	}
	for _, f := range r.Files {
		if !slices.ContainsFunc(draft.Files, func(g twinning.FileRef) bool { return g.UniqueID == f.UniqueID }) {
			draft.Files = append(draft.Files, f)
		}
	}
	draft.Sources = append(draft.Sources, r.Message)
	if r.Text != "" && draft.Facts.Summary == "" {
		d.fill(r, &draft, d.reader.Read(r.Text, d.today(r)))
	}
	if draft, err = r.Work.ChangeDraft(r.Actor(), draft); err != nil {
		return wrapStep("attach", err)
	}
	return r.EditSubject(ledger.DraftSubject(draft.ID), d.draftCard(r, draft))
}

// fileTalk returns the files that the sender is handing in at the moment, and whether there are any.
func (d *Desk) fileTalk(r *Request) (fileTalk, bool, error) {
	c, err := r.Work.Conversation(r.Chat, r.Person.ID)
	if errors.Is(err, twinning.ErrNotFound) || err == nil && c.Kind != talkFile && c.Kind != talkFiled {
		return fileTalk{}, false, nil
	}
	if err != nil {
		return fileTalk{}, false, wrapStep("file", err)
	}
	var talk fileTalk
	return talk, true, decode(c, &talk)
}

// add puts the request's files behind those of the talk, or begins anew when those are older than one document takes.
func (t *fileTalk) add(r *Request, today twinning.Date) {
	together := t.Album != "" && t.Album == r.Album || r.Now.Sub(t.Touched) < filesTogether
	if !together {
		*t = fileTalk{For: t.For}
	}
	t.Files = append(t.Files, r.Files...)
	t.Sources = append(t.Sources, r.Message)
	t.Album, t.Date, t.Touched = r.Album, today, r.Now
	if r.Text != "" {
		t.Note = r.Text
	}
}

// askWhatFile keeps the files and asks what they are: one of the documents that the unit owes, or pictures of the open
// draft.
func (d *Desk) askWhatFile(_ context.Context, r *Request, talk fileTalk) error {
	first := len(talk.Files) == 0
	talk.add(r, d.today(r))
	if err := d.converse(r, talkFiled, talk); err != nil {
		return err
	}
	if !first && talk.Album != "" && len(talk.Files) > 1 {
		return nil // the question stands above already; an album asks once
	}
	owings, err := r.Work.OwingsOf(r.Person.Unit)
	if err != nil {
		return wrapStep("file", err)
	}
	m := twinning.Say("file.what", ledger.CountArgs(len(talk.Files)))
	m.Lines = append(m.Lines, d.sizeWarning(r)...)
	m.Buttons = d.owingButtons(r, owings, "f")
	if draft, ok, err := d.openDraft(r); err != nil {
		return err
	} else if ok {
		m.Buttons = append(m.Buttons, []twinning.Button{press("button.attach", fmt.Sprintf("f:draft:%d", draft.ID))})
	}
	m.Buttons = append(m.Buttons, []twinning.Button{press("button.drop", "f:no")})
	if len(owings) == 0 {
		m.Lines = append(m.Lines, say("file.nothing_owed"))
	}
	return r.Reply(m)
}

func (d *Desk) sizeWarning(r *Request) []twinning.Line {
	if slices.ContainsFunc(r.Files, func(f twinning.FileRef) bool { return f.Size > largeFile }) {
		return []twinning.Line{say("file.large")}
	}
	return nil
}

// owingButtons offers the documents that a unit owes, unmet ones first; prefix is "nop" (then a file is waited for) or
// "f" (the file is at hand).
func (d *Desk) owingButtons(r *Request, owings []ledger.Owing, prefix string) [][]twinning.Button {
	sorted := slices.Clone(owings)
	slices.SortStableFunc(sorted, func(a, b ledger.Owing) int { return owingRank(a) - owingRank(b) })
	rows := make([][]twinning.Button, 0, len(sorted))
	for _, o := range sorted {
		rows = append(rows, []twinning.Button{{
			Label: twinning.Line{Key: "button.owing", Args: twinning.Args{"Title": twinning.Joined(r.Work.Title(o))}},
			Data:  owingData(prefix, o.Obligation),
		}})
	}
	return rows[:min(len(rows), listed)]
}

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

func owingData(prefix string, o twinning.Obligation) string {
	return fmt.Sprintf("%s:%s:%d:%d", prefix, o.Rule, o.Year, o.Pairing)
}

// obligation reads what owingData wrote, for the unit of whoever presses.
func (d *Desk) obligation(r *Request) (twinning.Obligation, error) {
	year, err := strconv.Atoi(r.Press.Part(1))
	if err != nil {
		return twinning.Obligation{}, fmt.Errorf("obligation: %w", twinning.ErrNotFound)
	}
	pairing, err := strconv.ParseUint("0"+r.Press.Part(2), 10, 64)
	if err != nil {
		return twinning.Obligation{}, fmt.Errorf("obligation: %w", twinning.ErrNotFound)
	}
	return twinning.Obligation{
		Rule: twinning.RuleID(r.Press.Part(0)), Unit: r.Person.Unit, Pairing: twinning.PairingID(pairing), Year: year,
	}, nil
}

// chooseOwed lists what can be filed: "/nop".
func (d *Desk) chooseOwed(_ context.Context, r *Request) error {
	if !r.Person.MayLog() {
		return r.Reply(twinning.Say("draft.forbidden", nil))
	}
	owings, err := r.Work.OwingsOf(r.Person.Unit)
	if err != nil {
		return wrapStep("file", err)
	}
	if len(owings) == 0 {
		return r.Reply(twinning.Say("file.nothing_owed", nil))
	}
	m := twinning.Say("file.choose", nil)
	m.Buttons = d.owingButtons(r, owings, "nop")
	if err := d.converse(r, talkOptions, nil); err != nil {
		return err
	}
	return r.Reply(m)
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
	if err := d.converse(r, talkFile, fileTalk{For: o}); err != nil {
		return err
	}
	m := twinning.Say("file.send", twinning.Args{
		"Title": twinning.Joined(r.Work.Title(owing)), "Date": twinning.Day(owing.Deadlines.Due),
	})
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

// fileFor files what just came for the obligation that was chosen before. Further pages of an album join the filing.
func (d *Desk) fileFor(r *Request, talk fileTalk) error {
	talk.add(r, d.today(r))
	if r.Album != "" {
		// The pages of an album come one by one: they are kept until the sender says that these are all.
		if err := d.converse(r, talkFile, talk); err != nil {
			return err
		}
		if len(talk.Files) > 1 {
			return nil
		}
		m := twinning.Say("file.album", nil)
		m.Buttons = [][]twinning.Button{{press("button.file_album", owingData("f", talk.For)), press("button.drop", "f:no")}}
		return r.Reply(m)
	}
	return d.submit(r, talk)
}

// submit stores the filing and says what became of it.
func (d *Desk) submit(r *Request, talk fileTalk) error {
	f, err := r.Work.File(r.Actor(), twinning.Filing{
		Meets: []twinning.Obligation{talk.For}, Unit: talk.For.Unit, Files: talk.Files, Note: talk.Note,
		Filed: talk.Date, Chat: r.Chat, Sources: talk.Sources,
	})
	var invalid *twinning.InvalidError
	if errors.As(err, &invalid) {
		return d.refuse(r, invalid)
	}
	if err != nil {
		return wrapStep("file", err)
	}
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return wrapStep("file", err)
	}
	m := twinning.Say("file.done", twinning.Args{"ID": twinning.Number(f.ID)})
	m.Lines = append(m.Lines, r.Work.FilingLines(f)...)
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
	return d.replace(r, ledger.FilingSubject(f.ID), m)
}

// pressFile says what the files at hand are: "f:needs:2027:0", "f:draft:12", "f:no".
func (d *Desk) pressFile(_ context.Context, r *Request) error {
	talk, waiting, err := d.fileTalk(r)
	if err != nil {
		return err
	}
	if !waiting || len(talk.Files) == 0 {
		return r.Alert("file.gone", nil)
	}
	switch r.Press.Part(0) {
	case "no":
		if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
			return wrapStep("file", err)
		}
		return r.EditSubject("", twinning.Say("cancel.done", nil))
	case "draft":
		return d.attachTalk(r, talk)
	}
	if talk.For, err = d.obligation(r); err != nil {
		return err
	}
	return d.submit(r, talk)
}

// attachTalk adds the files at hand to a draft.
func (d *Desk) attachTalk(r *Request, talk fileTalk) error {
	id, err := r.Press.ID(1)
	if err != nil {
		return err
	}
	draft, err := r.Work.Draft(twinning.DraftID(id))
	if errors.Is(err, twinning.ErrNotFound) {
		return r.Alert("draft.gone", nil)
	}
	if err != nil {
		return wrapStep("attach", err)
	}
	draft.Files = append(draft.Files, talk.Files...)
	draft.Sources = append(draft.Sources, talk.Sources...)
	if draft, err = r.Work.ChangeDraft(r.Actor(), draft); err != nil {
		return wrapStep("attach", err)
	}
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return wrapStep("attach", err)
	}
	return r.EditSubject(ledger.DraftSubject(draft.ID), d.draftCard(r, draft))
}

// filedAnswer serves words while the bot asks what the files are: the number of a choice or the name of a document.
func (d *Desk) filedAnswer(ctx context.Context, r *Request, c ledger.Conversation) (done bool, err error) {
	if d.said("words.drop", r.Text) {
		return true, d.endTalk(r)
	}
	var talk fileTalk
	if err := decode(c, &talk); err != nil {
		return false, err
	}
	owings, err := r.Work.OwingsOf(r.Person.Unit)
	if err != nil {
		return false, wrapStep("file", err)
	}
	buttons := d.owingButtons(r, owings, "f")
	if n, err := strconv.Atoi(r.Text); err == nil && n >= 1 && n <= len(buttons) {
		r.Press.Prefix, r.Press.Parts = splitData(buttons[n-1][0].Data)
		return true, d.pressFile(ctx, r)
	}
	reading := d.reader.Read(r.Text, d.today(r))
	if reading.Intent == nlu.IntentActivity {
		// The pictures came first and their words after them: together they are one activity.
		if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
			return false, wrapStep("file", err)
		}
		r.Files = talk.Files
		return true, d.newDraft(r, reading)
	}
	return false, nil
}
