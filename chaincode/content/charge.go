package content

import "github.com/go-json-experiment/json/jsontext"

// Collect is a charge of a bill that is to be collected 到付: amount in decimal text, with two decimals.
type Collect struct{ Name, Currency, Amount string }

// CollectCharges are the collect charges of a checked bill, in its order.
func CollectCharges(raw []byte) ([]Collect, error) {
	d, err := decode[struct {
		Charges []struct {
			Name     string         `json:"chargeName"`
			Amount   jsontext.Value `json:"currencyAmount"`
			Currency string         `json:"currencyCode"`
			Term     string         `json:"paymentTermCode"`
		} `json:"charges"`
	}](raw)
	if err != nil {
		return nil, err
	}
	var found []Collect
	for _, c := range d.Charges {
		if c.Term == "COL" {
			found = append(found, Collect{c.Name, c.Currency, number(string(c.Amount)).FloatString(2)})
		}
	}
	return found, nil
}
