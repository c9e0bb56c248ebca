package fault

// The codes of release orders 提货单 and of what they rest on.
const (
	OnHold          Code = "on-hold"
	NoBasis         Code = "no-basis"
	NotClaimant     Code = "not-claimant"
	NotCovered      Code = "not-covered"
	ContainerBusy   Code = "container-busy"
	ContainerOut    Code = "container-out"
	GateNotCleared  Code = "gate-not-cleared"
	AlreadyCleared  Code = "already-cleared"
	FeedNotTrusted  Code = "feed-not-trusted"
	NotValidNow     Code = "not-valid-now"
	NotRightHolder  Code = "not-right-holder"
	AppointmentOpen Code = "appointment-open"
	StillValid      Code = "still-valid"
	NoExcursion     Code = "no-excursion"
	NotReefer       Code = "not-reefer"

	PlaceMismatch       Code = "place-mismatch"
	ReleaseCodeMismatch Code = "release-code-mismatch"

	ChargesOutstanding Code = "charges-outstanding"
	NoStatement        Code = "no-statement"
	NoCredit           Code = "no-credit"
)

var releaseEntries = []Entry{
	{OnHold, "A hold is in force: {ground}, placed by {by}.", "单证被扣留：{ground}，扣留方 {by}。"},
	{NoBasis, "Nothing entitles to a release yet: no surrendered bill, accepted guarantee or sea waybill in the caller's name.", "尚无放货依据：没有已交还的提单、已接受的保函或以调用者为收货人的海运单。"},
	{NotClaimant, "The release must go to the party that the basis names.", "放货对象须为放货依据所载的主体。"},
	{NotCovered, "A container listed here is not covered by the document it rests on.", "所列集装箱不在所依据单证的范围内。"},
	{ContainerBusy, "A container listed here is on a live release order or authority already.", "所列集装箱已在有效的提货单或放箱指令上。"},
	{ContainerOut, "A container listed here is out and has not come back.", "所列集装箱已出场且尚未返回。"},
	{GateNotCleared, "The clearance {gate} is still open.", "放行关口 {gate} 尚未办结。"},
	{AlreadyCleared, "The clearance {gate} is settled already.", "放行关口 {gate} 已办结。"},
	{FeedNotTrusted, "{org} does not take release notices from {feed}.", "{org} 不接受来自 {feed} 的放行通知。"},
	{NotValidNow, "The release order is not valid at this time.", "提货单此时无效。"},
	{NotRightHolder, "The trucker named here does not hold the release right of this line.", "所列车队不持有该箱的提货权。"},
	{AppointmentOpen, "An appointment is requested or confirmed on this line.", "该箱已有预约申请或已确认预约。"},
	{StillValid, "It is valid until {until}: it has not run out.", "有效期至 {until}，尚未到期。"},
	{NoExcursion, "No excursion is open on this container.", "该箱没有待确认的温度异常。"},
	{NotReefer, "The container of this line is not carried as a running reefer.", "该箱不是运行中的冷藏箱。"},
	{PlaceMismatch, "The goods are to be handed over at another place than the bill, or the accepted guarantee for another place, names.", "提货地点与提单所载地点或已接受的改港交货保函所载地点不符。"},
	{ReleaseCodeMismatch, "The release code told at the gate is not the one of the appointment.", "闸口所报提箱码与预约不符。"},
	{ChargesOutstanding, "Charges of the {payee} are not settled, waived or on credit.", "{payee} 的费用尚未结清、减免或挂账。"},
	{NoCredit, "Credit is for a requester or release-to party whom the customs certified (AEO).", "仅可向经海关认证（AEO）的申请人或放货对象挂账。"},
	{NoStatement, "The payee has not presented a statement of charges.", "收款方尚未出具费用清单。"},
}

var releaseHelps = []Entry{
	{OnHold, "The authority that placed the hold lifts it, or it expires.", "由扣留机关解除，或待其到期。"},
	{NoBasis, "The bill is surrendered and accepted, or a guarantee for it is accepted.", "提单交还并被接受，或相应保函被接受。"},
	{AppointmentOpen, "The appointment is refused or cancelled, or its window passes and the truck did not come.", "预约被拒绝或取消，或时间窗已过而车辆未到。"},
	{StillValid, "The validity runs out, or the carrier revokes the order.", "待有效期届满，或由承运人撤销提货单。"},
	{NoExcursion, "Nothing: there is nothing to take note of until one is reported.", "无需办理：须先有异常报告，方可确认。"},
	{NotReefer, "Nothing on this line: its container does not cool.", "本箱不制冷，无法办理。"},
	{PlaceMismatch, "A guarantee for that place (forms B, BB, C, CC) is accepted, or the bill is changed.", "由承运人接受以该地点为交付地的保函（B、BB、C、CC 格式），或更改提单。"},
	{ReleaseCodeMismatch, "The driver tells the code of the appointment, or the trucker amends the appointment with another code.", "由司机报出预约的提箱码，或由车队以新码更改预约。"},
	{GateNotCleared, "Whoever answers for the clearance {gate} clears it.", "由负责关口 {gate} 的一方办结。"},
	{NoCredit, "Its organisation registers the party's AEO status, or the charges are paid; a payee can decide otherwise in its settings.", "由其所属组织登记该主体的 AEO 等级，或付清费用；收款方亦可在其设置中另行规定。"},
	{ChargesOutstanding, "The {payee} states what has come up, and acknowledges the payment, waives it or grants credit.", "由 {payee} 出具新的费用清单，并确认收款、减免或挂账。"},
	{NoStatement, "The payee presents its statement, or clears its charges without one.", "由收款方出具费用清单，或不出清单直接结清。"},
}
