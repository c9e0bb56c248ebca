package fault

// The codes of bills of lading 提单.
const (
	KindForbids    Code = "kind-forbids"
	OfferOpen      Code = "offer-open"
	NoOffer        Code = "no-offer"
	NotTitleHolder Code = "not-title-holder"
	NotEndorsable  Code = "not-endorsable"
	ProposalOpen   Code = "proposal-open"
	Pledged        Code = "pledged"
	// Of amendment, reissue and paper.
	AmendmentForbids Code = "amendment-forbids"
	NotConserved     Code = "not-conserved"
	OriginalsOut     Code = "originals-out"
	// Of delivery in parts.
	PartOpen        Code = "part-open"
	PartDelivered   Code = "part-delivered"
	LastContainer   Code = "last-container"
	BalancePassedOn Code = "balance-passed-on"
	ContainerHoused Code = "container-housed"
	HousesStand     Code = "houses-stand"
)

var billEntries = []Entry{
	{KindForbids, "A {kind} bill does not allow {act}.", "{kind} 不能办理 {act}。"},
	{OfferOpen, "An offer is open: it must be accepted, rejected or withdrawn first.", "存在未决的转让要约：须先接受、拒绝或撤回。"},
	{NoOffer, "No offer is open to be answered.", "没有可答复的要约。"},
	{NotTitleHolder, "The holder has possession but not the title that {act} needs.", "持有人仅占有单证，不具有 {act} 所需的物权。"},
	{NotEndorsable, "The last endorsement was not to order: the title cannot be endorsed on.", "上一次背书并非指示性背书，不能再背书。"},
	{ProposalOpen, "The joint holders have another proposal open: {act}.", "共同持有人另有未决提议：{act}。"},
	{Pledged, "The bill is pledged to {bank}: {act} needs its consent.", "提单已质押给 {bank}：{act} 须经其同意。"},
	{AmendmentForbids, "A bill surrendered for {reason} does not allow {act}.", "以 {reason} 为由交还的提单不能办理 {act}。"},
	{NotConserved, "The new bills do not carry what the replaced ones carried: {what}.", "新提单所载与被替换提单不一致：{what}。"},
	{OriginalsOut, "Paper originals are still out: {returned} of {originals} came back.", "纸质正本尚未全部收回：{originals} 份中已收回 {returned} 份。"},
	{PartOpen, "A part of the bill is surrendered and not answered yet.", "提单有一部分已交还，尚未答复。"},
	{PartDelivered, "A part of the bill was delivered: only its balance is left.", "提单已部分交付，仅余未提部分。"},
	{LastContainer, "Nothing would be left of the bill: it is surrendered as a whole.", "提单将无余量：应整票交还。"},
	{ContainerHoused, "A container is promised under a house bill.", "所列集装箱已列入货代提单。"},
	{HousesStand, "House bills stand under the bill: {act} would leave their holders without the goods.", "提单项下已签发货代提单：{act} 将使货代提单持有人无货可提。"},
	{BalancePassedOn, "The part cannot go back to the bill, whose balance is in other hands now.", "提单余量已转至他人，该部分不能再归入提单。"},
}

var billHelps = []Entry{
	{ProposalOpen, "The other holders agree to it, or one of them declines it.", "由其他共同持有人同意，或由其中一人否决。"},
	{OfferOpen, "The recipient answers the offer, or the holder withdraws it.", "由受让人答复要约，或由持有人撤回。"},
	{NotTitleHolder, "The title holder must come into possession, or endorse to the holder.", "须由物权人取得占有，或由其向持有人背书。"},
	{Pledged, "The bank releases the pledge; for a transfer, an endorsement or a surrender its consent to that act is enough.",
		"由银行解除质押；转让、背书或交还，经银行就该操作同意即可。"},
	{AmendmentForbids, "The issuer annuls the surrender, and the holder surrenders again for the right reason.", "由签发人撤销交还，持有人再以正确理由交还。"},
	{OriginalsOut, "The issuer collects the remaining originals.", "由签发人收回其余正本。"},
	{PartOpen, "The issuer accepts or rejects the part, or the holder withdraws it.", "由签发人接受或拒绝该部分，或由持有人撤回。"},
	{PartDelivered, "The issuer annuls the parts while nothing of them is out; what is out stays out.", "未出场前由签发人撤销该部分；已出场者不可撤销。"},
	{LastContainer, "The holder surrenders the bill.", "由持有人交还提单。"},
	{ContainerHoused, "The master is surrendered as a whole, and the container is released under the one house bill that lists it; one that several list, to the forwarder.",
		"主提单须整票交还，该箱凭唯一列明该箱的货代提单放货；多份货代提单共列的拼箱，放给货代。"},
	{HousesStand, "The forwarder surrenders the master for delivery; somebody else does so for it under a mandate.",
		"由货代交还主提单提货；他人可凭授权代办。"},
	{BalancePassedOn, "The balance comes back to whoever surrendered the part, or the carrier revokes the release order.",
		"余量须回到交还该部分的主体手中，或由承运人撤销提货单。"},
}
