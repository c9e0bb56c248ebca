package bill_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// Written out from domain facts 3.1 and 3.5: what the holder of each kind of bill can do with it. "untitled" is a bill whose
// holder has possession alone, "ended" one whose last endorsement was not to order.
const passing = `
STRAIGHT at consignee | transfer          | recipient-not-allowed
STRAIGHT at consignee | endorse           | kind-forbids
STRAIGHT at consignee | endorse-to-order  | kind-forbids
STRAIGHT at consignee | blank-endorse     | kind-forbids
STRAIGHT at consignee | surrender         | CONSIGNEE claims
STRAIGHT at shipper   | transfer          | to the consignee
STRAIGHT at shipper   | endorse           | kind-forbids
STRAIGHT at shipper   | endorse-to-order  | kind-forbids
STRAIGHT at shipper   | blank-endorse     | kind-forbids
STRAIGHT at shipper   | surrender         | not-title-holder
ORDER                 | transfer          | possession alone
ORDER                 | endorse           | ended
ORDER                 | endorse-to-order  | to order
ORDER                 | blank-endorse     | bearer
ORDER                 | surrender         | HOLDER claims
ORDER untitled        | transfer          | possession alone
ORDER untitled        | endorse           | not-title-holder
ORDER untitled        | endorse-to-order  | not-title-holder
ORDER untitled        | blank-endorse     | not-title-holder
ORDER untitled        | surrender         | not-title-holder
ORDER ended           | transfer          | possession alone
ORDER ended           | endorse           | not-endorsable
ORDER ended           | endorse-to-order  | not-endorsable
ORDER ended           | blank-endorse     | not-endorsable
ORDER ended           | surrender         | HOLDER claims
BEARER                | transfer          | bearer
BEARER                | endorse           | ended
BEARER                | endorse-to-order  | to order
BEARER                | blank-endorse     | bearer
BEARER                | surrender         | HOLDER claims
`

func kindsOfBills() map[string]bill.Bill {
	straight, untitled, ended, bearer := in(bill.Issued), in(bill.Issued), in(bill.Issued), in(bill.Issued)
	straight.Kind, straight.Endorsable = bill.Straight, false
	straight.Consignee, straight.Title = people["recipient"].Ref, people["recipient"].Ref
	atConsignee := straight
	atConsignee.Holder = people["recipient"].Ref
	untitled.Title = people["shipper"].Ref
	ended.Endorsable = false
	bearer.Kind, bearer.Title = bill.Bearer, lifecycle.Ref{}
	return map[string]bill.Bill{"STRAIGHT at consignee": atConsignee, "STRAIGHT at shipper": straight, "ORDER": in(bill.Issued),
		"ORDER untitled": untitled, "ORDER ended": ended, "BEARER": bearer}
}

func TestWhatTheHolderOfEachKindCanDo(t *testing.T) {
	bills := kindsOfBills()
	for line := range strings.Lines(strings.TrimSpace(passing)) {
		cells := strings.Split(line, "|")
		before, act, want := bills[strings.TrimSpace(cells[0])], lifecycle.Act(strings.TrimSpace(cells[1])), strings.TrimSpace(cells[2])
		c := command(act, "holder")
		if before.Holder == people["recipient"].Ref {
			c = command(act, "recipient")
		}
		after, err := before.Apply(c)
		if f := fault.Of(err); f != nil {
			require.Equal(t, want, string(f.Code), line)
			continue
		}
		if after.Offer != nil {
			after, err = after.Apply(command(bill.Accept, "recipient"))
			require.NoError(t, err, line)
		}
		recipient := people["recipient"].Ref
		switch want {
		case "CONSIGNEE claims":
			require.Equal(t, before.Consignee, after.Claimant, line)
		case "HOLDER claims":
			require.Equal(t, before.Holder, after.Claimant, line)
		case "to the consignee", "possession alone":
			require.Equal(t, recipient, after.Holder, line)
			require.Equal(t, []any{before.Kind, before.Title, before.Endorsable}, []any{after.Kind, after.Title, after.Endorsable}, line)
		case "ended", "to order":
			require.Equal(t, []any{bill.Order, recipient, recipient, want == "to order"}, []any{after.Kind, after.Holder, after.Title, after.Endorsable}, line)
		case "bearer":
			require.Equal(t, []any{bill.Bearer, recipient, lifecycle.Ref{}, true}, []any{after.Kind, after.Holder, after.Title, after.Endorsable}, line)
		default:
			require.Fail(t, "the list asks for "+want+", which the law allows", line)
		}
	}
}

// Endorsed in blank, on as a bearer bill, and to order again: the chain closes only with an endorsement to a name.
func TestABlankEndorsedBillBecomesAnOrderBillAgain(t *testing.T) {
	b := in(bill.Issued)
	blank := command(bill.BlankEndorse, "holder")
	blank.Request.To, blank.Request.Parties = "", map[string]party.Party{}
	b, err := b.Apply(blank)
	require.NoError(t, err)
	require.Equal(t, people["holder"].Ref, b.Holder)
	for _, act := range []lifecycle.Act{bill.EndorseToOrder, bill.Accept} {
		who := map[lifecycle.Act]string{bill.EndorseToOrder: "holder", bill.Accept: "recipient"}[act]
		b, err = b.Apply(command(act, who))
		require.NoError(t, err)
	}
	require.Equal(t, bill.Order, b.Kind)
	require.Equal(t, people["recipient"].Ref, b.Title)
	toShipper := command(bill.Endorse, "recipient")
	toShipper.Request.Parties["/to"] = registered("consignee")
	b, err = b.Apply(toShipper)
	require.NoError(t, err)
	b, err = b.Apply(command(bill.Accept, "consignee"))
	require.NoError(t, err)
	_, err = b.Apply(command(bill.EndorseToOrder, "consignee"))
	require.Equal(t, fault.NotEndorsable, fault.Of(err).Code)
}
