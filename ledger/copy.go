package ledger

import (
	"slices"
	"strconv"
	"strings"

	"ketnghia/twinning"
)

// copyUnits returns the units that must have a copy, each once, the filing unit itself aside.
func (w *Work) copyUnits(o Owing) ([]twinning.UnitKey, error) {
	var keys []twinning.UnitKey
	add := func(key twinning.UnitKey) {
		if key != "" && key != o.Obligation.Unit && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	for _, class := range o.Rule.Copies {
		switch class {
		case twinning.CopyCounterparts:
			counterparts, err := w.counterpartsOf(o)
			if err != nil {
				return nil, err
			}
			for _, key := range counterparts {
				add(key)
			}
		case twinning.CopyStanding:
			standing, err := w.UnitsOf(twinning.RoleStanding)
			if err != nil {
				return nil, err
			}
			for _, u := range standing {
				add(u.Key)
			}
		case twinning.CopyDistrict:
			district, err := w.districtOf(o.Obligation)
			if err != nil {
				return nil, err
			}
			add(district)
		case twinning.CopyIssuer:
			issuer, err := w.UnitsOf(twinning.RoleIssuer)
			if err != nil {
				return nil, err
			}
			for _, u := range issuer {
				add(u.Key)
			}
		}
	}
	return keys, nil
}

// counterpartsOf returns the other party of the obligation's pairing or, for a unit's own document, everybody that the
// unit is paired with now or was on the day that the document is about: a report on last year goes to last year's too.
func (w *Work) counterpartsOf(o Owing) ([]twinning.UnitKey, error) {
	if o.Pairing != 0 {
		p, err := w.Pairing(o.Pairing)
		return []twinning.UnitKey{p.Counterpart(o.Obligation.Unit)}, wrap("pairing", err)
	}
	pairings, err := w.PairingsOf(o.Obligation.Unit)
	if err != nil {
		return nil, wrap("pairings", err)
	}
	var keys []twinning.UnitKey
	for _, p := range pairings {
		if p.Valid(w.Today()) || p.Valid(o.Deadlines.Due) {
			keys = append(keys, p.Counterpart(o.Obligation.Unit))
		}
	}
	return keys, nil
}

// districtOf returns the district of the commune that the obligation concerns, or "".
func (w *Work) districtOf(o twinning.Obligation) (twinning.UnitKey, error) {
	key := o.Unit
	if o.Pairing != 0 {
		p, err := w.Pairing(o.Pairing)
		if err != nil {
			return "", wrap("pairing", err)
		}
		key = p.Recipient
	}
	u, err := w.Unit(key)
	return u.Parent, wrap("unit", err)
}

// sendCopies sends the document to everybody who acts for a unit that must have it and has not been sent it yet, and
// returns all receipts; a unit without a linked person keeps an empty one. A unit for which somebody else filed gets its
// own copy too.
func (w *Work) sendCopies(a Actor, f twinning.Filing) ([]twinning.Receipt, error) {
	var units []twinning.UnitKey
	if f.ByCoordinator {
		units = append(units, f.Unit)
	}
	for _, o := range f.Meets {
		owing, err := w.OwingNamed(o)
		if err != nil {
			return nil, err
		}
		more, err := w.copyUnits(owing)
		if err != nil {
			return nil, err
		}
		units = append(units, more...)
	}
	receipts := slices.Clone(f.Copies)
	for _, key := range units {
		if slices.ContainsFunc(receipts, func(r twinning.Receipt) bool { return r.Unit == key }) {
			continue
		}
		people, err := w.receivers(key)
		if err != nil {
			return nil, err
		}
		receipt, err := w.sendCopy(a, f, twinning.Receipt{Unit: key}, people)
		if err != nil {
			return nil, err
		}
		receipts = append(receipts, receipt)
	}
	return receipts, nil
}

// receivers returns the reachable people of a unit who get its copies: who acts for it. People of UBND tỉnh only look on,
// so there it is everybody.
func (k *Look) receivers(unit twinning.UnitKey) ([]twinning.Person, error) {
	u, err := k.Unit(unit)
	if err != nil {
		return nil, wrap("copies", err)
	}
	if u.Role == twinning.RoleIssuer {
		return k.reachable(unit)
	}
	return k.Officers(unit)
}

// sendCopy sends the document to people of the receipt's unit and returns the receipt with them on it. Who filed it has
// it already.
func (w *Work) sendCopy(a Actor, f twinning.Filing, receipt twinning.Receipt, people []twinning.Person) (twinning.Receipt, error) {
	for _, p := range people {
		receipt.To, receipt.At = append(receipt.To, p.ID), w.Now()
		if p.ID == a.Person.ID && f.By == p.ID {
			continue
		}
		m := w.copyOf(p, f)
		m.Files = f.Files
		for _, s := range f.Supplements {
			m.Files = append(slices.Clip(m.Files), s.Files...)
		}
		class := ClassReply
		if a.Person.ID == p.ID {
			class = ClassAnnouncement // copies that waited for somebody don't hold up what the person is told now
		}
		if err := w.tell(p, class, FilingSubject(f.ID), m); err != nil {
			return receipt, err
		}
	}
	return receipt, nil
}

// copyOf is what a person who gets a copy is told with it; Ban Dân tộc can decide about it there.
func (w *Work) copyOf(p twinning.Person, f twinning.Filing) twinning.Message {
	m := twinning.Say("filing.copy", twinning.Args{{"Unit", w.UnitName(f.Unit)}, {"ID", twinning.Number(f.ID)}})
	if f.Supersedes != 0 {
		m.Lines = append(m.Lines, twinning.Line{Key: "filing.replaces", Args: twinning.Args{{"ID", twinning.Number(f.Supersedes)}}})
	}
	m.Lines = append(m.Lines, w.FilingLines(f)...)
	m.Lines = append(m.Lines, w.SupplyLines(f)...)
	if f.State != twinning.FilingSubmitted {
		m.Lines = append(m.Lines, twinning.Line{Key: "filing.stands", Args: twinning.Args{{"State", FilingState(f)}}})
	}
	if mayDecide(Actor{Person: p, Chat: p.Telegram}, f) == nil {
		if row := decisionButtons(f); len(row) > 0 {
			m.Buttons = append(m.Buttons, row)
		}
		m.Buttons = append(m.Buttons, []twinning.Button{filingButton(f, "button.filing_show", "")})
	}
	return m
}

// refreshCopies brings the copies that coordinators have in their chats up to date, so that their buttons are those of
// the document as it is. The actor's own is the caller's to answer with.
func (w *Work) refreshCopies(a Actor, f twinning.Filing) error {
	coordinators, err := w.Coordinators()
	if err != nil {
		return err
	}
	subject := FilingSubject(f.ID)
	for _, p := range coordinators {
		if p.ID == a.Person.ID || p.ID == f.By {
			continue
		}
		has, err := w.has(p, Delivery{Subject: subject})
		if err != nil {
			return err
		}
		if !has {
			continue
		}
		err = w.Queue(Delivery{Chat: p.Telegram, Person: p.ID, Op: OpEdit, Subject: subject, Message: w.copyOf(p, f)})
		if err != nil {
			return err
		}
	}
	return nil
}

// tellCopied tells everybody who was sent a copy, and the people of the unit that filed it when a coordinator did.
func (w *Work) tellCopied(a Actor, f twinning.Filing, m twinning.Message) error {
	var people []twinning.Person
	for _, r := range f.Copies {
		for _, id := range r.To {
			p, err := w.Person(id)
			if err != nil {
				return wrap("copies", err)
			}
			told := func(x twinning.Person) bool { return x.ID == p.ID }
			if p.Active() && !p.Unreachable && !slices.ContainsFunc(people, told) {
				people = append(people, p)
			}
		}
	}
	return w.tellEach(a, people, noticeSubject(f.ID), m)
}

// noticeSubject names news about a filing to the message links. It is not the filing's own subject, under which the copy
// itself is found again.
func noticeSubject(id twinning.FilingID) string { return FilingSubject(id) + "/news" }

// actionCopy records that a copy that waited was sent, actionCopyLost that one couldn't be.
const (
	actionCopy     = "filing.copy"
	actionCopyLost = "filing.copy_lost"
)

// deliverUncopied sends somebody who came in, or whom Telegram lets us write to again, the documents of which the unit has
// not got its copy.
func (w *Work) deliverUncopied(p twinning.Person) error {
	people, err := w.receivers(p.Unit)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(people, func(x twinning.Person) bool { return x.ID == p.ID }) {
		return nil
	}
	units, err := w.Units()
	if err != nil {
		return wrap("copies", err)
	}
	for _, u := range units {
		if w.heir(u.Key) != p.Unit {
			continue
		}
		filings, err := w.Uncopied(u.Key)
		if err != nil {
			return err
		}
		for _, f := range filings {
			if err := w.deliverCopy(p, f, u.Key); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *Work) deliverCopy(p twinning.Person, f twinning.Filing, unit twinning.UnitKey) error {
	a := Actor{Person: p, Chat: p.Telegram}
	f.Copies = slices.Clone(f.Copies)
	for i, r := range f.Copies {
		if r.Unit != unit || len(r.To) > 0 {
			continue
		}
		var err error
		if f.Copies[i], err = w.sendCopy(a, f, r, []twinning.Person{p}); err != nil {
			return err
		}
	}
	return w.record(a, actionCopy, f, map[string]any{"unit": unit})
}

// copyLost takes somebody off the receipt of a document whose copy Telegram did not deliver, so that the unit counts as
// one that has not got it; deputy is who is tried next, 0 for nobody.
func (w *Work) copyLost(subject string, p twinning.Person, deputy twinning.PersonID) error {
	id, ok := filingOf(subject)
	if !ok {
		return nil
	}
	f, err := w.Filing(id)
	if err != nil {
		return wrap("copies", err)
	}
	refs, err := w.MessagesOf(subject)
	if err != nil {
		return wrap("copies", err)
	}
	if slices.ContainsFunc(refs, func(r MessageRef) bool { return r.Chat == p.Telegram }) {
		return nil // the copy arrived; what was refused came after it
	}
	if !slices.ContainsFunc(f.Copies, func(r twinning.Receipt) bool { return slices.Contains(r.To, p.ID) }) {
		return nil // it was no copy
	}
	f.Copies = slices.Clone(f.Copies)
	for i, r := range f.Copies {
		at := slices.Index(r.To, p.ID)
		if at < 0 {
			continue
		}
		r.To = slices.Delete(slices.Clone(r.To), at, at+1)
		if deputy != 0 && !slices.Contains(r.To, deputy) {
			r.To = append(r.To, deputy)
		}
		f.Copies[i] = r
	}
	return w.record(Actor{Person: p, Chat: p.Telegram}, actionCopyLost, f, map[string]any{"deputy": deputy})
}

// filingOf reads what FilingSubject wrote.
func filingOf(subject string) (twinning.FilingID, bool) {
	number, ok := strings.CutPrefix(subject, "filing/")
	id, err := strconv.ParseUint(number, 10, 64)
	return twinning.FilingID(id), ok && err == nil
}
