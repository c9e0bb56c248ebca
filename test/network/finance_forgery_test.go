package network_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"

	"portledger/test/network/live"
)

// Everybody without one peer that is needed colludes and runs forged chaincode, all together and in every part of it: neither exchange
// nor presentation, part or facility changes, nor does a bill that one of them binds.
func TestFinanceIsNotForgedWithoutAPeerThatIsNeeded(t *testing.T) {
	s := open(t)
	liar := s.build("liar", "./liar")
	papers := s.papers("line")
	parted := s.do("line-clerk", "bill", "draft", fields{"shipper": s.Party["shipper"], "endorsee": s.Party["shipper"]}, papers.Text("bill-order")).ID
	s.do("shipper-clerk", "bill", "approve", fields{"id": parted}, nil)
	s.do("line-clerk", "bill", "issue", fields{"id": parted}, nil)
	_, err := s.person("shipper-clerk").Do(s.ctx, s.parting(parted, papers.Containers[0]))
	require.NoError(t, err)
	s.level()
	s.do("line-clerk", "bill", "accept-part", fields{"id": parted}, nil)
	sold := s.issued()
	exchange := s.sold(sold, "buyer", papers.Text("exchange-terms"))
	s.do("buyer-clerk", "exchange", "agree", fields{"id": exchange}, nil)
	shown, presentation := s.presented()
	facility := s.limited("100")
	part := s.control("shipper-clerk", "bill", parted)["parts"].(fields)["last"].(string)

	terminal := fields{"party": s.Party["terminal"], "org": s.MSP(live.Terminal)}
	bank := fields{"party": s.Party["bank"], "org": s.MSP(live.Bank)}
	put := func(what, family, id string, members fields) told {
		return told{what, "lie:put", []string{family + "/" + id, rewritten(t, s.control("shipper-clerk", family, id), members)}}
	}
	settled := put("a settled exchange", "exchange", exchange, fields{"state": "SETTLED"})
	bought := put("a bill that was paid for", "bill", sold, fields{"holder": terminal, "title": terminal, "offer": nil})
	honoured := put("an honour", "presentation", presentation, fields{"state": "HONOURED"})
	takenUp := put("a bill that was taken up", "bill", shown, fields{"holder": bank, "title": bank, "presented": nil})
	whole := put("a bill that is whole again", "bill", parted, fields{"parts": nil})
	claimed := told{"a part of somebody else's", "lie:put", []string{"part/" + part, rewritten(t, s.partOf("shipper-clerk", parted), fields{"claimant": terminal})}}
	for _, c := range []struct {
		without string
		lies    []told
	}{
		{live.Port, []told{settled, bought, honoured, takenUp, whole, claimed}},
		{live.Carrier, []told{settled, bought, takenUp, whole, claimed}},
		{live.Bank, []told{honoured, takenUp, put("a facility without a limit", "facility", facility, fields{"state": "CLOSED"}),
			{"an account of the bank's", "lie:keep", []string{s.MSP(live.Bank), "lending/" + s.Party["bank"], `{"facilities":0}`}}}},
	} {
		s.noneStands(liar, live.Others(c.without), c.lies)
	}
	s.do("shipper-clerk", "bill", "surrender", fields{"id": parted}, nil)
	s.do("bank-officer", "exchange", "settle", fields{"id": exchange, "proof": s.paid(s.till(), exchange)}, nil)
}

// partOf is the public record of the latest part of a bill.
func (s *scene) partOf(who, bill string) fields {
	s.t.Helper()
	var view struct {
		Parts []struct {
			Control fields `json:"control"`
		} `json:"parts"`
	}
	require.NoError(s.t, s.person(who).Read(s.ctx, "bill", bill, &view))
	return view.Parts[0].Control
}

// noneStands lets a coalition tell its lies at the same time, all together and in every part of it: each is found invalid.
func (s *scene) noneStands(liar string, coalition []string, lies []told) {
	s.t.Helper()
	honest := s.corrupt(liar, coalition...)
	var tries []func() error
	var about []string
	for _, some := range append(subsets(coalition), coalition) {
		s.person(clerkOf(some[0]))
		for _, lie := range lies {
			tries = append(tries, func() error { return s.lie(some, lie.function, lie.args...) })
			about = append(about, fmt.Sprint(lie.what, " by ", some))
		}
	}
	errs := make([]error, len(tries))
	together(len(tries), func(i int) { errs[i] = tries[i]() })
	for i, err := range errs {
		var invalid live.Invalid
		require.True(s.t, errors.As(err, &invalid), "it was not ordered and found invalid: %v (%s)", err, about[i])
		require.Equal(s.t, peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE, invalid.Code, about[i])
	}
	honest()
	s.level()
}
