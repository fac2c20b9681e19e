package programme

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"ketnghia/twinning"
)

// The bounds of a row of activities.
const (
	// maxProse is more than a message of Telegram holds (Bot API, sendMessage.text: 4096).
	maxProse = 8_000
	// maxCount is more people than the province has.
	maxCount = 10_000_000
	// maxMoney is in đồng, far above what a province spends in a year; minMoney is the least that is no slip of the unit:
	// "12" in a column of amounts is 12 million to whoever wrote it.
	maxMoney = 10_000_000_000_000
	minMoney = 1_000
	// maxActivityID keeps a slip in the column of numbers from using up all numbers to come.
	maxActivityID = 9_999_999
)

// ActivityRow is a row of "activities".
type ActivityRow struct {
	Row
	// ID is the activity's number in the books that it was exported from, 0 for none.
	ID twinning.ActivityID
	// Sponsor and Recipient are the parties as written; those of Facts are empty until the roster is checked.
	Sponsor, Recipient string
	Facts              twinning.Facts
	State              twinning.ActivityState
	// Claim are the numbers that the counterpart gave for a disputed one, Reason is why it was voided.
	Claim  twinning.Quantities
	Reason string
}

// The forms of numbers of activities, of contents and of amounts.
var (
	activityNumber = regexp.MustCompile(`^(?:hd ?)?(\d{1,7})$`)
	contentNumber  = regexp.MustCompile(`^(?:ii )?(?:noi dung |muc )?([1-4])(?: (.+))?$`)
	inDong         = regexp.MustCompile(`\s*(?:đồng|đ|vnđ|vnd)\.?$`)
	withUnit       = regexp.MustCompile(`^(\d+)(?:[.,](\d{1,2}))?\s*(tỷ|tỉ|triệu|tr|nghìn|ngàn|k)$`)
	unitInHeader   = regexp.MustCompile(`\b(trieu|tr|nghin|ngan|ty)\b`)
)

// checkActivityHeader rejects a sheet whose days or amounts nobody could tell.
func (c *cursor) checkActivityHeader(row gridRow) {
	if !c.row.has["date"] && !c.row.has["from"] {
		c.reject(Rejection{Column: "date", Code: RejectMissingColumn})
	}
	if i, ok := c.columns["amount_vnd"]; ok && unitInHeader.MatchString(fold(row.cells[i])) {
		c.reject(Rejection{Column: "amount_vnd", Code: RejectMoneyUnit, Value: row.cells[i]})
	}
}

func (c *cursor) activity() ActivityRow {
	a := ActivityRow{ID: c.activityID(), Sponsor: c.must("sponsor"), Recipient: c.must("recipient")}
	a.Facts = twinning.Facts{
		Place: c.prose("place"), Category: c.category(), Kinds: c.kinds(), Quantities: c.quantities(),
		InKind: goods(c.prose("in_kind")), Summary: c.prose("summary"),
		Source: twinning.Source(c.word("source", c.roster.words.sources)),
	}
	a.Facts.From, a.Facts.To = c.days()
	a.State = twinning.ActivityLogged
	if state := c.word("state", c.roster.words.states); state != "" {
		a.State = twinning.ActivityState(state)
	}
	a.Reason = c.text("reason")
	if a.State == twinning.ActivityVoided && a.Reason == "" {
		c.reject(Rejection{Column: "reason", Code: RejectNoReason})
	}
	if a.State == twinning.ActivityDisputed {
		a.Claim = c.claim()
	}
	a.Row = c.row
	return a
}

// activityID reads "HĐ123" and "123", 0 for an empty cell.
func (c *cursor) activityID() twinning.ActivityID {
	text := c.text("id")
	if text == "" {
		return 0
	}
	if n, ok := wholeNumber(text); ok && n > 0 && n <= maxActivityID {
		return twinning.ActivityID(n)
	}
	if m := activityNumber.FindStringSubmatch(fold(text)); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil && n > 0 {
			return twinning.ActivityID(n)
		}
	}
	c.reject(Rejection{Column: "id", Code: RejectBadID, Value: text})
	return 0
}

// days reads the day, or the first and the last one.
func (c *cursor) days() (from, to twinning.Date) {
	from, to = c.date("from", false), c.date("to", false)
	day := c.date("date", false)
	switch {
	case c.row.bad:
	case day != 0 && from != 0 && day != from:
		c.reject(Rejection{Column: "date", Code: RejectTwoDates, Value: c.text("date")})
	case day != 0:
		from = day
	case from == 0 && c.row.has["date"]:
		c.need("date", "")
	case from == 0:
		c.need("from", "")
	}
	if from != 0 && to != 0 && to < from {
		c.reject(Rejection{Column: "to", Code: RejectToBeforeFrom, Value: c.text("to")})
	}
	if to == from {
		to = 0
	}
	return from, to
}

