package twinning_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/twinning"
)

func TestStagesToggle(t *testing.T) {
	t.Parallel()
	s := twinning.Stages{List: []twinning.Stage{{ID: "a"}, {ID: "b"}, {ID: "c"}}, MoreThan: 60}
	var r twinning.StageRecord
	for _, id := range []twinning.StageID{"c", "a", "b", "b", "x"} {
		r = r.Toggled(id, s)
	}
	if diff := cmp.Diff([]twinning.StageID{"a", "c"}, r.Led); diff != "" {
		t.Error(diff)
	}
	r.Led = append(r.Led, "gone")
	if r.LedOf(s) != 2 || !s.Enough(2) || s.Enough(1) || (twinning.Stages{}).Enough(0) {
		t.Errorf("%d led", r.LedOf(s))
	}
}

func TestStaffIn(t *testing.T) {
	t.Parallel()
	u := twinning.Unit{Staff: 30, StaffByYear: map[int]int{2027: 40}}
	if u.StaffIn(2027) != 40 || u.StaffIn(2026) != 30 || (twinning.Unit{}).StaffIn(2027) != 0 {
		t.Error("the number of posts is that of another year")
	}
}
