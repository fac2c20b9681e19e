package ledger_test

import (
	"fmt"
	"testing"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// manyCommunes adds communes until the books have n units.
func (b *books) manyCommunes(n int) {
	b.Helper()
	b.plain = true
	var units []twinning.Unit
	for i := len(testUnits()); i < n; i++ {
		units = append(units, twinning.Unit{
			Key: twinning.UnitKey(fmt.Sprintf("X%05d", i)), Name: "Xã", Role: twinning.RoleRecipientCommune, Parent: district,
		})
	}
	if err := b.applies(units...); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkOwings(b *testing.B) {
	for _, n := range []int{105, 10_000} {
		books := newBooks(b)
		books.manyCommunes(n)
		o := twinning.Obligation{Rule: "needs", Unit: border, Year: 2027}
		for name, fn := range map[string]func(*ledger.Look) error{
			"all":  func(k *ledger.Look) error { _, err := k.Owings(2027); return err },
			"unit": func(k *ledger.Look) error { _, err := k.OwingsOf(border); return err },
			"one":  func(k *ledger.Look) error { _, err := k.OwingNamed(o); return err },
		} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				books.look(func(k *ledger.Look) error {
					for b.Loop() {
						if err := fn(k); err != nil {
							return err
						}
					}
					return nil
				})
			})
		}
	}
}
