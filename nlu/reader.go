package nlu

import (
	"strings"
	"sync/atomic"

	"ketnghia/twinning"
)

// Reader understands messages. It is safe for concurrent use.
type Reader struct {
	letters *alphabet
	lexicon *lexicon
	lunar   twinning.LunarTable
	// names may be exchanged while texts are read; each text is read with the names that it began with.
	names atomic.Pointer[nameIndex]
}

// New loads the tables and indexes the names of the units.
func New(units []twinning.Unit, lunar twinning.LunarTable) (*Reader, error) {
	r := &Reader{letters: newAlphabet(), lunar: lunar}
	lex, err := loadLexicon(tableFiles, r.letters)
	if err != nil {
		return nil, err
	}
	r.lexicon = lex
	r.SetUnits(units)
	return r, nil
}

// SetUnits has the reader know these units by name, and no others, from the next text on.
func (r *Reader) SetUnits(units []twinning.Unit) {
	r.names.Store(newNameIndex(units, r.lexicon, r.letters))
}

// Read understands a message that was written on ref.
func (r *Reader) Read(text string, ref twinning.Date) Reading {
	s := r.scan(text, ref)
	reading, g, vague := s.read()
	reading.Facts.Summary = strings.TrimSpace(s.nfc)
	ev := evidenceOf(&reading.Facts, ref, len(reading.Units)+len(reading.Ambiguous))
	ev.numbers = ev.numbers || reading.Each != nil || vague
	reading.Intent, reading.Certain = s.intent(g, ev)
	reading.Aside = reading.Intent == IntentOther && g.aside(ev)
	told := ev.stated && g.asks < 2 || ev.day && g.done > 0 && g.strong > 0 && g.asks == 0
	reported := reading.Intent == IntentActivity && told || reading.Intent == IntentPlan && g.plan > 1 && g.asks == 0
	unasked := reported || g.chats() || g.wishes || s.anyOf("statement") || g.scheduled || g.notDone > 0 && ev.category
	if (g.mark > 0 || !unasked) && reading.Intent != IntentUndo && len(s.tokens) <= maxQuestionTokens && r.asks(s, g, ev) {
		reading.Intent, reading.Certain = IntentQuestion, false
	}
	return reading
}

// maxQuestionTokens bounds what is tried as a question that has no question word: such are short.
const maxQuestionTokens = 40

// asks says that a message is a question by its parts: without numbers by what it begins with ("tiến độ của Sở Y tế"), with
// numbers of its own only by a question word and where no deed is reported ("đã đạt mức 200 triệu chưa").
func (r *Reader) asks(s *scan, g signs, ev evidence) bool {
	switch {
	case ev.numbers && g.opens && !(ev.day && ev.stated && g.strong > 0):
	case ev.numbers && (g.asks < 2 || ev.day || g.strong > 0 && ev.stated && !s.endsAsking()):
		return false
	case !ev.numbers && g.request > 0 && g.asks == 0 && !s.titledGroup():
		return false
	}
	again := scan{text: s.text, r: r, roster: s.roster, ref: s.ref, tags: s.tags, index: s.index, tables: s.tables, classes: s.classes, owner: make([]owner, len(s.tokens))}
	p := again.questionParts()
	ask, ok := p.choose(&again)
	if !ok || p.asks[ask].weight < 4 && ask != AskFiled {
		return false
	}
	if !p.clues.asks() && (s.excuses() && (ev.numbers || g.lists == 0) || ask == AskProgress && s.alreadyDone()) {
		return false
	}
	if ev.numbers {
		return true
	}
	return p.asksUnmarked(&again, ask, ev)
}

// asksUnmarked says that a message without numbers asks. What happened on a day does so only when it begins with what is
// asked.
func (p *questionParts) asksUnmarked(s *scan, ask Ask, ev evidence) bool {
	begins := p.asks[ask].start <= 3 || p.clues.which >= 0 && p.clues.which <= 3 || p.clues.who == 0
	switch ask {
	case AskMissing, AskLate, AskDeadline, AskRanking, AskProgress, AskResponsible:
		return begins || !ev.day && !ev.future
	case AskLatest:
		return begins && !ev.future && !(ev.day && s.signs().act > 0)
	case AskTotal, AskStatus:
		return begins && !ev.future
	case AskFiled:
		return p.clues.undecided || p.clues.which >= 0 || p.clues.who >= 0 || s.titledGroup()
	case AskOpen:
		return begins && len(p.q.Roles)+len(p.q.Units) > 0 && len(s.tokens) < 10 || s.titledGroup()
	}
	return false
}

