package signing

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// line is one thing to know, in both languages.
func line(to *strings.Builder, english, chinese, value string) {
	if value != "" {
		fmt.Fprintf(to, "  %s: %s\n", strings.TrimSpace(english+" "+chinese), value)
	}
}

// Summary is the proposal in words, from its bytes: what is done, to what, for whom, and who will see it, which is the
// gateway's word, since the endorsers are outside of what is signed.
func (p Proposal) Summary(e Expected) string {
	var text strings.Builder
	act, _ := e.act()
	fmt.Fprintf(&text, "You are asked to sign a proposal. 请您签署一项交易提案。\n")
	request := []byte(p.Args[len(p.Args)-1])
	if e.Approval == asking {
		line(&text, "only proposed to", "仅提请复核", "a second person of your party 本主体另一人")
		request = p.Private["request"]
	}
	line(&text, "act", "操作", strings.ReplaceAll(e.Act, "-", " ")+" "+act.Chinese+" ("+e.Family+")")
	line(&text, "document", "单证", e.ID)
	public, _ := object(request)
	for _, name := range slices.Sorted(maps.Keys(public)) {
		if name != "id" {
			line(&text, name, "", printable(canonical(public[name])))
		}
	}
	if content := p.Private["content"]; content != nil {
		line(&text, "content", "内容", fmt.Sprintf("%d bytes, SHA-256 %s", len(content), fingerprint(content)))
	}
	line(&text, "as second person of", "复核", string(p.Private["approval"]))
	line(&text, "under mandate", "依授权", string(p.Private["mandate"]))
	for _, name := range slices.Sorted(maps.Keys(p.Private)) {
		if Attachment(name) {
			line(&text, "attached", "附带", fmt.Sprintf("%s, %d bytes, SHA-256 %s", name, len(p.Private[name]), fingerprint(p.Private[name])))
		}
	}
	line(&text, "ledger", "账本", p.Channel+"/"+p.Chaincode)
	line(&text, "at", "时间", p.Time.UTC().Format(time.RFC3339))
	line(&text, "seen by (gateway says)", "可见方（网关称）", printable(strings.Join(e.Endorsers, ", ")))
	line(&text, "transaction", "交易", p.TxID)
	return text.String()
}

// Summary is the transaction in words, from its bytes.
func (t Transaction) Summary(r Request) string {
	var text strings.Builder
	fmt.Fprintf(&text, "It was endorsed. Your second signature makes it take effect. 已获背书；您的第二次签名使其生效。\n")
	line(&text, "result", "结果", fmt.Sprintf("%s %s: %s, version %d", printable(t.Outcome.Family), printable(t.Outcome.ID), printable(t.Outcome.State), t.Outcome.Version))
	line(&text, "endorsed by", "背书方", strings.Join(t.Endorsers, ", "))
	line(&text, "private records of", "私密数据归属", printable(strings.Join(t.Keepers, ", ")))
	line(&text, "also changes", "同时更改", printable(strings.Join(t.Others(r), ", ")))
	return text.String()
}

// printable keeps control characters of foreign text off the screen.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '?'
		}
		return r
	}, text)
}
