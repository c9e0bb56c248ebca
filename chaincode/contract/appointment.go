package contract

import (
	"time"

	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/chaincode/rules"
)

func appointmentKey(line string) string { return "appointment/" + line }

// keepAppointment seals window, plate and driver for the terminal and the right holder, who must both see them at the
// gate. An amended appointment takes the place of the one before.
func keepAppointment(t *turn, c orderCommand, l *release.Line, p papers) error {
	view, err := content.AppointmentOf(p.raw)
	if err != nil {
		return err
	}
	validTo, err := time.Parse(time.RFC3339, c.Request.Order.ValidTo)
	if err != nil || view.To.After(validTo) || view.To.Before(c.At) {
		return fault.New(fault.NotValidNow).In("/content/window")
	}
	wanted, err := wantsCode(t, *l)
	if err != nil {
		return err
	}
	if wanted && view.ReleaseCode == nil {
		return fault.New(fault.Invalid, "check", "required").In("/content/releaseCode")
	}
	l.Appointment, l.AppointmentEnds = p.commitment, lifecycle.Stamped(view.To)
	value, err := seal(p, nil)
	if err != nil {
		return err
	}
	for _, org := range orgs(l.Terminal, l.Right) {
		t.Keep(org, appointmentKey(l.ID), value)
	}
	return nil
}

// wantsCode lets the terminal's own endorser tell whether it lets containers out only to who knows the code of the appointment.
func wantsCode(t *turn, l release.Line) (bool, error) {
	own, ok, err := t.own(l.Terminal.Org)
	return ok && own.Gate.ReleaseCode, err
}

// asAgreed holds what the gate saw against the line and the appointment: the container, the truck and, where the terminal wants
// one, the code.
func asAgreed(line content.ReleaseLine, appointment content.Appointment, sheet content.GateSheet, coded bool) *fault.Fault {
	if f := rules.Seen(sheet.EquipmentReference, line.EquipmentReference, sheet.TruckPlate, appointment.TruckPlate); f != nil {
		return f
	}
	if coded && (appointment.ReleaseCode == nil || !appointment.ReleaseCode.Proved(sheet.ReleaseCodeProof)) {
		return fault.New(fault.ReleaseCodeMismatch).In("/content/releaseCodeProof")
	}
	return nil
}
