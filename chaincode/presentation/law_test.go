package presentation_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
	"portledger/chaincode/presentation"
	"portledger/test/lawtest"
)

var people = map[string]lifecycle.Actor{
	"exporter":  lawtest.Actor("PEXPORTER", "PortMSP", party.Shipper),
	"buyer":     lawtest.Actor("PBUYER", "PortMSP", party.Consignee),
	"forwarder": lawtest.Actor("PFORWARDER", "PortMSP", party.Forwarder),
	"carrier":   lawtest.Actor("PCARRIER", "CarrierMSP", party.Carrier),
	"bank":      lawtest.Actor("PBANK", "BankMSP", party.Bank),
	"bank2":     lawtest.Actor("PBANK2", "BankMSP", party.Bank),
	"terminal":  lawtest.Actor("PTERMINAL", "TerminalMSP", party.Terminal),
	"impostor":  lawtest.Actor("PBANK", "PortMSP", party.Bank),
}

func registered(name string) party.Party {
	a := people[name]
	return party.Party{Record: lifecycle.Record{ID: a.Party}, Org: a.Org, Roles: a.Roles}
}

// after is an instant that much later than every trial, or earlier.
func after(d time.Duration) string { return lifecycle.Stamped(lawtest.At.Add(d)) }

func in(state lifecycle.State) presentation.Presentation {
	p := presentation.Presentation{Record: lifecycle.Record{ID: "pr-1", Family: "presentation", State: state, Version: 2},
		Presenter: people["exporter"].Ref, Bank: people["bank"].Ref, Bills: []string{"bl-1"}, Documents: 4, Sets: 1,
		Expires: after(24 * time.Hour)}
	switch state {
	case presentation.Opened, presentation.Withdrawn:
	case presentation.WaiverAsked, presentation.Waived:
		p.Applicant, p.Shown = people["buyer"].Ref, 1
		fallthrough
	default:
		p.Round, p.Due = 1, after(72*time.Hour)
	}
	return p
}

func with(p presentation.Presentation, change func(*presentation.Presentation)) presentation.Presentation {
	change(&p)
	return p
}

// proposal is the examination with a proposal that another person made.
func proposal(state lifecycle.State) presentation.Examination {
	return presentation.Examination{Record: lifecycle.Record{ID: "pr-1/examination", Family: "examination", State: state, Commitment: "c", Seal: "s"},
		Presentation: "pr-1", Bank: people["bank"].Ref, Round: 1, Proposer: "u-first"}
}

func request(act lifecycle.Act) presentation.Request {
	r := presentation.Request{ID: "pr-1", Bills: []string{"bl-1"}, Reason: "DISCREPANCIES", Documents: 4, Expires: after(24 * time.Hour), Due: after(72 * time.Hour),
		Parties: map[string]party.Party{"/bank": registered("bank"), "/applicant": registered("buyer")}}
	switch act {
	case presentation.Honour:
		r.Examination = proposal(presentation.HonourProposed)
	case presentation.Refuse:
		r.Examination, r.Notice = proposal(presentation.RefusalProposed), "c"
	}
	return r
}

func command(act lifecycle.Act, who string) lifecycle.Command[presentation.Request] {
	return lifecycle.Command[presentation.Request]{Act: act, Actor: people[who], At: lawtest.At, Request: request(act)}
}

