package fault

// The codes of interchange receipts 设备交接单 and of the gate.
const (
	ContainerMismatch Code = "container-mismatch"
	PlateMismatch     Code = "plate-mismatch"
	OutsideWindow     Code = "outside-window"
	CycleBroken       Code = "cycle-broken"
	HashMismatch      Code = "hash-mismatch"
)

var interchangeEntries = []Entry{
	{ContainerMismatch, "The container at the gate is not the container of this line.", "闸口集装箱与该箱记录不符。"},
	{PlateMismatch, "The truck at the gate is not the truck of the appointment.", "闸口车辆与预约车辆不符。"},
	{OutsideWindow, "The truck is outside the window of its appointment.", "车辆不在预约时间窗内。"},
	{CycleBroken, "The moves of this container do not follow each other: {why}.", "该集装箱的进出场顺序不成立：{why}。"},
	{HashMismatch, "The signature is over another sheet than the one recorded.", "所签内容与已记录的设备交接单不一致。"},
}

var interchangeHelps = []Entry{}
