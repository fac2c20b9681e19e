package bot

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// snoozeDays are the choices of "remind me later", in days.
func snoozeDays() []int { return []int{1, 3, 7} }

// snoozeMost is the longest that somebody can put a reminder off by words, in days.
const snoozeMost = 366

// pressSnooze asks when to remind again, or takes the choice: "lat:needs:2027:0", "lat:needs:2027:0::3".
func (d *Desk) pressSnooze(_ context.Context, r *Request) error {
	owing, ok, err := d.ownDuty(r)
	if !ok || err != nil {
		return err
	}
	if r.Press.Part(4) == "" {
		return d.askSnooze(r, owing)
	}
	days, err := strconv.Atoi(r.Press.Part(4))
	if err != nil || days < 1 || days > snoozeMost {
		return d.stale(r)
	}
	return d.snooze(r, owing, days)
}

// askSnooze offers the days that end before the deadline, each with its date.
func (d *Desk) askSnooze(r *Request, o ledger.Owing) error {
	due := twinning.Args{{"Due", twinning.Day(o.Deadlines.Due)}}
	if o.Handling.Snoozes[r.Person.ID].Count >= twinning.SnoozesAllowed {
		return d.notice(r, "refuse.snooze.often", due)
	}
	today := d.programme.Today(r.Now)
	var dates []twinning.Date
	m := twinning.Say("snooze.ask", twinning.Args{
		{"Title", twinning.Joined(r.Work.Title(o))}, {"Due", twinning.Day(o.Deadlines.Due)},
	})
	for _, wish := range snoozeDays() {
		days, until, ok := d.snoozeDay(r, o, wish)
		if !ok || today.AddDays(wish) > o.Deadlines.Due || slices.Contains(dates, until) {
			continue
		}
		dates = append(dates, until)
		label := twinning.Line{Key: "button.snooze_days", Args: ledger.CountArgs(until.DaysSince(today))}
		label.Args.Set("Date", twinning.Day(until))
		m.Buttons = append(m.Buttons, []twinning.Button{{
			Label: label, Data: dutyData(r, "lat", o.Obligation, strconv.Itoa(days)),
		}})
	}
	if len(dates) == 0 {
		return d.notice(r, "refuse.snooze.late", due)
	}
	m.Buttons = append(m.Buttons, []twinning.Button{press("button.back_to_duty", dutyData(r, "viec", o.Obligation))})
	return d.askDuty(r, talkSnooze, dutyTalk{For: o.Obligation}, m)
}

// snoozeDay returns the fewest days, not fewer than wished, after which a working day comes that is still in time, and
// that day: whoever says "tomorrow" on a Friday means Monday.
func (d *Desk) snoozeDay(r *Request, o ledger.Owing, wish int) (days int, until twinning.Date, ok bool) {
	today := d.programme.Today(r.Now)
	for days = wish; days <= wish+longestHoliday; days++ {
		until, ok = twinning.SnoozeUntil(today, o.Deadlines.Due, days, d.programme.Calendar)
		if ok {
			return days, until, true
		}
	}
	return wish, 0, false
}

// longestHoliday is more days in a row than offices are ever closed (Tết with the weekends around it).
const longestHoliday = 14

// snooze puts the sender's reminders of an obligation off and says until when.
func (d *Desk) snooze(r *Request, o ledger.Owing, wish int) error {
	args := twinning.Args{{"Title", twinning.Joined(r.Work.Title(o))}, {"Due", twinning.Day(o.Deadlines.Due)}}
	days, _, _ := d.snoozeDay(r, o, wish)
	s, err := r.Work.Snooze(r.Actor(), o.Obligation, days)
	if err != nil {
		return d.refused(r, wrapStep("snooze", err), args)
	}
	args.Set("Date", twinning.Day(s.Until))
	m := twinning.Say("snooze.done", args)
	if left := twinning.SnoozesAllowed - s.Count; left > 0 {
		m.Lines = append(m.Lines, twinning.Line{Key: "snooze.left", Args: ledger.CountArgs(left)})
	} else {
		m.Lines = append(m.Lines, say("snooze.last"))
	}
	m.Buttons = fileButtons(r, o.Obligation)
	return d.result(r, o.Obligation, m)
}

// snoozeWords serves "3 ngày" or a date while the bot asks when to remind again.
func (d *Desk) snoozeWords(r *Request, o twinning.Obligation) (done bool, err error) {
	days, ok := d.daysIn(r, r.Text)
	switch {
	case !ok && d.elsewhere(r):
		return false, nil
	case !ok:
		return true, r.Reply(twinning.Say("snooze.unread", nil))
	}
	owing, err := r.Work.OpenOwing(o)
	if err != nil {
		return true, d.refused(r, wrapStep("snooze", err), nil)
	}
	return true, d.snooze(r, owing, days)
}

// daysIn reads how many days ahead the words mean: "3 ngày", "hai tuần", "mai", "thứ hai tuần sau", "25/2".
func (d *Desk) daysIn(r *Request, text string) (days int, ok bool) {
	if days, ok := d.lengthIn(text, snoozeMost); ok {
		return days, true
	}
	today := d.today(r)
	for _, span := range d.reader.DatesAhead(text, today) {
		if span.From > today && span.From.DaysSince(today) <= snoozeMost {
			return span.From.DaysSince(today), true
		}
	}
	if _, ok := d.phrase("words.tomorrow", text); ok {
		return 1, true
	}
	return 0, false
}

// wordEnds is what stands around a word without being part of it.
const wordEnds = ",.!?:;()“”\""

// phrase finds one of the phrases of a text of words in what somebody wrote, whatever the case and diacritics, and
// returns the words after it.
func (d *Desk) phrase(key, text string) (rest []string, ok bool) {
	fields := strings.Fields(text)
	plain := make([]string, len(fields))
	for i, f := range fields {
		plain[i] = plainLetters(strings.Trim(f, wordEnds))
	}
	longest := 0
	for _, phrase := range d.words[key] {
		words := strings.Fields(phrase)
		for i := 0; i+len(words) <= len(plain); i++ {
			if len(words) > longest && slices.Equal(plain[i:i+len(words)], words) {
				longest, rest, ok = len(words), fields[i+len(words):], true
			}
		}
	}
	return rest, ok
}
