package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// source shows where a figure comes from: "/nguon HĐ123" is one activity with its history and its files.
func (d *Desk) source(_ context.Context, r *Request) error {
	name, _, _ := strings.Cut(strings.TrimSpace(r.Args), " ")
	id, err := strconv.ParseUint(strings.TrimPrefix(plainLetters(name), "hd"), 10, 64)
	if err != nil {
		return r.Reply(twinning.Say("history.which", nil))
	}
	return d.showSource(r, twinning.ActivityID(id), 0)
}

// pressSource shows the history of an activity: "src:5", "src:5:1" for its second page.
func (d *Desk) pressSource(_ context.Context, r *Request) error {
	id, err := r.Press.ID(0)
	if err != nil {
		return err
	}
	page, _ := strconv.Atoi(r.Press.Part(1)) // what is no number is the first page
	return d.showSource(r, twinning.ActivityID(id), page)
}

// historyShown is how many versions of an activity one message shows.
const historyShown = 6

// showSource shows an activity in short, who did what to it and when, and its photos and files.
func (d *Desk) showSource(r *Request, id twinning.ActivityID, page int) error {
	act, err := r.Work.Activity(id)
	if errors.Is(err, twinning.ErrNotFound) {
		return d.notice(r, "activity.unknown", twinning.Args{{"ID", twinning.Number(id)}})
	}
	if err != nil {
		return wrapStep("source", err)
	}
	may, err := r.Work.MayReadActivity(*r.Person, act)
	if err != nil {
		return wrapStep("source", err)
	}
	if !may {
		return d.notice(r, "error.scope_activity", nil)
	}
	history, err := r.Work.HistoryLines(id)
	if err != nil {
		return wrapStep("source", err)
	}
	m := twinning.Message{Lines: []twinning.Line{d.activityRow(r, act)}}
	if act.Facts.Place != "" {
		m.Lines = append(m.Lines, twinning.Line{Key: "card.place", Args: twinning.Args{{"Place", twinning.Text(act.Facts.Place)}}})
	}
	if act.Facts.Summary != "" {
		m.Lines = append(m.Lines, twinning.Line{Key: "card.summary", Args: twinning.Args{
			{"Text", twinning.Text(limited(act.Facts.Summary, summaryShown))},
		}})
	}
	m.Lines = append(m.Lines, twinning.Line{Key: "history.title", Args: ledger.CountArgs(len(history))})
	rows, at, pages := pageOf(history, page, historyShown)
	m.Lines = append(m.Lines, rows...)
	if at == 0 {
		m.Files = act.Files
	}
	m.Buttons = turnButtons(at, pages, func(p int) string { return fmt.Sprintf("src:%d:%d", id, p) })
	m.Buttons = append(m.Buttons, []twinning.Button{press("button.activity_card", fmt.Sprintf("act:%d", id))})
	if page > 0 || len(act.Files) == 0 {
		return d.replace(r, "", m)
	}
	return r.Reply(m)
}

// summaryShown is how many characters of the officer's own words the history repeats.
const summaryShown = 200
