package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"ketnghia/nlu"
	"ketnghia/programme"
	"ketnghia/twinning"
)

// parseCmd shows what the bot understands: JSON lines in, JSON lines out, for the units of the embedded roster.
type parseCmd struct{}

// maxLine is the longest line that parse reads; a Telegram message has 4096 characters at most (Bot API, sendMessage).
const maxLine = 1 << 20

// byteOrderMark begins text files of some Windows programs.
const byteOrderMark = "\ufeff"

type parseIn struct {
	Text string
	Ref  twinning.Date
}

// parseOut is one reading; a field that the text does not state is absent.
type parseOut struct {
	Activity   bool               `json:"activity"`
	Intent     nlu.Intent         `json:"intent"`
	Date       twinning.Date      `json:"date,omitzero"`
	From       twinning.Date      `json:"date_from,omitzero"`
	To         twinning.Date      `json:"date_to,omitzero"`
	Amount     *int64             `json:"amount_vnd,omitempty"`
	Households *int64             `json:"households,omitempty"`
	NearPoor   *int64             `json:"near_poor,omitempty"`
	People     *int64             `json:"people,omitempty"`
	Models     *int64             `json:"models,omitempty"`
	Gifts      *int64             `json:"gifts,omitempty"`
	InKind     []string           `json:"in_kind,omitempty"`
	Category   twinning.Category  `json:"category,omitempty"`
	Kinds      []twinning.Kind    `json:"kinds,omitempty"`
	Source     twinning.Source    `json:"source,omitempty"`
	Units      []twinning.UnitKey `json:"units,omitempty"`
	Place      string             `json:"place,omitempty"`
	Warnings   []nlu.WarningCode  `json:"warnings,omitempty"`
}

// Run reads lines until the input ends. A line that is no JSON ends it with the line's number.
func (*parseCmd) Run(ctx context.Context, a *app) error {
	units, err := programme.DefaultUnits()
	if err != nil {
		return fmt.Errorf("parse: %w", err)
	}
	reader, err := newReader(units)
	if err != nil {
		return err
	}
	p, err := a.loadProgramme()
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(a.in)
	lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	out := bufio.NewWriter(a.out)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	n := 0
	for lines.Scan() && ctx.Err() == nil {
		n++
		line := bytes.TrimSpace(bytes.TrimPrefix(lines.Bytes(), []byte(byteOrderMark)))
		if len(line) == 0 {
			continue
		}
		in := parseIn{Ref: p.Today(a.now())}
		if err := readLine(line, &in); err != nil {
			return errors.Join(badLine(n, err), out.Flush())
		}
		if err := enc.Encode(shown(reader.Read(in.Text, in.Ref))); err != nil {
			return unwritten(err)
		}
	}
	if err := out.Flush(); err != nil {
		return unwritten(err)
	}
	if err := lines.Err(); err != nil {
		return badLine(n+1, err)
	}
	return nil
}

// What can be wrong with a line that is JSON.
var (
	errNoText  = errors.New("no text")
	errBadDate = errors.New("no date")
)

// readLine reads one line of input; a text must be there, the date need not.
func readLine(line []byte, in *parseIn) error {
	var given struct {
		Text *string `json:"text"`
		Ref  string  `json:"ref_date"`
	}
	if err := json.Unmarshal(line, &given); err != nil {
		return fmt.Errorf("line: %w", err)
	}
	if given.Text == nil {
		return errNoText
	}
	in.Text = *given.Text
	if given.Ref == "" {
		return nil
	}
	ref, err := twinning.ParseDate(given.Ref)
	if err != nil {
		return fmt.Errorf("%w: %w", errBadDate, err)
	}
	in.Ref = ref
	return nil
}

// badLine says what is wrong with line n: its date, its length, or its form.
func badLine(n int, err error) error {
	key := "cmd.error.json_line"
	switch {
	case errors.Is(err, bufio.ErrTooLong):
		key = "cmd.error.long_line"
	case errors.Is(err, errBadDate):
		key = "cmd.error.date_line"
	}
	return &failure{key: key, status: exitUsage, cause: err, args: map[string]any{"Line": n, "Limit": maxLine}}
}

func shown(r nlu.Reading) parseOut {
	f := r.Facts
	o := parseOut{
		Activity: r.Intent == nlu.IntentActivity, Intent: r.Intent, InKind: f.InKind, Category: f.Category,
		Kinds: f.Kinds, Source: f.Source, Place: f.Place,
		Amount: stated(f, twinning.Amount), Households: stated(f, twinning.Households),
		NearPoor: stated(f, twinning.NearPoor), People: stated(f, twinning.People),
		Models: stated(f, twinning.Models), Gifts: stated(f, twinning.Gifts),
	}
	if f.To.IsZero() || f.To == f.From {
		o.Date = f.From
	} else {
		o.From, o.To = f.From, f.To
	}
	for _, m := range r.Units {
		o.Units = append(o.Units, m.Key)
	}
	for _, w := range r.Warnings {
		o.Warnings = append(o.Warnings, w.Code)
	}
	return o
}

func stated(f twinning.Facts, m twinning.Measure) *int64 {
	v, ok := f.Quantities[m]
	if !ok {
		return nil
	}
	return &v
}
