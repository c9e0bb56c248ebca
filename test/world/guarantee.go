package world

// The steps of walk-through 2: delivery under a letter of indemnity.

// DraftedGuarantee is a letter of form AA that the buyer drafts for bills of the fixtures' line, with the bank to join.
func (w *World) DraftedGuarantee(bills ...string) string {
	w.TB.Helper()
	return w.Must("buyer", "guarantee", "draft", w.GuaranteeOf(bills...), Fixture("guarantee-aa")).ID
}

// GuaranteeOf is the public part of DraftedGuarantee.
func (w *World) GuaranteeOf(bills ...string) Fields {
	return Fields{"kind": "AA", "beneficiary": w.Party["line"], "deliverTo": w.Party["buyer"], "bank": w.Party["bank"], "bills": bills}
}

// ActiveGuarantee is a DraftedGuarantee that was submitted, joined and accepted.
func (w *World) ActiveGuarantee(bills ...string) string {
	w.TB.Helper()
	id := w.DraftedGuarantee(bills...)
	w.Must("buyer", "guarantee", "submit", Fields{"id": id}, "")
	w.Must("bank", "guarantee", "join", Fields{"id": id}, Fixture("joinder"))
	w.Must("line", "guarantee", "accept", Fields{"id": id}, "")
	return id
}

// RequestedUnderGuarantee is a release order that the buyer asked for on a guarantee.
func (w *World) RequestedUnderGuarantee(bill, guarantee string) string {
	w.TB.Helper()
	return w.Must("buyer", "release", "request", Fields{
		"basis": Fields{"type": "LOI", "bill": bill, "guarantee": guarantee}, "terminal": w.Party["terminal"]},
		Fixture("release")).ID
}

// AcceptedRelease issues a requested order and lets the buyer accept it.
func (w *World) AcceptedRelease(order string) {
	w.TB.Helper()
	w.IssuedRelease(order)
	w.Must("buyer", "release", "accept", Fields{"id": order}, "")
}
