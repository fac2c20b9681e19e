package bot

import (
	"context"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"ketnghia/sandbox"
)

// BenchmarkWholePath takes messages all the way: polled, stored, handled, answered and marked as sent, over loopback. One
// operation is one message.
func BenchmarkWholePath(b *testing.B) {
	h := newHouse(b, echo)
	api := httptest.NewServer(h.server.API())
	defer api.Close()
	h.options.HTTPClient, h.options.APIURL = nil, api.URL
	h.options.Limits = Limits{All: 1_000_000, Bulk: 1_000_000, Chat: 1, Group: 1, InFlight: 512}
	var err error
	if h.bot, err = New(h.options); err != nil {
		b.Fatal(err)
	}
	const people = 100
	for i := range int64(people) {
		h.server.AddPerson(sandbox.Person{ID: 5000 + i, FirstName: "N"})
	}
	for i := range b.N {
		h.says(5000+int64(i%people), "một")
	}
	answered, done := atomic.Int64{}, make(chan struct{})
	h.server.SetFault(func(method string, _ int64) *sandbox.Fault {
		if method == "sendMessage" && answered.Add(1) == int64(b.N) {
			close(done)
		}
		return nil
	})
	ctx, cancel := context.WithCancel(b.Context())
	var running sync.WaitGroup
	b.ResetTimer()
	running.Go(func() {
		if err := h.bot.Run(ctx); err != nil {
			b.Error(err)
		}
	})
	<-done
	b.StopTimer()
	cancel()
	running.Wait()
}
