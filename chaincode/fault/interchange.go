package fault

// The codes of interchange receipts 设备交接单 and of the gate.
const (
	ContainerMismatch Code = "container-mismatch"
	PlateMismatch     Code = "plate-mismatch"
	OutsideWindow     Code = "outside-window"
	CycleBroken       Code = "cycle-broken"
	HashMismatch      Code = "hash-mismatch"
	SealMismatch      Code = "seal-mismatch"
	TooEarly          Code = "too-early"
	TooLate           Code = "too-late"
	NotDeemed         Code = "not-deemed"
)

var interchangeEntries = []Entry{
	{ContainerMismatch, "The container at the gate is not the container of this line.", "闸口集装箱与该箱记录不符。"},
	{PlateMismatch, "The truck at the gate is not the truck of the appointment.", "闸口车辆与预约车辆不符。"},
	{OutsideWindow, "The truck is outside the window of its appointment.", "车辆不在预约时间窗内。"},
	{CycleBroken, "The moves of this container do not follow each other: {why}.", "该集装箱的进出场顺序不成立：{why}。"},
	{HashMismatch, "The signature is over another sheet than the one recorded.", "所签内容与已记录的设备交接单不一致。"},
	{SealMismatch, "A seal that was agreed is not on the container, and nothing says what replaced it.", "约定的铅封不在箱上，且未说明由何替换。"},
	{TooEarly, "This is not possible before {from}.", "在 {from} 之前不能办理。"},
	{TooLate, "This was possible until {until}.", "办理期限为 {until}，现已逾期。"},
	{NotDeemed, "The authority of this receipt does not take silence for a signature.", "该放箱未约定逾期未签视为签字。"},
}

var interchangeHelps = []Entry{
	{CycleBroken, "The move that comes before this one is recorded, or the carrier authorises or confirms the container.", "先记录前一进出场动作，或由船公司放箱、确认配箱。"},
	{TooEarly, "The time {from} passes.", "待 {from} 之后。"},
	{NotDeemed, "The trucker signs.", "由车队签字。"},
	{TooLate, "Nothing in this state: the time is over.", "期限已过，无法补救。"},
	{SealMismatch, "The sheet names the resealing, or the seal is found.", "在设备交接单上载明换封情况，或找到原铅封。"},
}
