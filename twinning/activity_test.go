package twinning_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/twinning"
)

func TestCounted(t *testing.T) {
	t.Parallel()
	facts := twinning.Facts{Quantities: twinning.Quantities{
		twinning.Activities: 3, twinning.Households: 45,
	}}
	want := twinning.Quantities{twinning.Activities: 1, twinning.Households: 45}
	if diff := cmp.Diff(want, twinning.Activity{State: twinning.ActivityDisputed, Facts: facts}.Counted()); diff != "" {
		t.Errorf("counted (-want +got):\n%s", diff)
	}
	if got := (twinning.Activity{State: twinning.ActivityVoided, Facts: facts}).Counted(); len(got) > 0 {
		t.Errorf("voided, yet counted: %v", got)
	}
}

// TestCloneSharesNothing also keeps a stated 0, which differs from a number that was not stated.
func TestCloneSharesNothing(t *testing.T) {
	t.Parallel()
	facts := twinning.Facts{
		Kinds: []twinning.Kind{twinning.KindGift}, InKind: []string{"12 con bò"},
		Quantities: twinning.Quantities{twinning.Households: 0},
	}
	copied := facts.Clone()
	if diff := cmp.Diff(facts, copied); diff != "" {
		t.Errorf("copy (-want +got):\n%s", diff)
	}
	copied.Kinds[0], copied.InKind[0], copied.Quantities[twinning.Households] = twinning.KindSurvey, "", 9
	if facts.Kinds[0] != twinning.KindGift || facts.InKind[0] == "" || facts.Quantities[twinning.Households] != 0 {
		t.Errorf("the copy changed the original: %v", facts)
	}
	if (twinning.Facts{}).Clone().Quantities == nil {
		t.Error("a copy that no number can be put into")
	}
}

// TestEndedSponsorOwesNothing derives what is owed of a pairing whose sponsor is no more.
func TestEndedSponsorOwesNothing(t *testing.T) {
	t.Parallel()
	p := &twinning.Programme{Obligations: []twinning.ObligationRule{{
		ID: "programme", Per: twinning.PerPairing, Due: twinning.MonthDay{Month: 3, Day: 30},
		LateAfter: twinning.MonthDay{Month: 3, Day: 31},
	}}}
	pairings := []twinning.Pairing{{ID: 1, Sponsor: "A", Recipient: "W"}, {ID: 2, Sponsor: "B", Recipient: "W"}}
	units := []twinning.Unit{{Key: "A", State: twinning.UnitMerged, Successor: "B"}, {Key: "B", State: twinning.UnitActive}}
	want := []twinning.Obligation{{Rule: "programme", Unit: "B", Pairing: 2, Year: 2027}}
	if diff := cmp.Diff(want, p.Owed(2027, units, pairings)); diff != "" {
		t.Errorf("owed (-want +got):\n%s", diff)
	}
}
