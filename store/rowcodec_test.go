package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnghia/twinning"
)

// A row and its message are written byte by byte as encoding/json writes them.
func TestRowsAreWrittenAsJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		row := drawRow(t)
		message, err := encodeMessage(row.Message)
		if err != nil {
			t.Fatal(err)
		}
		want, err := encode(row.Message)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(message)); diff != "" {
			t.Fatal(diff)
		}
		written, err := encodeRow(row)
		if err != nil {
			t.Fatal(err)
		}
		row.Message = twinning.Message{}
		if want, err = encode(row); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(written)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func drawRow(t *rapid.T) OutRow {
	text := func(name string) string {
		return rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
			"", "Xã Ch'Ơm", "a \"b\" \\ c\n", "<b>&</b>", "\u2028", "x\u2029", "\xff", "\xe2\x80", "\x7f", "\u20ac", "\u202f",
		})).Draw(t, name)
	}
	moment := func(name string) time.Time {
		at := rapid.Int64Range(-1, 4_000_000_000).Draw(t, name)
		if at < 0 {
			return time.Time{}
		}
		return time.Unix(at, at%1000).In(time.FixedZone("", 7*3600))
	}
	number := func(name string) int { return rapid.IntRange(-2, 3).Draw(t, name) }
	row := OutRow{
		Seq: uint64(rapid.IntRange(0, 1<<40).Draw(t, "seq")), Cause: text("cause"), Chat: twinning.ChatID(number("chat")),
		Person: twinning.PersonID(rapid.IntRange(0, 3).Draw(t, "person")), Lang: text("lang"), Class: number("class"),
		Op: text("op"), ReplyTo: number("reply"), Subject: text("subject"), EditID: number("edit"), QueryID: text("query"),
		Alert: rapid.Bool().Draw(t, "alert"), State: OutState(text("state")), Tries: number("tries"),
		NotBefore: moment("not before"), Queued: moment("queued"), Changed: moment("changed"), Error: text("error"),
	}
	row.Message.Lines = drawLines(t, text, 2)
	for range rapid.IntRange(0, 2).Draw(t, "rows") {
		var buttons []twinning.Button
		for range rapid.IntRange(0, 2).Draw(t, "buttons") {
			label := twinning.Line{Key: text("label")}
			buttons = append(buttons, twinning.Button{Label: label, Data: text("data"), URL: text("url")})
		}
		row.Message.Buttons = append(row.Message.Buttons, buttons)
	}
	if rapid.Bool().Draw(t, "files") {
		row.Message.Files = []twinning.FileRef{{ID: text("id"), UniqueID: text("unique"), Photo: true}}
	}
	if rapid.Bool().Draw(t, "report") {
		row.Message.Report = &twinning.ReportRequest{Kind: text("kind"), Year: 2027, Unit: twinning.UnitKey(text("unit"))}
	}
	return row
}

func drawLines(t *rapid.T, text func(string) string, depth int) []twinning.Line {
	var lines []twinning.Line
	for range rapid.IntRange(0, 2).Draw(t, "lines") {
		line := twinning.Line{Key: text("key")}
		for range rapid.IntRange(0, 3).Draw(t, "args") {
			if line.Args == nil {
				line.Args = twinning.Args{}
			}
			arg := twinning.Arg{
				Kind: twinning.ArgKind(rapid.IntRange(0, 7).Draw(t, "k")), Text: text("t"), Num: rapid.Int64().Draw(t, "n"),
			}
			if rapid.Bool().Draw(t, "date") {
				arg.Date = twinning.NewDate(2027, 1, 1+rapid.IntRange(0, 300).Draw(t, "day"))
			}
			if rapid.Bool().Draw(t, "names") {
				arg.Names = twinning.Names{"vi": text("vi"), "en": text("en")}
			}
			if depth > 0 {
				arg.Nested = twinning.JoinedBy(text("p"), drawLines(t, text, depth-1)...).Nested
			}
			line.Args.Set(text("name"), arg)
		}
		lines = append(lines, line)
	}
	return lines
}
