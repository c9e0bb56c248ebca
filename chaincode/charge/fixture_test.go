package charge

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/calendar"
)

// price list of the worked check in domain facts 4.6, with the other codes added.
const tariffText = `{"reference":"XMN-IMP-2026","version":3,"publisher":"OEDL","validFrom":"2026-01-01","validTo":"2026-12-31",
"currency":"USD","utcOffset":"+08:00","calendar":{"reference":"CN","version":1},"rules":[
{"code":"DEM","free":{"quantity":7,"unit":"CD","start":"NEXT_DAY"},
 "tiers":[{"fromDay":1,"toDay":4,"ratePerDay":"100"},{"fromDay":5,"ratePerDay":"160"}]},
{"code":"DET","containerTypes":["45RT"],"free":{"quantity":5,"unit":"WD","start":"NEXT_DAY"},"charged":"CD",
 "tiers":[{"fromDay":1,"ratePerDay":"75.50"}]},
{"code":"DET","free":{"quantity":10,"unit":"CD","start":"DOD"},"tiers":[{"fromDay":1,"ratePerDay":"20"}]},
{"code":"STO","free":{"quantity":48,"unit":"HR","start":"DOD"},"tiers":[{"fromDay":1,"toDay":3,"ratePerDay":"10.005"},{"fromDay":4,"ratePerDay":"30"}]},
{"code":"PLUG","containerTypes":["45RT","22RT"],"unitHours":24,"ratePerUnit":"41.20"}]}`

const calendarText = `{"id":"CN","version":1,"utcOffset":"+08:00","firstYear":2026,"lastYear":2027,"weekend":["SA","SU"],
"holidays":["2026-10-01","2026-10-02","2026-10-03","2026-10-04","2026-10-05","2026-10-06","2026-10-07"],
"workdays":["2026-09-20","2026-10-10"]}`

// a reefer that stays as in the worked check and comes back empty.
const eventsText = `[{"equipmentReference":"CSQU3054383","ISOEquipmentCode":"45R1","discharge":"2026-11-01T09:20:00+08:00",
"gateOut":"2026-11-13T14:30:00+08:00","emptyReturn":"2026-11-26T16:00:00+08:00",
"plugs":[{"in":"2026-11-01T10:00:00+08:00","out":"2026-11-13T14:08:00+08:00"}]}]`

func theTariff(t require.TestingT, changes ...func(*Tariff)) Tariff {
	var tariff Tariff
	require.NoError(t, json.Unmarshal([]byte(tariffText), &tariff))
	for _, change := range changes {
		change(&tariff)
	}
	return tariff
}

func theCalendar(t require.TestingT) calendar.Calendar {
	var c calendar.Calendar
	require.NoError(t, json.Unmarshal([]byte(calendarText), &c))
	return c
}

func theEvents(t require.TestingT, changes ...func(*Events)) []Events {
	var events []Events
	require.NoError(t, json.Unmarshal([]byte(eventsText), &events))
	for _, change := range changes {
		change(&events[0])
	}
	return events
}

// only keeps one code's rules.
func only(code Code, change ...func(*Rule)) func(*Tariff) {
	return func(t *Tariff) {
		var rules []Rule
		for _, r := range t.Rules {
			if r.Code == code {
				for _, c := range change {
					c(&r)
				}
				rules = append(rules, r)
			}
		}
		t.Rules = rules
	}
}

func free(quantity int, unit Unit, start Start) func(*Rule) {
	return func(r *Rule) {
		r.Free = Free{quantity, unit, start}
		if unit == Hours {
			r.Charged = ""
		}
	}
}

func instant(text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return at
}

func amount(text string) Amount {
	a, err := ParseAmount(text)
	if err != nil {
		panic(text)
	}
	return a
}

func problem(t *testing.T, err error, of Source, at, check string) {
	t.Helper()
	var p *Problem
	require.ErrorAs(t, err, &p)
	require.Equal(t, Problem{Of: of, At: at, Check: check}, *p)
}

func assessed(t require.TestingT, tariff Tariff, events []Events) Statement {
	s, err := Assess(tariff, events, theCalendar(t))
	require.NoError(t, err)
	return s
}

func line(t require.TestingT, s Statement, code Code) Line {
	for _, l := range s.Lines {
		if l.Code == code {
			return l
		}
	}
	require.FailNow(t, "no line", string(code))
	return Line{}
}
