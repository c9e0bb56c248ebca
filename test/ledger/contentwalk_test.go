package ledger_test

import (
	"encoding/json"
	"strings"
	"time"

	"portledger/chaincode/guarantee"
	"portledger/chaincode/interchange"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/release"
	"portledger/test/world"
)

// content makes the private content of an act about a paper.
func (k *walk) content(kind string, p paper) string {
	switch strings.TrimSuffix(kind, "?") {
	case "bill":
		return rewrite(p.cargo.fixture(), p.cargo)
	case "reissue":
		return k.reissue(p)
	case "comment":
		return `{"comment":"please look again"}`
	case "paper":
		return `{"serials":["OEDL-1","OEDL-2"]}`
	case "original":
		return []string{`{"serial":"OEDL-1"}`, `{"serial":"OEDL-2"}`}[k.pick(2)]
	case "guarantee":
		return world.With(world.Fixture("guarantee-aa"), "underlying",
			[]fields{{"transportDocumentReference": p.cargo.number, "equipmentReferences": p.cargo.containers()}})
	case "release":
		c := p.cargo
		if c.second == "" {
			return oneLine(c.of("release"), 0)
		}
		if k.bill(p.bill).Legs != nil && k.pick(4) > 0 {
			return world.AtFinalPlace(c.of("release"))
		}
		return c.of("release")
	case "evidence":
		return world.With(world.Fixture("evidence"), "containers", p.cargo.containers())
	case "amendment":
		return world.Fixture("amendment")
	case "charge-settlement":
		if strings.HasSuffix(kind, "?") { // a waiver of all that is open
			return ""
		}
		return world.Fixture("charge-settlement")
	case "charge-statement":
		return k.statement(p)
	case "notice-hold":
		return world.With(p.cargo.of("notice-hold"), "containers", p.cargo.containers())
	case "notice":
		return world.With(p.cargo.of("notice"), "containers", p.cargo.containers())
	case "appointment":
		return k.w.Appointment(0)
	case "authority-out", "authority-in":
		return p.cargo.sheet(kind, p.line)
	case "part":
		return text(fields{"containers": []string{p.cargo.first}})
	case "gate-sheet":
		sheet := "gate-sheet-out"
		if read[receiptView](k.w, "line", "interchange", p.id).Control.Type == interchange.InEmpty {
			sheet = "gate-sheet-in"
		}
		return p.cargo.sheet(sheet, p.line)
	case "demand":
		return k.demand(p)
	case "force-majeure":
		return world.With(world.Fixture(kind), "since", k.w.Net.Now().Add(-time.Hour).Format(time.RFC3339))
	case "credit-terms":
		if strings.HasSuffix(kind, "?") { // paid, and not on credit
			return ""
		}
		return world.Fixture("credit-terms")
	case "pledge-terms", "trust-receipt", "pledge-registration", "pledge-insurance", "supervision-report",
		"reduction", "joinder", "recovery-evidence", "guarantee-amendment", "rejection", "statement":
		return world.Fixture(kind)
	case "assignment":
		return p.cargo.sheet(kind, p.line)
	case "legs", "through-charge", "leg-event", "leg-handover", "leg-document", "leg-share":
		return k.legContent(kind, p)
	}
	return k.coldContent(kind, p)
}

// demand asks for what the fixture does, or for the rest where less remains.
func (k *walk) demand(p paper) string {
	var seen struct {
		Pieces struct{ Account guarantee.Account }
	}
	k.w.Read("line", "guarantee", p.id, &seen)
	if _, f := seen.Pieces.Account.Demand("200000.00", "USD"); f == nil || seen.Pieces.Account.Remaining == "0" {
		return world.Fixture("demand")
	}
	return world.With(world.Fixture("demand"), "amount", seen.Pieces.Account.Remaining)
}

// statement is what the carrier asks for an order: its last statement again while there is one.
func (k *walk) statement(p paper) string {
	var seen struct {
		Charges struct {
			Carrier json.RawMessage `json:"carrier"`
		} `json:"charges"`
	}
	k.w.Read("line", "release", p.id, &seen)
	if seen.Charges.Carrier != nil {
		return string(seen.Charges.Carrier)
	}
	return p.cargo.of("charge-statement")
}

// paperOf is the kind of content that an act takes: a customs notice says the same as its act.
func paperOf(family string, act lifecycle.Act) string {
	if act == release.HoldCustoms {
		return "notice-hold"
	}
	return verb(family, act).Content
}
