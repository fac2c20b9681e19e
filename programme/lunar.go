package programme

import (
	_ "embed" // The table travels in the binary.
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ketnghia/twinning"
)

//go:embed data/lunar-vn.csv
var lunarCSV string

// Lunar returns the Vietnamese lunar table, 2000 to 2049.
func Lunar() (twinning.LunarTable, error) {
	rows, err := csv.NewReader(strings.NewReader(lunarCSV)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("lunar-vn.csv: %w", err)
	}
	table := twinning.LunarTable{}
	for i, row := range rows[1:] {
		year, err := lunarYear(row)
		if err != nil {
			return nil, fmt.Errorf("lunar-vn.csv:%d: %w", i+2, err)
		}
		table[year.Year] = year
	}
	return table, nil
}

// lunarYear reads year, month and day of Tết, leap month (0: none), and the months of 30 days as bits.
func lunarYear(row []string) (twinning.LunarYear, error) {
	var n [5]int64
	for i, cell := range row {
		v, err := strconv.ParseInt(cell, 0, 32)
		if err != nil {
			return twinning.LunarYear{}, fmt.Errorf("column %d: %w", i+1, err)
		}
		n[i] = v
	}
	tet, ok := twinning.ValidDate(int(n[0]), time.Month(n[1]), int(n[2]))
	if !ok {
		return twinning.LunarYear{}, fmt.Errorf("no date %d-%d-%d", n[0], n[1], n[2])
	}
	return twinning.LunarYear{Year: int(n[0]), Tet: tet, Leap: int(n[3]), Long: uint16(n[4])}, nil
}
