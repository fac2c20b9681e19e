package report

import (
	"ketnghia/locales"
	"ketnghia/twinning"
)

// The steps in which money is written in charts, in đồng.
const (
	vndMillion = 1_000_000
	vndBillion = 1_000 * vndMillion
)

// moneyUnit is the unit in which amounts up to most are written, and the key of its text.
func moneyUnit(most int64) (unit int64, key string) {
	switch {
	case most >= vndBillion:
		return vndBillion, "report.chart.money.billion"
	case most >= vndMillion:
		return vndMillion, "report.chart.money.million"
	}
	return 1, "report.chart.money.whole"
}

// unitName is the name of a unit of moneyUnit, as it heads an axis.
func unitName(p locales.Printer, unit int64) string {
	switch unit {
	case vndBillion:
		return p.Text("report.chart.money.billion_name", nil)
	case vndMillion:
		return p.Text("report.chart.money.million_name", nil)
	}
	return p.Text("report.chart.money.whole_name", nil)
}

// decimals is how many decimals an amount in the unit has, so that ten triệu are seen in tỷ and 100.000 đ in triệu.
func decimals(unit int64) int {
	switch unit {
	case vndBillion:
		return 2
	case vndMillion:
		return 1
	}
	return 0
}

// inUnits writes an amount in the unit with at most so many decimals. It is cut and not rounded, so that an amount just
// below its target never reads as if it had reached it; one that would read as nothing is "<0,1".
func inUnits(p locales.Printer, amount, unit int64, places int) string {
	smallest := unit
	for range places {
		smallest /= 10
	}
	if amount > 0 && amount < smallest {
		return "<" + p.Decimal(1, places)
	}
	return p.Decimal(amount/smallest, places)
}

// chartQuantity writes a number of the measure with its unit: "1,2 tỷ đ", "45 hộ".
func chartQuantity(p locales.Printer, m twinning.Measure, n int64) string {
	if m == twinning.Amount {
		unit, key := moneyUnit(n)
		return p.Text(key, map[string]any{"Value": inUnits(p, n, unit, decimals(unit))})
	}
	return p.Text("report.chart.value."+string(m), map[string]any{"Value": p.Number(n), "Count": n})
}

// chartProgress writes a number and its target with the target's unit: "45/60 hộ", "120/200 triệu đ".
func chartProgress(p locales.Printer, m twinning.Measure, n, target int64) string {
	if m == twinning.Amount {
		unit, key := moneyUnit(target)
		places := decimals(unit)
		return p.Text(key, map[string]any{"Value": inUnits(p, n, unit, places) + "/" + inUnits(p, target, unit, places)})
	}
	return p.Text("report.chart.value."+string(m), map[string]any{
		"Value": p.Number(n) + "/" + p.Number(target), "Count": target,
	})
}

// chartMeasure is what the measure is called in titles.
func chartMeasure(p locales.Printer, m twinning.Measure) string {
	return p.Text("report.chart.measure."+string(m), nil)
}

// chartGauge names what a chart counts.
func chartGauge(p locales.Printer, g twinning.Gauge) string {
	if g.Kind != "" {
		return capitalised(p.Text("kind."+string(g.Kind), nil))
	}
	return chartMeasure(p, g.Measure)
}
