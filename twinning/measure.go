package twinning

import (
	"maps"
	"strings"
)

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

// What the totals hold besides, which no message states by itself: the money of gifts and that of mobilised sources.
const (
	GiftAmount      Measure = "gift_amount_vnd"
	MobilisedAmount Measure = "mobilised_amount_vnd"
)

// Money says whether the measure is an amount of đồng.
func (m Measure) Money() bool { return m == Amount || m == GiftAmount || m == MobilisedAmount }

// Counting returns the measure under which the totals count the activities of a kind.
func Counting(k Kind) Measure { return kindPrefix + Measure(k) }

// kindPrefix begins the measures that count the activities of a kind.
const kindPrefix = "kind_"

// Kind returns the kind whose activities the measure counts; ok is false for any other measure.
func (m Measure) Kind() (k Kind, ok bool) {
	name, ok := strings.CutPrefix(string(m), kindPrefix)
	return Kind(name), ok
}

// Gauge is what is read off the totals: a measure, or where Kind is not "" how many activities are of the kind; the
// measure is Activities then.
type Gauge struct {
	Measure Measure `json:"measure"`
	Kind    Kind    `json:"kind,omitempty"`
}

// Of returns the number of the gauge in the totals.
func (g Gauge) Of(q Quantities) int64 {
	if g.Kind != "" {
		return q.OfKinds([]Kind{g.Kind})
	}
	return q[g.Measure]
}

// Quantities holds the stated numbers; a measure that was not stated is absent, which differs from 0.
type Quantities map[Measure]int64

// OfKinds returns how many activities of any of the kinds the totals count; one of two kinds counts twice.
func (q Quantities) OfKinds(kinds []Kind) int64 {
	var n int64
	for _, k := range kinds {
		n += q[Counting(k)]
	}
	return n
}

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
