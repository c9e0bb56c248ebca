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

// The codes, grouped by what they are about. Conditions are tried in this order, and where two apply the earlier one
// answers: the transaction's time, the caller, the act, the public part of the request, the parties it names, its private
// content; then the document: found, anchored, its version, its state, the caller's part in it, the caller's role; and only
// then what the act itself asks for, in the order of its row in the lifecycle table.
const (
	Malformed           Code = "malformed"
	TooLarge            Code = "too-large"
	Invalid             Code = "invalid"
	UnknownAct          Code = "unknown-act"
	ClockSkew           Code = "clock-skew"
	UnknownCaller       Code = "unknown-caller"
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
	KindForbids         Code = "kind-forbids"
	OfferOpen           Code = "offer-open"
	NoOffer             Code = "no-offer"
	NotTitleHolder      Code = "not-title-holder"
	NotEndorsable       Code = "not-endorsable"
	OnHold              Code = "on-hold"
	NoBasis             Code = "no-basis"
	NotClaimant         Code = "not-claimant"
	NotCovered          Code = "not-covered"
	ContainerBusy       Code = "container-busy"
	ContainerOut        Code = "container-out"
	BankRequired        Code = "bank-required"
	BankNotAllowed      Code = "bank-not-allowed"
	GateNotCleared      Code = "gate-not-cleared"
	AlreadyCleared      Code = "already-cleared"
	FeedNotTrusted      Code = "feed-not-trusted"
	NotValidNow         Code = "not-valid-now"
	NotRightHolder      Code = "not-right-holder"
	AppointmentOpen     Code = "appointment-open"
	ContainerMismatch   Code = "container-mismatch"
	PlateMismatch       Code = "plate-mismatch"
	OutsideWindow       Code = "outside-window"
	CycleBroken         Code = "cycle-broken"
	HashMismatch        Code = "hash-mismatch"
	GuaranteeInUse      Code = "guarantee-in-use"
	LimitReached        Code = "limit-reached"
)

// The codes that only a gateway uses: they are about the road to the ledger, not about the trade.
const (
	Unauthenticated      Code = "unauthenticated"
	UnsupportedMedia     Code = "unsupported-media"
	MethodNotAllowed     Code = "method-not-allowed"
	NoSuchRoute          Code = "no-such-route"
	IdempotencyKeyReused Code = "idempotency-key-reused"
	InProgress           Code = "in-progress"
	Conflict             Code = "conflict"
	Busy                 Code = "busy"
	Unavailable          Code = "unavailable"
	Internal             Code = "internal"
)

