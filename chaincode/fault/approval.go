package fault

// The codes of four eyes 双人复核.
const (
	FourEyes    Code = "four-eyes"
	NotApproved Code = "not-approved"
)

var approvalEntries = []Entry{
	{FourEyes, "The act {act} takes two persons of party {party}.", "主体 {party} 的 {act} 须由两人共同办理。"},
	{NotApproved, "The approval {approval} does not carry this: {why}.", "复核 {approval} 不适用于此操作：{why}。"},
}

var approvalHelps = []Entry{
	{FourEyes, "One person of the party proposes exactly this act, and another makes it, naming the approval.",
		"由该主体的一人就此操作提请复核，再由另一人凭该复核办理。"},
	{NotApproved, "Another person of the party makes exactly what was proposed, in time, or it is proposed anew.",
		"由该主体的另一人在期限内按所提请的内容办理，或重新提请。"},
}
