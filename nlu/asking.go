package nlu

import (
	"slices"

	"ketnghia/twinning"
)

// Question reads a question written on ref. It is put together from its parts: what is asked, of which number, of whom,
// in which time, in which order.
func (r *Reader) Question(text string, ref twinning.Date) (Question, bool) {
	s := r.scan(text, ref)
	q, ok := s.question()
	return q, ok
}

// question reads the parts and puts them together.
func (s *scan) question() (Question, bool) {
	p := s.questionParts()
	if p.numbers && s.signs().mark == 0 && p.asks["total"].end == 0 {
		return p.q, false
	}
	ask, ok := p.choose(s)
	if !ok {
		return p.q, false
	}
	p.q.Ask = ask
	p.finish()
	return p.q, true
}

// askHit is the weightiest phrase of one kind of question.
type askHit struct {
	span
	weight int
}

// questionParts is what was found of a question.
type questionParts struct {
	q    Question
	asks map[Ask]askHit
	// numbers says that the text states numbers of its own, as reports do.
	numbers bool
	helped  bool
	filing  bool
	// only says that the text is names and nothing else.
	only bool
	// numbered says that the category was given by its number.
	numbered bool
}

func (s *scan) questionParts() questionParts {
	p := questionParts{asks: map[Ask]askHit{}}
	s.traps()
	mentions, open := s.mentions(s.names())
	for _, m := range mentions {
		p.q.Units = append(p.q.Units, m.Key)
	}
	p.q.Ambiguous = open
	p.only = len(mentions)+len(open) > 0 && s.onlyNames()
	s.asks(&p)
	s.period(&p)
	p.q.Rule = s.rule()
	p.q.Measure = s.measure(p.asks["total"])
	p.q.Roles = s.roles()
	p.q.Order, p.q.Limit = s.order()
	for i := range s.tokens {
		if s.owner[i] == ownedByName {
			continue
		}
		p.category(s, i)
		p.helped = p.helped || s.is2(i, "helped")
		p.filing = p.filing || s.word(i, "nop", "gui", "ky")
	}
	if k := s.kinds(); len(k) == 1 && k[0] != twinning.KindGift {
		p.q.Kind = k[0]
	}
	counts, _ := s.counts()
	p.numbers = len(counts) > 0 || len(s.money()) > 0
	return p
}

// category reads the content asked for at token i: by its number ("loại 3", "nội dung 2") or by its name.
func (p *questionParts) category(s *scan, i int) {
	if _, end := s.is(i, "category_number"); end > 0 {
		if v, ok := s.small(end, 1); ok && v >= 1 && v <= 4 {
			p.q.Category, p.numbered = twinning.Category(v), true
		}
	}
	if e, _ := s.is(i, "question_category"); e != nil && p.q.Category == 0 {
		p.q.Category = twinning.Category(e.number)
	}
}

// onlyNames says that every word belongs to a name.
func (s *scan) onlyNames() bool {
	for i := range s.tokens {
		if s.owner[i] != ownedByName && s.kind(i) != tokenPunct {
			return false
		}
	}
	return true
}

// asks finds the phrases that say what is asked. A longer phrase hides the shorter ones inside it.
func (s *scan) asks(p *questionParts) {
	covered := 0
	for i := range s.tokens {
		if s.owner[i] == ownedByName {
			continue
		}
		_, longest := s.is(i, "ask")
		for _, t := range s.tags[s.index[i]:s.index[i+1]] {
			if t.entry.class != "ask" || int(t.end) <= covered || s.word(i, "nhat") && s.word(i-1, "thong", "thu", "hop", "duy") {
				continue
			}
			a := Ask(t.entry.value)
			if old := p.asks[a]; t.entry.weight > old.weight || t.entry.weight == old.weight && int(t.end-t.start) > old.end-old.start {
				p.asks[a] = askHit{span{int(t.start), int(t.end)}, t.entry.weight}
			}
		}
		covered = max(covered, longest)
	}
}

