package damage

import "fmt"

// Liability is a damage found on the way in, with the side that answers for it. Where a line of several damages is partly
// old and partly new, it comes apart, and the quantities add up to the line's.
type Liability struct {
	At          string `json:"at"`              // the line on the IN, a JSON pointer from its list: "/2"
	Line        Line   `json:"line"`            // as on the IN, but for the quantity
	PreExisting bool   `json:"preExisting"`     // as found here, whatever the line claims
	OutAt       string `json:"outAt,omitempty"` // the line on the OUT that shows it was there before
	Side        Side   `json:"side"`
}

// New are the damages on the IN that are not on the OUT of the same cycle: those that the user answers for
// (domain facts 5.3, new = in − out).
func New(in, out []Line) []Liability {
	var found []Liability
	for _, l := range Liabilities(in, out) {
		if !l.PreExisting {
			found = append(found, l)
		}
	}
	return found
}

// Liabilities are all damages on the IN, in its order, the ones that were there before marked.
//
// Two damages are the same when location and type are (domain facts 5.3); a range written backwards is the same range. A
// line of three against a line of two leaves one new. Component, size and severity are not asked for, as two gates seldom
// measure alike; only where several lines of the IN compete for one of the OUT, the one with the same component gets it.
// So a dent that has grown stays an old dent: who sees more in it disputes the receipt.
//
// New damage is the user's and old damage the owner's. What the gate wrote as responsible or as there before stays in the
// line for people to read, and decides nothing here.
func Liabilities(in, out []Line) []Liability {
	claims := matched(in, out)
	var found []Liability
	for i, line := range in {
		left := line.amount()
		for _, c := range claims {
			if c.in == i {
				found = append(found, liability(line, i, c.amount, true, fmt.Sprintf("/%d", c.out)))
				left -= c.amount
			}
		}
		if left > 0 {
			found = append(found, liability(line, i, left, false, ""))
		}
	}
	return found
}

func liability(line Line, i, amount int, old bool, outAt string) Liability {
	side := User
	if old {
		side = Owner
	}
	line.Quantity = amount
	return Liability{At: fmt.Sprintf("/%d", i), Line: line, PreExisting: old, OutAt: outAt, Side: side}
}

// claim says that so many damages of a line of the IN are those of a line of the OUT.
type claim struct{ in, out, amount int }

// matched pairs damages of the IN with damages of the OUT, each at most once: first where the component agrees too.
func matched(in, out []Line) []claim {
	wanted, there := amounts(in), amounts(out)
	ins, outs := spots(in), spots(out)
	var claims []claim
	for _, alike := range []func(a, b Line) bool{
		func(a, b Line) bool { return a.Component == b.Component },
		func(Line, Line) bool { return true },
	} {
		for i := range in {
			for o := range out {
				n := min(wanted[i], there[o])
				if n == 0 || ins[i] != outs[o] || in[i].Type != out[o].Type || !alike(in[i], out[o]) {
					continue
				}
				claims = append(claims, claim{in: i, out: o, amount: n})
				wanted[i], there[o] = wanted[i]-n, there[o]-n
			}
		}
	}
	return claims
}

func amounts(lines []Line) []int {
	list := make([]int, 0, len(lines))
	for _, l := range lines {
		list = append(list, l.amount())
	}
	return list
}

// spot is a location as far as it can be understood, or as it is written.
type spot struct {
	is      Location
	written string
}

func spots(lines []Line) []spot {
	list := make([]spot, 0, len(lines))
	for _, l := range lines {
		if is, ok := ParseLocation(l.Location); ok {
			list = append(list, spot{is: is})
		} else {
			list = append(list, spot{written: l.Location})
		}
	}
	return list
}
