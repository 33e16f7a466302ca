package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"text/tabwriter"
	"time"
)

func count(b []byte) int { return bytes.Count(b, []byte{'\n'}) }

// A contender is one program under measurement.
type contender struct {
	name string
	args []string
	wall []time.Duration
	cpu  []time.Duration
	peak int64 // bytes of memory, the largest of all runs
}

// compare runs the programs in turn, n times each after a warm-up, and writes
// the median of each with the ratios of the first to the others, pair by pair.
func compare(w io.Writer, programs []contender, n int) error {
	for run := range n + 1 {
		for i := range programs {
			if err := programs[i].run(run > 0); err != nil {
				return err
			}
		}
	}
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "program\twall s\tmin\tmax\tcpu s\tpeak MB\tfirst takes\t")
	for i := range programs {
		p := &programs[i]
		ratios := make([]float64, n)
		for k := range ratios {
			ratios[k] = programs[0].wall[k].Seconds() / p.wall[k].Seconds()
		}
		fmt.Fprintf(t, "%s\t%.3f\t%.3f\t%.3f\t%.2f\t%d\t%.2fx\t\n", p.name, median(p.wall).Seconds(), slices.Min(p.wall).Seconds(),
			slices.Max(p.wall).Seconds(), median(p.cpu).Seconds(), p.peak>>20, median(ratios))
	}
	return t.Flush()
}

func (p *contender) run(counts bool) error {
	cmd := exec.Command(p.args[0], p.args[1:]...)
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return err
	}
	if code := cmd.ProcessState.ExitCode(); code > 1 || code < 0 {
		return fmt.Errorf("%v ended with exit code %d", p.args, code)
	}
	if !counts {
		return nil
	}
	p.wall = append(p.wall, wall)
	p.cpu = append(p.cpu, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	p.peak = max(p.peak, peakMemory(cmd.ProcessState))
	return nil
}

func median[T int64 | float64 | time.Duration](v []T) T {
	s := slices.Clone(v)
	slices.Sort(s)
	return s[len(s)/2]
}
