package rules

import (
	"bytes"

	"github.com/connectplus/preflight/validate"
)

// RepeatedInRow reports numbered columns of a row that say the same.
var RepeatedInRow = register(validate.Rule{
	ID: "repeated-in-row", Title: "Numbered columns of a row repeat a value", Severity: validate.Error, Since: "0.2.0",
	Doc: `
Two numbered columns that must differ hold the same value in one row, such as one language
for both languageCode1 and languageCode2.

The platform keeps one text for each language: it refuses the row, or one text takes the
place of the other.

Write the right code over the second text, or leave the cells of that text blank.
`,
	Prevents: []string{"reward:400", "profile-information-missing"},
	Sources:  []string{rewardsAPI},
	Examples: []validate.Example{
		{Name: "English twice", Template: "rewards-update", Text: "rewardId,brandId,languageCode1,name1,languageCode2,name2\n1,2,en,Mug,en,Tasse\n",
			Want: []string{`2:languageCode2: repeated-in-row: "en" stands in column languageCode1 of the row already`}},
		{Name: "two languages, and one", Template: "rewards-update", Text: "rewardId,brandId,languageCode1,name1,languageCode2,name2\n1,2,en,Mug,de,Tasse\n3,2,en,Cup,,\n"},
	},
	Checks: []validate.Check{validate.Row(func(p *validate.Pass) []*validate.RowCheck {
		var checks []*validate.RowCheck
		series := map[string][]*validate.Column{}
		for _, c := range p.Columns {
			if c.Field == nil || !c.Field.Has("unique_within_row") {
				continue
			}
			name := c.Field.Series()
			if before := series[name]; len(before) > 0 {
				checks = append(checks, repeatCheck(c, before))
			}
			series[name] = append(series[name], c)
		}
		return checks
	})},
})

// repeatCheck wants the cell of a column to differ from those of others, in more
// than case.
func repeatCheck(c *validate.Column, others []*validate.Column) *validate.RowCheck {
	own := validate.Value{Column: c.Index}
	twin := func(r validate.RowView) *validate.Column {
		cell := r.Get(own)
		for _, o := range others {
			if len(cell) > 0 && bytes.EqualFold(cell, r.Get(validate.Value{Column: o.Index})) {
				return o
			}
		}
		return nil
	}
	return &validate.RowCheck{
		Column: c.Index, Rank: validate.Meaning,
		OK: func(r validate.RowView) bool { return twin(r) == nil },
		Describe: func(r validate.RowView) validate.Detail {
			return validate.Detail{Message: "{value} stands in column " + twin(r).Header + " of the row already"}
		},
	}
}
