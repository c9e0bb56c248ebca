package fault

import "strings"

// Chinese answers the trade's Chinese for a value of one of a fault's Args, and the value itself where it has none: an id,
// a number, a time. A state keeps its code beside it, since that is what programs and documents show.
func Chinese(name, value string) string {
	for _, between := range []struct{ english, chinese string }{{" / ", "或"}, {", ", "、"}} {
		if parts := strings.Split(value, between.english); len(parts) > 1 {
			for i := range parts {
				parts[i] = Chinese(name, parts[i])
			}
			return strings.Join(parts, between.chinese)
		}
	}
	word := chinese[name][value]
	switch {
	case word == "":
		return value
	case name == "state":
		return "“" + word + "”（" + value + "）"
	}
	return word
}

// chinese is by the name of the argument, since one word of English may be several of the trade's.
var chinese = map[string]map[string]string{
	"family": families, "state": states, "by": parts, "roles": roles, "kind": kinds, "gate": gates, "what": things, "level": levels,
	"check": checks, "why": reasons, "payee": {"CARRIER": "船公司", "TERMINAL": "码头"},
}

var families = map[string]string{
	"bill": "提单", "part": "分批提货", "pledge": "质押合同", "supervision": "质押监管", "recovery": "控制权恢复", "guarantee": "保函",
	"release": "提货单", "line": "提货单箱行", "interchange": "设备交接单", "exchange": "付款交单", "leg": "运输区段", "facility": "授信额度",
	"presentation": "信用证交单", "examination": "审单", "party": "主体", "mandate": "授权委托", "approval": "双人复核",
	"transaction": "交易", "cargo": "货物索引", "pledge-terms": "质押条款",
}

var states = map[string]string{
	"ACCEPTED": "已接受", "ACCOMPLISHED": "完成交付", "ACTIVE": "有效", "AGREED": "已同意", "ANNULLED": "已撤销", "APPOINTED": "已预约",
	"APPOINTMENT_REQUESTED": "预约待确认", "APPROVED": "已确认", "AUTHORISED": "已放箱", "BANK_JOINED": "银行已加签", "CANCELLED": "已取消",
	"CHARGES_CLEARED": "费用已结清", "CLAIMED": "已索赔", "CLOSED": "已关闭", "COMMISSIONED": "已委托承运", "CUSTOMS_RELEASED": "海关已放行",
	"DECLINED": "已谢绝", "DEEMED_SIGNED": "视为已签", "DELEGATED": "已委托提货", "DELIVERED": "已交货", "DISCHARGED": "已解除",
	"DISPUTED": "有争议", "DORMANT": "未启动", "DRAFT": "草稿", "EMPTY_RETURNED": "空箱已还", "ENDED": "已结束", "ESCALATED": "已提交仲裁",
	"EXPIRED": "已到期", "FACILITY_SIGNED": "场站已签", "GATED_OUT": "已出场", "HANDED_OVER": "已移交", "HANDING_OVER": "移交中",
	"HONOURED": "已承付", "HONOUR_PROPOSED": "拟承付", "IN_CARRIAGE": "运输中", "ISSUED": "已签发", "LISTED": "已列入", "OPEN": "待办",
	"OPENED": "已启动", "PAID": "已赔付", "PARTIALLY_EXPIRED": "部分到期", "PENDING_SURRENDER_FOR_AMENDMENT": "交还改单待接受",
	"PENDING_SURRENDER_FOR_DELIVERY": "交还提货待接受", "PLANNED": "已安排", "PROPOSED": "已提议", "RECEIVED": "已收单", "RECORDED": "已记录",
	"RECOVERED": "已恢复", "REFUSAL_PROPOSED": "拟拒付", "REFUSED": "已拒付", "REGISTERED": "已登记", "REJECTED": "已拒绝", "RENOUNCED": "已放弃",
	"REQUESTED": "已申请", "RESOLVED": "争议已解决", "RETURNED": "已退单", "REVOKED": "已撤销", "SETTLED": "已结算", "SIGNED": "双方已签",
	"SIGNED_WITH_REMARKS": "已签并批注", "SPENT": "已用尽", "SUBMITTED": "已提交", "SURRENDERED_FOR_AMENDMENT": "已交还改单",
	"SURRENDERED_FOR_DELIVERY": "已交还提货", "SUSPENDED": "已中止", "TRUCKER_SIGNED": "车队已签", "TRUST_RELEASED": "凭信托收据放单",
	"UNDECIDED": "未决定", "UNDER_EXAMINATION": "审单中", "USED": "已使用", "VOIDED": "已作废", "WAIVED": "已放弃不符点",
	"WAIVER_ASKED": "征询放弃不符点", "WATCHING": "监管中", "WITHDRAWN": "已撤回",
}

