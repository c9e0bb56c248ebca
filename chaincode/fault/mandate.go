package fault

// The code of mandates 授权委托 (rule X-21).
const NotEmpowered Code = "not-empowered"

var mandateEntries = []Entry{
	{NotEmpowered, "The mandate {mandate} does not cover this: {why}.", "授权 {mandate} 不涵盖此操作：{why}。"},
}

var mandateHelps = []Entry{
	{NotEmpowered, "The principal grants a mandate that covers it, or acts itself.", "由委托人另行授予涵盖此操作的授权，或自行办理。"},
}