// choose takes the weightiest kind of question, the longer phrase of two, and settles the pairs that go together.
func (p *questionParts) choose(s *scan) (Ask, bool) {
	best, found := Ask(""), askHit{}
	for _, a := range [...]Ask{
		AskRanking, AskLate, AskMissing, AskProgress, AskDeadline, AskOpen, AskResponsible, AskLatest, AskTotal, AskFiled, AskStatus,
	} {
		h, ok := p.asks[a]
		if !ok {
			continue
		}
		if h.weight > found.weight || h.weight == found.weight && h.end-h.start > found.end-found.start {
			best, found = a, h
		}
	}
	return p.settle(s, best)
}

// settle corrects the first choice where two phrases together mean something else.
func (p *questionParts) settle(s *scan, best Ask) (Ask, bool) {
	_, total := p.asks[AskTotal]
	_, filed := p.asks[AskFiled]
	switch best {
	case AskResponsible:
		if total && p.q.Measure != "" {
			return AskTotal, true
		}
	case AskTotal:
		if p.asks[AskMissing].weight > 3 && p.q.Rule != "" && p.q.Measure == "" {
			return AskMissing, true // "còn mấy xã chưa có đề xuất nhu cầu"
		}
		if filed && p.filing && p.q.Measure == "" {
			return AskFiled, true
		}
		if p.q.Measure == "" && !p.helped {
			return best, p.q.Category > 0 || p.q.Kind != ""
		}
	case AskDeadline:
		return best, p.asks[AskDeadline].weight > 4 || p.q.Rule != ""
	case AskLatest:
		newest := s.word(p.asks[AskLatest].end-1, "nhat") && p.q.Measure == twinning.Activities
		if total && p.q.Measure != "" && !newest {
			return AskTotal, true
		}
	case AskMissing:
		if p.asks[AskMissing].weight <= 3 && p.q.Rule == "" && !p.filing && len(p.q.Roles) == 0 {
			return best, false
		}
		if p.asks[AskMissing].weight <= 3 && len(p.q.Units) > 0 && len(p.q.Roles) == 0 {
			return AskFiled, true
		}
	case AskStatus, AskProgress:
		if p.filing && p.q.Rule != "" {
			return AskMissing, true
		}
		if best == AskStatus && p.q.Measure != "" && p.q.Measure != twinning.Activities {
			return AskTotal, true
		}
	case AskFiled, AskLate, AskRanking, AskOpen:
	case "":
		if p.only {
			return AskStatus, true
		}
		if p.filing && p.q.Rule != "" && s.alreadyDone() {
			return AskFiled, true
		}
		if p.q.Measure != "" && (s.signs().mark > 0 || len(s.tokens) <= 8 && s.signs().lists > 0) {
			return AskTotal, true
		}
		return best, false
	}
	return best, true
}

// alreadyDone says that the question ends with "rồi" or "xong": "đơn vị nào nộp đề xuất nhu cầu rồi".
func (s *scan) alreadyDone() bool {
	for i := max(0, len(s.tokens)-4); i < len(s.tokens); i++ {
		if s.word(i, "roi", "xong") {
			return true
		}
	}
	return false
}

// finish drops the parts that the question does not use and fills in what it implies.
func (p *questionParts) finish() {
	q := &p.q
	switch q.Ask {
	case AskMissing, AskFiled, AskLate, AskDeadline:
		q.Measure, q.Order = "", ""
	case AskTotal, AskProgress, AskStatus, AskLatest:
		q.Rule = ""
		q.Order = ""
		if q.Ask == AskStatus || q.Ask == AskLatest {
			q.Measure = ""
		}
	case AskRanking:
		q.Rule = ""
		if q.Order == "" {
			q.Order = OrderMost
		}
	case AskResponsible, AskOpen:
		q.Rule, q.Measure, q.Order = "", "", ""
	}
}

// rule finds which obligation is meant; the programme's signing says more than the plan that is signed.
func (s *scan) rule() string {
	best, weight := "", 0
	for i := 0; i < len(s.tokens); i++ {
		if s.owner[i] == ownedByName {
			continue
		}
		e, end := s.is(i, "rule")
		if e == nil || s.word(i, "bao") && s.word(i+1, "nhieu") {
			continue
		}
		if e.weight > weight {
			best, weight = e.value, e.weight
		}
		i = end - 1
	}
	return best
}

