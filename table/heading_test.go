package table_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/connectplus/preflight/table"
)

func TestSkipRow(t *testing.T) {
	const text = "a,\"b\n\"\n1,2\n3,4\n"
	for _, size := range []int{2, 5, 1000} {
		s, err := table.Open("in.csv", strings.NewReader(text), int64(len(text)), table.Options{Header: []string{"x", "y"}, BlockSize: size})
		if err != nil {
			t.Fatal(err)
		}
		if !s.SkipRow() || s.SkipRow() || !s.Skipped {
			t.Fatal("the first row was not left out, or a second one was")
		}
		got := fmt.Sprint(s.Sample(1))
		err = s.Scan(context.Background(), 1, func(_ int, b *table.Batch) error {
			for i := range b.Len() {
				got += fmt.Sprintf(" %d:%d:%s", b.Number(i), b.Ref(i).Line, b.Cell(i, 0))
			}
			return nil
		})
		if want := "[[1 2]] 2:3:1 3:4:3"; got != want || err != nil {
			t.Errorf("blocks of %d: got %s, %v; want %s", size, got, err, want)
		}
	}
	s, err := table.Open("in.csv", strings.NewReader(text), int64(len(text)), table.Options{})
	if err != nil || s.SkipRow() {
		t.Errorf("a row behind a header was left out: %v", err)
	}
}
