package report_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/connectplus/preflight/codes"
	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/rules"
	"github.com/connectplus/preflight/table"
	"github.com/connectplus/preflight/templates"
	"github.com/connectplus/preflight/validate"
)

// judge is what README.md shows of the library.
func judge(ctx context.Context, w io.Writer, name string, file io.Reader) error {
	source, err := table.OpenReader(name, file, table.Options{})
	if err != nil {
		return err
	}
	defer source.Close()
	template, err := templates.Detect(source.Header, templates.MapOptions{})
	if err != nil {
		return err
	}
	mapping, err := template.Map(source.Header, templates.MapOptions{})
	if err != nil {
		return err
	}
	plan, err := validate.Compile(source, rules.All(), validate.Options{
		Template: template, Mapping: mapping, Refuses: codes.Refuses,
	})
	if err != nil {
		return err
	}
	judged, err := plan.Run(ctx)
	if err != nil {
		return err
	}
	result := &report.Result{Files: []*validate.FileResult{judged}, Rules: rules.All()}
	return report.Formats()[0].Write(w, result, report.Options{})
}

func Example() {
	file := strings.NewReader("Bill No,Bill Date,Mobile,Source,Type,Bill Amount\nB1,2026-11-20,919876500001,Instore,REGULAR,10\n")
	if err := judge(context.Background(), os.Stdout, "sales.csv", file); err != nil {
		fmt.Println(err)
	}
	// Output:
	// sales.csv   transaction-v2-add (by its header)   1 row, 1 bill   comma, UTF-8
	//
	// error   enum-case   1 row   Source is not written as INSTORE
	//         The platform: takes the row; Member Care shows it wrongly.
	//         fix: write INSTORE (safe)
	//             2 │ B1,2026-11-20,‹mobile 80bb›,Instore,REGULAR,10
	//               │                             ^^^^^^^
	//
	// Do not drop this file: Connect+ would take it, and 1 of 1 row, 1 of 1 bill would be wrong.
	//
	// 1 finding can be fixed without changing a meaning.
	// Not judged: earlier drops (no ledger), whether customers exist (no lists).
}
