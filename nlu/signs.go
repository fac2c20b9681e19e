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
	// takesBack and logged are the two halves of "xóa giùm cái vừa nhập"; takesBackLate is the first one wherever it stands.
	takesBack, takesBackLate, logged bool
	// undoLate says that words that take back stand behind the beginning.
	undoLate bool
	// undoFirst says that the words that take back stand before any that put right.
	undoFirst bool
	// laments says that it complains, jokes or wishes, links that it holds an address, reminds that it begins as a reminder to
	// all, handsOver that it begins by handing over papers, undecided that it leaves open what to do.
	laments, links, reminds, handsOver, undecided bool
	// phones says that it gives a telephone number.
	phones bool
	// asksFirst says that it begins with a request.
	asksFirst bool
	// amends says that it puts right what was logged, amendsMaybe that it does so unless it reports a deed.
	amends, amendsMaybe bool
	// outright says that it asks whatever numbers and deeds it names, either that it leaves the choice between two numbers.
	outright, either bool
	// press says that it hands on what others wrote, private that it concerns the writers alone.
	press, private bool
	// putsOff says that what was to come comes later, ahead that it is told before it happens, proposes that it begins as a
	// proposal.
	putsOff, ahead, proposes bool
	// thanksLate says that it gives thanks anywhere, receives that it says that something came.
	thanksLate, receives bool
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
			if s.reportsFrom(i + 1) {
				g.asks, g.lists, g.outright = 0, 0, false // "Sao rồi mọi người? Bên em thì hôm qua …"
				continue
			}
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
	g.either = s.either()
	g.amends = g.amends || s.contrasts() || s.rewrites()
	g.proposes = g.proposes || s.proposed()
	g.putsOff = g.putsOff || s.movesDate()
	g.undo = (g.undo || g.takesBack && g.logged) && !s.is2(0, "asks_anywhere")
	g.undoLate = (g.undoLate || g.takesBackLate && g.logged) && !s.is2(0, "asks_anywhere")
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
		g.receives = g.receives || t.entry.class == "assent" && int(t.end) > i+1
		g.greets = g.greets || i == 0 || i < 2 && !s.word(i, "da")
	case "thanks":
		g.thanks = g.thanks || i < 5
		g.thanksLate = true
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
		g.undoLate = g.undoLate || int(t.end) > i+2
		g.undoFirst = g.undoFirst || i < 4 && !g.amends && !s.word(int(t.end)-1, "nham", "lon")
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
		g.takesBackLate = g.takesBackLate || s.word(int(t.end), "di", "giup", "gium", "dum", "cho") || int(t.end) == len(s.tokens)
		g.takesBack = g.takesBack || i < 4 || s.word(i-1, ",", ".", ";") || int(t.end) > i+1 || s.is2(0, "request") && i < 10
	case "undo_object":
		g.logged = true
	case "wish":
		g.wishes = true
	case "plea":
		g.pleads = true
	case "slip":
		g.corrects = true
	default:
		s.signOfKind(g, t, i)
	}
}

// signOfKind notes the words that say by themselves what a message is.
func (s *scan) signOfKind(g *signs, t tag, i int) {
	switch t.entry.class {
	case "amends":
		g.amends = true
	case "amends_maybe":
		g.amendsMaybe = true
	case "asks_outright":
		union := s.word(int(t.end)-1, "hoi") && s.word(int(t.end), "phu", "nong", "cuu", "vien", "chu", "doan", "lien", "nguoi", "khuyen")
		g.outright = g.outright || i < 6 && !union // "cho chi hội phụ nữ"
	case "press":
		g.press = g.press || i < 2 || !s.word(i, "bao", "fw", "fwd", "gia")
	case "private":
		g.private = true
	case "asks_anywhere":
		g.outright = g.outright || !s.word(int(t.end)-1, "chua") || !s.word(int(t.end), "duoc", "co", "kip", "xong", "het", "du")
	case "put_off":
		g.putsOff = g.putsOff || !s.putsOff(i) && !(g.firstStrong && s.restOf(i))
	case "ahead":
		g.ahead = true
	case "proposal":
		g.proposes = g.proposes || s.begins(i)
	}
}
