package network_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/stretchr/testify/require"

	"portledger/chaincode/payment"
	"portledger/gateway/pay"
	"portledger/test/network/live"
)

// What the finance tests share: exchanges against payment, presentations under a credit, parts of a bill, facilities.

func later(d time.Duration) string { return time.Now().Add(d).UTC().Format(time.RFC3339) }

func text(t *testing.T, v any) []byte {
	t.Helper()
	body, err := json.Marshal(v)
	require.NoError(t, err)
	return body
}

// sold is an exchange of a bill that the shipper offers to a buyer against payment by the bank.
func (s *scene) sold(bill, buyer string, terms []byte) string {
	s.t.Helper()
	return s.do("shipper-clerk", "exchange", "propose", fields{"bill": bill, "passes": "endorse-to-order", "buyer": s.Party[buyer],
		"bank": s.Party["bank"], "proofKind": "BANK_SIGNATURE", "deadline": later(time.Hour)}, terms).ID
}

// till is a fresh key of the bank's for proofs of payment.
func (s *scene) till() crypto.Signer {
	s.t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(s.t, err)
	public, _, err := pay.PublicKey(key)
	require.NoError(s.t, err)
	s.do("bank-registrar", "party", "register-payment-key", fields{"id": s.Party["bank"], "publicKey": public, "to": later(10 * time.Minute)}, nil)
	return key
}

// paid is the bank's word that an exchange was paid.
func (s *scene) paid(key crypto.Signer, exchange string) string {
	s.t.Helper()
	proof, err := pay.Sign(key, payment.Statement{Exchange: exchange, PaidAt: time.Now().UTC().Format(time.RFC3339),
		Commitment: s.control("bank-officer", "exchange", exchange)["commitment"].(string)})
	require.NoError(s.t, err)
	return proof
}

// opened is a presentation of a bill that the shipper offers to the bank, whose set is not complete yet.
func (s *scene) opened(bill string, papers live.Papers) string {
	s.t.Helper()
	var view struct {
		Hash string `json:"hash"`
	}
	require.NoError(s.t, s.person("shipper-clerk").Read(s.ctx, "bill", bill, &view))
	var set fields
	require.NoError(s.t, json.Unmarshal(papers.Text("presentation"), &set))
	document := set["documents"].([]any)[0].(fields)
	document["hash"], document["bill"] = view.Hash, bill
	set["credit"].(fields)["expiryDate"] = time.Now().AddDate(1, 0, 0).Format(time.DateOnly)
	return s.do("shipper-clerk", "presentation", "open", fields{"bank": s.Party["bank"], "bills": []string{bill}}, text(s.t, set)).ID
}

// presented is a fresh bill that is under examination by the bank.
func (s *scene) presented() (bill, presentation string) {
	s.t.Helper()
	bill = s.issued()
	s.do("shipper-clerk", "bill", "endorse-to-order", fields{"id": bill, "to": s.Party["bank"]}, nil)
	presentation = s.opened(bill, s.papers("line"))
	s.do("shipper-clerk", "presentation", "complete", fields{"id": presentation}, nil)
	return bill, presentation
}

// limited is a facility of the bank for the shipper; when the test ends the bank works without any again. What is reserved under it is
// named in taken.
func (s *scene) limited(limit string, taken ...string) string {
	s.t.Helper()
	id := s.do("bank-officer", "facility", "open", fields{"witness": s.MSP(live.Port)}, nil).ID
	s.t.Cleanup(func() {
		bank := s.person("bank-officer")
		for _, bill := range taken {
			_, _ = bank.Do(s.ctx, live.Act{Family: "bill", Name: "release-pledge", Request: fields{"id": bill}})
			s.level()
			_, _ = bank.Do(s.ctx, live.Act{Family: "facility", Name: "free", Request: fields{"id": id}, Content: text(s.t, fields{"purpose": "PLEDGE", "document": bill})})
			s.level()
		}
		s.do("bank-officer", "facility", "close", fields{"id": id}, nil)
	})
	s.do("bank-officer", "facility", "change-limit", fields{"id": id}, text(s.t, fields{"pledgor": s.Party["shipper"], "currency": "USD", "limit": limit}))
	return id
}

func (s *scene) reserving(facility, bill, amount string) live.Act {
	return live.Act{Family: "facility", Name: "reserve", Request: fields{"id": facility},
		Content: text(s.t, fields{"purpose": "PLEDGE", "document": bill, "amount": amount, "currency": "USD"})}
}

// parting surrenders some containers of the bill.
func (s *scene) parting(bill string, containers ...string) live.Act {
	return live.Act{Family: "bill", Name: "surrender-part", Request: fields{"id": bill}, Content: text(s.t, fields{"containers": containers})}
}

// racer is somebody who makes an act at the same moment as others.
type racer struct {
	who string
	act live.Act
}

// winner has all racers endorse on the same state and send at the same moment, and answers which one of them committed.
func (s *scene) winner(racers ...racer) int {
	s.t.Helper()
	signed := make([]*client.Transaction, len(racers))
	for i, r := range racers {
		prepared, err := s.person(r.who).Prepare(s.ctx, r.act)
		require.NoError(s.t, err, "%s: %s", r.who, r.act.Name)
		signed[i], err = s.person(r.who).Endorse(s.ctx, prepared.Call)
		require.NoError(s.t, err, "%s: %s", r.who, r.act.Name)
	}
	errs := make([]error, len(signed))
	together(len(signed), func(i int) { errs[i] = live.Commit(s.ctx, signed[i]) })
	won := -1
	for i, err := range errs {
		if err == nil {
			require.Equal(s.t, -1, won, "two of them committed")
			won = i
			continue
		}
		requireOvertaken(s.t, err)
	}
	require.NotEqual(s.t, -1, won, "none of them committed")
	s.level()
	return won
}
