package fault

// The codes that only a gateway uses: they are about the road to the ledger, not about the trade.
const (
	Unauthenticated      Code = "unauthenticated"
	UnsupportedMedia     Code = "unsupported-media"
	MethodNotAllowed     Code = "method-not-allowed"
	NoSuchRoute          Code = "no-such-route"
	IdempotencyKeyReused Code = "idempotency-key-reused"
	InProgress           Code = "in-progress"
	Conflict             Code = "conflict"
	Busy                 Code = "busy"
	RateLimited          Code = "rate-limited"
	Unavailable          Code = "unavailable"
	Internal             Code = "internal"
)

var roadEntries = []Entry{
	{Unauthenticated, "The request does not show who makes it: no valid token, no client certificate in force, or two that disagree.", "请求未能证明发出者身份：无有效令牌、无现行客户端证书，或两者不一致。"},
	{UnsupportedMedia, "The body must be application/json.", "请求体须为 application/json。"},
	{MethodNotAllowed, "This address does not answer to that method.", "该地址不支持此方法。"},
	{NoSuchRoute, "There is nothing at this address.", "该地址不存在。"},
	{IdempotencyKeyReused, "This Idempotency-Key came with another request before.", "此 Idempotency-Key 已用于另一请求。"},
	{InProgress, "The request with this Idempotency-Key is still being worked on.", "使用此 Idempotency-Key 的请求仍在处理中。"},
	{Conflict, "Another transaction changed the same record first; read it again and decide anew.", "另一交易已先行更改同一记录；请重新读取后再决定。"},
	{Busy, "Too many requests are being worked on; try again shortly.", "当前请求过多，请稍后重试。"},
	{RateLimited, "More requests came than one party may make; Retry-After says when to come again.", "该主体的请求过于频繁；请按 Retry-After 所示时间后再试。"},
	{Unavailable, "A peer or orderer that this needs cannot be reached.", "所需的节点或排序服务无法连接。"},
	{Internal, "Something failed here; the request id finds it in the log.", "内部错误；可凭请求编号在日志中查找。"},
}
