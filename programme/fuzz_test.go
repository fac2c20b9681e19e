package programme_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ketnghia/programme"
	"ketnghia/twinning"
)

// Whatever the file, Parse returns a programme that the domain can use or faults with a line, and does not crash.
func FuzzParse(f *testing.F) {
	f.Add(small(f))
	for _, s := range []string{
		"", "[", "[[year]]\nyear=1", "a.b.c=1\n[a]", "x='''\n'''", "title = \"\\u00e0\"", "[[obligation]]\n[obligation.name]\nvi=1",
		"a=[[[[[[1]]]]]]", "\"a b\".\"c\" = {x = [1, {y=2}]}", "obligation = [1, {}]", "year = [{}]", "[a]\r\nb=\"\"\"x\r\n\"\"\"",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := programme.Parse("f.toml", []byte(text))
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				var n int
				if _, scanErr := fmt.Sscanf(line, "f.toml:%d:", &n); (scanErr != nil || n < 1) && !strings.Contains(line, "more faults") {
					t.Errorf("the fault %q has no line", line)
				}
			}
			return
		}
		for _, r := range p.Obligations {
			d := r.Deadlines(2027, p.Calendar)
			p.Ladder.Rungs(d.Due, d.Closes, p.Calendar)
		}
		p.Delivering(time.Date(2027, 2, 26, 9, 0, 0, 0, time.UTC))
	})
}

// Whatever the file, every row of it is either in the plan or rejected with a row number, and nothing crashes.
func FuzzRosterCSV(f *testing.F) {
	f.Add("units", "key,name,role,parent\nW1,Xã X,xã nhận,D504\n")
	f.Add("pairings", "sponsor;recipient;decision;from\nASYT;W20437;1/QĐ;01/01/2027\n")
	f.Add("people", "name\tunit\trole\nA\tW20437\tofficer\n")
	f.Add("people", "\ufeffsep=;\nname;unit;role\n\"A\nB\";W20437;officer\n\"")
	f.Add("list", "a,b\n1")
	f.Add("activities", "id,date,sponsor,recipient,category,households,amount_vnd,kinds,state,claim\nHĐ1,12/05/2021,ASYT,W20437,4,45,\"12,5 triệu\",gift,disputed,Hộ nghèo: 40\n")
	units := units1100(f)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, name, text string) {
		switch name {
		case "units", "pairings", "people", "activities":
		default:
			name = "list"
		}
		path := filepath.Join(dir, name+".csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := programme.ReadRoster(path)
		if err != nil {
			return
		}
		plan, rejected := r.Check(units, nil)
		for _, rejection := range rejected {
			if rejection.Row < 1 || rejection.Code == "" || rejection.Sheet == "" {
				t.Errorf("rejection %+v does not say where or why", rejection)
			}
		}
		if len(rejected) > 0 {
			return
		}
		rows := len(r.Units) + len(r.Pairings) + len(r.People) + len(r.Activities)
		planned := len(plan.Units.Added) + len(plan.Units.Changed) + len(plan.Units.Unchanged) + len(plan.Pairings.Added) +
			len(plan.Invite) + len(plan.Activities.Added)
		if rows != planned {
			t.Errorf("%d rows, %d in the plan, none rejected", rows, planned)
		}
	})
}

// A name that a fuzzer makes up finds nothing, one unit or several, and a key always finds its unit.
func FuzzDirectoryFind(f *testing.F) {
	units := units1100(f)
	d := programme.NewDirectory(units)
	for _, u := range units {
		f.Add(u.Name)
		if found, err := d.Find(string(u.Key)); err != nil || found.Key != u.Key {
			f.Errorf("%s finds %s, %v", u.Key, found.Key, err)
		}
		if found, err := d.Find(u.Name); err != nil || found.Key != u.Key {
			f.Errorf("%s finds %s, %v", u.Name, found.Key, err)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := d.Find(text)
		var ambiguous *programme.AmbiguousError
		switch {
		case err == nil && u.Key != "":
		case errors.Is(err, twinning.ErrNotFound):
		case errors.As(err, &ambiguous) && len(ambiguous.Candidates) > 1:
		default:
			t.Errorf("%q: %v, %v", text, u, err)
		}
	})
}