var parts = map[string]string{
	"agent": "代理人", "agent who passed it on": "转委托的代理人", "any party": "任一主体", "anyone": "任何人", "applicant": "申请人",
	"arbiter": "仲裁人", "authority": "主管机关", "authority that placed it": "作出扣留的机关", "bank": "银行", "bank of the deed": "质押合同的银行",
	"bank of the facility": "授信银行", "bank of the guarantee or the pledge": "保函银行或质权银行", "bank of the pledge": "质权银行",
	"bank that has the pledge": "质权银行", "bank that released on trust": "凭信托收据放单的银行", "bank that the pledge is offered to": "质权受让银行",
	"bank that the pledge is proposed to": "拟质押的银行", "beneficiary": "受益人", "buyer": "买方", "carrier": "承运人",
	"carrier of the next leg": "下一区段承运人", "claimant": "有权提货人", "consignee": "收货人", "customs": "海关", "customs feed": "海关放行信息来源", "delegator": "委托人",
	"facility": "场站", "forwarder": "货代", "guarantor": "担保人", "guarantor bank": "保函银行", "guardian": "监护组织", "holder": "持有人",
	"holder of the master bill": "主提单持有人", "holder or bank that counts as lost": "视为失联的持有人或银行",
	"holder, shipper or title holder of the bill": "提单的持有人、托运人或物权人", "issuer": "签发人", "issuer of the paper originals": "纸质正本签发人",
	"organisation of this peer": "本节点所属组织", "other side": "对方", "party": "主体", "party itself": "主体本身",
	"party that the custodian has the bill for": "由他人代为持单的主体", "paying bank": "付款银行", "performing carrier": "实际承运人", "pledgor": "出质人",
	"presenter": "交单人", "principal": "授权人", "proposer": "提议人", "recipient of the delegation": "受托提货人", "recipient of the offer": "受让人",
	"registrar": "登记员", "registrar of the bank's organisation": "银行所属组织的登记员", "registrar of the vouching organisation": "所属组织的登记员",
	"release-to party": "放货对象", "requester": "申请放货人", "right holder": "提货权人", "seller": "卖方", "shipper": "托运人",
	"side that is asked": "被征询方", "supervisor": "监管方", "terminal": "码头", "trucker": "车队", "user": "使用人",
}

var roles = map[string]string{
	"CARRIER": "船公司", "TERMINAL": "码头", "DEPOT": "堆场", "RAIL": "铁路", "BANK": "银行", "SHIPPER": "托运人", "CONSIGNEE": "收货人",
	"FORWARDER": "货代", "TRUCKER": "车队", "CUSTOMS": "海关", "AUTHORITY": "主管机关", "BARGE": "驳船", "AIRLINE": "航空公司", "REGISTRAR": "登记员",
}

var kinds = map[string]string{
	"STRAIGHT": "记名提单", "ORDER": "指示提单", "BEARER": "不记名提单", "HOUSE": "货代提单", "JOINT": "共同持有的提单", "SEA_WAYBILL": "海运单",
	"POSSESSORY": "占有质押的提单", "OCEAN": "海运提单", "THROUGH": "联运提单", "MULTIMODAL": "一单制提单",
}

var gates = map[string]string{
	"TITLE": "物权", "NO_HOLD": "无扣留", "CHARGES": "费用结清", "CUSTOMS": "海关放行", "QUARANTINE": "检疫", "DISINFECTION": "消杀", "DANGEROUS_GOODS": "危险品申报",
}

var levels = map[string]string{"FACILITY": "单笔", "PLEDGOR": "出质人", "GUARANTOR": "担保人", "BANK": "银行总"}

var things = map[string]string{
	"acceptance": "接受", "acts": "操作", "agreement": "同意", "bills": "提单", "body": "请求体", "changes of medium": "介质转换次数",
	"container": "集装箱", "content": "内容", "delegations": "转委托次数", "documents": "单据", "excursions": "温度异常", "guarantees": "保函",
	"holds": "扣留", "legDocument": "区段运单号", "legs": "运输区段", "lines": "箱行", "mandates": "授权级数", "original": "正本",
	"originals": "正本", "parts": "分批", "payment key": "付款密钥", "payment keys": "付款密钥", "pledge": "质押", "release orders": "提货单",
	"replacements": "替换提单", "reservation": "额度占用", "settings": "设置", "settlements": "结算记录", "support": "支持", "terms": "条款",
	"transportDocumentReference": "提单号",
}