// measure finds the number asked for: the one right behind "bao nhiêu", else the weightiest.
func (s *scan) measure(total askHit) twinning.Measure {
	best, weight := twinning.Measure(""), 0
	for i := 0; i < len(s.tokens); i++ {
		if s.owner[i] == ownedByName {
			continue
		}
		e, end := s.is(i, "measure")
		if e == nil || s.is2(end, "not_household") && s.word(i, "ho") {
			continue
		}
		behind := total.end > 0 && i > total.start && i <= total.end+1
		if s.is2(i, "pronoun") && end == i+1 && !behind {
			continue
		}
		w := e.weight
		if behind {
			w += 10
		}
		if w > weight {
			best, weight = twinning.Measure(e.value), w
		}
		i = end - 1
	}
	return best
}

// roles finds the group asked for: "xã nào", "các huyện đồng bằng".
func (s *scan) roles() []twinning.UnitRole {
	best, words := "", 0
	for i := range s.tokens {
		if s.owner[i] == ownedByName {
			continue
		}
		e, end := s.is(i, "role")
		if e == nil || s.word(end-1, "xa") && s.word(end, "hoi") {
			continue
		}
		n := end - i
		if s.is2(i, "role") && s.word(end-1, "nao") {
			n += 4
		}
		if n > words {
			best, words = e.value, n
		}
	}
	switch best {
	case "", "any":
		return nil
	case "sponsors":
		return []twinning.UnitRole{twinning.RoleSponsorAgency, twinning.RoleSponsorLowland, twinning.RoleSponsorOther}
	}
	return []twinning.UnitRole{twinning.UnitRole(best)}
}

// order finds how a ranking runs and how many are asked for.
func (s *scan) order() (Order, int) {
	order, limit := Order(""), 0
	for i := range s.tokens {
		if e, _ := s.is(i, "order"); e != nil && s.owner[i] != ownedByName && order != OrderLeast {
			order = Order(e.value)
			if s.word(i, "nhat") && s.word(i-1, "thong", "thu", "hop", "duy", "moi", "gan") {
				order = ""
			}
		}
		if order == "" && s.marked(i, "it", "it2") {
			order = OrderLeast
		}
		if v, ok := s.small(i, 2); ok && s.owner[i] == free && (s.word(i-1, "top") || s.is2(i+1, "role") || s.word(i+1, "hoat")) {
			limit = v
		}
	}
	return order, limit
}

// period finds the time asked for. A year becomes Year; the dates of the rules ("28/2") are no period.
func (s *scan) period(p *questionParts) {
	for _, h := range s.dates() {
		if s.is2(h.start, "rule") || s.is2(h.end-1, "rule") {
			continue
		}
		if h.year {
			p.q.Year = h.from.Year()
			continue
		}
		p.q.From, p.q.To = h.from, h.to
		if h.to.IsZero() {
			p.q.To = h.from
		}
	}
}

// maxNearest is how many readings are offered for a text that was not understood: three buttons fit a phone.
const maxNearest = 3

// Nearest returns the up to three readings nearest to a text that Question does not understand, most likely first.
func (r *Reader) Nearest(text string, ref twinning.Date) []Question {
	s := r.scan(text, ref)
	p := s.questionParts()
	var near []Question
	add := func(ask Ask, change func(*Question)) {
		q := questionParts{q: p.q}
		q.q.Ask = ask
		if change != nil {
			change(&q.q)
		}
		q.finish()
		same := func(o Question) bool { return o.Ask == q.q.Ask && o.Rule == q.q.Rule && o.Measure == q.q.Measure }
		if len(near) < maxNearest && !slices.ContainsFunc(near, same) {
			near = append(near, q.q)
		}
	}
	if p.q.Measure != "" {
		add(AskTotal, nil)
	}
	if p.q.Rule != "" {
		add(AskMissing, nil)
	}
	if len(p.q.Units) > 0 {
		add(AskStatus, nil)
		add(AskLatest, nil)
	}
	add(AskStatus, nil)
	add(AskTotal, func(q *Question) { q.Measure = twinning.Households })
	add(AskDeadline, func(q *Question) { q.Rule = "" })
	return near
}
