package ledger

import (
	"fmt"
	"slices"

	"ketnghia/twinning"
)

// The audited decisions about a filing.
const (
	actionAccept   = "filing.accept"
	actionReturn   = "filing.return"
	actionWithdraw = "filing.withdraw"
	actionRestore  = "filing.restore"
)

// mayDecide says whether the actor may accept or return the document: coordinators only, and not about a document of
// their own unit.
func mayDecide(a Actor, f twinning.Filing) error {
	if err := mustCoordinate(a); err != nil {
		return err
	}
	if !a.operator() && a.Person.Unit == f.Unit {
		return fmt.Errorf("filing %d: of the own unit: %w", f.ID, twinning.ErrForbidden)
	}
	return nil
}

// MayTakeBack says whether the person may undo a filing of the own side: who filed it, or a lead of its unit.
func (k *Look) MayTakeBack(p twinning.Person, f twinning.Filing) bool {
	return k.MayFileFor(p, f.Unit) && (p.ID == f.By || p.Role == twinning.RoleLead)
}

// MayFileFor says whether the person may hand in documents of the unit and see to them.
func (k *Look) MayFileFor(p twinning.Person, unit twinning.UnitKey) bool {
	return k.maySpeakFor(Actor{Person: p, Chat: p.Telegram}, unit) == nil
}

// undecided returns the document that Ban Dân tộc decides about. The error is ErrConflict, with the document as it is,
// when it is no longer in the state in which the actor saw it or when there is a newer version of it.
func (w *Work) undecided(a Actor, id twinning.FilingID, seen twinning.FilingState) (twinning.Filing, error) {
	f, err := w.Filing(id)
	if err != nil {
		return f, wrap("decide", err)
	}
	if err := mayDecide(a, f); err != nil {
		return f, err
	}
	newer, err := w.replaced(f)
	if err != nil {
		return f, err
	}
	if f.State != seen || f.Withdrawn || newer || f.State == twinning.FilingSuperseded {
		return f, fmt.Errorf("filing %d: is %s: %w", id, f.State, twinning.ErrConflict)
	}
	return f, nil
}

// Accept takes the document and tells its unit; one that was returned by mistake is taken all the same. Coordinators
// only.
func (w *Work) Accept(a Actor, id twinning.FilingID, seen twinning.FilingState) (twinning.Filing, error) {
	f, err := w.undecided(a, id, seen)
	if err != nil {
		return f, err
	}
	if f.State == twinning.FilingAccepted {
		return f, fmt.Errorf("filing %d: is accepted: %w", id, twinning.ErrConflict)
	}
	f.State, f.Decided, f.DecidedBy, f.Reason = twinning.FilingAccepted, w.Now(), a.Person.ID, ""
	if err := w.record(a, actionAccept, f, nil); err != nil {
		return f, err
	}
	if err := w.refreshCopies(a, f); err != nil {
		return f, err
	}
	return f, w.tellFilers(a, f, twinning.Say("notice.filing_accepted", w.filingArgs(f)))
}

// Return gives the document back to its unit for a reason that the unit is told. It meets nothing any more, also when it
// had been accepted. Coordinators only.
func (w *Work) Return(a Actor, id twinning.FilingID, seen twinning.FilingState, reason string) (twinning.Filing, error) {
	f, err := w.undecided(a, id, seen)
	if err != nil {
		return f, err
	}
	if f.State == twinning.FilingReturned {
		return f, fmt.Errorf("filing %d: is returned: %w", id, twinning.ErrConflict)
	}
	if reason, err = limitedReason(reason, true); err != nil {
		return f, err
	}
	f.State, f.Decided, f.DecidedBy, f.Reason = twinning.FilingReturned, w.Now(), a.Person.ID, reason
	if err := w.record(a, actionReturn, f, map[string]any{"reason": reason}); err != nil {
		return f, err
	}
	if err := w.refreshCopies(a, f); err != nil {
		return f, err
	}
	m := twinning.Say("notice.filing_returned", w.filingArgs(f))
	m.Buttons = [][]twinning.Button{
		{filingButton(f, "button.file_again", "re"), filingButton(f, "button.filing_show", "")},
	}
	return f, w.tellFilers(a, f, m)
}

