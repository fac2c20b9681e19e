package nlu_test

import (
	"fmt"
	"testing"
)

func TestUnits(t *testing.T) {
	t.Parallel()
	r := reader(t)
	for text, want := range map[string]string{
		"/moi xã Ch'ơm":       "[W20437]",
		"/moi xã Ch’ơm":       "[W20437]",
		"chom":                "[W20437]",
		"xa ch om":            "[W20437]",
		"tragiap":             "[W20929]",
		"xã Trà Giap":         "[W20929]",
		"xã Trà Gíap":         "[W20929]",
		"tình hình Tây Giang": "[D504]",
		"huyện Tay Gang":      "[D504]~",
		"Phước Hoà":           "[W20729]",
		"Phước Hòa":           "[W20729]",
		"xã Lăng":             "[W20449]",
		"làng":                "[]",
		"ba hộ":               "[]",
		"xã ba":               "[W20485]",
		"x. Ba":               "[W20485]",
		"Trà My":              "[] D515 D516 W20899",
		"huyện Trà My":        "[] D515 D516",
		"TT Trà My":           "[W20899]",
		"Bắc Trà My":          "[D515]",
		"Trà Dơn":             "[W20938]",
		"Trà Don":             "[W20956]",
		"tra don":             "[] W20938 W20956",
		"La Êê":               "[W20698]",
		"la dee":              "[W20704]",
		"xã La Dê":            "[] W20698 W20704",
		"xã Trà Lam":          "[]",
		"SYT":                 "[ASYT]",
		"sở lđtbxh":           "[ASLDTBXH]",
		"LĐTBXH":              "[ASLDTBXH]",
		"Sở LĐ-TB&XH":         "[ASLDTBXH]",
		"Sở NN&PTNT":          "[ASNN]",
		"BCH BĐBP":            "[ABCHBP]",
		"UBND xã A Xan":       "[W20443]",
		"Ban Dân tộc":         "[ABDT]",
		"BQL các KKT":         "[ABQLKKT]",
		"Sở Văn hóa, Thể thao và Du lịch": "[ASVHTTDL]",
		"đường Tây Giang":                 "[]",
		"xã nào":                          "[]",
	} {
		mentions, open := r.Units(text)
		keys, mark := []string{}, ""
		for _, m := range mentions {
			keys = append(keys, string(m.Key))
			if !m.Exact {
				mark = "~"
			}
		}
		got := fmt.Sprint(keys) + mark
		for _, a := range open {
			for _, key := range a.Candidates {
				got += " " + string(key)
			}
		}
		if got != want {
			t.Errorf("%q = %s; want %s", text, got, want)
		}
	}
}
