package contract

import (
	"cmp"
	"encoding/hex"
	"encoding/json"
	"slices"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"portledger/chaincode/approval"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// An approval (decision 33) is kept by the party's organisation alone, as a private piece that only its own peers can write;
// what it is for stays in the house until the act itself is made. Beside it lies what was proposed, for the second person to
// read. Once used or withdrawn it moves to where no list looks for open ones.

func approvalKey(party, id string) string { return "approval/" + party + "/" + id }
func proposalKey(party, id string) string { return "approval-proposal/" + party + "/" + id }
func endedKey(party, id string) string    { return "approval-ended/" + party + "/" + id }

// house is whose approvals the signer can name: those of its own party, with its own organisation.
func (t *turn) house() (party, org string) { return t.signer.Party, t.signer.Org }

// proposedAct is what the first person proposes, byte for byte. The salt keeps the published hash of this piece from being guessed.
type proposedAct struct {
	Salt    string `json:"salt"`
	Request string `json:"request"`
	Content string `json:"content,omitempty"`
}

// Approvals is the contract of proposals within a party.
type Approvals struct {
	contractapi.Contract
	office *office
}

// Act proposes an act ("propose") or takes a proposal back ("withdraw", naming its id). What is proposed comes as private
// input: family, act, request, and content where there is one, with a salt.
func (a *Approvals) Act(ctx contractapi.TransactionContextInterface, act, request string) (string, error) {
	t, o, err := a.perform(ctx, act, request, false)
	if err == nil {
		err = t.Close()
	}
	if err != nil {
		return "", err
	}
	return text(o)
}

// Prepare rehearses Act. Of a proposal it also rehearses what is proposed, as the first person, so that a refusal comes now
// and not when the second person tries.
func (a *Approvals) Prepare(ctx contractapi.TransactionContextInterface, act, request string) (string, error) {
	t, o, err := a.perform(ctx, act, request, true)
	if err == nil {
		err = t.Close()
	}
	if err != nil {
		return "", err
	}
	return t.answer(Plan{Outcome: o, Endorsers: t.Endorsers()})
}

func (a *Approvals) perform(ctx contractapi.TransactionContextInterface, act, request string, dry bool) (*turn, Outcome, error) {
	t, err := a.office.turn(ctx, dry)
	if err != nil {
		return nil, Outcome{}, err
	}
	if err := t.atHome(); err != nil {
		return nil, Outcome{}, err
	}
	r, _, err := decode(t, approval.Law, lifecycle.Act(act), []byte(request))
	if err != nil {
		return nil, Outcome{}, err
	}
	var o Outcome
	if lifecycle.Act(act) == approval.Propose {
		o, err = t.propose()
	} else {
		o, err = t.withdraw(r)
	}
	return t, o, err
}

// propose keeps a proposal with the own organisation. What stands in the way of the act is told by the rehearsal alone: the
// transaction reads nothing that would show in its block which document it is about.
func (t *turn) propose() (Outcome, error) {
	r, err := t.proposal()
	if err != nil {
		return Outcome{}, err
	}
	if t.Dry {
		if err := t.rehearse(string(t.Input("family")), lifecycle.Act(t.Input("act")), t.Input("request")); err != nil {
			return Outcome{}, err
		}
	}
	party, org := t.house()
	fresh := approval.Approval{Record: lifecycle.Record{ID: t.NewID("ap-", 0), Family: approval.Law.Family}}
	after, err := approval.Law.Apply(fresh, lifecycle.Command[approval.Request]{Act: approval.Propose, Actor: t.signer, At: t.At, Request: r})
	if err != nil {
		return Outcome{}, err
	}
	if err := t.keepApproval(approvalKey(party, after.ID), &after, t.entry(approval.Propose, "party")); err != nil {
		return Outcome{}, err
	}
	beside, err := json.Marshal(proposedAct{Salt: r.Salt, Request: string(t.Input("request")), Content: string(t.Input("content"))})
	if err != nil {
		return Outcome{}, err
	}
	t.Keep(org, proposalKey(party, after.ID), beside)
	return outcome(after.Record), nil
}

// proposal reads what is proposed.
func (t *turn) proposal() (approval.Request, error) {
	family, act, request := string(t.Input("family")), lifecycle.Act(t.Input("act")), t.Input("request")
	if t.families[family] == nil || printable(string(act)) == "?" {
		return approval.Request{}, fault.New(fault.UnknownAct, "family", printable(family), "act", printable(string(act)))
	}
	if _, err := content.Parse(request, requestLimits); err != nil {
		return approval.Request{}, faultOf(err, "")
	}
	var about struct {
		ID      string `json:"id"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(request, &about); err != nil {
		return approval.Request{}, fault.New(fault.Malformed, "check", "object")
	}
	if about.ID != "" && about.Version == 0 { // the second person shall act on what the first one saw
		return approval.Request{}, fault.New(fault.Invalid, "check", "required").In("/version")
	}
	return t.told(approval.Name(family, act), string(t.Input("salt")), request)
}

// told is everything that makes an act what it is, as the first person proposes it and the second makes it.
func (t *turn) told(on, salt string, request []byte) (approval.Request, error) {
	r := approval.Request{On: on, Document: documentOf(request), Mandate: string(t.Input("mandate")), Salt: salt}
	whole := map[string]string{"on": on, "mandate": r.Mandate}
	for _, part := range []struct {
		name string
		raw  []byte
	}{{"request", request}, {"content", t.Input("content")}} {
		if part.raw == nil {
			continue
		}
		hash, err := content.Hash(part.raw)
		if err != nil {
			return r, faultOf(err, "/"+part.name)
		}
		whole[part.name] = hex.EncodeToString(hash[:])
	}
	body, err := json.Marshal(whole)
	if err != nil {
		return r, err
	}
	if r.Commitment, err = content.Commitment(salt, body); err != nil {
		return r, fault.New(fault.PrivateInputMissing, "name", "salt")
	}
	return r, nil
}

func documentOf(request []byte) string {
	var about struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(request, &about) != nil {
		return ""
	}
	return about.ID
}

// rehearse tries what is proposed as the first person, on its own peer and without any trace.
func (t *turn) rehearse(family string, act lifecycle.Act, request []byte) error {
	trial := &turn{Session: t.Afresh(), office: t.office, actor: t.signer, signer: t.signer, eyes: eyes{proposing: true}}
	if err := trial.represent(); err != nil {
		return err
	}
	d := &Document{office: t.office, family: t.families[family]}
	d.Name = family
	_, err := d.perform(trial, string(act), string(request))
	return err
}

func (t *turn) withdraw(r approval.Request) (Outcome, error) {
	before, err := t.openApproval(r.ID)
	if err != nil {
		return Outcome{}, err
	}
	if err := atVersion(&before.Record, r.Version); err != nil {
		return Outcome{}, err
	}
	after, err := approval.Law.Apply(before, lifecycle.Command[approval.Request]{Act: approval.Withdraw, Actor: t.signer, At: t.At, Request: r})
	if err != nil {
		return Outcome{}, err
	}
	return outcome(after.Record), t.endApproval(&after, t.entry(approval.Withdraw, "party"))
}

// openApproval reads an open approval of the signer's party at home. Nobody else's can be named: the party is part of its key.
func (t *turn) openApproval(id string) (approval.Approval, error) {
	party, org := t.house()
	var a approval.Approval
	if printable(id) == "?" {
		return a, noApproval(id)
	}
	value, err := t.Peek(org, approvalKey(party, id))
	if err != nil {
		return a, err
	}
	if value == nil {
		return a, t.gone(id)
	}
	return a, json.Unmarshal(value, &a)
}

func noApproval(id string) error {
	return fault.New(fault.NotFound, "family", approval.Law.Family, "id", printable(id))
}

// gone tells an approval that was used or withdrawn from one that never was.
func (t *turn) gone(id string) error {
	party, org := t.house()
	ended, err := t.Holds(org, endedKey(party, id))
	if err != nil {
		return err
	}
	if ended {
		return approval.Not(id, "ended")
	}
	return noApproval(id)
}

func (t *turn) keepApproval(key string, a *approval.Approval, e lifecycle.Entry) error {
	a.Stamp(e)
	value, err := json.Marshal(a)
	if err != nil {
		return err
	}
	_, org := t.house()
	t.Keep(org, key, value)
	return nil
}

// endApproval takes an approval out of reach: whoever else was about to use it reads what this removes, and conflicts.
func (t *turn) endApproval(a *approval.Approval, e lifecycle.Entry) error {
	party, org := t.house()
	t.Purge(org, approvalKey(party, a.ID))
	t.Purge(org, proposalKey(party, a.ID))
	return t.keepApproval(endedKey(party, a.ID), a, e)
}

type approvalView struct {
	Control approval.Approval `json:"control"`
	Request json.RawMessage   `json:"request,omitempty"`
	Content json.RawMessage   `json:"content,omitempty"`
}

// Read answers an approval of the caller's own party: who proposed what for which act, and until when. Of an ended one only
// the record is left.
func (a *Approvals) Read(ctx contractapi.TransactionContextInterface, id string) (string, error) {
	t, err := a.atHome(ctx)
	if err != nil {
		return "", err
	}
	party, org := t.house()
	if printable(id) == "?" {
		return "", noApproval(id)
	}
	var view approvalView
	for _, key := range []string{approvalKey(party, id), endedKey(party, id)} {
		value, err := t.Peek(org, key)
		if err != nil {
			return "", err
		}
		if value != nil {
			if err := json.Unmarshal(value, &view.Control); err != nil {
				return "", err
			}
		}
	}
	if view.Control.ID == "" {
		return "", noApproval(id)
	}
	value, err := t.Peek(org, proposalKey(party, id))
	if err != nil {
		return "", err
	}
	if value != nil {
		var p proposedAct
		if err := json.Unmarshal(value, &p); err != nil {
			return "", err
		}
		view.Request, view.Content = json.RawMessage(p.Request), json.RawMessage(p.Content)
	}
	return t.answer(view)
}

// List answers the open approvals of the caller's own party, those that end first at the head, at most approval.OpenMax.
func (a *Approvals) List(ctx contractapi.TransactionContextInterface) (string, error) {
	t, err := a.atHome(ctx)
	if err != nil {
		return "", err
	}
	party, _ := t.house()
	found, err := t.Unseen(approvalKey(party, ""), approval.OpenMax)
	if err != nil {
		return "", err
	}
	open := make([]approval.Approval, len(found))
	for i, f := range found {
		if err := json.Unmarshal(f.Value, &open[i]); err != nil {
			return "", err
		}
	}
	slices.SortFunc(open, func(a, b approval.Approval) int {
		return cmp.Or(cmp.Compare(a.Until, b.Until), cmp.Compare(a.ID, b.ID))
	})
	return t.answer(open)
}

func (a *Approvals) atHome(ctx contractapi.TransactionContextInterface) (*turn, error) {
	t, err := a.office.turn(ctx, true)
	if err != nil {
		return nil, err
	}
	return t, t.atHome()
}
