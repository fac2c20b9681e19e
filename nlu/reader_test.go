package nlu_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"ketnghia/nlu"
	"ketnghia/twinning"
)

// reader returns a Reader over the roster and the lunar table of testdata.
func reader(t testing.TB) *nlu.Reader {
	t.Helper()
	r, err := nlu.New(roster(t), lunar(t))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func table(t testing.TB, name string) [][]string {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // only read
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[1:]
}

func roster(t testing.TB) []twinning.Unit {
	t.Helper()
	var units []twinning.Unit
	for _, row := range table(t, "units-1100.csv") {
		u := twinning.Unit{
			Key: twinning.UnitKey(row[0]), Code: row[1], Name: row[2], Role: twinning.UnitRole(row[4]),
			Parent: twinning.UnitKey(row[5]), Border: row[6] == "yes", State: twinning.UnitActive,
		}
		if row[3] != "" {
			u.Aliases = strings.Split(row[3], "|")
		}
		units = append(units, u)
	}
	return units
}

func lunar(t testing.TB) twinning.LunarTable {
	t.Helper()
	years := twinning.LunarTable{}
	for _, row := range table(t, "lunar-vn.csv") {
		var n [5]int64
		for i, cell := range row {
			v, err := strconv.ParseInt(cell, 0, 64)
			if err != nil {
				t.Fatal(err)
			}
			n[i] = v
		}
		years[int(n[0])] = twinning.LunarYear{
			Year: int(n[0]), Tet: twinning.NewDate(int(n[0]), time.Month(n[1]), int(n[2])),
			Leap: int(n[3]), Long: uint16(n[4]),
		}
	}
	return years
}

// TestEachClassStandsInOneTable keeps two tables from meaning different things by one class: its words would answer for
// both.
func TestEachClassStandsInOneTable(t *testing.T) {
	t.Parallel()
	tables, err := filepath.Glob("tables/*.csv")
	if err != nil || len(tables) == 0 {
		t.Fatal(tables, err)
	}
	in := map[string]string{}
	for _, path := range tables {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(source)) {
			class, _, ok := strings.Cut(line, ",")
			if !ok || strings.HasPrefix(line, "#") || class == "class" {
				continue
			}
			if other := in[class]; other != "" && other != path {
				t.Errorf("class %s stands in %s and in %s", class, other, path)
			}
			in[class] = path
		}
	}
}
