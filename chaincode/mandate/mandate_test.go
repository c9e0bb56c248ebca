package mandate_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/mandate"
	"portledger/chaincode/party"
)

// trading is what a person of a party has.
var trading = []lifecycle.Role{"SHIPPER"}

var (
	now       = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	principal = ref("PRINCIPAL")
	agent     = ref("AGENT")
	below     = ref("BELOW")
)

// Documents, as the ledger calls them.
const (
	first  = "bl-k3v7qzj2m5x4c6b2n3aadfghtr"
	second = "bl-aaaaaaaaaaaaaaaaaaaaaaaaaa.2"
	order  = "ro-aaaaaaaaaaaaaaaaaaaaaaaaaa"
)

// named is a party with one role.
func named(r lifecycle.Ref) party.Party {
	return party.Party{Record: lifecycle.Record{ID: r.Party}, Org: r.Org, Roles: []lifecycle.Role{party.Forwarder}}
}

func ref(name string) lifecycle.Ref { return lifecycle.Ref{Party: name, Org: name + "MSP"} }

func grant(r mandate.Request) (mandate.Mandate, error) {
	r.Known = func(string) bool { return true }
	if r.To.ID == "" {
		r.To = named(agent)
	}
	return mandate.Law.Apply(mandate.Mandate{}, lifecycle.Command[mandate.Request]{Act: mandate.Grant,
		Actor: lifecycle.Actor{Ref: principal, Roles: trading}, At: now, Request: r})
}

func at(days int) string { return now.AddDate(0, 0, days).Format(time.RFC3339) }

// Every act in every state, by everybody: what is not listed is refused.
func TestWhoEndsAMandate(t *testing.T) {
	m, err := grant(mandate.Request{Acts: []string{"bill/sign"}, Until: at(1)})
	require.NoError(t, err)
	m.Giver = ref("GIVER")
	permitted := map[string]lifecycle.State{
		"ACTIVE revoke PRINCIPAL": mandate.Revoked, "ACTIVE revoke GIVER": mandate.Revoked, "ACTIVE renounce AGENT": mandate.Given,
	}
	for _, state := range []lifecycle.State{mandate.Active, mandate.Revoked, mandate.Given, mandate.Spent} {
		for _, act := range []lifecycle.Act{mandate.Grant, mandate.Revoke, mandate.Renounce, mandate.Use} {
			for _, who := range []string{"PRINCIPAL", "AGENT", "GIVER", "BELOW"} {
				d := m
				d.State = state
				after, err := mandate.Law.Apply(d, lifecycle.Command[mandate.Request]{Act: act, At: now,
					Actor: lifecycle.Actor{Ref: ref(who), Roles: trading}, Request: mandate.Request{Reason: "OTHER"}})
				name := string(state) + " " + string(act) + " " + who
				if want := permitted[name]; want != "" {
					require.NoError(t, err, name)
					require.Equal(t, want, after.State, name)
				} else {
					require.Error(t, err, name)
				}
			}
		}
	}
}

func TestAMandateCoversWhatItNames(t *testing.T) {
	m, err := grant(mandate.Request{Acts: []string{"bill/sign", "release/*"}, Documents: []string{first}, Until: at(1)})
	require.NoError(t, err)
	for _, row := range []struct {
		who           lifecycle.Ref
		act, document string
		at            time.Time
		why           string
	}{
		{agent, "bill/sign", first, now, ""},
		{agent, "release/request", first, now, ""},
		{agent, "bill/sign", second, now, "document"},
		{agent, "bill/sign", "", now, "document"}, // a birth is about no document yet
		{agent, "bill/signs", first, now, "act"},
		{agent, "bill/surrender", first, now, "act"},
		{below, "bill/sign", first, now, "agent"},
		{principal, "bill/sign", first, now, "agent"},
		{agent, "bill/sign", first, now.AddDate(0, 0, 1), "expired"},
		{agent, "mandate/grant", "", now, "pass-on"},
		{agent, "mandate/revoke", "", now, "act"},
	} {
		f := m.Covers(row.who, row.act, row.document, row.at)
		if row.why == "" {
			require.Nil(t, f)
			continue
		}
		require.NotNil(t, f, row)
		require.Equal(t, row.why, f.Args["why"])
	}
	m.State = mandate.Revoked
	require.Equal(t, "ended", m.Covers(agent, "bill/sign", first, now).Args["why"])
}

