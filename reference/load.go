package reference

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/connectplus/preflight/internal/nearest"
	"github.com/connectplus/preflight/internal/words"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/validate"
)

// Load reads a list from files, whose values are taken together.
//
// A file has one column, with a header or without; of one with several columns
// FILE#COLUMN names one by its header. Any text that can be judged can be a
// list: compressed, with a byte order mark, with quotes. Values are trimmed,
// blank ones are left out.
//
// Errors: a file cannot be read, is not a list, or holds no value; a row of it
// has more cells than the header, since a list that is not whole accuses the
// innocent. The message begins with the name of the file.
func Load(ctx context.Context, name string, files []string) (*Set, error) {
	var parts []*part
	defer func() {
		for _, p := range parts {
			p.close()
		}
	}()
	most := int64(0)
	for _, f := range files {
		p, err := open(f)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
		if err := p.count(ctx); err != nil {
			return nil, err
		}
		most += p.rows + 1
	}
	s := newSet(name, most)
	for _, p := range parts {
		before := s.n
		if err := p.fill(ctx, s); err != nil {
			return nil, err
		}
		if p.filled == 0 && s.n == before {
			return nil, fmt.Errorf("%s: the list holds no values", p.name)
		}
	}
	return s, nil
}

// A part is one file of a list.
type part struct {
	name   string
	file   *os.File
	source *table.Source
	column int  // 0-based
	header bool // the first row names the column
	rows   int64
	filled int64 // values that are not blank
}

// open opens FILE, or FILE#COLUMN where no file has that whole name.
func open(spec string) (*part, error) {
	path, column := spec, ""
	if _, err := os.Stat(spec); errors.Is(err, fs.ErrNotExist) {
		if at := strings.LastIndexByte(spec, '#'); at > 0 {
			path, column = spec[:at], spec[at+1:]
		}
	}
	p := &part{name: path}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a file")
	}
	if err == nil {
		p.file, err = os.Open(path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %s", path, bare(err, path))
	}
	if p.source, err = table.Open(path, p.file, info.Size(), table.Options{}); err == nil {
		err = p.choose(column)
	}
	if err != nil {
		p.close()
		return nil, fmt.Errorf("%s: %s", path, bare(err, path))
	}
	return p, nil
}

func (p *part) close() {
	if p.source != nil {
		_ = p.source.Close()
	}
	_ = p.file.Close()
}

// bare words an error without the path that the sentence begins with.
func bare(err error, path string) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return strings.TrimPrefix(err.Error(), path+": ")
}

// choose finds the column of the list.
func (p *part) choose(column string) error {
	switch s := p.source; {
	case s.NotText != "":
		return fmt.Errorf("is %s, not text; save the list as CSV", words.Article(s.NotText))
	case s.Empty:
		return errors.New("the list is empty")
	case column == "" && len(s.Header) > 1:
		if slices.ContainsFunc(s.Header, coded) { // its first row may be a person's
			return fmt.Errorf("has %s; name the one of the list: %s#COLUMN, below a header", words.Plural(int64(len(s.Header)), "column"), p.name)
		}
		return fmt.Errorf("has %s; name the one of the list: %s#%s",
			words.Plural(int64(len(s.Header)), "column"), p.name, strings.TrimSpace(s.Header[0]))
	case column == "":
		p.header = p.named()
		return nil
	}
	p.header = true
	var headers []string
	for _, h := range p.source.Header {
		headers = append(headers, strings.TrimSpace(h))
	}
	for _, same := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		for j, h := range headers {
			if same(h, strings.TrimSpace(column)) {
				p.column = j
				return nil
			}
		}
	}
	if slices.ContainsFunc(headers, coded) {
		return fmt.Errorf("has no column %q: its first row looks like a value, not like a header", column)
	}
	return fmt.Errorf("has no column %q; the nearest is %s", column, nearest.Always(column, headers))
}

// coded reports whether a cell is a value rather than a header.
func coded(s string) bool { return strings.ContainsAny(s, "0123456789@") }

// sampleRows are looked at to tell a header from a value.
const sampleRows = 50

