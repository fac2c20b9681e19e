package main

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"ketnghia/ledger"
	"ketnghia/scheduler"
)

// metricsAtOnce is how many may read the metrics at the same time.
const metricsAtOnce = 2

// metrics counts what the bot and the scheduler do. Labels are from small fixed sets: no person, chat or unit is named.
type metrics struct {
	registry *prometheus.Registry
	posts    *prometheus.CounterVec
	handled  *prometheus.HistogramVec
	sends    *prometheus.CounterVec
	reminded *prometheus.CounterVec
}

// newMetrics returns metrics in a registry of their own.
func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		posts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ketnghia_webhook_posts_total", Help: "Posts to the webhook by what became of them.",
		}, []string{"outcome"}),
		handled: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "ketnghia_handler_duration_seconds", Help: "Time that handlers took for updates, commit aside.",
			Buckets: prometheus.ExponentialBuckets(0.0001, 4, 8),
		}, []string{"kind", "outcome"}),
		sends: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ketnghia_sends_total", Help: "Calls of Telegram that send, by operation and what came of them.",
		}, []string{"op", "outcome"}),
		reminded: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ketnghia_reminders_total", Help: "Reminders queued, by rule of the programme or kind of digest.",
		}, []string{"rule"}),
	}
	m.registry.MustRegister(m.posts, m.handled, m.sends, m.reminded, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewBuildInfoCollector())
	return m
}

// Posted implements bot.Observer.
func (m *metrics) Posted(outcome string) { m.posts.WithLabelValues(outcome).Inc() }

// Handled implements bot.Observer.
func (m *metrics) Handled(kind, outcome string, took time.Duration) {
	m.handled.WithLabelValues(kind, outcome).Observe(took.Seconds())
}

// Sent implements bot.Observer.
func (m *metrics) Sent(op, outcome string) { m.sends.WithLabelValues(op, outcome).Inc() }

// Reminded implements scheduler.Observer.
func (m *metrics) Reminded(about string, n int) {
	m.reminded.WithLabelValues(about).Add(float64(n))
}

// handler serves the metrics in Prometheus' text format.
func (m *metrics) handler(log *slog.Logger) http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: metricsAtOnce, ErrorLog: scrapeLog{log},
	})
}

// scrapeLog takes what promhttp has to say.
type scrapeLog struct{ log *slog.Logger }

func (s scrapeLog) Println(v ...any) { s.log.Warn("metrics not served", slog.Any("detail", v)) }

// gauge is a value that is read when it is asked for.
type gauge struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
}

func newGauge(name, help string, kind prometheus.ValueType, labels ...string) gauge {
	return gauge{prometheus.NewDesc("ketnghia_"+name, help, labels, nil), kind}
}

func (g gauge) of(value float64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(g.desc, g.kind, value, labels...)
}

// state reads the state of the program whenever the metrics are read; nothing of it costs anything between.
type state struct {
	signs  *signs
	probes []scheduler.Probe
	now    func() time.Time

	received, changed, queued, waiting, oldest, dead gauge
	outbox, untried, storeSize, diskFree             gauge
	poll, tick, backup, well                         gauge
}

func newState(s *signs, probes []scheduler.Probe, now func() time.Time) *state {
	const counter, value = prometheus.CounterValue, prometheus.GaugeValue
	return &state{
		signs: s, probes: probes, now: now,
		received:  newGauge("updates_received_total", "Updates stored since the store was made.", counter),
		changed:   newGauge("changes_total", "Audited changes of the books since the store was made.", counter),
		queued:    newGauge("messages_queued_total", "Messages queued since the store was made.", counter),
		waiting:   newGauge("updates_waiting", "Updates that are stored and not handled yet.", value),
		oldest:    newGauge("updates_waiting_seconds", "Age of the first update that waits, 0 when none does.", value),
		dead:      newGauge("updates_dead", "Updates that could not be handled.", value),
		outbox:    newGauge("outbox_messages", "Messages that wait, are on their way or were given up.", value, "state", "class"),
		untried:   newGauge("outbox_untried_seconds", "For how long the first untried message waits.", value, "class"),
		storeSize: newGauge("store_size_bytes", "Size of the database's file.", value),
		diskFree:  newGauge("disk_free_bytes", "Free bytes where the data folder is.", value),
		poll:      newGauge("last_poll_timestamp_seconds", "When updates were last asked for or taken in.", value),
		tick:      newGauge("last_tick_timestamp_seconds", "When it was last looked at what is due.", value),
		backup:    newGauge("last_backup_timestamp_seconds", "When the newest good backup was made, 0 when there is none.", value),
		well:      newGauge("well", "1 when the thing is well, 0 when not, as /readyz says.", value, "probe"),
	}
}

// Describe implements prometheus.Collector.
func (s *state) Describe(to chan<- *prometheus.Desc) { prometheus.DescribeByCollect(s, to) }

// Collect implements prometheus.Collector. What can't be read is left out; the probe of the store says so.
func (s *state) Collect(to chan<- prometheus.Metric) {
	ctx, now := context.Background(), s.now()
	to <- s.storeSize.of(float64(s.signs.size()))
	if free, known := s.signs.disk(s.signs.data); known {
		to <- s.diskFree.of(float64(free))
	}
	to <- s.poll.of(seconds(s.signs.bot.Health().LastPoll))
	to <- s.tick.of(seconds(s.signs.ticks.LastTick()))
	if s.signs.backups != nil {
		at, _ := s.signs.backups.Last() // that it failed is told by its probe
		to <- s.backup.of(seconds(at))
	}
	for _, p := range s.probes {
		well := 1.0
		if p.Look(ctx, now).Bad {
			well = 0
		}
		to <- s.well.of(well, p.Name)
	}
	s.collectBacklog(ctx, now, to)
}

func (s *state) collectBacklog(ctx context.Context, now time.Time, to chan<- prometheus.Metric) {
	b, err := s.signs.backlog(ctx, now)
	if err != nil {
		return
	}
	to <- s.received.of(float64(b.Received))
	to <- s.changed.of(float64(b.Changed))
	to <- s.queued.of(float64(b.Queued))
	to <- s.waiting.of(float64(b.Updates))
	to <- s.oldest.of(ago(b.Arrived, now))
	to <- s.dead.of(float64(b.Dead))
	for class, name := range classNames() {
		to <- s.outbox.of(float64(b.Classes[class].Pending), "pending", name)
		to <- s.untried.of(ago(b.Classes[class].Untried, now), name)
	}
	to <- s.outbox.of(float64(b.Sending), "sending", "all")
	to <- s.outbox.of(float64(b.Failed), "failed", "all")
}

// classNames are how metrics and /readyz name the classes of messages.
func classNames() map[int]string {
	return map[int]string{
		ledger.ClassReply: "reply", ledger.ClassReminder: "reminder", ledger.ClassAnnouncement: "announcement",
	}
}

// seconds is a moment as Unix seconds, 0 for the zero time.
func seconds(at time.Time) float64 {
	if at.IsZero() {
		return 0
	}
	return float64(at.UnixMilli()) / 1000
}

// ago is how many seconds ago a moment was, 0 for the zero time.
func ago(at, now time.Time) float64 {
	if at.IsZero() {
		return 0
	}
	return max(now.Sub(at), 0).Seconds()
}
