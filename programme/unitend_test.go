package programme_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/programme"
	"ketnghia/twinning"
)

// The communes of Tây Giang as Nghị quyết 1659/NQ-UBTVQH15 joined them on 1 July 2025. New ones have codes and names that
// old ones had.
const tayGiang2025 = `key,code,name,role,parent,since,state,successor,changed
N20443,20443,Xã Hùng Sơn,recipient_commune,D504,01/07/2025,,,
N20455,20455,Xã Tây Giang,recipient_commune,D504,01/07/2025,,,
N20458,20458,Xã A Vương,recipient_commune,D504,01/07/2025,,,
W20437,,,,D504,,sáp nhập,Xã Hùng Sơn,01/07/2025
W20440,,,,D504,,sáp nhập,N20443,01/07/2025
W20443,,,,D504,,,N20443,01/07/2025
W20446,,,,D504,,,N20443,01/07/2025
W20449,,,,D504,,,N20455,01/07/2025
W20452,,,,D504,,,N20455,01/07/2025
W20455,,,,D504,,,N20455,01/07/2025
W20464,,,,D504,,,N20455,01/07/2025
W20458,,,,D504,,,N20458,01/07/2025
W20461,,,,D504,,đổi tên,Xã A Vương (N20458),
`

// checkOn checks rows of units against the embedded units and the pairings, on a day.
func checkOn(t *testing.T, text string, today twinning.Date, pairings ...twinning.Pairing) (programme.Plan, []string) {
	t.Helper()
	r, err := programme.ReadRoster(write(t, map[string]string{"units.csv": text}))
	if err != nil {
		t.Fatal(err)
	}
	plan, rejected, err := r.CheckAgainst(programme.Books{Units: units1100(t), Pairings: pairings, Today: today})
	if err != nil {
		t.Fatal(err)
	}
	return plan, told(rejected)
}

// TestReorganisation joins the communes of a district, whose pairings end with them.
func TestReorganisation(t *testing.T) {
	t.Parallel()
	first, cut, today := twinning.NewDate(2020, 6, 5), twinning.NewDate(2025, 7, 1), twinning.NewDate(2025, 8, 4)
	past := twinning.Pairing{ID: 1, Sponsor: "ASYT", Recipient: "W20437", Decision: "1", From: first, To: twinning.NewDate(2024, 12, 31)}
	plan, rejected := checkOn(t, tayGiang2025, today, past,
		twinning.Pairing{ID: 2, Sponsor: "ASYT", Recipient: "W20437", Decision: "2", From: twinning.NewDate(2025, 1, 1)},
		twinning.Pairing{ID: 3, Sponsor: "ASTC", Recipient: "W20446", Decision: "2", From: first, To: twinning.NewDate(2030, 12, 31)},
		twinning.Pairing{ID: 4, Sponsor: "ASTC", Recipient: "W20467", Decision: "2", From: first},
		twinning.Pairing{ID: 5, Sponsor: "ASTC", Recipient: "W20461", Decision: "3", From: twinning.NewDate(2025, 8, 3)},
	)
	if len(rejected) > 0 {
		t.Fatal(rejected)
	}
	if len(plan.Units.Added) != 3 || len(plan.Units.Changed) != 10 {
		t.Fatalf("%d new, %d changed", len(plan.Units.Added), len(plan.Units.Changed))
	}
	for i, x := range plan.Units.Changed {
		want := twinning.Unit{State: twinning.UnitMerged, Successor: "N20443", Changed: cut}
		switch {
		case i == 9:
			want = twinning.Unit{State: twinning.UnitRenamed, Successor: "N20458", Changed: today}
		case i == 8:
			want.Successor = "N20458"
		case i > 3:
			want.Successor = "N20455"
		}
		got := twinning.Unit{State: x.New.State, Successor: x.New.Successor, Changed: x.New.Changed}
		if diff := cmp.Diff(want, got); diff != "" || x.New.Name != x.Old.Name || x.New.Parent != "D504" {
			t.Errorf("%s: %s", x.New.Key, diff)
		}
	}
	ends := map[twinning.PairingID]twinning.Date{}
	for _, x := range plan.Pairings.Changed {
		ends[x.New.ID] = x.New.To
	}
	if diff := cmp.Diff(map[twinning.PairingID]twinning.Date{2: cut, 3: cut, 5: today}, ends); diff != "" {
		t.Errorf("pairings that end: %s", diff)
	}
}

