package programme_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/programme"
	"ketnghia/twinning"
)

// Which existing pairing a row means: the one that begins on the same day, else one whose time overlaps, each only once.
func TestCheckMatchesPairings(t *testing.T) {
	t.Parallel()
	existing := func(id twinning.PairingID, from, to string) twinning.Pairing {
		p := twinning.Pairing{ID: id, Sponsor: "ASYT", Recipient: "W20437", Decision: "1/QĐ", From: date(t, from)}
		if to != "" {
			p.To = date(t, to)
		}
		return p
	}
	tests := map[string]struct {
		existing                  []twinning.Pairing
		rows                      string
		added, changed, unchanged int
	}{
		"same dates": {
			[]twinning.Pairing{existing(1, "2020-01-01", "")},
			"ASYT,W20437,1/QĐ,2020-01-01,\n", 0, 0, 1,
		},
		"the one of the same day, though another overlaps first and after": {
			[]twinning.Pairing{existing(1, "2019-01-01", ""), existing(2, "2020-01-01", ""), existing(3, "2020-06-01", "")},
			"ASYT,W20437,1/QĐ,2020-01-01,\n", 0, 0, 1,
		},
		"two rows out of one": {
			[]twinning.Pairing{existing(1, "2020-01-01", "")},
			"ASYT,W20437,1/QĐ,2020-01-01,2022-12-31\nASYT,W20437,2/QĐ,2023-01-01,\n", 1, 1, 0,
		},
		"begins after the old one ended": {
			[]twinning.Pairing{existing(1, "2020-01-01", "2022-12-31")},
			"ASYT,W20437,1/QĐ,2023-01-01,\n", 1, 0, 0,
		},
		"last day shared": {
			[]twinning.Pairing{existing(1, "2020-01-01", "2022-12-31")},
			"ASYT,W20437,1/QĐ,2022-12-31,\n", 0, 1, 0,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := programme.ReadRoster(write(t, map[string]string{"pairings.csv": "sponsor,recipient,decision,from,to\n" + test.rows}))
			if err != nil {
				t.Fatal(err)
			}
			plan, rejected := r.Check(units1100(t), test.existing)
			got := [3]int{len(plan.Pairings.Added), len(plan.Pairings.Changed), len(plan.Pairings.Unchanged)}
			if diff := cmp.Diff([3]int{test.added, test.changed, test.unchanged}, got); diff != "" || len(rejected) > 0 {
				t.Error(diff, told(rejected))
			}
		})
	}
}

// A file without a column leaves the field as it is; an empty cell empties it, except for name and role.
func TestCheckKeepsWhatTheFileDoesNotSay(t *testing.T) {
	t.Parallel()
	existing := twinning.Unit{
		Key: "W20458", Code: "20458", Name: "Xã Bha Lêê", Aliases: []string{"Xã Bha Lê"}, Role: twinning.RoleRecipientCommune,
		Parent: "D504", Border: true, Staff: 20, State: twinning.UnitActive,
	}
	emptied := existing
	emptied.Aliases, emptied.Border, emptied.Staff = nil, false, 0
	tests := map[string]struct {
		text string
		want twinning.Unit
	}{
		"columns absent":           {"key,staff\nW20458,21\n", func() twinning.Unit { u := existing; u.Staff = 21; return u }()},
		"cells empty":              {"key,code,name,aliases,role,parent,border,staff\nW20458,,,,,Tây Giang,,\n", emptied},
		"named without diacritics": {"name,staff\nxa bha le,21\n", func() twinning.Unit { u := existing; u.Staff = 21; return u }()},
	}
	district := twinning.Unit{Key: "D504", Name: "Huyện Tây Giang", Role: twinning.RoleRecipientDistrict, State: twinning.UnitActive}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := programme.ReadRoster(write(t, map[string]string{"units.csv": test.text}))
			if err != nil {
				t.Fatal(err)
			}
			plan, rejected := r.Check([]twinning.Unit{existing, district}, nil)
			if len(rejected) > 0 || len(plan.Units.Changed) != 1 {
				t.Fatalf("%v, %+v", told(rejected), plan.Units)
			}
			if diff := cmp.Diff(test.want, plan.Units.Changed[0].New); diff != "" {
				t.Error(diff)
			}
		})
	}
}
