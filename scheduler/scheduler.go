package scheduler

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// everyMinute is when the scheduler looks at the books, as a cron line.
const everyMinute = "* * * * *"

// The nightly pruning: when, how old a delivered message must be, and how much one transaction removes.
const (
	pruneSpec  = "30 2 * * *"
	pruneAfter = 30 * 24 * time.Hour
	pruneLimit = 1000
)

// Options are what a scheduler works with.
type Options struct {
	Ledger *ledger.Ledger
	// Now is the clock.
	Now func() time.Time
	Log *slog.Logger
	// Wake is called after something was queued; nil for nobody to wake.
	Wake func()
	// Spec is when to look, as a cron line of five fields in the programme's time zone; "" for every minute.
	Spec string
	// Jobs are run too.
	Jobs []Job
	// Observer counts what is queued; nil for nobody.
	Observer Observer
}

// Observer counts what the scheduler does.
type Observer interface {
	// Reminded says that so many people and groups were reminded of a rule of the programme, or told an overview or a
	// progress.
	Reminded(about string, n int)
}

// Job is something else to do from time to time. What is owed is the job's to derive when it is woken: the machine may
// have been off when it should have been.
type Job struct {
	// Name tells it in the log.
	Name string
	// Spec is when to wake it, as a cron line of five fields in the programme's time zone. It is not woken while it runs.
	Spec string
	// Run does what is owed at now. Its context ends with the scheduler's, and the scheduler waits for it; its error is
	// logged.
	Run func(ctx context.Context, now time.Time) error
}

// Scheduler queues what is due. Its methods may be called by several goroutines.
type Scheduler struct {
	ledger *ledger.Ledger
	now    func() time.Time
	log    *slog.Logger
	wake   func()
	spec   cron.Schedule
	watch  Observer
	jobs   []job

	mu    sync.Mutex
	quiet quiet
	// ticked is when the books were last looked at without a failure.
	ticked time.Time
}

// job is a Job whose times were read.
type job struct {
	Job
	at cron.Schedule
}

// quiet remembers a look that found nothing to say.
type quiet struct {
	day twinning.Date
	// changes is how often the books had been changed then.
	changes uint64
}

// New returns a scheduler. The error says which option is missing or cannot be read.
func New(o Options) (*Scheduler, error) {
	if o.Ledger == nil || o.Now == nil || o.Log == nil {
		return nil, fmt.Errorf("scheduler: ledger, clock and log are required")
	}
	if o.Wake == nil {
		o.Wake = func() {}
	}
	if o.Spec == "" {
		o.Spec = everyMinute
	}
	spec, err := cron.ParseStandard(o.Spec)
	if err != nil {
		return nil, fmt.Errorf("scheduler: spec %q: %w", o.Spec, err)
	}
	s := &Scheduler{ledger: o.Ledger, now: o.Now, log: o.Log, wake: o.Wake, spec: spec, watch: o.Observer}
	for _, j := range o.Jobs {
		at, err := cron.ParseStandard(j.Spec)
		if err != nil {
			return nil, fmt.Errorf("scheduler: %s: spec %q: %w", j.Name, j.Spec, err)
		}
		s.jobs = append(s.jobs, job{j, at})
	}
	return s, nil
}

// Run looks at the books at once and then at the times of the spec, prunes every night and wakes the jobs at theirs,
// until ctx is done; then it waits for what runs.
func (s *Scheduler) Run(ctx context.Context) error {
	logger := cronLogger{s.log}
	c := cron.New(cron.WithLocation(s.ledger.Programme().Location), cron.WithLogger(logger))
	// Recover stands inside: a panic that passed SkipIfStillRunning would leave the job marked as running for ever.
	chain := cron.NewChain(cron.SkipIfStillRunning(logger), cron.Recover(logger))
	// A job that runs when ctx ends is waited for, so it must not be cut off by it.
	jobs := context.WithoutCancel(ctx)
	look := chain.Then(cron.FuncJob(func() {
		if _, err := s.Poke(jobs); err != nil {
			s.log.Error("reminders not queued", slog.Any("error", err))
		}
	}))
	c.Schedule(s.spec, look)
	_, err := c.AddJob(pruneSpec, chain.Then(cron.FuncJob(func() {
		if err := s.prune(jobs); err != nil {
			s.log.Error("store not pruned", slog.Any("error", err))
		}
	})))
	if err != nil {
		return fmt.Errorf("scheduler: %w", err)
	}
	for _, j := range s.jobs {
		c.Schedule(j.at, chain.Then(cron.FuncJob(func() { s.run(ctx, j.Job) })))
	}
	look.Run()
	c.Start()
	<-ctx.Done()
	<-c.Stop().Done()
	return nil
}

