package nlu

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

// reportsFrom says that behind a first question a report follows: a deed of its own with something counted, and no other
// question.
func (s *scan) reportsFrom(i int) bool {
	deed, counted := false, false
	for ; i < len(s.tokens); i++ {
		if s.word(i, "?") || s.owner[i] == free && s.is2(i, "question_word") && !s.is2(i, "indefinite") {
			return false
		}
		deed = deed || s.owner[i] == free && s.is2(i, "strong_act")
		counted = counted || s.owner[i] == ownedByCount || s.owner[i] == ownedByMoney || s.owner[i] == ownedByGoods
	}
	return deed && counted
}

// wantsList says that the message asks to be sent a list: "gửi em danh sách … với".
func (s *scan) wantsList() bool {
	if !s.word(0, "gui", "goi") || !s.word(1, "em", "e", "anh", "a", "chi", "c", "minh", "toi", "tui", "cho") {
		return false
	}
	for i := max(2, len(s.tokens)-3); i < len(s.tokens); i++ {
		if s.word(i, "voi", "giup", "gium", "dum", "nhe", "nha", "di") {
			return s.is2(2, "hand_object") || s.is2(3, "hand_object") || s.is2(4, "hand_object")
		}
	}
	return false
}

// either returns whether the choice between two numbers is left open: "28 hộ hay 82 hộ".
func (s *scan) either() bool {
	for i := range s.tokens {
		if s.word(i, "hay") && s.owner[i] == free && s.endsVay() {
			return true // "… của xã hay của Hội An vậy em"
		}
		if s.word(i, "hay") && s.kind(i+1) == tokenDigits && (s.kind(i-1) == tokenDigits || s.kind(i-2) == tokenDigits || s.kind(i-3) == tokenDigits) {
			return true
		}
	}
	return false
}

// restOf returns whether what stands at token i is the rest of something counted before a comma: "trao 20 suất, đợt 2 hoãn".
func (s *scan) restOf(i int) bool {
	counted := false
	for j := range i {
		counted = counted || s.owner[j] == ownedByCount || s.owner[j] == ownedByMoney
		if counted && s.word(j, ",", ".", ";") && s.owner[j] == free {
			return true
		}
	}
	return false
}

// endsVay returns whether "vậy" is among the last words.
func (s *scan) endsVay() bool {
	for i := max(0, len(s.tokens)-3); i < len(s.tokens); i++ {
		if s.word(i, "vay", "rua", "ha", "he", "hi") && s.lastWords(i+1) {
			return true
		}
	}
	return false
}

// proposed returns whether the message begins with what might be done together: "hay là Tết này mình …".
func (s *scan) proposed() bool {
	for i := 1; s.word(0, "hay") && i < min(8, len(s.tokens)); i++ {
		if s.word(i, "minh", "bon", "tui") && s.owner[i] == free {
			return true
		}
	}
	return false
}

// rewrites returns whether a message about a card, a row or a column gives a new value behind an arrow.
func (s *scan) rewrites() bool {
	for i := range s.tokens {
		arrow := s.word(i, "→") || s.word(i, "-", "=") && s.word(i+1, ">") && s.glued(i+1)
		if arrow && (s.word(0, "the", "dong", "cot", "sua", "dinh", "muc") || s.word(1, "the", "dong", "cot")) {
			return true
		}
	}
	return false
}

// contrasts returns whether a name or a number is denied: "Quế Sơn tặng, không phải Duy Xuyên".
func (s *scan) contrasts() bool {
	for i := 1; i < len(s.tokens)-2; i++ {
		if !s.word(i, "khong", "ko", "k", "hong", "chang") || !s.word(i+1, "phai") || s.word(i-1, "co") {
			continue
		}
		if o := s.owner[i+2]; o == ownedByName || o == ownedByCount || o == ownedByMoney || o == ownedByDate || s.kind(i+2) == tokenDigits {
			return true
		}
	}
	return false
}

// movesDate returns whether something is moved from one day to another: "dời từ 12/5 sang 19/5".
func (s *scan) movesDate() bool {
	for i := range s.tokens {
		if !s.word(i, "doi", "lui", "chuyen") || !s.word(i+1, "tu") && !s.word(i+2, "tu") {
			continue
		}
		for j := i + 3; j < min(i+10, len(s.tokens)); j++ {
			if s.word(j, "sang", "qua", "den", "toi") && j+1 < len(s.tokens) && s.owner[j+1] == ownedByDate {
				return true
			}
		}
	}
	return false
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

// pictures returns whether what is handed over are pictures of what was done: "em gửi hình buổi trao dê …".
func (s *scan) pictures() bool {
	for i := range min(8, len(s.tokens)) {
		if s.word(i, "hinh", "anh") && s.word(i+1, "buoi", "lop", "le", "dot", "hoat", "trao", "tang", "ngay", "kham", "doan") {
			return true
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
		if s.word(j, "se") && s.word(j+1, "bao", "nhan", "thong", "tinh", "lam", "di") {
			return true // "chừng nào thông đường sẽ báo"
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
	if s.word(i, "bot") && (s.word(end, "oi", "a", "nghe", "cho", "giup") || s.word(i-1, "alo", "chao", "hi", "hello")) {
		return false // the bot is called
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
