package rules_test

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/fault"
	"portledger/chaincode/rules"
)

// X-12, and guarantees that name the bill that would go.
func TestABillIsAmendedOnlyWhileNothingMoves(t *testing.T) {
	for name, c := range map[string]struct {
		d    rules.Delivery
		code fault.Code
		rule string
	}{
		"a container out":          {rules.Delivery{Out: []string{"t1"}}, fault.ContainerOut, "X-12"},
		"a live order":             {rules.Delivery{Orders: []string{"ro-1"}}, fault.ContainerBusy, "X-12"},
		"a guarantee":              {rules.Delivery{Guarantees: []string{"lg-1"}}, fault.GuaranteeInUse, ""},
		"out before live":          {rules.Delivery{Out: []string{"t1"}, Orders: []string{"ro-1"}}, fault.ContainerOut, "X-12"},
		"live before guarantee":    {rules.Delivery{Orders: []string{"ro-1"}, Guarantees: []string{"lg-1"}}, fault.ContainerBusy, "X-12"},
		"out before the guarantee": {rules.Delivery{Out: []string{"t1"}, Guarantees: []string{"lg-1"}}, fault.ContainerOut, "X-12"},
	} {
		f := rules.Amendable(c.d)
		require.NotNil(t, f, name)
		require.Equal(t, c.code, f.Code, name)
		require.Equal(t, c.rule, f.Rule, name)
	}
	require.Nil(t, rules.Amendable(rules.Delivery{Containers: 2, Used: []string{"lg-1"}}))
}

// orders do not stop an annulment, they go with it; what is out stops it.
func TestASurrenderIsAnnulledOnlyBeforeGateOut(t *testing.T) {
	require.Nil(t, rules.Annullable(rules.Delivery{Orders: []string{"ro-1"}, Guarantees: []string{"lg-1"}}))
	f := rules.Annullable(rules.Delivery{Out: []string{"t1"}})
	require.Equal(t, fault.ContainerOut, f.Code)
	require.Equal(t, "X-11", f.Rule)
}

func load(container string, packages, grams int64) rules.Load {
	return rules.Load{Container: container, Packages: big.NewRat(packages, 1), Kilograms: big.NewRat(grams, 1000)}
}

func TestAReissueNamesWhatIsLost(t *testing.T) {
	old := [][]rules.Load{{load("A", 10, 1000), load("B", 5, 500)}}
	for name, c := range map[string]struct {
		new  [][]rules.Load
		what string
		at   string
	}{
		"a container is missing":            {[][]rules.Load{{load("A", 10, 1000)}}, "containers", "/content/bills"},
		"a container is new":                {[][]rules.Load{{load("A", 10, 1000), load("B", 5, 500)}, {load("C", 1, 1)}}, "containers", "/content/bills/1"},
		"a package less":                    {[][]rules.Load{{load("A", 10, 1000)}, {load("B", 4, 500)}}, "packages", "/content/bills/1"},
		"a gram more":                       {[][]rules.Load{{load("A", 10, 1001)}, {load("B", 5, 500)}}, "gross-weight", "/content/bills/0"},
		"packages before weight":            {[][]rules.Load{{load("A", 11, 1001), load("B", 5, 500)}}, "packages", "/content/bills/0"},
		"a container is there twice":        {[][]rules.Load{{load("A", 10, 1000), load("B", 5, 500)}, {load("B", 5, 500)}}, "packages", "/content/bills/0"},
		"the new before what nobody lists":  {[][]rules.Load{{load("A", 9, 1000)}}, "packages", "/content/bills/0"},
		"nothing at all where goods were":   {nil, "containers", "/content/bills"},
		"the totals agree, not each of two": {[][]rules.Load{{load("A", 5, 500), load("B", 10, 1000)}}, "packages", "/content/bills/0"},
	} {
		f := rules.Conserved(old, c.new)
		require.NotNil(t, f, name)
		require.Equal(t, fault.NotConserved, f.Code, name)
		require.Equal(t, c.what, f.Args["what"], name)
		require.Equal(t, c.at, f.At, name)
	}
}

// However containers are dealt out over bills, and combined again, the goods are the same; and any one change is seen.
func TestSplitsAndCombinationsConserveGoods(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "containers")
		var all []rules.Load
		for i := range n {
			all = append(all, load(fmt.Sprint("C", i), rapid.Int64Range(1, 2000).Draw(t, "packages"), rapid.Int64Range(1, 30_000_000).Draw(t, "grams")))
		}
		deal := func(label string) [][]rules.Load {
			bills := make([][]rules.Load, rapid.IntRange(1, 5).Draw(t, label))
			for _, l := range rapid.Permutation(all).Draw(t, label+" order") {
				i := rapid.IntRange(0, len(bills)-1).Draw(t, label+" to")
				bills[i] = append(bills[i], l)
			}
			return bills
		}
		one, two := deal("first"), deal("second")
		require.Nil(t, rules.Conserved([][]rules.Load{all}, one))
		require.Nil(t, rules.Conserved(one, two))
		require.Nil(t, rules.Conserved(two, [][]rules.Load{all}))

		changed := append([]rules.Load(nil), all...)
		at := rapid.IntRange(0, n-1).Draw(t, "changed")
		switch rapid.IntRange(0, 3).Draw(t, "how") {
		case 0:
			changed[at].Packages = new(big.Rat).Add(changed[at].Packages, big.NewRat(1, 1))
		case 1:
			changed[at].Kilograms = new(big.Rat).Sub(changed[at].Kilograms, big.NewRat(1, 1_000_000))
		case 2:
			changed[at].Container = "X"
		case 3:
			changed = append(changed[:at], changed[at+1:]...)
		}
		require.NotNil(t, rules.Conserved(one, [][]rules.Load{changed}))
	})
}
