package programme_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/programme"
	"ketnghia/twinning"
)

func TestDirectoryFind(t *testing.T) {
	t.Parallel()
	d := programme.NewDirectory(units1100(t))
	tests := map[string]string{
		"xa dac pre":                      "W20716",
		"W20437":                          "W20437",
		"w20437":                          "W20437",
		"20437":                           "W20437",
		"Xã Ch'ơm":                        "W20437",
		"xã Ch’ơm":                        "W20437",
		"XA CHOM":                         "W20437",
		"  Ch'ơm ":                        "W20437",
		"UBND xã Ch'ơm":                   "W20437",
		"Ủy ban nhân dân huyện Tây Giang": "D504",
		"tay giang":                       "D504",
		"H. Tây Giang":                    "D504",
		"Xã Bha Lê":                       "W20458",
		"TP Tam Kỳ":                       "D502",
		"TX. Điện Bàn":                    "D507",
		"Sở Y tế":                         "ASYT",
		"so y te":                         "ASYT",
		"Sở Lao động, Thương binh và Xã hội": "ASLDTBXH",
		"Ban Dân tộc":                  "ABDT",
		"Văn phòng UBND tỉnh":          "AVPUB",
		"UBND tỉnh Quảng Nam":          "P49",
		"Thị trấn Trà My":              "W20899",
		"Bắc Trà My":                   "D515",
		"Trà My":                       "D515 W20899 D516",
		"Huyện Trà My":                 "D515 D516",
		"Trà Don":                      "W20956",
		"Trà Dơn":                      "W20938",
		"Tra Don":                      "W20938 W20956",
		"Xã Trà Nam, huyện Nam Trà My": "W20953",
		"Trà Nam (Nam Trà My)":         "W20953",
		"Xã Trà Nam, huyện Tây Giang":  "none",
		"Xã Tư":                        "W20482",
		"Tư":                           "W20482",
		"Huyện Tư":                     "none",
		"Đa\u0323i Lo\u0323\u0302c":    "D506",
		"Sở Ma":                        "none",
		"":                             "none",
		"xã":                           "none",
		"'":                            "none",
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			u, err := d.Find(text)
			got := string(u.Key)
			var ambiguous *programme.AmbiguousError
			switch {
			case errors.As(err, &ambiguous):
				var keys []string
				for _, c := range ambiguous.Candidates {
					keys = append(keys, string(c.Key))
				}
				got = strings.Join(keys, " ")
			case errors.Is(err, twinning.ErrNotFound):
				got = "none"
			case err != nil:
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
