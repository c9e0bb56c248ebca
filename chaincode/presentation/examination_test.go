package presentation_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/presentation"
	"portledger/test/lawtest"
)

func examine(act lifecycle.Act, of presentation.Presentation) lifecycle.Command[presentation.ExaminationRequest] {
	return lifecycle.Command[presentation.ExaminationRequest]{Act: act, Actor: people["bank"], At: lawtest.At,
		Request: presentation.ExaminationRequest{ID: "pr-1", Of: of}}
}

// Written out from the rule of two persons 双人复核: any person of the bank proposes, puts another proposal in its place or
// takes it away; nobody else does. The documents are under examination here.
const proposals = `
UNDECIDED        | propose-honour  | bank | HONOUR_PROPOSED
UNDECIDED        | propose-refusal | bank | REFUSAL_PROPOSED
HONOUR_PROPOSED  | propose-honour  | bank | HONOUR_PROPOSED
HONOUR_PROPOSED  | propose-refusal | bank | REFUSAL_PROPOSED
HONOUR_PROPOSED  | recall-proposal | bank | UNDECIDED
REFUSAL_PROPOSED | propose-honour  | bank | HONOUR_PROPOSED
REFUSAL_PROPOSED | propose-refusal | bank | REFUSAL_PROPOSED
REFUSAL_PROPOSED | recall-proposal | bank | UNDECIDED
`

func TestEveryProposalByEverybody(t *testing.T) {
	lawtest.Trial[presentation.Examination, presentation.ExaminationRequest]{
		Law: presentation.ExaminationLaw, Actors: people, Want: proposals,
		Request: func(act lifecycle.Act) presentation.ExaminationRequest {
			return examine(act, in(presentation.Examined)).Request
		},
		Documents: map[string]presentation.Examination{
			"unborn":    {Record: lifecycle.Record{ID: "pr-1/examination", Family: "examination"}},
			"UNDECIDED": proposal(presentation.Undecided), "HONOUR_PROPOSED": proposal(presentation.HonourProposed),
			"REFUSAL_PROPOSED": proposal(presentation.RefusalProposed),
		},
	}.Run(t)
}

// What can be proposed hangs on where the presentation stands.
func TestProposalsFollowThePresentation(t *testing.T) {
	for state, honour := range map[lifecycle.State]bool{
		presentation.Opened: false, presentation.Examined: true, presentation.Refused: false, presentation.WaiverAsked: false,
		presentation.Waived: true, presentation.Honoured: false, presentation.Returned: false, presentation.Withdrawn: false,
	} {
		for act, allowed := range map[lifecycle.Act]bool{
			presentation.ProposeHonour: honour, presentation.RecallProposal: honour, presentation.ProposeRefusal: state == presentation.Examined,
		} {
			_, err := proposal(presentation.HonourProposed).Apply(examine(act, in(state)))
			if allowed {
				require.NoError(t, err, "%s %s", state, act)
				continue
			}
			f := fault.Of(err)
			require.NotNil(t, f, "%s %s", state, act)
			require.Equal(t, []any{fault.WrongState, string(state)}, []any{f.Code, f.Args["state"]}, act)
		}
	}
	late := with(in(presentation.Examined), func(p *presentation.Presentation) { p.Due = after(-time.Second) })
	_, err := proposal(presentation.Undecided).Apply(examine(presentation.ProposeRefusal, late))
	require.Equal(t, fault.DeadlinePassed, fault.Of(err).Code)
	_, err = proposal(presentation.Undecided).Apply(examine(presentation.ProposeHonour, late))
	require.NoError(t, err)
}

func TestAProposalIsOfAPersonAndARound(t *testing.T) {
	p := with(in(presentation.Examined), func(p *presentation.Presentation) { p.Round = 2 })
	e, err := proposal(presentation.RefusalProposed).Apply(examine(presentation.ProposeHonour, p))
	require.NoError(t, err)
	require.Equal(t, []any{2, "u-PBANK", "", ""}, []any{e.Round, e.Proposer, e.Commitment, e.Seal}, "the drafted notice falls")
	e, err = e.Apply(examine(presentation.RecallProposal, p))
	require.NoError(t, err)
	require.Empty(t, e.Proposer)
	born, err := presentation.ExaminationLaw.Follow(presentation.Examination{}, examine(presentation.Provide, p))
	require.NoError(t, err)
	require.Equal(t, []any{presentation.Undecided, "pr-1", people["bank"].Ref}, []any{born.State, born.Presentation, born.Bank})
}
