package matrix

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"portledger/test/fixtures"
	"portledger/test/stories"
)

// TryTheRest lets everybody try what no story is about: what is open to all, who one is, the lists, and the registrars' acts.
func (t *Trial) TryTheRest(ctx context.Context) error {
	for _, o := range t.operations {
		switch {
		case o.Open, o.ID == "getMe":
			if err := t.everybodyGets(ctx, o, o.Path); err != nil {
				return err
			}
		case o.Method == http.MethodGet && o.Family() != "" && !strings.Contains(o.Path, "{"):
			if err := t.everybodyLists(ctx, o); err != nil {
				return err
			}
		}
	}
	return t.registrars(ctx)
}

func (t *Trial) everybodyGets(ctx context.Context, o Operation, path string) error {
	for _, s := range t.everybody {
		answer, err := t.Venue.Send(t.aside(ctx), s.token, s.Door, stories.Attempt{Who: s.Name, Method: http.MethodGet, Path: path})
		if err != nil {
			return err
		}
		may := t.may(o, s, nil, "")
		t.judge(o, s, may, answer, false)
		if may && answer.Status >= http.StatusBadRequest {
			t.complain("%s: %s got %d", o.ID, s, answer.Status)
		}
		if !slices.Contains([]string{"root", "docs", "openAPI"}, o.ID) { // their examples are the fixtures
			t.harmless(o.ID, s, answer.Body)
		}
		if o.ID == "getMe" && may && answer.Text("party") != s.Party {
			t.complain("getMe: %s is told to be of %s", s, answer.Text("party"))
		}
	}
	return nil
}

// rowsRead is how many rows of a list are looked into.
const rowsRead = 5

// everybodyLists looks for documents in lists that name the reader nowhere.
func (t *Trial) everybodyLists(ctx context.Context, o Operation) error {
	if err := t.everybodyGets(ctx, o, o.Path); err != nil {
		return err
	}
	for _, s := range t.everybody {
		if s.stranger() {
			continue
		}
		answer, err := t.Venue.Send(t.aside(ctx), s.token, s.Door, stories.Attempt{Who: s.Name, Method: http.MethodGet, Path: o.Path})
		if err != nil {
			return err
		}
		var page struct{ Items []struct{ ID string } }
		if err := json.Unmarshal(answer.Body, &page); err != nil {
			return err
		}
		for i, row := range page.Items {
			if i == rowsRead {
				break
			}
			t.listed++
			document, err := t.read(t.aside(ctx), s.Name, nil, o.Path+"/"+row.ID)
			if err != nil {
				return err
			}
			if !s.takesPart(document.Body) {
				t.complain("%s: %s sees %s, which names %s nowhere", o.ID, s, row.ID, s.Party)
			}
		}
	}
	return nil
}

// registrars are tried with a party of their own: nothing comes of it, since who may is given a version that never was, and
// the birth is left out for them.
func (t *Trial) registrars(ctx context.Context) error {
	party := ""
	for _, s := range t.everybody {
		if s.Party != "" && s.Organisation == "port" {
			party = s.Party
			break
		}
	}
	for _, a := range []stories.Attempt{
		{Path: "/v1/parties", Body: []byte(`{"roles":["SHIPPER"],"witness":"CarrierMSP"}`)},
		{Path: "/v1/parties/" + party + "/certify", Body: []byte(`{"aeoStatus":"ADVANCED"}`)},
		{Path: "/v1/parties/" + party + "/describe", Body: []byte(`{"content":` + string(fixtures.Read("party-buyer.json")) + `}`)},
	} {
		a.Who, a.Method = "port-registrar", http.MethodPost
		o, known := t.operationOf(a)
		if !known {
			return fmt.Errorf("no operation makes %s", a.Path)
		}
		if err := t.Try(ctx, o, a); err != nil {
			return err
		}
	}
	return nil
}

// Metadata is what the framework's own function tells of the contracts, to whoever asks.
const metadata = "org.hyperledger.fabric:GetMetadata"

