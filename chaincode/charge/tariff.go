package charge

import (
	"fmt"
	"slices"
	"strings"

	"portledger/chaincode/calendar"
	"portledger/chaincode/identifier"
)

// Tariff is one version of a published price list 公示价目. The version in force on the day of discharge governs a
// container's whole stay, so that a price cannot change under a box that is already on the quay.
type Tariff struct {
	// Reference is the publisher's own; Version counts its editions from 1.
	Reference
	// Publisher is the code of the carrier or terminal that published it.
	Publisher string `json:"publisher"`
	// ValidFrom and ValidTo are the first and the last day of discharge that it is for; without ValidTo it has no end.
	ValidFrom calendar.Date `json:"validFrom"`
	ValidTo   calendar.Date `json:"validTo,omitzero"`
	// Currency of all its rates (ISO 4217).
	Currency string `json:"currency"`
	// UTCOffset is where a calendar day begins and ends ("+08:00"): the offset of the port, stated, never a zone's rule.
	UTCOffset calendar.Offset `json:"utcOffset"`
	// Calendar is the business-day calendar that working days are counted by; needed when a rule counts them.
	Calendar Reference `json:"calendar,omitzero"`
	Rules    []Rule    `json:"rules"`
}

// Rule prices one code for some containers.
type Rule struct {
	Code Code `json:"code"`
	// ContainerTypes are ISO 6346 size-type codes ("45R1") or groups ("45RT"); none stands for all containers. The rule
	// that names a container's type goes before one that names its group, and that before one for all.
	ContainerTypes []string `json:"containerTypes,omitempty"`
	Free           Free     `json:"free,omitzero"`
	// Charged is how days after free time are counted: calendar or working days; none stands for the unit of the free
	// time. With free hours, a charged day is 24 hours.
	Charged Unit `json:"charged,omitempty"`
	// Tiers price the charged days, the first of which is day 1.
	Tiers []Tier `json:"tiers,omitempty"`
	// UnitHours and RatePerUnit price reefer power instead: each started unit of so many plugged-in hours.
	UnitHours   int    `json:"unitHours,omitempty"`
	RatePerUnit Amount `json:"ratePerUnit,omitzero"`
}

// Free is free time 免费期.
type Free struct {
	Quantity int  `json:"quantity"`
	Unit     Unit `json:"unit"`
	// Start tells whether the day of the event counts already. Hours run from the event itself, or from the midnight after
	// it. Power has none: it runs from the plug-in.
	Start Start `json:"start,omitempty"`
}

// Tier is a step of a price that changes with time; the last one has no ToDay.
type Tier struct {
	FromDay    int    `json:"fromDay"`
	ToDay      int    `json:"toDay,omitempty"`
	RatePerDay Amount `json:"ratePerDay"`
}

// Limits of a tariff: far above printed ones, and low enough to look at all of it in every transaction.
const (
	rulesMax     = 200
	typesMax     = 50
	tiersMax     = 20
	tierDayMax   = 10000
	freeMax      = 1000
	unitHoursMax = 168
)

// Check tells whether the tariff can be charged by; the error is a *Problem.
func (t Tariff) Check() error {
	f := finder{of: OfTariff}
	f.unless(isText(t.Reference.Reference), "/reference", CheckText)
	f.unless(t.Version >= 1, "/version", CheckNumber)
	f.unless(isText(t.Publisher), "/publisher", CheckText)
	f.unless(!t.ValidFrom.IsZero(), "/validFrom", CheckDate)
	f.unless(t.ValidTo.IsZero() || !t.ValidTo.Before(t.ValidFrom), "/validTo", CheckOrder)
	f.unless(identifier.Currency(t.Currency) == nil, "/currency", identifier.KindCurrency)
	f.unless(t.UTCOffset.Stated(), "/utcOffset", calendar.CheckOffset)
	f.unless(t.Calendar == Reference{} || isText(t.Calendar.Reference) && t.Calendar.Version >= 1, "/calendar", CheckText)
	f.unless(len(t.Rules) >= 1 && len(t.Rules) <= rulesMax, "/rules", CheckCount)
	for i, r := range t.Rules {
		if f.first != nil {
			break
		}
		at := fmt.Sprintf("/rules/%d", i)
		r.check(&f, at)
		f.unless(t.Calendar != Reference{} || !r.countsWorkingDays(), "/calendar", CheckMissing)
		f.unless(!slices.ContainsFunc(t.Rules[:i], r.sameScope), at, CheckTwice)
	}
	return f.err()
}

func (r Rule) check(f *finder, at string) {
	f.unless(isCode(r.Code), at+"/code", CheckCode)
	f.unless(len(r.ContainerTypes) <= typesMax, at+"/containerTypes", CheckCount)
	for i, s := range r.ContainerTypes[:min(len(r.ContainerTypes), typesMax)] {
		place := fmt.Sprintf("%s/containerTypes/%d", at, i)
		f.unless(identifier.SizeType(s) == nil, place, identifier.KindSizeType)
		f.unless(!slices.Contains(r.ContainerTypes[:i], s), place, CheckTwice)
	}
	f.unless(0 <= r.Free.Quantity && r.Free.Quantity <= freeMax, at+"/free/quantity", CheckNumber)
	if r.Code == Plug {
		r.checkPower(f, at)
		return
	}
	f.unless(slices.Contains([]Unit{CalendarDays, WorkingDays, Hours}, r.Free.Unit), at+"/free/unit", CheckCode)
	f.unless(r.Free.Start == SameDay || r.Free.Start == NextDay, at+"/free/start", CheckCode)
	f.unless(slices.Contains([]Unit{"", CalendarDays, WorkingDays}, r.Charged), at+"/charged", CheckCode)
	f.unless(r.Charged == "" || r.Free.Unit != Hours, at+"/charged", CheckIdle)
	f.unless(r.UnitHours == 0, at+"/unitHours", CheckIdle)
	f.unless(r.RatePerUnit.Sign() == 0, at+"/ratePerUnit", CheckIdle)
	checkTiers(f, at, r.Tiers)
}

