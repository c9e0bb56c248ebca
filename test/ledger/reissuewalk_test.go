package ledger_test

import (
	"encoding/json"

	"github.com/stretchr/testify/require"
)

// conserved: the bills that took a bill's place are about the same containers, packages and weights (the walk combines none).
func (k *walk) conserved(p paper) {
	was, is := k.goods(p.id), map[string]string{}
	for _, id := range k.bill(p.id).ReplacedBy {
		for container, load := range k.goods(id) {
			require.Empty(k, is[container], "%s stands on two bills", container)
			is[container] = load
		}
	}
	require.Equal(k, was, is, "%s: a reissue makes no goods and loses none", p)
}

// goods are what a bill says of each container: packages and weight, as they are written there.
func (k *walk) goods(id string) map[string]string {
	var content struct {
		ConsignmentItems []struct {
			CargoItems []struct {
				Reference string          `json:"equipmentReference"`
				Weight    json.RawMessage `json:"cargoGrossWeight"`
				Packages  json.RawMessage `json:"outerPackaging"`
			} `json:"cargoItems"`
		} `json:"consignmentItems"`
	}
	require.NoError(k, json.Unmarshal(read[billView](k.w, "line", "bill", id).Content, &content))
	loads := map[string]string{}
	for _, item := range content.ConsignmentItems {
		for _, cargo := range item.CargoItems {
			loads[cargo.Reference] += string(cargo.Weight) + string(cargo.Packages)
		}
	}
	require.NotEmpty(k, loads)
	return loads
}
