package ledger_test

import (
	"slices"
	"strings"
	"sync"

	"portledger/chaincode/approval"
	"portledger/chaincode/bill"
	"portledger/chaincode/exchange"
	"portledger/chaincode/facility"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/interchange"
	"portledger/chaincode/leg"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/mandate"
	"portledger/chaincode/party"
	"portledger/chaincode/pledge"
	"portledger/chaincode/presentation"
	"portledger/chaincode/recovery"
	"portledger/chaincode/release"
)

// table is a lifecycle table as random walks see it: the contract that its acts are asked of, and which those are.
type table struct {
	service, name    string
	asked, automatic []lifecycle.Act
	births           []lifecycle.Act
}

func tableOf[D, R any](service, name string, law *lifecycle.Law[D, R]) table {
	t := table{service: service, name: name}
	for _, v := range law.Verbs {
		switch {
		case !law.Callable(v.Name):
			t.automatic = append(t.automatic, v.Name)
		default:
			t.asked = append(t.asked, v.Name)
			if law.Birth(v.Name) {
				t.births = append(t.births, v.Name)
			}
		}
	}
	return t
}

// tables are all lifecycles, in the order of api/lifecycles.md.
var tables = []table{
	tableOf("bill", "bill", bill.Law), tableOf("bill", "part", bill.PartLaw), tableOf("bill", "pledge", pledge.Law),
	tableOf("bill", "supervision", pledge.SupervisionLaw), tableOf("bill", "recovery", recovery.Law),
	tableOf("guarantee", "guarantee", guarantee.Law), tableOf("release", "release", release.Law), tableOf("release", "line", release.LineLaw),
	tableOf("interchange", "interchange", interchange.Law), tableOf("exchange", "exchange", exchange.Law), tableOf("leg", "leg", leg.Law),
	tableOf("facility", "facility", facility.Law), tableOf("presentation", "presentation", presentation.Law),
	tableOf("presentation", "examination", presentation.ExaminationLaw), tableOf("party", "party", party.Law),
	tableOf("mandate", "mandate", mandate.Law), tableOf("approval", "approval", approval.Law),
}

// standsIn finds the table in which a caller's act of a contract stands; no act stands in two tables of one contract.
func standsIn(service string, act lifecycle.Act) string {
	for _, t := range tables {
		if t.service == service && slices.Contains(t.asked, act) {
			return t.name
		}
	}
	return ""
}

// reach is how often random walks made an act, and how often it was refused to them.
type reach struct {
	sync.Mutex
	made, refused map[reached]int
}

type reached struct {
	table string
	act   lifecycle.Act
}

var walked = reach{made: map[reached]int{}, refused: map[reached]int{}}

// asked counts an act that was asked of a contract.
func (r *reach) asked(service string, act lifecycle.Act, err error) {
	at := reached{standsIn(service, act), act}
	r.Lock()
	defer r.Unlock()
	if err == nil {
		r.made[at]++
	} else {
		r.refused[at]++
	}
}

// String lists, for each table, the acts that no walk made.
func (r *reach) String() string {
	r.Lock()
	defer r.Unlock()
	var all []string
	for _, t := range tables {
		for _, act := range t.asked {
			if r.made[reached{t.name, act}] == 0 {
				all = append(all, t.name+" "+string(act))
			}
		}
	}
	return strings.Join(all, ", ")
}
