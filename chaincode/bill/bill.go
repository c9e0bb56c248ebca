// Package bill is the bill of lading 提单: who possesses it, who has title, and who may do what with it.
//
// It decides from the control record alone. The transport document itself (DCSA EBL 3.0) is private content that this
// package never sees; neither does it know of releases, guarantees or Fabric.
package bill

import (
	"portledger/chaincode/hold"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// Kind tells how title passes (PRC Maritime Code art. 79; DCSA isToOrder, endorsee, transportDocumentTypeCode).
type Kind string

// The kinds. An order bill endorsed in blank becomes a bearer bill, and an order bill again when endorsed on by name.
const (
	Straight   Kind = "STRAIGHT"    // 记名提单
	Order      Kind = "ORDER"       // 指示提单
	Bearer     Kind = "BEARER"      // 不记名 / 空白背书
	SeaWaybill Kind = "SEA_WAYBILL" // 海运单
)

// The states (DCSA EBL 3.0 names; ACCOMPLISHED is this ledger's own end).
const (
	Drafted          lifecycle.State = "DRAFT"
	Approved         lifecycle.State = "APPROVED"
	Issued           lifecycle.State = "ISSUED"
	PendingAmendment lifecycle.State = "PENDING_SURRENDER_FOR_AMENDMENT"
	Amendable        lifecycle.State = "SURRENDERED_FOR_AMENDMENT"
	PendingSurrender lifecycle.State = "PENDING_SURRENDER_FOR_DELIVERY"
	Surrendered      lifecycle.State = "SURRENDERED_FOR_DELIVERY"
	Accomplished     lifecycle.State = "ACCOMPLISHED"
	Voided           lifecycle.State = "VOIDED"
)

// The acts.
const (
	Draft             lifecycle.Act = "draft"
	UpdateDraft       lifecycle.Act = "update-draft"
	RequestChange     lifecycle.Act = "request-change"
	Approve           lifecycle.Act = "approve"
	WithdrawApproval  lifecycle.Act = "withdraw-approval"
	Issue             lifecycle.Act = "issue"
	Void              lifecycle.Act = "void"
	Transfer          lifecycle.Act = "transfer"
	Endorse           lifecycle.Act = "endorse"
	EndorseToOrder    lifecycle.Act = "endorse-to-order"
	BlankEndorse      lifecycle.Act = "blank-endorse"
	Accept            lifecycle.Act = "accept"
	Reject            lifecycle.Act = "reject"
	Withdraw          lifecycle.Act = "withdraw"
	Sign              lifecycle.Act = "sign"
	Surrender         lifecycle.Act = "surrender"
	AcceptSurrender   lifecycle.Act = "accept-surrender"
	RejectSurrender   lifecycle.Act = "reject-surrender"
	WithdrawSurrender lifecycle.Act = "withdraw-surrender"
	// SurrenderForAmendment to RestoreElectronic change or replace a bill that its holder gave back (amendment.go, paper.go).
	SurrenderForAmendment lifecycle.Act = "surrender-for-amendment"
	AnnulSurrender        lifecycle.Act = "annul-surrender"
	Reissue               lifecycle.Act = "reissue"
	SwitchToPaper         lifecycle.Act = "switch-to-paper"
	CollectOriginal       lifecycle.Act = "collect-original"
	RestoreElectronic     lifecycle.Act = "restore-electronic"
	PlaceHold             lifecycle.Act = "place-hold"
	LiftHold              lifecycle.Act = "lift-hold"
	// Claim and Accomplish are automatic: a release order rests on a sea waybill; the last container went out.
	Claim      lifecycle.Act = "claim"
	Accomplish lifecycle.Act = "accomplish"
)

// Offer is a transfer or endorsement that waits for its recipient's answer. Meanwhile control stays with the sender.
type Offer struct {
	Act lifecycle.Act `json:"act"`
	To  lifecycle.Ref `json:"to,omitzero"`
	// Capacity is the one in which the recipient shall have the bill; empty for a holder in its own right.
	Capacity Capacity `json:"capacity,omitempty"`
	// Jointly are the recipients of an offer to several, in place of To; Needs how many of them will have to agree on acts;
	// Accepted those who accepted already.
	Jointly  []lifecycle.Ref `json:"jointly,omitempty"`
	Needs    int             `json:"needs,omitempty"`
	Accepted []lifecycle.Ref `json:"accepted,omitempty"`
	// Against is the exchange 付款交单 that the bill is committed to: only that exchange answers the offer (exchange.go). Until is when
	// it can be settled no more, RFC 3339.
	Against string `json:"against,omitempty"`
	Until   string `json:"until,omitempty"`
}

// Bill is the control record: public, without names, goods, places or money.
type Bill struct {
	lifecycle.Record
	Kind    Kind          `json:"kind"`
	Subtype Subtype       `json:"billSubtype,omitempty"`
	Issuer  lifecycle.Ref `json:"issuer"`
	Shipper lifecycle.Ref `json:"shipper"`
	// Consignee is the named consignee of a straight bill or sea waybill.
	Consignee lifecycle.Ref `json:"consignee,omitzero"`
	// Holder is the possessor 占有人; empty before issue and for a sea waybill, which nobody holds.
	Holder lifecycle.Ref `json:"holder,omitzero"`
	// Joint are the possessors where there are several.
	Joint *Joint `json:"joint,omitempty"`
	// Given is the joint holding that an accepted surrender ended: an annulment or a reissue puts it back.
	Given *Joint `json:"given,omitempty"`
	// Title is the title holder; empty on a bearer bill, where possession carries title.
	Title lifecycle.Ref `json:"title,omitzero"`
	// Endorsable is false after an endorsement that was not to order.
	Endorsable bool   `json:"endorsable,omitempty"`
	Offer      *Offer `json:"offer,omitempty"`
	// Custody tells that the holder has the bill for somebody else 代收/寄存 (custody.go).
	Custody *Custody `json:"custody,omitempty"`
	// Pledge is a bank's security in the bill, from the proposal on; an enforced one stays until the bill goes on.
	Pledge *Pledge `json:"pledge,omitempty"`
	// BankControl is the bank whose control of a straight bill the carrier agreed to in writing.
	BankControl lifecycle.Ref `json:"bankControl,omitzero"`
	// Shown is a bank that may read the bill before anything is proposed to it.
	Shown lifecycle.Ref `json:"shown,omitzero"`
	// Presented ties the bill to the presentation under a credit that it is among the documents of.
	Presented *Presented `json:"presented,omitempty"`
	// Containers is how many containers the bill lists; which ones is content.
	Containers int `json:"containers"`
	// Parts is what of them was surrendered apart from the rest (part.go); nil while nothing ever was.
	Parts *Parts `json:"parts,omitempty"`
	// Claimant is who surrendered the bill or claimed under the waybill: a release order goes to this party.
	Claimant lifecycle.Ref `json:"claimant,omitzero"`
	// Recoverable tells that a recovery record stands beside the bill (see replacement.go).
	Recoverable bool `json:"recoverable,omitempty"`
	// Master is the carrier's bill that a house bill stands under, Carrier its issuer; empty for all other bills.
	Master  string        `json:"master,omitempty"`
	Carrier lifecycle.Ref `json:"carrier,omitzero"`
	// Housed tells that house bills were issued under this one (master.go).
	Housed bool `json:"housed,omitempty"`
	// Legs and Charge are of a multimodal bill: its legs, and the through charge.
	Legs   *Legs   `json:"legs,omitempty"`
	Charge *Charge `json:"throughCharge,omitempty"`
	// Recovers is the bill whose place this one took, when control of that was lost.
	Recovers string `json:"recovers,omitempty"`
	// Change is the salted commitment to the shipper's latest request to change the draft; empty when there is none open.
	Change string `json:"change,omitempty"`
	// Requester is who surrendered the bill for amendment, Amendment the reason (one of AmendmentReasons).
	Requester lifecycle.Ref `json:"requester,omitzero"`
	Amendment string        `json:"amendment,omitempty"`
	// Replaces and ReplacedBy are the bills before and after a reissue, at most BillsMax each.
	Replaces   []string `json:"replaces,omitempty"`
	ReplacedBy []string `json:"replacedBy,omitempty"`
	// Mediums is the history of the bill's medium, at most MediumsMax changes; none while it was electronic all along.
	Mediums []Medium `json:"mediumHistory,omitempty"`
	// Returned are the keyed hashes of the paper originals that came back, at most as many as were printed.
	Returned []string `json:"returned,omitempty"`
	// Holds are the freezes 扣留 in force, at most hold.Max; LastHold is the number given last.
	Holds    []hold.Hold `json:"holds,omitempty"`
	LastHold int         `json:"lastHold,omitempty"`
}

// Request is the public input of all acts.
type Request struct {
	ID        string `json:"id"`
	Version   int    `json:"version"`
	Shipper   string `json:"shipper"`
	Consignee string `json:"consignee"`
	Endorsee  string `json:"endorsee"`
	To        string `json:"to"`
	Master    string `json:"master"`
	Reason    string `json:"reason"`
	// Subtype is what sort of bill a draft is, Payer who pays its through charge.
	Subtype Subtype `json:"billSubtype"`
	Payer   string  `json:"payer"`
	// Holders are the parties of a joint holding, Needs how many of them must agree.
	Holders []string `json:"holders"`
	Needs   int      `json:"needs"`
	// Bank is whom a pledge is proposed to; Act what a bank consents to, together with To and Until.
	Bank string `json:"bank"`
	Act  string `json:"act"`
	// Mode is a pledge's; Terms and Receipt are the commitments to the terms and to the trust receipt that the bank saw.
	Mode    string `json:"mode"`
	Terms   string `json:"terms"`
	Receipt string `json:"receipt"`
	// Capacity is the one in which the recipient of possession shall have the bill.
	Capacity string `json:"capacity"`
	// Bills are further bills that a reissue replaces together with the one it is asked of.
	Bills []string `json:"bills"`
	// Ground and Until are of a hold that is placed (Until of a consent as well); Hold is the number of one that is lifted.
	Ground string `json:"ground"`
	Until  string `json:"until"`
	Hold   int    `json:"hold"`
	// Part is the id of an accepted part that is annulled.
	Part string `json:"part"`

	// Parties are the registered parties behind Shipper, Consignee, Endorsee, To, Bank and Payer, looked up by the caller of Apply.
	Parties map[string]party.Party `json:"-"`
	// Deed is the id of a new pledge's deed. Stated and Signed are the commitments to the terms and to the trust receipt that
	// the deed has; Unseen tells that there are terms which the bank that would take the pledge over was not shown.
	Deed   string `json:"-"`
	Stated string `json:"-"`
	Signed string `json:"-"`
	Unseen bool   `json:"-"`
	// Kind and Containers are what the content says.
	Kind       Kind `json:"-"`
	Containers int  `json:"-"`
	// Carrier is the issuer of the master.
	Carrier lifecycle.Ref `json:"-"`
	// Lost and Claimant are the bill that a replacement is for, and who gets it.
	Lost     *Bill         `json:"-"`
	Claimant lifecycle.Ref `json:"-"`
	// Beside is who is lost where it is not control of the bill: a bank that had a pledge or examined it, or whom it was kept for.
	Beside lifecycle.Ref `json:"-"`
	// Serial is the keyed hash of a paper original's serial number, Originals how many originals are printed.
	Serial    string `json:"-"`
	Originals int    `json:"-"`
	// Commitment is the one to the private content that came along, Seal the hash of its piece, Legs how many legs it lists.
	Commitment string `json:"-"`
	// Presented and Presenter are of the presentation that the bill comes under.
	Presented Presented     `json:"-"`
	Presenter lifecycle.Ref `json:"-"`
	// Selection is what a part surrender names, Annulment what an annulled part gives back, Fresh the id of a new part.
	Selection *Selection `json:"-"`
	Annulment *Annulment `json:"-"`
	Fresh     string     `json:"-"`
	// Exchange is the exchange that commits, frees or passes the bill, Seller its seller, Passes how the bill passes, Deadline until
	// when the exchange can be settled.
	Exchange string        `json:"-"`
	Seller   lifecycle.Ref `json:"-"`
	Passes   lifecycle.Act `json:"-"`
	Deadline string        `json:"-"`
	Seal     string        `json:"-"`
	Legs     int           `json:"-"`
	// Old are the bills that a new one replaces, New the ids of those that replace an old one.
	Old []Bill   `json:"-"`
	New []string `json:"-"`
}

// issued tells whether the bill was ever issued; one that was voided before is a draft that came to nothing.
func (b Bill) issued() bool {
	return b.State != Drafted && b.State != Approved && !(b.State == Voided && b.Holder.Zero())
}

// Relying are the organisations that must all endorse a change: the issuer's and the holder's; before issue the
// shipper's, for a sea waybill the consignee's until it claims; of a house bill also the carrier's, of a pledged or presented
// one the bank's, and of one that its holder has for somebody else that one's.
func (b Bill) Relying() []string {
	return b.withPresented(b.withBank(b.withDepositor(b.withOperator(b.relying()))))
}

func (b Bill) relying() []string {
	switch {
	case !b.issued():
		return []string{b.Issuer.Org, b.Shipper.Org}
	case b.Kind == SeaWaybill && b.Claimant.Zero():
		return []string{b.Issuer.Org, b.Consignee.Org}
	case b.Joint != nil:
		return append([]string{b.Issuer.Org}, orgsOf(b.Joint.Parties)...)
	case b.Holder.Zero():
		return []string{b.Issuer.Org}
	}
	return []string{b.Issuer.Org, b.Holder.Org}
}

// Anchoring are the organisations whose anchors show that the bill is no invention: the issuer's, of a house bill also the
// carrier's. Whoever issues bills could as well issue a false one properly.
func (b Bill) Anchoring() []string { return b.withOperator([]string{b.Issuer.Org}) }

// Readers are the parties that may read the content now: carrier and shipper, from issue on also those the bill names, its
// holder and whom it has the bill for, whoever it is offered to, the bank that lends on it and the one that may look.
func (b Bill) Readers() []lifecycle.Ref {
	readers := []lifecycle.Ref{b.Issuer, b.Shipper}
	if b.issued() {
		readers = append(readers, b.Holder, b.Title, b.Claimant, b.Requester, b.Consignee)
	}
	if b.Joint != nil {
		readers = append(readers, b.Joint.Parties...)
	}
	if b.Given != nil {
		readers = append(readers, b.Given.Parties...)
	}
	if b.Custody != nil {
		readers = append(readers, b.Custody.From)
	}
	if b.Pledge != nil {
		readers = append(readers, b.Pledge.Bank, b.Pledge.Pledgor, b.Pledge.To)
	}
	readers = append(readers, b.Shown)
	if b.Offer != nil {
		readers = append(append(readers, b.Offer.To), b.Offer.Jointly...)
	}
	return readers
}

// Parties are all parties that take part, for indexes and events.
func (b Bill) Parties() []lifecycle.Ref {
	parties := append(b.Readers(), b.Title, b.Consignee)
	for _, h := range b.Holds {
		parties = append(parties, h.By)
	}
	return parties
}
