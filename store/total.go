package store

import (
	"fmt"

	"ketnghia/store/engine"
	"ketnghia/twinning"
)

// TotalRow is a sum over activities that share its first five fields. Every activity stands in a row of its sponsor
// and in one of its recipient, so rows of both must not be added together.
type TotalRow struct {
	// Year is that of the activities' first day.
	Year int
	// Unit is their sponsor or recipient.
	Unit twinning.UnitKey
	// Pairing is 0 for activities outside any pairing.
	Pairing   twinning.PairingID
	Category  twinning.Category
	Confirmed bool
	// Sum adds up twinning.Activity.Counted; it is never empty.
	Sum twinning.Quantities
}

func (r TotalRow) key() key {
	return totalsOf(r.Year).text(string(r.Unit)).num(uint64(r.Pairing)).int4(int32(r.Category)).flag(r.Confirmed)
}

func totalsOf(year int) key { return keyOf(kindTotal).year(year) }

// Totals returns the rows of a unit in a year, by pairing, category, unconfirmed first. It reads as many rows as it
// returns, however many activities there are.
func (v *View) Totals(year int, u twinning.UnitKey) ([]TotalRow, error) {
	rows, err := v.totals(totalsOf(year).text(string(u)))
	if err != nil {
		return nil, fmt.Errorf("totals %d of %s: %w", year, u, err)
	}
	return rows, nil
}

// AllTotals returns the rows of all units in a year, by unit and then as Totals does.
func (v *View) AllTotals(year int) ([]TotalRow, error) {
	rows, err := v.totals(totalsOf(year))
	if err != nil {
		return nil, fmt.Errorf("totals %d: %w", year, err)
	}
	return rows, nil
}

func (v *View) totals(prefix key) ([]TotalRow, error) {
	var rows []TotalRow
	err := v.each(under(prefix), func(p engine.Pair) (bool, error) {
		sum, err := decode[twinning.Quantities](p.Key, p.Value)
		if err != nil {
			return true, err
		}
		k := partsOf(p.Key)
		rows = append(rows, TotalRow{
			Year:      int(k.int4()),
			Unit:      twinning.UnitKey(k.text()),
			Pairing:   twinning.PairingID(k.num()),
			Category:  twinning.Category(k.int4()),
			Confirmed: k.flag(),
			Sum:       sum,
		})
		return false, k.done()
	})
	return rows, err
}

// total adds sign times what counts of the activity to the rows of its parties.
func (tx *Tx) total(a twinning.Activity, sign int64) error {
	for _, row := range rowsOf(a) {
		sum, err := get[twinning.Quantities](&tx.View, row.key())
		if _, err := absent(err); err != nil {
			return err
		}
		if sum = sum.Plus(row.Sum, sign); len(sum) == 0 {
			err = tx.w.Delete(row.key())
		} else {
			err = tx.put(row.key(), sum)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// rowsOf returns the rows of the totals that an activity stands in, each with what it adds to the sum.
func rowsOf(a twinning.Activity) []TotalRow {
	counted := a.Counted()
	if len(counted) == 0 {
		return nil
	}
	var rows []TotalRow
	for _, u := range parties(a) {
		rows = append(rows, TotalRow{
			Year: a.Facts.Year(), Unit: u, Pairing: a.Pairing, Category: a.Facts.Category,
			Confirmed: a.State == twinning.ActivityConfirmed, Sum: counted,
		})
	}
	return rows
}
