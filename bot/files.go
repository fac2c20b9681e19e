package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// fileTalk is what a conversation about files remembers: the obligation that they are for (zero: not said yet), and
// the files so far.
type fileTalk struct {
	For twinning.Obligation `json:"for"`
	// With are further obligations that the files are for: those of a version that they replace.
	With []twinning.Obligation `json:"with,omitempty"`
	// Unit is whom a coordinator files for.
	Unit    twinning.UnitKey   `json:"unit,omitempty"`
	Files   []twinning.FileRef `json:"files,omitempty"`
	Note    string             `json:"note,omitempty"`
	Album   string             `json:"album,omitempty"`
	Sources []int              `json:"sources,omitempty"`
	Date    twinning.Date      `json:"date,omitzero"`
	Touched time.Time          `json:"touched,omitzero"`
	// Question is the subject of the bot's message about the files, Data the callback data of its buttons. Proposed says
	// that it asks for yes or no, and its first button is yes.
	Question string   `json:"question,omitempty"`
	Data     []string `json:"data,omitempty"`
	Proposed bool     `json:"proposed,omitempty"`
	// Draft is the draft that pages of an album joined before their caption came.
	Draft twinning.DraftID `json:"draft,omitempty"`
}

// filesTogether is how long after a file the next one counts as another page of the same document, as long as nobody has
// said which document it is.
const filesTogether = 10 * time.Minute

// mostFiles is how many pages one document may have.
const mostFiles = 50

// files serves photos and documents: a further picture of an album, the file of an obligation that was asked for, an
// activity in pictures, or a document to be named.
func (d *Desk) files(ctx context.Context, r *Request) error {
	if !r.Person.MayLog() {
		return d.inPrivate(r, "draft.forbidden")
	}
	if done, err := d.announceFile(r); done || err != nil {
		return err
	}
	if done, err := d.supplyFiles(r); done || err != nil {
		return err
	}
	reading := d.reader.Read(r.Text, d.today(r))
	talk, kind, err := d.fileTalk(r)
	if err != nil {
		return err
	}
	if r.Album != "" {
		if done, err := d.albumPage(r, reading, talk); done || err != nil {
			return err
		}
	}
	told := tellsActivity(r, reading)
	if !told && !isDocument(r.Files[0]) {
		return d.unsupported(r)
	}
	if kind == talkFile && !(told && reading.Certain) {
		return d.fileFor(r, talk)
	}
	if told {
		return d.newDraft(r, reading)
	}
	if r.Group && !r.Mentioned {
		return d.keepPages(r, talk, 0)
	}
	if r.Text == "" && r.Files[0].Photo && kind != talkFiled {
		if draft, ok, err := d.openDraft(r); err != nil {
			return err
		} else if ok {
			return d.attachNew(r, draft, talk)
		}
	}
	return d.askWhatFile(ctx, r, talk)
}

// tellsActivity says whether the caption is an activity that the files show. A document's caption must be one beyond
// doubt, since plans and reports speak of the same things.
func tellsActivity(r *Request, reading nlu.Reading) bool {
	return reading.Intent == nlu.IntentActivity && (r.Files[0].Photo || reading.Certain)
}

// albumPage adds a further picture to the draft that its album began, or gathers with the captioned page those that came
// before it. done is false when the page is neither.
func (d *Desk) albumPage(r *Request, reading nlu.Reading, talk fileTalk) (done bool, err error) {
	draft, err := r.Work.DraftByAlbum(r.Chat, r.Album)
	if err == nil {
		return true, d.attachPage(r, draft)
	}
	if !errors.Is(err, twinning.ErrNotFound) {
		return false, wrapStep("album", err)
	}
	if talk.Album != r.Album || talk.For.Rule != "" || !tellsActivity(r, reading) {
		return false, nil
	}
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return false, wrapStep("album", err)
	}
	if err := d.retire(r, talk.Question, twinning.Say("file.became_activity", nil)); err != nil {
		return false, err
	}
	if talk.Draft != 0 {
		if err := d.takeBack(r, talk); err != nil {
			return false, err
		}
	}
	r.Files = append(talk.Files, r.Files...)
	return true, d.newDraft(r, reading, talk.Sources...)
}

// takeBack removes pages from the draft that they joined before their caption showed that they are another activity.
func (d *Desk) takeBack(r *Request, talk fileTalk) error {
	draft, err := r.Work.Draft(talk.Draft)
	if errors.Is(err, twinning.ErrNotFound) {
		return nil
	}
	if err != nil {
		return wrapStep("album", err)
	}
	draft.Files = slices.DeleteFunc(draft.Files, func(f twinning.FileRef) bool { return hasFile(talk.Files, f) })
	draft.Sources = slices.DeleteFunc(draft.Sources, func(id int) bool { return slices.Contains(talk.Sources, id) })
	if draft, err = r.Work.ChangeDraft(r.Actor(), draft); err != nil {
		return wrapStep("album", err)
	}
	return r.EditSubject(ledger.DraftSubject(draft.ID), d.draftCard(r, draft))
}

