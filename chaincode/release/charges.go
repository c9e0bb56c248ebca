package release

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// The gate CHARGES 费用关口. What a payee asks for is private; the record only shows how it stands. Carrier and terminal are two
// payees, with a statement each.

// The acts on charges.
const (
	PresentCharges lifecycle.Act = "present-charges"
	SettleCharges  lifecycle.Act = "settle-charges"
	WaiveCharges   lifecycle.Act = "waive-charges"
	CreditCharges  lifecycle.Act = "credit-charges"
	// ChargesReopened follows from a statement of which something is outstanding.
	ChargesReopened lifecycle.Act = "charges-reopened"
)

// Presented is the status of a statement of which something is outstanding. One that is settled has the status that the
// gate then takes: one of Outcomes.
const Presented = "PRESENTED"

// ChargeWaivers are the grounds on which a payee gives up money of a statement (rule X-15), those of package charge.
var ChargeWaivers = []string{"INSPECTION_CLEAN", "FORCE_MAJEURE", "SERVICE_FAILURE", "COMMERCIAL"}

// Charges are how one payee's statement of charges 费用清单 stands, as everybody may see it.
type Charges struct {
	// Status is PRESENTED, SETTLED, WAIVED or CREDIT.
	Status string `json:"status"`
	// Commitment is the salted commitment to the statement as it was last presented; Seal is the fingerprint of the account
	// with everything booked since.
	Commitment string `json:"commitment"`
	Seal       string `json:"seal"`
	// Calendar names the business days that the tariff counts working days by.
	Calendar string `json:"calendar,omitempty"`
}

func (c Charges) none() bool { return c == Charges{} }

// payable are the states in which charges can still come up. What detention comes to is known when the last container is back,
// and that very move closes the order: its money is stated and settled afterwards.
var payable = append(slices.Clone(unfinished), GatedOut, Closed)

// chargeRows are what a payee does with its statement.
func chargeRows() []row {
	var rows []row
	for _, payee := range []struct {
		by       *by
		of       func(*Order) (*Charges, *string)
		stated   lifecycle.Guard[Order, OrderRequest]
		cleared  lifecycle.Guard[Order, OrderRequest]
		nothing  lifecycle.Guard[Order, OrderRequest]
		clearing func(*Order, command)
	}{
		{by: carrier, of: ofCarrier, stated: carrierStated, cleared: carrierOwes, nothing: carrierUnstated, clearing: clearCarrier},
		{by: terminal, of: ofTerminal, stated: terminalStated, cleared: terminalOwes, nothing: terminalUnstated, clearing: clearTerminal},
	} {
		write := stateCharges(payee.of)
		rows = append(rows, row{From: Requested, Do: ClearCharges, By: payee.by, To: Requested,
			If: guards{payee.cleared, payee.nothing}, Asks: guards{outcomeFits}, Then: payee.clearing})
		rows = append(rows, lifecycle.In(payable, row{Do: PresentCharges, By: payee.by, Then: write})...)
		for _, act := range []lifecycle.Act{SettleCharges, CreditCharges} {
			rows = append(rows, lifecycle.In(payable, row{Do: act, By: payee.by, If: guards{payee.stated, payee.cleared}, Then: write})...)
		}
		rows = append(rows, lifecycle.In(payable, row{Do: WaiveCharges, By: payee.by, If: guards{payee.stated, payee.cleared},
			Asks: guards{waiverFits}, Then: write})...)
	}
	return append(rows,
		row{From: ChargesCleared, Do: ChargesReopened, To: Requested, If: guards{chargesOpen}},
		row{From: CustomsReleased, Do: ChargesReopened, To: Requested, If: guards{chargesOpen}})
}

func ofCarrier(o *Order) (*Charges, *string)  { return &o.CarrierStatement, &o.CarrierCharges }
func ofTerminal(o *Order) (*Charges, *string) { return &o.TerminalStatement, &o.TerminalCharges }

// stateCharges writes how a statement stands, and clears its payee's side of the gate exactly when nothing is outstanding.
func stateCharges(of func(*Order) (*Charges, *string)) func(*Order, command) {
	return func(o *Order, c command) {
		stated, gate := of(o)
		*stated, *gate = c.Request.Charges, c.Request.Charges.Status
		if stated.Status == Presented {
			*gate = ""
		}
	}
}

// Outstanding is the refusal that a payee's charges cause.
func Outstanding(payee string) *fault.Fault {
	return fault.New(fault.ChargesOutstanding, "payee", payee)
}

func outstanding(c Charges, payee string) *fault.Fault {
	if c.Status == Presented {
		return Outstanding(payee)
	}
	return nil
}

func carrierUnstated(o Order, _ command) *fault.Fault {
	return outstanding(o.CarrierStatement, carrier.Name)
}

func terminalUnstated(o Order, _ command) *fault.Fault {
	return outstanding(o.TerminalStatement, terminal.Name)
}

func carrierStated(o Order, _ command) *fault.Fault  { return stated(o.CarrierStatement) }
func terminalStated(o Order, _ command) *fault.Fault { return stated(o.TerminalStatement) }

func stated(c Charges) *fault.Fault {
	if c.none() {
		return fault.New(fault.NoStatement)
	}
	return nil
}

// carrierSettled: an extension needs what is open already to be settled first (rule X-16); what comes up until the new
// date is looked at by those who know the tariff.
func carrierSettled(o Order, _ command) *fault.Fault { return CarrierSettled(o) }

// CarrierSettled is the same condition, for an amendment that prolongs.
func CarrierSettled(o Order) *fault.Fault {
	if f := outstanding(o.CarrierStatement, carrier.Name); f != nil {
		return f.By("X-16")
	}
	return nil
}

func waiverFits(_ Order, c command) *fault.Fault {
	if !slices.Contains(ChargeWaivers, c.Request.Waiver) {
		return fault.New(fault.Invalid, "check", "waiver").In("/waiver").By("X-15")
	}
	return nil
}

func chargesOpen(o Order, _ command) *fault.Fault {
	return unless(o.CarrierCharges == "" || o.TerminalCharges == "")
}
