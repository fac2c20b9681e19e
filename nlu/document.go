package nlu

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"ketnghia/twinning"
)

// DateFault says why a date that was written for a document can't be its date.
type DateFault string

// A document's date can be one that there is not (31/02), or one that has not come yet.
const (
	DateImpossible DateFault = "impossible"
	DateFuture     DateFault = "future"
)

// Document is number and date of a document as a caption, a file name or an answer tells them.
type Document struct {
	// Number is as on the document: "15/KH-UBND"; "" when none was read.
	Number string
	// Dated is no date when none was read or when Fault is set.
	Dated twinning.Date
	// Fault and Written say that a date was written that can't be it, and how it was written.
	Fault   DateFault
	Written string
	// Rest is what remains of the text without number and date, folded: lower case without diacritics, words parted by
	// single spaces.
	Rest string
}

// The forms of a document's number (Nghị định 30/2020/NĐ-CP, phụ lục I: number, sign of the kind, sign of the issuer; the
// Party's are "23-CT/TU"). In file names, which hold no slash, dashes and underscores stand for it; then only a known sign
// makes it a number.
var (
	slashNumber = regexp.MustCompile(`(?i)(^|[^\p{L}\d/])(\d{1,5})\s*((?:/\s*(?:19|20)\d\d\s*)?(?:/|-\s?[\p{L}]{2,4}\s?/)\s*[\p{L}][\p{L}&.]*(?:\s?-\s?[\p{L}][\p{L}\d]*)*)`)
	dashNumber  = regexp.MustCompile(`(?i)(^|[^\p{L}\d])(\d{1,5})[-_ ](?:((?:19|20)\d\d)[-_ ])?(\p{L}{2,3})[-_]([\p{L}]{2,6})($|[^\p{L}])`)
	signFirst   = regexp.MustCompile(`(?i)(^|[^\p{L}\d])(\p{L}{2,3})[-_](\d{1,5})[-_](\p{L}{2,6})($|[^\p{L}])`)
	numberWord  = regexp.MustCompile(`(?:^|(?:ke hoach|quyet dinh|bao cao|quy che|chuong trinh|cong van|to trinh|thong bao|bien ban|kh|qd|bc|qc|cv|tb) )so ?[:.]? ?(\d{1,5})(?:$|[^\d/.\-]|[.] )`)
)

// documentSigns are the signs of kinds of documents, folded, as they are written (Nghị định 30/2020/NĐ-CP, phụ lục III).
var documentSigns = map[string]string{
	"nq": "NQ", "qd": "QĐ", "ct": "CT", "qc": "QC", "tc": "TC", "tb": "TB", "hd": "HD", "ctr": "CTr", "kh": "KH", "pa": "PA",
	"da": "DA", "bc": "BC", "bb": "BB", "ttr": "TTr", "cd": "CĐ", "cv": "CV", "qyd": "QyĐ", "bgn": "BGN",
}

// partyIssuers are the issuers whose documents carry the Party's form of number.
var partyIssuers = []string{"tw", "tu", "hu", "du"}

// Document reads number and date of a document from a caption, a file name or an answer that was written on ref. A day
// without a year is the latest such day, but one that this year brings within two months is taken for a mistake.
func (r *Reader) Document(text string, ref twinning.Date) Document {
	text = strings.NewReplacer("Ð", "Đ", "–", "-", "—", "-", "\n", " ", "\t", " ").Replace(norm.NFC.String(text))
	var doc Document
	doc.Number, text = documentNumber(text)
	others := ""
	if doc.Number != "" {
		text, others = beforeOther(text)
	}
	plain := foldWords(strings.ReplaceAll(text, "_", " "))
	if doc.Number == "" {
		if m := numberWord.FindStringSubmatchIndex(plain); m != nil {
			doc.Number, plain = plain[m[2]:m[3]], plain[:m[2]]+" "+plain[m[3]:]
		}
	}
	plain = doc.date(plain, ref)
	if doc.Dated.IsZero() && doc.Fault == "" {
		plain = r.documentDay(&doc, plain, ref)
	}
	doc.Rest = words(plain + " " + others)
	return doc
}

