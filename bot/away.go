package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// awayTalk is whose absence the bot asks about, and the days once they are known.
type awayTalk struct {
	Person twinning.PersonID `json:"person"`
	From   twinning.Date     `json:"from,omitzero"`
	To     twinning.Date     `json:"to,omitzero"`
	// Data is the callback data of the question's buttons, in order.
	Data []string `json:"data,omitempty"`
}

// away keeps when the sender is away and who stands in: "/nghi từ 20/2 đến 25/2, nhờ Mai thay", "/nghi thôi"; alone it
// shows the present state.
func (d *Desk) away(_ context.Context, r *Request) error {
	switch {
	case r.Group:
		return r.Reply(twinning.Say("away.private", nil))
	case !r.Person.MayLog():
		return r.Reply(twinning.Say("away.not_reminded", nil))
	case r.Args == "":
		return d.showAway(r, *r.Person)
	case d.isBack(r.Args):
		return d.setAway(r, *r.Person, nil)
	}
	if done, err := d.awayWords(r, awayTalk{Person: r.Person.ID}, r.Args); done || err != nil {
		return err
	}
	return d.askAway(r, awayTalk{Person: r.Person.ID}, twinning.Say("away.unread", nil))
}

// isBack says whether the words end an absence.
func (d *Desk) isBack(words string) bool {
	return d.said("words.drop", words) || d.said("words.back", words)
}

// pressAway shows somebody's absence or changes it: "nghi:5", "nghi:5:off", "nghi:5:2027-02-20:2027-02-25:7" (7 stands
// in, 0 for nobody). Without a person it is the presser's own.
func (d *Desk) pressAway(ctx context.Context, r *Request) error {
	if r.Group || r.Press.Part(0) == "" {
		return d.away(ctx, r)
	}
	p, err := d.absent(r)
	if err != nil {
		return err
	}
	switch r.Press.Part(1) {
	case "":
		return d.showAway(r, p)
	case "off":
		return d.setAway(r, p, nil)
	}
	from, errFrom := twinning.ParseDate(r.Press.Part(1))
	to, errTo := twinning.ParseDate(r.Press.Part(2))
	var deputy twinning.PersonID
	if errFrom != nil || errTo != nil {
		return d.stale(r)
	}
	if r.Press.Part(3) != "0" {
		id, err := r.Press.ID(3)
		if err != nil {
			return err
		}
		deputy = twinning.PersonID(id)
	}
	return d.setAway(r, p, &twinning.Leave{From: from, To: to, Deputy: deputy})
}

// absent returns the person whom a button names: oneself, or somebody whom the sender may say it for.
func (d *Desk) absent(r *Request) (twinning.Person, error) {
	id, err := r.Press.ID(0)
	if err != nil {
		return twinning.Person{}, err
	}
	return d.absentPerson(r, twinning.PersonID(id))
}

func (d *Desk) absentPerson(r *Request, id twinning.PersonID) (twinning.Person, error) {
	p, err := r.Work.Person(id)
	if err != nil {
		return p, wrapStep("leave", err)
	}
	if !p.MayLog() || p.ID != r.Person.ID && !mayRemove(*r.Person, p.Unit) {
		return p, fmt.Errorf("leave of person %d: %w", id, twinning.ErrForbidden)
	}
	return p, nil
}

// showAway says when somebody is away and how to say it, and waits for the days.
func (d *Desk) showAway(r *Request, p twinning.Person) error {
	m := twinning.Message{Lines: []twinning.Line{d.awayLine(r, p), {}, say("away.how")}}
	if d.awayFrom(r, p) {
		m.Buttons = [][]twinning.Button{{press("button.back_at_work", fmt.Sprintf("nghi:%d:off", p.ID))}}
	}
	return d.askAway(r, awayTalk{Person: p.ID}, m)
}

// awayFrom says whether the person is away on the day or will be.
func (d *Desk) awayFrom(r *Request, p twinning.Person) bool {
	return p.Leave != nil && p.Leave.To >= d.programme.Today(r.Now)
}

// awayLine says when the person is away and who stands in.
func (d *Desk) awayLine(r *Request, p twinning.Person) twinning.Line {
	args := twinning.Args{{"Name", twinning.Text(p.Name)}}
	if !d.awayFrom(r, p) {
		return twinning.Line{Key: "away.none", Args: args}
	}
	args.Set("From", twinning.Day(p.Leave.From))
	args.Set("To", twinning.Day(p.Leave.To))
	deputy, err := r.Work.Person(p.Leave.Deputy)
	if err != nil {
		return twinning.Line{Key: "away.alone", Args: args}
	}
	args.Set("Deputy", twinning.Text(deputy.Name))
	return twinning.Line{Key: "away.deputy", Args: args}
}

