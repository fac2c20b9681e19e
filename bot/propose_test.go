package bot

import (
	"testing"

	"ketnghia/ledger"
	"ketnghia/programme"
	"ketnghia/twinning"
)

// openOf makes an option of a rule of the year in the given standing, 0 for the unit's own or for one of two pairings.
func openOf(p *twinning.Programme, rule twinning.RuleID, standing twinning.Standing, pairing twinning.PairingID) option {
	r, _ := p.Rule(rule)
	const year = 2027
	o := option{owing: ledger.Owing{
		Obligation: twinning.Obligation{Rule: rule, Unit: "W1", Pairing: pairing, Year: year}, Rule: &r,
		Deadlines: r.Deadlines(year, p.Calendar), Standing: standing,
	}}
	if pairing != 0 {
		o.counterpart = twinning.UnitKey([]string{"", "S1", "S2"}[pairing])
	}
	return o
}

// TestRank proposes what files are by what their names and captions say, in February of the year and in December.
func TestRank(t *testing.T) {
	t.Parallel()
	p, err := programme.Default()
	if err != nil {
		t.Fatal(err)
	}
	commune := func(soon, later twinning.Standing) []option {
		return []option{
			openOf(p, "needs", soon, 0), openOf(p, "commune_plan", soon, 0), openOf(p, "commune_group", soon, 0),
			openOf(p, "commune_regulation", soon, 0), openOf(p, "commune_stages", soon, 0),
			openOf(p, "report", later, 0), openOf(p, "evaluation", later, 1), openOf(p, "evaluation", later, 2),
		}
	}
	february := commune(twinning.StandingDueSoon, twinning.StandingUpcoming)
	december := commune(twinning.StandingMet, twinning.StandingDueSoon)
	sponsor := []option{
		openOf(p, "programme", twinning.StandingDueSoon, 1), openOf(p, "programme", twinning.StandingDueSoon, 2),
		openOf(p, "sponsor_group", twinning.StandingDueSoon, 0), openOf(p, "sponsor_report", twinning.StandingUpcoming, 0),
	}
	half := []option{openOf(p, "programme", twinning.StandingMet, 1), openOf(p, "programme", twinning.StandingDueSoon, 2)}
	tests := []struct {
		name     string
		e        evidence
		options  []option
		rule     twinning.RuleID
		pairing  twinning.PairingID
		proposed bool
	}{
		{"the name itself", evidence{text: "de xuat nhu cau"}, february, "needs", 0, true},
		{"plan and needs: the rarer word", evidence{text: "ke hoach nhu cau"}, february, "needs", 0, true},
		{"a plan", evidence{text: "ke hoach ubnd"}, february, "commune_plan", 0, true},
		{"a decision about the rules", evidence{text: "quyet dinh ban hanh quy che hoat dong to cong tac"}, february, "commune_regulation", 0, true},
		{"a decision about the group", evidence{text: "quyet dinh thanh lap to cong tac"}, february, "commune_group", 0, true},
		{"a decision about the stages", evidence{text: "quyet dinh phan cong cac khau"}, february, "commune_stages", 0, true},
		{"glued", evidence{text: "dexuatnhucau2027"}, february, "needs", 0, true},
		{"a report in February is not December's", evidence{text: "bao cao"}, february, "needs", 0, false},
		{"a report in December", evidence{text: "bao cao"}, december, "report", 0, true},
		{"the report by its whole name, in February", evidence{text: "bao cao ket qua thuc hien"}, february, "report", 0, true},
		{"an evaluation of one of two", evidence{text: "nhan xet danh gia", units: []twinning.UnitKey{"S2"}}, december, "evaluation", 2, true},
		{"an evaluation of either", evidence{text: "nhan xet danh gia"}, december, "evaluation", 1, false},
		{"the counterpart alone", evidence{text: "scan", units: []twinning.UnitKey{"S2"}}, sponsor, "programme", 2, true},
		{"the programme with either", evidence{text: "chuong trinh ky ket"}, sponsor, "programme", 1, false},
		{"the one that is not met", evidence{text: "chuong trinh ky ket"}, half, "programme", 2, true},
		{"the one that is met, named", evidence{text: "chuong trinh ky ket", units: []twinning.UnitKey{"S1"}}, half, "programme", 1, true},
		{"another year", evidence{text: "de xuat nhu cau 2026", years: []int{2026}}, february, "needs", 0, false},
		{"the year", evidence{text: "de xuat nhu cau 2027", years: []int{2027}}, february, "needs", 0, true},
		{"no word at all", evidence{}, february, "needs", 0, false},
		{"no word, one due", evidence{}, half, "programme", 2, true},
		{"words about nothing, one due", evidence{text: "anh gia dinh"}, half, "programme", 2, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ranked, sure := rank(test.e, p.Obligations, test.options)
			if got := ranked[0].owing; got.Obligation.Rule != test.rule || got.Pairing != test.pairing || sure != test.proposed {
				for _, o := range ranked {
					t.Logf("%s|%d %.2f", o.owing.Obligation.Rule, o.owing.Pairing, o.score)
				}
				t.Errorf("got %s|%d, proposed %t", got.Obligation.Rule, got.Pairing, sure)
			}
		})
	}
}
