package bot

import (
	"slices"
	"strings"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// digestPrefix begins the subjects of reminders (ledger.Work.Remind).
const digestPrefix = "digest/"

// aboutDuty serves a reply to a reminder or to a message about one obligation: that it was seen, that it shall come
// again later, that somebody sees to it. done is false for anything else.
func (d *Desk) aboutDuty(r *Request, subject string) (done bool, err error) {
	subject = strings.TrimPrefix(subject, retired)
	named, one := dutyOf(subject)
	if !one {
		named.Unit = d.here(r)
	}
	switch {
	case !one && !strings.HasPrefix(subject, digestPrefix), !r.Person.MayLog():
		return false, nil
	case named.Unit != r.Person.Unit:
		return r.Group && d.isNoted(r.Text), nil // in the group of another unit that is said to its people
	}
	if c, waiting, err := d.conversation(r); err != nil || waiting && dutyKind(c.Kind) && one {
		return false, err // it answers a question about the obligation
	}
	if reading := d.reader.Read(r.Text, d.today(r)); reading.Intent == nlu.IntentActivity && reading.Certain {
		return false, nil
	}
	open, err := d.meant(r, subject)
	if err != nil {
		return false, err
	}
	if rest, ok := d.phrase("words.delegate", r.Text); ok && len(rest) > 0 {
		return d.oneDuty(r, open, func(o ledger.Owing) (bool, error) {
			return d.delegateWords(r, o.Obligation, strings.Join(rest, " "))
		})
	}
	if _, ok := d.phrase("words.later", r.Text); ok {
		return d.oneDuty(r, open, func(o ledger.Owing) (bool, error) {
			if days, ok := d.daysIn(r, r.Text); ok {
				return true, d.snooze(r, o, days)
			}
			return true, d.askSnooze(r, o)
		})
	}
	if d.isNoted(r.Text) {
		return true, d.noted(r, open)
	}
	return false, nil
}

// isNoted says whether the words say nothing but that something was seen: "đã rõ", "vâng, nhận được ạ", "ok em".
func (d *Desk) isNoted(text string) bool {
	polite := d.words["words.polite"]
	words := slices.DeleteFunc(plainWords(text), func(w string) bool { return slices.Contains(polite, w) })
	said := len(words) > 0
	for len(words) > 0 {
		n := 0
		for _, phrase := range d.words["words.noted"] {
			if p := strings.Fields(phrase); len(p) > n && len(p) <= len(words) && slices.Equal(p, words[:len(p)]) {
				n = len(p)
			}
		}
		if n == 0 {
			return false
		}
		words = words[n:]
	}
	return said
}

// dutyOf returns the one obligation that a message of this subject is about.
func dutyOf(subject string) (o twinning.Obligation, ok bool) {
	if key, ok := strings.CutPrefix(subject, dutyPrefix); ok {
		o, err := twinning.ParseObligation(key)
		return o, err == nil
	}
	return ledger.HandlingOf(subject)
}

// meant returns the open obligations of the sender's unit that a message may be about: the one that it names, else those
// that a reminder speaks of, which are due soon or overdue; when there are none of these, all.
func (d *Desk) meant(r *Request, subject string) ([]ledger.Owing, error) {
	owings, err := r.Work.OwingsOf(r.Person.Unit)
	if err != nil {
		return nil, wrapStep("reminded", err)
	}
	open := slices.DeleteFunc(owings, func(o ledger.Owing) bool { return !o.Standing.Open() || !o.Rule.Remind })
	if named, ok := dutyOf(subject); ok {
		return slices.DeleteFunc(open, func(o ledger.Owing) bool { return o.Obligation != named }), nil
	}
	pressing := slices.DeleteFunc(slices.Clone(open), func(o ledger.Owing) bool {
		return o.Standing == twinning.StandingUpcoming
	})
	if len(pressing) > 0 {
		return pressing, nil
	}
	return open, nil
}

// oneDuty does something about the one obligation that can be meant; among several the sender chooses first.
func (d *Desk) oneDuty(r *Request, open []ledger.Owing, do func(ledger.Owing) (bool, error)) (done bool, err error) {
	if len(open) == 1 {
		return do(open[0])
	}
	return true, d.showDuties(r, r.Person.Unit, 0)
}

// noted thanks somebody who has seen a reminder, and says what ends it. It changes nothing.
func (d *Desk) noted(r *Request, open []ledger.Owing) error {
	switch len(open) {
	case 0:
		return r.Reply(twinning.Say("remind.noted_nothing", nil))
	case 1:
		m := twinning.Say("remind.noted", twinning.Args{
			{"Title", twinning.Joined(r.Work.Title(open[0]))}, {"Due", twinning.Day(open[0].Deadlines.Due)},
		})
		m.Buttons = fileButtons(r, open[0].Obligation)
		return d.offer(r, m, optionsTalk{})
	}
	m := twinning.Say("remind.noted_several", ledger.CountArgs(len(open)))
	for _, o := range upTo(open, notedShown) {
		m.Buttons = append(m.Buttons, []twinning.Button{{
			Label: twinning.Line{Key: "button.file_duty", Args: twinning.Args{{"Title", twinning.Joined(r.Work.Title(o))}}},
			Data:  dutyData(r, "nop", o.Obligation),
		}})
	}
	m.Buttons = append(m.Buttons, []twinning.Button{press("button.more_to_do", "viec:@"+string(r.Person.Unit))})
	return d.offer(r, m, optionsTalk{})
}

// notedShown is how many documents are offered below the thanks for a reminder.
const notedShown = 3
