package main

import (
	"encoding/json"
	"net/http"
	"runtime/debug"
	"time"

	"ketnghia/scheduler"
)

// condition is the answer of /readyz: how each thing is that the bot needs for its work. It names nobody.
type condition struct {
	Ready   bool      `json:"ready"`
	Version string    `json:"version"`
	Mode    string    `json:"mode"`
	At      time.Time `json:"at"`
	// Probes are what decides, by name.
	Probes   map[string]verdict `json:"probes"`
	LastPoll time.Time          `json:"last_poll,omitzero"`
	LastTick time.Time          `json:"last_tick,omitzero"`
	// Outbox is what waits to be sent, by class. It is missing when the store can't be read.
	Outbox map[string]queueLength `json:"outbox,omitempty"`
	// LastBackup is missing when none was made. Free and Size are bytes.
	LastBackup time.Time `json:"last_backup,omitzero"`
	Free       int64     `json:"disk_free_bytes,omitempty"`
	Size       int64     `json:"store_size_bytes"`
}

// verdict is how one thing is, and if it is bad, why and since when as far as that is known.
type verdict struct {
	Well  bool      `json:"well"`
	Why   string    `json:"why,omitempty"`
	Since time.Time `json:"since,omitzero"`
}

// queueLength is how many messages of a class wait, and for how many seconds the first that was never tried.
type queueLength struct {
	Pending int     `json:"pending"`
	Untried float64 `json:"untried_seconds"`
}

// health answers /healthz, /readyz and /metrics.
type health struct {
	signs  *signs
	probes []scheduler.Probe
	now    func() time.Time
	mode   string
}

// handler serves /healthz, which says that the process lives and answers; /readyz, which says 503 when something is not
// well that the bot needs; and the metrics.
func (h *health) handler(metrics http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]bool{"alive": true})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		c, status := h.condition(r), http.StatusOK
		if !c.Ready {
			status = http.StatusServiceUnavailable
		}
		answer(w, status, c)
	})
	mux.Handle("GET /metrics", metrics)
	return mux
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // whoever asked is gone
}

// condition looks at everything now.
func (h *health) condition(r *http.Request) condition {
	ctx, now := r.Context(), h.now()
	c := condition{
		Ready: true, Version: version(), Mode: h.mode, At: now.UTC(), Probes: map[string]verdict{},
		LastPoll: h.signs.bot.Health().LastPoll.UTC(), LastTick: h.signs.ticks.LastTick().UTC(), Size: h.signs.size(),
	}
	for _, p := range h.probes {
		f := p.Look(ctx, now)
		v := verdict{Well: !f.Bad}
		if f.Bad {
			c.Ready, v.Why, v.Since = false, f.Why, f.Since.UTC()
		}
		c.Probes[p.Name] = v
	}
	if b, err := h.signs.backlog(ctx, now); err == nil {
		c.Outbox = map[string]queueLength{}
		for class, name := range classNames() {
			c.Outbox[name] = queueLength{b.Classes[class].Pending, ago(b.Classes[class].Untried, now)}
		}
	}
	if h.signs.backups != nil {
		at, _ := h.signs.backups.Last() // that it failed is told by its probe
		c.LastBackup = at.UTC()
	}
	c.Free, _ = h.signs.disk(h.signs.data)
	return c
}

// version is that of the program as it was built: the module's, or that of the commit.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
