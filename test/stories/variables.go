package stories

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"portledger/chaincode/identifier"
	"portledger/test/fixtures"
)

// variables are what a story has to hand: kept values by name, and the venue's parties and clock.
type variables struct {
	kept    map[string]any
	parties map[string]string
	now     func() time.Time
	till    till
}

// innermost is a variable that has no other inside.
var innermost = regexp.MustCompile(`\$\{[^${}]+\}`)

// fill replaces the variables everywhere in a value.
func (v variables) fill(value any) (any, error) {
	switch value := value.(type) {
	case string:
		return v.fillText(value)
	case map[string]any:
		filled := make(map[string]any, len(value))
		for name, inner := range value {
			next, err := v.fill(inner)
			if err != nil {
				return nil, err
			}
			filled[name] = next
		}
		return filled, nil
	case []any:
		filled := make([]any, len(value))
		for i, inner := range value {
			next, err := v.fill(inner)
			if err != nil {
				return nil, err
			}
			filled[i] = next
		}
		return filled, nil
	}
	return value, nil
}

func (v variables) fillText(text string) (any, error) {
	for {
		place := innermost.FindStringIndex(text)
		if place == nil {
			return text, nil
		}
		value, err := v.lookup(text[place[0]+2 : place[1]-1])
		if err != nil {
			return nil, err
		}
		if place[0] == 0 && place[1] == len(text) {
			return value, nil
		}
		text = text[:place[0]] + fmt.Sprint(value) + text[place[1]:]
	}
}

// text is fill for what must be a text, such as a path.
func (v variables) text(text string) (string, error) {
	value, err := v.fillText(text)
	return fmt.Sprint(value), err
}

func (v variables) lookup(name string) (any, error) {
	if party, is := strings.CutPrefix(name, "party."); is {
		id, known := v.parties[party]
		if !known {
			return nil, fmt.Errorf("there is no party %s", party)
		}
		return id, nil
	}
	if shift, is := strings.CutPrefix(name, "now"); is {
		return v.clock(shift)
	}
	if value, known, err := v.payment(name); known {
		return value, err
	}
	value, known := v.kept[name]
	if !known {
		return nil, fmt.Errorf("there is no variable %s", name)
	}
	return value, nil
}

// payment looks a name up at the story's bank.
func (v variables) payment(name string) (any, bool, error) {
	if v.till.key == nil || !strings.Contains(name, "payment-") && !strings.HasPrefix(name, "forged-proof ") {
		return nil, false, nil
	}
	return v.till.lookup(name, v.now())
}

func (v variables) clock(shift string) (any, error) {
	var by time.Duration
	if shift != "" {
		var err error
		if by, err = time.ParseDuration(shift); err != nil {
			return nil, fmt.Errorf("now%s: %w", shift, err)
		}
	}
	return v.now().Add(by).UTC().Format(time.RFC3339), nil
}

// fresh are the numbers that no other run has.
func fresh() map[string]any {
	return map[string]any{
		"number": "OEDL26" + rand.Text()[:8], "container1": newContainer(), "container2": newContainer(), "container3": newContainer(),
		"seal1": "OE778123", "seal2": "OE778124", // those of the release order's lines
	}
}

// newContainer makes a container number (ISO 6346) of an invented owner.
func newContainer() string {
	owner := 'A' + rune(below(26))
	ten := fmt.Sprintf("OE%cU%06d", owner, below(1_000_000))
	for digit := range 10 {
		if number := ten + strconv.Itoa(digit); identifier.Container(number) == nil {
			return number
		}
	}
	panic("no check digit fits " + ten)
}

func below(limit int64) int64 {
	n, err := rand.Int(rand.Reader, big.NewInt(limit))
	if err != nil { // never, says crypto/rand
		panic(err)
	}
	return n.Int64()
}

// standIns are the numbers in the fixtures and the variables whose values take their place: the number of every bill,
// and its containers in their order.
var standIns = sync.OnceValues(func() (map[string]string, error) {
	found := map[string]string{}
	names, err := fs.Glob(fixtures.Files, "bill-*.json")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		var bill struct {
			Reference string `json:"transportDocumentReference"`
			Boxes     []struct {
				Equipment struct {
					Reference string `json:"equipmentReference"`
				} `json:"equipment"`
			} `json:"utilizedTransportEquipments"`
		}
		if err := json.Unmarshal(fixtures.Read(name), &bill); err != nil {
			return nil, fmt.Errorf("read fixture %s: %w", name, err)
		}
		found[bill.Reference] = "number"
		for i, box := range bill.Boxes {
			found[box.Equipment.Reference] = "container" + strconv.Itoa(i+1)
		}
	}
	return found, nil
})

// document is a fixture with this run's numbers and the step's changes in it.
func (v variables) document(fixture string, change map[string]any) ([]byte, error) {
	text := string(fixtures.Read(fixture + ".json"))
	numbers, err := standIns()
	if err != nil {
		return nil, err
	}
	for old, name := range numbers {
		text = strings.ReplaceAll(text, old, fmt.Sprint(v.kept[name]))
	}
	if change == nil {
		return []byte(text), nil
	}
	content, err := decode([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("fixture %s: %w", fixture, err)
	}
	by, err := v.fill(change)
	if err != nil {
		return nil, err
	}
	if content, err = changed(content, by.(map[string]any)); err != nil {
		return nil, fmt.Errorf("fixture %s: %w", fixture, err)
	}
	return encode(content)
}
