package store

import (
	"fmt"

	"ketnghia/twinning"
)

func ratingKey(year int, u twinning.UnitKey) key { return keyOf(kindRating).year(year).text(string(u)) }

// RatingRecord returns what people said about the rating of a unit for a year, an empty record when nobody did.
func (v *View) RatingRecord(year int, u twinning.UnitKey) (twinning.RatingRecord, error) {
	r, err := get[twinning.RatingRecord](v, ratingKey(year, u))
	if found, err := absent(err); err != nil || !found {
		if err != nil {
			err = fmt.Errorf("rating %d of %s: %w", year, u, err)
		}
		return twinning.RatingRecord{Unit: u, Year: year}, err
	}
	return r, nil
}

// RatingRecords returns what people said about the ratings of a year, by unit.
func (v *View) RatingRecords(year int) ([]twinning.RatingRecord, error) {
	all, err := list[twinning.RatingRecord](v, under(keyOf(kindRating).year(year)), 0)
	if err != nil {
		return nil, fmt.Errorf("ratings of %d: %w", year, err)
	}
	return all, nil
}

// PutRatingRecord stores what people said about a rating.
func (tx *Tx) PutRatingRecord(r twinning.RatingRecord) error {
	if r.Unit == "" {
		return required("unit")
	}
	if err := tx.put(ratingKey(r.Year, r.Unit), r); err != nil {
		return fmt.Errorf("rating %d of %s: %w", r.Year, r.Unit, err)
	}
	return nil
}

func stagesKey(p twinning.PairingID, year int) key {
	return numberKey(kindStages, uint64(p)).year(year)
}

// StageRecord returns which stages the recipient of a pairing led in a year, an empty record when nobody has said.
func (v *View) StageRecord(p twinning.PairingID, year int) (twinning.StageRecord, error) {
	r, err := get[twinning.StageRecord](v, stagesKey(p, year))
	if found, err := absent(err); err != nil || !found {
		if err != nil {
			err = fmt.Errorf("stages %d of pairing %d: %w", year, p, err)
		}
		return twinning.StageRecord{Pairing: p, Year: year}, err
	}
	return r, nil
}

// PutStageRecord stores which stages the recipient led.
func (tx *Tx) PutStageRecord(r twinning.StageRecord) error {
	if err := tx.put(stagesKey(r.Pairing, r.Year), r); err != nil {
		return fmt.Errorf("stages %d of pairing %d: %w", r.Year, r.Pairing, err)
	}
	return nil
}
