package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// dutySubject names the bot's messages about one obligation in which one step takes the place of the one before.
func dutySubject(o twinning.Obligation) string { return dutyPrefix + o.Key() }

// The subjects of messages that go on step by step: the card of an obligation, the list of a unit's obligations, a
// person's absence, an urge.
const (
	dutyPrefix = "duty/"
	listPrefix = "duties/"
	awayPrefix = "leave/"
	urgePrefix = "urge/"
)

// dutyData names an obligation in callback data, with what else the button says at its end. In a group the unit is always
// named: people of several units may press there.
func dutyData(r *Request, prefix string, o twinning.Obligation, more ...string) string {
	unit := ""
	if r.Group || o.Unit != r.Person.Unit {
		unit = string(o.Unit)
	}
	data := ledger.ObligationData(prefix, o)
	if unit == "" && len(more) == 0 {
		return data
	}
	return strings.Join(append([]string{data, unit}, more...), ":")
}

// here returns whose obligations are spoken of in the chat: the unit's of a group that is bound to one, else the
// sender's.
func (d *Desk) here(r *Request) twinning.UnitKey {
	if r.Group {
		if g, err := r.Work.Group(r.Chat); err == nil && g.Unit != "" {
			return g.Unit
		}
	}
	return r.Person.Unit
}

// step shows the next message about something: in place of the pressed one when that was a step too, else below, since a
// reminder names other documents as well and stays as it is. After typed words the step before loses its buttons.
func (d *Desk) step(r *Request, subject string, m twinning.Message) error {
	return d.follow(r, subject, subject, m)
}

// result shows what became of the steps about an obligation. It takes the place of the last step and is none itself, so
// that what was decided stays to be read when the obligation comes up again.
func (d *Desk) result(r *Request, o twinning.Obligation, m twinning.Message) error {
	if err := d.keepOptions(r, m, optionsTalk{}); err != nil {
		return err
	}
	return d.follow(r, dutySubject(o), ledger.HandlingSubject(o), m)
}

// follow shows a message of the subject after the steps of another.
func (d *Desk) follow(r *Request, steps, subject string, m twinning.Message) error {
	if r.Kind != KindPress {
		if err := d.closeSteps(r, steps); err != nil {
			return err
		}
		return r.ReplySubject(subject, m)
	}
	pressed, err := r.Work.SubjectOf(r.Chat, r.Press.Message)
	if err != nil && !errors.Is(err, twinning.ErrNotFound) {
		return wrapStep("step", err)
	}
	for _, prefix := range []string{dutyPrefix, listPrefix, awayPrefix, urgePrefix} {
		if strings.HasPrefix(pressed, prefix) {
			return r.EditSubject(subject, m)
		}
	}
	return r.ReplySubject(subject, m)
}

// closeSteps takes the buttons off the messages of a subject that are in this chat.
func (d *Desk) closeSteps(r *Request, subject string) error {
	refs, err := r.Work.MessagesOf(subject)
	if err != nil {
		return wrapStep("step", err)
	}
	if !slices.ContainsFunc(refs, func(ref ledger.MessageRef) bool { return ref.Chat == r.Chat }) {
		return nil
	}
	return d.retire(r, subject, twinning.Say("draft.replaced", nil))
}

// offerStep is step for a message whose buttons can be chosen by typing their number too.
func (d *Desk) offerStep(r *Request, subject string, m twinning.Message) error {
	if err := d.keepOptions(r, m, optionsTalk{}); err != nil {
		return err
	}
	return d.step(r, subject, m)
}

// dutyTalk is what a question about one obligation remembers.
type dutyTalk struct {
	For twinning.Obligation `json:"for"`
	// To is the person who gets it, once chosen.
	To twinning.PersonID `json:"to,omitempty"`
	// Data is the callback data of the question's buttons, in order.
	Data []string `json:"data,omitempty"`
}