// Catalogue is every code there is.
var Catalogue = []Entry{
	{Malformed, "The JSON cannot be read at {at}: {check}.", "无法读取 JSON，位置 {at}：{check}。"},
	{TooLarge, "The {what} goes beyond the limit: {limit}.", "{what} 超过上限：{limit}。"},
	{Invalid, "The value at {at} is not acceptable: {check}.", "{at} 处的值不符合要求：{check}。"},
	{UnknownAct, "There is no act {act} on a {family}.", "{family} 没有 {act} 这一操作。"},
	{ClockSkew, "The transaction's time differs from this endorser's clock by more than {limit}.", "交易时间与背书节点时钟相差超过 {limit}。"},
	{UnknownCaller, "The caller's certificate names no party that its own organisation registered.", "调用者证书所载主体未由其所属组织登记。"},
	{NotFound, "There is no {family} {id}.", "不存在该 {family}：{id}。"},
	{NotAnchored, "The record of {id} is not anchored by {org}: that organisation never took part in it.", "{id} 的记录未经 {org} 锚定：该组织从未参与。"},
	{VersionMismatch, "The {family} is at version {have}, not {want}: someone acted in between.", "{family} 当前版本为 {have}，而非 {want}：期间已有他人操作。"},
	{WrongState, "A {family} that is {state} does not allow {act}.", "{family} 处于 {state} 状态，不允许 {act}。"},
	{WrongParty, "Only the {by} may {act}.", "只有 {by} 可以执行 {act}。"},
	{WrongRole, "The caller's person lacks a role for {act}: one of {roles}.", "操作人缺少执行 {act} 所需的角色：{roles} 之一。"},
	{UnknownParty, "The party at {at} is not registered.", "{at} 处的主体未登记。"},
	{RecipientNotAllowed, "The party at {at} may not receive this: {why}.", "{at} 处的主体不能接收：{why}。"},
	{OneOrganisation, "All parties belong to one organisation; a shared document needs two.", "所有主体同属一个组织；共享单证至少需要两个组织。"},
	{PrivateInputMissing, "The private input {name} did not come with the transaction.", "交易未附带私密输入 {name}。"},
	{ContentMismatch, "The content handed over is not the content committed to.", "所交付的内容与已承诺的内容不一致。"},
	{Duplicate, "This {what} is taken already.", "该 {what} 已被占用。"},
	{KindForbids, "A {kind} bill does not allow {act}.", "{kind} 提单不允许 {act}。"},
	{OfferOpen, "An offer is open: it must be accepted, rejected or withdrawn first.", "存在未决的转让要约：须先接受、拒绝或撤回。"},
	{NoOffer, "No offer is open to be answered.", "没有可答复的要约。"},
	{NotTitleHolder, "The holder has possession but not the title that {act} needs.", "持有人仅占有单证，不具有 {act} 所需的物权。"},
	{NotEndorsable, "The last endorsement was not to order: the title cannot be endorsed on.", "上一次背书并非指示性背书，不能再背书。"},
	{OnHold, "A hold is in force.", "单证被扣留（hold）。"},
	{NoBasis, "Nothing entitles to a release yet: no surrendered bill, accepted guarantee or sea waybill in the caller's name.", "尚无放货依据：没有已交还的提单、已接受的保函或以调用者为收货人的海运单。"},
	{NotClaimant, "The release must go to the party that the basis names.", "放货对象须为放货依据所载的主体。"},
	{NotCovered, "A container listed here is not covered by the document it rests on.", "所列集装箱不在所依据单证的范围内。"},
	{ContainerBusy, "A container listed here is on a live release order or authority already.", "所列集装箱已在有效的放货单或放箱指令上。"},
	{ContainerOut, "A container listed here is out and has not come back.", "所列集装箱已出场且尚未返回。"},
	{BankRequired, "A guarantee of form {kind} needs a bank.", "{kind} 格式的保函须有银行加签。"},
	{BankNotAllowed, "A guarantee of form {kind} is given without a bank.", "{kind} 格式的保函不由银行加签。"},
	{GateNotCleared, "The clearance {gate} is still open.", "放行关口 {gate} 尚未办结。"},
	{AlreadyCleared, "The clearance {gate} is settled already.", "放行关口 {gate} 已办结。"},
	{FeedNotTrusted, "{org} does not take release notices from {feed}.", "{org} 不接受来自 {feed} 的放行通知。"},
	{NotValidNow, "The release order is not valid at this time.", "放货单此时无效。"},
	{NotRightHolder, "The trucker named here does not hold the release right of this line.", "所列车队不持有该箱的提货权。"},
	{AppointmentOpen, "An appointment is requested or confirmed on this line.", "该箱已有预约申请或已确认预约。"},
	{ContainerMismatch, "The container at the gate is not the container of this line.", "闸口集装箱与该箱记录不符。"},
	{PlateMismatch, "The truck at the gate is not the truck of the appointment.", "闸口车辆与预约车辆不符。"},
	{OutsideWindow, "The truck is outside the window of its appointment.", "车辆不在预约时间窗内。"},
	{CycleBroken, "The moves of this container do not follow each other: {why}.", "该集装箱的进出场顺序不成立：{why}。"},
	{HashMismatch, "The signature is over another sheet than the one recorded.", "所签内容与已记录的设备交接单不一致。"},
	{GuaranteeInUse, "A release order that rests on this guarantee is still live.", "以本保函为依据的放货单仍然有效。"},
	{LimitReached, "The limit of {limit} {what} is reached.", "已达到上限：{limit} {what}。"},

	{Unauthenticated, "The request carries no valid token of a person enrolled here.", "请求未携带本组织已注册人员的有效令牌。"},
	{UnsupportedMedia, "The body must be application/json.", "请求体须为 application/json。"},
	{MethodNotAllowed, "This address does not answer to that method.", "该地址不支持此方法。"},
	{NoSuchRoute, "There is nothing at this address.", "该地址不存在。"},
	{IdempotencyKeyReused, "This Idempotency-Key came with another request before.", "此 Idempotency-Key 已用于另一请求。"},
	{InProgress, "The request with this Idempotency-Key is still being worked on.", "使用此 Idempotency-Key 的请求仍在处理中。"},
	{Conflict, "Another transaction changed the same record first; read it again and decide anew.", "另一交易已先行更改同一记录；请重新读取后再决定。"},
	{Busy, "Too many requests are being worked on; try again shortly.", "当前请求过多，请稍后重试。"},
	{Unavailable, "A peer or orderer that this needs cannot be reached.", "所需的节点或排序服务无法连接。"},
	{Internal, "Something failed here; the request id finds it in the log.", "内部错误；可凭请求编号在日志中查找。"},
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

// Text answers the fault's sentence in Chinese when zh is true, else in English, with its Args filled in.
func (f *Fault) Text(zh bool) string {
	e, _ := Lookup(f.Code)
	text := e.English
	if zh {
		text = e.Chinese
	}
	text = strings.ReplaceAll(text, "{at}", f.At)
	for _, name := range slices.Sorted(maps.Keys(f.Args)) {
		text = strings.ReplaceAll(text, "{"+name+"}", f.Args[name])
	}
	return text
}
