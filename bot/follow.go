package bot

import (
	"errors"
	"fmt"
	"slices"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// talkFollow waits for what is still to be known about a document that was filed.
const talkFollow = "follow"

// followTalk is what a conversation about a filed document remembers.
type followTalk struct {
	ID twinning.FilingID `json:"id"`
	// Step is the open question; Done are those that were answered or passed over.
	Step string   `json:"step,omitempty"`
	Done []string `json:"done,omitempty"`
	// Marked are the further obligations that were ticked, Lacking the contents ticked as missing.
	Marked  []twinning.Obligation `json:"marked,omitempty"`
	Lacking []string              `json:"lacking,omitempty"`
	// Content is the content that was last asked for, Album the album whose pages belong to it.
	Content string `json:"content,omitempty"`
	Album   string `json:"album,omitempty"`
	// Undated says that the date that came with the document can't be its own, so that it is asked for.
	Undated bool `json:"undated,omitempty"`
	// Full has the whole card shown above the question.
	Full bool `json:"full,omitempty"`
	// Data is the callback data of the buttons in their order.
	Data []string `json:"data,omitempty"`
}

// The questions about a filed document, in their order: what else it is, number and date, whether it has all it must
// contain, and what it lacks.
const (
	stepAlso   = "also"
	stepNumber = "number"
	stepCheck  = "check"
	stepSupply = "supply"
)

// followUp asks the next question about a filed document, or shows it when there is none.
func (d *Desk) followUp(r *Request, f twinning.Filing, talk followTalk, before ...twinning.Line) error {
	also, err := r.Work.AlsoOpen(f)
	if err != nil {
		return wrapStep("follow", err)
	}
	talk.Step = d.nextStep(r, f, talk, len(also) > 0)
	m := twinning.Message{Lines: before}
	if r.Kind == KindPress || talk.Full || talk.Step == "" {
		if len(before) > 0 {
			m.Lines = append(m.Lines, twinning.Line{})
		}
		m.Lines = append(m.Lines, d.filedCard(r, f).Lines...)
	}
	talk.Full = false
	if talk.Step != "" && len(m.Lines) > 0 {
		m.Lines = append(m.Lines, twinning.Line{})
	}
	switch talk.Step {
	case stepAlso:
		d.askAlso(r, &m, talk, also)
	case stepNumber:
		m.Lines = append(m.Lines, say("file.ask_number"))
		m.Buttons = [][]twinning.Button{{press("button.skip", ledger.FilingData(f.ID, "ns"))}}
	case stepCheck:
		d.askCheck(r, &m, f, talk)
	case stepSupply:
		talk.Content = f.Wanting()[0]
		m.Lines = append(m.Lines, twinning.Line{Key: "file.ask_content", Args: twinning.Args{
			{"Content", r.Work.ContentNames(f, []string{talk.Content})},
		}})
		m.Buttons = [][]twinning.Button{{press("button.put_off", ledger.FilingData(f.ID, "sl"))}}
	default:
		if len(f.Wanting()) > 0 {
			m.Lines = append(m.Lines, say("file.supply_later"))
		}
	}
	m.Buttons = append(m.Buttons, d.afterButtons(r, f, talk.Step)...)
	if talk.Step == "" {
		m.Buttons = append(m.Buttons, d.sealButtons(r, f)...)
	}
	return d.showFollow(r, f, talk, m)
}

// showFollow shows the message and waits for the answer to its question, if it has one.
func (d *Desk) showFollow(r *Request, f twinning.Filing, talk followTalk, m twinning.Message) error {
	talk.Data = dataOf(m)
	if talk.Step == "" && talk.Album == "" {
		if err := d.endFollow(r); err != nil {
			return err
		}
		if err := d.choices(r, m); err != nil {
			return err
		}
	} else if err := d.converse(r, talkFollow, talk); err != nil {
		return err
	}
	return d.replace(r, ledger.FilingSubject(f.ID), m)
}

// endFollow stops waiting for answers about a filed document; whatever else is waited for stays.
func (d *Desk) endFollow(r *Request) error {
	c, waiting, err := d.conversation(r)
	if err != nil || !waiting || c.Kind != talkFollow {
		return err
	}
	return wrapStep("follow", r.Work.EndConversation(r.Chat, r.Person.ID))
}

// nextStep returns the first question that is open and was not passed over.
func (d *Desk) nextStep(r *Request, f twinning.Filing, talk followTalk, also bool) string {
	contents, _ := r.Work.Contents(f)
	open := map[string]bool{
		stepAlso:   also && r.Work.MayTakeBack(*r.Person, f),
		stepNumber: f.Number == "" || talk.Undated && f.Dated.IsZero(),
		stepCheck:  len(contents) > 0 && !f.Checked,
		stepSupply: len(f.Wanting()) > 0,
	}
	for _, step := range []string{stepAlso, stepNumber, stepCheck, stepSupply} {
		if open[step] && !slices.Contains(talk.Done, step) {
			return step
		}
	}
	return ""
}

// afterButtons undo a filing by mistake, and show it once nothing is asked any more.
func (d *Desk) afterButtons(r *Request, f twinning.Filing, step string) [][]twinning.Button {
	var row []twinning.Button
	if f.State == twinning.FilingSubmitted && r.Work.MayTakeBack(*r.Person, f) {
		row = append(row, press("button.misfiled", ledger.FilingData(f.ID, "x")))
	}
	if step == "" {
		row = append(row, press("button.filing_show", ledger.FilingData(f.ID, "")))
	}
	if len(row) == 0 {
		return nil
	}
	return [][]twinning.Button{row}
}

// alsoOffered is how many further obligations are offered to be ticked.
const alsoOffered = 8

// askAlso offers the unit's other documents of the same deadline to be ticked.
func (d *Desk) askAlso(r *Request, m *twinning.Message, talk followTalk, also []ledger.Owing) {
	m.Lines = append(m.Lines, say("file.ask_also"))
	for _, o := range upTo(also, alsoOffered) {
		key := "button.unticked"
		if slices.Contains(talk.Marked, o.Obligation) {
			key = "button.ticked"
		}
		m.Buttons = append(m.Buttons, []twinning.Button{{
			Label: twinning.Line{Key: key, Args: twinning.Args{{"Title", twinning.Joined(r.Work.Title(o))}}},
			Data:  owingData(r, ledger.FilingData(talk.ID, "t"), o.Obligation),
		}})
	}
	key := "button.also_none"
	if len(talk.Marked) > 0 {
		key = "button.also_done"
	}
	m.Buttons = append(m.Buttons, []twinning.Button{press(key, ledger.FilingData(talk.ID, "td"))})
}

// askCheck asks whether the document has all that it must contain; what is missing is ticked.
func (d *Desk) askCheck(r *Request, m *twinning.Message, f twinning.Filing, talk followTalk) {
	contents, names := r.Work.Contents(f)
	m.Lines = append(m.Lines, twinning.Line{Key: "file.ask_check", Args: twinning.Args{{"Contents", r.Work.ContentNames(f, contents)}}})
	if len(talk.Lacking) == 0 {
		m.Buttons = append(m.Buttons, []twinning.Button{{
			Label: twinning.Line{Key: "button.check_all", Args: ledger.CountArgs(len(contents))}, Data: ledger.FilingData(f.ID, "ca"),
		}})
	}
	var row []twinning.Button
	for _, id := range contents {
		key := "button.unmissing"
		if slices.Contains(talk.Lacking, id) {
			key = "button.missing_content"
		}
		row = append(row, twinning.Button{
			Label: twinning.Line{Key: key, Args: twinning.Args{{"Title", twinning.Named(names[id])}}},
			Data:  ledger.FilingData(f.ID, "c:"+id),
		})
		if len(row) == 2 {
			m.Buttons, row = append(m.Buttons, row), nil
		}
	}
	if len(row) > 0 {
		m.Buttons = append(m.Buttons, row)
	}
	if len(talk.Lacking) > 0 {
		m.Buttons = append(m.Buttons, []twinning.Button{press("button.check_done", ledger.FilingData(f.ID, "cd"))})
	}
	m.Buttons = append(m.Buttons, []twinning.Button{press("button.put_off", ledger.FilingData(f.ID, "cs"))})
}

// following returns what the bot remembers of its questions about the document, anew when it asked something else since.
func (d *Desk) following(r *Request, id twinning.FilingID) (followTalk, error) {
	fresh := followTalk{ID: id}
	c, waiting, err := d.conversation(r)
	if err != nil || !waiting || c.Kind != talkFollow {
		return fresh, err
	}
	var talk followTalk
	if err := decode(c, &talk); err != nil || talk.ID != id {
		return fresh, err
	}
	return talk, nil
}

// toggle adds an element, or takes it out when it is there.
func toggle[T comparable](list []T, x T) []T {
	if i := slices.Index(list, x); i >= 0 {
		return slices.Delete(slices.Clone(list), i, i+1)
	}
	return append(slices.Clip(list), x)
}

// tick ticks a further obligation: "v:45:t:commune_group:2027:0".
func (d *Desk) tick(r *Request, f twinning.Filing, talk followTalk) error {
	o, err := d.obligation(r, 2)
	if err != nil {
		return err
	}
	talk.Marked = toggle(talk.Marked, o)
	return d.followUp(r, f, talk)
}

// extend files the document for what was ticked. What was met meanwhile is left out.
func (d *Desk) extend(r *Request, f twinning.Filing, talk followTalk) error {
	talk.Done = append(talk.Done, stepAlso)
	also, err := r.Work.AlsoOpen(f)
	if err != nil {
		return wrapStep("extend", err)
	}
	marked := slices.DeleteFunc(slices.Clone(talk.Marked), func(o twinning.Obligation) bool {
		return !slices.ContainsFunc(also, func(x ledger.Owing) bool { return x.Obligation == o })
	})
	talk.Marked = nil
	if len(marked) > 0 {
		if f, err = r.Work.Extend(r.Actor(), f.ID, marked); err != nil {
			return d.changed(r, f, err)
		}
	}
	return d.followUp(r, f, talk)
}

// setChecklist stores what the document lacks.
func (d *Desk) setChecklist(r *Request, f twinning.Filing, talk followTalk) error {
	f, err := r.Work.SetChecklist(r.Actor(), f.ID, talk.Lacking)
	if err != nil {
		return d.changed(r, f, err)
	}
	talk.Lacking = nil
	var before []twinning.Line
	switch {
	case len(f.Lacks) == 0:
		before = []twinning.Line{say("file.complete")}
	case r.Kind != KindPress:
		before = []twinning.Line{{Key: "filing.wanting", Args: twinning.Args{{"Contents", r.Work.ContentNames(f, f.Lacks)}}}}
	}
	return d.followUp(r, f, talk, before...)
}

// changed answers a change that came too late: it shows the document as it is.
func (d *Desk) changed(r *Request, f twinning.Filing, err error) error {
	if done, failed := d.refusedFiling(r, err); done || failed != nil && !errors.Is(failed, twinning.ErrConflict) {
		return failed
	}
	if f.ID == 0 {
		return wrapStep("filing", err)
	}
	return d.showFiling(r, f, twinning.Line{Key: "filing.changed", Args: twinning.Args{{"ID", twinning.Number(f.ID)}}})
}

// askSupply goes back to the questions about a document: "v:45:s", "v:45:ck", "v:45:n".
func (d *Desk) askSupply(r *Request, f twinning.Filing, step string) error {
	if !f.Stands() {
		return d.changed(r, f, fmt.Errorf("filing %d: %w", f.ID, twinning.ErrConflict))
	}
	talk := followTalk{ID: f.ID, Done: slices.DeleteFunc(
		[]string{stepAlso, stepNumber, stepCheck, stepSupply}, func(s string) bool { return s == step },
	)}
	if step != stepNumber {
		return d.followUp(r, f, talk)
	}
	// A number that is known already is asked for all the same: it is to be corrected.
	m := twinning.Say("file.ask_number", nil)
	m.Buttons = [][]twinning.Button{{press("button.skip", ledger.FilingData(f.ID, "ns"))}}
	talk.Step = stepNumber
	talk.Data = dataOf(m)
	if err := d.converse(r, talkFollow, talk); err != nil {
		return err
	}
	return r.ReplySubject(ledger.FilingSubject(f.ID), m)
}
