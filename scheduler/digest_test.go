package scheduler_test

import (
	"flag"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/programme"
	"ketnghia/twinning"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestDigestTexts shows whole messages as people read them, in both languages; the buttons stand below in brackets.
func TestDigestTexts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, when string
		unit       twinning.UnitKey
		role       twinning.Role
		paired     bool
		do         func(*books)
	}{
		{name: "officer_30_days", when: "2027-01-28 09:00", unit: "W20437", role: twinning.RoleOfficer},
		{name: "officer_last_working_day", when: "2027-02-26 09:00", unit: "W20437", role: twinning.RoleOfficer},
		{name: "lead_7_days", when: "2027-02-19 09:00", unit: "W20437", role: twinning.RoleLead},
		{name: "officer_grace", when: "2027-03-01 09:00", unit: "W20437", role: twinning.RoleOfficer},
		{name: "officer_overdue", when: "2027-03-02 09:00", unit: "W20437", role: twinning.RoleOfficer},
		{name: "sponsor_several", when: "2027-12-14 09:00", unit: "ASYT", role: twinning.RoleLead, paired: true},
		{name: "officer_year_end_grace", when: "2027-12-20 09:00", unit: "W20437", role: twinning.RoleOfficer},
		{name: "coordinator_3_days", when: "2027-02-24 09:00", role: twinning.RoleCoordinator, do: func(b *books) {
			for i, u := range b.units {
				if u.Role.IsRecipient() && i%2 == 0 {
					b.enrol(at("2027-01-05 08:00"), u.Key, twinning.RoleOfficer)
				}
			}
			b.file(at("2027-02-20 09:00"), twinning.Obligation{Rule: "needs", Unit: "D504", Year: 2027})
		}},
		{name: "coordinator_two_rules", when: "2027-03-26 09:00", role: twinning.RoleCoordinator, paired: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBooks(t, test.paired)
			if test.unit == "" {
				test.unit = b.standing()
			}
			id := b.enrol(at("2027-01-04 08:00"), test.unit, test.role)
			if test.do != nil {
				test.do(b)
			}
			var shown strings.Builder
			for _, row := range b.tick(test.when) {
				if row.Person != id {
					continue
				}
				for _, lang := range locales.Languages() {
					fmt.Fprintf(&shown, "--- %s\n%s\n", lang, read(t, lang, row.Message))
				}
			}
			golden(t, filepath.Join("testdata", test.name+".golden"), shown.String())
		})
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

// read renders a message.
func read(t *testing.T, lang string, m twinning.Message) string {
	t.Helper()
	c, err := locales.New(locales.OnMissing(func(lang, key string) { t.Errorf("%s: no text %s", lang, key) }))
	if err != nil {
		t.Fatal(err)
	}
	p := c.Printer(lang)
	texts := []string{lines(p, m.Lines, "\n")}
	for _, row := range m.Buttons {
		for _, button := range row {
			if len(button.Data) > 64 {
				t.Errorf("callback data %q is too long", button.Data)
			}
			texts = append(texts, fmt.Sprintf("[%s | %s]", lines(p, []twinning.Line{button.Label}, ""), button.Data))
		}
	}
	return strings.Join(texts, "\n")
}

func lines(p locales.Printer, list []twinning.Line, separator string) string {
	var texts []string
	for _, line := range list {
		if line.Key == "" {
			texts = append(texts, "")
			continue
		}
		args := map[string]any{}
		for _, a := range line.Args {
			args[a.Name] = value(p, a.Arg)
		}
		texts = append(texts, p.Text(line.Key, args))
	}
	return strings.Join(texts, separator)
}

func value(p locales.Printer, a twinning.Arg) any {
	switch a.Kind {
	case twinning.ArgNumber:
		return a.Num
	case twinning.ArgDate:
		return p.Date(a.Date.Parts())
	case twinning.ArgKey:
		return p.Text(a.Text, nil)
	case twinning.ArgNames:
		return html.EscapeString(a.Names[p.Lang()])
	case twinning.ArgLines:
		return lines(p, a.Lines(), "; ")
	case twinning.ArgText, twinning.ArgMoney, twinning.ArgTime:
	}
	return html.EscapeString(a.Text)
}

// TestLongDigest gives one sponsor forty pairings: the message stays below Telegram's 4096 characters, names how many
// are left out, and marks all of them as said.
func TestLongDigest(t *testing.T) {
	t.Parallel()
	b := newBooks(t, false)
	id := b.enrol(at("2027-01-04 08:00"), "ASYT", twinning.RoleOfficer)
	b.update("2027-01-04 08:00", func(w *ledger.Work) error {
		var pairings []twinning.Pairing
		for _, u := range b.units {
			if u.Role == twinning.RoleRecipientCommune && len(pairings) < 40 {
				pairings = append(pairings, twinning.Pairing{
					Sponsor: "ASYT", Recipient: u.Key, Decision: programme.DemoDecision, From: twinning.NewDate(2027, 1, 1),
				})
			}
		}
		return w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Pairings: pairings})
	})
	rows := b.tick("2027-03-23 09:00")
	if len(rows) != 1 || rows[0].Person != id {
		t.Fatalf("%d messages", len(rows))
	}
	for _, lang := range locales.Languages() {
		text := read(t, lang, rows[0].Message)
		if n := len([]rune(text)); n > 4096 || !strings.Contains(text, "26") {
			t.Errorf("%s: %d characters, ends with %.300s", lang, n, text[len(text)-300:])
		}
	}
	if again := b.tick("2027-03-24 09:00"); len(again) > 0 {
		t.Errorf("said again: %d", len(again))
	}
}
