package report

import (
	"strings"
	"testing"
	"time"

	"ketnghia/twinning"
)

// extremeCharts are what no year should bring, and some will.
func extremeCharts(t *testing.T) map[string]chart {
	t.Helper()
	all := map[string]chart{}
	for name, bars := range map[string][]ProgressBar{
		"nothing": {{Target: 8}, {Target: 10}, {Target: 12}},
		"huge":    {{Confirmed: 1_000_000_000, Target: 60}, {Target: 1_000_000_000}, {Unconfirmed: 1_000_000_000, Target: 1}},
		"equal":   {{Confirmed: 5, Target: 10}, {Confirmed: 5, Target: 10}, {Confirmed: 5, Target: 10}},
		"reached": {{Confirmed: 8, Target: 8}, {Confirmed: 9, Target: 8}, {Confirmed: 12, Target: 0}},
		"unknown": {{TargetUnknown: true}, {Confirmed: 3, TargetUnknown: true}, {Unconfirmed: 3, TargetUnknown: true}},
		"most":    {{Confirmed: maxChartValue, Target: 1}, {Confirmed: 1, Target: maxChartValue}},
	} {
		for i := range bars {
			bars[i].Name = agencies(t, len(bars)).Bars[i].Name
		}
		all["progress-"+name] = ProgressChart{ChartHead: chartHead(), Measure: twinning.Households, Bars: bars}
	}
	crowded := agencies(t, 51)
	crowded.Demo, crowded.Kind, crowded.Measure = true, twinning.KindStudyTour, twinning.Activities
	crowded.Scope = strings.Repeat("Ban Quản lý các Khu kinh tế và Khu công nghiệp tỉnh ", 4)
	for i := range crowded.Bars {
		crowded.Bars[i].Name = strings.Repeat("ẤỄỘỰỹ", 20)
		crowded.Bars[i].Confirmed *= 3
		crowded.Bars[i].Unconfirmed = 7
	}
	all["progress-crowded"] = crowded

	early := needsByDistrict(t)
	early.AsOf = early.From
	all["filings-first-day"] = early
	alone := needsByDistrict(t)
	alone.Districts, alone.Demo = nil, false
	all["filings-alone"] = alone
	late := needsByDistrict(t)
	late.AsOf = twinning.NewDate(2028, 1, 31)
	late.Document = "Chương trình phối hợp giúp đỡ, hỗ trợ các xã miền núi theo từng năm và cả giai đoạn (ký giữa hai bên)"
	late.Whole.Owe = 10_600
	for i := range late.Districts {
		late.Districts[i].Name = "Địa bàn " + strings.Repeat("rất dài ", 6)
		late.Districts[i].Owe = 1_000
	}
	late.Districts = append(late.Districts, late.Districts...)
	all["filings-late"] = late
	none := needsByDistrict(t)
	none.Whole.Filed = nil
	for i := range none.Districts {
		none.Districts[i].Filed = nil
	}
	all["filings-none"] = none

	all["activity-one"] = ActivityChart{ChartHead: chartHead(), Cells: []ActivityCell{
		{Month: time.February, Category: twinning.CategoryWelfare, Amount: 12_500_000, Activities: 1},
	}}
	all["activity-no-money"] = ActivityChart{ChartHead: chartHead(), Cells: []ActivityCell{
		{Month: time.February, Category: twinning.CategoryCampaign, Activities: 3},
	}}
	huge := ActivityChart{ChartHead: chartHead(), WithUnconfirmed: true}
	huge.Demo = true
	for month := time.January; month <= time.December; month++ {
		huge.Cells = append(huge.Cells, ActivityCell{
			Month: month, Category: twinning.CategoryUnsure, Amount: 987_654_321_000 * int64(month), Activities: 1_234_567,
		}, ActivityCell{Month: month, Category: twinning.CategoryEconomy, Amount: 40_000})
	}
	all["activity-huge"] = huge

	zero := districtYears(t, 2)
	for i := range zero.Groups {
		zero.Groups[i].Values = make([]YearsValue, 2)
	}
	all["years-zero"] = zero
	long := districtYears(t, 3)
	long.Demo, long.Measure = true, twinning.NearPoor
	long.Scope = crowded.Scope
	long.Groups = append(long.Groups, long.Groups...)
	for i := range long.Groups {
		long.Groups[i].Name = crowded.Scope
		long.Groups[i].Values[1].Value = 987_654_321_000_000
	}
	all["years-long"] = long
	return all
}
