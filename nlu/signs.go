package nlu

// signs is what the words of a message say of its intent.
type signs struct {
	// act and strong count the words of doing; firstAct is where the first stands, −1 for none.
	act, strong, firstAct int
	// asks is the weight of question words, lists that of "danh sách", "tình hình" near the beginning.
	asks, lists, mark int
	plan, request     int
	done, notDone     int
	filing, trouble   int
	greets            bool
	thanks            bool
	corrects          bool
	undo              bool
	// wishes says that it is a wish or a welcome; pleads that a question word begins a request ("ai có mẫu gửi giúp em").
	wishes, pleads bool
	// firstStrong says that a verb that is a deed by itself stood before.
	firstStrong bool
	// later counts denials behind a deed ("… không phát sinh tiền mặt"), which take nothing back.
	later int
	// notYet counts what of a deed is still to be done ("… còn 2 hộ chưa nhận được").
	notYet int
	// technical says that it speaks of the program, papers that it hands over documents, scheduled that it begins as a
	// notice or a plan, hour that it names a time of day.
	technical, papers, scheduled, hour bool
	// statistic says that it gives figures about a commune, meets that it speaks of a meeting.
	statistic, meets bool
	// helpless says that it asks for a decision, askEnd that its last words ask.
	helpless, askEnd bool
	// orders says that it begins with what the bot is asked to do: "thống kê giúp tôi", "liệt kê".
	orders bool
	// named counts the tokens of names so far, which do not count as a beginning.
	named int
	// most says that it speaks of who did most or least.
	most bool
	// opens says that the message begins with what asks for information ("danh sách", "top").
	opens bool
	// takesBack and logged are the two halves of "xóa giùm cái vừa nhập".
	takesBack, logged bool
	// laments says that it complains, jokes or wishes, links that it holds an address, reminds that it begins as a reminder to
	// all, handsOver that it begins by handing over papers, undecided that it leaves open what to do.
	laments, links, reminds, handsOver, undecided bool
	// phones says that it gives a telephone number.
	phones bool
	// asksFirst says that it begins with a request.
	asksFirst bool
}

// chats says that the message is talk by its words alone, whatever else it names.
func (g *signs) chats() bool { return g.laments || g.links || g.reminds || g.handsOver || g.undecided }

// signs reads the words of speech. Tokens of names say nothing.
func (s *scan) signs() signs {
	g := signs{firstAct: -1}
	hidden, foreseen, idle := 0, 0, 0
	g.handsOver = s.handsOver()
	g.phones = s.phones
	for i := range s.tokens {
		g.meets = g.meets || s.word(i, "hop", "moi") || s.word(i, "hoi") && s.word(i+1, "nghi", "thao")
		g.hour = g.hour || s.owner[i] == ownedByTrap && s.is2(i, "hour")
		if s.owner[i] == ownedByName {
			g.named++
			continue
		}
		if s.owner[i] == ownedByTrap {
			continue
		}
		if s.word(i, "?") {
			g.mark++
		}
		g.most = g.most || s.word(i, "nhat") && !s.notMost(i)
		if s.is2(i, "hindsight") {
			_, end := s.is(i, "hindsight")
			foreseen = max(foreseen, end)
		}
		if _, end := s.is(i, "indefinite"); end > hidden {
			hidden = end
		}
		if _, end := s.is(i, "no_act"); end > idle {
			idle = end
		}
		for _, t := range s.tags[s.index[i]:s.index[i+1]] {
			c := t.entry.class
			if int(t.end) > i+1 && s.owner[t.end-1] == ownedByName && (c == "slip" || !s.is2(int(t.end)-1, "unit_type")) {
				continue // "còn thiếu Sở Xây dựng"
			}
			if c == "question_word" && i < hidden || c == "plan" && i < foreseen || (c == "act" || c == "strong_act") && int(t.end) <= idle {
				continue
			}
			s.sign(&g, t, i)
		}
	}
	g.undo = g.undo || g.takesBack && g.logged
	if s.undecided() >= 0 && len(s.tokens) > 3 {
		g.asks = max(g.asks, 3)
	}
	if g.pleads && g.mark == 0 && s.asksForSomebody() {
		g.asks = 0
		g.request++
	}
	return g
}

