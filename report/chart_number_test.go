package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnghia/twinning"
)

func TestChartNumbers(t *testing.T) {
	t.Parallel()
	speak := printers(t)
	vi, en := speak["vi"], speak["en"]
	tests := []struct {
		measure   twinning.Measure
		n, target int64
		want      []string
	}{
		{twinning.Households, 45, 60, []string{"45/60 hộ", "45/60 households"}},
		{twinning.Households, 0, 1, []string{"0/1 hộ", "0/1 household"}},
		{twinning.Models, 1_250, 2_000, []string{"1.250/2.000 mô hình", "1,250/2,000 models"}},
		{twinning.Amount, 120_000_000, 200_000_000, []string{"120/200 triệu đ", "120/200 million VND"}},
		{twinning.Amount, 199_999_999, 200_000_000, []string{"199,9/200 triệu đ", "199.9/200 million VND"}},
		{twinning.Amount, 1_000, 200_000_000, []string{"<0,1/200 triệu đ", "<0.1/200 million VND"}},
		{twinning.Amount, 1_250_000_000, 200_000_000, []string{"1.250/200 triệu đ", "1,250/200 million VND"}},
		{twinning.Amount, 1_200_000_000, 2_000_000_000, []string{"1,2/2 tỷ đ", "1.2/2 billion VND"}},
		{twinning.Amount, 12_500_000, 0, []string{"12.500.000/0 đ", "12,500,000/0 VND"}},
	}
	for _, test := range tests {
		got := []string{
			chartProgress(vi, test.measure, test.n, test.target), chartProgress(en, test.measure, test.n, test.target),
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%d of %d (-want +got):\n%s", test.n, test.target, diff)
		}
	}
	for n, want := range map[int64]string{
		0: "0 đ", 999_999: "999.999 đ", 12_500_000: "12,5 triệu đ", 1_200_000_000: "1,2 tỷ đ", 1_061_000_000: "1,06 tỷ đ",
	} {
		if got := chartQuantity(vi, twinning.Amount, n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}

// TestAmountNeverReadsAsMore holds that a written amount is no larger than the real one, and never nothing.
func TestAmountNeverReadsAsMore(t *testing.T) {
	t.Parallel()
	p := printers(t)["vi"]
	rapid.Check(t, func(rt *rapid.T) {
		target := rapid.Int64Range(1, 5_000).Draw(rt, "target") * vndMillion
		unit, _ := moneyUnit(target)
		places := decimals(unit)
		amount := rapid.Int64Range(1, target-1).Draw(rt, "amount")
		text := inUnits(p, amount, unit, places)
		if text == "0" {
			rt.Fatalf("%d reads as nothing", amount)
		}
		if target%(unit/10) == 0 && text == inUnits(p, target, unit, places) {
			rt.Fatalf("%d reads as its target %d: %s", amount, target, text)
		}
	})
}
