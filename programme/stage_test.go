package programme_test

import (
	"strings"
	"testing"

	"ketnghia/programme"
)

func TestDefaultStages(t *testing.T) {
	t.Parallel()
	s := decision1100(t).Stages
	if len(s.List) != 6 || s.List[1].ID != "survey" || s.List[1].Name["vi"] != "khảo sát" || !strings.HasPrefix(s.Cite, "I.2") {
		t.Errorf("stages %+v", s)
	}
	// "hơn 80%": five of six are more, four are not.
	if s.Enough(4) || !s.Enough(5) {
		t.Error("the share of the stages is read otherwise")
	}
}

func TestParseStages(t *testing.T) {
	t.Parallel()
	const table = "[stages]\nmore_than = 80\ncite = \"I.2\"\nlist = [{ id = \"survey\", vi = \"khảo sát\", en = \"survey\" }]\n"
	tests := map[string]struct{ old, replacement, want string }{
		"whole":       {"", "", ""},
		"no share":    {"more_than = 80\n", "", "stages.more_than: is missing"},
		"share":       {"80", "100", "stages.more_than: 100 is out of range"},
		"no stage":    {`{ id = "survey", vi = "khảo sát", en = "survey" }`, "", "stages.list: is empty"},
		"one name":    {`, en = "survey"`, "", "stages.list.en: is missing"},
		"unknown key": {"cite", "cites", "unknown key"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := strings.Replace(table, test.old, test.replacement, 1)
			p, err := programme.Parse("p.toml", []byte(strings.Replace(small(t), "[rating]", changed+"\n[rating]", 1)))
			switch {
			case test.want == "" && (err != nil || len(p.Stages.List) != 1):
				t.Errorf("%v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}
