package ledger_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/facility"
	"portledger/chaincode/lifecycle"
	"portledger/test/world"
)

// ticket is a bank's consent as the walk remembers it.
type ticket struct {
	kind, pledge string
	bank, to     lifecycle.Ref
	until        time.Time
	boxes        []int // of a part
	used         bool
}

// vault is a second, dumb version of what the ledger keeps of a financed bill: who consented to what, where each container is, and what
// each bank reserved. It knows no acts: it looks at what changed.
type vault struct {
	consent *ticket
	// licensed tells that what is open on the bill was let go by its bank.
	licensed bool
	// of is where each container (1 to 3) is: in the balance, or in an accepted part by its id; open are those of the part that waits.
	of   map[int]string
	open []int
	// claimant is of each part; orders are the live ones by container, out what left.
	claimant map[string]lifecycle.Ref
	orders   map[int]string
	out      map[int]bool
	// terms are what each pledge secures, in cents; reserved what each bank reserved, by bank and document.
	terms    map[string]int
	reserved map[string]map[string]int
	// lenders are the banks that ever had a pledge of this bill, before those of the bills that it replaced.
	lenders, before []lifecycle.Ref
}

func newVault() *vault {
	return &vault{of: map[int]string{}, claimant: map[string]lifecycle.Ref{}, orders: map[int]string{}, out: map[int]bool{},
		terms: map[string]int{}, reserved: map[string]map[string]int{"bank": {}, "factor": {}}}
}

func cents(n int) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }

func (v *vault) balance() (places []int) {
	for n := 1; n <= 3; n++ {
		if v.of[n] == "" {
			places = append(places, n)
		}
	}
	return places
}

// opensNow tells whether the consent that is open is to this act.
func opensNow(b bill.Bill, act lifecycle.Act) bool {
	if b.Pledge == nil || b.Pledge.Consent == nil {
		return false
	}
	kinds := map[lifecycle.Act]string{bill.Transfer: bill.ConsentTransfer, bill.Endorse: bill.ConsentEndorse, bill.EndorseToOrder: bill.ConsentEndorse,
		bill.Surrender: bill.ConsentSurrender, bill.SurrenderForAmendment: bill.ConsentAmend, bill.SurrenderPart: bill.ConsentPart}
	return kinds[act] == b.Pledge.Consent.Act
}

// secured tells whether the bill does not move without its bank.
func secured(b bill.Bill) bool {
	return b.Pledged() && b.State != bill.Surrendered && b.State != bill.Accomplished
}

// ofBank are the acts by which a bank itself moves, frees or takes what is pledged to it, or what another bank passes on to it.
var ofBank = []lifecycle.Act{bill.ReleasePledge, bill.ReleaseOnTrust, bill.SettleTrust, bill.RecallTrust, bill.Enforce, bill.AcceptPledgeTransfer}

// holders are those who have the bill.
func holders(b bill.Bill) []lifecycle.Ref {
	if b.Joint != nil {
		return b.Joint.Parties
	}
	return []lifecycle.Ref{b.Holder}
}

// judge holds what an act did to the bill against what its bank let go.
func (k *desk) judge(who string, act lifecycle.Act, was, is bill.Bill) {
	switch {
	case !secured(was):
		require.False(k, secured(is) && !slices.Contains([]lifecycle.Act{bill.AcceptPledge, bill.AnnulSurrender}, act), "%s makes no pledge", act)
	case slices.Contains(ofBank, act):
		require.Contains(k, []lifecycle.Ref{was.Pledge.Bank, was.Pledge.To}, ref(k.w, who), "%s by the bank alone", act)
		k.stays(act, was, is)
	default:
		k.kept(act, was, is)
	}
	k.ends(is)
}

// stays: a bank's own act leaves the bill with those who have it, gives it to the bank, or back to whom the bank had it from.
func (k *desk) stays(act lifecycle.Act, was, is bill.Bill) {
	allowed := append(slices.Clone(holders(was)), was.Pledge.Bank, was.Pledge.To, was.Requester)
	if was.Given != nil {
		allowed = append(allowed, was.Given.Parties...)
	}
	if was.Custody != nil {
		allowed = append(allowed, was.Custody.From)
	}
	require.Subset(k, allowed, holders(is), "%s", act)
	require.NotEqual(k, bill.Voided, is.State)
}

