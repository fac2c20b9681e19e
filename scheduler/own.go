package scheduler

import (
	"fmt"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// ownLines lists what the addressee's unit owes, most urgent deadline first, and says what to do.
func ownLines(k *ledger.Look, to twinning.Person, own []Reminder) ([]twinning.Line, error) {
	title := twinning.Line{Key: "remind.title", Args: twinning.Args{{"Date", twinning.Day(k.Today())}}}
	if to.ID == 0 || to.Role == twinning.RoleLead {
		title.Key = "remind.title_unit"
		title.Args.Set("Unit", k.UnitName(own[0].Unit))
	}
	lines := []twinning.Line{title}
	due := twinning.Date(0)
	for _, r := range own[:min(len(own), itemsShown)] {
		d := r.Owing.Deadlines
		if d.Due != due {
			due = d.Due
			lines = append(lines, twinning.Line{}, twinning.Line{Key: "remind.deadline", Args: twinning.Args{
				{"Due", twinning.Day(d.Due)}, {"Left", twinning.Joined(timeLeft(d, k.Today()))},
			}})
			lines = append(lines, dayOff(k, d)...)
		}
		lines = append(lines, twinning.Line{Key: "remind.item", Args: twinning.Args{{"Title", twinning.Joined(k.Title(*r.Owing))}}})
		notes, err := notesOf(k, to, r)
		if err != nil {
			return nil, err
		}
		lines = append(lines, notes...)
	}
	if rest := len(own) - itemsShown; rest > 0 {
		lines = append(lines, twinning.Line{Key: "remind.more", Args: twinning.Args{{"Count", twinning.Number(rest)}}})
	}
	return append(lines, twinning.Line{}, twinning.Line{Key: "remind.what_to_do"}), nil
}

// notesOf says below an item what is special about it: that Ban Dân tộc urges, that the last version was returned, that
// somebody was given it, that the other party is late with what it waits for.
func notesOf(k *ledger.Look, to twinning.Person, r Reminder) ([]twinning.Line, error) {
	var notes []twinning.Line
	o := r.Owing
	if r.Urged {
		notes = append(notes, twinning.Line{Key: "remind.note_urged"})
	}
	if o.Returned != nil {
		notes = append(notes, twinning.Line{Key: "remind.note_returned", Args: twinning.Args{
			{"Reason", twinning.Text(o.Returned.Reason)},
		}})
	}
	if d := o.Handling.Delegation; d != nil && d.Until >= k.Today() && d.To != to.ID {
		if p, err := k.Person(d.To); err == nil {
			notes = append(notes, twinning.Line{Key: "remind.note_delegated", Args: twinning.Args{
				{"Name", twinning.Text(p.Name)}, {"Until", twinning.Day(d.Until)},
			}})
		}
	}
	cause, late, err := k.Hindrance(*o)
	if late {
		notes = append(notes, twinning.Line{Key: "remind.note_cause", Args: twinning.Args{
			{"Unit", k.UnitName(cause.Unit)},
			{"Title", twinning.Joined(k.Title(cause))},
			{"Count", twinning.Number(k.Today().DaysSince(cause.Deadlines.Due))},
		}})
	}
	return notes, err
}

// timeLeft says in words how far the deadline is. Between the last day in time and the last day that is not late a
// filing is "đúng ngày hạn", so that nobody is called late then.
func timeLeft(d twinning.Deadlines, today twinning.Date) twinning.Line {
	days := d.Due.DaysSince(today)
	switch {
	case days > 0:
		return twinning.Line{Key: "remind.left", Args: twinning.Args{{"Count", twinning.Number(days)}}}
	case days == 0:
		return twinning.Line{Key: "remind.left_today"}
	case today < d.LateAfter:
		return twinning.Line{Key: "remind.left_grace", Args: twinning.Args{{"Date", twinning.Day(d.LateAfter)}}}
	case today == d.LateAfter:
		return twinning.Line{Key: "remind.left_grace_today"}
	}
	return twinning.Line{Key: "remind.overdue", Args: twinning.Args{{"Count", twinning.Number(-days)}}}
}

// dayOff warns that a last day in time still to come is no working day.
func dayOff(k *ledger.Look, d twinning.Deadlines) []twinning.Line {
	calendar := k.Programme().Calendar
	if k.Today() > d.Due || calendar.Working(d.Due) {
		return nil
	}
	last := calendar.OnOrBefore(d.Due)
	line := twinning.Line{Key: "remind.day_off", Args: twinning.Args{
		{"Due", twinning.Day(d.Due)},
		{"Last", twinning.Day(last)},
		{"Weekday", twinning.Key(fmt.Sprintf("weekday.%d", d.Due.Weekday()))},
	}}
	if last == k.Today() {
		line.Key = "remind.day_off_today"
	}
	return []twinning.Line{line}
}

// ownButtons offers to file what is most urgent and, to a person, what else can be done about it: of a single document at
// once, of several through the list of them. What a group is told nobody can put off or pass on for all.
func ownButtons(k *ledger.Look, to twinning.Person, own []Reminder) [][]twinning.Button {
	var rows [][]twinning.Button
	for _, r := range own[:min(len(own), buttonsShown)] {
		label := twinning.Line{Key: "button.file_now"}
		if len(own) > 1 {
			label = fileLabel(k, *r.Owing)
		}
		rows = append(rows, []twinning.Button{{Label: label, Data: ledger.ObligationData("nop", r.Obligation)}})
	}
	deadlines := twinning.Button{Label: twinning.Line{Key: "button.deadlines"}, Data: "han"}
	button := func(key, prefix string) twinning.Button {
		return twinning.Button{Label: twinning.Line{Key: key}, Data: ledger.ObligationData(prefix, own[0].Obligation)}
	}
	switch {
	case to.ID == 0:
		return append(rows, []twinning.Button{deadlines})
	case len(own) > 1:
		return append(rows, []twinning.Button{{Label: twinning.Line{Key: "button.more_to_do"}, Data: "viec"}, deadlines})
	}
	if _, ok := twinning.SnoozeUntil(k.Today(), own[0].Owing.Deadlines.Due, 1, k.Programme().Calendar); ok {
		rows = append(rows, []twinning.Button{button("button.later", "lat"), button("button.delegate", "giao")})
	} else {
		rows = append(rows, []twinning.Button{button("button.delegate", "giao")})
	}
	return append(rows, []twinning.Button{button("button.not_ours", "kpt")}, []twinning.Button{deadlines})
}

// fileLabel names the document, since several buttons would else read the same.
func fileLabel(k *ledger.Look, o ledger.Owing) twinning.Line {
	name := twinning.Named(o.Rule.Name)
	if p, err := k.Pairing(o.Pairing); o.Pairing != 0 && err == nil {
		return twinning.Line{Key: "button.file_pairing", Args: twinning.Args{
			{"Name", name}, {"Counterpart", k.UnitName(p.Counterpart(o.Unit))},
		}}
	}
	return twinning.Line{Key: "button.file_named", Args: twinning.Args{{"Name", name}}}
}

// districtLines lists what the district's communes owe that nobody is linked for, a line for each commune and deadline.
func districtLines(k *ledger.Look, reminders []Reminder) []twinning.Line {
	lines := []twinning.Line{{Key: "remind.district"}}
	type place struct {
		unit twinning.UnitKey
		due  twinning.Date
	}
	names := map[place][]twinning.Line{}
	var places []place
	for _, r := range reminders {
		at := place{r.Unit, r.Owing.Deadlines.Due}
		if names[at] == nil {
			places = append(places, at)
		}
		names[at] = append(names[at], twinning.Line{
			Key: "remind.name", Args: twinning.Args{{"Name", twinning.Named(r.Owing.Rule.Name)}},
		})
	}
	for _, at := range places[:min(len(places), itemsShown)] {
		lines = append(lines, twinning.Line{Key: "remind.district_item", Args: twinning.Args{
			{"Unit", k.UnitName(at.unit)}, {"Titles", twinning.Joined(names[at]...)}, {"Due", twinning.Day(at.due)},
		}})
	}
	if rest := len(places) - itemsShown; rest > 0 {
		lines = append(lines, twinning.Line{Key: "remind.more", Args: twinning.Args{{"Count", twinning.Number(rest)}}})
	}
	return lines
}
