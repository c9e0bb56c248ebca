package ledger_test

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/interchange"
	"portledger/chaincode/leg"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/test/world"
)

// paper is a document of a walk: for a line of an order, of is the order and line its number.
type paper struct {
	family, id string
	line       int
	cargo      cargo
	bill       string // what it is about
}

func (p paper) String() string { return fmt.Sprintf("%s %s %d", p.family, p.id, p.line) }

// service is the contract of a paper: lines are acted upon through their order.
func (p paper) service() string {
	if p.family == "line" {
		return "release"
	}
	return p.family
}

// head is what a walk watches of every control record.
type head struct {
	lifecycle.Record
	Sheet string `json:"sheet"`
}

func (k *walk) some(family string) (paper, bool) {
	var found []paper
	for _, p := range k.papers {
		if p.family == family {
			found = append(found, p)
		}
	}
	if len(found) == 0 {
		return paper{}, false
	}
	return found[k.pick(len(found))], true
}

// shown lists the acts that Read shows a caller as open.
func (k *walk) shown(who string, p paper) []lifecycle.Act {
	if p.family == "line" {
		return read[releaseView](k.w, who, "release", p.id).Lines[p.line-1].Acts
	}
	return read[struct{ Acts []lifecycle.Act }](k.w, who, p.family, p.id).Acts
}

// head reads a paper's control record.
func (k *walk) head(p paper) head {
	var h head
	require.NoError(k, json.Unmarshal(k.control(p), &h))
	return h
}

// control is a paper's control record as it stands on the ledger.
func (k *walk) control(p paper) json.RawMessage {
	key := p.family + "/" + p.id
	if p.family == "line" {
		key += "/" + strconv.Itoa(p.line)
	}
	record := k.w.Net.State(key)
	require.NotNil(k, record, key)
	return record
}

func (k *walk) bill(id string) (b bill.Bill) {
	require.NoError(k, json.Unmarshal(k.control(paper{family: "bill", id: id}), &b))
	return b
}

// move is an act by somebody.
type move struct {
	who string
	act lifecycle.Act
}

// open lists who could do what on a paper, as far as state and party go.
func (k *walk) open(p paper) []move {
	var moves []move
	control := k.control(p)
	for _, name := range world.Names {
		a := lifecycle.Actor{Ref: ref(k.w, name), Roles: []lifecycle.Role{world.Role(name)}}
		for _, act := range openTo(p.family, control, a) {
			moves = append(moves, move{name, act})
		}
	}
	if p.family == "bill" {
		moves = append(moves, k.openBeside(p)...)
	}
	return moves
}

func openTo(family string, control json.RawMessage, a lifecycle.Actor) []lifecycle.Act {
	switch family {
	case "bill":
		var b bill.Bill
		if err := json.Unmarshal(control, &b); err != nil {
			panic(err)
		}
		return b.Open(a)
	case "guarantee":
		return opened(guarantee.Law, control, a)
	case "release":
		return opened(release.Law, control, a)
	case "line":
		return opened(release.LineLaw, control, a)
	case "leg":
		return opened(leg.Law, control, a)
	}
	return opened(interchange.Law, control, a)
}

func opened[D, R any](law *lifecycle.Law[D, R], control json.RawMessage, a lifecycle.Actor) []lifecycle.Act {
	var d D
	if err := json.Unmarshal(control, &d); err != nil {
		panic(err)
	}
	return law.Open(d, a)
}