// checkPower: power is bought in started units; free power is counted in hours.
func (r Rule) checkPower(f *finder, at string) {
	f.unless(r.Free == Free{} || r.Free.Unit == Hours, at+"/free/unit", CheckCode)
	f.unless(r.Free.Start == "", at+"/free/start", CheckIdle)
	f.unless(r.Charged == "", at+"/charged", CheckIdle)
	f.unless(len(r.Tiers) == 0, at+"/tiers", CheckIdle)
	f.unless(1 <= r.UnitHours && r.UnitHours <= unitHoursMax, at+"/unitHours", CheckNumber)
	f.unless(r.RatePerUnit.Sign() >= 0, at+"/ratePerUnit", CheckRate)
}

// checkTiers: every chargeable day has one price. The tiers begin at day 1, follow each other, and only the last is open.
func checkTiers(f *finder, at string, tiers []Tier) {
	f.unless(1 <= len(tiers) && len(tiers) <= tiersMax, at+"/tiers", CheckCount)
	if f.first != nil {
		return
	}
	next := 1
	for i, t := range tiers {
		place := fmt.Sprintf("%s/tiers/%d", at, i)
		last := i == len(tiers)-1
		f.unless(t.FromDay == next, place+"/fromDay", CheckTiers)
		f.unless(last && t.ToDay == 0 || !last && t.FromDay <= t.ToDay && t.ToDay <= tierDayMax, place+"/toDay", CheckTiers)
		f.unless(t.RatePerDay.Sign() >= 0, place+"/ratePerDay", CheckRate)
		next = t.ToDay + 1
	}
}

func (r Rule) countsWorkingDays() bool { return r.Free.Unit == WorkingDays || r.Charged == WorkingDays }

// chargedUnit is how the days after free time are counted.
func (r Rule) chargedUnit() Unit {
	if r.Charged != "" {
		return r.Charged
	}
	return r.Free.Unit
}

// prices are the tiers that a clock's chargeable days or units fall into.
func (r Rule) prices() []Tier {
	if r.Code == Plug {
		return []Tier{{FromDay: 1, RatePerDay: r.RatePerUnit}}
	}
	return r.Tiers
}

// sameScope tells whether a container could be priced by both rules with equal right.
func (r Rule) sameScope(other Rule) bool {
	shared := func(s string) bool { return slices.Contains(other.ContainerTypes, s) }
	return r.Code == other.Code &&
		(len(r.ContainerTypes) == 0 && len(other.ContainerTypes) == 0 || slices.ContainsFunc(r.ContainerTypes, shared))
}

// rule finds what the tariff asks for a code and a container's size-type code. There may be none: then there is no such
// charge.
func (t Tariff) rule(code Code, sizeType string) (Rule, bool) {
	var best Rule
	bestFit := 0
	for _, r := range t.Rules {
		if fit := r.fit(sizeType); r.Code == code && fit > bestFit {
			best, bestFit = r, fit
		}
	}
	return best, bestFit > 0
}

// fit is 3 for a rule that names the type, 2 for its group, 1 for all containers and 0 for others.
func (r Rule) fit(sizeType string) int {
	switch {
	case slices.Contains(r.ContainerTypes, sizeType):
		return 3
	case slices.Contains(r.ContainerTypes, groupOf(sizeType)):
		return 2
	case len(r.ContainerTypes) == 0:
		return 1
	}
	return 0
}

// groups are the type groups of ISO 6346: the letter and the last digits of the types in them.
var groups = []struct {
	letter byte
	digits string
	group  string
}{
	{'G', "0123456789", "GP"}, {'V', "0123456789", "VH"}, {'B', "01", "BU"}, {'S', "0123456789", "SN"},
	{'R', "0", "RE"}, {'R', "1", "RT"}, {'R', "23", "RS"}, {'H', "012", "HR"}, {'H', "56", "HI"}, {'U', "0123456789", "UT"},
	{'P', "0", "PL"}, {'P', "12", "PF"}, {'P', "34", "PC"}, {'P', "5", "PS"},
	{'T', "012", "TN"}, {'T', "3456", "TD"}, {'T', "789", "TG"}, {'A', "0", "AS"},
}

// groupOf is the group code of a type code with the same length and height; a code in no group is its own.
func groupOf(sizeType string) string {
	if len(sizeType) != 4 {
		return sizeType
	}
	for _, g := range groups {
		if g.letter == sizeType[2] && strings.IndexByte(g.digits, sizeType[3]) >= 0 {
			return sizeType[:2] + g.group
		}
	}
	return sizeType
}

// inForce tells whether a container discharged on that day is charged by this version.
func (t Tariff) inForce(discharge calendar.Date) bool {
	return !discharge.Before(t.ValidFrom) && (t.ValidTo.IsZero() || !discharge.After(t.ValidTo))
}
