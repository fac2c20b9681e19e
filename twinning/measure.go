package twinning

import "maps"

// Measure is something that activities count.
type Measure string

// What is counted of an activity. Money is in whole đồng. Households are poor households or households of unstated
// standing; near-poor ones stand apart, since III.2.1 asks for poor households only.
const (
	Activities Measure = "activities"
	Amount     Measure = "amount_vnd"
	Households Measure = "households"
	NearPoor   Measure = "near_poor"
	People     Measure = "people"
	Models     Measure = "models"
	Gifts      Measure = "gifts"
)

// Measures returns all measures in the order in which they are shown.
func Measures() []Measure {
	return []Measure{Activities, Households, NearPoor, People, Models, Gifts, Amount}
}

// Quantities holds the stated numbers; a measure that was not stated is absent, which differs from 0.
type Quantities map[Measure]int64

// Plus returns q + sign × other without changing q; measures that come to 0 are dropped.
func (q Quantities) Plus(other Quantities, sign int64) Quantities {
	sum := maps.Clone(q)
	if sum == nil {
		sum = Quantities{}
	}
	for m, v := range other {
		if sum[m] += sign * v; sum[m] == 0 {
			delete(sum, m)
		}
	}
	return sum
}
