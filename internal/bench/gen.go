package main

import (
	"bufio"
	"errors"
	"io"
	"math/bits"
	"strconv"
)

// header lists the columns in file order.
const header = "bill_number,bill_date,store_code,identifier_type,identifier_value," +
	"source,type,bill_amount,gross_amount,bill_discount,serial,item_code,item_description," +
	"qty,rate,gross_value,line_discount,line_amount"

// Defect kinds, injected round-robin when -dirty is above zero.
const (
	badDate    = iota // bill_date in another format, or no real calendar day
	badAmount         // bill_amount that is not a decimal number
	negAmount         // line_amount with a minus sign
	badEnum           // type outside the set
	dupRow            // an exact copy of an earlier row
	dupBill           // a whole earlier bill repeated under another date
	badTotal          // bill_amount one cent off the sum of its lines
	shortRow          // last field missing
	badQty            // quantity empty
	numDefects        // number of kinds
)

// rng is splitmix64, kept here so that the bytes never change with the Go
// release.
type rng struct{ s uint64 }

func (r *rng) next() uint64 {
	r.s += 0x9e3779b97f4a7c15
	z := r.s
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

// intn returns a number in [0, n).
func (r *rng) intn(n int) int {
	hi, _ := bits.Mul64(r.next(), uint64(n))
	return int(hi)
}

var (
	firstNames = []string{"asha", "ravi", "meera", "john", "lakshmi", "omar", "wei", "sofia", "arjun", "fatima", "chen", "maria", "nikhil", "priya", "daniel", "grace"}
	lastNames  = []string{"kumar", "sharma", "iyer", "smith", "khan", "tan", "garcia", "lim", "patel", "rao", "das", "wong"}
	domains    = []string{"example.com", "example.org", "mail.example.net"}
	adjectives = []string{"Organic", "Classic", "Premium", "Kids", "Mens", "Ladies", "Fresh", "Frozen", "Instant", "Value", "Deluxe", "Mini"}
	nouns      = []string{"Basmati Rice", "Cotton Shirt", "Denim Jeans", "Olive Oil", "Green Tea", "Running Shoe", "Face Wash", "Notebook", "Water Bottle", "Dark Chocolate", "Phone Case", "Bath Towel", "Café Blend", "Jalapeño Dip"}
	sizes      = []string{"500 g", "1 kg", "XL", "M", "250 ml", "2 L", "Pack of 3", "Size 9"}
	sources    = []string{"INSTORE", "ECOMMERCE", "WEBSITE", "TMALL"}
	types      = []string{"REGULAR", "NOT_INTERESTED"}
	badDates   = []string{"31/12/2024", "2024-13-01", "2024-02-30", "2024-1-5", "20240115", "2023-02-29", "yesterday", ""}
	badAmounts = []string{"12.3.4", "1,234.50", "abc", "1e5", "$10.00", "10.", "--5", "NaN"}
)

// item is an entry of the generated catalogue.
type item struct {
	code string
	name string // as written in the file, quoted where needed
	rate int64  // cents
}

func catalogue(r *rng, n int) []item {
	items := make([]item, n)
	for i := range items {
		name := adjectives[r.intn(len(adjectives))] + " " + nouns[r.intn(len(nouns))]
		switch k := r.intn(1000); {
		case k < 120: // comma, so quoted
			name = `"` + name + ", " + sizes[r.intn(len(sizes))] + `"`
		case k < 160: // escaped quote
			name = `"` + name + ` 12"" round"`
		case k < 180: // quoted without need
			name = `"` + name + `"`
		}
		items[i] = item{
			code: "A" + strconv.Itoa(100000+i*7),
			name: name,
			rate: int64(r.intn(99900) + 100),
		}
	}
	return items
}

// bill holds what the rows of one bill share.
type bill struct {
	number   int
	day      int
	store    int
	customer int
	source   int
	typ      int
	lines    []line
}

type line struct {
	item     int
	qty      int
	amount   int64
	discount int64
	wrap     bool // newline inside the item name
}

type config struct {
	rows    int
	seed    uint64
	from    int // day of the first bill, counted from 2023-01-01
	dirty   int
	shuffle float64
	wrap    bool // one description in 5,000 holds a line break
}

type generator struct {
	cfg    config
	r      rng
	items  []item
	rows   int // data rows made so far
	bills  int
	every  int // a defect is injected about every this many rows; 0 for none
	due    int
	kind   int
	recent []bill // some earlier bills, for duplicates
	buf    []byte
}

// days since 2023-01-01 as YYYY-MM-DD.
func appendDay(dst []byte, day int) []byte {
	y := 2023
	for {
		n := 365
		if y%4 == 0 {
			n = 366
		}
		if day < n {
			break
		}
		day -= n
		y++
	}
	months := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	if y%4 == 0 {
		months[1] = 29
	}
	m := 0
	for day >= months[m] {
		day -= months[m]
		m++
	}
	dst = strconv.AppendInt(dst, int64(y), 10)
	dst = append(dst, '-', byte('0'+(m+1)/10), byte('0'+(m+1)%10), '-')
	return append(dst, byte('0'+(day+1)/10), byte('0'+(day+1)%10))
}

// appendCents writes v as a decimal with two digits; nothing off is a plain 0,
// as in most real exports.
func appendCents(dst []byte, v int64) []byte {
	if v == 0 {
		return append(dst, '0')
	}
	if v < 0 {
		dst = append(dst, '-')
		v = -v
	}
	dst = strconv.AppendInt(dst, v/100, 10)
	return append(dst, '.', byte('0'+v/10%10), byte('0'+v%10))
}

func appendPad(dst []byte, v, width int) []byte {
	var b [20]byte
	s := strconv.AppendInt(b[:0], int64(v), 10)
	for n := width - len(s); n > 0; n-- {
		dst = append(dst, '0')
	}
	return append(dst, s...)
}

// row describes the changes one defect makes to one row.
type row struct {
	date, amount, typ string
	neg, short, noQty bool
	delta             int64
}

func (g *generator) appendRow(dst []byte, b *bill, n int, o row) []byte {
	l := &b.lines[n]
	it := &g.items[l.item]
	var gross, net int64
	for i := range b.lines {
		gross += b.lines[i].amount + b.lines[i].discount
		net += b.lines[i].amount
	}
	dst = append(dst, 'B')
	dst = appendPad(dst, b.number, 8)
	dst = append(dst, ',')
	if o.date != "\x00" {
		dst = append(dst, o.date...)
	} else {
		dst = appendDay(dst, b.day)
	}
	dst = append(dst, ",ST"...)
	dst = appendPad(dst, b.store, 4)
	dst = append(dst, ',')
	switch { // nobody stands behind a NOT_INTERESTED bill; one customer in five gave an email only
	case types[b.typ] != "REGULAR":
		dst = append(dst, ',')
	case b.customer%5 == 4:
		dst = append(dst, "email,"...)
		dst = append(dst, firstNames[b.customer%len(firstNames)]...)
		dst = append(dst, '.')
		dst = append(dst, lastNames[b.customer%len(lastNames)]...)
		dst = strconv.AppendInt(dst, int64(b.customer%1000), 10)
		dst = append(dst, '@')
		dst = append(dst, domains[b.customer%len(domains)]...)
	default:
		dst = append(dst, "mobile,91"...)
		dst = strconv.AppendInt(dst, 7000000000+int64(b.customer)*131, 10)
	}
	dst = append(dst, ',')
	dst = append(dst, sources[b.source]...)
	dst = append(dst, ',')
	if o.typ != "" {
		dst = append(dst, o.typ...)
	} else {
		dst = append(dst, types[b.typ]...)
	}
	dst = append(dst, ',')
	if o.amount != "" {
		dst = append(dst, quote(o.amount)...)
	} else {
		dst = appendCents(dst, net+o.delta)
	}
	dst = append(dst, ',')
	dst = appendCents(dst, gross)
	dst = append(dst, ',')
	dst = appendCents(dst, gross-net)
	dst = append(dst, ',')
	dst = strconv.AppendInt(dst, int64(n+1), 10)
	dst = append(dst, ',')
	dst = append(dst, it.code...)
	dst = append(dst, ',')
	if l.wrap {
		dst = append(dst, "\"Gift box\ncontents, mixed\""...)
	} else {
		dst = append(dst, it.name...)
	}
	dst = append(dst, ',')
	if !o.noQty {
		dst = strconv.AppendInt(dst, int64(l.qty), 10)
	}
	dst = append(dst, ',')
	dst = appendCents(dst, it.rate)
	dst = append(dst, ',')
	dst = appendCents(dst, l.amount+l.discount)
	dst = append(dst, ',')
	dst = appendCents(dst, l.discount)
	if !o.short {
		dst = append(dst, ',')
		if o.neg {
			dst = append(dst, '-')
		}
		dst = appendCents(dst, l.amount)
	}
	return append(dst, '\n')
}

func quote(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] == ',' || s[i] == '"' || s[i] == '\n' {
			return `"` + s + `"`
		}
	}
	return s
}

