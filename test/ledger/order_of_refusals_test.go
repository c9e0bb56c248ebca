package ledger_test

import (
	"testing"

	"portledger/chaincode/fault"
	"portledger/test/world"
)

// Decision 34: who may not act is told that, whatever version it names; who may hears of the version before anything else
// that stands in the way.
func TestWhoMayNotIsToldSoWhateverVersionItNames(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	w.Refused(fault.WrongParty, "bank", "bill", "surrender", fields{"id": id, "version": 99}, "")
	w.Refused(fault.WrongRole, "bank", "bill", "draft", fields{"shipper": w.Party["shipper"], "endorsee": w.Party["shipper"]}, world.Fixture("bill-order"))
	w.Refused(fault.VersionMismatch, "shipper", "bill", "withdraw", fields{"id": id, "version": 99}, "")
	w.Refused(fault.NoOffer, "shipper", "bill", "withdraw", fields{"id": id}, "")
	w.Refused(fault.VersionMismatch, "shipper", "bill", "approve", fields{"id": id, "version": 99}, "")
}

// A registrar is of no party, and whoever has no role has none to pass on.
func TestARegistrarEmpowersNobody(t *testing.T) {
	w := world.New(t)
	request := fields{"agent": w.Party["forwarder"], "acts": []string{"bill/*"}, "until": "2027-01-01T00:00:00Z"}
	w.Refused(fault.WrongRole, bankOrg, "mandate", "grant", request, "")
	w.Enrol("intern", bankOrg, w.Party["bank"])
	w.Refused(fault.WrongRole, "intern", "mandate", "grant", request, "")
}
