package ledger_test

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/contract"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/pledge"
	"portledger/chaincode/recovery"
	"portledger/test/world"
)

// around is what stands beside a bill and is acted upon through it: the deed of its pledge, who watches over the goods, and its
// recovery; what there is not is empty.
type around struct {
	deed        pledge.Deed
	supervision pledge.Supervision
	recovery    recovery.Recovery
}

func (k *walk) around(p paper) (is around) {
	read := func(key string, into any) {
		if record := k.w.Net.State(key); record != nil {
			require.NoError(k, json.Unmarshal(record, into))
		}
	}
	read("recovery/"+p.id+"/recovery", &is.recovery)
	b := k.bill(p.id)
	if b.Pledge == nil {
		return is
	}
	read("pledge/"+b.Pledge.ID, &is.deed)
	is.deed.State = lifecycle.State(b.Pledge.State)
	if is.deed.Supervision != "" {
		read("supervision/"+is.deed.Supervision, &is.supervision)
	}
	return is
}

// beside tells whether an act on this paper changes not the paper but what stands beside it.
func beside(p paper, act lifecycle.Act) bool {
	return p.family == "bill" && slices.Contains([]string{"pledge", "supervision", "recovery"}, standsIn("bill", act))
}

// besides are the acts that can be asked for beside a bill.
func besides() []lifecycle.Act {
	var acts []lifecycle.Act
	for _, t := range tables {
		if t.service == "bill" && t.name != "bill" {
			acts = append(acts, t.asked...)
		}
	}
	return acts
}

// openBeside lists who could do what beside a bill.
func (k *walk) openBeside(p paper) []move {
	is := k.around(p)
	var moves []move
	for _, name := range world.Names {
		a := lifecycle.Actor{Ref: ref(k.w, name), Roles: []lifecycle.Role{world.Role(name)}}
		acts := slices.Concat(recovery.Law.Open(is.recovery, a), pledge.Law.Open(is.deed, a), pledge.SupervisionLaw.Open(is.supervision, a))
		for _, act := range acts {
			moves = append(moves, move{name, act})
		}
	}
	return moves
}

// recovered tells that another bill took this one's place.
func (k *walk) recovered(p paper) bool { return k.around(p).recovery.State == recovery.Recovered }

// actedBeside checks what an act beside a bill did: nothing to the bill itself, and a lost one is followed by another.
func (k *walk) actedBeside(p paper, act lifecycle.Act, before []byte, done contract.Outcome) {
	require.JSONEq(k, string(before), string(k.control(p)), "%s does not change the bill", act)
	if act != recovery.Execute || done.Family != "bill" || done.ID == p.id {
		return
	}
	was, is := k.bill(p.id), k.bill(done.ID)
	require.True(k, k.recovered(p), "a lost bill is one no more")
	require.Equal(k, was.Containers, is.Containers)
	require.Equal(k, was.Delivered(), is.Delivered())
	k.papers = append(k.papers, paper{family: "bill", id: done.ID, cargo: p.cargo, bill: done.ID})
}

// askBeside fills in what acts beside a bill say.
func (k *walk) askBeside(request fields, act lifecycle.Act) {
	switch act {
	case recovery.Open:
		request["ground"], request["claimant"] = recovery.Grounds[k.pick(len(recovery.Grounds))], k.w.Party[k.several()[0]]
		delete(request, "leg")
	case pledge.AppointSupervisor:
		request["to"], request["hours"] = k.w.Party[[]string{"terminal", "depot"}[k.pick(2)]], 1+k.pick(24)
	case pledge.RenewRegistration, pledge.RenewInsurance:
		request["until"] = k.w.Net.Now().Add(time.Hour).Format(time.RFC3339)
	}
}

// underPledge starts a walk with a bill that is pledged, in one of three ways, with its deed.
func (k *walk) underPledge() {
	id := k.w.IssuedBill()
	mode := []string{"LOCK", "LOCK", "POSSESSORY"}[k.pick(3)]
	k.w.Must("shipper", "bill", "propose-pledge", fields{"id": id, "bank": k.w.Party["bank"], "mode": mode}, "")
	k.papers = append(k.papers, paper{family: "bill", id: id, cargo: own, bill: id})
	if k.pick(3) == 0 {
		return
	}
	k.w.Must("shipper", "bill", "state-terms", fields{"id": id}, world.Fixture("pledge-terms"))
	k.w.Must("bank", "bill", "accept-pledge", fields{"id": id, "terms": deedSeen(k.w, "bank", id).Pledge.Control.Commitment}, "")
	if k.pick(2) == 0 {
		k.w.Must("bank", "bill", "appoint-supervisor", fields{"id": id, "to": k.w.Party["depot"], "hours": 12}, "")
	}
}

// lostControl starts a walk with a bill whose holder counts as lost.
func (k *walk) lostControl() {
	id := lostWithTheBank(k.w)
	k.papers = append(k.papers, paper{family: "bill", id: id, cargo: own, bill: id})
	openRecovery(k.w, id)
	if k.pick(3) > 0 {
		k.w.Must("terminal", "bill", "support-recovery", fields{"id": id}, "")
		k.w.Must("customs", "bill", "support-recovery", fields{"id": id}, "")
		k.w.Net.Advance(recovery.Wait)
	}
}

// givenBack starts a walk with a bill that the line took back for a reason, to be issued again or printed.
func (k *walk) givenBack() {
	id := k.w.IssuedBill()
	k.papers = append(k.papers, paper{family: "bill", id: id, cargo: own, bill: id})
	reason := append(bill.AmendmentReasons, bill.ToPaper)[k.pick(len(bill.AmendmentReasons)+1)]
	amendable(k.w, id, "shipper", reason)
	if reason == bill.ToPaper && k.pick(2) == 0 {
		k.w.Must("line", "bill", "switch-to-paper", fields{"id": id}, k.content("paper", k.papers[0]))
		for _, serial := range []string{"OEDL-1", "OEDL-2"}[:1+k.pick(2)] {
			k.w.Must("line", "bill", "collect-original", fields{"id": id}, text(fields{"serial": serial}))
		}
	}
}
