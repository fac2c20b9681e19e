package store

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/twinning"
)

func TestSealsAreKept(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	put := func(unit twinning.UnitKey, hash string, want int) {
		t.Helper()
		update(t, s, func(tx *Tx) error {
			got, err := tx.PutSeal(twinning.Seal{Year: 2027, Unit: unit, Version: 9, At: noon, SHA256: hash, Data: []byte{1}})
			if got != want {
				t.Errorf("%s: version %d, want %d", hash, got, want)
			}
			return err
		})
	}
	put("", "a", 1)
	put("W2", "b", 1)
	put("", "c", 2)
	view(t, s, func(v *View) error {
		seals, err := v.Seals(2027, "")
		var hashes []string
		for _, x := range seals {
			hashes = append(hashes, x.SHA256)
		}
		if diff := cmp.Diff([]string{"a", "c"}, hashes); diff != "" {
			t.Error(diff)
		}
		first, more := v.Seal(2027, "", 1)
		if first.SHA256 != "a" || first.Version != 1 {
			t.Errorf("the first is %+v", first)
		}
		if _, err := v.Seal(2026, "", 1); !errors.Is(err, twinning.ErrNotFound) {
			t.Errorf("of another year: %v", err)
		}
		return errors.Join(err, more)
	})
}