// askDuty shows a question about an obligation and waits for its answer in words, by number or by button.
func (d *Desk) askDuty(r *Request, kind string, talk dutyTalk, m twinning.Message) error {
	talk.Data = dataOf(m)
	if err := d.converse(r, kind, talk); err != nil {
		return err
	}
	return d.step(r, dutySubject(talk.For), m)
}

// dutyAnswer serves words while a question about an obligation is open. done is false when they are plainly something
// else.
func (d *Desk) dutyAnswer(ctx context.Context, r *Request, c ledger.Conversation) (done bool, err error) {
	var talk dutyTalk
	if err := decode(c, &talk); err != nil {
		return false, err
	}
	if done, err := d.chosen(ctx, r, talk.Data); done || err != nil {
		return done, err
	}
	switch c.Kind {
	case talkSnooze:
		return d.snoozeWords(r, talk.For)
	case talkDelegate:
		return d.delegateWords(r, talk.For, r.Text)
	case talkUntil:
		return d.untilWords(r, talk)
	}
	if d.plainlyElse(r) {
		return false, nil
	}
	if c.Kind == talkWaive {
		return true, d.waive(r, talk.For, r.Text)
	}
	return true, d.disclaim(r, talk.For, r.Text)
}

// refused tells why the rules say no to what was asked about an obligation. Once it is settled nothing is waited for any
// more. Any other error is returned.
func (d *Desk) refused(r *Request, err error, args twinning.Args) error {
	invalid, ok := errors.AsType[*twinning.InvalidError](err)
	if !ok {
		return err
	}
	if c, waiting, err := d.conversation(r); err != nil {
		return err
	} else if waiting && invalid.Field == "obligation" && dutyKind(c.Kind) {
		if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
			return wrapStep("conversation", err)
		}
	}
	return d.notice(r, fmt.Sprintf("refuse.%s.%s", invalid.Field, invalid.Rule), args)
}

// dutyKind says whether a conversation of the kind is about one obligation.
func dutyKind(kind string) bool {
	return slices.Contains([]string{talkSnooze, talkDelegate, talkUntil, talkDisclaim, talkWaive}, kind)
}

// ownDuty returns the obligation that a button names, when it is one of the presser's own unit and still asked for; ok is
// false when that was told already.
func (d *Desk) ownDuty(r *Request) (owing ledger.Owing, ok bool, err error) {
	o, err := d.obligation(r, 0)
	foreign := errors.Is(err, twinning.ErrForbidden) && r.Person.MayLog() || err == nil && o.Unit != r.Person.Unit
	if foreign {
		if _, err := r.Work.Unit(o.Unit); err != nil {
			return owing, false, wrapStep("duty", err)
		}
		return owing, false, d.notice(r, "duty.not_yours", twinning.Args{{"Unit", r.Work.UnitName(o.Unit)}})
	}
	if err != nil {
		return owing, false, err
	}
	if owing, err = r.Work.OpenOwing(o); err != nil {
		return owing, false, d.refused(r, wrapStep("duty", err), nil)
	}
	return owing, true, nil
}

// duties lists the open obligations of the sender's unit so that one can be chosen: "/viec"; a coordinator names the
// unit: "/viec xã Ch'ơm".
func (d *Desk) duties(_ context.Context, r *Request) error {
	if !r.Person.MayLog() {
		return r.Reply(twinning.Say("draft.forbidden", nil))
	}
	unit := r.Person.Unit
	if r.Person.Role == twinning.RoleCoordinator && r.Args != "" {
		named, done, err := d.named(r, r.Args, "viec:@%s")
		if done || err != nil {
			return err
		}
		unit = named
	}
	return d.showDuties(r, unit, 0)
}