// named reports whether the first row of a file of one column is its header:
// it has no digit and no @, and most values behind it have one. In doubt it is
// a value: one too many accuses nobody.
func (p *part) named() bool {
	first := strings.TrimSpace(p.source.Header[0])
	if coded(first) {
		return false
	}
	if known[squeezed(first)] {
		return true
	}
	sample, n := p.source.Sample(sampleRows), 0
	for _, row := range sample {
		if coded(row[0]) {
			n++
		}
	}
	return 2*n > len(sample)
}

// known are headers of lists whose values may be words: stores, tenders.
var known = map[string]bool{
	"customer": true, "customerid": true, "mobile": true, "mobilenumber": true, "email": true, "externalid": true, "userid": true,
	"store": true, "stores": true, "storecode": true, "storename": true, "till": true, "tillcode": true, "tillid": true,
	"item": true, "items": true, "itemcode": true, "sku": true, "skucode": true, "product": true, "productcode": true,
	"tender": true, "tenders": true, "tendercode": true, "tendername": true, "paymentmode": true, "mode": true,
	"coupon": true, "couponcode": true, "voucher": true, "vouchercode": true, "card": true, "cardnumber": true,
	"code": true, "name": true, "number": true, "value": true, "id": true, "identifier": true,
}

// squeezed returns the letters of a header, in lower case.
func squeezed(header string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, header)
}

// scan calls visit for every batch, and refuses ragged rows.
func (p *part) scan(ctx context.Context, visit func(worker int, b *table.Batch) error) error {
	err := p.source.Scan(ctx, 0, func(worker int, b *table.Batch) error {
		for i := range b.Faults {
			f := &b.Faults[i]
			if f.Kind == table.FaultOpenQuote {
				return fmt.Errorf("row %d opens a quote that nothing closes", f.Row)
			}
			if f.Kind == table.FaultRagged {
				return fmt.Errorf("row %d has %s, the first row %d; a value that holds the delimiter needs quotes",
					f.Row, words.Plural(int64(f.Cells), "cell"), len(p.source.Header))
			}
		}
		return visit(worker, b)
	})
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("%s: %s", p.name, bare(err, p.name))
	}
	return err
}

// count counts the rows, so that the set is made with room for them: growing it
// would take half as much memory again.
func (p *part) count(ctx context.Context) error {
	var mu sync.Mutex
	return p.scan(ctx, func(_ int, b *table.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		p.rows += int64(b.Len())
		return nil
	})
}

// fill puts the values into the set. Hashing is done side by side; putting the
// hashes of a batch in is done by one worker at a time.
func (p *part) fill(ctx context.Context, s *Set) error {
	if v := validate.Trim([]byte(p.source.Header[p.column])); !p.header && len(v) > 0 {
		var r room
		k := s.key(&r, v)
		s.add(k)
		s.spell(k, v)
		s.forms[formOf(v)] = true
		p.filled++
	}
	var mu sync.Mutex
	var buffers sync.Map // by worker
	return p.scan(ctx, func(worker int, b *table.Batch) error {
		kept, _ := buffers.LoadOrStore(worker, new([]slot))
		keys := (*kept.(*[]slot))[:0]
		var forms [formCount]bool
		for i := range b.Len() {
			v := validate.Trim(b.Cell(i, p.column))
			if len(v) == 0 {
				continue
			}
			var r room
			keys = append(keys, s.key(&r, v))
			if s.customers {
				forms[formOf(v)] = true
			}
		}
		*kept.(*[]slot) = keys
		mu.Lock()
		defer mu.Unlock()
		for _, k := range keys {
			s.add(k)
		}
		p.filled += int64(len(keys))
		for f, seen := range forms {
			s.forms[f] = s.forms[f] || seen
		}
		if s.spelled != nil {
			for i := range b.Len() {
				if v := validate.Trim(b.Cell(i, p.column)); len(v) > 0 {
					var r room
					s.spell(s.key(&r, v), v)
				}
			}
		}
		return nil
	})
}

// Of makes a list of values, for tests and for lists that are in memory.
func Of(name string, values ...string) *Set {
	s := newSet(name, int64(len(values)))
	for _, text := range values {
		v := validate.Trim([]byte(text))
		if len(v) == 0 {
			continue
		}
		var r room
		k := s.key(&r, v)
		s.add(k)
		s.spell(k, v)
		s.forms[formOf(v)] = true
	}
	return s
}
