package scheduler_test

import (
	"testing"

	"ketnghia/twinning"
)

// BenchmarkTickNothingNew looks at the books of 105 units in March, when everybody was told and a third have filed.
func BenchmarkTickNothingNew(b *testing.B) {
	books := newBooks(b, true)
	joined := at("2027-01-01 08:00")
	for i, u := range books.units {
		if u.Role == twinning.RoleStanding {
			continue
		}
		books.enrol(joined, u.Key, twinning.RoleOfficer)
		books.enrol(joined, u.Key, twinning.RoleLead)
		if u.Role.IsRecipient() && i%3 == 0 {
			books.file(at("2027-02-20 09:00"), twinning.Obligation{Rule: "needs", Unit: u.Key, Year: 2027})
		}
	}
	s := books.scheduler(nil)
	if _, err := s.Tick(b.Context(), at("2027-03-17 09:00")); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if n, err := s.Tick(b.Context(), at("2027-03-18 09:00")); err != nil || n > 0 {
			b.Fatal(n, err)
		}
	}
}
