package ledger_test

import (
	"fmt"
	"slices"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/bill"
	"portledger/chaincode/lifecycle"
	"portledger/test/world"
)

// What stands on a transport document, as far as a reissue splits, joins and turns it.

// document is what a bill says, as its issuer has it; a replacement whose content is not handed over says what the lost bill does.
func (k *walk) document(id string) fields {
	view := read[billView](k.w, k.nameOf(k.bill(id).Issuer), "bill", id)
	if view.Content == nil {
		return k.document(view.Control.Recovers)
	}
	return asFields(string(view.Content))
}

// nameOf is who somebody is.
func (k *walk) nameOf(who lifecycle.Ref) string {
	i := slices.IndexFunc(world.Names, func(name string) bool { return ref(k.w, name) == who })
	require.GreaterOrEqual(k, i, 0)
	return world.Names[i]
}

// turned is a document of another kind: with the order party, the consignee, or neither.
func turned(doc fields, kind bill.Kind) fields {
	parties := doc["documentParties"].(map[string]any)
	delete(parties, "endorsee")
	delete(parties, "consignee")
	doc["isToOrder"] = kind == bill.Order || kind == bill.Bearer
	switch kind {
	case bill.Order:
		parties["endorsee"] = partyOn("bill-order", "endorsee")
	case bill.Straight, bill.SeaWaybill:
		parties["consignee"] = partyOn("bill-straight", "consignee")
	}
	return doc
}

func partyOn(fixture, part string) any {
	return asFields(world.Fixture(fixture))["documentParties"].(map[string]any)[part]
}

// listed are the containers that a document lists, in its order.
func listed(doc fields) []string {
	var all []string
	for _, e := range doc["utilizedTransportEquipments"].([]any) {
		all = append(all, e.(map[string]any)["equipment"].(map[string]any)["equipmentReference"].(string))
	}
	return all
}

// only is the document about some of its containers, under a number of its own.
func only(doc fields, number string, boxes []string) fields {
	part := asFields(text(doc))
	part["transportDocumentReference"] = number
	part["utilizedTransportEquipments"] = slices.DeleteFunc(part["utilizedTransportEquipments"].([]any), func(e any) bool {
		return !slices.Contains(boxes, e.(map[string]any)["equipment"].(map[string]any)["equipmentReference"].(string))
	})
	part["consignmentItems"] = slices.DeleteFunc(part["consignmentItems"].([]any), func(c any) bool {
		item := c.(map[string]any)
		item["cargoItems"] = slices.DeleteFunc(item["cargoItems"].([]any), func(i any) bool {
			return !slices.Contains(boxes, i.(map[string]any)["equipmentReference"].(string))
		})
		return len(item["cargoItems"].([]any)) == 0
	})
	return part
}

// joined is one document about what several list, under the number of the first.
func joined(docs []fields) fields {
	all := asFields(text(docs[0]))
	for _, d := range docs[1:] {
		for _, list := range []string{"utilizedTransportEquipments", "consignmentItems"} {
			all[list] = append(all[list].([]any), d[list].([]any)...)
		}
	}
	return all
}

// falsified tells of one package more than there is.
func falsified(doc fields) {
	item := doc["consignmentItems"].([]any)[0].(map[string]any)["cargoItems"].([]any)[0].(map[string]any)
	packaging := item["outerPackaging"].(map[string]any)
	packaging["numberOfPackages"] = packaging["numberOfPackages"].(float64) + 1
}

// load is what a document says of one container.
type load struct{ packages, weight float64 }

// goods are what a bill says of each container: packages and weight in kilograms, as they add up.
func (k *walk) goods(id string) map[string]load {
	loads := map[string]load{}
	for _, c := range k.document(id)["consignmentItems"].([]any) {
		for _, i := range c.(map[string]any)["cargoItems"].([]any) {
			item := i.(map[string]any)
			weight := item["cargoGrossWeight"].(map[string]any)
			require.Equal(k, "KGM", weight["unit"])
			box := item["equipmentReference"].(string)
			before := loads[box]
			loads[box] = load{before.packages + item["outerPackaging"].(map[string]any)["numberOfPackages"].(float64), before.weight + weight["value"].(float64)}
		}
	}
	require.NotEmpty(k, loads)
	return loads
}

// freshNumber is a bill number that nobody used.
func (k *walk) freshNumber() string {
	k.numbers++
	return fmt.Sprintf("PLG%06d", k.numbers)
}

// cargoOf is what a walk asks for of a bill: at most two of its containers.
func (k *walk) cargoOf(id string) cargo {
	doc := k.document(id)
	c := cargo{number: doc["transportDocumentReference"].(string)}
	for i, box := range listed(doc) {
		if i < 2 {
			*[]*string{&c.first, &c.second}[i] = box
		}
	}
	return c
}
