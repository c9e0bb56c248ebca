package fuzz

import "pgregory.net/rapid"

// choiceBits are enough for every list here.
const choiceBits = 16

// pick draws a number below n, each as likely as the others: rapid's own ranges prefer small numbers, and what stands first in
// a list would come far too often.
func pick(t *rapid.T, n int) int {
	drawn := 0
	for range choiceBits {
		drawn <<= 1
		if rapid.Bool().Draw(t, "bit") {
			drawn++
		}
	}
	return drawn % n
}

// choose draws one of a list's items.
func choose[T any](t *rapid.T, from []T) T { return from[pick(t, len(from))] }
