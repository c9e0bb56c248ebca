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
	// Jointly are the recipients of an offer to several, in place of To; Needs how many of them will have to agree on acts;
	// Accepted those who accepted already.
	Jointly  []lifecycle.Ref `json:"jointly,omitempty"`
	Needs    int             `json:"needs,omitempty"`
	Accepted []lifecycle.Ref `json:"accepted,omitempty"`
}

// Bill is the control record: public, without names, goods, places or money.
type Bill struct {
	lifecycle.Record
	Kind    Kind          `json:"kind"`
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
	// Pledge is a bank's security in the bill, proposed or active.
	Pledge *Pledge `json:"pledge,omitempty"`
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
	// Returned are the keyed hashes of the paper originals that came back, at most OriginalsMax.
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
	// Holders are the parties of a joint holding, Needs how many of them must agree.
	Holders []string `json:"holders"`
	Needs   int      `json:"needs"`
	// Bank is whom a pledge is proposed to; Act what a bank consents to, together with To and Until.
	Bank string `json:"bank"`
	Act  string `json:"act"`
	// Bills are further bills that a reissue replaces together with the one it is asked of.
	Bills []string `json:"bills"`
	// Ground and Until are of a hold that is placed (Until of a consent as well); Hold is the number of one that is lifted.
	Ground string `json:"ground"`
	Until  string `json:"until"`
	Hold   int    `json:"hold"`
	// Part is the id of an accepted part that is annulled.
	Part string `json:"part"`

	// Parties are the registered parties behind Shipper, Consignee, Endorsee, To and Bank, looked up by the caller of Apply.
	Parties map[string]party.Party `json:"-"`
	// Kind and Containers are what the content says.
	Kind       Kind `json:"-"`
	Containers int  `json:"-"`
	// Carrier is the issuer of the master.
	Carrier lifecycle.Ref `json:"-"`
	// Lost and Claimant are the bill that a replacement is for, and who gets it.
	Lost     *Bill         `json:"-"`
	Claimant lifecycle.Ref `json:"-"`
	// Serial is the keyed hash of a paper original's serial number, Originals how many originals are printed.
	Serial    string `json:"-"`
	Originals int    `json:"-"`
	// Commitment is the one to the private content that came along.
	Commitment string `json:"-"`
	// Presented and Presenter are of the presentation that the bill comes under.
	Presented Presented     `json:"-"`
	Presenter lifecycle.Ref `json:"-"`
	// Selection is what a part surrender names, Annulment what an annulled part gives back, Fresh the id of a new part.
	Selection *Selection `json:"-"`
	Annulment *Annulment `json:"-"`
	Fresh     string     `json:"-"`
	// Old are the bills that a new one replaces, New the ids of those that replace an old one.
	Old []Bill   `json:"-"`
	New []string `json:"-"`
}

// issued tells whether the bill was ever issued; one that was voided before is a draft that came to nothing.
func (b Bill) issued() bool {
	return b.State != Drafted && b.State != Approved && !(b.State == Voided && b.Holder.Zero())
}

// Relying are the organisations that must all endorse a change: the issuer's and the holder's; before issue the
// shipper's, for a sea waybill the consignee's until it claims; of a house bill also the carrier's, of a pledged or presented one the bank's.
func (b Bill) Relying() []string {
	return b.withPresented(b.withBank(b.withOperator(b.relying())))
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
// holder, whoever it is offered to and the bank that lends on it.
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
	if b.Pledge != nil {
		readers = append(readers, b.Pledge.Bank)
	}
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
