package bot

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// submit stores the filing, says what became of it and asks what is still to be known about it. The document is filed
// whatever becomes of those questions.
func (d *Desk) submit(r *Request, talk fileTalk) error {
	doc := d.evidenceOf(r, talk.Note, talk.Files).document
	f, err := r.Work.File(r.Actor(), twinning.Filing{
		Meets: append([]twinning.Obligation{talk.For}, talk.With...), Unit: talk.For.Unit, Files: talk.Files, Note: talk.Note,
		Filed: talk.Date, Chat: r.Chat, Sources: talk.Sources, Number: doc.Number, Dated: doc.Dated,
	})
	if done, err := d.refusedFiling(r, err); done || err != nil {
		return err
	}
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return wrapStep("file", err)
	}
	if talk.Question != "" {
		done := twinning.Say("file.done", twinning.Args{{"ID", twinning.Number(f.ID)}})
		if err := d.retire(r, talk.Question, done); err != nil {
			return err
		}
	}
	var before []twinning.Line
	if key := faultKey(doc); key != "" {
		before = []twinning.Line{{Key: key, Args: twinning.Args{{"Text", twinning.Text(doc.Written)}}}}
	}
	return d.followUp(r, f, followTalk{ID: f.ID, Full: true, Undated: doc.Fault != ""}, before...)
}

// refusedFiling tells why a document was not taken; done is false when nothing is wrong or the error is another.
func (d *Desk) refusedFiling(r *Request, err error) (done bool, failed error) {
	if invalid, ok := errors.AsType[*twinning.InvalidError](err); ok {
		return true, d.notice(r, fmt.Sprintf("refuse.%s.%s", invalid.Field, invalid.Rule), nil)
	}
	return false, wrapStep("file", err)
}

// filedCard says what was filed, and who has a copy.
func (d *Desk) filedCard(r *Request, f twinning.Filing) twinning.Message {
	m := twinning.Say("file.done", twinning.Args{{"ID", twinning.Number(f.ID)}})
	if f.ByCoordinator {
		m.Lines = append(m.Lines, twinning.Line{Key: "file.for", Args: twinning.Args{{"Unit", r.Work.UnitName(f.Unit)}}})
	}
	m.Lines = append(m.Lines, r.Work.FilingLines(f)...)
	m.Lines = append(m.Lines, twinning.Line{Key: "card.files", Args: ledger.CountArgs(len(f.Files))})
	if f.Supersedes != 0 {
		key := "file.supersedes"
		if old, err := r.Work.Filing(f.Supersedes); err == nil && old.State == twinning.FilingReturned {
			key = "file.resubmits"
		}
		m.Lines = append(m.Lines, twinning.Line{Key: key, Args: twinning.Args{{"ID", twinning.Number(f.Supersedes)}}})
	}
	m.Lines = append(m.Lines, r.Work.ReceiptLines(f)...)
	m.Lines = append(m.Lines, sizeWarning(f.Files)...)
	return m
}

// isDocument says whether a file can be a document: no film, sound or program.
func isDocument(f twinning.FileRef) bool {
	if strings.HasPrefix(f.MIME, "video/") || strings.HasPrefix(f.MIME, "audio/") {
		return false
	}
	switch strings.ToLower(path.Ext(f.Name)) {
	case ".apk", ".exe", ".msi", ".bat", ".js", ".mp3", ".m4a", ".ogg", ".wav", ".mp4", ".mov", ".avi", ".3gp":
		return false
	}
	return true
}

// unsupported answers content that the bot can't read. What it waits for stays.
func (d *Desk) unsupported(r *Request) error {
	talk, kind, err := d.fileTalk(r)
	if err != nil {
		return err
	}
	if kind == "" || r.Group {
		return d.inPrivate(r, "error.unsupported")
	}
	m := twinning.Say("file.unsupported", nil)
	if len(talk.Files) > 0 {
		m.Lines = append(m.Lines, twinning.Line{Key: "file.kept", Args: ledger.CountArgs(len(talk.Files))})
	}
	return r.Reply(m)
}
