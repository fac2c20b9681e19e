package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// peopleOffered is how many people one page of a choice names.
const peopleOffered = 8

// delegateDays are the choices until when an obligation is given, in days, beside its deadline.
func delegateDays() []int { return []int{3, 7} }

// pressDelegate gives an obligation to somebody of the unit step by step: "giao:needs:2027:0" asks whom, with "::@1" at
// its end on page 1; "::p5" asks until when; "::p5:2027-02-27" does it; "::back" takes it back.
func (d *Desk) pressDelegate(_ context.Context, r *Request) error {
	owing, ok, err := d.ownDuty(r)
	if !ok || err != nil {
		return err
	}
	choice := r.Press.Part(4)
	if choice == "back" {
		return d.undelegate(r, owing)
	}
	if page, ok := strings.CutPrefix(choice, "@"); ok || choice == "" {
		n, _ := strconv.Atoi(page) // no number is the first page
		return d.askDelegate(r, owing, n)
	}
	var id uint64
	if _, err := fmt.Sscanf(choice, "p%d", &id); err != nil {
		return d.stale(r)
	}
	if r.Press.Part(5) == "" {
		return d.askUntil(r, owing, twinning.PersonID(id))
	}
	until, err := twinning.ParseDate(r.Press.Part(5))
	if err != nil {
		return d.stale(r)
	}
	return d.delegate(r, owing, twinning.PersonID(id), until)
}

// askDelegate shows a page of the unit's people.
func (d *Desk) askDelegate(r *Request, o ledger.Owing, page int) error {
	people, err := r.Work.Officers(o.Unit)
	if err != nil {
		return wrapStep("delegate", err)
	}
	if len(people) < 2 {
		return d.notice(r, "delegate.alone", twinning.Args{{"Unit", r.Work.UnitName(o.Unit)}})
	}
	page = min(max(page, 0), (len(people)-1)/peopleOffered)
	from := page * peopleOffered
	m := twinning.Say("delegate.ask", twinning.Args{
		{"Title", twinning.Joined(r.Work.Title(o))}, {"Due", twinning.Day(o.Deadlines.Due)},
	})
	for _, p := range upTo(people[from:], peopleOffered) {
		m.Buttons = append(m.Buttons, []twinning.Button{personButton(r, p, dutyData(r, "giao", o.Obligation, fmt.Sprintf("p%d", p.ID)))})
	}
	if len(people) > peopleOffered {
		next, key := page+1, "button.more"
		if from+peopleOffered >= len(people) {
			next, key = 0, "button.first"
		}
		m.Buttons = append(m.Buttons, []twinning.Button{press(key, dutyData(r, "giao", o.Obligation, fmt.Sprintf("@%d", next)))})
	}
	m.Buttons = append(m.Buttons, []twinning.Button{press("button.back_to_duty", dutyData(r, "viec", o.Obligation))})
	return d.askDuty(r, talkDelegate, dutyTalk{For: o.Obligation}, m)
}

// personButton names a person, and says who is away on the day.
func personButton(r *Request, p twinning.Person, data string) twinning.Button {
	key := "button.person"
	if p.Leave.On(r.Work.Today()) {
		key = "button.person_away"
	}
	return twinning.Button{Label: twinning.Line{Key: key, Args: twinning.Args{{"Name", twinning.Text(p.Name)}}}, Data: data}
}

// askUntil asks until when the person has the obligation.
func (d *Desk) askUntil(r *Request, o ledger.Owing, to twinning.PersonID) error {
	p, err := r.Work.Person(to)
	if err != nil {
		return wrapStep("delegate", err)
	}
	if p.Unit != o.Unit || !p.MayLog() {
		return fmt.Errorf("delegate to person %d: %w", to, twinning.ErrForbidden)
	}
	today, last, lastKey := d.programme.Today(r.Now), o.Deadlines.Due, "button.until_due"
	if today > last {
		last, lastKey = o.Deadlines.Closes, "button.until_closes"
	}
	m := twinning.Say("delegate.until", twinning.Args{
		{"Title", twinning.Joined(r.Work.Title(o))}, {"Name", twinning.Text(p.Name)},
	})
	add := func(key string, until twinning.Date, args twinning.Args) {
		args.Set("Date", twinning.Day(until))
		m.Buttons = append(m.Buttons, []twinning.Button{{
			Label: twinning.Line{Key: key, Args: args},
			Data:  dutyData(r, "giao", o.Obligation, fmt.Sprintf("p%d", to), until.String()),
		}})
	}
	add(lastKey, last, twinning.Args{})
	for _, days := range delegateDays() {
		if until := today.AddDays(days); until < last {
			add("button.until_days", until, ledger.CountArgs(days))
		}
	}
	m.Buttons = append(m.Buttons, []twinning.Button{press("button.back_to_duty", dutyData(r, "giao", o.Obligation))})
	return d.askDuty(r, talkUntil, dutyTalk{For: o.Obligation, To: to}, m)
}