// excuses says that the text tells of the writer or gives a reason: "xã em chưa nộp được báo cáo vì mất mạng".
func (s *scan) excuses() bool {
	for i := range s.tokens {
		if s.is2(i, "excuse") && !(s.word(i, "vi") && s.word(i-1, "don")) && s.owner[i] != ownedByName && i < len(s.tokens)-1 {
			return true
		}
	}
	return false
}

// endsAsking says that a question word is among the last words.
func (s *scan) endsAsking() bool {
	for i := max(0, len(s.tokens)-4); i < len(s.tokens); i++ {
		if s.is2(i, "question_word") || s.is2(i, "how_many") {
			return true
		}
	}
	return false
}

// titledGroup says that the text is a short title that begins with "những" or the number of a group: "những đơn vị đã hoàn
// thành báo cáo", "số xã đã gửi đề xuất".
func (s *scan) titledGroup() bool {
	if s.word(0, "cac") && s.is2(1, "trouble_noun") && len(s.tokens) <= 15 {
		return !s.says("da", "duoc")
	}
	return (s.word(0, "nhung") || s.marked(0, "so", "sô2") && (s.is2(1, "role") || s.word(1, "luong") && s.word(2, "so", "xa", "huyen", "don"))) && len(s.tokens) <= 15 && !s.clauseEnd(len(s.tokens)-1)
}

// read runs the readers in the order in which they claim tokens: what is certain to be no number first.
func (s *scan) read() (Reading, signs, bool) {
	var out Reading
	personal := s.traps()
	s.phones = len(personal) > 0
	out.Units, out.Ambiguous = s.mentions(s.names())
	s.forward = s.looksForward()
	dates := s.dates()
	amounts := s.money()
	counts, vague := s.counts()
	f := &out.Facts
	f.Place = s.place()
	var warnings []Warning
	f.From, f.To, warnings = s.date(dates)
	out.Warnings = warnings
	f.Quantities, out.Each, warnings = s.quantities(counts, amounts)
	out.Warnings = append(out.Warnings, warnings...)
	deeds := s.modelDeeds()
	named := s.namedHouseholds()
	s.unnumbered(f, counts, deeds, named)
	f.InKind = s.goods()
	f.Category, f.Source = s.category(), s.source()
	f.Kinds = s.kindsOf(f, deeds, out.Each != nil)
	personal = append(personal, named...)
	for _, p := range personal {
		out.Warnings = append(out.Warnings, Warning{WarnPersonalData, s.between(p.start, p.end)})
	}
	for _, v := range vague {
		out.Warnings = append(out.Warnings, Warning{WarnVagueNumber, s.between(v.start, v.end)})
	}
	for _, a := range out.Ambiguous {
		out.Warnings = append(out.Warnings, Warning{WarnAmbiguousUnit, a.Text})
	}
	for _, m := range out.Units {
		if !m.Exact {
			out.Warnings = append(out.Warnings, Warning{WarnGuessedUnit, s.nfc[m.Start:m.End]})
		}
	}
	return out, s.signs(), len(vague) > 0 || len(amounts) > 0
}

// looksForward says that the text speaks of what is to come and not of what was done.
func (s *scan) looksForward() bool {
	plan, foreseen := false, 0
	for i := range s.tokens {
		if _, end := s.is(i, "hindsight"); end > foreseen {
			foreseen = end
		}
		if s.owner[i] == free && (i >= foreseen && s.is2(i, "plan") || s.begins(i) && (i == 0 || s.word(i, "thong")) && s.is2(i, "scheduled")) {
			plan = true
		}
		if s.word(i, "da") && s.is2(i+1, "act") || s.word(i, "nhung") && s.word(i+1, "cuoi", "thuc") {
			return false // "dự kiến trao 50 suất nhưng cuối cùng trao được 64"
		}
	}
	return plan
}

// Number reads a text that is one number, in digits or words.
func (r *Reader) Number(text string) (int64, bool) {
	s := r.scan(text, 0)
	n, ok := s.number(0)
	if !ok || n.end != len(s.tokens) {
		return 0, false
	}
	return n.whole()
}