// Checks of a value. What is not here is the code of a schema, or says its bounds.
var checks = map[string]string{
	"required": "必填", "unknown-field": "未知字段", "type": "类型不符", "enum": "不在允许值之内", "unique": "不得重复", "range": "超出范围",
	"count": "数量不符", "object": "须为对象", "members": "成员不符", "reason": "须说明原因", "future": "须为将来的时间", "past": "须为过去的时间",
	"not-in-future": "不得为将来的时间", "after-authority": "不得早于放箱授权", "later": "须晚于原时间", "after-departure": "不得早于启运时间",
	"after-handover": "不得早于交接时间", "date": "日期格式不符", "date-time": "时间格式不符", "decimal": "须为十进制数",
	"currency": "币种代码不符", "same-currency": "币种须一致", "base64": "须为 base64", "id": "编号格式不符", "kind": "种类不符", "role": "角色不符",
	"mode": "运输方式不符", "ground": "理由不符", "gate": "关口不符", "line": "箱行不符", "basis": "放货依据不符", "organisation": "不是成员组织",
	"differs": "须与原值不同", "trailing-data": "JSON 之后还有多余内容", "own-carrier-code": "须以本承运人代码开头", "waiver": "减免须有代码和姓名",
	"guardians": "监护组织不符", "first-place": "首个地点不符", "last-place": "末个地点不符", "outcome": "结果不符", "event": "事件不符",
	"act": "操作不符", "release": "提货单不符", "cycle": "周期不符", "not-with-act": "此操作不带该字段", "not-with-kind": "此种类不带该字段",
	"not-with-ground": "此理由不带该字段", "not-with-role": "此角色不带该字段", "not-with-joint": "共同持有不带该字段",
	"only-with-switch": "仅用于转换提单", "less-than-reserved": "低于已占用额", "public-key": "不是可用的公钥", "proof-kind": "付款证明种类不符",
	"calendar-of-the-bank": "须为该银行自己的日历", "dangerous-goods": "危险品须另行申报",
	"this parameter is not known here": "此处没有该参数", "it is given more than once": "重复给出",
	"it is not a cursor of this list": "不是本列表的游标", "it is no state": "没有该状态", "the body did not arrive whole": "请求体未完整到达",
}

var reasons = map[string]string{
	"role": "角色不符", "self": "不能是本人", "holder": "已是持有人", "buyer": "不能是买方", "terminal": "不是该提货单的码头", "issuer": "不是提单的签发人",
	"side": "不能是当事一方", "one-side": "与当事一方同属一个组织", "document": "不涵盖本单证", "agent": "调用者不是被授权人",
	"place": "货物改港交付，仍由其担保", "bills": "尚有提单未交还", "delivered": "货物已凭其放出", "active": "仍有效", "live-order": "有有效提货单以其为依据",
	"EXPIRED": "已到期", "revoked": "已撤销", "once": "只能延长一次", "early": "尚未到时间", "rules": "所适用的规则不允许", "booking": "订舱号不符",
	"not-delivered": "末段尚未交货", "pickup-location": "提货地点不是最终地点", "twice-out": "连续两次出场", "no-return": "该箱无须还箱",
	"moved-on": "此后已另有进出场", "not-authorised": "未经放箱", "not-assigned": "尚未指定箱号", "not-returned": "尚未返回",
	"guardians": "监护组织不足", "issuer-controls": "仍由签发人控制", "no-pledgee": "没有质权银行", "no-carrier": "没有失联的承运人",
	"not-a-replacement": "不是替换提单",
}

// join takes out the blanks that stand around a value in a Chinese text where the value came out Chinese.
func join(text string) string {
	runes := []rune(text)
	var b strings.Builder
	for i, r := range runes {
		if r == ' ' && i > 0 && i+1 < len(runes) && wide(runes[i-1]) && wide(runes[i+1]) {
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// wide tells a Chinese character or mark: the quotation marks, or from the CJK marks on.
func wide(r rune) bool { return r == '“' || r == '”' || r >= '\u2e80' }
