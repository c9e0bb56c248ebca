package fault

// The codes of release against payment 付款交单.
const (
	Committed            Code = "committed-to-exchange"
	SellerNotInControl   Code = "seller-not-in-control"
	NotShown             Code = "not-shown"
	PaymentForged        Code = "payment-forged"
	PaymentOfOther       Code = "payment-of-other-exchange"
	PaymentTermsDiffer   Code = "payment-terms-differ"
	PaymentKeyUnknown    Code = "payment-key-unknown"
	PaymentKeyNotInForce Code = "payment-key-not-in-force"
	PaymentNotInExchange Code = "payment-outside-exchange"
	PassedAgainstPayment Code = "passed-against-payment"
)

var exchangeEntries = []Entry{
	{Committed, "It is committed to the exchange {exchange}: nothing else becomes of it until that is settled or withdrawn.",
		"已锁定于付款交单 {exchange}：在结算或撤回之前不得另行处分。"},
	{SellerNotInControl, "The seller {seller} does not control what the exchange is about.", "卖方 {seller} 并不控制该交易标的。"},
	{NotShown, "The buyer's organisation has not been shown the {what} yet.", "尚未向买方所属组织出示该 {what}。"},
	{PaymentForged, "The signature under the proof of payment is not good.", "付款证明的签名不成立。"},
	{PaymentOfOther, "The proof of payment is for the exchange {exchange}.", "该付款证明属于另一笔付款交单：{exchange}。"},
	{PaymentTermsDiffer, "The proof of payment is for other terms than those committed to.", "付款证明所载条款与已承诺的条款不一致。"},
	{PaymentKeyUnknown, "The key {key} is not registered for the bank {bank}.", "密钥 {key} 未登记于银行 {bank} 名下。"},
	{PaymentKeyNotInForce, "The payment key {key} is not in force: {why}.", "付款密钥 {key} 不在有效期内：{why}。"},
	{PaymentNotInExchange, "The payment is dated {paidAt}, which is not within the exchange.", "付款时间 {paidAt} 不在本次付款交单期间。"},
	{PassedAgainstPayment, "The right was passed on against payment: it is not taken back.", "提货权已凭付款转让，不得收回。"},
}

var exchangeHelps = []Entry{
	{Committed, "The exchange is settled with a proof of payment, or withdrawn once its deadline passed.",
		"凭付款证明结算该付款交单，或待期限届满后撤回。"},
	{SellerNotInControl, "Whoever controls it now proposes an exchange.", "由现控制人另行提议付款交单。"},
	{NotShown, "The seller shows it.", "由卖方出示。"},
	{PaymentKeyNotInForce, "The bank signs anew with a key in force, or its organisation registers one.",
		"由银行以有效密钥重新签署，或由其所属组织登记新密钥。"},
	{PassedAgainstPayment, "Whoever holds the right passes it on.", "由现持有人另行转委托。"},
}
