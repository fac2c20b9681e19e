package bot

import (
	"slices"

	"ketnghia/twinning"
)

// turnButtons lead to the page after and back to the first; data makes the callback data of a page.
func turnButtons(page, pages int, data func(page int) string) [][]twinning.Button {
	var row []twinning.Button
	if page > 0 {
		row = append(row, press("button.first", data(0)))
	}
	if page+1 < pages {
		row = append(row, press("button.more", data(page+1)))
	}
	return slices.DeleteFunc([][]twinning.Button{row}, func(row []twinning.Button) bool { return len(row) == 0 })
}

// pageOf returns what stands on a page of so many rows, the page itself, which is the last one for one too far, and how
// many pages there are.
func pageOf[T any](list []T, page, size int) (rows []T, at, pages int) {
	pages = max((len(list)+size-1)/size, 1)
	at = max(min(page, pages-1), 0)
	return list[at*size : min((at+1)*size, len(list))], at, pages
}

// yearButtons lead to the years beside one, from the programme's first to the present one.
func (d *Desk) yearButtons(r *Request, year int, data func(year int) string) []twinning.Button {
	var row []twinning.Button
	label := func(key string, y int) twinning.Button {
		return twinning.Button{Label: twinning.Line{Key: key, Args: twinning.Args{{"Year", yearText(y)}}}, Data: data(y)}
	}
	if year > d.programme.From {
		row = append(row, label("button.year_before", year-1))
	}
	if year < d.programme.Today(r.Now).Year() {
		row = append(row, label("button.year_after", year+1))
	}
	return row
}

// boardYear reads the first part of callback data as a year whose obligations can be looked at, or takes the present one.
func (d *Desk) boardYear(r *Request) int {
	return min(d.year(r, 0), d.programme.Today(r.Now).Year())
}