// DocumentAnswer reads what answers the question for number and date: as Document does, but digits alone are a number, and
// "20/02" alone is a day.
func (r *Reader) DocumentAnswer(text string, ref twinning.Date) Document {
	doc := r.Document(text, ref)
	bare := strings.TrimSpace(text)
	if doc.Number != "" || doc.Written != "" || strings.Trim(bare, "0123456789/.- ") != "" {
		return doc
	}
	if strings.Trim(bare, "0123456789") == "" {
		if bare != "" && len(bare) <= mostDigits {
			doc.Number = bare
		}
		return doc
	}
	return r.Document("ngay "+bare, ref)
}

// mostDigits is how many digits the number of a document has at most.
const mostDigits = 5

// beforeOther cuts off what follows the number of another document ("… thực hiện Quyết định số 1100/QĐ-UBND ngày 16/4/2020"):
// the date there is the other one's. That number itself is left out.
func beforeOther(text string) (own, others string) {
	number, rest := documentNumber(text)
	if number == "" {
		return text, ""
	}
	same := 0
	for same < len(rest) && same < len(text) && rest[same] == text[same] {
		same++
	}
	return text[:same], foldDates(rest[same:])
}

// documentNumber cuts the number of a document out of the text.
func documentNumber(text string) (number, rest string) {
	if m := slashNumber.FindStringSubmatchIndex(text); m != nil {
		digits, signs := text[m[4]:m[5]], strings.ReplaceAll(text[m[6]:m[7]], " ", "")
		signs = strings.TrimRight(signs, ".&-")
		if !isUnitOfMeasure(signs) {
			return digits + properSigns(signs), text[:m[4]] + " " + text[m[7]:]
		}
	}
	if m := dashNumber.FindStringSubmatchIndex(text); m != nil {
		if sign := documentSigns[foldWords(text[m[8]:m[9]])]; sign != "" {
			year := ""
			if m[6] >= 0 {
				year = "/" + text[m[6]:m[7]]
			}
			return joinNumber(text[m[4]:m[5]]+year, sign, text[m[10]:m[11]]), text[:m[4]] + " " + text[m[8]:m[9]] + " " + text[m[11]:]
		}
	}
	if m := signFirst.FindStringSubmatchIndex(text); m != nil {
		if sign := documentSigns[foldWords(text[m[4]:m[5]])]; sign != "" && isIssuer(text[m[8]:m[9]]) {
			return joinNumber(text[m[6]:m[7]], sign, text[m[8]:m[9]]), text[:m[5]] + " " + text[m[9]:]
		}
	}
	return "", text
}

// joinNumber writes a number that a file name holds without its slash: "15/KH-UBND", of the Party "23-CT/TU".
func joinNumber(number, sign, issuer string) string {
	if slices.Contains(partyIssuers, foldWords(issuer)) {
		return number + "-" + sign + "/" + strings.ToUpper(issuer)
	}
	return number + "/" + sign + "-" + strings.ToUpper(issuer)
}

// isIssuer says whether letters look like the sign of an issuer and not like a word of a file name.
func isIssuer(letters string) bool {
	folded := foldWords(letters)
	return slices.Contains(partyIssuers, folded) || !strings.ContainsAny(folded, "aeiouy") || strings.HasPrefix(folded, "ub")
}

// isUnitOfMeasure says whether what stands after the slash is no sign of a document: "2/năm", "1/xã".
func isUnitOfMeasure(signs string) bool {
	folded := strings.Trim(foldWords(signs), "/ ")
	return slices.Contains([]string{"nam", "xa", "thang", "quy", "ho", "nguoi", "ngay", "suat", "thon", "huyen"}, folded)
}

// properSigns writes the signs behind the digits as they are on documents: "/kh-ubnd" is "/KH-UBND". What its author
// wrote with a capital stays.
func properSigns(behind string) string {
	var out strings.Builder
	letters := ""
	flush := func() {
		switch proper := documentSigns[foldWords(letters)]; {
		case letters == "":
		case proper != "" && strings.ToLower(letters) != "hđ":
			out.WriteString(proper)
		case strings.ToLower(letters) == letters:
			out.WriteString(strings.ToUpper(letters))
		default:
			out.WriteString(letters)
		}
		letters = ""
	}
	for _, c := range behind {
		if c == '/' || c == '-' || c == '&' || c == '.' {
			flush()
			out.WriteRune(c)
			continue
		}
		letters += string(c)
	}
	flush()
	return out.String()
}

