package rest

import (
	"maps"
	"strings"

	"portledger/chaincode/fault"
	"portledger/gateway/table"
)

// inChinese is the refusal's sentence in Chinese. Which words the acts have is known to the tables of the families only.
func inChinese(f *fault.Fault) string { return named(f).Text(true) }

// helpInChinese is what would help, in Chinese.
func helpInChinese(f *fault.Fault) string { return named(f).Help(true) }

// named is the refusal with the trade's Chinese for the acts that it names, their codes beside it.
func named(f *fault.Fault) *fault.Fault {
	if f.Args["act"] == "" {
		return f
	}
	told := *f
	told.Args = maps.Clone(f.Args)
	family, act, whole := strings.Cut(f.Args["act"], "/") // as a mark for four eyes names it
	if !whole {
		family, act = f.Args["family"], f.Args["act"]
	}
	if word := chineseAct(family, act); word != "" {
		told.Args["act"] = "“" + word + "”（" + f.Args["act"] + "）"
	}
	return &told
}

// chineseAct is the word of a family's act; without a family, the one that all families with such an act use.
func chineseAct(family, name string) (word string) {
	if act, found := table.Find(family, name); found {
		return act.Chinese
	}
	for _, act := range table.Acts {
		if act.Name != name {
			continue
		}
		if word != "" && word != act.Chinese {
			return ""
		}
		word = act.Chinese
	}
	return word
}