// kept: what anybody else does to a bill that a bank has a pledge of needs a consent to just that, which is spent with it.
func (k *desk) kept(act lifecycle.Act, was, is bill.Bill) {
	require.True(k, is.Pledged() || is.State == bill.Accomplished, "%s ends no pledge", act)
	require.NotEqual(k, bill.Voided, is.State, "%s of a pledged bill", act)
	require.Equal(k, []any{was.Pledge.ID, was.Pledge.Bank}, []any{is.Pledge.ID, is.Pledge.Bank})
	moved := !slices.Equal(holders(was), holders(is)) || was.Title != is.Title || was.Kind != is.Kind
	if kind := began(was, is, moved); kind != "" {
		k.spend(kind, was, is)
	} else if moved && !(was.State == bill.Amendable && is.State == bill.Issued) {
		require.True(k, k.v.licensed, "%s moves what its bank did not let go", act)
	}
	if was.Delivered() < is.Delivered() {
		require.True(k, k.v.licensed && was.OpenPart() != nil, "%s delivers what its bank did not let go", act)
	}
	if was.State == bill.Issued && is.State == bill.Issued && !slices.Equal(holders(was), holders(is)) {
		require.Nil(k, is.Pledge.Consent, "%s: a consent is none to the next holder", act)
	}
}

// began is the kind of consent that something newly begun on the bill needs; empty where nothing began.
func began(was, is bill.Bill, moved bool) string {
	switch {
	case was.Offer == nil && is.Offer != nil && is.Offer.Act == bill.Transfer:
		return bill.ConsentTransfer
	case was.Offer == nil && (is.Offer != nil || (moved && was.State == bill.Issued && is.State == bill.Issued)):
		return bill.ConsentEndorse
	case was.State == bill.Issued && is.State == bill.PendingSurrender:
		return bill.ConsentSurrender
	case was.State == bill.Issued && is.State == bill.PendingAmendment:
		return bill.ConsentAmend
	case was.OpenPart() == nil && is.OpenPart() != nil:
		return bill.ConsentPart
	}
	return ""
}

// spend uses the consent up that was open. A release on trust stands for the pledgor's to surrender, in whole or in part.
func (k *desk) spend(kind string, was, is bill.Bill) {
	c := k.v.consent
	k.v.licensed = true
	trusted := was.Pledge.State == bill.TrustReleased && was.Holder == was.Pledge.Pledgor && (kind == bill.ConsentSurrender || kind == bill.ConsentPart)
	if trusted && (c == nil || c.used || c.kind != kind || was.Pledge.Consent == nil) {
		return
	}
	if trusted && !k.w.Net.Now().Before(c.until) {
		return
	}
	require.NotNil(k, c, "%s without a consent", kind)
	require.NotNil(k, was.Pledge.Consent)
	require.False(k, c.used, "a consent is used once")
	require.Equal(k, []any{kind, was.Pledge.ID, was.Pledge.Bank}, []any{c.kind, c.pledge, c.bank}, "a consent to just this, by this bank")
	require.True(k, k.w.Net.Now().Before(c.until), "%s when the consent was over", kind)
	if !c.to.Zero() {
		require.Equal(k, []any{c.to, 0}, []any{is.Offer.To, len(is.Offer.Jointly)}, "to whom the bank agreed")
	}
	if is.Committed() != "" {
		deadline, err := time.Parse(time.RFC3339Nano, is.Offer.Until)
		require.True(k, err == nil && !deadline.After(c.until), "bound for longer than the bank agreed")
	}
	if kind == bill.ConsentPart && !trusted {
		require.Subset(k, c.boxes, k.v.open, "the goods that the bank named")
	}
	require.Nil(k, is.Pledge.Consent, "used up")
	c.used = true
}

