package rest_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/gateway/ledger"
	"portledger/gateway/rest"
	"portledger/test/fixtures"
)

// afar is a ledger whose other organisations answer with errors, one after another; without any left they answer well.
type afar struct {
	rest.Ledger
	errs  []error
	asked []string
}

func (a *afar) EvaluateAt(ctx context.Context, as ledger.Person, call ledger.Call, org string) ([]byte, error) {
	a.asked = append(a.asked, call.Function+" at "+org)
	if len(a.errs) > 0 {
		err := a.errs[0]
		a.errs = a.errs[1:]
		return nil, err
	}
	return a.Ledger.EvaluateAt(ctx, as, call, org)
}

func TestTheRadarAsksTheCarriersPeer(t *testing.T) {
	w := newTrade(t)
	bank := w.clerk("PortMSP", "BANK")
	bill := w.issued()
	g := w.gates["PortMSP"]
	front := &afar{Ledger: g.ledger}
	g.front = front
	w.restart("PortMSP")
	bank.refused(http.StatusForbidden, "wrong-party", http.MethodGet, bill+"/radar", "")
	w.shipper.refused(http.StatusForbidden, "wrong-role", http.MethodGet, bill+"/radar", "")
	bank.refused(http.StatusNotFound, "not-found", http.MethodGet, "/v1/bills/x/radar", "")
	require.Empty(t, front.asked, "a refusal of the own peer reaches nobody else")

	order := w.orderBill()
	require.Equal(t, http.StatusOK, w.shipper.post(order+"/propose-pledge", fmt.Sprintf(`{"bank":%q}`, bank.person.Party)).status)
	answer := bank.get(order + "/radar")
	require.Equal(t, http.StatusOK, answer.status, answer.text())
	require.JSONEq(t, fmt.Sprintf(`{"id":%q,"sameBill":false,"sameContainers":false,"replacesFinanced":false}`, order[len("/v1/bills/"):]), answer.text())
	require.Equal(t, "private, no-store", answer.header.Get("Cache-Control"))
	require.Equal(t, []string{"Radar at CarrierMSP"}, front.asked)

	front.errs = []error{fault.New(fault.WrongParty)}
	require.Equal(t, http.StatusOK, bank.get(order+"/radar").status, "the carrier's peer was a block behind")
	front.errs = []error{ledger.ErrUnavailable}
	away := bank.refused(http.StatusServiceUnavailable, "unavailable", http.MethodGet, order+"/radar", "")
	require.NotEmpty(t, away.header.Get("Retry-After"))
}

// orderBill is an order bill that the shipper holds and has the title of.
func (w trade) orderBill() string {
	w.t.Helper()
	body := fmt.Sprintf(`{"shipper":%q,"endorsee":%q,"content":%s}`, w.shipper.person.Party, w.shipper.person.Party, fixtures.Read("bill-order.json"))
	born := w.line.post("/v1/bills", body)
	require.Equal(w.t, http.StatusCreated, born.status, born.text())
	bill := born.header.Get("Location")
	require.Equal(w.t, http.StatusOK, w.shipper.post(bill+"/approve", "").status)
	require.Equal(w.t, http.StatusOK, w.line.post(bill+"/issue", "").status)
	return bill
}