// A mandate lends what its giver has, to persons who are what the agent was empowered as.
func TestAMandateLendsWhatItsGiverHas(t *testing.T) {
	m, err := grant(mandate.Request{Acts: []string{"bill/sign"}, Until: at(1)})
	require.NoError(t, err)
	require.Equal(t, []lifecycle.Role{party.Forwarder}, m.As, "the agent has no other")
	for _, row := range []struct{ registered, lent []lifecycle.Role }{
		{[]lifecycle.Role{party.Carrier, party.Shipper}, trading}, {trading, trading}, {[]lifecycle.Role{party.Carrier}, nil}, {nil, nil},
	} {
		require.Equal(t, row.lent, m.Lends(party.Party{Roles: row.registered}))
	}
	require.Nil(t, m.Admits([]lifecycle.Role{party.Trucker, party.Forwarder}))
	for _, none := range [][]lifecycle.Role{nil, {party.Trucker}, trading, {party.Registrar}} {
		require.Equal(t, "role", m.Admits(none).Args["why"])
	}

	both := named(agent)
	both.Roles = []lifecycle.Role{party.Forwarder, party.Trucker}
	for _, row := range []struct {
		as   []lifecycle.Role
		code fault.Code
	}{
		{nil, fault.Invalid}, {[]lifecycle.Role{party.Carrier}, fault.Invalid}, {[]lifecycle.Role{party.Trucker, party.Trucker}, fault.Invalid},
		{[]lifecycle.Role{party.Registrar}, fault.Invalid}, {[]lifecycle.Role{party.Trucker}, ""}, {[]lifecycle.Role{party.Trucker, party.Forwarder}, ""},
	} {
		m, err := grant(mandate.Request{To: both, Acts: []string{"bill/sign"}, Until: at(1), As: row.as})
		if row.code != "" {
			require.Equal(t, "/as", fault.Of(err).At)
			continue
		}
		require.NoError(t, err)
		require.ElementsMatch(t, row.as, m.As)
	}
}

// Two refusals at once give the one that stands first.
func TestTheOrderOfRefusals(t *testing.T) {
	_, err := grant(mandate.Request{To: named(principal), Acts: []string{"a", "a"}})
	require.Equal(t, "/agent", fault.Of(err).At)
	_, err = grant(mandate.Request{As: trading, Acts: []string{"a", "a"}})
	require.Equal(t, "/as", fault.Of(err).At)
	_, err = grant(mandate.Request{Acts: []string{"a", "a"}, Documents: []string{""}})
	require.Equal(t, "/acts", fault.Of(err).At)
	_, err = grant(mandate.Request{Acts: []string{"a"}, Documents: []string{""}})
	require.Equal(t, "/documents", fault.Of(err).At)
	_, err = grant(mandate.Request{Acts: []string{"a"}, Uses: -1})
	require.Equal(t, "/until", fault.Of(err).At)
}

// What a mandate is limited to stands in public: ids of the ledger, and nothing else.
func TestDocumentsAreNamedByTheirLedgerIDs(t *testing.T) {
	for _, id := range []string{"", "OEDL26XMN00042", "BL-K3V7QZJ2M5X4C6B2N3AADFGHTR", "for Mr Chen", order + "/1", first + ".0", first + " "} {
		_, err := grant(mandate.Request{Acts: []string{"bill/sign"}, Documents: []string{first, id}, Until: at(1)})
		require.Equal(t, "/documents", fault.Of(err).At, id)
	}
	_, err := grant(mandate.Request{Acts: []string{"bill/sign"}, Documents: []string{first, second, order}, Until: at(1)})
	require.NoError(t, err)
}

// Whatever is passed on covers nothing that the mandate above does not cover.
func TestNobodyPassesOnMoreThanTheyHave(t *testing.T) {
	acts := rapid.SampledFrom([]string{"bill/sign", "bill/surrender", "bill/*", "release/*", "release/request"})
	documents := rapid.SampledFrom([]string{first, second, order})
	passed := 0
	rapid.Check(t, func(t *rapid.T) {
		request := func(name string) mandate.Request {
			return mandate.Request{Acts: rapid.SliceOfNDistinct(acts, 1, 3, rapid.ID).Draw(t, name+" acts"),
				Documents: rapid.SliceOfNDistinct(documents, 0, 2, rapid.ID).Draw(t, name+" documents"),
				Until:     at(rapid.IntRange(1, 5).Draw(t, name+" days")), PassOn: true}
		}
		above, err := grant(request("above"))
		require.NoError(t, err)
		r := request("below")
		r.Above, r.Giver, r.To = &above, agent, named(below)
		m, err := grant(r)
		if err != nil {
			require.Equal(t, fault.NotEmpowered, fault.Of(err).Code)
			return
		}
		passed++
		for _, act := range []string{"bill/sign", "bill/surrender", "bill/issue", "release/request", "release/issue", "guarantee/pay"} {
			for _, document := range []string{"", first, second, order} {
				for hours := 0; hours < 24*6; hours += 12 {
					then := now.Add(time.Duration(hours) * time.Hour)
					if m.Covers(below, act, document, then) == nil {
						require.Nil(t, above.Covers(agent, act, document, then), "%s %s", act, document)
					}
				}
			}
		}
	})
	require.Positive(t, passed)
}
