package state_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/chaincode/state"
	"portledger/test/memfabric"
)

const carrier, terminal, bank, port = "CarrierMSP", "TerminalMSP", "BankMSP", "PortMSP"

// play is what one transaction does with its session; its text is the answer.
type play func(s *state.Session) (string, error)

// stage runs the play that a test has put on, on every peer.
type stage struct {
	self string
	now  func() time.Time
	play *play
}

func (c stage) Init(shim.ChaincodeStubInterface) *peer.Response { return shim.Success(nil) }

func (c stage) Invoke(stub shim.ChaincodeStubInterface) *peer.Response {
	fn, _ := stub.GetFunctionAndParameters()
	s, err := state.Open(stub, c.self, fn == "rehearse", c.now())
	if err != nil {
		return shim.Error(err.Error())
	}
	answer, err := (*c.play)(s)
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		return shim.Error(err.Error())
	}
	return shim.Success([]byte(answer))
}

// theatre is a network on which a test plays.
type theatre struct {
	t    *testing.T
	net  *memfabric.Network
	on   play
	user memfabric.Client
}

func open(t *testing.T) *theatre {
	th := &theatre{t: t}
	th.net = memfabric.New(t, memfabric.Config{Chaincode: func(msp string, now func() time.Time) shim.Chaincode {
		return stage{self: msp, now: now, play: &th.on}
	}})
	th.user = th.net.Client(th.net.Enrol(carrier, "u-1", "client", nil))
	return th
}

func (th *theatre) submit(p play, transient map[string][]byte, orgs ...string) error {
	th.on = p
	_, err := th.user.Submit("act", nil, transient, orgs...)
	return err
}

func (th *theatre) ask(p play) string {
	th.t.Helper()
	th.on = p
	answer, err := th.user.Evaluate("rehearse", nil, nil)
	require.NoError(th.t, err)
	return string(answer)
}

func (th *theatre) must(p play, orgs ...string) {
	th.t.Helper()
	require.NoError(th.t, th.submit(p, nil, orgs...))
}

func refused(t *testing.T, code fault.Code, err error) {
	t.Helper()
	require.Error(t, err)
	f, ok := fault.Parse(err.Error())
	require.True(t, ok, err)
	require.Equal(t, code, f.Code)
}

func put(key, value string, before, after []string) play {
	return func(s *state.Session) (string, error) { return "", s.Put(key, value, before, after) }
}

func read(key string) play {
	return func(s *state.Session) (string, error) {
		var value string
		found, err := s.Get(key, &value)
		if !found {
			return "nothing", err
		}
		return value, err
	}
}

func TestASessionSeesItsOwnChanges(t *testing.T) {
	th := open(t)
	th.must(func(s *state.Session) (string, error) {
		s.Endorse(carrier)
		s.Endorse(port)
		if err := s.Put("k", "one", nil, []string{carrier, port}); err != nil {
			return "", err
		}
		var value string
		found, err := s.Get("k", &value)
		require.True(t, found)
		require.Equal(t, "one", value)
		require.NoError(t, err)
		return "", s.Put("k", "two", nil, []string{carrier, port})
	}, carrier, port)
	require.Equal(t, "two", th.ask(read("k")))
	require.Equal(t, "nothing", th.ask(read("other")))
}

func TestARehearsalWritesNothing(t *testing.T) {
	th := open(t)
	height := th.net.Height()
	th.ask(func(s *state.Session) (string, error) {
		s.Endorse(carrier)
		s.Endorse(port)
		s.Keep(carrier, "p", []byte("secret"))
		s.Touch(state.Touched{Family: "f"})
		return "", s.Put("k", "one", nil, []string{carrier})
	})
	require.Equal(t, height, th.net.Height())
	require.NotContains(t, string(th.net.PeerBytes(carrier)), "secret", "not even in the peer's transient store")
}

func TestANewKeyNeedsTwoOrganisations(t *testing.T) {
	th := open(t)
	alone := func(s *state.Session) (string, error) {
		s.Endorse(carrier)
		return "", s.Put("k", "v", nil, []string{carrier})
	}
	refused(t, fault.OneOrganisation, th.submit(alone, nil, carrier))
	th.must(func(s *state.Session) (string, error) { s.Endorse(port); return alone(s) }, carrier, port)
	th.must(put("k", "w", []string{carrier}, []string{carrier}), carrier)
	require.Equal(t, "w", th.ask(read("k")))
}

