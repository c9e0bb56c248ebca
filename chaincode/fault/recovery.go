package fault

// The codes of lost-control recovery 控制权恢复.
const (
	BillRecovered  Code = "bill-recovered"
	NoRecovery     Code = "no-recovery"
	ControlNotLost Code = "control-not-lost"
	SupportMissing Code = "support-missing"
	RecoveryWaits  Code = "recovery-waits"
	NotHandedOver  Code = "not-handed-over"
)

var recoveryEntries = []Entry{
	{BillRecovered, "Control of this bill was lost and recovered: the bill {replacement} took its place.",
		"本提单的控制权已灭失并经恢复：由提单 {replacement} 取代。"},
	{NoRecovery, "There is no recovery of this bill: {why}.", "本提单不适用控制权恢复：{why}。"},
	{ControlNotLost, "What is to be recovered moved since the recovery was opened: control is not lost.", "恢复启动后仍有变动：控制权并未灭失。"},
	{SupportMissing, "Guardians have not supported the recovery yet: {orgs}.", "尚有监护组织未支持恢复：{orgs}。"},
	{RecoveryWaits, "The recovery is open to objection until {until}.", "异议期至 {until} 届满前不得执行恢复。"},
	{NotHandedOver, "This bill took a lost one's place, and its issuer has not handed over its content yet.", "本提单取代已灭失的提单，签发人尚未移交其内容。"},
}

var recoveryHelps = []Entry{
	{BillRecovered, "Act on the bill that took its place.", "请在取代它的提单上办理。"},
	{NoRecovery, "Nothing for this bill: guardians are named at its birth, and one that moves without a stranger needs none.", "对本提单无法补救：监护组织在拟制时指定；无需他人即可变动的提单不需要恢复。"},
	{ControlNotLost, "The issuer withdraws the recovery.", "由签发人撤回恢复。"},
	{SupportMissing, "An institution of each of these organisations supports the recovery.", "由各该组织的机构支持恢复。"},
	{RecoveryWaits, "Waiting.", "等待期满。"},
	{NotHandedOver, "The issuer hands the content over.", "由签发人移交内容。"},
}
