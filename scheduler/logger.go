package scheduler

import (
	"log/slog"

	"github.com/robfig/cron/v3"
)

// cronLogger writes what cron reports to the injected logger.
type cronLogger struct{ log *slog.Logger }

var _ cron.Logger = cronLogger{}

// Info is called at every wake of cron and for a job that is skipped since it still runs.
func (l cronLogger) Info(event string, _ ...any) {
	l.log.Debug("cron", slog.String("event", event))
}

// Error is called for a job that panicked, with its stack.
func (l cronLogger) Error(err error, event string, details ...any) {
	l.log.Error("scheduled job broke", slog.String("event", event), slog.Any("error", err), slog.Any("details", details))
}