// TestAfterReorganisation reads files by the names of units of which some have ended.
func TestAfterReorganisation(t *testing.T) {
	t.Parallel()
	today := twinning.NewDate(2025, 8, 4)
	plan, _ := checkOn(t, tayGiang2025, today)
	units := append(units1100(t), plan.Units.Added...)
	for i, u := range units {
		for _, x := range plan.Units.Changed {
			if x.New.Key == u.Key {
				units[i] = x.New
			}
		}
	}
	again := func(sheet, text string) (programme.Plan, []string) {
		r, err := programme.ReadRoster(write(t, map[string]string{sheet + ".csv": text}))
		if err != nil {
			t.Fatal(err)
		}
		plan, rejected := r.Check(units, nil)
		return plan, told(rejected)
	}
	if plan, rejected := again("units", tayGiang2025); len(rejected) > 0 || len(plan.Units.Unchanged) != 13 {
		t.Errorf("the same file again: %v, %+v", rejected, plan.Units)
	}
	if plan, rejected := again("units", "key,name,border\nW20437,Xã Ch'ơm,\n"); len(rejected) > 0 ||
		plan.Units.Changed[0].New.State != twinning.UnitMerged {
		t.Errorf("a file that says nothing of the state: %v", rejected)
	}
	plan, rejected := again("units", "key,state\nW20437,đang hoạt động\n")
	if len(rejected) > 0 || plan.Units.Changed[0].New.Successor != "" || !plan.Units.Changed[0].New.Changed.IsZero() {
		t.Errorf("a merger that is taken back: %v, %+v", rejected, plan.Units.Changed)
	}
	plan, rejected = again("pairings", "sponsor,recipient,decision,from\nASYT,xã A Vương,9/QĐ,05/08/2025\n")
	if len(rejected) > 0 || plan.Pairings.Added[0].Recipient != "N20458" {
		t.Errorf("a name that an old unit had too: %v", rejected)
	}
	_, rejected = again("pairings", "sponsor,recipient,decision,from\nASYT,xã Ch'ơm,9/QĐ,05/08/2025\n")
	if diff := cmp.Diff([]string{`pairings 2 recipient inactive_unit "xã Ch'ơm"`}, rejected); diff != "" {
		t.Error(diff)
	}
}

func TestCheckRejectsEnds(t *testing.T) {
	t.Parallel()
	head := "key,state,successor,changed\n"
	for name, test := range map[string]struct{ text, want string }{
		"no such state":            {head + "ASYT,sắp sáp nhập,ASTC,\n", `units 2 state bad_word "sắp sáp nhập" of active, dissolved, merged, renamed`},
		"merged into nothing":      {head + "ASYT,sáp nhập,,\n", `units 2 successor successor_missing "Sở Y tế"`},
		"no column of the heir":    {"key,state\nASYT,đổi tên\n", `units 2 successor successor_missing "Sở Y tế"`},
		"unknown heir":             {head + "ASYT,sáp nhập,Sở Ma,\n", `units 2 successor unknown_unit "Sở Ma"`},
		"heir of one that goes on": {head + "ASYT,hoạt động,ASTC,\n", `units 2 successor successor_of_active "ASTC"`},
		"into itself":              {head + "ASYT,sáp nhập,ASYT,\n", `units 2 successor successor_ended "ASYT"`},
		"into one that is dissolved": {
			head + "ASYT,sáp nhập,ASTC,\nASTC,giải thể,,\n", `units 2 successor successor_ended "ASTC"`,
		},
		"Ban Dân tộc into another": {head + "ABDT,sáp nhập,ASYT,\n", `units 2 successor successor_role "ASYT"`},
		"into Ban Dân tộc":         {head + "ASYT,sáp nhập,ABDT,\n", `units 2 successor successor_role "ABDT"`},
		"tomorrow":                 {head + "ASYT,sáp nhập,ASTC,05/08/2025\n", `units 2 changed future_date "2025-08-05"`},
		"no day":                   {head + "ASYT,sáp nhập,ASTC,hôm qua\n", `units 2 changed bad_date "hôm qua"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, rejected := checkOn(t, test.text, twinning.NewDate(2025, 8, 4))
			if diff := cmp.Diff([]string{test.want}, rejected); diff != "" {
				t.Error(diff)
			}
		})
	}
	_, rejected := checkOn(t, head+"ASYT,sáp nhập,ASTC,\nASTC,sáp nhập,ASYT,\n", 0)
	if len(rejected) != 2 {
		t.Errorf("a circle: %v", rejected)
	}
	plan, rejected := checkOn(t, head+"ASYT,sáp nhập,ASTC,\nASTC,đổi tên,ASTP,\nASTP,,,\n", 0)
	if len(rejected) > 0 || len(plan.Units.Changed) != 2 {
		t.Errorf("a chain: %v", rejected)
	}
	plan, rejected = checkOn(t, head+"ASYT,giải thể,,\n", 0)
	if len(rejected) > 0 || plan.Units.Changed[0].New.State != twinning.UnitDissolved {
		t.Errorf("dissolved without an heir: %v", rejected)
	}
}
