// Package lifecycles_test keeps api/lifecycles.md the printed form of the tables that the ledger enforces.
package lifecycles_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/approval"
	"portledger/chaincode/bill"
	"portledger/chaincode/exchange"
	"portledger/chaincode/facility"
	"portledger/chaincode/fault"
	"portledger/chaincode/guarantee"
	"portledger/chaincode/interchange"
	"portledger/chaincode/leg"
	"portledger/chaincode/mandate"
	"portledger/chaincode/party"
	"portledger/chaincode/pledge"
	"portledger/chaincode/presentation"
	"portledger/chaincode/recovery"
	"portledger/chaincode/release"
)

var update = flag.Bool("update", false, "write api/lifecycles.md anew")

const page = "../../api/lifecycles.md"

func TestThePrintedLifecyclesAreTheEnforcedOnes(t *testing.T) {
	printed := print()
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(printed), 0o644))
	}
	kept, err := os.ReadFile(page)
	require.NoError(t, err)
	require.Equal(t, string(kept), printed, "run: go test ./test/lifecycles -update")
}

// Whoever reads a refusal in Chinese reads the trade's words, not the codes alone.
func TestEveryStateAndPartHasItsChinese(t *testing.T) {
	rows := 0
	for line := range strings.Lines(print()) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if len(cells) < 6 || !strings.HasPrefix(cells[1], "`") {
			continue
		}
		rows++
		for _, state := range []string{strings.TrimSpace(cells[0]), cells[4]} {
			if state != "–" {
				require.NotEqual(t, state, fault.Chinese("state", state), line)
			}
		}
		if part, asked, _ := strings.Cut(cells[3], " ("); part != "*automatic*" {
			require.NotEqual(t, part, fault.Chinese("by", part), line)
			for _, role := range strings.Split(strings.TrimSuffix(asked, ")"), ", ") {
				require.True(t, role == "" || role != fault.Chinese("roles", role), line)
			}
		}
	}
	require.Greater(t, rows, 200)
}

func print() string {
	var b strings.Builder
	b.WriteString("# Lifecycles 生命周期\n\nPrinted from the tables in `chaincode/*/law.go` by `go test ./test/lifecycles -update`; " +
		"a move that has no row cannot happen.\nConditions are tried in the order in which they stand, those of the request last; each bears the name of its function in\n" +
		"the family's package. Rules across families are in `chaincode/rules`. In the diagrams, (auto) marks a move that nobody asks for:\n" +
		"it follows from another.\n")
	for _, section := range []struct{ title, body string }{
		{"Bill of lading 提单", bill.Law.Markdown()},
		{"Part of a bill 分批提货", bill.PartLaw.Markdown()},
		{"Deed of a pledge 质押合同", pledge.Law.Markdown()},
		{"Supervision of pledged goods 质押监管", pledge.SupervisionLaw.Markdown()},
		{"Recovery of lost control of a bill 控制权恢复", recovery.Law.Markdown()},
		{"Letter of guarantee 保函", guarantee.Law.Markdown()},
		{"Release order 提货单", release.Law.Markdown()},
		{"Release order line 提货单箱行", release.LineLaw.Markdown()},
		{"Equipment interchange receipt 设备交接单", interchange.Law.Markdown()},
		{"Exchange against payment 付款交单", exchange.Law.Markdown()},
		{"Leg of a multimodal bill 运输区段", leg.Law.Markdown()},
		{"Credit facility 授信额度", facility.Law.Markdown()},
		{"Presentation under a credit 信用证交单", presentation.Law.Markdown()},
		{"Examination by the bank 审单", presentation.ExaminationLaw.Markdown()},
		{"Party 主体", party.Law.Markdown()},
		{"Mandate 授权委托", mandate.Law.Markdown()},
		{"Approval by two persons 双人复核", approval.Law.Markdown()},
	} {
		b.WriteString("\n## " + section.title + "\n\n" + section.body)
	}
	return b.String()
}
