package main

import (
	"context"
	"os"
	"slices"
	"strings"
	"time"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

const (
	// waitsLong is how long an update or a message may wait before it is told.
	waitsLong = 10 * time.Minute
	// fewNames is how many units are named where there are many.
	fewNames = 5
	// futureEntry is how far in the future the newest entry of the audit may lie.
	futureEntry = time.Minute
)

// look reads the books for a check; books that can't be read are told by the check of the database.
func (p *patient) look(ctx context.Context, fn func(*ledger.Look) ([]finding, error)) []finding {
	if p.books == nil || p.programme == nil {
		return nil
	}
	var found []finding
	err := p.books.ledger.View(ctx, p.now, func(k *ledger.Look) (err error) {
		found, err = fn(k)
		return err
	})
	if err != nil {
		return bad("books_unread", map[string]any{"Detail": oneLine(err.Error())})
	}
	return found
}

// lookDatabase says that the database could be opened, and whether its entries lie in the future.
func lookDatabase(ctx context.Context, p *patient) []finding {
	if p.books == nil {
		return nil // why not was told first
	}
	size := int64(0)
	if info, err := os.Stat(p.books.store.Path()); err == nil {
		size = info.Size()
	}
	return p.look(ctx, func(k *ledger.Look) ([]finding, error) {
		head, err := k.AuditHead()
		if err != nil || head.Seq == 0 {
			return fine("database_ok", map[string]any{"Size": p.app.size(size)}), err
		}
		newest, err := k.AuditLog(head.Seq-1, 1)
		if err != nil {
			return nil, err
		}
		if len(newest) > 0 && newest[0].At.Sub(p.now) > futureEntry {
			return bad("audit_future", map[string]any{"Time": p.clock(newest[0].At)}), nil
		}
		return fine("database_ok", map[string]any{"Size": p.app.size(size)}), nil
	})
}

// lookQueues says whether updates or messages got stuck.
func lookQueues(ctx context.Context, p *patient) []finding {
	return p.look(ctx, func(k *ledger.Look) (found []finding, err error) {
		b, err := k.Backlog()
		if err != nil {
			return nil, err
		}
		count := func(n int, at time.Time) map[string]any {
			return map[string]any{"Count": n, "Value": n, "Since": p.clock(at)}
		}
		late := levelWarn // what waits while no bot runs is no surprise
		if p.machine != nil {
			late = levelBad
		}
		if !b.Arrived.IsZero() && p.now.Sub(b.Arrived) > waitsLong {
			found = append(found, finding{late, "inbox_stuck", count(b.Updates, b.Arrived)})
		}
		oldest, pending := time.Time{}, 0
		for _, c := range b.Classes {
			pending += c.Pending
			if !c.Untried.IsZero() && (oldest.IsZero() || c.Untried.Before(oldest)) {
				oldest = c.Untried
			}
		}
		if !oldest.IsZero() && p.now.Sub(oldest) > waitsLong {
			found = append(found, finding{late, "outbox_late", count(pending, oldest)})
		}
		if b.Dead > 0 {
			found = append(found, warn("dead_letters", count(b.Dead, time.Time{}))...)
		}
		if b.Failed > 0 {
			found = append(found, warn("outbox_failed", count(b.Failed, time.Time{}))...)
		}
		if len(found) == 0 {
			return fine("queues_ok", map[string]any{"Waiting": b.Updates, "Pending": pending}), nil
		}
		return found, nil
	})
}

// holes are the units in which something of the roster is missing.
type holes struct{ unsponsored, orphaned, staffless []twinning.Unit }

// lookRoster says what is missing in units and pairings.
func lookRoster(ctx context.Context, p *patient) []finding {
	return p.look(ctx, func(k *ledger.Look) (found []finding, err error) {
		pairings, err := k.Pairings()
		if err != nil {
			return nil, err
		}
		today, ended, demo := k.Today(), 0, 0
		paired := map[twinning.UnitKey]bool{}
		for _, x := range pairings {
			switch {
			case x.Valid(today):
				paired[x.Recipient] = true
			case !x.To.IsZero() && x.To < today:
				ended++
			}
			if x.Demo {
				demo++
			}
		}
		h, err := findHoles(k, paired)
		if err != nil {
			return nil, err
		}
		if demo > 0 && !isKept(p.dir) {
			found = append(found, warn("pairings_demo", map[string]any{"Count": demo, "Value": demo})...)
		}
		if ended > 0 {
			found = append(found, warn("pairings_ended", map[string]any{"Count": ended, "Value": ended})...)
		}
		found = append(found, missing("units_unsponsored", h.unsponsored)...)
		found = append(found, missing("units_orphaned", h.orphaned)...)
		found = append(found, missing("staff_missing", h.staffless)...)
		if len(found) == 0 {
			return fine("roster_ok", map[string]any{"Count": len(pairings), "Value": len(pairings)}), nil
		}
		return found, nil
	})
}

// findHoles looks at the active units.
func findHoles(k *ledger.Look, paired map[twinning.UnitKey]bool) (h holes, err error) {
	units, err := k.ActiveUnits()
	if err != nil {
		return h, err
	}
	active := map[twinning.UnitKey]bool{}
	for _, u := range units {
		active[u.Key] = true
	}
	year := k.Today().Year()
	for _, u := range units {
		if u.Role == twinning.RoleRecipientCommune {
			if !paired[u.Key] && !paired[u.Parent] {
				h.unsponsored = append(h.unsponsored, u)
			}
			if !active[u.Parent] {
				h.orphaned = append(h.orphaned, u)
			}
		}
		if k.WantsStaff(u, year) {
			h.staffless = append(h.staffless, u)
		}
	}
	return h, nil
}

// lookPeople says whether there is somebody to tell things to.
func lookPeople(ctx context.Context, p *patient) []finding {
	return p.look(ctx, func(k *ledger.Look) (found []finding, err error) {
		coordinators, err := k.Coordinators()
		if err != nil {
			return nil, err
		}
		if len(coordinators) == 0 {
			found = warn("coordinator_none", nil)
		}
		unlinked, err := k.Unlinked()
		if err != nil {
			return nil, err
		}
		var silent []twinning.Unit
		for _, district := range ledger.SortedDistricts(unlinked) {
			silent = append(silent, unlinked[district]...)
		}
		found = append(found, missing("units_unlinked", silent)...)
		invitations, err := k.Invitations()
		if err != nil {
			return nil, err
		}
		expired := 0
		for _, i := range invitations {
			if i.UsedBy == 0 && !open(i, p.now) {
				expired++
			}
		}
		if expired > 0 {
			found = append(found, warn("invitations_expired", map[string]any{"Count": expired, "Value": expired})...)
		}
		if len(found) == 0 {
			return fine("people_ok", map[string]any{"Count": len(coordinators), "Value": len(coordinators)}), nil
		}
		return found, nil
	})
}

// missing is a warning that names the first of the units, none for no unit.
func missing(key string, units []twinning.Unit) []finding {
	if len(units) == 0 {
		return nil
	}
	names := []string{}
	for _, u := range units[:min(len(units), fewNames)] {
		names = append(names, u.Name)
	}
	slices.Sort(names)
	text := strings.Join(names, ", ")
	if len(units) > fewNames {
		text += ", …"
	}
	return warn(key, map[string]any{"Count": len(units), "Value": len(units), "Units": text})
}
