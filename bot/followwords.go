package bot

import (
	"context"
	"slices"
	"strings"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// followAnswer serves words while something is asked about a filed document. done is false when they are plainly
// something else; then the question stays open.
func (d *Desk) followAnswer(ctx context.Context, r *Request, c ledger.Conversation) (done bool, err error) {
	var talk followTalk
	if err := decode(c, &talk); err != nil {
		return false, err
	}
	f, err := r.Work.Filing(talk.ID)
	if err != nil {
		return false, wrapStep("follow", err)
	}
	if done, err := d.chosen(ctx, r, talk.Data); done || err != nil {
		return done, err
	}
	if talk.Step != stepSupply {
		if done, err := d.numberAnswer(r, f, talk); done || err != nil {
			return done, err
		}
	}
	ownWords := talk.Step == stepSupply || talk.Step == stepCheck
	if ownWords && d.plainlyElse(r) || !ownWords && d.elsewhere(r) {
		return false, nil
	}
	finished := d.said("words.file", r.Text) || d.said("words.skip", r.Text) || d.said("words.put_off", r.Text)
	switch {
	case talk.Step == stepAlso && finished:
		return true, d.extend(r, f, talk)
	case talk.Step == stepNumber && finished:
		talk.Done = append(talk.Done, stepNumber)
		return true, d.followUp(r, f, talk)
	case talk.Step == stepCheck:
		return d.checkAnswer(r, f, talk)
	case talk.Step == stepSupply && finished:
		talk.Done = append(talk.Done, stepSupply)
		return true, d.followUp(r, f, talk)
	case talk.Step == stepSupply:
		return true, d.supply(r, f, talk)
	case talk.Step == stepNumber && !r.Group && d.reader.Read(r.Text, d.today(r)).Intent == nlu.IntentOther:
		return true, r.Reply(twinning.Say("file.number_unread", nil))
	}
	return false, nil
}

// checkAnswer serves "đủ" and the names of what is missing: "thiếu kinh phí, tiến độ".
func (d *Desk) checkAnswer(r *Request, f twinning.Filing, talk followTalk) (done bool, err error) {
	text := plainLetters(r.Text)
	contents, names := r.Work.Contents(f)
	for _, id := range contents {
		for _, lang := range []string{langVI, langEN} {
			if name := plainLetters(names[id][lang]); name != "" && strings.Contains(text, name) && !slices.Contains(talk.Lacking, id) {
				talk.Lacking = append(talk.Lacking, id)
			}
		}
	}
	switch {
	case len(talk.Lacking) > 0:
		return true, d.setChecklist(r, f, talk)
	case d.said("words.file", r.Text) || d.said("words.complete", r.Text):
		return true, d.setChecklist(r, f, talk)
	case d.said("words.skip", r.Text) || d.said("words.put_off", r.Text):
		talk.Done = append(talk.Done, stepCheck)
		return true, d.followUp(r, f, talk)
	}
	return false, nil
}

// numberAnswer serves number and date of the document, whatever was asked. done is false when the words tell neither.
func (d *Desk) numberAnswer(r *Request, f twinning.Filing, talk followTalk) (done bool, err error) {
	asked := talk.Step == stepNumber
	read := d.reader.Document
	if asked {
		read = d.reader.DocumentAnswer
	}
	doc := read(r.Text, d.today(r))
	told := doc.Number != "" || asked && (doc.Fault != "" || !doc.Dated.IsZero())
	if !told || d.elsewhere(r) {
		return false, nil
	}
	if key := faultKey(doc); key != "" {
		return true, r.Reply(twinning.Say(key, twinning.Args{{"Text", twinning.Text(doc.Written)}}))
	}
	if f, err = r.Work.Describe(r.Actor(), f.ID, doc.Number, doc.Dated); err != nil {
		return true, d.changed(r, f, err)
	}
	if asked {
		talk.Done = append(talk.Done, stepNumber)
	}
	return true, d.followUp(r, f, talk, twinning.Line{Key: "file.numbered", Args: twinning.Args{{"ID", twinning.Number(f.ID)}}})
}

// supply adds the words, or the files, for the content that was asked for.
func (d *Desk) supply(r *Request, f twinning.Filing, talk followTalk) error {
	files := slices.DeleteFunc(slices.Clone(r.Files), func(x twinning.FileRef) bool { return !isDocument(x) })
	if len(files) == 0 && len(r.Files) > 0 {
		return r.Reply(twinning.Say("file.unsupported", nil))
	}
	f, err := r.Work.Supplement(r.Actor(), f.ID, twinning.Supplement{Content: talk.Content, Text: r.Text, Files: files})
	if err != nil {
		return d.changed(r, f, err)
	}
	before := []twinning.Line{{Key: "file.supplied", Args: twinning.Args{
		{"Content", r.Work.ContentNames(f, []string{talk.Content})},
	}}}
	if len(f.Wanting()) == 0 {
		before = append(before, say("file.complete"))
	}
	return d.followUp(r, f, talk, before...)
}

// supplyFiles serves files while a content of a filed document is asked for. Further pages of an album belong to the
// content of its first one.
func (d *Desk) supplyFiles(r *Request) (done bool, err error) {
	c, waiting, err := d.conversation(r)
	if err != nil || !waiting || c.Kind != talkFollow || r.Group && !r.Mentioned && r.Album == "" {
		return false, err
	}
	var talk followTalk
	if err := decode(c, &talk); err != nil {
		return false, err
	}
	f, err := r.Work.Filing(talk.ID)
	if err != nil {
		return false, wrapStep("supply", err)
	}
	if r.Album != "" && talk.Album == r.Album && len(f.Supplements) > 0 {
		last := f.Supplements[len(f.Supplements)-1].Content
		_, err := r.Work.Supplement(r.Actor(), f.ID, twinning.Supplement{Content: last, Text: r.Text, Files: r.Files})
		return true, wrapStep("supply", err)
	}
	if talk.Step != stepSupply {
		return false, nil
	}
	talk.Album = r.Album
	return true, d.supply(r, f, talk)
}
