package fault

// The codes about who signs: ReaderOnly is the ledger's, the others are a gateway's whose person signs outside of it.
const (
	ReaderOnly     Code = "reader-only"
	SigningGone    Code = "signing-gone"
	WrongSignature Code = "wrong-signature"
)

var signingEntries = []Entry{
	{ReaderOnly, "This certificate is for reading and rehearsing: it signs no act and proves nothing.", "此证书仅供读取与预演：不能签署操作，也不能出具证明。"},
	{SigningGone, "No signing of yours is open under this id: it was completed, has expired, or the gateway was started anew. Ask for the act again.",
		"该编号下没有您的待签事项：已完成、已过期，或网关已重启。请重新发起该操作。"},
	{WrongSignature, "This is not the signature of the person's certificate over these bytes.", "该签名并非此人证书对这些字节的签名。"},
}

var signingHelps = []Entry{
	{ReaderOnly, "The person signs with their own key.", "由本人以自己的私钥签署。"},
}
