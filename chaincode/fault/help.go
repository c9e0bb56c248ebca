package fault

// sharedHelps are what helps against refusals that several families share, or that their own lists leave to this one: an
// entry there comes first.
var sharedHelps = []Entry{
	{ClockSkew, "The sender's clock is set right.", "由发送方校准其时钟。"},
	{UnknownCaller, "The registrar of the caller's organisation registers the party and enrols the person for it.",
		"由调用者所属组织的登记员登记该主体，并为其注册人员。"},
	{WrongState, "Another act has to come first, on this document or on the one that it belongs to; where no way is named, none leads there any more.",
		"须先在本单证或其所属单证上办理其他操作；未列出途径的，已无法再办。"},
	{WrongParty, "The {by} makes this act.", "由 {by} 执行该操作。"},
	{ContentMismatch, "The copy that was committed to is handed over: another member that is entitled to it has one.",
		"须交付与承诺一致的副本：其他有权持有的成员处有该副本。"},
	{Duplicate, "The document that carries it already comes to its end, or another {what} is used.",
		"已使用它的单证先行终结，或改用其他 {what}。"},
	{KindForbids, "Nothing: it is not in the nature of a {kind} bill.", "无法补救：{kind} 提单的性质不允许。"},
	{NoOffer, "The holder offers the document first.", "须由持有人先行发出转让要约。"},
	{NotEndorsable, "Nothing: possession can still pass, but who is named in the last endorsement keeps the title.",
		"无法再背书：占有仍可转移，但物权归上一次背书所载的主体。"},
	{NotClaimant, "The party that the basis names asks for the release.", "由放货依据所载的主体申请放货。"},
	{ContainerBusy, "The order or authority that the container is on ends first.", "该箱所在的放货单或放箱指令须先行终结。"},
	{ContainerOut, "The container comes back through a gate first.", "该箱须先行进场。"},
	{AlreadyCleared, "Nothing needs to be done: the clearance {gate} is settled.", "无需再办：关口 {gate} 已办结。"},
	{FeedNotTrusted, "{org} adds {feed} to the feeds that it takes notices from.", "由 {org} 将 {feed} 列入其所信任的通知来源。"},
	{NotValidNow, "The carrier sets another validity.", "由承运人重新设定有效期。"},
	{NotRightHolder, "The right holder delegates the right to this trucker, who accepts.", "由提货权人转委托给该车队，并经其接受。"},
	{AppointmentOpen, "The appointment is cancelled or refused first.", "预约须先行取消或被拒绝。"},
	{ContainerMismatch, "The container of this line comes to the gate.", "由该箱行所载的集装箱到闸口。"},
	{PlateMismatch, "The truck of the appointment comes to the gate, or another appointment is made.",
		"由预约车辆到闸口，或另行预约。"},
	{OutsideWindow, "The truck comes within the window, or another appointment is made.", "在预约时间窗内到场，或另行预约。"},
	{CycleBroken, "The move that is missing in between is recorded first.", "须先记录中间缺少的进出场。"},
	{HashMismatch, "The sheet is read again, and what is recorded is signed.", "重新读取设备交接单，对已记录的内容签字。"},
}