// question notes a question word, or what "ai … thì" tells others to do.
func (g *signs) question(s *scan, i int, t tag) {
	switch {
	case s.asking(i, t):
		g.asks = max(g.asks, t.entry.weight)
	case s.thenDoes(i, int(t.end)):
		g.reminds = true
	}
}

// owesTo says that "nhờ" at token i gives thanks and asks for nothing: "nhờ Sở Công Thương mà làng có điện".
func (s *scan) owesTo(i int) bool {
	for j := i + 2; s.word(i, "nho") && j < i+9 && !s.clauseEnd(j) && !s.word(j, ","); j++ {
		if s.word(j, "ma", "nen") && s.owner[min(j, len(s.tokens)-1)] == free {
			return true
		}
	}
	return false
}

// pleadsAt says that the request at tokens [i, end) asks wherever it stands: "xin thêm vắc xin", and "giúp em" as last words.
func (s *scan) pleadsAt(i, end int) bool {
	if s.word(i, "giup", "gium", "dum") {
		return end > i+1 && (end >= len(s.tokens) || s.kind(end) == tokenPunct || s.is2(end, "tail") || s.word(end, "voi"))
	}
	if s.word(i, "de") && s.word(i+1, "xuat", "nghi") {
		return i < 8 && !s.word(i-1, "theo", "duoc", "nhu", "van", "da", "co", "so", "ke", "trinh")
	}
	return s.word(i, "xin") && (s.word(i+1, "them", "cap", "gap") || s.is2(i+1, "hand_object") && !s.word(i-1, "don"))
}

func (s *scan) sign(g *signs, t tag, i int) {
	switch t.entry.class {
	case "act":
		if !s.isHousehold(i, int(t.end)) {
			g.act++
			if g.firstAct < 0 {
				g.firstAct = i
			}
		}
	case "strong_act":
		if !s.isHousehold(i, int(t.end)) {
			g.strong++
			g.firstStrong = true
		}
	case "question_word":
		g.question(s, i, t)
	case "ask_word":
		s.signOfAsking(g, t, i)
	case "plan":
		if s.word(i, "dang") && g.firstAct >= 0 {
			return // "hướng dẫn 28 hộ đăng ký bán hàng"
		}
		if !(s.word(i, "moi") && (s.kind(i+1) == tokenDigits || s.word(i+1, "goi", "duoc", "doanh", "cong", "cty"))) {
			g.plan++
		}
	case "request":
		s.signOfRequest(g, i, int(t.end))
	case "done":
		if _, end := s.is(i, "plan"); end > int(t.end) && s.word(i, "moi") {
			return // "moi ca nhom" invites
		}
		g.done++
	case "not_done":
		switch {
		case !s.negates(t), s.word(i, "de") && i > 2, s.putsOff(i), s.countsHeads(i):
		case g.firstStrong && int(t.end) > i+1 && s.word(i, "chua"):
			g.notYet++
		case g.firstStrong && int(t.end) == i+1 && s.word(i, "chua", "khong"):
			g.later++
		default:
			g.notDone++
		}
	case "filing":
		g.filing++
	case "difficulty":
		g.trouble++
	case "greeting", "assent":
		g.greets = g.greets || i == 0 || i < 2 && !s.word(i, "da")
	case "thanks":
		g.thanks = g.thanks || i < 5
	case "correct":
		g.corrects = g.corrects || i < 2 && s.correctsAt(i, int(t.end)) || s.word(i, "chu")
	default:
		s.signOfSpeech(g, t, i)
	}
}

// signOfAsking notes "cho xem", "liệt kê": near the beginning they ask for a list.
func (s *scan) signOfAsking(g *signs, t tag, i int) {
	if at := i - g.named; at < 4 && !s.word(i-1, "gui", "goi") && !(s.word(i, "xem") && s.word(int(t.end), "lai", "truoc", "xet", "ky")) {
		g.lists = max(g.lists, t.entry.weight)
		g.opens = g.opens || at < 3
		g.orders = g.orders || i == 0 && !s.word(i, "tinh", "tien", "con", "tong", "ket") || i == 0 && s.word(int(t.end), "giup", "gium", "dum", "cho")
	}
}

