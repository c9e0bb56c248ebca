package live

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"

	"portledger/chaincode/identifier"
	"portledger/test/fixtures"
)

// fixtureSeals are the seals of the fixtures' containers, in order.
var fixtureSeals = []string{"OE778123", "OE778124"}

// The numbers of the fixtures, which every shipment replaces by its own.
const (
	fixtureNumber  = "OEDL26XMN00042"
	fixtureCarrier = `"carrierCode": "OEDL"`
	fixtureFrom    = "2026-11-22T14:00:00+08:00"
	fixtureTo      = "2026-11-22T15:00:00+08:00"
)

// fixtureGates are the times that the sheets of the two gates bear.
var fixtureGates = []string{"2026-11-22T14:08:00+08:00", "2026-11-24T09:41:00+08:00"}

var fixtureContainers = []string{"OERU1000025", "OERU1000030"}

const (
	letters   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits    = "0123456789"
	lettersIn = letters + "234567"
	// numberLength of a bill number; DCSA allows 20.
	numberLength = 18
	// carrierList is the code list of the carrier codes in the fixtures (DCSA carrierCodeListProvider).
	carrierList = "NMFTA"
)

// Papers are the documents of one shipment under a bill number and container numbers of its own.
type Papers struct {
	Number     string
	Containers []string
	replace    []string
}

// Papers makes fresh ones for a carrier's party.
func (n *Network) Papers(ctx context.Context, carrier string) (Papers, error) {
	code, err := n.carrierCode(ctx, carrier)
	if err != nil {
		return Papers{}, err
	}
	p := Papers{Number: Random(lettersIn, numberLength)}
	p.replace = []string{fixtureNumber, p.Number, fixtureCarrier, `"carrierCode": "` + code + `"`}
	for _, c := range fixtureContainers {
		own := container()
		p.Containers = append(p.Containers, own)
		p.replace = append(p.replace, c, own)
	}
	return p, nil
}

// With replaces further texts: pairs of old and new.
func (p Papers) With(pairs ...string) Papers {
	p.replace = append(append([]string{}, p.replace...), pairs...)
	return p
}

// Around sets the appointment's window to an hour that began half an hour ago.
func (p Papers) Around(now time.Time) Papers {
	from := now.Add(-30 * time.Minute)
	return p.With(fixtureFrom, from.Format(time.RFC3339), fixtureTo, from.Add(time.Hour).Format(time.RFC3339))
}

// At is a gate sheet filled in at a time.
func (p Papers) At(now time.Time) Papers {
	var pairs []string
	for _, printed := range fixtureGates {
		pairs = append(pairs, printed, now.UTC().Format(time.RFC3339))
	}
	return p.With(pairs...)
}

// Text is a document of the fixtures under the shipment's own numbers.
func (p Papers) Text(name string) []byte {
	return []byte(strings.NewReplacer(p.replace...).Replace(string(fixtures.Read(name + ".json"))))
}

// Line is a document about the container of a line (from 1); the fixtures' is about the first.
func (p Papers) Line(name string, line int) []byte {
	return []byte(strings.NewReplacer(p.Containers[0], p.Containers[line-1], fixtureSeals[0], fixtureSeals[line-1]).
		Replace(string(p.Text(name))))
}

// carrierCode is the code that a carrier's party may put on its bills.
func (n *Network) carrierCode(ctx context.Context, carrier string) (string, error) {
	n.mu.Lock()
	known := n.carriers[carrier]
	n.mu.Unlock()
	if known != "" {
		return known, nil
	}
	clerk, err := n.Person(carrier + "-clerk")
	if err != nil {
		return "", err
	}
	var view struct {
		Content struct {
			IdentifyingCodes []struct{ CodeListProvider, PartyCode string } `json:"identifyingCodes"`
		} `json:"content"`
	}
	if err := clerk.Read(ctx, "party", n.Party[carrier], &view); err != nil {
		return "", err
	}
	for _, code := range view.Content.IdentifyingCodes {
		if code.CodeListProvider == carrierList {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.carriers[carrier] = code.PartyCode
			return code.PartyCode, nil
		}
	}
	return "", fmt.Errorf("the party %s has no %s code", carrier, carrierList)
}

// container makes a number with a check digit that holds (ISO 6346).
func container() string {
	for {
		ten := Random(letters, 3) + "U" + Random(digits, 6)
		for _, digit := range digits {
			if number := ten + string(digit); identifier.Container(number) == nil {
				return number
			}
		}
	}
}

// Random is text of so many characters of an alphabet, too long to guess and with nothing to compress.
func Random(alphabet string, length int) string {
	var text strings.Builder
	for range length {
		i, err := rand.Int(rand.Reader, big.NewInt(int64(len(alphabet))))
		if err != nil { // the system's generator never fails
			panic(err)
		}
		text.WriteByte(alphabet[i.Int64()])
	}
	return text.String()
}

// RandomMark is a random text of capital letters and digits.
func RandomMark(length int) string { return Random(lettersIn, length) }

// Member replaces one member of a JSON object.
func Member(object []byte, name string, value any) ([]byte, error) {
	var all map[string]any
	if err := json.Unmarshal(object, &all); err != nil {
		return nil, err
	}
	all[name] = value
	return json.Marshal(all)
}
