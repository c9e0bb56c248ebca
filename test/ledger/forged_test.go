package ledger_test

import (
	"crypto/x509"
	"encoding/asn1"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/control"
	"portledger/chaincode/fault"
	"portledger/chaincode/state"
	"portledger/test/memfabric"
	"portledger/test/world"
)

// TestForgedCertificatesActForNobody: what TestForeignAndForgedCertificatesOpenNothing tries on the real network, in memory. A
// certificate of no member is turned away by the peer, whatever it says; one that a member's authority should not have issued, by
// the contract.
func TestForgedCertificatesActForNobody(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	before := billOf(w, id)
	shipper := attributes(w.Party["shipper"], "SHIPPER")
	certified := func(msp, unit string, attributes map[string]string, odd ...func(*x509.Certificate)) memfabric.Identity {
		return w.Net.Enrol(msp, "u-0000000000000000", unit, attributes, odd...)
	}
	of := func(attributes map[string]string, odd ...func(*x509.Certificate)) memfabric.Identity {
		return certified(portOrg, "client", attributes, odd...)
	}
	under := func(msp string, who memfabric.Identity) memfabric.Identity { who.MSP = msp; return who }
	now := w.Net.Now()
	valid := func(from, to time.Duration) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.NotBefore, c.NotAfter = now.Add(from), now.Add(to) }
	}
	require.NoError(t, asks(w, of(shipper), id), "what is forged below fails for its own reason only")
	for name, who := range map[string]memfabric.Identity{
		"another organisation's person under this one's name":    under(portOrg, w.Person["bank"].Identity),
		"another organisation's authority under this one's name": under(portOrg, certified(bankOrg, "client", shipper)),
		"another authority of the same name":                     under(portOrg, certified("TwinMSP", "client", shipper)),
		"this organisation's person under another's name":        under(bankOrg, of(shipper)),
		"of no member":     certified("NobodyMSP", "client", shipper),
		"of the orderers":  certified("OrdererMSP", "client", shipper),
		"of no unit":       certified(portOrg, "visitor", shipper),
		"of a peer":        certified(portOrg, "peer", shipper),
		"no certificate":   {MSP: portOrg},
		"nobody, nowhere":  {},
		"of an empty name": under("", of(shipper)),
	} {
		require.ErrorContains(t, asks(w, who, id), "access denied", name)
	}
	for name, who := range map[string]memfabric.Identity{
		"expired":                          of(shipper, valid(-2*time.Hour, -time.Second)),
		"not valid yet":                    of(shipper, valid(time.Minute, time.Hour)),
		"the administrator":                certified(portOrg, "admin", nil),
		"attributes in another extension":  of(shipper, func(c *x509.Certificate) { c.ExtraExtensions[0].Id = asn1.ObjectIdentifier{1, 2, 3, 4, 5, 6, 7, 8, 2} }),
		"no attributes":                    of(nil),
		"a party of another organisation":  of(attributes(w.Party["line"], "CARRIER")),
		"a party that nobody registered":   of(attributes("PAAAAAAAAAAAAAAAA", "SHIPPER")),
		"an organisation's name as party":  of(attributes("org:PortMSP", "REGISTRAR")),
		"another record's key as party":    of(attributes("../bill/"+id, "SHIPPER")),
		"almost a party":                   of(attributes(w.Party["shipper"]+" ", "SHIPPER")),
		"a party in lower case":            of(attributes(strings.ToLower(w.Party["shipper"]), "SHIPPER")),
		"two parties":                      of(attributes(w.Party["shipper"]+","+w.Party["buyer"], "SHIPPER")),
		"no party":                         of(attributes("", "SHIPPER")),
		"a registrar who is not quite one": of(map[string]string{"portledger.registrar": "TRUE"}),
	} {
		w.Refusal(fault.UnknownCaller, asks(w, who, id))
		require.Equal(t, before, billOf(w, id), name)
	}
	// Attributes that cannot be read are no attributes: whatever the error is, it is one.
	require.Error(t, asks(w, of(shipper, func(c *x509.Certificate) { c.ExtraExtensions[0].Value = []byte(`{"attrs":[]}`) }), id))
	require.Equal(t, before, billOf(w, id))
	w.Must("shipper", "bill", "surrender", fields{"id": id}, "")
}

