package scheduler

import (
	"context"
	"log/slog"
	"time"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

const (
	// watchEvery is how often the watch looks.
	watchEvery = 30 * time.Second
	// restAfter is how long a thing must be well without a break before it counts as well.
	restAfter = 10 * time.Minute
)

// Probe is one thing that is watched over for the coordinators.
type Probe struct {
	// Name is what it is known by in the store, the log and the metrics: "reminders".
	Name string
	// Look says how the thing is at now. It must not wait for long.
	Look func(ctx context.Context, now time.Time) Finding
	// After is how long it must be bad before the coordinators are told.
	After time.Duration
	// Told is the text when it is bad, Over when it is well again. Both get Since, when it began, and the finding's Args;
	// Over gets Now and Lasted too. Without texts nobody is told.
	Told, Over string
}

// Finding is how a thing was found.
type Finding struct {
	Bad bool
	// Since is when it began, the zero time when that is not known: then it is when it was found first.
	Since time.Time
	// Why is the reason in a word or two for the log and /readyz: "token". It names nobody.
	Why string
	// Args are for the text; the same names whether it is bad or well.
	Args twinning.Args
}

// WatchOptions are what a watch works with. All but Wake are required.
type WatchOptions struct {
	Ledger *ledger.Ledger
	Now    func() time.Time
	Log    *slog.Logger
	// Wake is called after something was queued; nil for nobody to wake.
	Wake   func()
	Probes []Probe
}

// Watch tells the coordinators once when something is bad and once when it is well again. They are told within the
// delivery hours, since nobody mends a server for them at night: what passes before the morning they never hear of.
//
// Something that comes and goes is bad from its first time until it was well for restAfter without a break, so that it
// neither goes unnoticed nor is told again and again. What was told is kept in the store, so that a restart repeats
// nothing and forgets no all-clear.
type Watch struct {
	WatchOptions
	states []probeState
}

// probeState is how a thing has been.
type probeState struct {
	// seen is when it was first found bad, since when it began; zero while it is well. well is when it was first found
	// well after that.
	seen, since, well time.Time
	// untold says that the coordinators should have been told, but the store could not be written; failed that the last
	// look failed, which is logged once.
	untold, failed bool
}

// NewWatch returns a watch over the probes.
func NewWatch(o WatchOptions) *Watch {
	if o.Wake == nil {
		o.Wake = func() {}
	}
	return &Watch{WatchOptions: o, states: make([]probeState, len(o.Probes))}
}

// Run looks from time to time until the context ends.
func (w *Watch) Run(ctx context.Context) {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			w.Look(ctx, w.Now())
		case <-ctx.Done():
			return
		}
	}
}

// Look looks at all things once. It is not for several goroutines at the same time.
func (w *Watch) Look(ctx context.Context, now time.Time) {
	for i, p := range w.Probes {
		s := &w.states[i]
		f := p.Look(ctx, now)
		if change := s.note(f, now); change != "" {
			w.Log.WarnContext(ctx, "health changed", slog.String("probe", p.Name), slog.String("is", change),
				slog.String("why", f.Why))
		}
		if p.Told == "" || !w.Ledger.Programme().Delivering(now) {
			continue
		}
		err := w.tell(ctx, p, s, f, now)
		if err != nil && !s.failed && ctx.Err() == nil {
			w.Log.ErrorContext(ctx, "coordinators not told", slog.String("probe", p.Name), slog.Any("error", err))
		}
		s.failed = err != nil
	}
}

// note remembers a finding, and returns "bad" or "well" when it begins or ends what was wrong.
func (s *probeState) note(f Finding, now time.Time) (change string) {
	switch {
	case f.Bad && s.seen.IsZero():
		s.seen, s.since, s.well = now, now, time.Time{}
		if !f.Since.IsZero() && f.Since.Before(now) {
			s.since = f.Since
		}
		return "bad"
	case f.Bad:
		s.well = time.Time{}
	case s.well.IsZero():
		s.well = now
	case !s.seen.IsZero() && !s.untold && s.rested(now):
		s.seen = time.Time{}
		return "well"
	}
	return ""
}

// rested says whether it has been well for long enough.
func (s *probeState) rested(now time.Time) bool {
	return !s.well.IsZero() && now.Sub(s.well) >= restAfter
}

// tell tells the coordinators what they are to know and don't.
func (w *Watch) tell(ctx context.Context, p Probe, s *probeState, f Finding, now time.Time) error {
	alarm, standing := ledger.Alarm{}, false
	err := w.Ledger.View(ctx, now, func(k *ledger.Look) (err error) {
		alarm, standing, err = k.Alarm(p.Name)
		return err
	})
	if err != nil {
		return err
	}
	switch bad := f.Bad && now.Sub(s.seen) >= p.After; {
	case bad && !standing:
		err = w.commit(ctx, now, func(k *ledger.Work) error { return k.RaiseAlarm(p.Name, s.since, p.told(f, s.since)) })
		s.untold = err != nil
	case !f.Bad && standing && s.rested(now):
		s.untold = false
		err = w.commit(ctx, now, func(k *ledger.Work) error { return k.EndAlarm(p.Name, p.over(f, alarm.Since, s.well)) })
	case !f.Bad && s.untold && s.rested(now):
		err = w.commit(ctx, now, func(k *ledger.Work) error { return k.TellTrouble(p.Name, p.over(f, s.since, s.well)) })
		s.untold = err != nil
	}
	return err
}

func (w *Watch) commit(ctx context.Context, now time.Time, fn func(*ledger.Work) error) error {
	err := w.Ledger.Update(ctx, now, fn)
	if err == nil {
		w.Wake()
	}
	return err
}

// told is the message that it is bad.
func (p Probe) told(f Finding, since time.Time) twinning.Message {
	return twinning.Say(p.Told, f.args(twinning.Args{{"Since", moment(since)}}))
}

// over is the message that it has been well again since a moment.
func (p Probe) over(f Finding, since, well time.Time) twinning.Message {
	return twinning.Say(p.Over, f.args(twinning.Args{
		{"Since", moment(since)}, {"Now", moment(well)}, {"Lasted", lasted(well.Sub(since))},
	}))
}

// args adds the finding's own arguments.
func (f Finding) args(all twinning.Args) twinning.Args {
	for _, own := range f.Args {
		all.Set(own.Name, own.Arg)
	}
	return all
}

func moment(at time.Time) twinning.Arg { return twinning.Arg{Kind: twinning.ArgTime, Num: at.Unix()} }

// lasted says a duration in its two largest units: "2 ngày 3 giờ", "40 phút".
func lasted(d time.Duration) twinning.Arg {
	minutes := max(int(d.Round(time.Minute)/time.Minute), 1)
	parts := []struct {
		key string
		n   int
	}{{"lasted.days", minutes / (24 * 60)}, {"lasted.hours", minutes / 60 % 24}, {"lasted.minutes", minutes % 60}}
	var lines []twinning.Line
	for _, part := range parts {
		if part.n > 0 && len(lines) < 2 {
			lines = append(lines, twinning.Line{Key: part.key, Args: ledger.CountArgs(part.n)})
		}
	}
	return twinning.JoinedBy(" ", lines...)
}
