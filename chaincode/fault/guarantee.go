package fault

// The codes of letters of guarantee 保函.
const (
	BankRequired   Code = "bank-required"
	BankNotAllowed Code = "bank-not-allowed"
	GuaranteeInUse Code = "guarantee-in-use"
	FraudulentKind Code = "fraudulent-kind"
	SecondPerson   Code = "second-person-needed"
	AmendmentOpen  Code = "amendment-open"
	NoAmendment    Code = "no-amendment"
	DemandExcluded Code = "demand-excluded"
	AmountExceeded Code = "amount-exceeded"
	NoExtension    Code = "no-extension-asked"
	DeadlinePassed Code = "deadline-passed"
	NotExpired     Code = "not-expired"
	NoForceMajeure Code = "no-force-majeure"
	NoReduction    Code = "no-reduction"
	CoverTooSmall  Code = "cover-too-small"
)

var guaranteeEntries = []Entry{
	{BankRequired, "A guarantee of form {kind} needs a bank.", "{kind} 格式的保函须有银行加签。"},
	{BankNotAllowed, "A guarantee of form {kind} is given without a bank.", "{kind} 格式的保函不由银行加签。"},
	{GuaranteeInUse, "The guarantee must still stand: {why}.", "保函仍须有效：{why}。"},
	{FraudulentKind, "A guarantee of kind {kind} deceives third parties about the date of shipment: it is never taken.", "{kind} 类保函在装船日期上欺骗第三方，一律拒绝。"},
	{SecondPerson, "A guarantee of kind {kind} is of high risk: a second person must accept it.", "{kind} 类保函风险高：须由另一人复核接受。"},
	{AmendmentOpen, "An amendment is proposed: not everybody has answered it yet.", "已有修改提议尚未获各方答复。"},
	{NoAmendment, "No amendment is proposed.", "没有待决的修改提议。"},
	{DemandExcluded, "The guarantee allows one demand only.", "保函只允许一次索赔。"},
	{AmountExceeded, "The amount does not fit what the guarantee still covers.", "金额与保函余额不符。"},
	{NoExtension, "The demand does not ask for an extension.", "该索赔未要求展期。"},
	{DeadlinePassed, "The time for {act} ended at {until}.", "{act} 的期限已于 {until} 届满。"},
	{NoForceMajeure, "Force majeure does not extend this guarantee: {why}.", "不可抗力不延长该保函：{why}。"},
	{NoReduction, "The guarantee awaits no event by which its amount is reduced.", "保函没有待发生的减额事件。"},
	{CoverTooSmall, "The guarantee covers less than its beneficiary takes.", "保函的保障金额低于受益人的要求。"},
	{NotExpired, "The guarantee has not expired: it ends at {until}.", "保函尚未到期：到期时间 {until}。"},
}

var guaranteeHelps = []Entry{
	{BankRequired, "The bank named in the guarantee joins it.", "由保函所列银行加签。"},
	{GuaranteeInUse, "The release orders that rest on the guarantee end first, and the bills of goods that left are surrendered.", "以该保函为依据的提货单须先行终结，已放货物的提单须交还。"},
	{SecondPerson, "Another person of the beneficiary accepts it.", "由受益人的另一人接受。"},
	{AmendmentOpen, "Those who have not answered agree or reject, or the proposer withdraws.", "由尚未答复者同意或拒绝，或由提议人撤回。"},
	{NoAmendment, "One of the parties proposes an amendment.", "由一方提议修改。"},
	{DemandExcluded, "Everybody agrees to an amendment.", "由各方同意修改。"},
	{NoExtension, "The guarantor pays or rejects.", "由担保人付款或拒付。"},
	{DeadlinePassed, "Nothing: the time is over. A demand or documents not refused in it count as complying.",
		"期限已过，无法补救。未在期限内拒绝的索赔或单据视为相符。"},
	{NoForceMajeure, "Everybody agrees to an amendment.", "由各方同意修改。"},
	{NoReduction, "Everybody agrees to an amendment.", "由各方同意修改。"},
	{CoverTooSmall, "The applicant gives another one, without a limit or for a higher percentage of the CIF value.", "由申请人另行出具不限额或更高到岸价比例的保函。"},
	{NotExpired, "Its validity runs out.", "待有效期届满。"},
}