// Written out from UCP 600: who presents and until when (arts 2 and 6), who examines and how long (art 14), who honours
// (art 15), and what a refusal leaves open to bank, presenter and applicant (art 16). A complying presentation cannot be
// refused once the time is over, and a set is withdrawn before it is complete.
const allowed = `
unborn            | open              | exporter, buyer, forwarder, bank2, impostor | OPEN
unborn            | open              | bank      | !recipient-not-allowed
OPEN              | replace-documents | exporter* | OPEN
OPEN              | complete          | exporter* | UNDER_EXAMINATION
OPEN              | withdraw          | exporter* | WITHDRAWN
OPEN EXPIRED      | replace-documents | exporter* | !deadline-passed
OPEN EXPIRED      | complete          | exporter* | !deadline-passed
OPEN EXPIRED      | withdraw          | exporter* | WITHDRAWN
UNDER_EXAMINATION | honour            | bank      | HONOURED
UNDER_EXAMINATION | refuse            | bank      | REFUSED
UNDER_EXAMINATION | take-back         | exporter* | !too-early
TOO LATE          | honour            | bank      | HONOURED
TOO LATE          | refuse            | bank      | !deadline-passed
TOO LATE          | take-back         | exporter* | RETURNED
NEXT ROUND        | honour            | bank      | !decision-not-proposed
NEXT ROUND        | refuse            | bank      | !decision-not-proposed
NEXT ROUND        | take-back         | exporter* | !too-early
REFUSED           | ask-waiver        | bank      | WAIVER_ASKED
REFUSED           | present-again     | exporter* | OPEN
REFUSED           | return-documents  | bank      | RETURNED
REFUSED           | take-back         | exporter* | RETURNED
REFUSED EXPIRED   | ask-waiver        | bank      | WAIVER_ASKED
REFUSED EXPIRED   | present-again     | exporter* | !deadline-passed
REFUSED EXPIRED   | return-documents  | bank      | RETURNED
REFUSED EXPIRED   | take-back         | exporter* | RETURNED
WAIVER_ASKED      | waive             | buyer*    | WAIVED
WAIVER_ASKED      | decline-waiver    | buyer*    | REFUSED
WAIVER_ASKED      | present-again     | exporter* | OPEN
WAIVER_ASKED      | return-documents  | bank      | RETURNED
WAIVER_ASKED      | take-back         | exporter* | RETURNED
WAIVED            | honour            | bank      | HONOURED
WAIVED            | present-again     | exporter* | OPEN
WAIVED            | return-documents  | bank      | RETURNED
WAIVED            | take-back         | exporter* | RETURNED
`

func TestEveryActInEveryStateByEverybody(t *testing.T) {
	expired := func(p *presentation.Presentation) { p.Expires = after(0) }
	lawtest.Trial[presentation.Presentation, presentation.Request]{
		Law: presentation.Law, Actors: people, Anybody: []lifecycle.Act{presentation.Open}, Request: request, Want: allowed,
		Documents: map[string]presentation.Presentation{
			"unborn": {Record: lifecycle.Record{ID: "pr-1", Family: "presentation"}},
			"OPEN":   in(presentation.Opened), "OPEN EXPIRED": with(in(presentation.Opened), expired),
			"UNDER_EXAMINATION": in(presentation.Examined),
			"TOO LATE":          with(in(presentation.Examined), func(p *presentation.Presentation) { p.Due = after(0) }),
			"NEXT ROUND":        with(in(presentation.Examined), func(p *presentation.Presentation) { p.Round = 2 }),
			"REFUSED":           in(presentation.Refused), "REFUSED EXPIRED": with(in(presentation.Refused), expired),
			"WAIVER_ASKED": in(presentation.WaiverAsked), "WAIVED": in(presentation.Waived),
			"HONOURED": in(presentation.Honoured), "RETURNED": in(presentation.Returned), "WITHDRAWN": in(presentation.Withdrawn),
		},
	}.Run(t)
}

