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
	KindRejection       Kind = "rejection"           // a guarantor's notice of discrepancies 拒付通知
	KindAssignment      Kind = "assignment"          // container assigned to an authority 配箱
	KindStatement       Kind = "statement"           // remark, dispute, addendum or ruling about a gate sheet 陈述
	KindComment         Kind = "comment"             // what is asked to be changed in a bill 修改意见
	KindReissue         Kind = "reissue"             // the transport documents that replace others 换发提单
	KindPaper           Kind = "paper"               // the paper originals of a bill 纸质正本
	KindOriginal        Kind = "original"            // one paper original that came back
	KindPart            Kind = "part"                // the containers of a part delivery 分批提货
	KindEvidence        Kind = "evidence"            // proof for a clearance gate: certificate 检验检疫/消杀证书
	KindAmendment       Kind = "amendment"           // amendment of a release order 放货单更改
	KindChargeStatement Kind = "charge-statement"    // a payee's charges, with tariff and events 费用清单
	KindSettlement      Kind = "charge-settlement"   // payment, waiver or credit of charges 费用结算
)

// The kinds about a reefer's cold.
const (
	KindPlugEvent       Kind = "plug-event"                // a reefer plugged in or out 插拔电记录
	KindReeferReadings  Kind = "reefer-readings"           // what a reefer's controller logged 冷藏箱温度记录
	KindAcknowledgement Kind = "excursion-acknowledgement" // taking note of excursions 温度异常确认
)

// KindRecoveryEvidence is what a recovery of lost control rests on 控制权灭失证据.
const KindRecoveryEvidence Kind = "recovery-evidence"

// The kinds of a presentation under a credit.
const (
	KindPresentation Kind = "presentation" // documents presented to a bank 信用证交单单据
	KindRefusal      Kind = "refusal"      // the bank's notice of discrepancies 拒付通知
)

// Kinds lists all kinds.
var Kinds = []Kind{
	KindBill, KindGuarantee, KindJoinder, KindRelease, KindReleaseLine, KindAppointment, KindNotice,
	KindAuthority, KindGateSheet, KindParty, KindLetterAmendment, KindDemand, KindRejection,
	KindAssignment, KindStatement,
	KindComment, KindReissue, KindPaper, KindOriginal, KindPart,
	KindEvidence, KindAmendment,
	KindPlugEvent, KindReeferReadings, KindAcknowledgement,
	KindRecoveryEvidence,
	KindChargeStatement, KindSettlement,
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
