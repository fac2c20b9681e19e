package ledger

import (
	"errors"

	"ketnghia/twinning"
)

// refresh tells the news: older cards of the activity lose their buttons, the people of the counterpart and the author
// get the card as it stands now. The actor's own card is the caller's to answer with.
func (w *Work) refresh(a Actor, act twinning.Activity) error { return w.spread(a, act, act) }

// spread is refresh for a change that may have taken the activity to other parties: those that it was of are told too.
func (w *Work) spread(a Actor, was, act twinning.Activity) error {
	if err := w.editCards(a, act); err != nil {
		return err
	}
	people, err := w.concerned(act)
	if err != nil {
		return err
	}
	if was.Unit != act.Unit || was.Counterpart() != act.Counterpart() {
		former, err := w.concerned(was)
		if err != nil {
			return err
		}
		people = append(people, former...)
	}
	told := map[twinning.PersonID]bool{a.Person.ID: true}
	for _, p := range people {
		if told[p.ID] {
			continue
		}
		told[p.ID] = true
		m := w.ActivityCard(p, act)
		m.Lines = append([]twinning.Line{w.news(a, act, p), {}}, m.Lines...)
		if err := w.tell(p, ClassReply, ActivitySubject(act.ID), m); err != nil {
			return err
		}
	}
	return nil
}

// concerned returns who is told of news about an activity: the people of the counterpart and the author; those of the
// author's unit when a coordinator logged for it or the author can't be reached.
func (w *Work) concerned(act twinning.Activity) ([]twinning.Person, error) {
	people, err := w.Officers(act.Counterpart())
	if err != nil {
		return nil, err
	}
	author, err := w.Person(act.Author)
	reached := err == nil && author.Active() && !author.Unreachable
	if reached {
		people = append(people, author)
	}
	if act.ByCoordinator || !reached {
		own, err := w.Officers(act.Unit)
		if err != nil {
			return nil, err
		}
		people = append(people, own...)
	}
	return people, nil
}

// editCards takes the buttons off the older cards of the activity: what can be done now stands on the newest. The card
// whose button the actor pressed is the caller's to answer with.
func (w *Work) editCards(a Actor, act twinning.Activity) error {
	refs, err := w.MessagesOf(ActivitySubject(act.ID))
	if err != nil {
		return wrap("cards", err)
	}
	for _, ref := range refs {
		if ref.Chat == a.Chat && ref.ID == a.Message {
			continue
		}
		p, shown, err := w.stillShown(ref.Chat, act)
		if err != nil {
			return err
		}
		if !shown {
			continue
		}
		err = w.Queue(Delivery{
			Chat: ref.Chat, Person: p.ID, Op: OpEdit, EditID: ref.ID, Message: twinning.Message{Lines: w.ActivityLines(act)},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// stillShown returns whose chat it is, the zero Person for a group, and whether the activity may be shown there as it
// is now: not to somebody who left, or whose unit it no longer concerns.
func (k *Look) stillShown(chat twinning.ChatID, act twinning.Activity) (twinning.Person, bool, error) {
	p, err := k.PersonByTelegram(chat)
	if errors.Is(err, twinning.ErrNotFound) {
		return p, true, nil
	}
	if err != nil {
		return p, false, wrap("cards", err)
	}
	may, err := k.MayReadActivity(p, act)
	return p, may, err
}

// news says to a person in one line what happened to the activity and who did it.
func (w *Work) news(a Actor, act twinning.Activity, to twinning.Person) twinning.Line {
	key := "news." + string(act.State)
	switch {
	case act.State == twinning.ActivityLogged && act.ByCoordinator && to.Unit == act.Unit:
		key = "news.logged_for"
	case act.Reason == undoReason && act.State != twinning.ActivityVoided:
		key = "news.undone"
	case act.State == twinning.ActivityLogged && act.Version > 1:
		key = "news.revised"
	case act.State == twinning.ActivityDisputed && len(act.Claim) == 0:
		key = "news.denied"
	case act.State == twinning.ActivityConfirmed && a.Person.Unit != act.Counterpart():
		key = "news.claim_taken"
	}
	return twinning.Line{Key: key, Args: twinning.Args{
		{"Name", twinning.Text(a.Person.Name)}, {"Unit", w.UnitName(a.Person.Unit)}, {"Reason", twinning.Text(act.Reason)},
	}}
}

func (w *Work) show(act twinning.Activity, key string, people []twinning.Person) error {
	for _, p := range people {
		m := w.ActivityCard(p, act)
		m.Lines = append([]twinning.Line{{Key: key}}, m.Lines...)
		if err := w.tell(p, ClassReply, ActivitySubject(act.ID), m); err != nil {
			return err
		}
	}
	return nil
}