func (g *generator) newBill() bill {
	r := &g.r
	b := bill{
		number:   10000000 + g.bills,
		day:      g.cfg.from + min(g.bills*87/max(g.cfg.rows/3, 1), 87) + r.intn(3),
		store:    r.intn(400) + 1,
		customer: r.intn(max(g.cfg.rows/10, 50)),
		source:   min(r.intn(8), 3),
		typ:      max(r.intn(20)-18, 0),
	}
	b.source = [...]int{0, 0, 0, 1, 2, 3}[min(b.source+r.intn(3), 5)]
	g.bills++
	n := 1 + r.intn(5) // 1..5, three on average
	b.lines = make([]line, n)
	for i := range b.lines {
		it := r.intn(len(g.items)/8)*8 + i // never the same item twice in a bill
		q := 1
		if k := r.intn(10); k > 6 {
			q = k - 5
		}
		full := int64(q) * g.items[it].rate
		var d int64
		if r.intn(4) == 0 {
			d = full * int64(5*(1+r.intn(6))) / 100
		}
		b.lines[i] = line{item: it, qty: q, amount: full - d, discount: d, wrap: r.intn(5000) == 0 && g.cfg.wrap}
	}
	return b
}

// emit appends the rows of the next bill, with a defect where one is due, and
// calls put for each row.
func (g *generator) emit(put func([]byte) error) error {
	b := g.newBill()
	if left := g.cfg.rows - g.rows; len(b.lines) > left {
		b.lines = b.lines[:left]
	}
	clean := row{date: "\x00"}
	defect := -1
	if g.every > 0 && g.due < g.cfg.dirty && g.rows >= (g.due+1)*g.every {
		defect = g.kind
		left := g.cfg.rows - g.rows - len(b.lines)
		switch {
		case defect == dupRow && left < 1, defect == dupBill && (left < 5 || len(g.recent) == 0):
			defect = badDate
		}
		g.kind = (g.kind + 1) % numDefects
		g.due++
	}
	at := g.r.intn(len(b.lines))
	for i := range b.lines {
		o := clean
		switch defect {
		case badTotal: // every row of the bill carries the same wrong total
			o.delta = 1
		}
		if i == at {
			switch defect {
			case badDate:
				o.date = badDates[g.r.intn(len(badDates))]
			case badAmount:
				o.amount = badAmounts[g.r.intn(len(badAmounts))]
			case negAmount:
				o.neg = true
			case badEnum:
				o.typ = "REGULR"
			case shortRow:
				o.short = true
			case badQty:
				o.noQty = true
			}
		}
		g.buf = g.appendRow(g.buf[:0], &b, i, o)
		if err := put(g.buf); err != nil {
			return err
		}
		g.rows++
	}
	switch defect {
	case dupRow:
		g.buf = g.appendRow(g.buf[:0], &b, at, clean)
		if err := put(g.buf); err != nil {
			return err
		}
		g.rows++
	case dupBill:
		old := g.recent[g.r.intn(len(g.recent))]
		old.day += 5
		for i := range old.lines {
			g.buf = g.appendRow(g.buf[:0], &old, i, clean)
			if err := put(g.buf); err != nil {
				return err
			}
			g.rows++
		}
	}
	if defect < 0 && g.r.intn(50) == 0 { // remember some clean bills
		if len(g.recent) < 1000 {
			g.recent = append(g.recent, b)
		} else {
			g.recent[g.r.intn(len(g.recent))] = b
		}
	}
	return nil
}

