package twinning

import "slices"

// Message is what to tell somebody, without a language: it is rendered when it is sent, in the addressee's language.
type Message struct {
	// Lines are joined by line breaks in order.
	Lines   []Line     `json:"lines,omitempty"`
	Buttons [][]Button `json:"buttons,omitempty"`
	// Files are sent with the lines as caption: photos and documents by their Telegram file id.
	Files []FileRef `json:"files,omitempty"`
	// Report asks for a file that is made when the message is sent.
	Report *ReportRequest `json:"report,omitempty"`
}

// Line is a text of locales with its arguments. An empty Key is an empty line.
type Line struct {
	Key  string `json:"key,omitempty"`
	Args Args   `json:"args,omitempty"`
}

// ArgKind says how a value is shown in the addressee's language.
type ArgKind uint8

// The kinds of arguments. Text comes from people or the roster and is escaped.
const (
	ArgText ArgKind = iota
	ArgNumber
	ArgMoney
	ArgDate
	ArgTime
	// ArgKey is the key of another text of locales, without arguments.
	ArgKey
	// ArgNames is a text that the programme file gives in each language.
	ArgNames
	// ArgLines are nested lines, joined by Sep ("; " when empty).
	ArgLines
)

// argKinds are the kinds as they are stored.
var argKinds = [...]string{
	ArgText: "text", ArgNumber: "number", ArgMoney: "money", ArgDate: "date", ArgTime: "time", ArgKey: "key",
	ArgNames: "names", ArgLines: "lines",
}

// String returns the kind as it is stored.
func (k ArgKind) String() string {
	if int(k) < len(argKinds) {
		return argKinds[k]
	}
	return argKinds[ArgText]
}

// MarshalText writes the kind as it is stored.
func (k ArgKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a kind; one that is not known is taken for text, so that a message of a newer version still arrives.
func (k *ArgKind) UnmarshalText(b []byte) error {
	*k = ArgKind(max(slices.Index(argKinds[:], string(b)), 0))
	return nil
}

// Arg is one value; which field holds it depends on the kind. There are many: what few need stands behind a pointer, and is read by Lines and Joint.
type Arg struct {
	Kind  ArgKind `json:"k"`
	Date  Date    `json:"d,omitzero"`
	Num   int64   `json:"n,omitempty"`
	Text  string  `json:"t,omitempty"`
	Names Names   `json:"l,omitempty"`
	*Nested
}

// Lines are the nested lines, nil for none.
func (a Arg) Lines() []Line {
	if a.Nested == nil {
		return nil
	}
	return a.Parts
}

// Joint is what joins the lines, "" where the kind has none or the default is meant.
func (a Arg) Joint() string {
	if a.Nested == nil {
		return ""
	}
	return a.Sep
}

// Nested is the value of an argument of kind ArgLines.
type Nested struct {
	Parts []Line `json:"s,omitempty"`
	Sep   string `json:"p,omitempty"`
}

// Button is an inline button: a label with callback data of at most 64 bytes (Bot API, InlineKeyboardButton), or with
// a link.
type Button struct {
	Label Line   `json:"label"`
	Data  string `json:"data,omitempty"`
	URL   string `json:"url,omitempty"`
}

// ReportRequest names a file to be made for the reader.
type ReportRequest struct {
	// Kind is "status_xlsx", "calendar_ics", "urging_docx", "export_xlsx", "year_docx", "year_xlsx", "chart_progress",
	// "chart_filings", "chart_activity", "chart_years" or "backup".
	Kind string `json:"kind"`
	// Year is 0 for all years, where the kind knows of such.
	Year int `json:"year"`
	// Unit is whose file it is; "" is the whole province, or the deadlines of the programme. A chart always names it.
	Unit UnitKey `json:"unit,omitempty"`
	// Seal is the version of the seal from which the file is made again, 0 for the books of that moment.
	Seal int `json:"seal,omitempty"`
	// Chart is what else a chart needs, nil for any other file.
	Chart *ChartRequest `json:"chart,omitempty"`
}

// ChartRequest says what a chart shows.
type ChartRequest struct {
	// Reader is who asked: a chart shows what this person may see when it is drawn.
	Reader PersonID `json:"reader"`
	// Rule is the document of a chart of filings.
	Rule RuleID `json:"rule,omitempty"`
	// Gauge is what a chart of progress or of years counts.
	Gauge Gauge `json:"gauge,omitzero"`
	// Least puts those first who are furthest from their target.
	Least bool `json:"least,omitempty"`
}

// Say returns a message of one line.
func Say(key string, args Args) Message { return Message{Lines: []Line{{Key: key, Args: args}}} }

// Text returns a text argument.
func Text(s string) Arg { return Arg{Kind: ArgText, Text: s} }

// Number returns a number argument.
func Number[N ~int | ~int64 | ~uint64](n N) Arg { return Arg{Kind: ArgNumber, Num: int64(n)} }

// Money returns an amount of đồng.
func Money(vnd int64) Arg { return Arg{Kind: ArgMoney, Num: vnd} }

// Day returns a date argument.
func Day(d Date) Arg { return Arg{Kind: ArgDate, Date: d} }

// Key returns the text of another locale key.
func Key(key string) Arg { return Arg{Kind: ArgKey, Text: key} }

// Named returns a text of the programme file.
func Named(n Names) Arg { return Arg{Kind: ArgNames, Names: n} }

// Joined returns lines joined by "; ".
func Joined(lines ...Line) Arg { return JoinedBy("", lines...) }

// JoinedBy returns lines joined by a separator.
func JoinedBy(sep string, lines ...Line) Arg {
	return Arg{Kind: ArgLines, Nested: &Nested{Parts: lines, Sep: sep}}
}