func TestAChangeNeedsWhoReliedOnItAndOnlyThem(t *testing.T) {
	th := open(t)
	th.must(func(s *state.Session) (string, error) {
		s.Endorse(carrier)
		s.Endorse(bank)
		return "", s.Put("k", "v", nil, []string{carrier, bank, bank})
	}, carrier, bank)
	change := put("k", "w", []string{bank, carrier}, []string{carrier, port})
	for _, wrong := range [][]string{{carrier, port}, {bank, port}, {carrier, terminal, port}, {bank}} {
		require.ErrorContains(t, th.submit(change, nil, wrong...), "ENDORSEMENT_POLICY_FAILURE", wrong)
	}
	th.must(change, carrier, bank)
	require.ErrorContains(t, th.submit(put("k", "x", []string{carrier, port}, []string{carrier, port}), nil, carrier, bank), "ENDORSEMENT_POLICY_FAILURE",
		"the new policy holds at once")
	th.must(put("k", "x", []string{carrier, port}, []string{carrier, port}), carrier, port)
}

func TestEndorsersAreNamedExactly(t *testing.T) {
	th := open(t)
	got := th.ask(func(s *state.Session) (string, error) {
		s.Keep(port, "p", []byte("x"))
		s.Purge(bank, "q")
		if err := s.Put("k", "v", []string{carrier}, []string{carrier, terminal}); err != nil {
			return "", err
		}
		return strings.Join(s.Endorsers(), " "), nil
	})
	require.Equal(t, "BankMSP CarrierMSP PortMSP", got, "terminal relies from now on, but nothing of it is touched yet")
}

func TestEndorsersThatWereGuessedMustBeExact(t *testing.T) {
	th := open(t)
	th.must(put("k", "v", []string{carrier, port}, []string{carrier, port}), carrier, port)
	change := put("k", "w", []string{carrier, port}, []string{carrier, port})
	named := func(orgs string) map[string][]byte { return map[string][]byte{"endorsers": []byte(orgs)} }
	for _, wrong := range []string{"", "CarrierMSP", "BankMSP CarrierMSP PortMSP", "PortMSP CarrierMSP"} {
		refused(t, fault.PrivateInputMissing, th.submit(change, named(wrong), carrier))
	}
	require.NoError(t, th.submit(change, named("CarrierMSP PortMSP"), carrier, port))
}

func TestAnchorsShowWhoTookPart(t *testing.T) {
	th := open(t)
	anchor := func(s *state.Session) (string, error) { return "", s.Anchor(port, "bill/bl-1") }
	anchored := func(id string, orgs ...string) error {
		th.on = func(s *state.Session) (string, error) { return "", s.Anchored(id, orgs) }
		_, err := th.user.Evaluate("rehearse", nil, nil)
		return err
	}
	refused(t, fault.NotAnchored, anchored("bill/bl-1", port))
	require.ErrorContains(t, th.submit(anchor, nil, carrier, bank), "ENDORSEMENT_POLICY_FAILURE", "only port's own peer can write port's mark")
	th.must(anchor, port)
	require.NoError(t, anchored("bill/bl-1", port))
	refused(t, fault.NotAnchored, anchored("bill/bl-1", port, carrier))
	refused(t, fault.NotAnchored, anchored("bill/bl-10", port))
	forged := func(s *state.Session) (string, error) {
		s.Keep(carrier, "anchor/bill/bl-1", []byte("yes"))
		return "", nil
	}
	th.must(forged, carrier)
	refused(t, fault.NotAnchored, anchored("bill/bl-1", carrier))
}

func TestAPieceIsReadAtItsOwnerAndKnownEverywhere(t *testing.T) {
	th := open(t)
	th.must(func(s *state.Session) (string, error) {
		s.Keep(port, "content/1", []byte("frozen beef"))
		s.Keep(carrier, "content/2", []byte("frozen beef"))
		return "", nil
	}, port, carrier)
	require.Equal(t, "port: , carrier: frozen beef, known: true", th.ask(func(s *state.Session) (string, error) {
		theirs, err := s.Peek(port, "content/1")
		require.NoError(t, err)
		ours, err := s.Peek(carrier, "content/2")
		require.NoError(t, err)
		known, err := s.Holds(port, "content/1")
		require.True(t, known)
		return "port: " + string(theirs) + ", carrier: " + string(ours) + ", known: true", err
	}))
	require.Nil(t, th.net.PrivateData(carrier, "content/1"))
}