// delegate gives the obligation to the person and says so.
func (d *Desk) delegate(r *Request, o ledger.Owing, to twinning.PersonID, until twinning.Date) error {
	closes := twinning.Args{{"Date", twinning.Day(o.Deadlines.Closes)}}
	if err := r.Work.Delegate(r.Actor(), o.Obligation, to, until); err != nil {
		return d.refused(r, wrapStep("delegate", err), closes)
	}
	p, err := r.Work.Person(to)
	if err != nil {
		return wrapStep("delegate", err)
	}
	key := "delegate.done"
	if to == r.Person.ID {
		key = "delegate.done_self"
	}
	m := twinning.Say(key, twinning.Args{
		{"Title", twinning.Joined(r.Work.Title(o))}, {"Name", twinning.Text(p.Name)}, {"Until", twinning.Day(until)},
	})
	m.Buttons = [][]twinning.Button{{
		press("button.undelegate", dutyData(r, "giao", o.Obligation, "back")), press("button.more_to_do", "viec:@"+string(o.Unit)),
	}}
	return d.result(r, o.Obligation, m)
}

func (d *Desk) undelegate(r *Request, o ledger.Owing) error {
	title := twinning.Args{{"Title", twinning.Joined(r.Work.Title(o))}}
	if o.Handling.Delegation == nil {
		return d.notice(r, "delegate.none", title)
	}
	if err := r.Work.Undelegate(r.Actor(), o.Obligation); err != nil {
		return d.refused(r, wrapStep("undelegate", err), nil)
	}
	m := twinning.Say("delegate.taken_back", title)
	m.Buttons = fileButtons(r, o.Obligation)
	return d.result(r, o.Obligation, m)
}

// delegateWords serves the name of a person, and perhaps a day, for an obligation: "Mai", "anh Nam đến 25/2". done is
// false when the words are plainly something else.
func (d *Desk) delegateWords(r *Request, o twinning.Obligation, words string) (done bool, err error) {
	owing, err := r.Work.OpenOwing(o)
	if err != nil {
		return true, d.refused(r, wrapStep("delegate", err), nil)
	}
	people, err := r.Work.Officers(o.Unit)
	if err != nil {
		return false, wrapStep("delegate", err)
	}
	found := called(people, strings.Fields(words))
	switch {
	case len(found) == 1:
		if days, ok := d.untilIn(r, owing, withoutName(words, found[0])); ok {
			return true, d.delegate(r, owing, found[0].ID, days)
		}
		return true, d.askUntil(r, owing, found[0].ID)
	case len(found) == 0 && d.elsewhere(r) && r.ReplyTo == 0:
		return false, nil
	case len(found) == 0:
		err := r.Reply(twinning.Say("delegate.unknown", twinning.Args{
			{"Text", twinning.Text(shortened(words))}, {"Unit", r.Work.UnitName(o.Unit)},
		}))
		if err != nil {
			return true, err
		}
	}
	return true, d.askDelegate(r, owing, 0)
}

// untilWords serves the day until which an obligation is given.
func (d *Desk) untilWords(r *Request, talk dutyTalk) (done bool, err error) {
	owing, err := r.Work.OpenOwing(talk.For)
	if err != nil {
		return true, d.refused(r, wrapStep("delegate", err), nil)
	}
	until, ok := d.untilIn(r, owing, r.Text)
	switch {
	case ok:
		return true, d.delegate(r, owing, talk.To, until)
	case d.elsewhere(r):
		return false, nil
	}
	return true, r.Reply(twinning.Say("delegate.until_unread", nil))
}

// untilIn reads a last day: "đến hạn", "3 ngày", "25/2", "hết tuần này".
func (d *Desk) untilIn(r *Request, o ledger.Owing, words string) (twinning.Date, bool) {
	today := d.today(r)
	if _, ok := d.phrase("words.until_due", words); ok {
		return max(o.Deadlines.Due, today), true
	}
	for _, span := range d.reader.DatesAhead(words, today) {
		return max(span.From, span.To), true
	}
	days, ok := d.daysIn(r, words)
	return today.AddDays(days), ok
}

// nameWords is how many words a name and what people are called by may take: "giao cho đồng chí Bling Thị Mai".
const nameWords = 6

// called returns those of the people whom the first words may name: the ones with the most words of their names there;
// several when it can't be told.
func called(people []twinning.Person, words []string) []twinning.Person {
	heard := plainWords(strings.Join(upTo(words, nameWords), " "))
	var found []twinning.Person
	best := 0
	for _, p := range people {
		n := 0
		for _, w := range plainWords(p.Name) {
			if slices.Contains(heard, w) {
				n++
			}
		}
		if n > best {
			best, found = n, nil
		}
		if n == best && n > 0 {
			found = append(found, p)
		}
	}
	return found
}

// withoutName returns the words without those of the person's name, so that "Mai" is no "tomorrow".
func withoutName(words string, p twinning.Person) string {
	name := plainWords(p.Name)
	var rest []string
	for i, f := range strings.Fields(words) {
		if i >= nameWords || !slices.Contains(name, plainLetters(strings.Trim(f, wordEnds))) {
			rest = append(rest, f)
		}
	}
	return strings.Join(rest, " ")
}

// plainWords are the words of a text without case, diacritics and what stands around them.
func plainWords(text string) []string {
	var words []string
	for f := range strings.FieldsSeq(text) {
		if w := plainLetters(strings.Trim(f, wordEnds)); w != "" {
			words = append(words, w)
		}
	}
	return words
}
