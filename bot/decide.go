package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// pressDraft serves the buttons of a draft's card: "d:12:kx1:ok", "d:12:kx1:cat:4", "d:12:kx1:unit:W20437".
func (d *Desk) pressDraft(_ context.Context, r *Request) error {
	id, err := r.Press.ID(0)
	if err != nil {
		return err
	}
	draft, err := r.Work.Draft(twinning.DraftID(id))
	if errors.Is(err, twinning.ErrNotFound) {
		return d.notice(r, "draft.gone", nil)
	}
	if err != nil {
		return wrapStep("draft", err)
	}
	if draft.Chat != r.Chat {
		return fmt.Errorf("draft %d: of another chat: %w", id, twinning.ErrForbidden)
	}
	if draft.Unit != r.Person.Unit && r.Person.Role != twinning.RoleCoordinator {
		return d.notice(r, "draft.not_yours", twinning.Args{{"Unit", r.Work.UnitName(draft.Unit)}})
	}
	if r.Press.Part(1) != draftStamp(draft) {
		if err := r.Answer("draft.newer", nil); err != nil {
			return err
		}
		return d.showDraft(r, draft)
	}
	return d.decideDraft(r, draft, r.Press.Part(2), r.Press.Part(3))
}

// decideDraft does what a button of the present card says.
func (d *Desk) decideDraft(r *Request, draft twinning.Draft, verb, value string) error {
	switch verb {
	case "ok":
		return d.logDraft(r, draft)
	case "no":
		return d.dropDraft(r, draft)
	case "ed":
		return d.explainChange(r, draft)
	case "tw", "twn", "tws":
		return d.settleTwin(r, draft, verb)
	case "new":
		draft.Distinct = true
	case "skip":
		draft.NoNumbers = true
	case "amt":
		vnd, err := strconv.ParseInt(value, 10, 64)
		if err != nil || vnd != draft.Product {
			return d.stale(r)
		}
		draft.Facts.Quantities = draft.Facts.Quantities.Plus(nil, 1)
		draft.Facts.Quantities[twinning.Amount], draft.Product = vnd, 0
		draft.Warnings = without(draft.Warnings, nlu.WarnPriceEach)
	default:
		if !d.take(r, &draft, verb, value) {
			return d.stale(r)
		}
	}
	return d.keepDraft(r, draft)
}

// without returns the warnings without those of the code.
func without(warnings []string, code nlu.WarningCode) []string {
	return slices.DeleteFunc(warnings, func(w string) bool {
		key, _, _ := strings.Cut(w, "|")
		return key == "warning."+string(code)
	})
}

// take sets one field from a suggestion; false when the data names none.
func (d *Desk) take(r *Request, draft *twinning.Draft, verb, value string) bool {
	switch verb {
	case "date":
		day, err := twinning.ParseDate(value)
		draft.Facts.From, draft.Facts.To = day, 0
		draft.Warnings = without(without(draft.Warnings, nlu.WarnSeveralDates), nlu.WarnFutureDate)
		return err == nil
	case "cat":
		n, err := strconv.Atoi(value)
		draft.Facts.Category = twinning.Category(n)
		return err == nil && slices.Contains(twinning.Categories(), twinning.Category(n))
	case "unit":
		return d.takeUnit(r, draft, twinning.UnitKey(value))
	}
	return false
}

func (d *Desk) takeUnit(r *Request, draft *twinning.Draft, key twinning.UnitKey) bool {
	if _, err := r.Work.Unit(key); err != nil {
		return false
	}
	d.assign(r, &draft.Facts, []nlu.Mention{{Key: key, Exact: true}})
	draft.Candidates = nil
	draft.Warnings = without(draft.Warnings, nlu.WarnAmbiguousUnit)
	return true
}

// logDraft makes the draft a fact and shows the logged card in its place. Before that it looks once more whether the
// counterpart has logged the same meanwhile.
func (d *Desk) logDraft(r *Request, draft twinning.Draft) error {
	act, err := r.Work.Log(r.Actor(), draft.ID)
	_, invalid := errors.AsType[*twinning.InvalidError](err)
	if invalid || draft.Revises == 0 && errors.Is(err, twinning.ErrConflict) {
		// Much can have happened since the draft was looked at last: a twin was logged, a pairing came.
		if draft, err = r.Work.ChangeDraft(r.Actor(), draft); err == nil && draft.Twin != 0 {
			return d.showDraft(r, draft)
		}
		if err == nil {
			act, err = r.Work.Log(r.Actor(), draft.ID)
		}
	}
	if invalid, ok := errors.AsType[*twinning.InvalidError](err); ok {
		return d.refuse(r, draft, invalid)
	}
	if err != nil {
		return wrapStep("log", err)
	}
	done := twinning.Line{Key: "draft.logged", Args: twinning.Args{{"ID", twinning.Number(act.ID)}}}
	m := r.Work.ActivityCard(*r.Person, act)
	m.Lines = append([]twinning.Line{done}, m.Lines...)
	people, err := r.Work.Officers(act.Counterpart())
	if err != nil {
		return wrapStep("log", err)
	}
	key := "draft.told"
	if len(people) == 0 {
		key = "draft.nobody_to_tell"
	}
	if act.State == twinning.ActivityConfirmed {
		key = "draft.agreed"
	}
	m.Lines = append(m.Lines, twinning.Line{}, twinning.Line{Key: key, Args: twinning.Args{
		{"Unit", r.Work.UnitName(act.Counterpart())},
	}})
	if err := r.Answer("draft.logged_short", nil); err != nil {
		return err
	}
	if err := d.retire(r, ledger.DraftSubject(draft.ID), twinning.Message{Lines: []twinning.Line{done}}); err != nil {
		return err
	}
	return d.replace(r, ledger.ActivitySubject(act.ID), m)
}

// refuse says what keeps the draft from being logged; the draft stays.
func (d *Desk) refuse(r *Request, draft twinning.Draft, e *twinning.InvalidError) error {
	key := fmt.Sprintf("refuse.%s.%s", e.Field, e.Rule)
	if r.Kind == KindPress {
		// The draft was touched, so the card gets the buttons that belong to it now.
		if err := r.Alert(key, nil); err != nil {
			return err
		}
		return d.showDraft(r, draft)
	}
	return r.ReplySubject(ledger.DraftSubject(draft.ID), twinning.Say(key, nil))
}

func (d *Desk) dropDraft(r *Request, draft twinning.Draft) error {
	if err := r.Work.DropDraft(r.Actor(), draft.ID); err != nil {
		return wrapStep("draft", err)
	}
	dropped := twinning.Say("draft.dropped", nil)
	if draft.Revises != 0 {
		dropped = twinning.Say("draft.revision_dropped", twinning.Args{{"ID", twinning.Number(draft.Revises)}})
	}
	if err := d.retire(r, ledger.DraftSubject(draft.ID), dropped); err != nil {
		return err
	}
	return d.replace(r, "", dropped)
}

// explainChange says how a card is corrected; the next words correct it.
func (d *Desk) explainChange(r *Request, draft twinning.Draft) error {
	if err := d.forgetOptions(r); err != nil {
		return err
	}
	if err := r.Answer("draft.change_short", nil); err != nil {
		return err
	}
	return r.ReplySubject(ledger.DraftSubject(draft.ID), twinning.Say("draft.change", nil))
}
