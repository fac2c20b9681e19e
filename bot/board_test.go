package bot

import (
	"strings"
	"testing"

	"ketnghia/ledger"
	"ketnghia/programme"
	"ketnghia/twinning"
)

// Telegram takes 64 bytes of callback data, whatever keys a roster brings.
func TestBoardDataFits(t *testing.T) {
	t.Parallel()
	long := twinning.UnitKey(strings.Repeat("K", 30))
	way := boardPlace{year: 2027, rule: "district_assignment", district: string(long), page: 3}
	for _, data := range []string{
		way.data(), way.at(11).data(), unitData(2027, long, way), unitPage(2027, long, way, 12),
		unitData(2027, "W20437", boardPlace{year: 2027, rule: "commune_regulation", district: "D504", page: 2}),
	} {
		if prefix, parts := splitData(data); prefix == "" || len(parts) < 2 {
			t.Errorf("%q (%d bytes) is no callback data", data, len(data))
		}
	}
	if got := unitData(2027, "W20437", way.in(2026)); got != "hu:2027:W20437" && !strings.HasPrefix(got, "hu:2027:W20437:") {
		t.Errorf("the unit got lost: %q", got)
	}
}

func TestPageOf(t *testing.T) {
	t.Parallel()
	list := []int{1, 2, 3, 4, 5}
	for _, test := range []struct{ page, at, pages, first, n int }{
		{0, 0, 3, 1, 2}, {2, 2, 3, 5, 1}, {9, 2, 3, 5, 1}, {-1, 0, 3, 1, 2},
	} {
		rows, at, pages := pageOf(list, test.page, 2)
		if at != test.at || pages != test.pages || len(rows) != test.n || rows[0] != test.first {
			t.Errorf("page %d: %v, %d of %d", test.page, rows, at, pages)
		}
	}
	if rows, at, pages := pageOf([]int{}, 3, 2); len(rows) != 0 || at != 0 || pages != 1 {
		t.Errorf("of nothing: %v, %d of %d", rows, at, pages)
	}
}

func TestFileName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Xã Ch'ơm": "xa-ch-om", "Thành phố Tam Kỳ": "thanh-pho-tam-ky", "Sở Lao động - Thương binh": "so-lao-dong-thuong-binh", "../x": "x",
	} {
		if got := fileName(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// A document that was returned, or that lacks something, says so even when its date counts.
func TestStateOfADocument(t *testing.T) {
	t.Parallel()
	p, err := programme.Default()
	if err != nil {
		t.Fatal(err)
	}
	rule, _ := p.Rule("programme")
	d, r := &Desk{programme: p}, &Request{Person: &twinning.Person{ID: 1}}
	o := ledger.Owing{
		Rule: &rule, Standing: twinning.StandingMet, Returned: &twinning.Filing{Reason: "thiếu dấu"},
		Newest: &twinning.Filing{Lacks: []string{"place", "budget"}, Supplements: []twinning.Supplement{{Content: "budget"}}},
	}
	lines := d.stateLines(r, o)
	if len(lines) != 2 || lines[0].Key != "owed.state.returned" || lines[0].Args.Get("Reason").Text != "thiếu dấu" ||
		lines[1].Key != "owed.state.wanting" || len(lines[1].Args.Get("Contents").Lines()) != 1 {
		t.Errorf("state %+v", lines)
	}
}
