// Package engine is the seam between the store and what keeps its bytes: an ordered map of keys to values with
// snapshots and serializable transactions.
//
// It owns the three interfaces and the one engine that exists, on bbolt (bolt.go). Nothing else in the project imports
// bbolt, so that a replicated engine with the same ordered keys can take its place. It knows nothing of the records.
package engine