func TestTheFirstConditionAnswers(t *testing.T) {
	for _, c := range []struct {
		name string
		p    presentation.Presentation
		act  lifecycle.Act
		who  string
		with func(*presentation.Request)
		code fault.Code
		at   string
	}{
		{"to a carrier, of no bill", presentation.Presentation{}, presentation.Open, "exporter",
			func(r *presentation.Request) { r.Parties["/bank"], r.Bills = registered("carrier"), nil }, fault.RecipientNotAllowed, "/bank"},
		{"no bill", presentation.Presentation{}, presentation.Open, "exporter",
			func(r *presentation.Request) { r.Bills = nil }, fault.Invalid, "/bills"},
		{"too many bills", presentation.Presentation{}, presentation.Open, "exporter",
			func(r *presentation.Request) { r.Bills = []string{"1", "2", "3", "4", "5", "6"} }, fault.Invalid, "/bills"},
		{"a bill twice", presentation.Presentation{}, presentation.Open, "exporter",
			func(r *presentation.Request) { r.Bills = []string{"1", "1"} }, fault.Invalid, "/bills"},
		{"too late, and not proposed", with(in(presentation.Examined), func(p *presentation.Presentation) { p.Due = after(0) }), presentation.Refuse, "bank",
			func(r *presentation.Request) { r.Examination = presentation.Examination{} }, fault.DeadlinePassed, ""},
		{"not proposed, by the proposer", in(presentation.Examined), presentation.Refuse, "bank",
			func(r *presentation.Request) {
				r.Examination.State, r.Examination.Proposer = presentation.HonourProposed, "u-PBANK"
			}, fault.NotProposed, ""},
		{"alone, without a reason", in(presentation.Examined), presentation.Refuse, "bank",
			func(r *presentation.Request) { r.Examination.Proposer, r.Reason = "u-PBANK", "" }, fault.OwnProposal, ""},
		{"without a reason", in(presentation.Examined), presentation.Refuse, "bank",
			func(r *presentation.Request) { r.Reason = "NO" }, fault.Invalid, "/reason"},
		{"a notice that took the place of the one read", in(presentation.Examined), presentation.Refuse, "bank",
			func(r *presentation.Request) { r.Notice = "d" }, fault.ContentMismatch, "/notice"},
		{"no notice, without a reason", in(presentation.Examined), presentation.Refuse, "bank",
			func(r *presentation.Request) { r.Notice, r.Reason = "", "" }, fault.Invalid, "/reason"},
		{"a waiver declined without a reason", in(presentation.WaiverAsked), presentation.DeclineWaiver, "buyer",
			func(r *presentation.Request) { r.Reason = "" }, fault.Invalid, "/reason"},
		{"under another credit", in(presentation.Opened), presentation.ReplaceDocuments, "exporter",
			func(r *presentation.Request) { r.Expires = after(48 * time.Hour) }, fault.Invalid, "/content/credit/expiryDate"},
		{"expired, under another credit", with(in(presentation.Refused), func(p *presentation.Presentation) { p.Expires = after(0) }), presentation.PresentAgain, "exporter",
			func(r *presentation.Request) { r.Expires = after(48 * time.Hour) }, fault.DeadlinePassed, ""},
		{"a terminal for an applicant", in(presentation.Refused), presentation.AskWaiver, "bank",
			func(r *presentation.Request) { r.Parties["/applicant"] = registered("terminal") }, fault.RecipientNotAllowed, "/applicant"},
		{"the presenter for an applicant", in(presentation.Refused), presentation.AskWaiver, "bank",
			func(r *presentation.Request) { r.Parties["/applicant"] = registered("exporter") }, fault.RecipientNotAllowed, "/applicant"},
		{"another applicant", with(in(presentation.Refused), func(p *presentation.Presentation) { p.Applicant = people["forwarder"].Ref }), presentation.AskWaiver, "bank",
			func(r *presentation.Request) {}, fault.RecipientNotAllowed, "/applicant"},
	} {
		cmd := command(c.act, c.who)
		c.with(&cmd.Request)
		same, err := c.p.Apply(cmd)
		f := fault.Of(err)
		require.NotNil(t, f, c.name)
		require.Equal(t, c.code, f.Code, c.name)
		require.Equal(t, c.at, f.At, c.name)
		require.Equal(t, c.p, same, c.name)
	}
}

// UCP 600 art 16: the notice that is given is the one that was proposed, and a new round has none yet.
func TestTheNoticeIsOfItsRound(t *testing.T) {
	refused, err := in(presentation.Examined).Apply(command(presentation.Refuse, "bank"))
	require.NoError(t, err)
	require.Equal(t, []any{"c", "s", 1}, []any{refused.Notice, refused.NoticeSeal, refused.Notices})
	again, err := refused.Apply(command(presentation.PresentAgain, "exporter"))
	require.NoError(t, err)
	require.Equal(t, 2, again.Sets)
	complete, err := again.Apply(command(presentation.Complete, "exporter"))
	require.NoError(t, err)
	require.Equal(t, []any{"", "", 1, 2}, []any{complete.Notice, complete.NoticeSeal, complete.Notices, complete.Round})
}

func TestWhoMustEndorseAndWhoMayRead(t *testing.T) {
	p := in(presentation.WaiverAsked)
	require.Equal(t, []string{"PortMSP", "BankMSP"}, p.Relying(), "the applicant holds nobody up")
	require.Contains(t, p.Readers(), people["buyer"].Ref)
	p.Sets++
	require.NotContains(t, p.Readers(), people["buyer"].Ref, "it was shown another set")
	require.Contains(t, p.Parties(), people["buyer"].Ref)
	require.Equal(t, []string{"BankMSP"}, proposal(presentation.HonourProposed).Relying())
}
