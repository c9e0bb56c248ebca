package ledger_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/test/memfabric"
	"portledger/test/world"
)

// oneWins commits transactions that were endorsed on the same state in one block: the first is valid, no other is. Where the
// winner also changed who endorses the record, Fabric calls the others badly endorsed instead of conflicting.
func oneWins(t *testing.T, w *world.World, txs ...*memfabric.Tx) {
	t.Helper()
	codes := w.Net.Commit(txs...)
	require.Equal(t, memfabric.Valid, codes[0])
	for _, c := range codes[1:] {
		require.Contains(t, []memfabric.Code{memfabric.MVCCReadConflict, memfabric.EndorsementPolicyFailure}, c)
	}
}

func TestOfTwentyTransfersEndorsedAtOnceOneCommits(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	recipients := []string{"bank", "buyer", "forwarder"}
	var txs []*memfabric.Tx
	for i := range 20 {
		txs = append(txs, w.Endorsed("shipper", "bill", "transfer", fields{"id": id, "to": w.Party[recipients[i%3]]}, ""))
	}
	// Content that goes to another organisation, and a transfer within the house, in any order.
	txs[0], txs[7] = txs[7], txs[0]
	oneWins(t, w, txs...)
	require.Equal(t, ref(w, recipients[7%3]), billOf(w, id).Offer.To)
	require.Equal(t, 4, billOf(w, id).Version)
}

func TestOfTwentyClerksAtOnceOneMovesTheBill(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	var wg sync.WaitGroup
	outcomes := make([]error, 20)
	start := make(chan struct{})
	for i := range outcomes {
		wg.Go(func() {
			<-start
			_, outcomes[i] = w.Try("shipper", "bill", "transfer", fields{"id": id, "to": w.Party["buyer"]}, "")
		})
	}
	close(start)
	wg.Wait()
	moved := 0
	for _, err := range outcomes {
		if err == nil {
			moved++
			continue
		}
		var conflict *memfabric.CommitError
		if f, refused := fault.Parse(err.Error()); refused {
			require.Equal(t, fault.OfferOpen, f.Code, "came later and saw the offer")
		} else if !errorAs(err, &conflict) {
			require.ErrorContains(t, err, "do not match", "endorsed before and after")
		}
	}
	require.Equal(t, 1, moved)
	require.Equal(t, 4, billOf(w, id).Version)
}

func TestABillNumberIsTakenOnce(t *testing.T) {
	w := world.New(t)
	draft := fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}
	again := world.With(world.Fixture("bill-order"), "shippingInstructionsReference", "SI-OTHER")
	oneWins(t, w, w.Endorsed("line", "bill", "draft", draft, world.Fixture("bill-order")), w.Endorsed("line", "bill", "draft", draft, again))
	f := w.Refused(fault.Duplicate, "line", "bill", "draft", draft, again)
	require.Equal(t, "/content/transportDocumentReference", f.At)
	w.Must("line", "bill", "draft", draft, other.of("bill-order"))
}

func TestAContainerIsOnOneLiveRelease(t *testing.T) {
	w := world.New(t)
	one := w.SurrenderedBill()
	// Another bill, another voyage, the same container.
	again := cargo{"OEDL27XMN00001", own.first, other.second}
	two := again.surrendered(w)
	ask := func(bill string, c cargo) (string, string, string, fields, string) {
		return "buyer", "release", "request", fields{"basis": fields{"type": "EBL_SURRENDER", "bill": bill}, "terminal": w.Party["terminal"]}, c.of("release")
	}
	oneWins(t, w, w.Endorsed(ask(one, own)), w.Endorsed(ask(two, again)), w.Endorsed(ask(one, own)))
	name, family, act, request, content := ask(two, again)
	f := w.Refused(fault.ContainerBusy, name, family, act, request, content)
	require.Equal(t, "X-05", f.Rule)
	require.Equal(t, "/content/lines", f.At)
}