// signOfRequest notes what is asked for, but not a polite word before what is told.
func (s *scan) signOfRequest(g *signs, i, end int) {
	polite := s.word(i, "xin") && s.word(i+1, "bao", "thong", "gui", "chuc", "cam", "chao", "tran", "kinh") || s.owesTo(i) // "xin báo cáo"
	if !polite && (g.firstAct < 0 || i < g.firstAct || s.pleadsAt(i, end)) {
		g.request++
		g.asksFirst = g.asksFirst || i == 0 && end > 1
	}
}

// signOfSpeech notes the words that tell a message from a report wherever they stand.
func (s *scan) signOfSpeech(g *signs, t tag, i int) {
	switch t.entry.class {
	case "undo":
		g.undo = g.undo || i < 3
	case "technical":
		g.technical = true
	case "asks_help":
		g.helpless = true
	case "statistic":
		g.statistic = true
	case "lament":
		g.laments = true
	case "web_link":
		g.links = true
	case "reminder":
		g.reminds = g.reminds || i == 0
	case "undecided":
		g.undecided = g.undecided || !s.follows(i, "not_done")
	case "question_end":
		g.askEnd = g.askEnd || s.lastWords(int(t.end))
	case "scheduled":
		g.scheduled = g.scheduled || s.begins(i) && (i == 0 || s.word(i, "thong") && !s.word(int(t.end), "ket", "da"))
	case "papers":
		if s.is2(int(t.end), "role") || s.word(int(t.end), "cac", "nhung") && s.is2(int(t.end)+1, "role") {
			return // "danh sách đơn vị đã nộp" asks for it
		}
		g.papers = g.papers || i == 0 || i < 3 && s.word(i-1, "gui", "nop", "co")
	case "handed":
		g.filing++
	case "undo_verb":
		g.takesBack = g.takesBack || i < 4 || int(t.end) > i+1 || s.is2(0, "request") && i < 10
	case "undo_object":
		g.logged = true
	case "wish":
		g.wishes = true
	case "plea":
		g.pleads = true
	case "slip":
		g.corrects = true
	}
}

// asksForSomebody says that the message begins a request with "ai": "ai có mẫu gửi giúp em với".
func (s *scan) asksForSomebody() bool {
	for i := range s.tokens {
		if s.word(i, "ai") && s.owner[i] == free {
			return true
		}
	}
	return false
}

// isHousehold keeps "ho" of "45 ho" from being read as a verb's beginning.
func (s *scan) isHousehold(i, end int) bool { return s.owner[i] == ownedByCount && end == i+1 }

// begins says that only names stand before token i: "Sở Y tế thông báo".
func (s *scan) begins(i int) bool {
	for j := range i {
		if s.owner[j] != ownedByName {
			return false
		}
	}
	return true
}

// handsOver says that the message begins by handing over papers, "gửi anh file …", and tells no story behind a colon.
func (s *scan) handsOver() bool {
	for i := 0; i < len(s.tokens) && i < 4; i++ {
		_, end := s.is(i, "hand_over")
		for j := end; end > 0 && j < min(end+6, len(s.tokens)) && !s.word(j, ":", ","); j++ {
			if s.owner[j] == free && s.is2(j, "hand_object") {
				return true
			}
		}
	}
	return false
}

// asking says that a question word asks: "nào" after "không còn hộ" and "mấy" before "hôm nay" do not, and "à", "sao"
// only near the end.
func (s *scan) asking(i int, t tag) bool {
	if s.word(i, "nao", "ai", "gi") && (s.word(i-2, "khong", "bat") || s.word(i-1, "khong", "bat", "ke") || s.word(i-3, "khong")) {
		return false
	}
	if s.word(int(t.end)-1, "mo") && s.is2(int(t.end), "not_where") {
		return false // "xa mo lop" is "xã mở lớp"
	}
	if s.word(i, "may") && s.word(i+1, "hom", "ngay", "bua", "nay", "dua") && !s.word(i+2, "nua") {
		return false
	}
	if s.word(i, "a", "ha", "ho", "nhi") {
		if s.word(i, "a") && s.tokens[i].plain() && !s.rich {
			return false // as often "ạ"
		}
		return s.lastWords(int(t.end))
	}
	if s.word(i, "ua") {
		return i == 0
	}
	return !s.anyWhatever(i, int(t.end))
}

