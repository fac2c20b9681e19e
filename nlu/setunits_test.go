package nlu_test

import (
	"sync"
	"testing"

	"ketnghia/nlu"
	"ketnghia/programme"
	"ketnghia/twinning"
)

// TestReaderLearnsUnits exchanges the units of a reader while others read with it: each text is read with one roster,
// and after the exchange with the new one alone.
func TestReaderLearnsUnits(t *testing.T) {
	t.Parallel()
	lunar, err := programme.Lunar()
	if err != nil {
		t.Fatal(err)
	}
	few := []twinning.Unit{{Key: "X1", Name: "Sở Hàng hải", Role: twinning.RoleSponsorAgency, State: twinning.UnitActive}}
	many, err := programme.DefaultUnits()
	if err != nil {
		t.Fatal(err)
	}
	r, err := nlu.New(many, lunar)
	if err != nil {
		t.Fatal(err)
	}
	if found, _ := r.Units("Sở Hàng hải"); len(found) != 0 {
		t.Fatalf("%v is known before", found)
	}
	day := twinning.NewDate(2027, 2, 26)
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for range 20 {
				r.Read("hôm qua Sở Hàng hải giúp xã Ch'ơm 45 suất quà, huyện Tây Giang", day)
				r.Correct("không phải xã Ch'ơm mà là xã Gari", day, twinning.Facts{Recipient: "W20437"}, twinning.FieldRecipient)
			}
		})
	}
	for i := range 10 {
		if i%2 == 0 {
			r.SetUnits(few)
		} else {
			r.SetUnits(many)
		}
	}
	readers.Wait()
	r.SetUnits(few)
	if found, _ := r.Units("Sở Hàng hải"); len(found) != 1 || found[0].Key != "X1" {
		t.Errorf("after the exchange %v", found)
	}
	if found, _ := r.Units("xã Ch'ơm"); len(found) != 0 {
		t.Errorf("%v is known after the exchange", found)
	}
}