// Withdraw takes back a document that nobody has decided about, for a reason that everybody is told who got a copy. What
// it had replaced stands again.
func (w *Work) Withdraw(a Actor, id twinning.FilingID, reason string) (twinning.Filing, error) {
	f, err := w.takeable(a, id)
	if err != nil {
		return f, err
	}
	if reason, err = limitedReason(reason, true); err != nil {
		return f, err
	}
	f.State, f.Withdrawn, f.Reason = twinning.FilingReturned, true, reason
	f.Decided, f.DecidedBy = w.Now(), a.Person.ID
	if err := w.record(a, actionWithdraw, f, map[string]any{"reason": reason}); err != nil {
		return f, err
	}
	if err := w.restore(a, f.Meets); err != nil {
		return f, err
	}
	if err := w.refreshCopies(a, f); err != nil {
		return f, err
	}
	return f, w.tellCopied(a, f, twinning.Say("notice.filing_withdrawn", w.filingArgs(f)))
}

// takeable returns a document of which the actor may still change what it is: it is submitted and no more. The error is
// ErrConflict, with the document as it is, when somebody has decided about it or it was replaced.
func (w *Work) takeable(a Actor, id twinning.FilingID) (twinning.Filing, error) {
	f, err := w.Filing(id)
	if err != nil {
		return f, wrap("take back", err)
	}
	if !a.operator() && !w.MayTakeBack(a.Person, f) {
		return f, fmt.Errorf("filing %d: by person %d: %w", f.ID, f.By, twinning.ErrForbidden)
	}
	if f.State != twinning.FilingSubmitted {
		return f, fmt.Errorf("filing %d: is %s: %w", id, f.State, twinning.ErrConflict)
	}
	return f, nil
}

// restore lets the replaced documents of the obligations stand again of which there is no newer one any more.
func (w *Work) restore(a Actor, obligations []twinning.Obligation) error {
	for _, o := range obligations {
		filings, err := w.FilingsFor(o)
		if err != nil {
			return wrap("restore", err)
		}
		for _, f := range filings {
			if f.State != twinning.FilingSuperseded {
				continue
			}
			newer, err := w.replaced(f)
			if err != nil {
				return err
			}
			if newer || slices.ContainsFunc(filings, func(g twinning.Filing) bool { return g.ID > f.ID && refused(g) }) {
				continue
			}
			f.State = twinning.FilingSubmitted
			if !f.Decided.IsZero() {
				f.State = twinning.FilingAccepted
			}
			if err := w.record(a, actionRestore, f, nil); err != nil {
				return err
			}
			if err := w.refreshCopies(a, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// refused says that Ban Dân tộc returned the document.
func refused(f twinning.Filing) bool { return f.State == twinning.FilingReturned && !f.Withdrawn }

// filingArgs are the arguments of news about a document.
func (k *Look) filingArgs(f twinning.Filing) twinning.Args {
	args := twinning.Args{
		{"ID", twinning.Number(f.ID)},
		{"Unit", k.UnitName(f.Unit)},
		{"Titles", k.TitlesOf(f.Meets)},
		{"Reason", twinning.Text(f.Reason)},
		{"Due", twinning.Day(0)},
	}
	for _, o := range f.Meets {
		if owing, err := k.OwingNamed(o); err == nil {
			args.Set("Due", twinning.Day(owing.Deadlines.Due))
			break
		}
	}
	return args
}

// tellFilers tells the people of the unit that filed a document, the actor aside.
func (w *Work) tellFilers(a Actor, f twinning.Filing, m twinning.Message) error {
	people, err := w.Officers(f.Unit)
	if err != nil {
		return err
	}
	return w.tellEach(a, people, FilingSubject(f.ID), m)
}

// tellEach tells people something about a subject, the actor aside.
func (w *Work) tellEach(a Actor, people []twinning.Person, subject string, m twinning.Message) error {
	for _, p := range people {
		if p.ID == a.Person.ID {
			continue
		}
		if err := w.tell(p, ClassReply, subject, m); err != nil {
			return err
		}
	}
	return nil
}
