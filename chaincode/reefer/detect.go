package reefer

import (
	"time"

	"github.com/shopspring/decimal"
)

// Tolerance is how far from the set-point is still agreed, and for how long beyond that nobody minds.
type Tolerance struct {
	Low          decimal.Decimal `json:"low"`  // below the set-point: kelvin or percent points, not negative
	High         decimal.Decimal `json:"high"` // above it
	GraceMinutes int             `json:"graceMinutes"`
}

// Target is a set-point with its tolerance, for humidity and gases.
type Target struct {
	Setpoint  decimal.Decimal `json:"setpoint"` // %
	Tolerance Tolerance       `json:"tolerance"`
}

// Terms are what a series is measured against. What is nil is not looked at: a release line states a tolerance for the
// temperature and a time without power, and mostly none for humidity and gases.
type Terms struct {
	// Setpoint is the agreed set-point in °C. Without one, each reading is measured against the set-point that the
	// controller had then: that finds a reefer that failed, but not one that was set wrong.
	Setpoint           *decimal.Decimal `json:"setpoint,omitempty"`
	Temperature        *Tolerance       `json:"temperature,omitempty"`
	Humidity           *Target          `json:"humidity,omitempty"`
	O2                 *Target          `json:"o2,omitempty"`
	CO2                *Target          `json:"co2,omitempty"`
	MaxPowerOffMinutes *int             `json:"maxPowerOffMinutes,omitempty"`
}

// Problems checks the terms alone.
func (t Terms) Problems() []Problem {
	var found list
	found.sized(t.Setpoint, "/setpoint")
	if t.Temperature != nil {
		t.Temperature.problems(&found, "/temperature")
	}
	for _, target := range []struct {
		at string
		is *Target
	}{{"/humidity", t.Humidity}, {"/o2", t.O2}, {"/co2", t.CO2}} {
		if target.is != nil {
			found.percent(&target.is.Setpoint, target.at+"/setpoint")
			target.is.Tolerance.problems(&found, target.at+"/tolerance")
		}
	}
	found.unless(t.MaxPowerOffMinutes == nil || *t.MaxPowerOffMinutes >= 0, "/maxPowerOffMinutes", NotNegative)
	return found
}

func (t Tolerance) problems(found *list, at string) {
	found.sized(&t.Low, at+"/low")
	found.sized(&t.High, at+"/high")
	found.unless(t.Low.Sign() >= 0, at+"/low", NotNegative)
	found.unless(t.High.Sign() >= 0, at+"/high", NotNegative)
	found.unless(t.GraceMinutes >= 0, at+"/graceMinutes", NotNegative)
}

// Excursions finds the times outside the terms, kind by kind in the order of the kinds, each in the order of time. The
// problems are those of the terms.
//
// A reading stands until the next one: an excursion runs from the first reading outside to the first one that is back,
// or to the last reading there is. So a reading that is outside at the very end has no length yet.
// Readings of a defrost and readings without the value asked for are passed over, as if they were not in the log: they
// neither begin nor end an excursion. Power alone is judged by all readings, or a mark could hide that it was off.
func (s Series) Excursions(t Terms) ([]Excursion, []Problem) {
	if problems := t.Problems(); len(problems) > 0 {
		return nil, problems
	}
	var found []Excursion
	if t.Temperature != nil {
		points := s.points(func(r Reading) (sample, bool) { return temperature(r, t.Setpoint, *t.Temperature) })
		found = append(found, runs(TempHigh, above, points, t.Temperature.GraceMinutes)...)
		found = append(found, runs(TempLow, below, points, t.Temperature.GraceMinutes)...)
	}
	for _, gas := range []struct {
		kind   Kind
		target *Target
		of     func(Reading) *decimal.Decimal
	}{
		{Humidity, t.Humidity, func(r Reading) *decimal.Decimal { return r.Humidity }},
		{O2, t.O2, func(r Reading) *decimal.Decimal { return r.O2 }},
		{CO2, t.CO2, func(r Reading) *decimal.Decimal { return r.CO2 }},
	} {
		if gas.target != nil {
			points := s.points(func(r Reading) (sample, bool) {
				return measured(r, gas.of(r), gas.target.Setpoint, gas.target.Tolerance)
			})
			found = append(found, runs(gas.kind, outside, points, gas.target.Tolerance.GraceMinutes)...)
		}
	}
	if t.MaxPowerOffMinutes != nil {
		found = append(found, runs(Power, above, s.points(powered), *t.MaxPowerOffMinutes)...)
	}
	return found, nil
}

// sample is one reading measured against its band: side is -1 below it, 0 in it, 1 above it.
type sample struct {
	at        time.Time
	side      int
	value     *decimal.Decimal
	deviation decimal.Decimal // from the set-point, not negative
}

func above(p sample) bool   { return p.side > 0 }
func below(p sample) bool   { return p.side < 0 }
func outside(p sample) bool { return p.side != 0 }

// points are the readings that can be measured.
func (s Series) points(measure func(Reading) (sample, bool)) []sample {
	points := make([]sample, 0, len(s.readings))
	for _, r := range s.readings {
		if p, ok := measure(r); ok {
			p.at = r.At.UTC()
			points = append(points, p)
		}
	}
	return points
}

// temperature measures the air that counts for the set-point.
func temperature(r Reading, agreed *decimal.Decimal, t Tolerance) (sample, bool) {
	setpoint := agreed
	if setpoint == nil {
		setpoint = r.Setpoint
	}
	if setpoint == nil {
		return sample{}, false
	}
	air := r.SupplyAir
	if AirFor(Celsius(*setpoint)) == ReturnAir {
		air = r.ReturnAir
	}
	return measured(r, air, *setpoint, t)
}

func measured(r Reading, value *decimal.Decimal, setpoint decimal.Decimal, t Tolerance) (sample, bool) {
	if value == nil || r.Defrost {
		return sample{}, false
	}
	p := sample{value: value, deviation: value.Sub(setpoint).Abs()}
	switch {
	case value.GreaterThan(setpoint.Add(t.High)):
		p.side = 1
	case value.LessThan(setpoint.Sub(t.Low)):
		p.side = -1
	}
	return p, true
}

func powered(r Reading) (sample, bool) {
	if r.PowerOn == nil {
		return sample{}, false
	}
	if *r.PowerOn {
		return sample{}, true
	}
	return sample{side: 1}, true
}

// runs are the unbroken runs of points that are out, as far as they last longer than the grace.
func runs(kind Kind, out func(sample) bool, points []sample, graceMinutes int) []Excursion {
	var found []Excursion
	for i := 0; i < len(points); i++ {
		if !out(points[i]) {
			continue
		}
		from, peak := points[i].at, points[i]
		for ; i < len(points) && out(points[i]); i++ {
			if points[i].deviation.GreaterThan(peak.deviation) {
				peak = points[i]
			}
		}
		to := points[min(i, len(points)-1)].at
		if to.Sub(from) > minutes(graceMinutes) {
			found = append(found, newExcursion(kind, from, to, peak.copied(), kelvinOf(kind, peak)))
		}
	}
	return found
}

// copied keeps an excursion from sharing its peak with the caller's reading.
func (p sample) copied() *decimal.Decimal {
	if p.value == nil {
		return nil
	}
	v := *p.value
	return &v
}

// kelvinOf is the deviation that grades an excursion: only temperatures have one.
func kelvinOf(kind Kind, peak sample) decimal.Decimal {
	if kind == TempHigh || kind == TempLow {
		return peak.deviation
	}
	return decimal.Decimal{}
}
