package fault

import (
	"maps"
	"slices"
	"strings"
)

// Entry is one row of the catalogue.
type Entry struct {
	Code Code
	// English and Chinese are texts with {name} places for Args.
	English, Chinese string
}

// The codes that all families share; each family's own stand in a file of its name. Conditions are tried in this order,
// and where two apply the earlier one answers: the transaction's time, the caller, the act, the public part of the request,
// the parties it names, its private content; then the document: found, anchored, its version, its state, the caller's part
// in it, the caller's role; and only then what the act itself asks for, in the order of its row in the lifecycle table:
// first of the document and what stands around it, last of the request.
const (
	Malformed           Code = "malformed"
	TooLarge            Code = "too-large"
	Invalid             Code = "invalid"
	UnknownAct          Code = "unknown-act"
	ClockSkew           Code = "clock-skew"
	UnknownCaller       Code = "unknown-caller"
	NotDirect           Code = "not-direct"
	NotFound            Code = "not-found"
	NotAnchored         Code = "not-anchored"
	VersionMismatch     Code = "version-mismatch"
	WrongState          Code = "wrong-state"
	WrongParty          Code = "wrong-party"
	WrongRole           Code = "wrong-role"
	UnknownParty        Code = "unknown-party"
	RecipientNotAllowed Code = "recipient-not-allowed"
	OneOrganisation     Code = "one-organisation"
	PrivateInputMissing Code = "private-input-missing"
	ContentMismatch     Code = "content-mismatch"
	Duplicate           Code = "duplicate"
	LimitReached        Code = "limit-reached"
)

// Catalogue is every code there is.
var Catalogue = slices.Concat(commonEntries, billEntries, recoveryEntries, exchangeEntries, releaseEntries, interchangeEntries, guaranteeEntries, mandateEntries, legEntries, facilityEntries, presentationEntries, approvalEntries, signingEntries, roadEntries)

// Helps tells for a code what would help, where something can: who would have to do what. The texts take the same Args.
var Helps = slices.Concat(commonHelps, billHelps, recoveryHelps, exchangeHelps, releaseHelps, interchangeHelps, guaranteeHelps, mandateHelps, legHelps, facilityHelps, presentationHelps, approvalHelps, signingHelps, sharedHelps)

var commonHelps = []Entry{
	{NotAnchored, "Nothing: the record was not made by those it names.", "无法补救：该记录并非其所列主体设立。"},
	{WrongRole, "The registrar of the caller's organisation can give the role to this person.", "由调用者所属组织的登记员授予该角色。"},
	{LimitReached, "Nothing on this document: the limit is final.", "本单证已达上限，无法再办。"},
}

var commonEntries = []Entry{
	{Malformed, "The JSON cannot be read at {at}: {check}.", "无法读取 JSON，位置 {at}：{check}。"},
	{TooLarge, "The {what} goes beyond the limit: {limit}.", "{what} 超过上限：{limit}。"},
	{Invalid, "The value at {at} is not acceptable: {check}.", "{at} 处的值不符合要求：{check}。"},
	{UnknownAct, "There is no act {act} on a {family}.", "{family} 没有 {act} 这一操作。"},
	{ClockSkew, "The transaction's time differs from this endorser's clock by more than {limit}.", "交易时间与背书节点时钟相差超过 {limit}。"},
	{UnknownCaller, "The caller's certificate names no party that its own organisation registered.", "调用者证书所载主体未由其所属组织登记。"},
	{NotDirect, "Another chaincode passed this call on: only what its sender signed as it is counts.", "该调用由其他链码转来：只有发送者原样签署的调用才有效。"},
	{NotFound, "There is no {family} of this id.", "没有该编号的 {family}。"},
	{NotAnchored, "The record of {id} is not anchored by {org}: that organisation never took part in it.", "{id} 的记录未经 {org} 锚定：该组织从未参与。"},
	{VersionMismatch, "The {family} is at version {have}, not {want}: someone acted in between.", "{family} 当前版本为 {have}，而非 {want}：期间已有他人操作。"},
	{WrongState, "A {family} that is {state} does not allow {act}.", "{family} 处于 {state} 状态，不能办理 {act}。"},
	{WrongParty, "Only the {by} may {act}.", "只有 {by} 可以办理 {act}。"},
	{WrongRole, "The caller's person lacks a role for {act}: one of {roles}.", "操作人缺少办理 {act} 所需的角色：须为 {roles} 之一。"},
	{UnknownParty, "The party at {at} is not registered.", "{at} 处的主体未登记。"},
	{RecipientNotAllowed, "The party at {at} may not receive this: {why}.", "{at} 处的主体不能接收：{why}。"},
	{OneOrganisation, "All parties belong to one organisation; a shared document needs two.", "所有主体同属一个组织；共享单证至少需要两个组织。"},
	{PrivateInputMissing, "The private input {name} did not come with the transaction.", "交易未附带私密输入 {name}。"},
	{ContentMismatch, "The content handed over is not the content committed to.", "所交付的内容与已承诺的内容不一致。"},
	{Duplicate, "This {what} is taken already.", "该 {what} 已被占用。"},
	{LimitReached, "The limit of {limit} {what} is reached.", "{what} 已达到上限：{limit}。"},
}

// Lookup finds a code's row.
func Lookup(code Code) (Entry, bool) {
	for _, e := range Catalogue {
		if e.Code == code {
			return e, true
		}
	}
	return Entry{}, false
}

// Help answers what would help against the refusal, empty where the catalogue knows nothing.
func (f *Fault) Help(zh bool) string {
	for _, e := range Helps {
		if e.Code == f.Code {
			return f.fill(e, zh)
		}
	}
	return ""
}

// Text answers the fault's sentence in Chinese when zh is true, else in English, with its Args filled in.
func (f *Fault) Text(zh bool) string {
	e, _ := Lookup(f.Code)
	return f.fill(e, zh)
}

func (f *Fault) fill(e Entry, zh bool) string {
	text := e.English
	if zh {
		text = e.Chinese
	}
	text = strings.ReplaceAll(text, "{at}", f.At)
	for _, name := range slices.Sorted(maps.Keys(f.Args)) {
		value := f.Args[name]
		if zh {
			value = Chinese(name, value)
		}
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	if zh {
		text = join(text)
	}
	return text
}