// attachPage adds a page of an album to its draft and brings the card up to date without a further message.
func (d *Desk) attachPage(r *Request, draft twinning.Draft) error {
	draft, err := d.attach(r, draft, r.Files, r.Message)
	if err != nil {
		return err
	}
	return r.EditSubject(ledger.DraftSubject(draft.ID), d.draftCard(r, draft))
}

// attachNew adds a picture without words to the open draft; one of an album may still turn out to be another activity.
func (d *Desk) attachNew(r *Request, draft twinning.Draft, talk fileTalk) error {
	first := talk.Album != r.Album || r.Album == ""
	if r.Album != "" {
		if err := d.keepPages(r, talk, draft.ID); err != nil {
			return err
		}
	}
	if !first {
		return d.attachPage(r, draft)
	}
	draft, err := d.attach(r, draft, r.Files, r.Message)
	if err != nil {
		return err
	}
	return d.showDraft(r, draft)
}

func (d *Desk) attach(r *Request, draft twinning.Draft, files []twinning.FileRef, sources ...int) (twinning.Draft, error) {
	for _, f := range files {
		if !hasFile(draft.Files, f) && len(draft.Files) < mostFiles {
			draft.Files = append(draft.Files, f)
		}
	}
	draft.Sources = append(draft.Sources, sources...)
	draft, err := r.Work.ChangeDraft(r.Actor(), draft)
	return draft, wrapStep("attach", err)
}

func hasFile(files []twinning.FileRef, f twinning.FileRef) bool {
	return slices.ContainsFunc(files, func(g twinning.FileRef) bool { return g.UniqueID == f.UniqueID })
}

// keepPages remembers pages of an album that has not shown its caption yet, when nothing else is waited for.
func (d *Desk) keepPages(r *Request, talk fileTalk, draft twinning.DraftID) error {
	c, waiting, err := d.conversation(r)
	if err != nil || r.Album == "" || waiting && c.Kind != talkPages && c.Kind != talkOptions {
		return err
	}
	if talk.Album != r.Album {
		talk = fileTalk{Album: r.Album, Draft: draft}
	}
	talk.Files, talk.Sources = append(talk.Files, r.Files...), append(talk.Sources, r.Message)
	return d.converse(r, talkPages, talk)
}

// fileTalk returns the files that the sender is handing in at the moment and the kind of that conversation, "" for none.
func (d *Desk) fileTalk(r *Request) (talk fileTalk, kind string, err error) {
	c, waiting, err := d.conversation(r)
	if err != nil || !waiting || c.Kind != talkFile && c.Kind != talkFiled && c.Kind != talkPages && c.Kind != talkHelped {
		return talk, "", err
	}
	return talk, c.Kind, decode(c, &talk)
}

// add puts the request's files behind those of the talk.
func (t *fileTalk) add(r *Request, today twinning.Date) {
	for _, f := range r.Files {
		if !hasFile(t.Files, f) && len(t.Files) < mostFiles {
			t.Files = append(t.Files, f)
		}
	}
	t.Sources = append(t.Sources, r.Message)
	t.Album, t.Date, t.Touched = r.Album, today, r.Now
	if r.Text != "" {
		t.Note = limited(r.Text, noteLimit)
	}
}

// noteLimit is how many characters of a caption go with a document.
const noteLimit = 500

// askWhatFile keeps the files and asks what they are: one of the documents that the unit owes, or pictures of the open
// draft. Further pages bring the same question up to date.
func (d *Desk) askWhatFile(_ context.Context, r *Request, talk fileTalk) error {
	together := talk.Album != "" && talk.Album == r.Album || r.Now.Sub(talk.Touched) < filesTogether
	if !together {
		if err := d.retire(r, talk.Question, twinning.Say("file.gone", nil)); err != nil {
			return err
		}
		talk = fileTalk{}
	}
	talk.add(r, d.today(r))
	if r.Person.Role == twinning.RoleCoordinator && talk.Unit == "" {
		unit, ok := d.helpedBy(talk)
		if !ok {
			return d.askHelped(r, talk)
		}
		talk.Unit = unit
	}
	return d.propose(r, talk)
}

// showTalk shows the bot's one message about the files at hand, in place of the one before it.
func (d *Desk) showTalk(r *Request, kind string, talk fileTalk, m twinning.Message) error {
	again := talk.Question != "" && r.Kind == KindMessage && len(r.Files) > 0
	if !again {
		if err := d.retire(r, talk.Question, twinning.Say("draft.replaced", nil)); err != nil {
			return err
		}
		talk.Question = fmt.Sprintf("files/%d", r.Message)
	}
	talk.Data = dataOf(m)
	if err := d.converse(r, kind, talk); err != nil {
		return err
	}
	if again {
		return r.EditSubject(talk.Question, m)
	}
	return d.replace(r, talk.Question, m)
}

// filer is the unit whose documents are filed: the sender's, or the one that a coordinator files for.
func (d *Desk) filer(r *Request, talk fileTalk) twinning.UnitKey {
	if talk.Unit != "" {
		return talk.Unit
	}
	return r.Person.Unit
}

func sizeWarning(files []twinning.FileRef) []twinning.Line {
	if slices.ContainsFunc(files, func(f twinning.FileRef) bool { return f.Size > ledger.LargestKept }) {
		return []twinning.Line{say("file.large")}
	}
	return nil
}
