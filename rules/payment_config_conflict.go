package rules

import (
	"slices"
	"strings"

	"github.com/connectplus/preflight/validate"
)

// PaymentConfigConflict reports rewards that are paid in ways that exclude each
// other.
var PaymentConfigConflict = register(validate.Rule{
	ID: "payment-config-conflict", Title: "Reward paid in ways that exclude each other", Severity: validate.Error, Since: "0.2.0",
	Templates: rewardTemplates,
	Doc: `
A reward is paid with intouchPoints or by a payment configuration, and a file holds
rewards of one sort only. CONV_RATIO goes with the redemption types MILES, CASH_WALLET
and CHARITY; neither it nor FREE goes with points or cash.

The platform refuses the reward.

Put rewards with points and rewards with a configuration into files of their own, and
correct the payment mode.
`,
	Prevents: []string{"reward:400"},
	Sources:  []string{rewardsAPI},
	Examples: []validate.Example{
		{Name: "points and a configuration", Template: "rewards-create", Text: "brandId,intouchPoints,paymentConfigs.paymentMode,paymentConfigs.cash\n3,100,CASH,10\n",
			Want: []string{`2:intouchPoints: payment-config-conflict: "100" stands beside a payment configuration; a reward takes one of the two`}},
		{Name: "a ratio for a gift card", Template: "rewards-create", Text: "brandId,paymentConfigs.paymentMode,paymentConfigs.conversionRatio,redemptionType\n3,CONV_RATIO,0.5,GIFT_CARD\n",
			Want: []string{`2:paymentConfigs.paymentMode: payment-config-conflict: "CONV_RATIO" goes with the redemption types MILES, CASH_WALLET and CHARITY, not GIFT_CARD`}},
		{Name: "rewards of both sorts in one file", Template: "rewards-create", Text: "brandId,intouchPoints,paymentConfigs.paymentMode,paymentConfigs.cash\n3,100,,\n3,,CASH,10\n",
			Want: []string{`1:intouchPoints: payment-config-conflict: some rewards of the file are paid with intouchPoints, others by a payment configuration`}},
		{Name: "by configuration", Template: "rewards-create", Text: "brandId,intouchPoints,paymentConfigs.paymentMode,paymentConfigs.conversionRatio,redemptionType\n3,,CONV_RATIO,0.5,MILES\n"},
	},
	Checks: []validate.Check{
		validate.Head(rewardsOfBothSorts),
		row(pointsBesideConfig),
		row(modeBesideOthers),
	},
})

// rewardTemplates are those of payment-config-conflict.
var rewardTemplates = []string{"rewards-create", "rewards-update"}

// pointsPayment is how many points a reward costs without a configuration.
const pointsPayment = "intouchPoints"

// paymentConfig are the fields of a payment configuration.
var paymentConfig = []string{"paymentConfigs.paymentMode", "paymentConfigs.points", "paymentConfigs.cash", "paymentConfigs.conversionRatio"}

// configColumns lists the columns of the file that carry a payment configuration.
func configColumns(p *validate.Pass) []int {
	var columns []int
	for _, name := range paymentConfig {
		if c := p.Column(name); c >= 0 {
			columns = append(columns, c)
		}
	}
	return columns
}

// rewardsOfBothSorts looks at the head of the file; files of rewards are short.
func rewardsOfBothSorts(p *validate.Pass, report func(validate.Detail)) {
	points, columns := p.Column(pointsPayment), configColumns(p)
	if points < 0 || len(columns) == 0 {
		return
	}
	var withPoints, withConfig bool
	for _, row := range p.Source.Sample(sampleRows) {
		filled := func(c int) bool { return strings.TrimSpace(row[c]) != "" }
		switch pays, configured := filled(points), slices.ContainsFunc(columns, filled); {
		case pays && configured:
			return // a finding of its row
		case pays:
			withPoints = true
		case configured:
			withConfig = true
		}
	}
	if withPoints && withConfig {
		report(validate.Detail{Row: headerRow(p.Source), Column: points + 1, Fix: &validate.Fix{Title: "put them into two files"},
			Message: "some rewards of the file are paid with intouchPoints, others by a payment configuration"})
	}
}

func pointsBesideConfig(p *validate.Pass) *validate.RowCheck {
	points, columns := p.Value(pointsPayment), configColumns(p)
	if points.Column < 0 || len(columns) == 0 {
		return nil
	}
	return &validate.RowCheck{
		Column: points.Column, Rank: validate.Meaning,
		OK: func(r validate.RowView) bool { return len(r.Get(points)) == 0 || !anyFilled(r, columns) },
		Describe: func(validate.RowView) validate.Detail {
			return validate.Detail{Message: "{value} stands beside a payment configuration; a reward takes one of the two"}
		},
	}
}

// modeBesideOthers judges the payment mode by the rest of the configuration.
func modeBesideOthers(p *validate.Pass) *validate.RowCheck {
	mode, typ := p.Value("paymentConfigs.paymentMode"), p.Value("redemptionType")
	points, cash := p.Value("paymentConfigs.points"), p.Value("paymentConfigs.cash")
	if mode.Column < 0 {
		return nil
	}
	judge := func(r validate.RowView) string {
		cell := r.Get(mode)
		ratio := spells(cell, []byte("convratio"))
		if !ratio && !spells(cell, []byte("free")) {
			return ""
		}
		for _, v := range []validate.Value{points, cash} {
			if a, blank, ok := r.Amount(v); ok && !blank && !a.IsZero() {
				return "{value} does not go with points or cash, and the reward has an amount of them"
			}
		}
		kind := r.Get(typ)
		if ratio && len(kind) > 0 && !spells(kind, []byte("miles")) && !spells(kind, []byte("cashwallet")) && !spells(kind, []byte("charity")) {
			return "{value} goes with the redemption types MILES, CASH_WALLET and CHARITY, not " + string(kind)
		}
		return ""
	}
	return &validate.RowCheck{
		Column: mode.Column, Rank: validate.Meaning,
		OK:       func(r validate.RowView) bool { return judge(r) == "" },
		Describe: func(r validate.RowView) validate.Detail { return validate.Detail{Message: judge(r)} },
	}
}
