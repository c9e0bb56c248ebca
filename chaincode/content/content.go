// Package content reads and checks the private half of a document: the JSON that the trade exchanges.
//
// It answers three questions about some bytes: are they strict JSON that has one meaning only, which hash do
// they have, and do they follow the schema and the field rules of their kind. It knows nothing of states,
// parties on the ledger, Fabric or HTTP. All answers depend on the bytes alone, so that every endorser gives
// the same; no binary floating point number is kept.
package content

import "fmt"

// Kind names a kind of private content. There is one schema for each: api/schemas/<kind>.schema.json.
type Kind string

// The kinds of content.
const (
	KindBill            Kind = "bill"                // transport document 提单, in DCSA's form
	KindGuarantee       Kind = "guarantee"           // letter of guarantee 保函
	KindJoinder         Kind = "joinder"             // a bank's joining of a guarantee
	KindRelease         Kind = "release"             // release order 提货单 with its lines
	KindReleaseLine     Kind = "release-line"        // one container of a release order
	KindAppointment     Kind = "appointment"         // a truck's appointment 提箱预约
	KindNotice          Kind = "notice"              // customs release notice 海关放行
	KindAuthority       Kind = "authority"           // interchange authority 放箱
	KindGateSheet       Kind = "gate-sheet"          // interchange receipt filled at the gate 设备交接单
	KindParty           Kind = "party"               // a legal person 企业
	KindLetterAmendment Kind = "guarantee-amendment" // a guarantee's terms as they shall be 保函修改
	KindDemand          Kind = "demand"              // a demand under a guarantee 索赔
	KindReduction       Kind = "reduction"           // a beneficiary's word that an amount is reduced 减额
	KindForceMajeure    Kind = "force-majeure"       // a declaration of force majeure 不可抗力
	KindRejection       Kind = "rejection"           // a guarantor's notice of discrepancies 拒付通知
	KindAssignment      Kind = "assignment"          // container assigned to an authority 配箱
	KindStatement       Kind = "statement"           // remark, dispute, addendum or ruling about a gate sheet 陈述
	KindComment         Kind = "comment"             // what is asked to be changed in a bill 修改意见
	KindReissue         Kind = "reissue"             // the transport documents that replace others 换发提单
	KindPaper           Kind = "paper"               // the paper originals of a bill 纸质正本
	KindOriginal        Kind = "original"            // one paper original that came back
	KindPart            Kind = "part"                // the containers of a part delivery 分批提货
	KindEvidence        Kind = "evidence"            // proof for a clearance gate: certificate 检验检疫/消杀证书
	KindAmendment       Kind = "amendment"           // amendment of a release order 提货单更改
	KindChargeStatement Kind = "charge-statement"    // a payee's charges, with tariff and events 费用清单
	KindSettlement      Kind = "charge-settlement"   // payment, waiver or credit of charges 费用结算
	KindCreditTerms     Kind = "credit-terms"        // on which charges are owed that nobody stated 挂账条款
)

// The kinds about a reefer's cold.
const (
	KindPlugEvent       Kind = "plug-event"                // a reefer plugged in or out 插拔电记录
	KindReeferReadings  Kind = "reefer-readings"           // what a reefer's controller logged 冷藏箱温度记录
	KindAcknowledgement Kind = "excursion-acknowledgement" // taking note of excursions 温度异常确认
	KindPlugCorrection  Kind = "plug-correction"           // a plug event that was told wrongly 插拔电更正
	KindCertificate     Kind = "certificate"               // a test report or certificate 检测报告/证书
)

// KindRecoveryEvidence is what a recovery of lost control rests on 控制权灭失证据.
const KindRecoveryEvidence Kind = "recovery-evidence"

// KindExchangeTerms is what is paid in an exchange against payment 付款条款.
const KindExchangeTerms Kind = "exchange-terms"

