package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// owingButtons offers the documents that a unit owes, unmet ones first; prefix is "nop" (then a file is waited for) or
// "f" (the file is at hand).
func (d *Desk) owingButtons(r *Request, owings []ledger.Owing, prefix string) [][]twinning.Button {
	sorted := slices.Clone(owings)
	slices.SortStableFunc(sorted, func(a, b ledger.Owing) int { return owingRank(a) - owingRank(b) })
	return d.choiceButtons(r, sorted, prefix, 0)
}

// choiceButtons offers documents in their order from one of them on, with a button for those after them.
func (d *Desk) choiceButtons(r *Request, owings []ledger.Owing, prefix string, from int) [][]twinning.Button {
	shown := upTo(owings[min(from, len(owings)):], owingsOffered)
	rows := make([][]twinning.Button, 0, len(shown)+1)
	for _, o := range shown {
		key := "button.owing"
		if o.Standing.Met() {
			key = "button.owing_again"
		}
		rows = append(rows, []twinning.Button{{
			Label: twinning.Line{Key: key, Args: twinning.Args{{"Title", twinning.Joined(r.Work.Title(o))}}},
			Data:  owingData(r, prefix, o.Obligation),
		}})
	}
	if from += owingsOffered; from < len(owings) {
		data := fmt.Sprintf("%s:more:%d", prefix, from)
		if unit := owings[0].Obligation.Unit; unit != r.Person.Unit {
			data += ":" + string(unit)
		}
		rows = append(rows, []twinning.Button{press("button.more", data)})
	}
	return rows
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

// obligation reads what owingData wrote, from a part of the callback data on; without a unit it is that of whoever presses
// or, in a group that belongs to a unit, that of the group: the reminders there are the unit's.
func (d *Desk) obligation(r *Request, part int) (twinning.Obligation, error) {
	year, err := strconv.Atoi(r.Press.Part(part + 1))
	if err != nil || year != d.year(r, part+1) {
		return twinning.Obligation{}, fmt.Errorf("obligation: %w", twinning.ErrNotFound)
	}
	pairing, err := strconv.ParseUint("0"+r.Press.Part(part+2), 10, 64)
	if err != nil {
		return twinning.Obligation{}, fmt.Errorf("obligation: %w", twinning.ErrNotFound)
	}
	o := twinning.Obligation{
		Rule: twinning.RuleID(r.Press.Part(part)), Unit: d.here(r), Pairing: twinning.PairingID(pairing), Year: year,
	}
	if unit := twinning.UnitKey(r.Press.Part(part + 3)); unit != "" {
		o.Unit = unit
	}
	if !r.Person.MayLog() || o.Unit != r.Person.Unit && r.Person.Role != twinning.RoleCoordinator {
		return o, fmt.Errorf("obligation of %s: %w", o.Unit, twinning.ErrForbidden)
	}
	return o, nil
}

// chooseOwed lists what can be filed: "/nop"; a coordinator names the unit: "/nop xã Ch'ơm". As the caption of files it
// files those.
func (d *Desk) chooseOwed(ctx context.Context, r *Request) error {
	if !r.Person.MayLog() {
		return r.Reply(twinning.Say("draft.forbidden", nil))
	}
	if len(r.Files) > 0 {
		r.Text = r.Args
		talk, kind, err := d.fileTalk(r)
		if err != nil {
			return err
		}
		if kind == talkFile {
			return d.fileFor(r, talk)
		}
		return d.askWhatFile(ctx, r, talk)
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
	name := twinning.Args{{"Unit", r.Work.UnitName(unit)}}
	if len(owings) == 0 {
		return d.replace(r, "", twinning.Say("file.nothing_owed", name))
	}
	m := twinning.Say("file.choose", name)
	m.Buttons = d.owingButtons(r, owings, "nop")
	return d.offer(r, m, optionsTalk{})
}

// pressOwed waits for the file of one obligation: "nop:needs:2027:0".
func (d *Desk) pressOwed(_ context.Context, r *Request) error {
	if r.Press.Part(0) == "more" {
		return d.moreOwed(r)
	}
	o, err := d.obligation(r, 0)
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
		{"Title", twinning.Joined(r.Work.Title(owing))}, {"Date", twinning.Day(owing.Deadlines.Due)},
	})
	if o.Unit != r.Person.Unit {
		m.Lines = append(m.Lines, twinning.Line{Key: "file.for", Args: twinning.Args{{"Unit", r.Work.UnitName(o.Unit)}}})
	}
	m.Lines = append(m.Lines, d.contents(owing)...)
	return r.Reply(m)
}

// moreOwed shows the next documents of the list: "nop:more:12".
func (d *Desk) moreOwed(r *Request) error {
	unit, from, err := d.morePart(r)
	if err != nil {
		return err
	}
	owings, err := r.Work.OwingsOf(unit)
	if err != nil {
		return wrapStep("file", err)
	}
	slices.SortStableFunc(owings, func(a, b ledger.Owing) int { return owingRank(a) - owingRank(b) })
	m := twinning.Say("file.choose", twinning.Args{{"Unit", r.Work.UnitName(unit)}})
	m.Buttons = d.choiceButtons(r, owings, "nop", from)
	return d.offer(r, m, optionsTalk{})
}

// morePart reads "more:12" and "more:12:W20437": the unit whose documents are listed and from where on.
func (d *Desk) morePart(r *Request) (unit twinning.UnitKey, from int, err error) {
	from, err = strconv.Atoi(r.Press.Part(1))
	if err != nil || from < 0 {
		return "", 0, fmt.Errorf("more: %w", twinning.ErrNotFound)
	}
	unit = r.Person.Unit
	if named := twinning.UnitKey(r.Press.Part(2)); named != "" {
		unit = named
	}
	if !r.Person.MayLog() || unit != r.Person.Unit && r.Person.Role != twinning.RoleCoordinator {
		return "", 0, fmt.Errorf("more of %s: %w", unit, twinning.ErrForbidden)
	}
	return unit, from, nil
}

// contents lists what the document must contain (VI.[5], "Chú ý").
func (d *Desk) contents(o ledger.Owing) []twinning.Line {
	if len(o.Rule.Contents) == 0 {
		return nil
	}
	names := make([]twinning.Line, len(o.Rule.Contents))
	for i, id := range o.Rule.Contents {
		names[i] = twinning.Line{Key: "file.content", Args: twinning.Args{{"Name", twinning.Named(o.Rule.ContentNames[id])}}}
	}
	return []twinning.Line{{Key: "file.contents", Args: twinning.Args{{"Contents", twinning.Joined(names...)}}}}
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
	return true, r.Reply(twinning.Say("file.waiting", twinning.Args{{"Title", twinning.Joined(r.Work.Title(owing))}}))
}
