package fault

// The codes of presentations under a credit 信用证交单.
const (
	BillPresented Code = "bill-presented"
	NotWithBank   Code = "bill-not-with-bank"
	NotProposed   Code = "decision-not-proposed"
	OwnProposal   Code = "own-proposal"
)

var presentationEntries = []Entry{
	{BillPresented, "The bill is among the documents of presentation {presentation}: {act} waits for the bank's decision.",
		"提单属于交单 {presentation} 的单据：{act} 须待银行作出决定。"},
	{NotWithBank, "The bill {bill} is neither offered to the bank by the presenter, nor pledged to it, nor held by it for the presenter.",
		"提单 {bill} 既未由交单人向该银行发出转让要约，也未质押给该银行，亦非由该银行为交单人持有。"},
	{NotProposed, "Nobody of the bank has proposed this decision on these documents: {act} only confirms a proposal.",
		"银行尚无人就这套单据提议该决定：{act} 仅用于复核提议。"},
	{OwnProposal, "Who proposed a decision cannot take it alone: {act} needs a second person of the bank.",
		"提议人不得自行决定：{act} 须由银行的另一人复核。"},
}

var presentationHelps = []Entry{
	{BillPresented, "The bank honours, or refuses and returns the documents; after a refusal the presenter can take them back.",
		"由银行承付，或拒付并退单；拒付后交单人可取回单据。"},
	{NotWithBank, "The holder offers the bill to the bank, or pledges it to the bank.", "由持有人向银行发出转让要约，或将提单质押给银行。"},
	{NotProposed, "A person of the bank proposes the decision.", "由银行的一人提议该决定。"},
	{OwnProposal, "Another person of the bank confirms the proposal.", "由银行的另一人复核该提议。"},
}
