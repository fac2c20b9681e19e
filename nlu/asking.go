package nlu

import "ketnghia/twinning"

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
	if g := s.signs(); p.numbers && g.mark == 0 && !g.opens && p.asks[AskTotal].end == 0 && !p.clues.asks() {
		return p.q, false
	}
	ask, ok := p.choose(s)
	if !ok {
		return p.q, false
	}
	p.q.Ask = ask
	if p.q.From == s.ref && p.q.To == s.ref && ask != AskTotal && ask != AskLatest && ask != AskRanking {
		p.q.From, p.q.To = 0, 0 // what is due or open is so today in any case
	}
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
	// anyone says that the group asked for is any unit: "đơn vị nào", "danh sách các đơn vị".
	anyone bool
	// amount says that the text states an amount and names no measure: "còn bao nhiêu nữa thì đủ 200 triệu".
	amount bool
	clues  clues
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
	p.q.Roles, p.anyone = s.roles()
	p.q.Order, p.q.Limit = s.order()
	for i := range s.tokens {
		if s.owner[i] == ownedByName {
			continue
		}
		p.category(s, i)
		p.helped = p.helped || s.is2(i, "helped")
		p.filing = p.filing || s.word(i, "nop", "gui", "ky")
	}
	p.q.Kind = s.kindAsked(p.q.Measure)
	counts, _ := s.counts()
	amounts := s.money()
	p.numbers = len(counts) > 0 || len(amounts) > 0
	if p.q.Measure == "" && len(amounts) > 0 {
		p.amount = true
	}
	p.compose(s)
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
			if t.entry.class != "ask" || int(t.end) <= covered || int(t.end) < longest || t.entry.value == string(AskRanking) && s.word(i, "nhat") && s.notMost(i) {
				continue
			}
			p.add(Ask(t.entry.value), t.entry.weight, span{int(t.start), int(t.end)})
		}
		covered = max(covered, longest)
	}
}

// notMost says that "nhat" at token i is no superlative: "thống nhất", "mới nhất", "cập nhật", "nhật ký", "vướng gì nhất".
func (s *scan) notMost(i int) bool {
	return s.word(i-1, "thong", "thu", "hop", "duy", "moi", "gan", "cap", "chu", "cham", "muon", "tre", "gi", "chi", "it") && !s.word(i-1, "it") ||
		s.word(i+1, "ky", "tri", "quan")
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
		if p.q.Measure == twinning.Activities && s.signs().lists > 0 && !s.says("so", "dem", "tong", "bao") {
			return best, true // "cho xem mấy hoạt động gần đây"
		}
		newest := p.q.Measure == twinning.Activities && s.newest()
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
	case AskRanking:
		if p.asks[AskOpen].weight > 0 && p.q.Measure == "" && len(p.q.Roles) == 0 {
			return AskOpen, true // "vướng mắc nào tồn lâu nhất"
		}
	case AskFiled, AskLate, AskOpen:
	case "":
		return p.unasked(s)
	}
	return best, true
}

// unasked answers words that hold no asking phrase but ask all the same: a name alone, a title, a measure with a mark.
func (p *questionParts) unasked(s *scan) (Ask, bool) {
	switch {
	case p.only || p.onlyAbout(s):
		return AskStatus, true
	case p.filing && p.q.Rule != "" && s.alreadyDone():
		return AskFiled, true
	case p.titled(s), p.q.Measure != "" && (s.signs().mark > 0 || len(s.tokens) <= 8 && s.signs().lists > 0):
		return AskTotal, true
	}
	return "", false
}

// newest says that the text asks for the newest or the nearest: "mấy hoạt động mới nhất".
func (s *scan) newest() bool {
	for i := range s.tokens {
		if s.word(i, "nhat") && s.word(i-1, "moi", "gan", "day") {
			return true
		}
	}
	return false
}

// titled says that the text is the title of a table: a measure at the beginning, of whom or when, and no denial or trouble:
// "kinh phí các huyện đồng bằng chi cho an sinh xã hội 2026".
func (p *questionParts) titled(s *scan) bool {
	if p.q.Measure == "" || p.numbers || len(p.q.Units)+len(p.q.Roles) == 0 || p.q.Year == 0 && p.q.From.IsZero() {
		return false
	}
	for i := range s.tokens {
		if s.is2(i, "deny") || s.is2(i, "difficulty") || s.is2(i, "files") || s.is2(i, "plan") || s.is2(i, "clear") || s.clauseEnd(i) && i < len(s.tokens)-1 {
			return false
		}
	}
	if s.is2(0, "measure") || s.is2(1, "measure") {
		p.add(AskTotal, 4, span{0, 1})
		return true
	}
	return false
}

// onlyAbout says that the text asks to see a unit and says nothing else: "xem Sở Tư pháp", "về huyện Nam Giang đi".
func (p *questionParts) onlyAbout(s *scan) bool {
	if len(p.q.Units) == 0 || !s.is2(0, "ask_word") && !s.is2(0, "about") {
		return false
	}
	for i := 0; i < len(s.tokens); {
		_, about := s.is(i, "about")
		_, asked := s.is(i, "ask_word")
		if s.owner[i] != ownedByName && s.kind(i) == tokenWord && about == 0 && asked == 0 && !s.is2(i, "particle") {
			return false
		}
		i = max(i+1, about, asked)
	}
	p.add(AskStatus, 4, span{0, 1})
	return true
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
	if q.Ask != AskRanking && q.Ask != AskLatest {
		q.Limit = 0
	}
	switch q.Ask {
	case AskTotal, AskRanking, AskLatest, AskProgress:
	case AskMissing, AskFiled, AskLate, AskDeadline, AskResponsible, AskOpen, AskStatus:
		q.Kind = "" // "để phòng dân tộc đôn đốc" names no kind asked for
	}
	switch q.Ask {
	case AskMissing, AskFiled, AskLate, AskDeadline:
		q.Measure, q.Order = "", ""
	case AskTotal, AskProgress, AskStatus, AskLatest:
		q.Rule = ""
		q.Order = ""
		if q.Ask == AskStatus || q.Ask == AskLatest {
			q.Measure = ""
		}
		if q.Ask == AskTotal {
			p.countKind()
		}
		if q.Ask == AskProgress && p.amount && q.Measure == "" {
			q.Measure = twinning.Amount
		}
	case AskRanking:
		q.Rule = ""
		if q.Order == "" {
			q.Order = OrderMost
		}
		p.countKind()
	case AskResponsible, AskOpen:
		q.Rule, q.Measure, q.Order = "", "", ""
	}
}

// countKind makes activities the number asked for where only their kind is named: "mấy lớp tập huấn".
func (p *questionParts) countKind() {
	if p.q.Measure == "" && p.q.Kind != "" {
		p.q.Measure = twinning.Activities
	}
}
