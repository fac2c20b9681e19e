package nlu_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"ketnghia/twinning"
)

func TestTry(t *testing.T) {
	name := os.Getenv("TRY")
	if name == "" {
		t.Skip()
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	r := reader(t)
	ref, _ := twinning.ParseDate("2026-03-18")
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		x := r.Read(sc.Text(), ref)
		x.Facts.Summary = ""
		b, _ := json.Marshal(x.Facts)
		fmt.Printf("%s\n   %s/%v %s", sc.Text(), x.Intent, x.Certain, b)
		for _, u := range x.Units {
			fmt.Printf(" %s", u.Key)
			if !u.Exact {
				fmt.Print("~")
			}
		}
		for _, u := range x.Ambiguous {
			fmt.Printf(" AMB%v", u)
		}
		if x.Each != nil {
			fmt.Printf(" each=%+v", *x.Each)
		}
		for _, w := range x.Warnings {
			fmt.Printf(" !%s(%s)", w.Code, w.Text)
		}
		if q, ok := r.Question(sc.Text(), ref); ok {
			fmt.Printf(" Q=%+v", q)
		}
		fmt.Println()
	}
}
