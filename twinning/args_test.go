package twinning_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/twinning"
)

func TestArgs(t *testing.T) {
	t.Parallel()
	args := twinning.Args{{"Unit", twinning.Text("Sở Y tế")}, {"Count", twinning.Number(3)}}
	args.Set("Count", twinning.Number(4))
	args.Set("Date", twinning.Day(twinning.NewDate(2027, 2, 28)))
	if n, ok := args.Lookup("Count"); !ok || n.Num != 4 || len(args) != 3 {
		t.Errorf("Count is %v, %v of %d", n, ok, len(args))
	}
	if _, ok := args.Lookup("Year"); ok || args.Get("Year").Kind != twinning.ArgText || args.Get("Unit").Text != "Sở Y tế" {
		t.Error("what is there and what is not are mixed up")
	}
}

// TestArgsAsJSON writes an object in the given order, and reads what an object can hold; anything else is refused.
func TestArgsAsJSON(t *testing.T) {
	t.Parallel()
	args := twinning.Args{
		{"Z", twinning.Text("a < b & \"c\"")},
		{"A", twinning.Joined(twinning.Line{Key: "x", Args: twinning.Args{{"N", twinning.Money(5)}}})},
	}
	const want = `{"Z":{"k":"text","t":"a \u003c b \u0026 \"c\""},"A":{"k":"lines","s":[{"key":"x","args":{"N":{"k":"money","n":5}}}]}}`
	written, err := json.Marshal(args)
	if string(written) != want || err != nil {
		t.Errorf("wrote %s (%v)", written, err)
	}
	var read twinning.Args
	if err := json.Unmarshal(written, &read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(args, read); diff != "" {
		t.Error(diff)
	}
	for text, want := range map[string]twinning.Args{
		`null`: nil, `{}`: nil, `{"A":{"n":1},"A":{"n":2}}`: {{"A", twinning.Arg{Num: 2}}},
	} {
		read := twinning.Args{{"old", twinning.Arg{}}}
		if err := json.Unmarshal([]byte(text), &read); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if diff := cmp.Diff(want, read); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
	for text, want := range map[string]string{
		`[]`: "arguments: no object", `7`: "arguments: no object", `{"A":7}`: "A: json: cannot unmarshal number into Go value of type twinning.Arg",
	} {
		if err := json.Unmarshal([]byte(text), &read); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if written, err := json.Marshal(twinning.Args{}); string(written) != "{}" || err != nil {
		t.Errorf("wrote %s (%v)", written, err)
	}
}
