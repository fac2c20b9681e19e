package ledger

import (
	"errors"
	"fmt"

	"ketnghia/twinning"
)

// AskEntry stores a stranger's request and shows it to the coordinators. Asking for the same again changes nothing;
// asking for something else makes a new request in place of the open one, so that a button that was shown for another
// unit or role can never approve this one. Requests are limited as guesses are.
func (w *Work) AskEntry(n Newcomer, unit twinning.UnitKey, role twinning.Role) (twinning.EntryRequest, error) {
	if err := w.roleFits(unit, role); err != nil {
		return twinning.EntryRequest{}, err
	}
	if _, err := w.enrolled(n.Telegram); err != nil {
		return twinning.EntryRequest{}, err
	}
	old, err := w.RequestByTelegram(n.Telegram)
	open := err == nil
	switch {
	case err != nil && !errors.Is(err, twinning.ErrNotFound):
		return old, wrap("request", err)
	case open && old.Unit == unit && old.Role == role:
		return old, nil
	}
	if err := w.guard(n.Telegram); err != nil {
		return old, err
	}
	if err := w.countGuess(n.Telegram); err != nil {
		return old, err
	}
	if open {
		if err := w.withdraw(old); err != nil {
			return old, err
		}
	}
	r := twinning.EntryRequest{
		Telegram: n.Telegram, Name: n.Name, Lang: n.Lang, Unit: unit, Role: role, Created: w.Now(),
	}
	if r.ID, err = w.tx.PutRequest(r); err != nil {
		return r, wrap("request", err)
	}
	if err := w.audit(Actor{Chat: n.Telegram}, "request.ask", RequestSubject(r.ID), r); err != nil {
		return r, err
	}
	return r, w.showRequest(r)
}

// withdraw closes an open request that its author has replaced.
func (w *Work) withdraw(r twinning.EntryRequest) error {
	r.Decided = w.Now()
	if _, err := w.tx.PutRequest(r); err != nil {
		return wrap("request", err)
	}
	m := twinning.Say("request.changed", twinning.Args{{"Name", twinning.Text(r.Name)}})
	if err := w.closeRequest(Actor{}, r, m); err != nil {
		return err
	}
	return w.audit(Actor{Chat: r.Telegram}, "request.withdraw", RequestSubject(r.ID), nil)
}

// settleRequest closes the open request of somebody who came in by an invitation meanwhile.
func (w *Work) settleRequest(p twinning.Person) error {
	r, err := w.RequestByTelegram(p.Telegram)
	if errors.Is(err, twinning.ErrNotFound) {
		return nil
	}
	if err != nil {
		return wrap("request", err)
	}
	r.Decided, r.By, r.Approved = w.Now(), p.InvitedBy, true
	if _, err := w.tx.PutRequest(r); err != nil {
		return wrap("request", err)
	}
	return w.closeRequest(Actor{}, r, w.RequestDone(r))
}

func (w *Work) showRequest(r twinning.EntryRequest) error {
	data := func(verb string) string { return fmt.Sprintf("req:%d:%s", r.ID, verb) }
	coordinators, err := w.Coordinators()
	if err != nil {
		return err
	}
	m := twinning.Message{
		Lines: []twinning.Line{{Key: "request.coordinator", Args: twinning.Args{
			{"Name", twinning.Text(r.Name)}, {"Unit", w.UnitName(r.Unit)}, {"Role", twinning.Key("role." + string(r.Role))},
		}}},
		Buttons: [][]twinning.Button{{
			{Label: twinning.Line{Key: "button.approve"}, Data: data("yes")},
			{Label: twinning.Line{Key: "button.decline"}, Data: data("no")},
		}},
	}
	for _, p := range coordinators {
		if err := w.tell(p, ClassReply, RequestSubject(r.ID), m); err != nil {
			return err
		}
	}
	return nil
}

// RequestSubject names a request to the message links.
func RequestSubject(id twinning.RequestID) string { return fmt.Sprintf("request/%d", id) }

// RequestDone says what became of a request and who decided.
func (k *Look) RequestDone(r twinning.EntryRequest) twinning.Message {
	key := "request.done_no"
	if r.Approved {
		key = "request.done_yes"
	}
	args := twinning.Args{{"Name", twinning.Text(r.Name)}, {"Unit", k.UnitName(r.Unit)}, {"By", twinning.Text("")}}
	if by, err := k.Person(r.By); err == nil {
		args.Set("By", twinning.Text(by.Name))
	}
	return twinning.Say(key, args)
}

// closeRequest puts m in place of the cards of a request, the one that the actor pressed aside.
func (w *Work) closeRequest(a Actor, r twinning.EntryRequest, m twinning.Message) error {
	refs, err := w.MessagesOf(RequestSubject(r.ID))
	if err != nil {
		return wrap("request", err)
	}
	for _, ref := range refs {
		if ref.Chat == a.Chat && ref.ID == a.Message {
			continue
		}
		p, err := w.PersonByTelegram(ref.Chat)
		if err != nil {
			continue // nobody's chat any more
		}
		err = w.Queue(Delivery{Chat: ref.Chat, Person: p.ID, Op: OpEdit, EditID: ref.ID, Message: m})
		if err != nil {
			return err
		}
	}
	return nil
}

// Decide approves or declines a request and tells the one who asked.
func (w *Work) Decide(a Actor, id twinning.RequestID, approve bool) (twinning.EntryRequest, error) {
	if err := mustCoordinate(a); err != nil {
		return twinning.EntryRequest{}, err
	}
	r, err := w.Request(id)
	if err != nil {
		return r, wrap("request", err)
	}
	if !r.Decided.IsZero() {
		return r, fmt.Errorf("request %d: decided: %w", id, twinning.ErrConflict)
	}
	r.Decided, r.By, r.Approved = w.Now(), a.Person.ID, approve
	if _, err := w.tx.PutRequest(r); err != nil {
		return r, wrap("request", err)
	}
	answer := Delivery{Chat: r.Telegram, Lang: r.Lang, Op: OpSend, Message: twinning.Say("request.declined", nil)}
	var p twinning.Person
	if approve {
		p, err = w.admit(
			Newcomer{Telegram: r.Telegram, Name: r.Name, Lang: r.Lang},
			membership{unit: r.Unit, role: r.Role, by: a.Person.ID},
		)
		if err != nil {
			return r, err
		}
		if answer.Message, err = w.Welcome(p); err != nil {
			return r, err
		}
		answer.Person = p.ID
	}
	if err := w.Queue(answer); err != nil {
		return r, err
	}
	if approve {
		if err := w.deliverUncopied(p); err != nil {
			return r, err
		}
	}
	if err := w.closeRequest(a, r, w.RequestDone(r)); err != nil {
		return r, err
	}
	return r, w.audit(a, "request.decide", RequestSubject(id), map[string]any{"approved": approve})
}
