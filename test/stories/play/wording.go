package main

import "strings"

// words is all that the print says in one language.
type words struct {
	bill, refused, done, requestToIssue, issueToGateOut, handOvers, signatures, transactions, next string
	tryRead, tryDocs, tryOther, tryStatus                                                          string
	columns                                                                                        [6]string // time, who, what, state, transaction, how long
	roles                                                                                          map[string]string
}

var wording = map[string]words{
	"en": {
		bill: "bill", refused: "refused", done: "Played to the end.",
		requestToIssue: "release requested to issued", issueToGateOut: "release issued to last gate-out",
		handOvers: "hand-overs of bill and release right", signatures: "signatures on interchange receipts",
		transactions: "transactions; median and slowest", next: "Try next:",
		tryRead: "a document as someone sees it", tryDocs: "the interface, described", tryOther: "the other stories",
		tryStatus: "what runs",
		columns:   [6]string{"time", "who", "what", "document is then", "tx", "took"},
	},
	"zh": {
		bill: "提单", refused: "拒绝", done: "全程完成。",
		requestToIssue: "申请放货至签发", issueToGateOut: "签发至末箱出场",
		handOvers: "提单与提货权交接次数", signatures: "设备交接单签字数",
		transactions: "笔交易；中位与最长耗时", next: "接下来可以：",
		tryRead: "以某人身份查看单证", tryDocs: "接口说明", tryOther: "其他故事", tryStatus: "运行状态",
		columns: [6]string{"时间", "谁", "操作", "单证状态", "交易", "耗时"},
		roles: map[string]string{
			"CARRIER": "船公司", "TERMINAL": "码头", "DEPOT": "堆场", "BANK": "银行", "SHIPPER": "托运人",
			"CONSIGNEE": "收货人", "FORWARDER": "货代", "TRUCKER": "车队", "CUSTOMS": "海关", "AUTHORITY": "主管机关",
		},
	},
}

// part names the roles that someone acts in.
func (w words) part(roles []string) string {
	var named []string
	for _, role := range roles {
		if name, is := w.roles[role]; is {
			named = append(named, name)
			continue
		}
		named = append(named, strings.ToLower(role))
	}
	return strings.Join(named, ", ")
}
