package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// pressFile says what the files at hand are: "f:needs:2027:0", "f:draft:12", "f:list", "f:no".
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
	case "list":
		return d.askWhich(r, talk, 0)
	case "more":
		_, from, err := d.morePart(r)
		if err != nil {
			return err
		}
		return d.askWhich(r, talk, from)
	}
	if talk.For, err = d.obligation(r, 0); err != nil {
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

// filedAnswer serves words while the bot asks what the files are: yes to what it proposes, the number of a choice, the
// name of a document, or the words of the activity that the pictures show.
func (d *Desk) filedAnswer(ctx context.Context, r *Request, c ledger.Conversation) (done bool, err error) {
	var talk fileTalk
	if err := decode(c, &talk); err != nil {
		return false, err
	}
	if done, err := d.chosen(ctx, r, talk.Data); done || err != nil {
		return done, err
	}
	switch {
	case talk.Proposed && (d.said("words.confirm", r.Text) || d.said("words.file", r.Text) || d.said("words.yes", r.Text)):
		return true, d.pressTyped(ctx, r, talk.Data[0])
	case d.said("words.other_document", r.Text):
		return true, d.askWhich(r, talk, 0)
	case d.said("words.not_file", r.Text):
		return true, d.endTalk(r, c)
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
	if err != nil {
		return false, err
	}
	if ok {
		talk.For = o
		return true, d.submit(r, talk)
	}
	// A number by itself belongs to the files, whatever they are.
	if doc := d.reader.Document(r.Text, d.today(r)); doc.Number != "" && !d.elsewhere(r) {
		talk.Note = limited(strings.TrimSpace(talk.Note+" "+r.Text), noteLimit)
		return true, d.propose(r, talk)
	}
	return false, nil
}

// documentNamed returns the document that typed words name: the clear one by what documents are called, or the one whose
// title holds all the words.
func (d *Desk) documentNamed(r *Request, talk fileTalk) (o twinning.Obligation, ok bool, err error) {
	if d.elsewhere(r) {
		return o, false, nil
	}
	owings, sure, err := d.ranked(r, d.filer(r, talk), d.evidenceOf(r, r.Text, nil))
	if err != nil {
		return o, false, err
	}
	words := strings.Fields(plainLetters(strings.Trim(r.Text, " .!")))
	found := 0
	for _, owing := range owings {
		title := " " + plainLetters(owing.Rule.Name[langVI]+" "+owing.Rule.Name[langEN]) + fmt.Sprintf(" %d ", owing.Year)
		title = strings.NewReplacer("/", " ", ",", " ", "(", " ", ")", " ").Replace(title)
		if len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(title, " "+w+" ") }) {
			o, found = owing.Obligation, found+1
		}
	}
	if found == 1 {
		return o, true, nil
	}
	if sure && len(words) > 1 {
		return owings[0].Obligation, true, nil
	}
	return twinning.Obligation{}, false, nil
}

// propose asks whether the files at hand are what their names and captions say, or which document they are.
func (d *Desk) propose(r *Request, talk fileTalk) error {
	e := d.evidenceOf(r, talk.Note, talk.Files)
	owings, sure, err := d.ranked(r, d.filer(r, talk), e)
	if err != nil {
		return err
	}
	draft, drafting, err := d.openDraft(r)
	if err != nil {
		return err
	}
	if !sure || drafting && e.text == "" {
		return d.askWhich(r, talk, 0)
	}
	best := owings[0]
	key := "file.propose"
	if best.Standing.Met() {
		key = "file.propose_again"
	}
	args := ledger.CountArgs(len(talk.Files))
	args.Set("Title", twinning.Joined(r.Work.Title(best)))
	m := twinning.Say(key, args)
	if best.Obligation.Unit != r.Person.Unit {
		m.Lines = append(m.Lines, twinning.Line{Key: "file.for", Args: twinning.Args{{"Unit", r.Work.UnitName(best.Obligation.Unit)}}})
	}
	m.Lines = append(m.Lines, documentLines(e.document)...)
	m.Lines = append(m.Lines, sizeWarning(talk.Files)...)
	m.Buttons = [][]twinning.Button{
		{press("button.file_yes", owingData(r, "f", best.Obligation))},
		{press("button.file_other", "f:list"), press("button.file_no", "f:no")},
	}
	if drafting {
		m.Buttons = append(m.Buttons, []twinning.Button{press("button.attach", fmt.Sprintf("f:draft:%d", draft.ID))})
	}
	talk.Proposed = true
	return d.showTalk(r, talkFiled, talk, m)
}

// documentLines say which number and date were read, or why a date can't be it.
func documentLines(doc nlu.Document) []twinning.Line {
	args := twinning.Args{
		{"Number", twinning.Text(doc.Number)}, {"Date", twinning.Day(doc.Dated)}, {"Text", twinning.Text(doc.Written)},
	}
	var lines []twinning.Line
	switch {
	case doc.Number != "" && !doc.Dated.IsZero():
		lines = append(lines, twinning.Line{Key: "filing.number_dated", Args: args})
	case doc.Number != "":
		lines = append(lines, twinning.Line{Key: "filing.number", Args: args})
	case !doc.Dated.IsZero():
		lines = append(lines, twinning.Line{Key: "filing.dated", Args: args})
	}
	if key := faultKey(doc); key != "" {
		lines = append(lines, twinning.Line{Key: key, Args: args})
	}
	return lines
}

// faultKey is the text that says why a written date can't be the document's, "" when it can.
func faultKey(doc nlu.Document) string {
	switch doc.Fault {
	case nlu.DateImpossible:
		return "file.date_impossible"
	case nlu.DateFuture:
		return "file.date_future"
	}
	return ""
}

// askWhich shows the question which document the files at hand are, the likeliest first, from one of them on.
func (d *Desk) askWhich(r *Request, talk fileTalk, from int) error {
	unit := d.filer(r, talk)
	owings, _, err := d.ranked(r, unit, d.evidenceOf(r, talk.Note, talk.Files))
	if err != nil {
		return err
	}
	m := twinning.Say("file.what", ledger.CountArgs(len(talk.Files)))
	m.Lines = append(m.Lines, sizeWarning(talk.Files)...)
	m.Buttons = d.choiceButtons(r, owings, "f", from)
	if len(owings) == 0 {
		m = twinning.Say("file.nothing_owed", twinning.Args{{"Unit", r.Work.UnitName(unit)}})
	}
	if draft, ok, err := d.openDraft(r); err != nil {
		return err
	} else if ok {
		m.Buttons = append(m.Buttons, []twinning.Button{press("button.attach", fmt.Sprintf("f:draft:%d", draft.ID))})
	}
	m.Buttons = append(m.Buttons, []twinning.Button{press("button.file_no", "f:no")})
	talk.Proposed = false
	return d.showTalk(r, talkFiled, talk, m)
}
