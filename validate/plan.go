package validate

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
)

// A Plan is a set of rules bound to one source. It is used once.
type Plan struct {
	src    *table.Source
	opts   Options
	pass   *Pass
	slots  []*slot
	places map[string]int // rule id → a number

	columns   []*columnPlan
	rowChecks []*rowCheck // by rank
	selectors []*Selector
	groups    []*groupCheck
	uniques   []*uniqueCheck
	joins     []*joinCheck
	joinKeys  []*JoinKey // different ones
	sets      int        // of records that Unique checks need
	faults    [table.FaultEncoding + 1][]*faultCheck
	heads     []*wordCheck[Head]
	files     []*wordCheck[File]

	ranges   [][2]int          // bill-level columns, as runs of neighbours
	trusted  [Single << 1]bool // by facts of a run: whether every group check trusts them
	sum      *[2]int           // columns of the total and of the amounts; nil: none
	distinct []int             // columns of the fact Distinct; nil: the whole row
	clash    []string          // what rules want of the facts that cannot be had together
	codes    []string          // status codes that findings may bring, by slot.code
	rules    int
}

type columnPlan struct {
	index     int
	bill      bool // repeats on every row of a group
	checks    []*cellCheck
	prefilter *prefilter
}

type cellCheck struct {
	*slot
	check *Cell
	bound *CellCheck
}

type rowCheck struct {
	*slot
	bound    *RowCheck
	selector int // in Plan.selectors; -1: all rows
	bit      int // PerGroup: in record.failed; -1: not
}

type groupCheck struct {
	*slot
	trust Facts
	bound *GroupCheck
	row   *RowCheck // a Row check that counts once a group, instead of bound
	bit   int
}

type uniqueCheck struct {
	*slot
	bound *UniqueCheck
	pairs int // in worker.unique: the records of a check with Clash
}

type faultCheck struct {
	*slot
	check *Fault
	pass  *Pass
}

type wordCheck[T any] struct {
	rule *Rule
	run  T
	pass *Pass
}

// Compile binds rules to the columns of a source.
//
// It fails without a template, when the options contradict the source (a mapping
// of another header, a group key that is no field, has no column or is the same
// on all rows), and when rules contradict each other: more than 16 checks of
// groups, or facts about different columns.
func Compile(src *table.Source, rules []*Rule, o Options) (*Plan, error) {
	if o.Template == nil {
		return nil, errors.New("no template to judge by")
	}
	if len(o.Mapping.Fields) != len(src.Header) {
		return nil, fmt.Errorf("the mapping is for %d columns, the file has %d", len(o.Mapping.Fields), len(src.Header))
	}
	if o.Keep == 0 {
		o.Keep = 1000
	}
	chosen := o.GroupBy != nil
	if !chosen {
		o.GroupBy = o.Template.GroupBy
	}
	skipHeading(src, rules, &o)
	p := &Plan{src: src, opts: o, places: map[string]int{}}
	if err := p.bindColumns(chosen); err != nil {
		return nil, err
	}
	for _, r := range rules {
		if !applies(r, o.Template) {
			continue
		}
		if severity, set := o.Severity[r.ID]; !o.Hidden[r.ID] && (!set || severity != Off) {
			p.rules++
		}
		pass := *p.pass
		pass.Params = r.Params
		if v, ok := o.Params[r.ID]; ok {
			pass.Params = v
		}
		for i, c := range r.Checks {
			if join, ok := c.(Join); ok {
				p.bindJoin(r, i, &join, &pass)
				continue
			}
			p.bind(r, c, &pass)
		}
	}
	if len(p.groups) > maxGroupChecks {
		return nil, fmt.Errorf("%d checks judge groups; %d is the most", len(p.groups), maxGroupChecks)
	}
	if len(p.clash) > 0 {
		return nil, errors.New(p.clash[0])
	}
	p.finish()
	return p, nil
}

func applies(r *Rule, t *templates.Template) bool {
	return len(r.Templates) == 0 || slices.ContainsFunc(r.Templates, t.Is)
}

// bindColumns binds columns to fields and finds the group key. That a column of
// the key is missing is an error where the user chose the key; a column that
// the template groups by is mandatory, and a rule says that it is missing.
func (p *Plan) bindColumns(chosen bool) error {
	p.pass = &Pass{Source: p.src, Template: p.opts.Template, Options: &p.opts,
		byField: map[string]int{}, consts: map[string]string{}, shared: &shared{made: map[string]any{}}}
	for k, v := range p.opts.Mapping.Implied {
		p.pass.consts[k] = v
	}
	for k, v := range p.opts.Const {
		p.pass.consts[k] = v
	}
	for i, h := range p.src.Header {
		c := &Column{Index: i, Header: strings.TrimFunc(h, isSpace), Field: p.opts.Mapping.Fields[i]}
		if c.Field != nil {
			p.pass.byField[c.Field.Name] = i
		}
		p.pass.Columns = append(p.pass.Columns, c)
	}
	for _, name := range p.opts.GroupBy {
		if p.opts.Template.Field(name) == nil {
			return fmt.Errorf("group_by: %s has no field %q", p.opts.Template.ID, name)
		}
		if i := p.pass.Column(name); i >= 0 {
			p.pass.key = append(p.pass.key, i)
			p.pass.Columns[i].Key = true
		} else if p.pass.consts[name] == "" {
			if chosen {
				return fmt.Errorf("group_by: no column carries %s", name)
			}
			p.pass.key = nil
			return p.bindDates()
		}
	}
	if len(p.opts.GroupBy) > 0 && len(p.pass.key) == 0 {
		return fmt.Errorf("%s is the same on all rows: they would be one group", strings.Join(p.opts.GroupBy, " and "))
	}
	return p.bindDates()
}

