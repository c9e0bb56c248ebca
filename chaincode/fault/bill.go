package fault

// The codes of bills of lading 提单.
const (
	KindForbids    Code = "kind-forbids"
	OfferOpen      Code = "offer-open"
	NoOffer        Code = "no-offer"
	NotTitleHolder Code = "not-title-holder"
	NotEndorsable  Code = "not-endorsable"
	ProposalOpen   Code = "proposal-open"
)

var billEntries = []Entry{
	{KindForbids, "A {kind} bill does not allow {act}.", "{kind} 提单不允许 {act}。"},
	{OfferOpen, "An offer is open: it must be accepted, rejected or withdrawn first.", "存在未决的转让要约：须先接受、拒绝或撤回。"},
	{NoOffer, "No offer is open to be answered.", "没有可答复的要约。"},
	{NotTitleHolder, "The holder has possession but not the title that {act} needs.", "持有人仅占有单证，不具有 {act} 所需的物权。"},
	{NotEndorsable, "The last endorsement was not to order: the title cannot be endorsed on.", "上一次背书并非指示性背书，不能再背书。"},
	{ProposalOpen, "The joint holders have another proposal open: {act}.", "共同持有人另有未决提议：{act}。"},
}

var billHelps = []Entry{
	{ProposalOpen, "The other holders agree to it, or one of them declines it.", "由其他共同持有人同意，或由其中一人否决。"},
	{OfferOpen, "The recipient answers the offer, or the holder withdraws it.", "由受让人答复要约，或由持有人撤回。"},
	{NotTitleHolder, "The title holder must come into possession, or endorse to the holder.", "须由物权人取得占有，或由其向持有人背书。"},
}