// run runs a job now.
func (s *Scheduler) run(ctx context.Context, j Job) {
	if err := j.Run(ctx, s.now()); err != nil && ctx.Err() == nil {
		s.log.Error("scheduled job failed", slog.String("job", j.Name), slog.Any("error", err))
	}
}

// Poke looks at the books now: for a clock that was moved.
func (s *Scheduler) Poke(ctx context.Context) (sent int, err error) { return s.Tick(ctx, s.now()) }

// Tick queues what is owed at now and was not said yet, all in one transaction, and returns to how many people. It
// writes nothing when nothing is owed, derives nothing while neither day nor books have changed since it found nothing
// to say, and does not even read outside the delivery hours.
func (s *Scheduler) Tick(ctx context.Context, now time.Time) (sent int, err error) {
	if sent, err = s.tick(ctx, now); err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.ticked = now
	}
	return sent, err
}

func (s *Scheduler) tick(ctx context.Context, now time.Time) (sent int, err error) {
	if !s.ledger.Programme().Delivering(now) {
		return 0, nil
	}
	owed := false
	err = s.ledger.View(ctx, now, func(k *ledger.Look) error {
		owed, err = s.owed(k)
		return err
	})
	if err != nil || !owed {
		return 0, err
	}
	var plan []Reminder
	err = s.ledger.Update(ctx, now, func(w *ledger.Work) error {
		plan, sent, err = queue(w)
		return err
	})
	if err != nil {
		return 0, err
	}
	s.count(plan)
	if sent > 0 {
		s.log.Info("reminders queued", slog.Int("people", sent))
		s.wake()
	}
	return sent, nil
}

// LastTick returns when the books were last looked at without a failure, the zero time before the first. Outside the
// delivery hours a look finds nothing to do, and counts too.
func (s *Scheduler) LastTick() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ticked
}

// count tells the observer what was queued.
func (s *Scheduler) count(plan []Reminder) {
	if s.watch == nil {
		return
	}
	for _, r := range plan {
		about := string(r.Topic)
		if r.Topic == TopicOwed {
			about = string(r.Obligation.Rule)
		}
		if n := len(r.addressees()); n > 0 {
			s.watch.Reminded(about, n)
		}
	}
}

// owed says whether somebody is to be told something.
func (s *Scheduler) owed(k *ledger.Look) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	changes, err := k.Changes(s.quiet.changes)
	if err != nil {
		return false, err
	}
	now := quiet{day: k.Today(), changes: changes}
	if s.quiet == now {
		return false, nil
	}
	plan, err := Plan(k)
	if err != nil || slices.ContainsFunc(plan, func(r Reminder) bool { return len(r.addressees()) > 0 }) {
		return err == nil, err
	}
	s.quiet = now
	return false, nil
}

// queue plans once more, since the books may have changed since they were looked at, and queues one message a person. It
// returns the plan and how many messages there are.
func queue(w *ledger.Work) ([]Reminder, int, error) {
	plan, err := Plan(&w.Look)
	if err != nil {
		return nil, 0, err
	}
	list, err := digests(&w.Look, plan)
	if err != nil {
		return nil, 0, err
	}
	for _, d := range list {
		if err := w.Remind(d); err != nil {
			return nil, 0, fmt.Errorf("person %d, group %d: %w", d.Person.ID, d.Group, err)
		}
	}
	return plan, len(list), nil
}

// prune removes what was delivered long ago, in transactions short enough not to keep people waiting.
func (s *Scheduler) prune(ctx context.Context) error {
	now := s.now()
	for {
		n := 0
		err := s.ledger.Update(ctx, now, func(w *ledger.Work) (err error) {
			n, err = w.Prune(now.Add(-pruneAfter), pruneLimit)
			return err
		})
		if err != nil {
			return err
		}
		if n < pruneLimit {
			return nil
		}
	}
}
