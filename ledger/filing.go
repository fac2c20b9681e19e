package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"ketnghia/twinning"
)

// FilingSubject names a filing to the message links.
func FilingSubject(id twinning.FilingID) string { return fmt.Sprintf("filing/%d", id) }

// The audited changes of a filing.
const (
	actionFile      = "filing.submit"
	actionSupersede = "filing.supersede"
)

// File stores a document that meets obligations of one unit, has copies of its files kept and sends the document to who
// must have it. The caller gives the obligations, the unit, the files, the note, where it came from, number and date of the
// document where they are known, and as Filed the
// date of the message (no date: today). A document filed before whose obligations are all met by newer ones is
// superseded; the first date keeps counting.
func (w *Work) File(a Actor, f twinning.Filing) (twinning.Filing, error) {
	if err := w.maySpeakFor(a, f.Unit); err != nil {
		return f, err
	}
	if len(f.Meets) == 0 || len(f.Files) == 0 {
		return f, &twinning.InvalidError{Field: "filing", Rule: "required"}
	}
	if f.Filed.IsZero() || f.Filed > w.Today() {
		f.Filed = w.Today()
	}
	owings, err := w.meant(f)
	if err != nil {
		return f, err
	}
	if f.Number, err = w.documentNumber(f.Number, f.Dated); err != nil {
		return f, err
	}
	f = twinning.Filing{
		State: twinning.FilingSubmitted, At: w.Now(), By: a.Person.ID, Unit: f.Unit, Files: f.Files, Note: f.Note,
		Filed: f.Filed, Chat: f.Chat, Sources: f.Sources, Number: f.Number, Dated: f.Dated, Meets: obligationsOf(owings),
		ByCoordinator: a.operator() || a.Person.Role == twinning.RoleCoordinator && a.Person.Unit != f.Unit,
	}
	before, err := w.before(f)
	if err != nil {
		return f, err
	}
	if len(before) > 0 {
		f.Supersedes = before[0].ID
	}
	if f.ID, err = w.tx.PutFiling(f); err != nil {
		return f, wrap("filing", err)
	}
	if f.Copies, err = w.sendCopies(a, f); err != nil {
		return f, err
	}
	if _, err := w.tx.PutFiling(f); err != nil {
		return f, wrap("filing", err)
	}
	if err := w.keep(f.Files); err != nil {
		return f, err
	}
	if err := w.audit(a, actionFile, FilingSubject(f.ID), f.Meets); err != nil {
		return f, err
	}
	return f, w.supersede(a, before)
}

// meant returns the owings that the document is filed for, with those that the same document also meets, each once.
func (w *Work) meant(f twinning.Filing) ([]Owing, error) {
	var owings []Owing
	add := func(o Owing) {
		if !slices.ContainsFunc(owings, func(x Owing) bool { return x.Obligation == o.Obligation }) {
			owings = append(owings, o)
		}
	}
	for _, o := range f.Meets {
		if o.Unit != f.Unit {
			return nil, fmt.Errorf("obligation %s: %w", o.Key(), twinning.ErrForbidden)
		}
		owing, err := w.open(o, f.Filed)
		if err != nil {
			return nil, err
		}
		add(owing)
		for _, also := range owing.Rule.Also {
			other, err := w.open(twinning.Obligation{Rule: also, Unit: o.Unit, Year: o.Year}, f.Filed)
			var closed *twinning.InvalidError
			if errors.Is(err, twinning.ErrNotFound) || errors.As(err, &closed) {
				continue
			}
			if err != nil {
				return nil, err
			}
			add(other)
		}
	}
	return owings, nil
}

// open returns the owing of an obligation for which a document can be filed on the day: not before its year, which is
// when it comes to exist, and not after its year has closed.
func (k *Look) open(o twinning.Obligation, day twinning.Date) (Owing, error) {
	if day.Year() < o.Year {
		return Owing{}, fmt.Errorf("obligation %s: not before its year: %w", o.Key(), twinning.ErrNotFound)
	}
	owing, err := k.OwingNamed(o)
	if err == nil && day > owing.Deadlines.Closes {
		err = &twinning.InvalidError{Field: "obligation", Rule: "closed"}
	}
	return owing, err
}

func obligationsOf(owings []Owing) []twinning.Obligation {
	obligations := make([]twinning.Obligation, len(owings))
	for i, o := range owings {
		obligations[i] = o.Obligation
	}
	return obligations
}

// before returns the documents that were filed earlier for any obligation of f, in any state but those that were taken
// back, newest first. A new filing is later than all.
func (k *Look) before(f twinning.Filing) ([]twinning.Filing, error) {
	var before []twinning.Filing
	for _, o := range f.Meets {
		filings, err := k.FilingsFor(o)
		if err != nil {
			return nil, wrap("filings", err)
		}
		for _, g := range filings {
			if !g.Withdrawn && (f.ID == 0 || g.ID < f.ID) {
				before = append(before, g)
			}
		}
	}
	slices.SortFunc(before, func(a, b twinning.Filing) int { return cmp.Compare(b.ID, a.ID) })
	return slices.CompactFunc(before, func(a, b twinning.Filing) bool { return a.ID == b.ID }), nil
}

// supersede marks those of the documents that stand and of which a newer one exists for every obligation that they meet.
func (w *Work) supersede(a Actor, before []twinning.Filing) error {
	for _, f := range before {
		newer, err := w.replaced(f)
		if err != nil {
			return err
		}
		if !newer || !f.Stands() {
			continue
		}
		f.State = twinning.FilingSuperseded
		if err := w.record(a, actionSupersede, f, nil); err != nil {
			return err
		}
		if err := w.refreshCopies(a, f); err != nil {
			return err
		}
	}
	return nil
}

// record stores a changed document and audits the change.
func (w *Work) record(a Actor, action string, f twinning.Filing, detail any) error {
	if _, err := w.tx.PutFiling(f); err != nil {
		return wrap("filing", err)
	}
	return w.audit(a, action, FilingSubject(f.ID), detail)
}

// replaced says whether each obligation of the document has a newer one that was not returned.
func (k *Look) replaced(f twinning.Filing) (bool, error) {
	for _, o := range f.Meets {
		filings, err := k.FilingsFor(o)
		if err != nil {
			return false, wrap("filings", err)
		}
		newer := func(g twinning.Filing) bool { return g.ID > f.ID && g.State != twinning.FilingReturned }
		if !slices.ContainsFunc(filings, newer) {
			return false, nil
		}
	}
	return true, nil
}
