package contract

import (
	"encoding/hex"
	"slices"
	"strings"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"portledger/chaincode/charge"
	"portledger/chaincode/content"
	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// Organisation is the contract of a member's own settings and of the network's readiness.
type Organisation struct {
	contractapi.Contract
	office *office
}

// The act by which an organisation sets itself up.
const actJoin = "join"

// secretBytes is the least length of the secret behind tokens: that of their hash.
const secretBytes = 32

// Act makes the organisation's registrar set its own settings ("join"): the secret behind its tokens and whose customs
// feed it trusts. They come as transient content, and stay in the organisation's own collection. It also publishes the
// business days at the organisation's place ("publish-calendar"), which are public.
func (o *Organisation) Act(ctx contractapi.TransactionContextInterface, act, request string) (string, error) {
	return o.perform(ctx, act, request, false)
}

// Prepare rehearses Act on the organisation's own peer.
func (o *Organisation) Prepare(ctx contractapi.TransactionContextInterface, act, request string) (string, error) {
	return o.perform(ctx, act, request, true)
}

func (o *Organisation) perform(ctx contractapi.TransactionContextInterface, act, request string, dry bool) (string, error) {
	if act == actPublish {
		return o.publishCalendar(ctx, request, dry)
	}
	return o.join(ctx, act, request, dry)
}

func (o *Organisation) join(ctx contractapi.TransactionContextInterface, act, request string, dry bool) (string, error) {
	t, err := o.office.turn(ctx, dry)
	if err != nil {
		return "", err
	}
	if act != actJoin {
		return "", fault.New(fault.UnknownAct, "family", "org", "act", printable(act))
	}
	if err := t.atHome(); err != nil {
		return "", err
	}
	if err := t.registrarOnly(act); err != nil {
		return "", err
	}
	if err := content.Read([]byte(request), requestLimits, &struct{}{}); err != nil {
		return "", faultOf(err, "")
	}
	var s settings
	if err := content.Read(t.Input("content"), requestLimits, &s); err != nil {
		return "", faultOf(err, "/content")
	}
	if raw, bad := hex.DecodeString(s.Secret); bad != nil || len(raw) < secretBytes {
		return "", fault.New(fault.Invalid, "check", "secret").In("/content/secret")
	}
	if err := guardiansFit(t.Self, s.Trust.Guardians); err != nil {
		return "", err
	}
	if least := s.Guarantee.LeastPercentOfCIF; least != "" {
		if percent, bad := charge.ParseAmount(least); bad != nil || percent.Sign() < 0 {
			return "", fault.New(fault.Invalid, "check", "decimal").In("/content/guarantee/leastPercentOfCif")
		}
	}
	has, err := t.Holds(t.Self, settingsKey)
	if err != nil {
		return "", err
	}
	if has {
		return "", fault.New(fault.Duplicate, "what", "settings")
	}
	t.Keep(t.Self, settingsKey, t.Input("content"))
	if err := t.Close(); err != nil {
		return "", err
	}
	done := Outcome{Family: "org", ID: t.Self, State: lifecycle.State("JOINED"), Version: 1}
	if dry {
		return t.answer(Plan{Outcome: done, Endorsers: t.Endorsers()})
	}
	return text(done)
}

// membersMax bounds the organisations of one readiness transaction: their names become public.
const membersMax = 100

// Ping writes one small key of the caller's organisation under a policy of all the organisations given (MSP ids,
// separated by commas): committed, it shows that the network can carry its strictest transactions.
func (o *Organisation) Ping(ctx contractapi.TransactionContextInterface, members string) (string, error) {
	t, err := o.office.turn(ctx, false)
	if err != nil {
		return "", err
	}
	if err := t.registrarOnly("ping"); err != nil {
		return "", err
	}
	named := slices.Compact(slices.Sorted(strings.SplitSeq(members, ",")))
	if len(named) > membersMax || slices.ContainsFunc(named, func(m string) bool { return m == "" || printable(m) == "?" }) {
		return "", fault.New(fault.Invalid, "check", "members")
	}
	var before struct {
		At   string   `json:"at"`
		Orgs []string `json:"orgs"`
	}
	name := "ping/" + t.actor.Org
	if _, err := t.Get(name, &before); err != nil {
		return "", err
	}
	after := before
	after.At, after.Orgs = lifecycle.Stamped(t.At), named
	if err := t.Put(name, after, before.Orgs, after.Orgs); err != nil {
		return "", err
	}
	for _, org := range after.Orgs {
		t.Endorse(org)
	}
	if err := t.Close(); err != nil {
		return "", err
	}
	return text(Outcome{Family: "org", ID: t.actor.Org, State: "READY", Version: 1})
}
