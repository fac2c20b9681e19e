package bot

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// staffTalk is for which unit and year the bot waits for the number of posts.
type staffTalk struct {
	Unit twinning.UnitKey `json:"unit"`
	Year int              `json:"year"`
}

// staff asks for the posts of a unit or takes them: "/bienche", "/bienche 37", "/bienche 37 năm 2026", "/bienche Sở Y tế
// 37".
func (d *Desk) staff(_ context.Context, r *Request) error {
	about := staffTalk{Unit: r.Person.Unit, Year: d.today(r).Year()}
	words := r.Args
	mentions, ambiguous := d.reader.Units(words)
	if len(mentions) > 0 {
		about.Unit = mentions[0].Key
		words = words[:mentions[0].Start] + " " + words[mentions[0].End:]
	}
	posts, year := readStaff(words)
	if year != 0 {
		about.Year = year
	}
	if len(mentions) == 0 && len(ambiguous) > 0 {
		// The number is asked for again, of the unit that is chosen.
		return d.whichUnit(r, ambiguous[0].Candidates, fmt.Sprintf("bc:%%s:%d", about.Year))
	}
	if posts == 0 {
		return d.askStaff(r, about)
	}
	return d.setStaff(r, about, posts)
}

// pressStaff asks for the posts of a unit in a year: "bc:ASYT:2027".
func (d *Desk) pressStaff(_ context.Context, r *Request) error {
	return d.askStaff(r, staffTalk{Unit: twinning.UnitKey(r.Press.Part(0)), Year: d.year(r, 1)})
}

func (d *Desk) askStaff(r *Request, about staffTalk) error {
	u, err := r.Work.Unit(about.Unit)
	if err != nil {
		return wrapStep("staff", err)
	}
	if !r.Work.MayStateStaff(*r.Person, u.Key) {
		return d.notice(r, "staff.not_yours", twinning.Args{{"Unit", twinning.Text(u.Name)}})
	}
	if err := d.converse(r, talkStaff, about); err != nil {
		return err
	}
	args := twinning.Args{{"Unit", twinning.Text(u.Name)}, {"Year", yearText(about.Year)}}
	if n := u.StaffIn(about.Year); n > 0 {
		args.Set("Posts", twinning.Number(n))
	}
	return r.Reply(twinning.Say("staff.ask", args))
}

var (
	yearWord  = regexp.MustCompile(`\b(?:nam|year)?\s*(20\d\d)\b`)
	postsWord = regexp.MustCompile(`^(?:bien che|la|co|bc|:|\s)*(\d{1,3}(?:[.,]\d{3})|\d{1,6})\s*(?:bien che|nguoi|bc|posts)?\s*[.!]?$`)
	// countsPosts begins what follows a number of posts.
	countsPosts = regexp.MustCompile(`^\s*(?:bien che|nguoi|bc|posts)\b`)
)

// readStaff reads "37", "37 biên chế", "37 năm 2026", "2050 biên chế"; posts is 0 when the words state none, year 0 when
// they name none. A lone number is posts.
func readStaff(text string) (posts, year int) {
	words := strings.TrimSpace(plainLetters(text))
	if at := yearAt(words); at != nil {
		year, _ = strconv.Atoi(words[at[2]:at[3]]) // four digits
		words = strings.TrimSpace(words[:at[0]] + " " + words[at[1]:])
	}
	found := postsWord.FindStringSubmatch(words)
	if found == nil {
		return 0, year
	}
	posts, _ = strconv.Atoi(strings.NewReplacer(".", "", ",", "").Replace(found[1])) // digits alone
	return posts, year
}

// yearAt finds the year in the words, and the number itself as its group: one after "năm" before any other, none that
// stands alone or counts posts.
func yearAt(words string) []int {
	var best []int
	for _, at := range yearWord.FindAllStringSubmatchIndex(words, -1) {
		switch {
		case words == words[at[2]:at[3]], countsPosts.MatchString(words[at[3]:]):
		case best == nil, best[0] == best[2] && at[0] < at[2]:
			best = at
		}
	}
	return best
}

// staffAnswer serves the number of posts that was asked for. done is false when the words are plainly something else.
func (d *Desk) staffAnswer(r *Request, c ledger.Conversation) (done bool, err error) {
	var about staffTalk
	if err := decode(c, &about); err != nil {
		return false, err
	}
	posts, year := readStaff(r.Text)
	if posts == 0 {
		if d.elsewhere(r) {
			return false, nil
		}
		return true, r.Reply(twinning.Say("staff.unread", nil))
	}
	if year != 0 {
		about.Year = year
	}
	return true, d.setStaff(r, about, posts)
}

func (d *Desk) setStaff(r *Request, about staffTalk, posts int) error {
	u, err := r.Work.Unit(about.Unit)
	if err != nil {
		return wrapStep("staff", err)
	}
	if !r.Work.MayStateStaff(*r.Person, u.Key) {
		return d.notice(r, "staff.not_yours", twinning.Args{{"Unit", twinning.Text(u.Name)}})
	}
	if err := r.Work.SetStaff(r.Actor(), u.Key, about.Year, posts); err != nil {
		return d.refused(r, wrapStep("staff", err), nil)
	}
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return wrapStep("staff", err)
	}
	if u, err = r.Work.Unit(u.Key); err != nil {
		return wrapStep("staff", err)
	}
	m := twinning.Say("staff.done", twinning.Args{
		{"Unit", twinning.Text(u.Name)}, {"Year", yearText(about.Year)}, {"Count", twinning.Number(posts)}, {"Value", twinning.Number(posts)},
	})
	progress, err := r.Work.Progresses(u, about.Year)
	if err != nil {
		return wrapStep("staff", err)
	}
	for _, p := range progress {
		if p.Target.Per == twinning.PerStaff && p.Known {
			m.Lines = append(m.Lines, p.Line())
		}
	}
	m.Buttons = [][]twinning.Button{{press("button.status", fmt.Sprintf("st:%s:%d", u.Key, about.Year))}}
	return r.Reply(m)
}
