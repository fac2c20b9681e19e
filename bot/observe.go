package bot

import (
	"context"
	"time"
)

// Observer counts what the bot does. Its methods are called by several goroutines, between the parts of the work, and
// must be quick. The names that they are given are from small fixed sets and say nothing of a person.
type Observer interface {
	// Posted says what became of a webhook's post: one of the Post constants.
	Posted(outcome string)
	// Handled says how long a handler took, transaction aside, and what it came to: "done", "refused" by the rules,
	// "failed" or "panic". An update that is handled again, since its transaction was rolled back, counts again.
	Handled(kind, outcome string, took time.Duration)
	// Sent says what came of a call that sends: "sent", "dropped", "again", "paused", "unreachable", "migrated", "anew",
	// "bare" or "refused"; op is the delivery's.
	Sent(op, outcome string)
}

// unobserved is the Observer of a bot that nobody watches.
type unobserved struct{}

func (unobserved) Posted(string)                         {}
func (unobserved) Handled(string, string, time.Duration) {}
func (unobserved) Sent(string, string)                   {}

// observed returns the handler with its time taken.
func (o Options) observed() Handler {
	return func(ctx context.Context, r *Request) error {
		began, outcome := o.Steady(), "panic"
		defer func() { o.Observer.Handled(r.Kind.String(), outcome, o.Steady().Sub(began)) }()
		err := o.Handle(ctx, r)
		switch {
		case err == nil:
			outcome = "done"
		case refusalKey(err) != "":
			outcome = "refused"
		default:
			outcome = "failed"
		}
		return err
	}
}

// String names the kind in metrics.
func (k Kind) String() string {
	switch k {
	case KindOther:
	case KindMessage:
		return "message"
	case KindEdited:
		return "edited"
	case KindPress:
		return "press"
	case KindMember:
		return "member"
	case KindMigrated:
		return "migrated"
	}
	return "other"
}

// String names the outcome in metrics.
func (o outcome) String() string {
	switch o {
	case outcomeSent:
		return "sent"
	case outcomeDropped:
		return "dropped"
	case outcomeAgain:
		return "again"
	case outcomePaused:
		return "paused"
	case outcomeUnreachable:
		return "unreachable"
	case outcomeMigrated:
		return "migrated"
	case outcomeAnew:
		return "anew"
	case outcomeBare:
		return "bare"
	case outcomeRefused:
	}
	return "refused"
}
