package network_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/test/network/live"
)

// One bill is offered to two buyers against payment, and both agree at the same moment; then it is paid for once.
func TestOfTwoBuyersOneHasTheBill(t *testing.T) {
	s := open(t)
	id := s.issued()
	buyers := []string{"buyer", "forwarder"}
	terms := s.papers("line").Text("exchange-terms")
	var exchanges []string
	for _, buyer := range buyers {
		exchanges = append(exchanges, s.sold(id, buyer, terms))
	}
	won := s.winner(racer{"buyer-clerk", act("exchange", "agree", fields{"id": exchanges[0]})},
		racer{"forwarder-clerk", act("exchange", "agree", fields{"id": exchanges[1]})})
	require.Equal(t, exchanges[won], s.control("line-clerk", "bill", id)["offer"].(fields)["against"])
	settle := act("exchange", "settle", fields{"id": exchanges[won], "proof": s.paid(s.till(), exchanges[won])})
	s.winner(racer{"bank-officer", settle}, racer{"shipper-clerk", settle})
	require.Equal(t, s.Party[buyers[won]], s.control("line-clerk", "bill", id)["holder"].(fields)["party"])
}

// One bill is presented twice, proposed to two banks, and its two containers are taken out apart, each at the same moment.
func TestOfTwoWaysWithABillOneIsGone(t *testing.T) {
	s := open(t)
	papers := s.papers("line")
	id := s.do("line-clerk", "bill", "draft", fields{"shipper": s.Party["shipper"], "endorsee": s.Party["shipper"]}, papers.Text("bill-order")).ID
	s.do("shipper-clerk", "bill", "approve", fields{"id": id}, nil)
	s.do("line-clerk", "bill", "issue", fields{"id": id}, nil)
	other := s.recipients(live.Bank, "BANK", 1)[0]
	propose := func(bank string) live.Act { return act("bill", "propose-pledge", fields{"id": id, "bank": bank}) }
	won := s.winner(racer{"shipper-clerk", propose(s.Party["bank"])}, racer{"shipper-clerk", propose(other)})
	require.Equal(t, []string{s.Party["bank"], other}[won], s.control("line-clerk", "bill", id)["pledge"].(fields)["bank"].(fields)["party"])
	s.do("shipper-clerk", "bill", "withdraw-pledge", fields{"id": id}, nil)

	// Two containers: who takes one leaves the last, which goes with the bill alone.
	s.winner(racer{"shipper-clerk", s.parting(id, papers.Containers[0])}, racer{"shipper-clerk", s.parting(id, papers.Containers[1])})
	s.do("line-clerk", "bill", "accept-part", fields{"id": id}, nil)
	for _, container := range papers.Containers {
		_, err := s.person("shipper-clerk").Do(s.ctx, s.parting(id, container))
		requireRefused(t, fault.LastContainer, err)
	}

	s.do("shipper-clerk", "bill", "endorse-to-order", fields{"id": id, "to": s.Party["bank"]}, nil)
	one, two := s.opened(id, papers), s.opened(id, papers)
	s.winner(racer{"shipper-clerk", act("presentation", "complete", fields{"id": one})}, racer{"shipper-clerk", act("presentation", "complete", fields{"id": two})})
}

// Two reservations that fit the limit one by one and not together, and the freeing of one while it is accepted.
func TestOfTwoReservationsAtTheLimitOneIsTaken(t *testing.T) {
	s := open(t)
	bills := []string{s.issued(), s.issued()}
	for _, id := range bills {
		s.do("shipper-clerk", "bill", "propose-pledge", fields{"id": id, "bank": s.Party["bank"]}, nil)
	}
	facility := s.limited("100", bills...)
	won := s.winner(racer{"bank-officer", s.reserving(facility, bills[0], "60")}, racer{"bank-checker", s.reserving(facility, bills[1], "60")})
	_, err := s.person("bank-officer").Do(s.ctx, s.reserving(facility, bills[1-won], "60"))
	requireRefused(t, fault.LimitExceeded, err)
	_, err = s.person("bank-officer").Do(s.ctx, act("bill", "accept-pledge", fields{"id": bills[1-won]}))
	requireRefused(t, fault.NoReservation, err)
	accept := racer{"bank-officer", act("bill", "accept-pledge", fields{"id": bills[won]})}
	free := racer{"bank-checker", live.Act{Family: "facility", Name: "free", Request: fields{"id": facility},
		Content: text(t, fields{"purpose": "PLEDGE", "document": bills[won]})}}
	if s.winner(accept, free) == 1 {
		_, err = s.person("bank-officer").Do(s.ctx, accept.act)
		requireRefused(t, fault.NoReservation, err)
	}
}