func attributes(party, roles string) map[string]string {
	return map[string]string{"portledger.party": party, "portledger.roles": roles}
}

// asks tries to read and to act with an identity, at every member's peer, and answers the refusal that all gave, or nil where the
// own organisation's peers did as they were asked.
func asks(w *world.World, who memfabric.Identity, id string) error {
	w.TB.Helper()
	client := world.Client{Client: memfabric.Client{Network: w.Net, Identity: who, MSP: portOrg}}
	_, reading := client.Evaluate("bill:Read", []string{id}, nil)
	_, acting := w.Net.Endorse(client.Proposal("bill:Act", []string{"surrender", text(fields{"id": id})}, nil), carrierOrg, portOrg)
	require.Equal(w.TB, reading == nil, acting == nil, "%v, %v", reading, acting)
	for _, org := range []string{carrierOrg, bankOrg, terminalOrg} { // nowhere else either
		_, elsewhere := w.Net.Evaluate(client.Proposal("bill:Read", []string{id}, nil), org)
		require.Error(w.TB, elsewhere)
	}
	return reading
}

// TestTimesFarOffAreRefused: what TestAProposalOfAnotherHourIsRefused tries on the real network, with a clock that stands still: at
// each limit to the nanosecond, by all that reads and all that writes, and by one endorser whose clock is another.
func TestTimesFarOffAreRefused(t *testing.T) {
	w := world.New(t)
	id := w.IssuedBill()
	before := billOf(w, id)
	at := func(off time.Duration, function string, args ...string) error {
		p := w.Person["shipper"].Proposal(function, args, map[string][]byte{"salt": []byte(world.Salt())})
		p.Time = w.Net.Now().Add(off)
		_, err := world.Ask(w.Net, p, portOrg)
		return err
	}
	surrender := text(fields{"id": id})
	challenge := text(fields{"id": id, "challenge": "Zm9yIHRoZSBnYXRlIG9mIHRvZGF5"})
	for _, call := range []struct {
		limit time.Duration
		args  []string
	}{
		{state.SkewMax, []string{"bill:Act", "surrender", surrender}}, {state.SkewMax, []string{"bill:Prepare", "surrender", surrender}},
		{state.SkewMax, []string{"bill:Read", id}}, {state.SkewMax, []string{"bill:Acts", id}}, {state.SkewMax, []string{"bill:History", id}},
		{state.SkewMax, []string{"approval:List"}}, {control.SkewMax, []string{"bill:Prove", challenge}},
	} {
		for _, off := range []time.Duration{0, call.limit - 1, call.limit, 1 - call.limit, -call.limit} {
			require.NoError(t, at(off, call.args[0], call.args[1:]...), "%v %s", call.args, off)
		}
		for _, off := range []time.Duration{call.limit + 1, -call.limit - 1, time.Hour, -time.Hour, 100 * 365 * 24 * time.Hour, -100 * 365 * 24 * time.Hour} {
			w.Refusal(fault.ClockSkew, at(off, call.args[0], call.args[1:]...))
		}
	}
	require.Equal(t, before, billOf(w, id))

	// One endorser's clock that is far off stops what all must endorse: it does not lend its name to another time.
	slow := world.Chaincode(carrierOrg, func() time.Time { return w.Net.Now().Add(-state.SkewMax - 1) })
	restore := w.Net.WithChaincode(carrierOrg, slow)
	_, err := w.Try("shipper", "bill", "surrender", fields{"id": id}, "")
	w.Refusal(fault.ClockSkew, err)
	restore()
	require.Equal(t, before, billOf(w, id))
	w.Must("shipper", "bill", "surrender", fields{"id": id}, "")
}
