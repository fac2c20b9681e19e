package store

import (
	"encoding/json"
	"fmt"
	"testing"

	"ketnghia/twinning"
)

// BenchmarkTotals shows that a status answer costs the same over few and many activities.
func BenchmarkTotals(b *testing.B) {
	for _, activities := range []int{1_000, 100_000} {
		b.Run(fmt.Sprint(activities), func(b *testing.B) {
			s := newStore(b)
			for done := 0; done < activities; done += 1000 {
				update(b, s, func(tx *Tx) error {
					for i := range 1000 {
						a := sampleActivity()
						a.Facts.Recipient = twinning.UnitKey(fmt.Sprintf("W%d", i%100))
						a.Facts.Category = twinning.Category(i%4 + 1)
						a.Pairing = twinning.PairingID(i%10 + 1)
						a.Sources = []int{done + i}
						if _, err := tx.PutActivity(a); err != nil {
							return err
						}
					}
					return nil
				})
			}
			b.ReportAllocs()
			for b.Loop() {
				view(b, s, func(v *View) error {
					rows, err := v.Totals(2027, "ASYT")
					if len(rows) != 20 {
						b.Fatalf("%d rows", len(rows))
					}
					return err
				})
			}
		})
	}
}

// BenchmarkReceive shows what storing one update costs, alone and in a full batch of getUpdates.
func BenchmarkReceive(b *testing.B) {
	raw := json.RawMessage(`{"update_id":1,"message":{"message_id":7,"from":{"id":4001,"first_name":"A"},"text":"hom qua"}}`)
	for _, size := range []int{1, 100} {
		b.Run(fmt.Sprintf("batch=%d", size), func(b *testing.B) {
			s := newStore(b)
			batch := make([]Update, size)
			id := int64(0)
			b.ReportAllocs()
			for b.Loop() {
				for i := range batch {
					id++
					batch[i] = Update{ID: id, Raw: raw}
				}
				update(b, s, func(tx *Tx) error { return tx.Receive(batch, id+1) })
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*size), "ns/update")
		})
	}
}

// BenchmarkAudit shows what one entry costs within a transaction of a hundred.
func BenchmarkAudit(b *testing.B) {
	s := newStore(b)
	b.ReportAllocs()
	for b.Loop() {
		update(b, s, func(tx *Tx) error {
			for i := range 100 {
				e := AuditEntry{
					Person: 1, Chat: -500, Message: i, Action: "activity.log", Object: fmt.Sprintf("activity/%d", i),
					Detail: json.RawMessage(`{"version":1}`),
				}
				if err := tx.Audit(e); err != nil {
					return err
				}
			}
			return nil
		})
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*100), "ns/entry")
}

// BenchmarkInspect shows what inspecting costs for each activity with its five index keys and its audit entry.
func BenchmarkInspect(b *testing.B) {
	const activities = 10_000
	s := newStore(b)
	for done := 0; done < activities; done += 1000 {
		update(b, s, func(tx *Tx) error {
			for i := range 1000 {
				a := sampleActivity()
				a.Facts.Recipient = twinning.UnitKey(fmt.Sprintf("W%d", i%100))
				a.Sources = []int{done + i}
				id, err := tx.PutActivity(a)
				if err != nil {
					return err
				}
				if err := tx.Audit(AuditEntry{Action: "activity.log", Object: fmt.Sprintf("activity/%d", id)}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	path := snapshot(b, s)
	b.ReportAllocs()
	for b.Loop() {
		inspected(b, path)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*activities), "ns/activity")
}
