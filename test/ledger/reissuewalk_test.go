package ledger_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/bill"
	"portledger/chaincode/lifecycle"
	"portledger/test/world"
)

// A bill that its holder gave back is followed by others: by several in a split, by one in a combination, by paper and back.

// kindAfter is the kind of what follows a bill: a switch bill is of any, mostly every other stays of its kind.
func (k *walk) kindAfter(b bill.Bill) bill.Kind {
	if b.Amendment == bill.SwitchBill {
		return []bill.Kind{bill.Order, bill.Bearer, bill.Straight}[b.Containers%3]
	}
	return b.Kind
}

// companions are the bills that can be replaced together with one: given back alike, by the same holder and for the same reason.
func (k *walk) companions(b bill.Bill) []string {
	ids := []string{}
	for _, p := range k.papers {
		if p.family != "bill" || p.id == b.ID || len(ids) == bill.BillsMax-1 || slices.Contains(ids, p.id) {
			continue
		}
		o := k.bill(p.id)
		alike := o.State == bill.Amendable && o.Amendment == b.Amendment && o.Requester == b.Requester && text(o.Given) == text(b.Given)
		same := o.Kind == b.Kind && o.Title == b.Title && o.Endorsable == b.Endorsable && o.Shipper == b.Shipper || b.Amendment == bill.SwitchBill
		if alike && same && o.Subtype == b.Subtype && !k.recovered(p) {
			ids = append(ids, p.id)
		}
	}
	return ids
}

// replacedWith names the further bills of a reissue where its reason allows several.
func (k *walk) replacedWith(b bill.Bill) []string {
	if b.State == bill.Amendable && (b.Amendment == bill.CombineBills || b.Amendment == bill.SwitchBill) {
		return k.companions(b)
	}
	return nil
}

// askReissue names the parties of what follows a bill, and the bills that are replaced with it.
func (k *walk) askReissue(request fields, act lifecycle.Act, b bill.Bill) {
	delete(request, "bills")
	if act == bill.Reissue {
		if further := k.replacedWith(b); len(further) > 0 {
			request["bills"] = further
		}
		if b.Amendment != bill.SwitchBill {
			return
		}
	}
	request["shipper"] = b.Shipper.Party
	switch k.kindAfter(b) {
	case bill.Order:
		request["endorsee"] = b.Title.Party
		if b.Title.Zero() || b.Kind != bill.Order || b.Endorsable {
			request["endorsee"] = k.w.Party[[]string{"buyer", "bank"}[k.pick(2)]]
		}
	case bill.Straight:
		request["consignee"] = k.w.Party["buyer"]
		if b.Kind == bill.Straight {
			request["consignee"] = b.Title.Party
		}
	}
}

// reissue is the content of what follows a bill: the goods of all bills that are replaced, listed anew.
func (k *walk) reissue(p paper) string {
	b := k.bill(p.id)
	docs := []fields{k.document(p.id)}
	for _, id := range k.replacedWith(b) {
		docs = append(docs, k.document(id))
	}
	all := turned(joined(docs), k.kindAfter(b))
	fresh := []fields{all}
	if boxes := listed(all); len(boxes) > 1 && (b.Amendment == bill.SplitBill || b.Amendment == bill.SwitchBill && k.pick(2) == 0) {
		at := 1 + k.pick(len(boxes)-1)
		fresh = []fields{only(all, all["transportDocumentReference"].(string), boxes[:at]), only(all, k.freshNumber(), boxes[at:])}
	}
	if k.liar {
		falsified(fresh[k.pick(len(fresh))])
	}
	return text(fields{"bills": fresh})
}

// replaced checks what took a bill's place: as much of everything, in the hands of who gave it back, and nothing else.
func (k *walk) replaced(p paper, act lifecycle.Act, request fields) {
	require.False(k, k.liar, "a package more than there was")
	before := k.bill(p.id)
	was, is := map[string]load{}, map[string]load{}
	k.split += count(len(before.ReplacedBy) > 1)
	for n, id := range before.ReplacedBy {
		after := k.bill(id)
		k.papers = append(k.papers, paper{family: "bill", id: id, cargo: k.cargoOf(id), bill: id})
		for box, load := range k.goods(id) {
			require.NotContains(k, is, box, "a container stands on two bills")
			is[box] = load
		}
		k.takesPlace(before, after, act, request)
		if n > 0 {
			continue
		}
		k.combined += count(len(after.Replaces) > 1)
		for _, old := range after.Replaces {
			maps.Copy(was, k.goods(old))
			require.Equal(k, []any{bill.Voided, before.ReplacedBy}, []any{k.bill(old).State, k.bill(old).ReplacedBy})
		}
	}
	require.Equal(k, was, is, "%s: a reissue makes no goods and loses none", p)
}

