package main

import (
	"slices"
	"testing"
)

// A name that fits two units is asked about, and never taken for the own unit.
func TestChatAmbiguousUnitIsAsked(t *testing.T) {
	t.Parallel()
	h := openChat(t)
	lan := h.lan()
	for _, text := range []string{
		"/bienche xa Tra Don 37", "xếp loại xa Tra Don", "xa Tra Don còn thiếu gì để đạt tốt", "/nguoi xa Tra Don", "/xeploai xa Tra Don",
	} {
		lan.says(text)
		if got := labels(lan.sees("nhiều đơn vị")); !slices.Equal(got, []string{"Xã Trà Dơn", "Xã Trà Don"}) {
			t.Errorf("%s offers %q", text, got)
		}
	}
	lan.says("xếp loại xa Tra Don")
	lan.sees("nhiều đơn vị")
	lan.presses("Xã Trà Don")
	lan.sees("Xã Trà Don")
}
