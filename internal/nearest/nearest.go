// Package nearest finds the known word that a mistyped one most resembles.
package nearest

import "strings"

// Of returns the word of words that word most resembles, or "" where none is
// near: more than a third of the letters would have to change. Case does not
// count; of equally near words the first is taken.
func Of(word string, words []string) string {
	best, limit := "", len(word)/3+1
	for _, w := range words {
		if d := distance(strings.ToLower(word), strings.ToLower(w), limit); d <= limit {
			best, limit = w, d-1
		}
	}
	return best
}

// Always is Of, but where none is near it returns the first word that holds the
// mistyped one, or else the least far.
func Always(word string, words []string) string {
	if w := Of(word, words); w != "" {
		return w
	}
	best, least := "", -1
	for _, w := range words {
		if len(word) > 2 && strings.Contains(strings.ToLower(w), strings.ToLower(word)) {
			return w
		}
		if d := distance(strings.ToLower(word), strings.ToLower(w), 1<<30); least < 0 || d < least {
			best, least = w, d
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap with their
// neighbour that turn a into b. It stops early, with a number above limit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