// category reads "4", "An sinh xã hội" and both together.
func (c *cursor) category() twinning.Category {
	text := c.must("category")
	if text == "" {
		return twinning.CategoryUnsure
	}
	words := c.roster.words.categories
	if n, ok := wholeNumber(text); ok {
		text = strconv.FormatInt(n, 10)
	}
	id := lookup(words, text)
	if m := contentNumber.FindStringSubmatch(fold(text)); id == "" && m != nil {
		if m[2] == "" || words[m[2]] == m[1] {
			id = m[1]
		}
	}
	n, err := strconv.Atoi(id)
	if err != nil {
		c.reject(Rejection{Column: "category", Code: RejectBadCategory, Value: text})
	}
	return twinning.Category(n)
}

// word returns what the cell's word means, "" for an empty or an unknown one.
func (c *cursor) word(column string, words map[string]string) string {
	text := c.text(column)
	if text == "" {
		return ""
	}
	id := lookup(words, text)
	if id == "" {
		c.rejectWord(column, text, words)
	}
	return id
}

func (c *cursor) rejectWord(column, text string, words map[string]string) {
	c.reject(Rejection{
		Column: column, Code: RejectBadWord, Value: text, Candidates: slices.Compact(slices.Sorted(maps.Values(words))),
	})
}

// kinds reads words between "|", ";" or line breaks; between commas too, where they are no part of a word.
func (c *cursor) kinds() []twinning.Kind {
	words := c.roster.words.kinds
	var kinds []twinning.Kind
	add := func(word string) {
		id := twinning.Kind(lookup(words, word))
		switch {
		case id == "":
			c.rejectWord("kinds", word, words)
		case !slices.Contains(kinds, id):
			kinds = append(kinds, id)
		}
	}
	for _, part := range goods(c.prose("kinds")) {
		if lookup(words, part) != "" {
			add(part)
			continue
		}
		for word := range strings.SplitSeq(part, ",") {
			if word = clean(word); word != "" {
				add(word)
			}
		}
	}
	return kinds
}

// goods returns the things between "|", ";" or line breaks, as written.
func goods(text string) []string {
	var list []string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == '|' || r == ';' || r == '\n' }) {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// quantities reads the numbers; an empty cell states nothing, which differs from 0.
func (c *cursor) quantities() twinning.Quantities {
	q := twinning.Quantities{}
	for _, m := range twinning.Measures() {
		if m == twinning.Activities || c.text(string(m)) == "" {
			continue
		}
		if m == twinning.Amount {
			q[m] = c.money()
		} else {
			q[m] = int64(c.whole(string(m), maxCount))
		}
	}
	return q
}

// money reads an amount in đồng.
func (c *cursor) money() int64 {
	text := c.text("amount_vnd")
	n, ok := amount(text)
	if !ok || c.fraction("amount_vnd") || n > maxMoney || n > 0 && n < minMoney {
		c.reject(Rejection{Column: "amount_vnd", Code: RejectBadMoney, Value: text})
		return 0
	}
	return n
}

// amount reads "12500000", "12.500.000 đ" and "12,5 triệu". With a unit behind it "1.234" could be either, so that is
// not read.
func amount(text string) (int64, bool) {
	text = inDong.ReplaceAllString(strings.ToLower(text), "")
	m := withUnit.FindStringSubmatch(text)
	if m == nil {
		n, ok := wholeNumber(text)
		return n, ok && n >= 0
	}
	unit := int64(1_000_000)
	switch m[3] {
	case "tỷ", "tỉ":
		unit = 1_000_000_000
	case "nghìn", "ngàn", "k":
		unit = 1_000
	}
	whole, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil || whole > maxMoney/unit {
		return 0, false
	}
	hundredths, err := strconv.ParseInt((m[2] + "00")[:2], 10, 64)
	return whole*unit + hundredths*(unit/100), err == nil
}

// claim reads "Hộ nghèo: 40; Số tiền: 12000000".
func (c *cursor) claim() twinning.Quantities {
	text := c.prose("claim")
	if text == "" {
		return nil
	}
	q := twinning.Quantities{}
	for _, part := range goods(text) {
		at := strings.LastIndexAny(part, ":=")
		if at < 0 {
			at = len(part) - 1
		}
		m := twinning.Measure(lookup(c.roster.words.columns[SheetActivities], part[:at]))
		n, ok := wholeNumber(strings.TrimSpace(part[at+1:]))
		if !slices.Contains(twinning.Measures(), m) || !ok || n < 0 || n > maxMoney {
			c.reject(Rejection{Column: "claim", Code: RejectBadNumber, Value: part, Limit: maxMoney})
			return nil
		}
		q[m] = n
	}
	return q
}

// prose returns a cell of free text: what people wrote, with its line breaks.
func (c *cursor) prose(column string) string { return c.cell(column, cleanProse, maxProse) }

// cleanProse returns free text as it is kept: NFC, "\n" as the only line break, no control characters, no space around.
func cleanProse(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\u2028' || r == '\u2029' || r == '\u0085':
			return '\n'
		case unicode.IsControl(r) || r == '\ufeff':
			return -1
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
	return strings.TrimSpace(norm.NFC.String(s))
}
