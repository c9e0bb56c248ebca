package calendar

func notCovered() error { return &Problem{Check: CheckNotCovered} }

// IsBusinessDay tells whether a date is a business day: an extra working day, or neither weekend nor holiday. A date
// outside the calendar's years is neither: that is a *Problem.
func (c Calendar) IsBusinessDay(d Date) (bool, error) {
	if !c.Covers(d) {
		return false, notCovered()
	}
	if has(c.Workdays, d) {
		return true, nil
	}
	for _, w := range c.Weekend {
		if w == weekdayOf(d) {
			return false, nil
		}
	}
	return !has(c.Holidays, d), nil
}

// AddBusinessDays is the n-th business day after d. The day itself does not count, whatever day it is: a guarantor has
// five business days "following the day of presentation" (URDG 758 art 20). With n = 0 it is d. All days that are
// looked at must lie in the calendar's years; n is not negative.
func (c Calendar) AddBusinessDays(d Date, n int) (Date, error) {
	if n < 0 {
		return Date{}, &Problem{Check: CheckNegative}
	}
	for n > 0 {
		d = d.AddDays(1)
		business, err := c.IsBusinessDay(d)
		if err != nil {
			return Date{}, err
		}
		if business {
			n--
		}
	}
	return d, nil
}

// BusinessDaysBetween counts the business days after from, up to and with to, so that it undoes AddBusinessDays. A to
// before from is refused.
func (c Calendar) BusinessDaysBetween(from, to Date) (int, error) {
	if to.Before(from) {
		return 0, &Problem{Check: CheckNegative}
	}
	n := 0
	for from.Before(to) {
		from = from.AddDays(1)
		business, err := c.IsBusinessDay(from)
		if err != nil {
			return 0, err
		}
		if business {
			n++
		}
	}
	return n, nil
}

// FirstBusinessDay is d, or else the first business day after it: a guarantee whose expiry date is not a business day
// where demands are presented expires on the first one that follows (URDG 758 art 25).
func (c Calendar) FirstBusinessDay(d Date) (Date, error) {
	business, err := c.IsBusinessDay(d)
	if err != nil || business {
		return d, err
	}
	return c.AddBusinessDays(d, 1)
}