// takesPlace: the new bill is issued to who asked for it, keeps the history of the medium, and only a switch or paper change
// what it is.
func (k *walk) takesPlace(before, after bill.Bill, act lifecycle.Act, request fields) {
	require.Equal(k, bill.Issued, after.State)
	require.Contains(k, after.Replaces, before.ID)
	holder := before.Requester
	if act == bill.RestoreElectronic {
		name := slices.IndexFunc(world.Names, func(name string) bool { return k.w.Party[name] == request["to"] })
		holder = ref(k.w, world.Names[name])
		require.Equal(k, bill.Electronic, after.Mediums[len(after.Mediums)-1].Medium)
		require.Len(k, after.Mediums, len(before.Mediums)+1)
	} else {
		require.GreaterOrEqual(k, len(after.Mediums), len(before.Mediums), "once on paper, always known to have been")
		require.Equal(k, text(before.Given), text(after.Joint), "those who held it together still do")
	}
	if after.Joint == nil {
		require.Equal(k, holder, after.Holder)
	}
	require.Equal(k, k.kindAfter(before), after.Kind)
	if before.Amendment != bill.SwitchBill && act == bill.Reissue {
		require.Equal(k, []any{before.Title, before.Shipper, before.Endorsable}, []any{after.Title, after.Shipper, after.Endorsable})
	}
}

// standing tells whether a bill is one: issued, or printed, and nothing has taken its place.
func (k *walk) standing(p paper) bool {
	b := k.bill(p.id)
	switch {
	case b.House(): // lists what its master does
		return false
	case b.State == bill.Drafted, b.State == bill.Approved, len(b.ReplacedBy) > 0, k.recovered(p):
		return false
	}
	return b.State != bill.Voided || b.OnPaper()
}

// checkGoods: whatever bills were made of others, every container that was ever billed stands on one, as it first did.
func (k *walk) checkGoods() {
	now := map[string]string{}
	for _, p := range k.papers {
		if p.family != "bill" || !k.standing(p) {
			continue
		}
		for box, load := range k.goods(p.id) {
			require.Contains(k, []string{"", p.id}, now[box], "%s stands on two bills", box)
			now[box] = p.id
			if first, known := k.billed[box]; known {
				require.Equal(k, first, load, box)
			}
			k.billed[box] = load
		}
	}
	for box := range k.billed {
		require.Contains(k, now, box, "a container that no bill lists any more")
	}
}

// among is one of the bills that fit, or any.
func (k *walk) among(fits func(bill.Bill) bool) paper {
	p, _ := k.some("bill")
	for range len(k.papers) {
		if fits(k.bill(p.id)) {
			break
		}
		p, _ = k.some("bill")
	}
	return p
}

// givesBack lets the holder of some bills give them back for a reason, and the line take them.
func (k *walk) givesBack() {
	reason := bill.AmendmentReasons[k.pick(len(bill.AmendmentReasons))]
	p := k.among(func(b bill.Bill) bool { return b.State == bill.Issued })
	if k.bill(p.id).Containers > 1 && k.pick(3) == 0 {
		reason = bill.SplitBill
	}
	bills, holder := []paper{p}, k.bill(p.id).Holder
	if reason == bill.CombineBills || reason == bill.SwitchBill {
		for _, o := range k.papers {
			if o.family == "bill" && o.id != p.id && k.bill(o.id).Holder == holder {
				bills = append(bills, o)
			}
		}
	}
	for _, b := range bills {
		k.makes(b, bill.SurrenderForAmendment, fields{"id": b.id, "reason": reason}, "")
		k.makes(b, bill.AcceptSurrender, fields{"id": b.id}, "")
	}
}

// makes lets somebody to whom the act is open make it.
func (k *walk) makes(p paper, act lifecycle.Act, request fields, content string) {
	for _, m := range k.open(p) {
		if m.act == act {
			k.tried(m.who, p, act, request, content)
			return
		}
	}
}

// follows lets the line make what follows a bill that was given back, once with goods that never were.
func (k *walk) follows() {
	p := k.among(func(b bill.Bill) bool { return b.State == bill.Amendable || b.OnPaper() })
	lies := k.pick(4) == 0
	for _, act := range []lifecycle.Act{bill.Reissue, bill.SwitchToPaper, bill.CollectOriginal, bill.CollectOriginal, bill.RestoreElectronic} {
		k.liar = lies && (act == bill.Reissue || act == bill.RestoreElectronic)
		request := k.request(act, p)
		k.makes(p, act, request, k.content(paperOf(p.family, act), p))
	}
	k.liar = false
}

// reissuesMin are how often each way of following a bill is gone at least by the fixed seeds.
const reissuesMin = 2

// Splits of splits, combinations of them, switches, paper and back, while the bills pass on, are held, pledged and delivered.
func TestRandomReissues(t *testing.T) {
	t.Parallel()
	made := map[string]int{}
	split, combined := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		for n := range walks() {
			k := newWalk(t, seed, 200+uint64(n), made)
			k.wild = k.pick(2) == 0
			if k.pick(3) == 0 {
				k.underMaster()
			} else {
				k.twoBills()
			}
			for step := range 60 {
				switch k.pick(10) {
				case 0, 1, 2:
					k.givesBack()
				case 3, 4, 5, 6:
					k.follows()
				case 7:
					k.honest()
				default:
					k.act()
				}
				if step%10 == 9 {
					k.check()
				}
			}
			k.replay()
			split, combined = split+k.split, combined+k.combined
		}
	})
	t.Logf("%d splits, %d combinations, acts made: %v", split, combined, made)
	if !testing.Short() {
		for _, n := range []int{split, combined, made["switch-to-paper"], made["restore-electronic"]} {
			require.GreaterOrEqual(t, n, reissuesMin)
		}
	}
}
