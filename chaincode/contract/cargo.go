package contract

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"portledger/chaincode/bill"
	"portledger/chaincode/content"
)

// The operating carrier keeps an index of which bills list a container on a voyage, for the radar (decision 27). It stands in
// the carrier's own collection, and what Fabric publishes of that, the hashes of keys and values, tells nobody anything: every
// key and value is made with the salt of the bill's content, and the container with its token.

// cargo is what the index says of one bill: Mark is its own mark, which only readers of its content can compute; Tags are
// its containers on its voyages.
type cargo struct {
	Mark string   `json:"mark"`
	Tags []string `json:"tags"`
}

func cargoKey(bill string) string       { return "cargo-of/" + bill }
func cargoPrefix(tag string) string     { return "cargo/" + tag + "/" }
func markedKey(tag, mark string) string { return cargoPrefix(tag) + mark }
func (c cargo) lists(tag string) bool   { return slices.Contains(c.Tags, tag) }

// cargoOf computes what the index says of a bill. Who has a container's token can compute the tag, and yet find no other
// bill by it: that takes the other's salt, or the carrier's collection.
func cargoOf(b bill.Bill, v content.Bill, salt string, tokens map[string]string) cargo {
	c := cargo{Mark: keyed(salt, "cargo-mark", b.ID)}
	for _, container := range v.Containers {
		for _, voyage := range v.Voyages {
			c.Tags = append(c.Tags, keyed(tokens[container], "cargo", voyage))
		}
	}
	return c
}

func keyed(secret, what, name string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("portledger/" + what + "/1\n" + name))
	return hex.EncodeToString(mac.Sum(nil))
}

// listCargo puts a bill into the operating carrier's index. A corrected draft is listed anew; what its former content left
// behind leads to a bill that does not list the tag any more, and is passed over.
func listCargo(t *turn, b bill.Bill, v content.Bill, salt string, tokens map[string]string) error {
	c := cargoOf(b, v, salt, tokens)
	org := b.Operator().Org
	for _, tag := range c.Tags {
		t.Keep(org, markedKey(tag, c.Mark), []byte(b.ID))
	}
	value, err := json.Marshal(c)
	if err != nil {
		return err
	}
	t.Keep(org, cargoKey(b.ID), value)
	return nil
}
