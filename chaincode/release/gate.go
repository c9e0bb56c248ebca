package release

import (
	"maps"
	"slices"
	"strings"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// Gate is one of the clearances 放行关口 between a container and the road (domain facts 4.2). TITLE, CHARGES and NO_HOLD are
// looked up where they stand: in the basis, the charges and the holds. The others are told by somebody, container by
// container, and kept on the lines.
type Gate string

// The gates.
const (
	GateTitle          Gate = "TITLE"
	GateCharges        Gate = "CHARGES"
	GateCustoms        Gate = "CUSTOMS"
	GateQuarantine     Gate = "QUARANTINE"      // 检验检疫
	GateDisinfection   Gate = "DISINFECTION"    // 消杀
	GateDangerousGoods Gate = "DANGEROUS_GOODS" // 危险品
	GateNoHold         Gate = "NO_HOLD"
)

// lineGates are the gates that lines keep, in the order in which a gate-out asks for them.
var lineGates = []Gate{GateCustoms, GateQuarantine, GateDisinfection, GateDangerousGoods}

// Optional are the gates that apply only where goods or origin ask for them.
var Optional = lineGates[1:]

// The status of a gate. A gate that does not apply is not kept.
const (
	Pending       = "PENDING"
	Cleared       = "CLEARED"
	Refused       = "REFUSED"
	NotApplicable = "NOT_APPLICABLE"
)

// Clearance is how one gate stands for one container.
type Clearance struct {
	Status string `json:"status"`
	// By is the party that said so, At when it did (UTC, RFC 3339).
	By string `json:"by,omitempty"`
	At string `json:"at,omitempty"`
	// Evidence is the salted commitment to the notice or certificate.
	Evidence string `json:"evidence,omitempty"`
}

// Applies tells whether the gate has to be cleared for this line.
func (l Line) Applies(g Gate) bool { return l.Gates[g].Status != "" }

// Has tells whether the gate is cleared for this line.
func (l Line) Has(g Gate) bool { return l.Gates[g].Status == Cleared }

// Collectable tells whether the container may still be collected on this line.
func (l Line) Collectable() bool { return slices.Contains(collectable, l.State) }

// Inside tells whether it may be collected yet, now or once the order is extended.
func (l Line) Inside() bool { return slices.Contains(inside, l.State) }

// openGates gives a new line its gates: customs always, the others where they apply.
func openGates(l *Line, c command) {
	l.Gates = map[Gate]Clearance{GateCustoms: {Status: Pending}}
	for _, g := range c.Request.Applying {
		l.Gates[g] = Clearance{Status: Pending}
	}
}

func stillShut(l Line, c command) *fault.Fault {
	if g := c.Request.Gate; l.Has(g) {
		return fault.New(fault.AlreadyCleared, "gate", string(g))
	}
	return nil
}

// tell writes down what somebody said of a gate.
func tell(l *Line, c command) {
	l.Gates = maps.Clone(l.Gates)
	l.Gates[c.Request.Gate] = Clearance{Status: c.Request.Status, By: c.Actor.Party, At: lifecycle.Stamped(c.At),
		Evidence: c.Request.Evidence}
}

// openGate clears the gate. A customs release also takes away what the same customs laid on the container: it speaks last.
func openGate(l *Line, c command) {
	c.Request.Status = Cleared
	tell(l, c)
	if c.Request.Gate == GateCustoms {
		l.Holds = slices.DeleteFunc(slices.Clone(l.Holds), func(h Hold) bool {
			return h.By == c.Actor.Ref && strings.HasPrefix(h.Ground, "CUSTOMS_")
		})
	}
}

// flag marks a container that was out when an authority changed its mind: nothing can be stopped any more (rule X-13).
func flag(l *Line, _ command) { l.Flagged = true }

// gatekeepers tells which role answers for which of the optional gates.
var gatekeepers = map[lifecycle.Role][]Gate{
	party.Customs:  {GateQuarantine},
	party.Terminal: {GateDisinfection, GateDangerousGoods},
}

func keeps(role lifecycle.Role) lifecycle.Guard[Order, OrderRequest] {
	return func(_ Order, c command) *fault.Fault {
		if !slices.Contains(gatekeepers[role], c.Request.Gate) {
			return fault.New(fault.Invalid, "check", "gate").In("/gate")
		}
		return nil
	}
}

func gatesFit(_ Order, c command) *fault.Fault {
	for i, g := range c.Request.Gates {
		if !slices.Contains(Optional, g) || slices.Contains(c.Request.Gates[:i], g) {
			return fault.New(fault.Invalid, "check", "gate").In("/gates")
		}
	}
	return nil
}

// customsShut: a release notice needs a container that customs still keeps.
func customsShut(o Order, _ command) *fault.Fault {
	if o.Customs >= o.Lines {
		return fault.New(fault.AlreadyCleared, "gate", string(GateCustoms))
	}
	return nil
}

// customsAhead: before customs released everything, only a carrier that issues ahead may issue.
func customsAhead(_ Order, c command) *fault.Fault {
	if !c.Request.Ahead {
		return fault.New(fault.GateNotCleared, "gate", string(GateCustoms))
	}
	return nil
}

func customsReopened(o Order, _ command) *fault.Fault {
	if o.Customs >= o.Lines {
		return fault.New(fault.WrongState)
	}
	return nil
}

func clearCustoms(o *Order, c command)  { o.Customs += c.Request.Covered }
func reopenCustoms(o *Order, c command) { o.Customs -= c.Request.Covered }