// askAway shows a question about an absence and waits for its answer in words, by number or by button.
func (d *Desk) askAway(r *Request, talk awayTalk, m twinning.Message) error {
	talk.Data = dataOf(m)
	if err := d.converse(r, talkAway, talk); err != nil {
		return err
	}
	return d.step(r, fmt.Sprintf("%s%d", awayPrefix, talk.Person), m)
}

// awayAnswer serves words while the bot asks when somebody is away or who stands in. done is false when they are plainly
// something else.
func (d *Desk) awayAnswer(ctx context.Context, r *Request, c ledger.Conversation) (done bool, err error) {
	var talk awayTalk
	if err := decode(c, &talk); err != nil {
		return false, err
	}
	if done, err := d.chosen(ctx, r, talk.Data); done || err != nil {
		return done, err
	}
	p, err := d.absentPerson(r, talk.Person)
	if err != nil {
		return false, err
	}
	if d.said("words.back", r.Text) {
		return true, d.setAway(r, p, nil)
	}
	if !talk.From.IsZero() {
		return d.deputyWords(r, p, talk)
	}
	if done, err := d.awayWords(r, talk, r.Text); done || err != nil {
		return done, err
	}
	if d.elsewhere(r) {
		return false, nil
	}
	return true, r.Reply(twinning.Say("away.unread", nil))
}

// deputyWords serves the name of who stands in.
func (d *Desk) deputyWords(r *Request, p twinning.Person, talk awayTalk) (done bool, err error) {
	deputies, err := d.deputies(r, p, talk)
	if err != nil {
		return false, err
	}
	found := called(deputies, strings.Fields(r.Text))
	switch {
	case len(found) == 1:
		return true, d.setAway(r, p, &twinning.Leave{From: talk.From, To: talk.To, Deputy: found[0].ID})
	case d.said("words.nobody", r.Text):
		return true, d.setAway(r, p, &twinning.Leave{From: talk.From, To: talk.To})
	case d.elsewhere(r):
		return false, nil
	}
	return true, r.Reply(twinning.Say("away.deputy_unknown", twinning.Args{{"Text", twinning.Text(shortened(r.Text))}}))
}

// awayWords reads the days of an absence, and who stands in if that is said. done is false when no day is named.
func (d *Desk) awayWords(r *Request, talk awayTalk, words string) (done bool, err error) {
	p, err := d.absentPerson(r, talk.Person)
	if err != nil {
		return false, err
	}
	all, err := d.deputies(r, p, talk)
	if err != nil {
		return false, err
	}
	named, asked := d.phrase("words.deputy", words)
	found := called(all, named)
	days := words
	if asked {
		days = d.withoutDeputy(words, named, found)
	}
	leave, ok := d.daysAway(r, days)
	if !ok {
		return false, nil
	}
	talk.From, talk.To = leave.From, leave.To
	if !leave.Fits(d.programme.Today(r.Now)) {
		return true, r.Reply(twinning.Say("refuse.leave.range", nil))
	}
	if len(found) == 1 && !found[0].Leave.Overlaps(leave) {
		leave.Deputy = found[0].ID
		return true, d.setAway(r, p, &leave)
	}
	switch {
	case len(found) == 1:
		if err := r.Reply(twinning.Say("away.deputy_away", twinning.Args{{"Name", twinning.Text(found[0].Name)}})); err != nil {
			return true, err
		}
	case asked:
		unknown := twinning.Args{{"Text", twinning.Text(shortened(strings.Join(upTo(named, 2), " ")))}}
		if err := r.Reply(twinning.Say("away.deputy_unknown", unknown)); err != nil {
			return true, err
		}
	}
	return true, d.askDeputy(r, p, talk)
}

// withoutDeputy cuts the name after "nhờ" out of the words: "Mai" is a name there and no day.
func (d *Desk) withoutDeputy(words string, named []string, found []twinning.Person) string {
	before := strings.Join(strings.Fields(words)[:len(strings.Fields(words))-len(named)], " ")
	rest := strings.Join(named, " ")
	for _, p := range found {
		rest = withoutName(rest, p)
	}
	if len(found) == 0 && len(named) > 0 {
		rest = strings.Join(named[1:], " ")
	}
	return before + ", " + rest
}