func TestAnAuthorityIsRecordedOnce(t *testing.T) {
	w := world.New(t)
	g := atGate(w)
	record := func() *memfabric.Tx {
		return w.Endorsed("terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
	}
	oneWins(t, w, record(), record(), record())
	require.Equal(t, 1, orderOf(w, g.order).Control.Out)
	w.Refused(fault.WrongState, "terminal", "interchange", "record", fields{"id": g.receipt}, world.Sheet("gate-sheet-out", 1))
}

func TestTwoAuthoritiesForOneContainer(t *testing.T) {
	w := world.New(t)
	order := w.RequestedRelease(w.SurrenderedBill())
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	authorise := func() *memfabric.Tx {
		return w.Endorsed("line", "interchange", "authorise", fields{"type": "OUT_FULL", "release": order, "line": 1,
			"facility": w.Party["terminal"], "trucker": w.Party["trucker"]}, world.Sheet("authority-out", 1))
	}
	oneWins(t, w, authorise(), authorise())
}

func TestTwoOfficersAcceptAnOfferOnce(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.Enrol("officer2", bankOrg, w.Party["bank"], "BANK")
	w.Register("bank2", bankOrg, false, "BANK")
	w.Must("shipper", "bill", "endorse-to-order", fields{"id": id, "to": w.Party["bank"]}, "")
	w.Refused(fault.WrongParty, "bank2", "bill", "accept", fields{"id": id}, "")
	oneWins(t, w, w.Endorsed("bank", "bill", "accept", fields{"id": id}, ""), w.Endorsed("officer2", "bill", "accept", fields{"id": id}, ""),
		w.Endorsed("shipper", "bill", "withdraw", fields{"id": id}, ""))
	require.Equal(t, ref(w, "bank"), billOf(w, id).Holder)
}

func TestTwoBanksJoinOneGuaranteeOnce(t *testing.T) {
	w := world.New(t)
	g := w.DraftedGuarantee(w.IssuedBill())
	w.Enrol("officer2", bankOrg, w.Party["bank"], "BANK")
	w.Register("bank2", bankOrg, false, "BANK")
	w.Must("buyer", "guarantee", "submit", fields{"id": g}, "")
	w.Refused(fault.WrongParty, "bank2", "guarantee", "join", fields{"id": g}, world.Fixture("joinder"))
	join := func(who string) *memfabric.Tx {
		return w.Endorsed(who, "guarantee", "join", fields{"id": g}, world.Fixture("joinder"))
	}
	oneWins(t, w, join("bank"), join("officer2"))
}

// A surrender is answered once, whichever way: accepted, rejected or withdrawn.
func TestAnAnswerIsGivenOnce(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "buyer")
	w.Must("buyer", "bill", "surrender", fields{"id": id}, "")
	oneWins(t, w, w.Endorsed("line", "bill", "accept-surrender", fields{"id": id}, ""), w.Endorsed("buyer", "bill", "withdraw-surrender", fields{"id": id}, ""),
		w.Endorsed("line", "bill", "reject-surrender", fields{"id": id, "reason": "CHARGES_OPEN"}, ""))
	require.Equal(t, "SURRENDERED_FOR_DELIVERY", w.State("bill", id))
}

// Goods leave under guarantee while another holder surrenders: one of the two is told to look again.
func TestAGateOutAndASurrenderOfTheSameBillConflict(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.PassOn(id, "shipper", "bank")
	order := w.RequestedUnderGuarantee(id, w.ActiveGuarantee(id))
	w.AcceptedRelease(order)
	w.Appointed(order, 1)
	receipt := w.AuthorisedOut(order, 1)
	w.Must("bank", "bill", "surrender", fields{"id": id}, "")
	out := w.Endorsed("terminal", "interchange", "record", fields{"id": receipt}, world.Sheet("gate-sheet-out", 1))
	accepted := w.Endorsed("line", "bill", "accept-surrender", fields{"id": id}, "")
	oneWins(t, w, accepted, out)
	f := w.Refused(fault.NoBasis, "terminal", "interchange", "record", fields{"id": receipt}, world.Sheet("gate-sheet-out", 1))
	require.Equal(t, "X-01", f.Rule)
}

// Many bills at once do not wait for each other: no key is shared by all.
func TestShipmentsDoNotConflictWithEachOther(t *testing.T) {
	w := world.New(t)
	var txs []*memfabric.Tx
	for i := range 6 {
		c := cargo{fmt.Sprintf("OEDL26XMN01%03d", i), own.first, own.second}
		txs = append(txs, w.Endorsed("line", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, c.of("bill-order")))
	}
	for _, c := range w.Net.Commit(txs...) {
		require.Equal(t, memfabric.Valid, c)
	}
}
