package ledger_test

import (
	"slices"

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
	service, name string
	asked         []lifecycle.Act
}

func tableOf[D, R any](service, name string, law *lifecycle.Law[D, R]) table {
	t := table{service: service, name: name}
	for _, v := range law.Verbs {
		if law.Callable(v.Name) {
			t.asked = append(t.asked, v.Name)
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