// The kinds about a multimodal bill 一单制提单 and its legs.
const (
	KindLegs          Kind = "legs"           // the legs of the carriage 运输区段
	KindLegEvent      Kind = "leg-event"      // a departure or an arrival 启运/运抵
	KindLegHandover   Kind = "leg-handover"   // what passes from carrier to carrier 区段交接
	KindLegDocument   Kind = "leg-document"   // a consignment note, registered 区段运单
	KindLegShare      Kind = "leg-share"      // a carrier's share of the through charge 运费分摊
	KindThroughCharge Kind = "through-charge" // the one charge for the whole carriage 全程运费
)

// The kinds about credit facilities.
const (
	KindFacility       Kind = "facility"        // a bank's limits for a party 授信额度
	KindReservation    Kind = "reservation"     // what a part of a facility is taken up for 额度占用
	KindReservationEnd Kind = "reservation-end" // what is free again 额度释放
)

// The kinds about a pledge.
const (
	KindPledgeTerms        Kind = "pledge-terms"        // what a pledge secures 质押条款
	KindTrustReceipt       Kind = "trust-receipt"       // on which a bill is released on trust 信托收据
	KindPledgeRegistration Kind = "pledge-registration" // entry in the register of movable property 动产融资登记
	KindPledgeInsurance    Kind = "pledge-insurance"    // insurance of pledged goods 质押货物保险
	KindSupervisionReport  Kind = "supervision-report"  // what a supervisor found 监管报告
)

// The kinds of a presentation under a credit.
const (
	KindPresentation Kind = "presentation" // documents presented to a bank 信用证交单单据
	KindRefusal      Kind = "refusal"      // the bank's notice of discrepancies 拒付通知
)

// Kinds lists all kinds.
var Kinds = []Kind{
	KindBill, KindGuarantee, KindJoinder, KindRelease, KindReleaseLine, KindAppointment, KindNotice,
	KindAuthority, KindGateSheet, KindParty, KindLetterAmendment, KindDemand, KindRejection, KindReduction, KindForceMajeure,
	KindAssignment, KindStatement,
	KindComment, KindReissue, KindPaper, KindOriginal, KindPart,
	KindEvidence, KindAmendment,
	KindPlugEvent, KindReeferReadings, KindAcknowledgement, KindPlugCorrection, KindCertificate,
	KindRecoveryEvidence,
	KindExchangeTerms,
	KindChargeStatement, KindSettlement, KindCreditTerms,
	KindLegs, KindLegEvent, KindLegHandover, KindLegDocument, KindLegShare, KindThroughCharge,
	KindFacility, KindReservation, KindReservationEnd,
	KindPledgeTerms, KindTrustReceipt, KindPledgeRegistration, KindPledgeInsurance, KindSupervisionReport,
	KindPresentation, KindRefusal,
}

// Limits bound what Parse takes.
type Limits struct {
	Bytes int // size of the whole text
	Depth int // nesting of arrays and objects
}

// ContentLimits are the limits of one private content. 256 KiB holds the longest terms and conditions that
// DCSA allows (50000 characters, three bytes each in Chinese) and some hundred containers, and is far below
// what Fabric carries. DCSA's transport document nests 10 levels; only inner packagings could go on.
var ContentLimits = Limits{Bytes: 256 << 10, Depth: 32}

// Code classes a problem; the classes are told apart in HTTP as well.
type Code string

// The classes of problems.
const (
	Malformed Code = "malformed" // not strict JSON
	TooLarge  Code = "too-large" // over a limit
	Invalid   Code = "invalid"   // JSON, but not what its kind asks for
)

// Problem says what is wrong with a content and where. It never carries a value of the content. At is built of
// member names and indexes; it ends early where a name does not look like one, so that no text can be smuggled
// into logs.
type Problem struct {
	Code  Code
	At    string // JSON pointer (RFC 6901); empty for the whole text
	Check string // keyword of the schema, name of an identifier's check or of a field rule
}

func (p *Problem) Error() string { return fmt.Sprintf("content %s at %q: %s", p.Code, p.At, p.Check) }