// ends forgets what is not open any more, and holds an open consent against what was given.
func (k *desk) ends(is bill.Bill) {
	if is.State == bill.Issued && is.Offer == nil && is.OpenPart() == nil {
		k.v.licensed = false
	}
	if is.Pledge == nil || is.Pledge.State == bill.PledgeProposed {
		return
	}
	if !slices.Contains(k.v.lenders, is.Pledge.Bank) {
		k.v.lenders = append(k.v.lenders, is.Pledge.Bank)
	}
	if open := is.Pledge.Consent; open != nil {
		c := k.v.consent
		require.NotNil(k, c, "a consent that nobody gave")
		require.False(k, c.used, "a consent that was used stays open")
		require.Equal(k, []any{c.kind, c.to, c.pledge, c.bank}, []any{open.Act, open.To, is.Pledge.ID, is.Pledge.Bank})
	}
}

// count holds the containers of the bill against where the walk knows them to be: what was delivered, what is asked for and the balance
// are always all of them.
func (k *desk) count(is bill.Bill) {
	balance := k.v.balance()
	require.Equal(k, 3, is.Delivered()+is.Balance())
	require.Equal(k, len(balance), is.Balance(), "the balance is what is in no part")
	open := 0
	if is.OpenPart() != nil {
		open = is.OpenPart().Containers
	}
	require.Equal(k, len(k.v.open), open)
	require.Subset(k, balance, k.v.open, "what is asked for is of the balance")
	require.True(k, open < is.Balance(), "something stays in the balance")
	delivered := 0
	for _, p := range partsOf(k.w, "line", k.bill).Parts {
		if p.Control.State == bill.PartAccepted {
			delivered += p.Control.Containers
			require.Equal(k, k.v.claimant[p.Control.ID], p.Control.Claimant)
		}
	}
	require.Equal(k, is.Delivered(), delivered)
}

// limits holds a bank's book against what the walk knows to be reserved: nothing is overshot, and nothing is lost.
func (k *desk) limits(bank string) {
	id := k.credit[bank]
	if id == "" {
		return
	}
	total := 0
	for _, amount := range k.v.reserved[bank] {
		total += amount
	}
	x := read[creditView](k.w, bank, "facility", id).Exposure
	for level, a := range map[string]facility.Account{"facility": x.Facility, "pledgor": x.Pledgor, "bank": x.Bank} {
		require.True(k, facility.Covers(a.Used, cents(total)) && facility.Covers(cents(total), a.Used), "%s: %s is used, %s reserved", level, a.Used, cents(total))
		require.True(k, a.Limit == "" || facility.Covers(a.Limit, a.Used), "%s: %s is used of %s", level, a.Used, a.Limit)
	}
	require.Len(k, x.Reservations, len(k.v.reserved[bank]))
}

// within: a bank that works with facilities took nothing upon itself that was not reserved for it.
func (k *desk) within(bank string, is bill.Bill) {
	id := k.credit[bank]
	if id == "" || record[facility.Facility](k, "facility", id).State == facility.Closed {
		return
	}
	require.Equal(k, facility.Active, record[facility.Facility](k, "facility", id).State)
	require.Equal(k, ref(k.w, "shipper"), is.Pledge.Pledgor, "whom the facility is for")
	held, there := k.v.reserved[bank][k.bill]
	require.True(k, there && held >= k.v.terms[is.Pledge.ID], "%s accepted %d, and reserved %d", bank, k.v.terms[is.Pledge.ID], held)
}

// sweep asks the radar as a bank that has the bill before it.
func (k *desk) sweep(bank string, is bill.Bill) {
	self := ref(k.w, bank)
	if !is.MayLend(self) {
		return
	}
	other := func(r lifecycle.Ref) bool { return r != self }
	s := signals(k.w, bank, k.bill)
	require.Equal(k, is.Financed(self), s.SameBill)
	require.Equal(k, slices.ContainsFunc(k.v.before, other), s.ReplacesFinanced, "what was financed before it was replaced")
}

// whose is who a party is in the world.
func whose(w *world.World, r lifecycle.Ref) string {
	for _, who := range []string{"line", "bank", "factor", "shipper", "buyer", "forwarder"} {
		if ref(w, who) == r {
			return who
		}
	}
	return "line"
}
