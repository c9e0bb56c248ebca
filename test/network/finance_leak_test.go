package network_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/test/network/live"
)

// What is paid, presented, refused, lent and limited lies with the peers of those whom it is between: the stores of the others hold none
// of it, nor does any block.
func TestTheMoneyOfABillLiesWithThoseWhomItConcerns(t *testing.T) {
	s := open(t)
	v := newVoyage(s)
	for what := range v.canaries {
		if !strings.HasSuffix(what, "of the bill") {
			delete(v.canaries, what)
		}
	}
	id := v.issue()
	both, bank := []string{live.Port, live.Bank}, []string{live.Bank}

	// Sold against payment: the carrier sees the bill and not the price, the bank the price and not the bill.
	terms := v.papers.With("128500.00", v.amount("price", both...), "NZ-0123-0456789-00", v.mark("account", 24, both...),
		"PI-2026-0042 FROZEN BEEF", v.mark("payment reference", 24, both...))
	exchange := s.sold(id, "buyer", terms.Text("exchange-terms"))
	s.do("buyer-clerk", "exchange", "agree", fields{"id": exchange}, nil)
	s.do("bank-officer", "exchange", "settle", fields{"id": exchange, "proof": s.paid(s.till(), exchange)}, nil)
	v.requireNoLeak("when the bill is paid for")

	// Pledged under a facility, delivered in part with a consent that names the container.
	s.do("buyer-clerk", "bill", "propose-pledge", fields{"id": id, "bank": s.Party["bank"]}, nil)
	for what, c := range v.canaries {
		if strings.HasSuffix(what, "of the bill") {
			c.entitled = []string{live.Carrier, live.Port, live.Bank}
			c.required = c.entitled
		}
	}
	facility := s.limited("900000000000000", id)
	limit, drawn := v.amount("limit", bank...), v.amount("amount reserved", bank...)
	s.do("bank-officer", "facility", "change-limit", fields{"id": facility}, text(t, fields{"pledgor": s.Party["buyer"], "currency": "USD",
		"limit": "9" + limit, "pledgorLimit": "9" + limit, "reference": v.mark("number of the facility", 24, bank...)}))
	reserve := s.reserving(facility, id, drawn)
	s.do("bank-officer", "facility", "reserve", reserve.Request, reserve.Content)
	s.do("bank-officer", "bill", "accept-pledge", fields{"id": id}, nil)
	part := text(t, fields{"containers": []string{v.papers.Containers[0]}})
	s.do("bank-officer", "bill", "consent", fields{"id": id, "act": "DELIVER_PART", "until": later(time.Hour)}, part)
	s.do("buyer-clerk", "bill", "surrender-part", fields{"id": id}, part)
	s.do("line-clerk", "bill", "accept-part", fields{"id": id}, nil)
	v.requireNoLeak("when a part of the pledged bill is delivered")

	// Presented under a credit, and refused.
	other := s.issued()
	s.do("shipper-clerk", "bill", "endorse-to-order", fields{"id": other, "to": s.Party["bank"]}, nil)
	set := s.papers("line").With("SF-INV-2026-1187", v.mark("invoice", 24, both...), "EIB-LC-26-00871", v.mark("credit", 24, both...),
		"285600.00", v.amount("amount of the presentation", both...), "Hold the documents at our disposal.", v.mark("instructions", 24, both...))
	presentation := s.opened(other, set)
	s.do("shipper-clerk", "presentation", "complete", fields{"id": presentation}, nil)
	notice := v.papers.With("The invoice is made out to another party than the applicant.", v.mark("discrepancy", 24, bank...))
	s.do("bank-officer", "presentation", "propose-refusal", fields{"id": presentation}, notice.Text("refusal"))
	v.requireNoLeak("when a refusal is proposed")
	var view struct {
		Examination struct {
			Control fields `json:"control"`
		} `json:"examination"`
	}
	require.NoError(t, s.person("bank-checker").Read(s.ctx, "presentation", presentation, &view))
	s.do("bank-checker", "presentation", "refuse", fields{"id": presentation, "reason": "DISCREPANCIES",
		"notice": view.Examination.Control["commitment"]}, nil)
	v.canaries["discrepancy"].entitled, v.canaries["discrepancy"].required = both, both
	v.requireNoLeak("when the documents are refused")
}
