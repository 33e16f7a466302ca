// Command bench measures preflight against two floors on one file: counting
// its line ends with two goroutines, and encoding/csv merely reading it.
//
// The three run in turn, as processes of their own, so that a change of the
// machine's speed meets all of them; what is compared are ratios within one
// run. The file is made first, the same bytes each time.
//
//	go run ./internal/bench -rows 500000,5000000 -preflight bin/preflight
package main

import (
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	rows := flag.String("rows", "1,100000,500000,5000000", "data rows of the files; one worker is measured on the last")
	shuffle := flag.Float64("shuffle", 0, "share of rows, 0 to 1, moved away from their bill")
	dirty := flag.Int("dirty", 0, "defects, at most one for ten rows")
	runs := flag.Int("n", 5, "runs of each program, after one that does not count")
	program := flag.String("preflight", "bin/preflight", "the program to measure")
	file := flag.String("file", os.Getenv("PREFLIGHT_BENCH_FILE"), "an existing file instead of a made one")
	floor := flag.String("floor", "", "internal: be one of the floors, newlines or csv")
	write := flag.String("write", "", "only write the file, to this path; with .xlsx at its end, as a workbook")
	books := flag.Int("workbook", 0, "data rows of a workbook to measure, instead of text")
	flag.Parse()
	var err error
	switch {
	case *floor == "newlines":
		err = newlines(*file)
	case *floor == "csv":
		err = standard(*file)
	case *books > 0:
		err = benchWorkbook(*program, *runs, config{rows: *books, seed: 1, dirty: *dirty, shuffle: *shuffle, from: august2026})
	default:
		err = measure(*file, *program, *write, *runs, *rows, config{seed: 1, dirty: *dirty, shuffle: *shuffle, from: august2026})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// measure runs the benchmark on an existing file, or on files of each number of
// rows, which it makes and removes; with write it only makes the file.
func measure(file, program, write string, runs int, rows string, cfg config) error {
	if file != "" {
		return bench(file, program, runs, true)
	}
	sizes := strings.Split(rows, ",")
	for i, size := range sizes {
		var err error
		if cfg.rows, err = strconv.Atoi(size); err != nil {
			return fmt.Errorf("-rows: %q is no number", size)
		}
		last := i == len(sizes)-1
		if write != "" {
			if !last {
				continue
			}
			return makeFile(write, cfg)
		}
		path := filepath.Join(os.TempDir(), fmt.Sprintf("preflight-bench-%d.csv", os.Getpid()))
		defer os.Remove(path)
		if err := makeFile(path, cfg); err != nil {
			return err
		}
		fmt.Printf("%d rows: ", cfg.rows)
		if err := bench(path, program, runs, last); err != nil {
			return err
		}
		fmt.Println()
	}
	return nil
}

// august2026 is the day of the first bill, in days since 2023-01-01.
var august2026 = int(time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC).Sub(time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)).Hours() / 24)

// bench compares preflight with the floors on one file; single adds preflight
// with one worker.
func bench(file, program string, runs int, single bool) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	check := []string{program, "check", file, "--isolated", "--today", "2026-11-21", "--format", "json", "--fail-on", "never"}
	programs := []contender{
		{name: "preflight check, all rules", args: check},
		{name: "count line ends, 2 goroutines", args: []string{self, "-floor", "newlines", "-file", file}},
		{name: "encoding/csv, reading only", args: []string{self, "-floor", "csv", "-file", file}},
	}
	if single {
		programs = append(programs, contender{name: "preflight check -j 1", args: append(check[:len(check):len(check)], "-j", "1")})
	}
	fmt.Printf("%.1f MB; %d runs of each, in turn\n", float64(info.Size())/1e6, runs)
	return compare(os.Stdout, programs, runs)
}

func makeFile(path string, cfg config) error {
	if text, ok := strings.CutSuffix(path, ".xlsx"); ok {
		defer os.Remove(text)
		if err := makeFile(text, cfg); err != nil {
			return err
		}
		return writeWorkbook(text, path)
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := generate(cfg, f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// newlines counts line ends as fast as two goroutines can read.
func newlines(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	const block = 1 << 20
	var next, total atomic.Int64
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			buf := make([]byte, block)
			for {
				n, err := f.ReadAt(buf, (next.Add(1)-1)*block)
				total.Add(int64(count(buf[:n])))
				if err != nil {
					return
				}
			}
		})
	}
	group.Wait()
	fmt.Println(total.Load())
	return nil
}

// standard reads the file with encoding/csv and does nothing with it.
func standard(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	rows := 0
	for {
		if _, err := r.Read(); err == io.EOF {
			fmt.Println(rows)
			return nil
		} else if err != nil {
			return err
		}
		rows++
	}
}
