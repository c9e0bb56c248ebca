package fault

// The codes of letters of guarantee 保函.
const (
	BankRequired   Code = "bank-required"
	BankNotAllowed Code = "bank-not-allowed"
	GuaranteeInUse Code = "guarantee-in-use"
)

var guaranteeEntries = []Entry{
	{BankRequired, "A guarantee of form {kind} needs a bank.", "{kind} 格式的保函须有银行加签。"},
	{BankNotAllowed, "A guarantee of form {kind} is given without a bank.", "{kind} 格式的保函不由银行加签。"},
	{GuaranteeInUse, "A release order that rests on this guarantee is still live.", "以本保函为依据的放货单仍然有效。"},
}

var guaranteeHelps = []Entry{
	{BankRequired, "The bank named in the guarantee joins it.", "由保函所列银行加签。"},
	{GuaranteeInUse, "The release orders that rest on the guarantee end first.", "以该保函为依据的放货单须先行终结。"},
}