// TryFunctions goes round the gateway to every function that a contract exports, beside those that the stories' acts are tried
// through. It complains of one that the table does not know.
func (t *Trial) TryFunctions(ctx context.Context) error {
	if t.Peers == nil {
		return fmt.Errorf("nobody goes round the gateway here")
	}
	exported, err := t.exported(ctx)
	if err != nil {
		return err
	}
	for _, name := range exported {
		if t.kind(name) == "" {
			t.complain("function %s has no expectation: say in expectations.yaml how it is tried", name)
		}
	}
	known := slices.Sorted(maps.Keys(t.Functions))
	for _, name := range known {
		_, function, _ := strings.Cut(name, ":")
		if !slices.ContainsFunc(exported, func(e string) bool {
			return e == name || strings.HasPrefix(name, "*") && strings.HasSuffix(e, ":"+function)
		}) {
			t.complain("expectation %s: no contract exports it", name)
		}
	}
	for _, s := range t.everybody {
		if !s.stranger() {
			t.organisation(ctx, s)
			t.unknown(ctx, s)
		}
	}
	return nil
}

func (t *Trial) kind(function string) string {
	if kind := t.Functions[function]; kind != "" {
		return kind
	}
	contract, name, _ := strings.Cut(function, ":")
	if contract == "org" {
		return ""
	}
	return t.Functions["*:"+name]
}

// exported are all functions of the ledger's contracts, as the contract's own description lists them.
func (t *Trial) exported(ctx context.Context) ([]string, error) {
	s := t.everybody[0]
	text, err := t.Peers.Evaluate(ctx, s.Organisation, s.Name, s.Organisation, metadata, nil, nil)
	if err != nil {
		return nil, err
	}
	var described struct {
		Contracts map[string]struct {
			Transactions []struct{ Name string } `json:"transactions"`
		} `json:"contracts"`
	}
	if err := json.Unmarshal(text, &described); err != nil {
		return nil, err
	}
	var all []string
	for contract, c := range described.Contracts {
		for _, f := range c.Transactions {
			if contract != "org.hyperledger.fabric" {
				all = append(all, contract+":"+f.Name)
			}
		}
	}
	slices.Sort(all)
	return all, nil
}

// organisation tries a member's own settings and its readiness.
func (t *Trial) organisation(ctx context.Context, s Somebody) {
	foreign := doorBeside(t.Venue, s.Organisation)
	for _, function := range []string{"org:Act", "org:Prepare"} {
		for _, act := range []string{"join", "publish-calendar"} {
			for _, at := range []string{s.Organisation, foreign} {
				err := t.evaluate(ctx, s, at, function, []string{act, "{}"}, nil)
				turned := slices.Contains(turnsAway, codeOf(err))
				if may := s.Registrar && (at == s.Organisation || act != "join"); may == turned || err == nil {
					t.complain("%s %s: %s at the peer of %s got %v", function, act, s, at, err)
				}
			}
		}
	}
	err := t.evaluate(ctx, s, s.Organisation, "org:Ping", []string{s.MSP}, nil)
	if turned := slices.Contains(turnsAway, codeOf(err)); turned == s.Registrar {
		t.complain("org:Ping: %s got %v", s, err)
	}
}

// unknown tries what no contract has.
func (t *Trial) unknown(ctx context.Context, s Somebody) {
	foreign := doorBeside(t.Venue, s.Organisation)
	for _, at := range []string{s.Organisation, foreign} {
		for _, function := range []string{"bill:Nothing", "nothing:Read", "bill:init", "Read", ""} {
			answer, err := t.Peers.Evaluate(ctx, s.Organisation, s.Name, at, function, []string{"x"}, nil)
			if err == nil { // a bare name is the bill's, and refused as that
				t.complain("%q: %s got %.80s %v", function, s, answer, err)
			}
		}
		answer, err := t.Peers.Evaluate(ctx, s.Organisation, s.Name, at, metadata, nil, nil)
		if err != nil {
			t.complain("%s: %s got %v", metadata, s, err)
		}
		t.harmless(metadata, s, answer)
		if s.Party != "" && strings.Contains(string(answer), s.Party) {
			t.complain("%s: %s is told of parties", metadata, s)
		}
	}
}
