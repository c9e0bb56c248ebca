package fault

// The codes of multimodal bills 一单制提单 and their legs 运输区段.
const (
	LegsMissing     Code = "legs-missing"
	LegOutOfOrder   Code = "leg-out-of-order"
	NextLegNotReady Code = "next-leg-not-ready"
	NoLegDocument   Code = "no-leg-document"
	SharesMismatch  Code = "shares-mismatch"
	NotAtFinalPlace Code = "not-at-final-place"
	LegRecovered    Code = "leg-recovered"
)

var legEntries = []Entry{
	{LegsMissing, "A multimodal bill needs its legs before it is approved.", "多式联运提单须先列明运输区段，方可确认。"},
	{LegOutOfOrder, "Leg {leg} of {of} does not allow {act}: the goods go from leg to leg.", "第 {leg} 区段（共 {of} 段）不能办理 {act}：货物须逐段交接。"},
	{NextLegNotReady, "Leg {leg} has no carrier that waits for the goods.", "第 {leg} 区段尚无待接货的承运人。"},
	{NoLegDocument, "A {mode} leg has no document of its own: the bill is the document.", "{mode} 区段没有单独的运单：以提单为准。"},
	{SharesMismatch, "The carriers' shares do not come to the through charge.", "各承运人分摊额与全程运费不符。"},
	{LegRecovered, "The carrier of this leg was lost: the leg {leg} took its place.", "本区段承运人已失联：由区段 {leg} 取代。"},
	{NotAtFinalPlace, "A multimodal bill releases its goods at its final place only: {why}.", "一单制提单仅在最终地点放货：{why}。"},
}

var legHelps = []Entry{
	{LegsMissing, "The issuer plans the legs of the draft.", "由签发人为草稿安排运输区段。"},
	{LegOutOfOrder, "The carrier of the leg whose turn it is acts: the goods are taken over at the first leg, handed over between legs, delivered at the last.",
		"由当前区段的承运人办理：首段接收，段间交接，末段运抵。"},
	{NextLegNotReady, "The issuer commissions a carrier for leg {leg}.", "由签发人为第 {leg} 区段委托承运人。"},
	{NoLegDocument, "Nothing: the bill itself is the document of a vessel leg.", "无需登记：海运区段以提单本身为单证。"},
	{LegRecovered, "Act on the leg that took its place.", "请在取代它的区段上办理。"},
	{NotAtFinalPlace, "The carrier of the last leg delivers there; the order names that place.", "由末段承运人运抵；提货单须载明该地点。"},
}
