package ledger

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"ketnghia/twinning"
)

// SealSubject names the report of a unit on a year in the audit.
func SealSubject(unit twinning.UnitKey, year int) string {
	return fmt.Sprintf("report/%d/%s", year, unit)
}

// ErrSealBroken says that what was sealed does not have the hash that stands beside it.
var ErrSealBroken = errors.New("sealed report does not match its hash")

// Seal keeps the year-end report of a unit, or for "" that of the standing agency, as the books stand now. When nothing
// has changed since it was sealed last, it is twinning.ErrConflict. Coordinators may seal any report, leads that of
// their own unit.
func (w *Work) Seal(a Actor, unit twinning.UnitKey, year int) (twinning.Seal, error) {
	if err := w.MaySeal(a, unit); err != nil {
		return twinning.Seal{}, err
	}
	report, err := w.YearReport(unit, year)
	if err != nil {
		return twinning.Seal{}, err
	}
	last, sealed, err := w.Sealed(unit, year, 0)
	switch {
	case errors.Is(err, twinning.ErrNotFound):
	case err != nil:
		return last, err
	case sealed.ChangesTo(report).None():
		return last, fmt.Errorf("seal %d of %s %d: %w", last.Version, unit, year, twinning.ErrConflict)
	}
	s := twinning.Seal{Year: year, Unit: unit, At: w.Now(), By: a.Person.ID}
	if s.SHA256, s.Data, err = packed(report); err != nil {
		return s, wrap("seal", err)
	}
	if s.Version, err = w.tx.PutSeal(s); err != nil {
		return s, wrap("seal", err)
	}
	return s, w.audit(a, "report.seal", SealSubject(unit, year), map[string]any{
		"version": s.Version, "sha256": s.SHA256,
	})
}

// MaySeal says whether the actor may seal the report of the unit, the standing agency's for "".
func (k *Look) MaySeal(a Actor, unit twinning.UnitKey) error {
	p := a.Person
	if mustCoordinate(a) == nil || unit != "" && p.Active() && p.Role == twinning.RoleLead &&
		(p.Unit == unit || p.Unit == k.heir(unit)) {
		return nil
	}
	return fmt.Errorf("seal %s: %w", unit, twinning.ErrForbidden)
}

// Sealed returns a version of a sealed report, the newest for 0, and the report as it was then. It is
// twinning.ErrNotFound when there is none, ErrSealBroken when its hash doesn't hold.
func (k *Look) Sealed(unit twinning.UnitKey, year, version int) (twinning.Seal, twinning.YearReport, error) {
	var none twinning.YearReport
	if version == 0 {
		seals, err := k.Seals(year, unit)
		if err != nil {
			return twinning.Seal{}, none, wrap("sealed", err)
		}
		version = len(seals)
	}
	s, err := k.View.Seal(year, unit, version)
	if err != nil {
		return s, none, wrap("sealed", err)
	}
	report, err := unpacked(s)
	if err != nil {
		return s, none, fmt.Errorf("seal %d of %s %d: %w", version, unit, year, err)
	}
	return s, report, nil
}

// ChangesSince lists what differs between the newest seal of a report and the books of today.
func (k *Look) ChangesSince(unit twinning.UnitKey, year int) (twinning.Seal, twinning.ReportChanges, error) {
	s, was, err := k.Sealed(unit, year, 0)
	if err != nil {
		return s, twinning.ReportChanges{}, err
	}
	now, err := k.YearReport(unit, year)
	return s, was.ChangesTo(now), err
}

// packed returns the hash of the report's JSON and that JSON compressed. The JSON of a report is always the same: its
// lists have an order of their own, and the keys of maps are sorted.
func packed(r twinning.YearReport) (hash string, data []byte, err error) {
	raw, err := json.Marshal(r)
	if err != nil {
		return "", nil, fmt.Errorf("json: %w", err)
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err = z.Write(raw)
	if err = errors.Join(err, z.Close()); err != nil {
		return "", nil, fmt.Errorf("gzip: %w", err)
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:]), b.Bytes(), nil
}

// sealLimit is the most that a sealed report may unpack to: a hundred times the JSON of 20,000 activities would not.
const sealLimit = 1 << 30

func unpacked(s twinning.Seal) (r twinning.YearReport, err error) {
	z, err := gzip.NewReader(bytes.NewReader(s.Data))
	if err != nil {
		return r, fmt.Errorf("%w: %w", ErrSealBroken, err)
	}
	raw, err := io.ReadAll(io.LimitReader(z, sealLimit))
	if err != nil {
		return r, fmt.Errorf("%w: %w", ErrSealBroken, err)
	}
	if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != s.SHA256 {
		return r, ErrSealBroken
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return r, fmt.Errorf("json: %w", err)
	}
	return r, nil
}