// anyWhatever says that "nào", "ai", "gì", "đâu" at the end of the question word at tokens [i, end) means any or none: behind a
// denial ("chưa thấy đơn vị nào xuống"), before "cũng", or before "thì" that says what those are to do.
func (s *scan) anyWhatever(i, end int) bool {
	if s.word(i, "nao") && s.word(i+1, "chua") {
		end = i + 1
	}
	if !s.word(end-1, "nao", "ai", "gi", "dau", "mo") {
		return false
	}
	if s.word(end, "cung") {
		return true
	}
	for j := i - 1; j >= 0 && j > i-6 && !s.clauseEnd(j) && !s.word(j, ","); j-- {
		if s.word(j, "chua", "khong", "ko", "chang", "hong") && s.owner[j] == free {
			return !s.word(j+1, "biet", "ro", "hieu", "nho")
		}
	}
	return s.thenDoes(i, end)
}

// thenDoes says that "thì" behind the question word at tokens [i, end) says what those are to do: "xã nào chưa ký thì ký ngay".
func (s *scan) thenDoes(i, end int) bool {
	if s.word(i, "nao") && s.word(i+1, "chua") {
		end = i + 1
	}
	if !s.word(end-1, "nao", "ai", "mo") {
		return false
	}
	for j := end; j < len(s.tokens) && j < end+16 && !s.clauseEnd(j); j++ {
		if s.word(j, "thi") && s.marked(j, "thi", "thi1") {
			return !s.word(j+1, "sao", "moi", "lam", "man", "tinh", "duoc") && !s.is2(j+1, "question_word")
		}
		if s.word(j, "tu") && s.word(j+1, "chiu") {
			return true
		}
	}
	return false
}

// correctsAt says that the word of correcting at tokens [i, end) near the beginning corrects: "xóa nhà tạm", "sửa đường" are
// deeds, and what stands behind a unit's name is what the unit did. A bare "bo" is "bỏ" only before what can be left out.
func (s *scan) correctsAt(i, end int) bool {
	if end > i+1 || s.word(i, "sai", "nham", "lon") {
		return true
	}
	if i > 0 && s.owner[i-1] == ownedByName {
		return false
	}
	if s.word(i, "bo") && s.tokens[i].plain() && !s.is2(end, "clear_field") && !s.is2(end+1, "clear_field") && !s.word(end, "so", "muc", "ngay") {
		return false
	}
	if _, deed := s.is(i, "strong_act"); deed > i+1 {
		return false
	}
	_, content := s.is(i, "category")
	return content <= i+1
}

// countsHeads says that bare "con cho" at token i is no "còn chờ": "tiem 60 con cho ba con".
func (s *scan) countsHeads(i int) bool {
	return !s.rich && s.word(i, "con") && s.word(i+1, "cho") && (s.kind(i-1) == tokenDigits || s.word(i-1, "ba")) && !s.word(i+2, "so", "huyen", "tinh", "tien", "von")
}

// putsOff says that what is put off at token i is what people were persuaded to leave: "vận động 3 cặp hoãn cưới".
func (s *scan) putsOff(i int) bool {
	if !s.word(i, "hoan", "dung", "huy", "doi") {
		return false
	}
	for j := max(0, i-maxClause); j < i; j++ {
		if s.word(j, "van") && s.word(j+1, "dong") || s.word(j, "khuyen") || s.word(j, "thuyet") && s.word(j+1, "phuc") {
			return true
		}
	}
	return false
}

// negates says that "chưa" or "không" denies the deed: it stands right before it. "hoãn", "dời" do so anywhere.
func (s *scan) negates(t tag) bool {
	start, end := int(t.start), int(t.end)
	if end > start+1 || !s.word(start, "chua", "khong") {
		return true
	}
	for end < start+4 && s.word(end, "duoc", "kip", "he", "ai", "thay", "chiu", "muon", "dam") {
		end++ // "chưa được nhận quà"
	}
	return s.is2(end, "act") || s.word(end, "co") && s.is2(end+1, "strong_act")
}
