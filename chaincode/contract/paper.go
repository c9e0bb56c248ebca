package contract

import (
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
)

// onPaper reads what the paper acts need of their content: how many originals there are, or which one came back.
func onPaper(t *turn, c *billCommand, b bill.Bill, p papers) error {
	if t.probe || (c.Act != bill.SwitchToPaper && c.Act != bill.CollectOriginal) {
		return nil
	}
	if c.Act == bill.SwitchToPaper {
		serials, err := content.PaperOf(p.raw)
		c.Request.Originals = len(serials)
		return err
	}
	serial, err := content.OriginalOf(p.raw)
	if err != nil {
		return err
	}
	if err := printed(t, b, serial); err != nil {
		return err
	}
	token, err := t.Supply("serial", func() ([]byte, error) { return ownToken(t, "paper-original", b.ID, serial) })
	if err != nil {
		return err
	}
	c.Request.Serial = string(token)
	return checkToken(t, b.Issuer.Org, string(token), "paper-original", b.ID, serial)
}

// printed asks that the serial number be one of those that the bill was printed under.
func printed(t *turn, b bill.Bill, serial string) error {
	value, err := t.Peek(b.Issuer.Org, paperKey(b.ID))
	if err != nil {
		return err
	}
	s, seen, err := unseal(value)
	if err != nil || !seen {
		return err
	}
	serials, err := content.PaperOf([]byte(s.Content))
	if err != nil {
		return err
	}
	if !slices.Contains(serials, serial) {
		return fault.New(fault.NotFound, "family", "original", "id", "?").In("/content/serial")
	}
	return nil
}
