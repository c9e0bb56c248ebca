package ledger_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/bill"
	"portledger/chaincode/fault"
	"portledger/test/world"
)

// partWalk is random people taking delivery of a bill of three containers in parts, beside a model of who may have which.
type partWalk struct {
	*rapid.T
	dice *rand.Rand
	w    *world.World
	id   string
	// holder has the balance; of maps each container (1 to 3) to the part that it is in, empty for the balance; claimant and
	// orders are of the parts; out are the containers that left, asked those on a live order.
	holder   string
	of       map[int]string
	open     []int
	claimant map[string]string
	orders   map[int]string
	out      map[int]bool
	made     map[string]int
}

func (k *partWalk) some() []int {
	var places []int
	for n := 1; n <= 3; n++ {
		if k.dice.IntN(2) == 0 {
			places = append(places, n)
		}
	}
	if len(places) == 0 {
		return []int{1 + k.dice.IntN(3)}
	}
	return places
}

func (k *partWalk) balance() []int {
	var places []int
	for n := 1; n <= 3; n++ {
		if k.of[n] == "" {
			places = append(places, n)
		}
	}
	return places
}

// try makes an act that has to succeed exactly if the model says so.
func (k *partWalk) try(may bool, who, act string, request fields, content string) bool {
	_, err := k.w.Try(who, "bill", act, request, content)
	require.Equal(k, may, err == nil, "%s %s: %v", who, act, err)
	if err == nil {
		k.made[act]++
	}
	return err == nil
}

func (k *partWalk) surrenderPart() {
	named, balance := k.some(), k.balance()
	inside := !slices.ContainsFunc(named, func(n int) bool { return k.of[n] != "" })
	if k.try(k.open == nil && inside && len(named) < len(balance), k.holder, "surrender-part", fields{"id": k.id}, some(named...)) {
		k.open = named
	}
}

func (k *partWalk) accept() {
	if !k.try(k.open != nil, "line", "accept-part", fields{"id": k.id}, "") {
		return
	}
	part := billOf(k.w, k.id).LastPart()
	for _, n := range k.open {
		k.of[n] = part
	}
	k.claimant[part], k.open = k.holder, nil
}

func (k *partWalk) close() {
	who, act, request := "line", "reject-part", fields{"id": k.id, "reason": "OTHER"}
	if k.dice.IntN(2) == 0 {
		who, act, request = k.holder, "withdraw-part", fields{"id": k.id}
	}
	if k.try(k.open != nil, who, act, request, "") {
		k.open = nil
	}
}

func (k *partWalk) annul() {
	part := k.of[1+k.dice.IntN(3)]
	if part == "" {
		return
	}
	left := false
	for n := range k.of {
		left = left || (k.of[n] == part && k.out[n])
	}
	if !k.try(k.open == nil && !left && k.claimant[part] == k.holder, "line", "annul-part", fields{"id": k.id, "part": part, "reason": "DATA_ERROR"}, "") {
		return
	}
	for n := 1; n <= 3; n++ {
		if k.of[n] == part {
			k.of[n] = ""
			delete(k.orders, n)
		}
	}
}

func (k *partWalk) pass() {
	to := []string{"buyer", "forwarder", "bank"}[k.dice.IntN(3)]
	if to == k.holder {
		return
	}
	if k.try(k.open == nil, k.holder, "endorse-to-order", fields{"id": k.id, "to": k.w.Party[to]}, "") {
		k.w.Must(to, "bill", "accept", fields{"id": k.id}, "")
		k.holder = to
	}
}

// request asks for one container on some part, as anybody.
func (k *partWalk) request() {
	n, of := 1+k.dice.IntN(3), 1+k.dice.IntN(3)
	who := []string{"buyer", "forwarder", "bank"}[k.dice.IntN(3)]
	part := k.of[of]
	if k.dice.IntN(3) > 0 && k.of[n] != "" {
		part, who = k.of[n], k.claimant[k.of[n]]
	}
	may := part != "" && k.of[n] == part && k.claimant[part] == who && k.orders[n] == "" && !k.out[n]
	done, err := k.w.Try(who, "release", "request", onPart(k.w, k.id, part), releaseOf(n))
	require.Equal(k, may, err == nil, "%s asks for %d on %q: %v", who, n, part, err)
	if err == nil {
		k.orders[n] = done.ID
		k.made["request"]++
	}
}

// collect takes a container out that waits on an order.
func (k *partWalk) collect() {
	for n := 1; n <= 3; n++ {
		if order := k.orders[n]; order != "" && !k.out[n] {
			receipt := atPartGate(k.w, k.claimant[k.of[n]], order, n)
			k.w.Must("terminal", "interchange", "record", fields{"id": receipt}, boxed("gate-sheet-out", n))
			k.out[n] = true
			k.made["collect"]++
			return
		}
	}
}

// check holds the ledger against the model.
func (k *partWalk) check() {
	view := partsOf(k.w, k.holder, k.id)
	b := view.Control
	require.Equal(k, ref(k.w, k.holder), b.Holder)
	require.Equal(k, len(k.balance()), b.Balance(), "the balance is what is in no part")
	require.Equal(k, 3, b.Delivered()+b.Balance())
	left := map[string]int{}
	for n := range k.out {
		left[k.of[n]]++
	}
	require.Len(k, view.Delivery.PartOut, len(left))
	for part, n := range left {
		require.Equal(k, n, view.Delivery.PartOut[part], "what left is counted on its part")
	}
	if b.DeliveredList() != "" {
		var rest []string
		for _, n := range k.balance() {
			rest = append(rest, boxes[n-1])
		}
		slices.Sort(rest)
		require.Equal(k, rest, view.Balance, "the holder sees the balance")
	}
	require.Equal(k, bill.Issued, b.State)
}

// Whatever people do, a container is in one part or in the balance, goes to who surrendered it, and goes once; in the end the
// balance is surrendered and covers exactly what is left.
func TestRandomPartDeliveries(t *testing.T) {
	made := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		k := &partWalk{T: t, dice: rand.New(rand.NewPCG(seed, 2)), w: world.New(t), holder: "buyer", of: map[int]string{},
			claimant: map[string]string{}, orders: map[int]string{}, out: map[int]bool{}, made: made}
		k.id = threeHeld(k.w, "buyer")
		for range 25 {
			[]func(){k.surrenderPart, k.surrenderPart, k.accept, k.accept, k.close, k.annul, k.pass, k.request, k.request, k.collect}[k.dice.IntN(10)]()
			k.check()
		}
		if k.open != nil {
			k.w.Must("line", "bill", "accept-part", fields{"id": k.id}, "")
			for _, n := range k.open {
				k.of[n] = billOf(k.w, k.id).LastPart()
			}
		}
		surrender(k.w, k.id, k.holder)
		for n := 1; n <= 3; n++ {
			if k.of[n] != "" {
				_, err := k.w.Try(k.holder, "release", "request", onPart(k.w, k.id, ""), releaseOf(n))
				require.Equal(k, fault.NotCovered, codeOf(err), "container %d went in a part", n)
			}
		}
		k.w.Must(k.holder, "release", "request", onPart(k.w, k.id, ""), releaseOf(k.balance()...))
	})
	t.Logf("acts made: %v", made)
}
