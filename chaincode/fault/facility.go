package fault

// The codes of credit facilities 授信额度.
const (
	LimitExceeded Code = "limit-exceeded"
	FacilityInUse Code = "facility-in-use"
	NoReservation Code = "no-reservation"
	// FacilityNotInForce is of one that is suspended, closed or run out.
	FacilityNotInForce Code = "facility-not-in-force"
)

var facilityEntries = []Entry{
	{LimitExceeded, "The limit of the {level} would be exceeded.", "超出 {level} 额度。"},
	{FacilityInUse, "Something is still reserved under the facility.", "额度项下仍有占用。"},
	{FacilityNotInForce, "The facility is not in force: {why}.", "额度当前无效：{why}。"},
	{NoReservation, "Nothing that is enough for this is reserved under a facility of the bank.", "银行额度项下没有足以覆盖本笔业务的占用。"},
}

var facilityHelps = []Entry{
	{LimitExceeded, "The bank frees what is no longer needed, or changes the limit.", "由银行释放不再需要的占用，或重新核定额度。"},
	{FacilityInUse, "The bank frees what is reserved, when the pledges and guarantees are over.", "待质押及保函结束后，由银行释放占用。"},
	{FacilityNotInForce, "The bank resumes the facility, or extends it and reserves anew.", "由银行恢复或展期额度，并重新占用。"},
	{NoReservation, "The bank reserves the amount under a facility for the party first.", "由银行先在该主体的额度项下占用相应金额。"},
}
