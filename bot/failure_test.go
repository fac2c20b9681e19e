package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestJudge(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err  error
		want verdict
	}{
		"arrived":          {nil, verdict{outcome: outcomeSent}},
		"timeout":          {fmt.Errorf("sendMessage: %w", context.DeadlineExceeded), verdict{outcome: outcomeAgain, reason: "timeout"}},
		"cut off":          {errBadAnswer, verdict{outcome: outcomeAgain, reason: "network"}},
		"server":           {&apiError{Code: 502}, verdict{outcome: outcomeAgain, code: 502, reason: "server"}},
		"token":            {&apiError{Code: 401}, verdict{outcome: outcomeAgain, code: 401, reason: "server"}},
		"too fast":         {&apiError{Code: 429, RetryAfter: 7 * time.Second}, verdict{outcome: outcomePaused, code: 429, after: 7 * time.Second}},
		"too fast, no say": {&apiError{Code: 429}, verdict{outcome: outcomePaused, code: 429, after: time.Second}},
		"blocked":          {&apiError{Code: 403}, verdict{outcome: outcomeUnreachable, code: 403, reason: "forbidden"}},
		"never started":    {badRequest("chat not found"), verdict{outcome: outcomeUnreachable, code: 400, reason: "chat_not_found"}},
		"migrated":         {&apiError{Code: 400, MigrateTo: -1009}, verdict{outcome: outcomeMigrated, code: 400, chat: -1009}},
		"same text":        {badRequest("message is not modified: specified new message content…"), verdict{outcome: outcomeSent, code: 400}},
		"late answer":      {badRequest("query is too old and response timeout expired or query ID is invalid"), verdict{outcome: outcomeDropped, code: 400, reason: "query_expired"}},
		"edit gone":        {badRequest("message to edit not found"), verdict{outcome: outcomeAnew, code: 400}},
		"edit refused":     {badRequest("message can't be edited"), verdict{outcome: outcomeAnew, code: 400}},
		"reply gone":       {badRequest("message to be replied not found"), verdict{outcome: outcomeBare, code: 400}},
		"broken markup":    {badRequest("can't parse entities"), verdict{outcome: outcomeRefused, code: 400, reason: "bad_request"}},
		"too large":        {&apiError{Code: 413}, verdict{outcome: outcomeRefused, code: 413, reason: "too_large"}},
		"report":           {fmt.Errorf("%w status_xlsx", errReport), verdict{outcome: outcomeAgain, reason: "report"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, err := range []error{test.err, wrapped(test.err)} {
				if diff := cmp.Diff(test.want, judge(err), cmp.AllowUnexported(verdict{})); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
		})
	}
}

func badRequest(words string) error {
	return &apiError{Code: http.StatusBadRequest, Description: "Bad Request: " + words}
}

// wrapped is an error as the client library hands it on.
func wrapped(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("error do request for method sendMessage, %w", err)
}

func TestReadAnswer(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status int
		header http.Header
		body   string
		result string
		want   error
	}{
		"ok":                {200, nil, `{"ok":true,"result":{"message_id":5}}`, `{"message_id":5}`, nil},
		"refusal":           {400, nil, `{"ok":false,"error_code":400,"description":"Bad Request: x"}`, "", &apiError{Code: 400, Description: "Bad Request: x"}},
		"flood":             {429, nil, `{"ok":false,"error_code":429,"parameters":{"retry_after":3}}`, "", &apiError{Code: 429, RetryAfter: 3 * time.Second}},
		"migration":         {400, nil, `{"ok":false,"error_code":400,"parameters":{"migrate_to_chat_id":-1001234567890123}}`, "", &apiError{Code: 400, MigrateTo: -1001234567890123}},
		"gateway in HTML":   {502, nil, `<html>`, "", &apiError{Code: 502}},
		"flood of a proxy":  {429, http.Header{"Retry-After": {"9"}}, `slow`, "", &apiError{Code: 429, RetryAfter: 9 * time.Second}},
		"redirect":          {302, nil, ``, "", &apiError{Code: 302}},
		"cut off":           {200, nil, `{"ok":true,"resu`, "", errBadAnswer},
		"captive portal":    {200, nil, `<html>log in</html>`, "", errBadAnswer},
		"ok without result": {200, nil, `{"ok":true}`, "", errBadAnswer},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, err := readAnswer[json.RawMessage]("sendMessage", &http.Response{StatusCode: test.status, Header: test.header}, []byte(test.body))
			if string(result) != test.result {
				t.Errorf("result %s, want %s", result, test.result)
			}
			if diff := cmp.Diff(fmt.Sprintf("%#v", test.want), fmt.Sprintf("%#v", errors.Unwrap(err))); diff != "" && test.want != errBadAnswer { //nolint:errorlint // the very error
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if (err == nil) != (test.want == nil) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

func TestSlim(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ method, result, want string }{
		"message":      {"sendMessage", `{"message_id":5,"forward_origin":{"type":"novel"}}`, `{"message_id":5}`},
		"album":        {"sendMediaGroup", `[{"message_id":5,"x":1},{"message_id":6}]`, `[{"message_id":5},{"message_id":6}]`},
		"edit is true": {"editMessageText", `true`, `true`},
		"not a send":   {"getMe", `{"id":5}`, `{"id":5}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := slim(test.method, []byte(test.result)); string(got) != test.want {
				t.Errorf("slim %s, want %s", got, test.want)
			}
		})
	}
}
