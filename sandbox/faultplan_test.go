package sandbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/sandbox"
)

// TestFaultsOnTheWire asks for a message under each fault, and looks what the client sees, whether the message arrived and
// whether its answer counts as lost.
func TestFaultsOnTheWire(t *testing.T) {
	t.Parallel()
	type seen struct {
		Answer        string
		Arrived, Lost int
	}
	tests := map[string]struct {
		fault sandbox.Fault
		want  seen
	}{
		"page":           {sandbox.Fault{Status: 502, HTML: true}, seen{"502 text/html", 0, 0}},
		"page that asks": {sandbox.Fault{Status: 429, HTML: true, RetryAfter: 7}, seen{"429 text/html 7", 0, 0}},
		"reset":          {sandbox.Fault{Reset: true}, seen{"no answer", 0, 0}},
		"dropped":        {sandbox.Fault{DropAfter: true}, seen{"no answer", 1, 1}},
		"cut":            {sandbox.Fault{Cut: true}, seen{"cut off", 1, 1}},
		"slow":           {sandbox.Fault{Before: time.Millisecond, After: time.Millisecond}, seen{"200 application/json", 1, 0}},
		"timeout before": {sandbox.Fault{Before: time.Hour}, seen{"no answer", 0, 0}},
		"timeout after":  {sandbox.Fault{After: time.Hour}, seen{"no answer", 1, 1}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := sandbox.New(sandbox.Options{Token: "1:a", Now: time.Now})
			if err != nil {
				t.Fatal(err)
			}
			s.AddPerson(sandbox.Person{ID: 5, FirstName: "Mai"})
			if _, err := s.Say(5, 5, "/start"); err != nil {
				t.Fatal(err)
			}
			s.SetFault(func(string, int64) *sandbox.Fault { return &test.fault })
			ended := make(chan struct{}, 1)
			api := s.API()
			web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				defer func() { ended <- struct{}{} }()
				api.ServeHTTP(w, r)
			}))
			t.Cleanup(web.Close)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			if test.fault.Before+test.fault.After > time.Minute {
				cancel() // the client gives up as soon as the server has heard it
				ctx, cancel = context.WithTimeout(t.Context(), 200*time.Millisecond)
			}
			defer cancel()
			got := seen{Answer: ask(ctx, t, web.URL)}
			<-ended
			got.Lost = len(s.LostAnswers())
			for _, m := range s.Messages(5) {
				if m.FromBot {
					got.Arrived++
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// ask sends a message and says what comes back.
func ask(ctx context.Context, t *testing.T, url string) string {
	t.Helper()
	body := strings.NewReader(`{"chat_id":5,"text":"xin chào"}`)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/bot1:a/sendMessage", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "no answer"
	}
	defer func() { _ = res.Body.Close() }()
	if _, err := io.ReadAll(res.Body); err != nil {
		return "cut off"
	}
	kind, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";")
	return strings.TrimSpace(fmt.Sprintf("%d %s %s", res.StatusCode, kind, res.Header.Get("Retry-After")))
}

// TestFaultPlanIsItsSeed polls two servers that follow the plan of one seed, and a third one with another's.
func TestFaultPlanIsItsSeed(t *testing.T) {
	t.Parallel()
	course := func(seed uint64) string {
		s, err := sandbox.New(sandbox.Options{Token: "1:a", Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		s.AddPerson(sandbox.Person{ID: 5, FirstName: "Mai"})
		plan := sandbox.NewFaultPlan(seed, sandbox.FaultServer, sandbox.FaultPage, sandbox.FaultConflict, sandbox.FaultJump,
			sandbox.FaultUnknown, sandbox.FaultDuplicate)
		s.Follow(plan)
		var b strings.Builder
		offset := int64(0)
		for n := range 60 {
			if _, err := s.Say(5, 5, fmt.Sprint(n)); err != nil {
				t.Fatal(err)
			}
			recorder := httptest.NewRecorder()
			body := strings.NewReader(fmt.Sprintf(`{"offset":%d}`, offset))
			req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/bot1:a/getUpdates", body)
			req.Header.Set("Content-Type", "application/json")
			s.API().ServeHTTP(recorder, req)
			var answer struct {
				Result []struct {
					ID any `json:"update_id"`
				}
			}
			_ = json.Unmarshal(recorder.Body.Bytes(), &answer) // pages and strange updates count by their status alone
			for _, u := range answer.Result {
				if id, ok := u.ID.(float64); ok {
					offset = int64(id) + 1
				}
			}
			fmt.Fprintf(&b, "%d %v\n", recorder.Code, answer.Result)
		}
		if len(plan.Made()) == 0 {
			t.Errorf("nothing happened under the %s", plan)
		}
		plan.End()
		return b.String()
	}
	if diff := cmp.Diff(course(3), course(3)); diff != "" {
		t.Errorf("one seed, two courses:\n%s", diff)
	}
	if course(3) == course(4) {
		t.Error("two seeds, one course")
	}
}
