package ledger_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/test/world"
)

// submittedBy is a letter that its bank joined with these terms, before the line takes it.
func submittedBy(w *world.World, joinder string) string {
	w.TB.Helper()
	id := w.DraftedGuarantee(w.IssuedBill())
	w.Must("buyer", "guarantee", "submit", letterOf(id), "")
	w.Must("bank", "guarantee", "join", letterOf(id), joinder)
	return id
}

// fixedCover is the bank's joining with an amount in place of a percentage.
func fixedCover(amount string) string {
	joinder := world.Fixture("joinder")
	for member, value := range map[string]any{"amountType": "FIXED", "amount": amount, "percentOfCif": nil, "cifValue": nil} {
		joinder = world.With(joinder, member, value)
	}
	return joinder
}

// Domain facts 5.5 and 5.6 (policy check): the carrier's own setting says what cap it takes, and the bank's terms count.
func TestALineTakesNoCoverBelowItsOwnPercentage(t *testing.T) {
	w := world.NewWith(t, map[string]string{carrierOrg: `,"guarantee":{"leastPercentOfCif":"200"}`})
	small := submittedBy(w, world.With(world.Fixture("joinder"), "percentOfCif", "199.999999"))
	require.Equal(t, fault.CoverTooSmall, possible(w, "line", "guarantee", small, guarantee.Accept, 0).Fault.Code)
	w.Refused(fault.CoverTooSmall, "line", "guarantee", "accept", letterOf(small), "")
	w.Must("line", "guarantee", "refuse", fields{"id": small, "reason": "AMOUNT"}, "")
}

func TestALineTakesACoverOfItsPercentageOrWithoutALimit(t *testing.T) {
	w := world.NewWith(t, map[string]string{carrierOrg: `,"guarantee":{"leastPercentOfCif":"200"}`})
	w.ActiveGuarantee(w.IssuedBill()) // 200 per cent
	second := w.IssueBill("bill-order", fields{"endorsee": w.Party["shipper"]}, "OEDL26XMN00044")
	letter := strings.ReplaceAll(world.Fixture("guarantee-aa"), "OEDL26XMN00042", "OEDL26XMN00044")
	for member, value := range map[string]any{"igForm": "A", "guarantorBank": nil} {
		letter = world.With(letter, member, value)
	}
	ask := w.GuaranteeOf(second)
	ask["kind"] = "A"
	delete(ask, "bank")
	id := w.Must("buyer", "guarantee", "draft", ask, letter).ID
	w.Must("buyer", "guarantee", "submit", letterOf(id), "")
	w.Must("line", "guarantee", "accept", letterOf(id), "")
}

func TestAFixedAmountDoesNotSayOfHowMuch(t *testing.T) {
	w := world.NewWith(t, map[string]string{carrierOrg: `,"guarantee":{"leastPercentOfCif":"200"}`})
	w.Refused(fault.CoverTooSmall, "line", "guarantee", "accept", letterOf(submittedBy(w, fixedCover("999999999999999"))), "")
	anything := world.New(t)
	anything.Must("line", "guarantee", "accept", letterOf(submittedBy(anything, fixedCover("0.01"))), "")
}

// A bank stands behind somebody else's word, and nobody is bound towards itself.
func TestAGuarantorIsNotTheOneItStandsFor(t *testing.T) {
	w := world.New(t)
	w.Register("mixed", portOrg, false, "CONSIGNEE", "BANK")
	ask := w.GuaranteeOf(w.IssuedBill())
	ask["bank"] = w.Party["mixed"]
	f := w.Refused(fault.RecipientNotAllowed, "mixed", "guarantee", "draft", ask, world.Fixture("guarantee-aa"))
	require.Equal(t, []string{"/bank", "side"}, []string{f.At, f.Args["why"]})
	w.Must("buyer", "guarantee", "draft", ask, world.Fixture("guarantee-aa"))

	w.Register("liner", carrierOrg, false, "CARRIER", "FORWARDER")
	own := fields{"kind": "CONTAINER_USE", "beneficiary": w.Party["liner"]}
	letter := world.Fixture("guarantee-aa")
	for member, value := range map[string]any{"type": "CONTAINER_USE", "igForm": nil, "guarantorBank": nil, "deliverTo": nil, "underlying": []any{}} {
		letter = world.With(letter, member, value)
	}
	require.Equal(t, "/beneficiary", w.Refused(fault.RecipientNotAllowed, "liner", "guarantee", "draft", own, letter).At)
}

// Amounts are plain decimals of at most fifteen and six digits, whatever else a number can look like.
func TestADemandStatesAPlainDecimal(t *testing.T) {
	w := world.New(t)
	id := w.ActiveGuarantee(w.IssuedBill())
	for _, odd := range []string{"0", "0.00", "-1", "+1", "1e3", "1E-3", "0x10", "1,000.00", "1_000", " 1", "1.", ".5", "00.1", "0.0000001", "9999999999999999", "NaN", "Infinity", "٣"} {
		f := w.Refused(fault.Invalid, "line", "guarantee", "demand", letterOf(id), world.With(world.Fixture("demand"), "amount", odd))
		require.Equal(t, "/content/amount", f.At, odd)
	}
	w.Refused(fault.AmountExceeded, "line", "guarantee", "demand", letterOf(id), world.With(world.Fixture("demand"), "amount", "999999999999999"))
	w.Refused(fault.AmountExceeded, "line", "guarantee", "demand", letterOf(id), world.With(world.Fixture("demand"), "amount", "571200.000001"))
	w.Must("line", "guarantee", "demand", letterOf(id), world.With(world.Fixture("demand"), "amount", "571200.000000"))
}