// pressDuty shows the list of obligations or the card of one: "viec", "viec:@W20437", "viec:@W20437:1" (page 1),
// "viec:needs:2027:0", "viec:needs:2027:0:W20437".
func (d *Desk) pressDuty(_ context.Context, r *Request) error {
	first := r.Press.Part(0)
	unit, list := strings.CutPrefix(first, "@")
	if list || first == "" {
		key := cmp.Or(twinning.UnitKey(unit), d.here(r))
		if _, err := r.Work.Unit(key); err != nil {
			return wrapStep("duties", err)
		}
		if !r.Person.MayLog() || key != r.Person.Unit && (r.Group || r.Person.Role != twinning.RoleCoordinator) {
			return d.notice(r, "duty.not_yours", twinning.Args{{"Unit", r.Work.UnitName(key)}})
		}
		page, _ := strconv.Atoi(r.Press.Part(1)) // no number is the first page
		return d.showDuties(r, key, page)
	}
	o, err := d.obligation(r, 0)
	if err != nil {
		return err
	}
	owing, err := r.Work.OwingNamed(o)
	if err != nil {
		return wrapStep("duty", err)
	}
	return d.offerStep(r, dutySubject(o), d.obligationCard(r, owing))
}

// dutiesShown is how many obligations one page of the list has.
const dutiesShown = 8

// showDuties shows a page of the unit's obligations that are open or waived, the most urgent first.
func (d *Desk) showDuties(r *Request, unit twinning.UnitKey, page int) error {
	owings, err := d.handled(r, unit)
	if err != nil {
		return err
	}
	args := twinning.Args{{"Unit", r.Work.UnitName(unit)}}
	if len(owings) == 0 {
		return d.step(r, listPrefix+string(unit), twinning.Say("duty.none", args))
	}
	page = min(max(page, 0), (len(owings)-1)/dutiesShown)
	from := page * dutiesShown
	m := twinning.Say("duty.choose", args)
	for _, o := range upTo(owings[from:], dutiesShown) {
		m.Lines = append(m.Lines, twinning.Line{Key: "duty.row", Args: twinning.Args{
			{"Number", twinning.Number(len(m.Lines))}, {"State", twinning.Joined(d.dutyLine(r, o))},
		}})
		m.Buttons = append(m.Buttons, []twinning.Button{{
			Label: twinning.Line{Key: "button.owing", Args: twinning.Args{{"Title", twinning.Joined(r.Work.Title(o))}}},
			Data:  dutyData(r, "viec", o.Obligation),
		}})
	}
	if len(owings) > dutiesShown {
		next, key := page+1, "button.more"
		if from+dutiesShown >= len(owings) {
			next, key = 0, "button.first"
		}
		m.Buttons = append(m.Buttons, []twinning.Button{press(key, fmt.Sprintf("viec:@%s:%d", unit, next))})
	}
	return d.offerStep(r, listPrefix+string(unit), m)
}

// handled returns the obligations of a unit about which something can still be decided: open ones and waived ones of
// the years that take documents, the most urgent first.
func (d *Desk) handled(r *Request, unit twinning.UnitKey) ([]ledger.Owing, error) {
	var all []ledger.Owing
	today := d.programme.Today(r.Now)
	for _, year := range r.Work.OpenYears() {
		owings, err := r.Work.OwingsIn(unit, year)
		if err != nil {
			return nil, wrapStep("duties", err)
		}
		for _, o := range owings {
			if today <= o.Deadlines.Closes && (o.Standing.Open() || o.Standing == twinning.StandingWaived) {
				all = append(all, o)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b ledger.Owing) int { return cmp.Compare(a.Deadlines.Due, b.Deadlines.Due) })
	return all, nil
}

// dutyLine says in one line when an obligation is due, or that it is waived.
func (d *Desk) dutyLine(r *Request, o ledger.Owing) twinning.Line {
	if o.Standing == twinning.StandingWaived {
		return twinning.Line{Key: "duty.waived_row", Args: twinning.Args{{"Title", twinning.Joined(r.Work.Title(o))}}}
	}
	return d.owingLine(r, o)
}