func deliver(content string) play {
	return func(s *state.Session) (string, error) {
		return "", s.Deliver("content/1", state.Fingerprint([]byte(content)), bank, carrier)
	}
}

func TestADeliveryIsTheSameBytes(t *testing.T) {
	th := open(t)
	th.must(func(s *state.Session) (string, error) { s.Keep(carrier, "content/1", []byte("beef")); return "", nil }, carrier)
	refused(t, fault.PrivateInputMissing, th.submit(deliver("beef"), nil, carrier, bank))
	refused(t, fault.ContentMismatch, th.submit(deliver("beef"), map[string][]byte{"content/1": []byte("fish")}, carrier, bank))
	refused(t, fault.ContentMismatch, th.submit(deliver("fish"), map[string][]byte{"content/1": []byte("beef")}, carrier, bank))
	require.Equal(t, "beef to BankMSP", th.ask(func(s *state.Session) (string, error) {
		_, err := deliver("beef")(s)
		return string(s.Attach()["content/1"]) + " to " + strings.Join(s.Endorsers(), " "), err
	}), "a rehearsal finds the bytes at home")
	require.NoError(t, th.submit(deliver("beef"), map[string][]byte{"content/1": []byte("beef")}, carrier, bank))
	require.Equal(t, []byte("beef"), th.net.PrivateData(bank, "content/1"))
	require.Equal(t, "", th.ask(func(s *state.Session) (string, error) {
		_, err := deliver("beef")(s)
		return strings.Join(s.Endorsers(), " "), err
	}), "who has it needs it no second time")
	th.must(func(s *state.Session) (string, error) { s.Purge(bank, "content/1"); return "", nil }, bank)
	require.Nil(t, th.net.PrivateData(bank, "content/1"))
}

func TestATransactionIsOfItsTime(t *testing.T) {
	th := open(t)
	th.on = put("k", "v", nil, nil)
	for _, by := range []time.Duration{state.SkewMax, -state.SkewMax} {
		p := th.user.Proposal("rehearse", nil, nil)
		p.Time = th.net.Now().Add(by)
		_, err := th.net.Evaluate(p, carrier)
		refused(t, fault.OneOrganisation, err) // the time is still good
		p.Time = p.Time.Add(by / time.Duration(1<<30))
		_, err = th.net.Evaluate(p, carrier)
		refused(t, fault.ClockSkew, err)
	}
}

func TestOneEventTellsEachRecordOnce(t *testing.T) {
	th := open(t)
	th.on = func(s *state.Session) (string, error) {
		s.Touch(state.Touched{Family: "bill", ID: "bl-1", Version: 1})
		s.Touch(state.Touched{Family: "line", ID: "bl-1", Version: 9})
		s.Touch(state.Touched{Family: "bill", ID: "bl-1", Version: 2, State: "ISSUED", Act: "issue", Parties: []string{"P1"}})
		s.Keep(carrier, "p", []byte("x"))
		return "", nil
	}
	tx, err := th.net.Endorse(th.user.Proposal("act", nil, nil), carrier)
	require.NoError(t, err)
	require.Equal(t, state.Event, tx.Event.Name)
	require.JSONEq(t, `{"records":[
		{"family":"bill","id":"bl-1","state":"ISSUED","version":2,"act":"issue","parties":["P1"]},
		{"family":"line","id":"bl-1","state":"","version":9,"act":"","parties":null}]}`, string(tx.Event.Payload))
}

func TestIDsAreNeverTheSame(t *testing.T) {
	th := open(t)
	ids := map[string]bool{}
	for range 5 {
		answer := th.ask(func(s *state.Session) (string, error) {
			return s.NewID("bl-", 0) + " " + s.NewID("bl-", 1) + " " + s.NewID("ro-", 0), nil
		})
		for id := range strings.FieldsSeq(answer) {
			require.Regexp(t, `^(bl|ro)-[a-z2-7]{26}$`, id)
			require.False(t, ids[id])
			ids[id] = true
		}
	}
}
