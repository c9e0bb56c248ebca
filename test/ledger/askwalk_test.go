package ledger_test

import (
	"strings"
	"time"

	"portledger/chaincode/bill"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/interchange"
	"portledger/chaincode/leg"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/pledge"
	"portledger/chaincode/recovery"
	"portledger/chaincode/release"
	"portledger/test/world"
)

// verb finds the description of an act on a paper.
func verb(family string, act lifecycle.Act) lifecycle.Verb {
	var v lifecycle.Verb
	switch family {
	case "bill":
		var ofBill bool
		if v, ofBill = bill.Law.Verb(act); !ofBill {
			if v, ofBill = recovery.Law.Verb(act); !ofBill {
				if v, ofBill = pledge.Law.Verb(act); !ofBill {
					v, _ = pledge.SupervisionLaw.Verb(act)
				}
			}
		}
	case "guarantee":
		v, _ = guarantee.Law.Verb(act)
	case "release":
		v, _ = release.Law.Verb(act)
	case "line":
		v, _ = release.LineLaw.Verb(act)
	case "interchange":
		v, _ = interchange.Law.Verb(act)
	case "leg":
		v, _ = leg.Law.Verb(act)
	}
	return v
}

// callable lists the acts on a paper that a caller can ask for after its birth.
func callable(family string) []lifecycle.Act {
	var acts []lifecycle.Act
	add := func(verbs []lifecycle.Verb, callable, birth func(lifecycle.Act) bool) {
		for _, v := range verbs {
			if callable(v.Name) && !birth(v.Name) {
				acts = append(acts, v.Name)
			}
		}
	}
	switch family {
	case "bill":
		add(bill.Law.Verbs, bill.Law.Callable, bill.Law.Birth)
	case "guarantee":
		add(guarantee.Law.Verbs, guarantee.Law.Callable, guarantee.Law.Birth)
	case "release":
		add(release.Law.Verbs, release.Law.Callable, release.Law.Birth)
	case "line":
		add(release.LineLaw.Verbs, release.LineLaw.Callable, release.LineLaw.Birth)
	case "interchange":
		add(interchange.Law.Verbs, interchange.Law.Callable, interchange.Law.Birth)
	case "leg":
		add(leg.Law.Verbs, leg.Law.Callable, leg.Law.Birth)
	}
	return acts
}

// ground gives a ground for what is asked, with an end where there is room for one.
func (k *walk) ground(request fields, act lifecycle.Act, p paper) {
	grounds := bill.Grounds()
	switch {
	case p.family == "release":
		grounds = []string{"CARRIER_CHARGES", "TERMINAL_DAMAGE", "CUSTOMS_ORDER", "BANK"}
	case act == recovery.Open:
		grounds = recovery.Grounds
	default:
		request["until"] = k.w.Net.Now().Add(time.Minute).Format(time.RFC3339)
	}
	request["ground"] = grounds[k.pick(len(grounds))]
}

// reason is a code that the act takes.
func (k *walk) reason(act lifecycle.Act) string {
	switch act {
	case bill.SurrenderForAmendment:
		return bill.AmendmentReasons[k.pick(len(bill.AmendmentReasons))]
	case bill.AnnulSurrender, bill.AnnulPart, bill.Enforce, bill.RecallTrust:
		return "COURT_ORDER"
	case release.Revoke:
		return "DATA_ERROR"
	}
	return "OTHER"
}

// begun is the part of a request that follows from the act alone.
func (k *walk) begun(act lifecycle.Act, p paper) fields {
	request := fields{"id": p.id}
	if act == release.WaiveCharges {
		request["waiver"] = "COMMERCIAL"
	}
	if act == release.RefuseGate || act == release.ClearGate {
		request["gate"] = release.Optional[k.pick(2)]
	}
	return request
}

// request makes a sensible public input for an act on a paper.
func (k *walk) request(act lifecycle.Act, p paper) fields {
	request := k.begun(act, p)
	for _, field := range verb(p.family, act).Takes {
		name := strings.TrimSuffix(field, "?")
		k.askParty(request, name, act, p)
		k.askTerm(request, name, act, p)
	}
	if p.family == "bill" && (act == bill.Reissue || act == bill.RestoreElectronic) {
		k.askReissue(request, act, k.bill(p.id))
	}
	k.pledgeTerms(request, act)
	if beside(p, act) {
		k.askBeside(request, act)
	}
	k.asExpected(request, string(act), p)
	return request
}

// askParty names a party where a field asks for one.
func (k *walk) askParty(request fields, field string, act lifecycle.Act, p paper) {
	switch field {
	case "to":
		request["to"] = k.w.Party[k.someone()]
		if likely := map[bool][]string{true: {"trucker", "trucker2", "forwarder"}, false: {"bank", "buyer", "forwarder", "shipper"}}[act == release.Delegate]; k.pick(4) > 0 {
			request["to"] = k.w.Party[likely[k.pick(len(likely))]]
		}
		if act == bill.BlankEndorse && k.pick(2) == 0 {
			delete(request, "to")
		}
	case "holders":
		k.together(request, k.several())
	case "shipper":
		if act == bill.UpdateDraft {
			request["shipper"] = k.w.Party["shipper"]
		}
	case "endorsee":
		if p.cargo.second != "" && act == bill.UpdateDraft {
			request["endorsee"] = k.w.Party["shipper"]
		}
	case "consignee":
		if p.cargo.second == "" && act == bill.UpdateDraft {
			request["consignee"] = k.w.Party["buyer"]
		}
	case "claimant":
		request["claimant"] = k.w.Party[k.someone()]
	case "arbiter":
		request["arbiter"] = k.w.Party[[]string{"line", "customs"}[k.pick(2)]]
	case "performer":
		request["performer"] = k.w.Party[k.performer(p)]
	}
}

// askTerm fills in what a field says beside parties.
func (k *walk) askTerm(request fields, field string, act lifecycle.Act, p paper) {
	switch field {
	case "reason":
		request["reason"] = k.reason(act)
	case "ground":
		k.ground(request, act, p)
	case "part":
		if request["part"] = k.bill(p.id).LastPart(); request["part"] == "" {
			request["part"] = "pt-none"
		}
	case "hold":
		request["hold"] = 1 + k.pick(3)
	case "outcome":
		request["outcome"] = "SETTLED"
	case "validTo":
		hours := 2 + k.pick(80)
		if act == release.Extend { // beyond whatever it was before
			hours += 24 * 365
		}
		request["validTo"] = k.w.Net.Now().Add(time.Duration(hours) * time.Hour).Format(time.RFC3339)
	case "line":
		if request["line"] = p.line; p.line == 0 {
			delete(request, "line")
		}
	case "commitment":
		if p.family == "leg" {
			request["commitment"] = k.handover(p)
		} else if request["commitment"] = k.head(p).Sheet; request["commitment"] == "" {
			request["commitment"] = world.Salt()
		}
	}
}
