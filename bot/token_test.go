package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestTokenPrintsAsStars(t *testing.T) {
	t.Parallel()
	token := NewToken(" " + secretToken + "\n")
	hiding := struct{ inner Token }{token}
	marshalled, err := json.Marshal(map[string]any{"token": token, "options": struct{ T Token }{token}})
	if err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("a", slog.Any("token", token), slog.Any("in", hiding))
	slog.New(slog.NewTextHandler(&logged, nil)).Info("a", slog.Any("token", token), slog.Any("in", hiding))
	printed := map[string]string{
		"json": string(marshalled), "slog": logged.String(), "string": token.String(), "err": fmt.Errorf("a %v", token).Error(),
		"options": fmt.Sprintf("%+v", Options{Token: token}),
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		printed[verb] = fmt.Sprintf(verb, token)
		printed["pointer "+verb] = fmt.Sprintf(verb, &token)
		printed["field "+verb] = fmt.Sprintf(verb, hiding)
	}
	for how, text := range printed {
		if strings.Contains(text, "ecret") || strings.Contains(strings.ToLower(text), fmt.Sprintf("%x", "Secret")) {
			t.Errorf("%s tells the token: %s", how, text)
		}
	}
	if token.reveal() != secretToken {
		t.Error("the token was changed")
	}
}

func TestScrubError(t *testing.T) {
	t.Parallel()
	token := NewToken(secretToken)
	tests := map[string]error{
		"plain":   errors.New("post https://x/bot" + secretToken + "/getMe: eof"),
		"escaped": errors.New("post https://x/bot" + strings.Replace(secretToken, ":", "%3A", 1) + "/getMe"),
		"wrapped": fmt.Errorf("a: %w", fmt.Errorf("bot%s: %w", secretToken, context.DeadlineExceeded)),
	}
	for name, dirty := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := token.scrubError(dirty)
			for e := err; e != nil; e = errors.Unwrap(e) {
				for _, verb := range []string{"%v", "%+v", "%#v", "%q"} {
					if text := fmt.Sprintf(verb, e); strings.Contains(text, "ecret") {
						t.Errorf("%s tells the token: %s", verb, text)
					}
				}
			}
			if errors.Is(dirty, context.DeadlineExceeded) != errors.Is(err, context.DeadlineExceeded) {
				t.Error("the error is no longer what it was")
			}
		})
	}
	if token.scrubError(nil) != nil {
		t.Error("nil became an error")
	}
}
