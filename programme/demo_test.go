package programme_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/programme"
	"ketnghia/twinning"
)

func TestDemoPairings(t *testing.T) {
	t.Parallel()
	units := units1100(t)
	from := twinning.NewDate(2027, 1, 1)
	pairings := programme.DemoPairings(units, from)
	byKey := map[twinning.UnitKey]twinning.Unit{}
	for _, u := range units {
		byKey[u.Key] = u
	}
	count := map[twinning.UnitKey]int{}
	seen := map[[2]twinning.UnitKey]bool{}
	for i, p := range pairings {
		count[p.Sponsor]++
		count[p.Recipient]++
		if !p.Demo || !strings.Contains(p.Decision, "(demo)") || p.From != from || !p.To.IsZero() {
			t.Errorf("pairing %v is not marked as demo or has other dates", p)
		}
		if p.ID != twinning.PairingID(i+1) {
			t.Errorf("pairing %d has the number %d", i+1, p.ID)
		}
		if !programme.IsSponsor(byKey[p.Sponsor].Role) || !byKey[p.Recipient].Role.IsRecipient() {
			t.Errorf("%s does not help %s", p.Sponsor, p.Recipient)
		}
		if byKey[p.Sponsor].Role == twinning.RoleSponsorLowland && !byKey[p.Recipient].Border {
			t.Errorf("lowland %s has %s, off the border", p.Sponsor, p.Recipient)
		}
		if id := [2]twinning.UnitKey{p.Sponsor, p.Recipient}; seen[id] {
			t.Errorf("%v twice", id)
		} else {
			seen[id] = true
		}
	}
	for _, u := range units {
		if u.Border && !slices.ContainsFunc(pairings, func(p twinning.Pairing) bool {
			return p.Recipient == u.Key && byKey[p.Sponsor].Role == twinning.RoleSponsorLowland
		}) {
			t.Errorf("no lowland district has the border commune %s (VI.2)", u.Key)
		}
		if (programme.IsSponsor(u.Role) || u.Role.IsRecipient()) != (count[u.Key] > 0) {
			t.Errorf("%s (%s) has %d pairings", u.Key, u.Role, count[u.Key])
		}
	}
	if !seen[[2]twinning.UnitKey{"ASYT", "W20437"}] {
		t.Error("Sở Y tế does not help xã Ch'ơm")
	}
	slices.Reverse(units)
	if diff := cmp.Diff(pairings, programme.DemoPairings(units, from)); diff != "" {
		t.Error("another order of units makes other pairings: ", diff)
	}
}

func TestDemoPairingsOfOddRosters(t *testing.T) {
	t.Parallel()
	commune := twinning.Unit{Key: "W1", Role: twinning.RoleRecipientCommune}
	border := twinning.Unit{Key: "W2", Role: twinning.RoleRecipientCommune, Border: true}
	agency := twinning.Unit{Key: "A1", Role: twinning.RoleSponsorAgency}
	second := twinning.Unit{Key: "A2", Role: twinning.RoleSponsorOther}
	gone := twinning.Unit{Key: "A3", Role: twinning.RoleSponsorAgency, State: twinning.UnitMerged}
	tests := map[string]struct {
		units []twinning.Unit
		want  string
	}{
		"nobody":                    {nil, ""},
		"no sponsor":                {[]twinning.Unit{commune, border}, ""},
		"no recipient":              {[]twinning.Unit{agency}, ""},
		"no lowland district":       {[]twinning.Unit{agency, border}, "A1>W2"},
		"more sponsors than places": {[]twinning.Unit{agency, second, commune}, "A1>W1 A2>W1"},
		"merged units":              {[]twinning.Unit{agency, gone, commune}, "A1>W1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, p := range programme.DemoPairings(test.units, twinning.NewDate(2027, 1, 1)) {
				got = append(got, string(p.Sponsor)+">"+string(p.Recipient))
			}
			if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}
