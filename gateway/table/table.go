// Package table is what can be done over HTTP, read off the document families' own tables: the gateway's routes follow from
// it, and a signer knows from it what an act takes. It knows neither HTTP nor who asks.
package table

import (
	"slices"
	"strings"

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

// Act is one thing that can be done over HTTP: a birth (POST to the collection) or a move (POST to the document).
type Act struct {
	Family, Name string
	// Chinese is the trade's word for the act.
	Chinese string
	Birth   bool
	// Fields are the body's public members. No others are let through, so that something private cannot slip into a public
	// place by a typing error.
	Fields []string
	// MayLack are those of Fields that need not come.
	MayLack []string
	// Content is the kind of private content that comes along, empty for none.
	Content string
	// ContentOptional tells that the act may also come without.
	ContentOptional bool
}

// Collections are the families' path segments.
var Collections = map[string]string{
	"bill": "bills", "guarantee": "guarantees", "release": "releases", "interchange": "interchanges",
	"leg": "legs", "exchange": "exchanges", "party": "parties",
	"mandate": "mandates", "facility": "facilities", "presentation": "presentations",
	"approval": "approvals",
}

// Families in the order in which they are shown.
var Families = []string{"bill", "guarantee", "release", "interchange", "exchange", "leg", "facility", "party", "mandate", "presentation"}

// Acts are read off the families' own tables: a row there is a route. Each also has its operation in openapi.yaml; a
// test compares the two, member by member.
var Acts = func() (all []Act) {
	all = actsOf(all, "bill", bill.Law)
	all = actsOf(all, "bill", recovery.Law)
	all = actsOf(all, "bill", pledge.Law)
	all = actsOf(all, "bill", pledge.SupervisionLaw)
	all = actsOf(all, "guarantee", guarantee.Law)
	all = actsOf(all, "release", release.Law)
	all = actsOf(all, "release", release.LineLaw)
	all = actsOf(all, "interchange", interchange.Law)
	all = actsOf(all, "exchange", exchange.Law)
	all = actsOf(all, "facility", facility.Law)
	all = actsOf(all, "leg", leg.Law)
	all = actsOf(all, "party", party.Law)
	all = actsOf(all, "mandate", mandate.Law)
	all = actsOf(all, "presentation", presentation.Law)
	return actsOf(all, "presentation", presentation.ExaminationLaw)
}()

func actsOf[D, R any](all []Act, family string, law *lifecycle.Law[D, R]) []Act {
	for _, verb := range law.Verbs {
		if !law.Callable(verb.Name) {
			continue
		}
		act := Act{Family: family, Name: string(verb.Name), Chinese: verb.Chinese, Birth: law.Birth(verb.Name)}
		act.Content, act.ContentOptional = strings.CutSuffix(verb.Content, "?")
		for _, field := range verb.Takes {
			name, optional := strings.CutSuffix(field, "?")
			act.Fields = append(act.Fields, name)
			if optional {
				act.MayLack = append(act.MayLack, name)
			}
		}
		all = append(all, act)
	}
	return all
}

// Path is the act's route template.
func (a Act) Path() string {
	collection := "/v1/" + Collections[a.Family]
	if a.Birth {
		return collection
	}
	return collection + "/:id/" + a.Name
}

// Find answers the act of a family by name.
func Find(family, name string) (Act, bool) {
	i := slices.IndexFunc(Acts, func(a Act) bool { return a.Family == family && a.Name == name })
	if i < 0 {
		return Act{}, false
	}
	return Acts[i], true
}