// bindDates settles the layout of each date column: the one that was set, or
// among the default and the year-first layouts that the field takes the one
// that most cells of the sample fit.
func (p *Plan) bindDates() error {
	var sample [][]string
	for _, c := range p.pass.Columns {
		if c.Field == nil || c.Field.Type != templates.Date {
			continue
		}
		c.Candidates = templates.Candidates()
		if p.opts.Layout != nil {
			c.Layout = p.opts.Layout
			continue
		}
		if sample == nil {
			sample = p.src.Sample(200)
		}
		best := -1
		for i, spelling := range c.Field.Layouts {
			l, err := templates.ParseLayout(spelling)
			if err != nil {
				return fmt.Errorf("field %s: %w", c.Field.Name, err)
			}
			if i > 0 && !l.YearFirst() {
				continue
			}
			fits := 0
			for _, row := range sample {
				if _, fit := l.Parse(Trim([]byte(row[c.Index]))); fit == templates.Fits {
					fits++
				}
			}
			if fits > best {
				best, c.Layout = fits, l
			}
		}
	}
	return nil
}

// bind adds one check of a rule.
func (p *Plan) bind(r *Rule, c Check, pass *Pass) {
	switch c := c.(type) {
	case Cell:
		for _, col := range p.pass.Columns {
			if bound := c.Bind(pass, col); bound != nil {
				for len(p.columns) <= col.Index {
					p.columns = append(p.columns, &columnPlan{index: len(p.columns)})
				}
				s := p.slot(r, bound.Severity, col.Index, true, bound.Conclude)
				p.columns[col.Index].checks = append(p.columns[col.Index].checks, &cellCheck{s, &c, bound})
			}
		}
	case Row:
		for _, bound := range c(pass) {
			if bound == nil {
				continue
			}
			k := &rowCheck{slot: p.slot(r, bound.Severity, bound.Column, false, bound.Conclude), bound: bound, selector: -1, bit: -1}
			if bound.Suspects != nil {
				k.selector = slices.Index(p.selectors, bound.Suspects)
				if k.selector < 0 {
					k.selector = len(p.selectors)
					p.selectors = append(p.selectors, bound.Suspects)
				}
			}
			if bound.PerGroup && p.pass.Grouped() {
				k.groups, k.bit = true, len(p.groups)
				p.groups = append(p.groups, &groupCheck{slot: k.slot, row: bound, bit: k.bit})
			}
			p.rowChecks = append(p.rowChecks, k)
		}
	case Group:
		if !p.pass.Grouped() {
			return
		}
		if bound := c(pass); bound != nil {
			k := &groupCheck{slot: p.slot(r, bound.Severity, -1, false, bound.Conclude), trust: bound.Trust, bound: bound, bit: len(p.groups)}
			k.groups, k.fix = !bound.PerRow, bound.Fix
			p.groups = append(p.groups, k)
			if bound.Sum != nil {
				if p.sum != nil && *p.sum != *bound.Sum {
					p.clash = append(p.clash, r.ID+" sums other columns than another rule")
				}
				p.sum = bound.Sum
			}
			if bound.Distinct != nil {
				if p.distinct != nil && !slices.Equal(p.distinct, bound.Distinct) {
					p.clash = append(p.clash, r.ID+" tells rows apart by other columns than another rule")
				}
				p.distinct = bound.Distinct
			}
		}
	case Unique:
		for _, bound := range c(pass) {
			column := -1
			if len(bound.Columns) > 0 {
				column = bound.Columns[0]
			}
			if bound.Clash != nil {
				column = *bound.Clash
			}
			u := &uniqueCheck{slot: p.slot(r, bound.Severity, column, true, nil), bound: bound}
			u.fix = bound.Fix
			p.uniques = append(p.uniques, u)
		}
	case Fault:
		s := p.slot(r, c.Severity, -1, false, nil)
		s.fix = c.Fix
		for _, kind := range c.Kinds {
			p.faults[kind] = append(p.faults[kind], &faultCheck{s, &c, pass})
		}
	case Head:
		p.heads = append(p.heads, &wordCheck[Head]{r, c, pass})
	case File:
		p.files = append(p.files, &wordCheck[File]{r, c, pass})
	}
}

// finish settles what depends on all checks: prefilters and the order of rows.
func (p *Plan) finish() {
	slices.SortStableFunc(p.rowChecks, func(a, b *rowCheck) int { return cmp.Compare(a.bound.Rank, b.bound.Rank) })
	for facts := range p.trusted {
		p.trusted[facts] = !slices.ContainsFunc(p.groups, func(k *groupCheck) bool { return k.row == nil && k.trust&Facts(facts) == 0 })
	}
	p.sets = len(p.uniques)
	for _, u := range p.uniques {
		if u.bound.Clash != nil {
			u.pairs = p.sets
			p.sets++
		}
	}
	for _, c := range p.pass.Columns {
		for len(p.columns) <= c.Index {
			p.columns = append(p.columns, &columnPlan{index: len(p.columns)})
		}
		k := p.columns[c.Index]
		slices.SortStableFunc(k.checks, func(a, b *cellCheck) int { return cmp.Compare(a.check.Rank, b.check.Rank) })
		k.prefilter = prefilterFor(c, k.checks)
		k.bill = p.pass.Grouped() && (c.Key || c.Field != nil && c.Field.Level == templates.Bill)
		if !k.bill {
			continue
		}
		if n := len(p.ranges); n > 0 && p.ranges[n-1][1] == c.Index-1 {
			p.ranges[n-1][1] = c.Index
		} else {
			p.ranges = append(p.ranges, [2]int{c.Index, c.Index})
		}
	}
}
