package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"portledger/chaincode/approval"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/test/lawtest"
)

var (
	bank = lifecycle.Ref{Party: "PBANK", Org: "BankMSP"}
	join = approval.Request{On: "guarantee/join", Document: "lg-1", Salt: "5a", Commitment: "c0"}
)

func person(name string, ref lifecycle.Ref, roles ...lifecycle.Role) lifecycle.Actor {
	return lifecycle.Actor{Ref: ref, Person: name, Roles: roles}
}

func proposedBy(t *testing.T, first lifecycle.Actor, r approval.Request) approval.Approval {
	a, err := approval.Law.Apply(approval.Approval{Record: lifecycle.Record{ID: "ap-1", Family: "approval"}},
		lifecycle.Command[approval.Request]{Act: approval.Propose, Actor: first, At: lawtest.At, Request: r})
	require.NoError(t, err)
	return a
}

func use(a approval.Approval, second lifecycle.Actor, at time.Time, r approval.Request) (approval.Approval, *fault.Fault) {
	after, err := approval.Law.Follow(a, lifecycle.Command[approval.Request]{Act: approval.Use, Actor: second, At: at, Request: r})
	return after, fault.Of(err)
}

// Every act in every state, by everybody: what is not listed is refused.
func TestEveryActInEveryStateByEverybody(t *testing.T) {
	at := func(state lifecycle.State) approval.Approval {
		return approval.Approval{Record: lifecycle.Record{ID: "ap-1", Family: "approval", State: state}, Party: bank, Proposer: "first"}
	}
	lawtest.Trial[approval.Approval, approval.Request]{
		Law: approval.Law, Request: func(lifecycle.Act) approval.Request { return join }, Anybody: []lifecycle.Act{approval.Propose},
		Actors: map[string]lifecycle.Actor{"bank": lawtest.Actor("PBANK", "BankMSP", "BANK"), "other": lawtest.Actor("POTHER", "BankMSP", "BANK"),
			"line": lawtest.Actor("PLINE", "CarrierMSP", "CARRIER")},
		Documents: map[string]approval.Approval{"unborn": {}, "PROPOSED": at(approval.Proposed), "USED": at(approval.Used),
			"WITHDRAWN": at(approval.Withdrawn)},
		Want: `
unborn   | propose  | bank*, other*, line* | PROPOSED
PROPOSED | withdraw | bank*                | WITHDRAWN
`,
	}.Run(t)
}

func TestAnApprovalCarriesOneActOfAnotherPerson(t *testing.T) {
	a := proposedBy(t, person("first", bank, "BANK"), join)
	with := func(change func(*approval.Request)) approval.Request {
		r := join
		change(&r)
		return r
	}
	last := lawtest.At.Add(approval.Life).Add(-time.Nanosecond)
	for _, row := range []struct {
		who  lifecycle.Actor
		at   time.Time
		r    approval.Request
		want string
	}{
		{person("second", bank), last, join, ""},
		{person("first", bank), lawtest.At, join, "same-person"},
		{person("second", lifecycle.Ref{Party: "POTHER", Org: "BankMSP"}), lawtest.At, join, "party"},
		{person("second", lifecycle.Ref{Party: "PBANK", Org: "CarrierMSP"}), lawtest.At, join, "party"},
		{person("second", bank), lawtest.At.Add(approval.Life), join, "expired"},
		{person("second", bank), lawtest.At, with(func(r *approval.Request) { r.On = "guarantee/accept" }), "act"},
		{person("second", bank), lawtest.At, with(func(r *approval.Request) { r.Document = "lg-2" }), "document"},
		{person("second", bank), lawtest.At, with(func(r *approval.Request) { r.Mandate = "md-1" }), "mandate"},
		{person("second", bank), lawtest.At, with(func(r *approval.Request) { r.Commitment = "c1" }), "request"},
		{person("second", bank), lawtest.At, with(func(r *approval.Request) { r.Commitment = "" }), "request"},
		{person("first", bank), lawtest.At.Add(approval.Life), with(func(r *approval.Request) { r.On = "" }), "same-person"}, // the first counts
	} {
		after, f := use(a, row.who, row.at, row.r)
		if row.want == "" {
			require.Nil(t, f)
			require.Equal(t, approval.Used, after.State)
			require.Equal(t, "second", after.Confirmer)
			continue
		}
		require.NotNil(t, f, row.want)
		require.Equal(t, fault.NotApproved, f.Code)
		require.Equal(t, map[string]string{"approval": "ap-1", "why": row.want}, f.Args)
	}
	for _, state := range []lifecycle.State{approval.Used, approval.Withdrawn, lifecycle.None} {
		ended := a
		ended.State = state
		_, f := use(ended, person("second", bank), lawtest.At, join)
		require.Equal(t, fault.WrongState, f.Code)
	}
	_, f := use(approval.Approval{Record: lifecycle.Record{State: approval.Proposed}}, lifecycle.Actor{Person: "second"}, lawtest.At, approval.Request{})
	require.NotNil(t, f, "an approval that says nothing carries nothing")
}

func TestMarksNameActsAndWholeFamilies(t *testing.T) {
	for act, want := range map[string]bool{"bill/sign": true, "release/accept": true, "release/refuse": true, "bill/signs": false, "bill/accept": false,
		"release": true, "": false, "*": false, "party/unmark-four-eyes": true, "party/mark-four-eyes": false} {
		require.Equal(t, want, approval.Needs([]string{"bill/sign", "release/*"}, act), act)
	}
	require.True(t, approval.Needs(nil, approval.Unmark), "or one person could unmark, and then act alone")
	require.False(t, approval.Needs(nil, "bill/sign"))
}

// Two persons never have a role together that one of them has not.
func TestTwoPersonsHaveTheRolesThatBothHave(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		roles := rapid.SliceOfDistinct(rapid.SampledFrom([]lifecycle.Role{"BANK", "CARRIER", "TERMINAL", "TRUCKER"}), rapid.ID)
		first, second := roles.Draw(t, "first"), roles.Draw(t, "second")
		both := lifecycle.Actor{Roles: approval.Approval{Roles: first}.Both(second)}
		for _, role := range []lifecycle.Role{"BANK", "CARRIER", "TERMINAL", "TRUCKER"} {
			one := []lifecycle.Role{role}
			require.Equal(t, lifecycle.Actor{Roles: first}.Has(one) && lifecycle.Actor{Roles: second}.Has(one), both.Has(one))
		}
	})
}