// daysAway reads "từ 20/2 đến 25/2", "20/2-25/2", "mai", "đến 25/2", "3 ngày", "từ mai 3 ngày".
func (d *Desk) daysAway(r *Request, words string) (twinning.Leave, bool) {
	today := d.today(r)
	spans := d.reader.DatesAhead(dashed(words), today)
	length, hasLength := d.lengthIn(words, twinning.LeaveLimit)
	leave := twinning.Leave{From: today, To: today}
	_, tomorrow := d.phrase("words.tomorrow", words)
	if tomorrow {
		leave.From, leave.To = today+1, today+1
	}
	switch {
	case len(spans) > 0:
		first, last := spans[0], spans[len(spans)-1]
		leave.From, leave.To = first.From, max(last.From, last.To)
		_, until := d.phrase("words.until", words)
		switch {
		case leave.From == leave.To && hasLength:
			leave.To = leave.From.AddDays(length - 1)
		case len(spans) == 1 && first.To.IsZero() && until:
			leave.From = today
		}
		return leave, true
	case hasLength:
		leave.To = leave.From.AddDays(length - 1)
		return leave, true
	}
	return leave, tomorrow
}

// lengthIn reads how many days something takes: "3 ngày", "một tuần". A number above most is none.
func (d *Desk) lengthIn(words string, most int64) (days int, ok bool) {
	fields := strings.Fields(words)
	for i := range len(fields) - 1 {
		n, isNumber := d.reader.Number(strings.Trim(fields[i], wordEnds))
		unit := strings.Trim(fields[i+1], wordEnds)
		switch {
		case !isNumber || n < 1 || n > most:
		case d.said("words.days", unit):
			return int(n), true
		case d.said("words.weeks", unit):
			return int(n) * 7, true
		}
	}
	return 0, false
}

// dashed puts spaces around the dash of "20/2-25/2", which else reads as a year, and a dash for the "to" of English.
func dashed(words string) string {
	if !strings.Contains(words, "/") {
		return words
	}
	return strings.NewReplacer("-", " - ", "–", " - ", " to ", " - ").Replace(words)
}

// deputies returns who can stand in for the person: the others who act for the unit and are not away then themselves.
func (d *Desk) deputies(r *Request, p twinning.Person, talk awayTalk) ([]twinning.Person, error) {
	people, err := r.Work.Officers(p.Unit)
	if err != nil {
		return nil, wrapStep("leave", err)
	}
	return slices.DeleteFunc(people, func(x twinning.Person) bool {
		return x.ID == p.ID || !talk.From.IsZero() && x.Leave.Overlaps(twinning.Leave{From: talk.From, To: talk.To})
	}), nil
}

// askDeputy asks who stands in.
func (d *Desk) askDeputy(r *Request, p twinning.Person, talk awayTalk) error {
	deputies, err := d.deputies(r, p, talk)
	if err != nil {
		return err
	}
	m := twinning.Say("away.ask_deputy", twinning.Args{
		{"Name", twinning.Text(p.Name)}, {"From", twinning.Day(talk.From)}, {"To", twinning.Day(talk.To)},
	})
	data := fmt.Sprintf("nghi:%d:%s:%s:", p.ID, talk.From, talk.To)
	for _, x := range upTo(deputies, peopleOffered) {
		m.Buttons = append(m.Buttons, []twinning.Button{personButton(r, x, data+fmt.Sprint(x.ID))})
	}
	if len(deputies) > peopleOffered {
		m.Lines = append(m.Lines, say("away.more_people"))
	}
	m.Buttons = append(m.Buttons, []twinning.Button{press("button.no_deputy", data+"0")})
	return d.askAway(r, talk, m)
}

// setAway keeps the absence, or with nil its end, and says so.
func (d *Desk) setAway(r *Request, p twinning.Person, leave *twinning.Leave) error {
	if leave != nil && leave.Deputy != 0 {
		deputy, err := r.Work.Person(leave.Deputy)
		if err != nil {
			return wrapStep("leave", err)
		}
		if deputy.Leave.Overlaps(*leave) {
			return d.notice(r, "away.deputy_away", twinning.Args{{"Name", twinning.Text(deputy.Name)}})
		}
	}
	if err := r.Work.SetLeave(r.Actor(), p.ID, leave); err != nil {
		return d.refused(r, wrapStep("leave", err), nil)
	}
	if err := d.forgetAway(r); err != nil {
		return err
	}
	p.Leave = leave
	m := twinning.Message{Lines: []twinning.Line{d.awayLine(r, p)}}
	if leave != nil {
		m.Lines = append(m.Lines, say("away.kept"))
		m.Buttons = [][]twinning.Button{{press("button.back_at_work", fmt.Sprintf("nghi:%d:off", p.ID))}}
	}
	return d.step(r, fmt.Sprintf("%s%d", awayPrefix, p.ID), m)
}

// forgetAway stops waiting for the days of an absence.
func (d *Desk) forgetAway(r *Request) error {
	c, waiting, err := d.conversation(r)
	if err != nil || !waiting || c.Kind != talkAway {
		return err
	}
	return wrapStep("leave", r.Work.EndConversation(r.Chat, r.Person.ID))
}