// generate writes a file of sales to w: about three rows a bill and 135 bytes a
// row. The same config always gives the same bytes.
func generate(cfg config, w io.Writer) error {
	if cfg.rows < 1 || cfg.dirty < 0 || cfg.shuffle < 0 || cfg.shuffle > 1 {
		return errors.New("rows must be above 0, dirty at least 0 and shuffle between 0 and 1")
	}
	g := &generator{cfg: cfg, r: rng{cfg.seed}}
	g.items = catalogue(&g.r, 20000)
	if cfg.dirty > 0 {
		g.every = cfg.rows / (cfg.dirty + 1)
		if g.every < 10 {
			return errors.New("at most one defect for ten rows")
		}
	}
	out := bufio.NewWriterSize(w, 1<<20)
	out.WriteString(header)
	out.WriteByte('\n')

	put := func(b []byte) error { _, err := out.Write(b); return err }
	// Displaced rows wait in a pool and come out later, far from their bill.
	var pool [][]byte
	pr := rng{cfg.seed ^ 0xabcdef}
	if cfg.shuffle > 0 {
		limit := uint64(cfg.shuffle * (1 << 32))
		put = func(b []byte) error {
			if pr.next()>>32 < limit {
				c := append([]byte(nil), b...)
				if len(pool) < 20000 {
					pool = append(pool, c)
					return nil
				}
				k := pr.intn(len(pool))
				pool[k], c = c, pool[k]
				_, err := out.Write(c)
				return err
			}
			_, err := out.Write(b)
			return err
		}
	}
	for g.rows < cfg.rows {
		if err := g.emit(put); err != nil {
			return err
		}
	}
	for _, b := range pool {
		if _, err := out.Write(b); err != nil {
			return err
		}
	}
	return out.Flush()
}