// The forms of a written date in folded text. A day and a month without a year count after "ngày", or with a slash beside a
// number: "trang 1/3" by itself is a page.
var documentDates = []struct {
	form             *regexp.Regexp
	day, month, year int
}{
	{regexp.MustCompile(`(?:ngay )?\b(\d{1,2})(?: thang | ?thg ?)(\d{1,2})(?: nam | ?[,/] ?)(\d{4})\b`), 1, 2, 3},
	{regexp.MustCompile(`(?:ngay )?\b(\d{4}) ?[-./_] ?(\d{1,2}) ?[-./_] ?(\d{1,2})\b`), 3, 2, 1},
	{regexp.MustCompile(`(?:ngay )?\b(\d{1,2}) ?[-./_ ] ?(\d{1,2}) ?[-./_ ] ?(20\d\d|\d\d)\b`), 1, 2, 3},
	{regexp.MustCompile(`(?:ngay )?\b(\d\d)(\d\d)(20\d\d)\b`), 1, 2, 3},
	{regexp.MustCompile(`(?:ngay )?\b(20\d\d)(\d\d)(\d\d)\b`), 3, 2, 1},
	{regexp.MustCompile(`(?:ngay )?\b(\d{1,2}) ?/ ?(\d{1,2})\b`), 1, 2, 0},
	{regexp.MustCompile(`ngay (\d{1,2})(?: ?[-.] ?| thang )(\d{1,2})\b`), 1, 2, 0},
}

// date cuts the first written date out of folded text.
func (doc *Document) date(plain string, ref twinning.Date) string {
	for _, f := range documentDates {
		m := f.form.FindStringSubmatchIndex(plain)
		if m == nil || f.year == 0 && doc.Number == "" && !strings.HasPrefix(plain[m[0]:m[1]], "ngay ") {
			continue
		}
		part := func(i int) int {
			if i == 0 {
				return 0
			}
			n, _ := strconv.Atoi(plain[m[2*i]:m[2*i+1]])
			return n
		}
		doc.Written = strings.TrimPrefix(plain[m[0]:m[1]], "ngay ")
		doc.Dated, doc.Fault = documentDate(part(f.day), part(f.month), part(f.year), ref)
		return plain[:m[0]] + " " + plain[m[1]:]
	}
	return plain
}

// foldDates folds words and leaves written dates out of them.
func foldDates(text string) string {
	plain := foldWords(text)
	for _, f := range documentDates {
		plain = f.form.ReplaceAllString(plain, " ")
	}
	return plain
}

// nearFuture is how many days ahead a day without a year may lie to be taken for this year's.
const nearFuture = 62

func documentDate(day, month, year int, ref twinning.Date) (twinning.Date, DateFault) {
	if year > 0 && year < 100 {
		year += 2000
	}
	if year == 0 {
		year = ref.Year()
		if d, ok := twinning.ValidDate(year, time.Month(month), day); ok && d > ref.AddDays(nearFuture) {
			year--
		}
	}
	d, ok := twinning.ValidDate(year, time.Month(month), day)
	switch {
	case !ok || year < 1990:
		return 0, DateImpossible
	case d > ref:
		return 0, DateFuture
	}
	return d, ""
}

// documentDay reads a date in other words ("ký hôm qua"), which must be one day.
func (r *Reader) documentDay(doc *Document, plain string, ref twinning.Date) string {
	for _, span := range r.Dates(plain, ref) {
		if !span.To.IsZero() && span.To != span.From {
			continue
		}
		doc.Written = plain[span.Start:span.End]
		doc.Dated = span.From
		if doc.Dated > ref {
			doc.Dated, doc.Fault = 0, DateFuture
		}
		return plain[:span.Start] + " " + plain[span.End:]
	}
	return plain
}

// foldWords returns text in lower case without diacritics, runs of spaces as one.
func foldWords(text string) string {
	folded := strings.Map(func(c rune) rune {
		switch {
		case c >= 0x300 && c <= 0x36f:
			return -1
		case c == 'đ':
			return 'd'
		}
		return c
	}, norm.NFD.String(strings.ToLower(text)))
	return strings.Join(strings.Fields(folded), " ")
}

// words returns the runs of letters and digits of folded text, parted by single spaces; an apostrophe parts no word
// ("ch'om" is "chom").
func words(plain string) string {
	plain = strings.NewReplacer("'", "", "’", "").Replace(plain)
	return strings.Join(strings.FieldsFunc(plain, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9')
	}), " ")
}
