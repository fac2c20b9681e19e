package ledger

import (
	"fmt"

	"ketnghia/twinning"
)

// ToggleStage says of a stage that the recipient of the pairing led it in the year, or that it did not after all. Only the
// recipient's own officers and leads say so, and only of a year whose books are open.
func (w *Work) ToggleStage(a Actor, id twinning.PairingID, year int, stage twinning.StageID) (twinning.StageRecord, error) {
	r, err := w.StageRecord(id, year)
	if err != nil {
		return r, wrap("stages", err)
	}
	may, err := w.MayStateStages(a.Person, id, year)
	if err != nil {
		return r, err
	}
	if !may {
		return r, fmt.Errorf("stages of pairing %d in %d: %w", id, year, twinning.ErrForbidden)
	}
	if !w.programme.Stages.Has(stage) {
		return r, fmt.Errorf("stage %s: %w", stage, twinning.ErrNotFound)
	}
	old := r.Led
	r = r.Toggled(stage, w.programme.Stages)
	r.By, r.At = a.Person.ID, w.Now()
	if err := w.tx.PutStageRecord(r); err != nil {
		return r, wrap("stages", err)
	}
	object := fmt.Sprintf("pairing/%d", id)
	return r, w.audit(a, "pairing.stages", object, map[string]any{"year": year, "old": old, "new": r.Led})
}

// MayStateStages says whether the person may say which stages the recipient of the pairing led in the year.
func (k *Look) MayStateStages(p twinning.Person, id twinning.PairingID, year int) (bool, error) {
	pairing, err := k.Pairing(id)
	if err != nil {
		return false, wrap("stages", err)
	}
	open := false
	for _, y := range k.OpenYears() {
		open = open || y == year
	}
	own := p.Unit == pairing.Recipient || p.Unit == k.heir(pairing.Recipient)
	return open && own && p.MayLog() && p.Role != twinning.RoleCoordinator && pairing.ValidIn(year), nil
}

// ledStages says whether a recipient led more of the stages than I.2 asks for in each of its pairings of the year.
func (k *Look) ledStages(u twinning.Unit, year int) (bool, error) {
	if !u.Role.IsRecipient() {
		return false, nil
	}
	pairings, err := k.PairingsOf(u.Key)
	if err != nil {
		return false, wrap("stages", err)
	}
	led := false
	for _, p := range pairings {
		if p.Recipient != u.Key || !p.ValidIn(year) {
			continue
		}
		r, err := k.StageRecord(p.ID, year)
		if err != nil {
			return false, wrap("stages", err)
		}
		if led = k.programme.Stages.Enough(r.LedOf(k.programme.Stages)); !led {
			return false, nil
		}
	}
	return led, nil
}

// StageLine shows how many stages the recipient led: "5/6 do bên nhận đảm nhận (hơn 80%)". The key is "" when the
// programme asks for none.
func (k *Look) StageLine(r twinning.StageRecord) twinning.Line {
	s := k.programme.Stages
	led := r.LedOf(s)
	line := twinning.Line{Key: "stages.few", Args: twinning.Args{
		{"Led", twinning.Number(led)}, {"All", twinning.Number(len(s.List))}, {"Percent", twinning.Number(s.MoreThan)},
	}}
	switch {
	case len(s.List) == 0:
		return twinning.Line{}
	case !r.Stated():
		line.Key = "stages.unstated"
	case s.Enough(led):
		line.Key = "stages.enough"
	}
	return line
}
