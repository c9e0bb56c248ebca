package network_test

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/asn1"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/status"

	gatewaypb "github.com/hyperledger/fabric-protos-go-apiv2/gateway"

	"portledger/chaincode/fault"
	"portledger/network/ledger"
	"portledger/test/network/live"
)

// said is an error with what the endorsing peers said, which Fabric hides.
func said(err error) string {
	if err == nil {
		return ""
	}
	text := err.Error()
	for _, detail := range status.Convert(err).Details() {
		if d, is := detail.(*gatewaypb.ErrorDetail); is {
			text += "; " + d.GetMspId() + ": " + d.GetMessage()
		}
	}
	return text
}

// TestForeignAndForgedCertificatesOpenNothing: each row is a certificate that somebody could come by, and where it fails: at
// the peer (no code), or at the contract.
func TestForeignAndForgedCertificatesOpenNothing(t *testing.T) {
	s := open(t)
	id := s.issued()
	before := s.control("shipper-clerk", "bill", id)
	port, bank := s.authority(live.Port), s.authority(live.Bank)
	shipper := forged{party: s.Party["shipper"], roles: "SHIPPER"}
	with := func(change func(*forged)) forged { f := shipper; change(&f); return f }
	stranger, strangersKey := s.pair(s.person("bank-officer"))
	holder, _ := s.pair(s.person("shipper-clerk"))
	admin := readAuthority(t, s.Folder+"/port/admin")
	selfKey := freshKey(t)
	selfSigned := &x509.Certificate{Subject: holder.Subject, PublicKey: &selfKey.PublicKey}
	type pair struct {
		cert *x509.Certificate
		key  *ecdsa.PrivateKey
	}
	issued := func(a authority, f forged) pair { c, k := a.issue(t, f); return pair{c, k} }
	ask := func(msp string, p pair) (read, act error) {
		r := s.raid(live.Port, live.Port, msp, p.cert, p.key)
		_, read = r.call(ledger.Call{Function: "bill:Acts", Arguments: []string{id}, Endorsers: s.MSPs(live.Port)}).EvaluateWithContext(s.ctx)
		_, act = r.call(ledger.Call{Function: "bill:Act", Arguments: []string{"surrender", `{"id":"` + id + `"}`}, Endorsers: s.MSPs(live.Carrier, live.Port)}).EndorseWithContext(s.ctx)
		return read, act
	}
	read, act := ask("PortMSP", issued(port, shipper))
	require.NoError(t, read, "what is forged below fails for its own reason only")
	require.NoError(t, act)
	for _, c := range []struct {
		threat, msp string
		who         pair
		code        fault.Code
	}{
		{"another organisation's certificate under this one's name", "PortMSP", pair{stranger, strangersKey}, ""},
		{"another organisation's authority under this one's name", "PortMSP", issued(bank, shipper), ""},
		{"another authority of the same name", "PortMSP", issued(port.twin(t), shipper), ""},
		{"signed by itself", "PortMSP", issued(authority{selfSigned, selfKey}, shipper), ""},
		{"somebody's certificate without the key", "PortMSP", pair{holder, selfKey}, ""},
		{"the authority's own certificate", "PortMSP", pair{port.cert, port.key}, ""},
		{"expired", "PortMSP", issued(port, with(func(f *forged) { f.from, f.to = time.Now().Add(-2*time.Hour), time.Now().Add(-time.Minute) })), ""},
		{"not valid yet", "PortMSP", issued(port, with(func(f *forged) { f.from, f.to = time.Now().Add(time.Hour), time.Now().Add(2*time.Hour) })), fault.UnknownCaller}, // Fabric itself looks at the end only
		{"of no unit", "PortMSP", issued(port, with(func(f *forged) { f.unit = "visitor" })), ""},
		{"of no organisation", "NobodyMSP", issued(port, shipper), ""},
		{"of the orderers", "OrdererMSP", issued(port, shipper), ""},
		{"the organisation's administrator", "PortMSP", pair{admin.cert, admin.key}, fault.UnknownCaller},
		{"attributes in another extension", "PortMSP", issued(port, with(func(f *forged) { f.at = asn1.ObjectIdentifier{1, 2, 3, 4, 5, 6, 7, 8, 2} })), fault.UnknownCaller},
		{"a party of another organisation", "PortMSP", issued(port, forged{party: s.Party["line"], roles: "CARRIER"}), fault.UnknownCaller},
		{"a party that nobody registered", "PortMSP", issued(port, forged{party: "PAAAAAAAAAAAAAAAA", roles: "SHIPPER"}), fault.UnknownCaller},
		{"a registrar's name as party", "PortMSP", issued(port, forged{party: "org:CarrierMSP", roles: "CARRIER"}), fault.UnknownCaller},
		{"a key of another record as party", "PortMSP", issued(port, forged{party: "../bill/" + id, roles: "CARRIER"}), fault.UnknownCaller},
		{"no party", "PortMSP", issued(port, forged{roles: "SHIPPER"}), fault.UnknownCaller},
	} {
		t.Run(c.threat, func(t *testing.T) {
			read, act := ask(c.msp, c.who)
			for _, err := range []error{read, act} {
				require.Error(t, err)
				f, is := fault.Parse(said(err))
				require.Equal(t, c.code != "", is, said(err))
				if is {
					require.Equal(t, c.code, f.Code)
				}
			}
		})
	}
	require.Equal(t, before, s.control("shipper-clerk", "bill", id))
	s.do("shipper-clerk", "bill", "surrender", fields{"id": id}, nil)
}

func TestAnOrganisationsCACannotVouchForAnothersParty(t *testing.T) {
	s := open(t)
	id := s.issued()
	port := s.authority(live.Port)
	cert, key := port.issue(t, forged{party: s.Party["line"], roles: "CARRIER"})
	r := s.raid(live.Port, live.Port, "PortMSP", cert, key)
	for _, at := range live.Organisations {
		_, err := r.call(ledger.Call{Function: "bill:Act", Arguments: []string{"void", `{"id":"` + id + `","reason":"OTHER"}`}, Endorsers: s.MSPs(at)}).EndorseWithContext(s.ctx)
		f, _ := fault.Parse(said(err))
		require.NotNil(t, f, said(err))
		require.Equal(t, fault.UnknownCaller, f.Code, at)
	}
	cert, key = port.issue(t, forged{registrar: true})
	r = s.raid(live.Port, live.Port, "PortMSP", cert, key)
	_, err := r.call(ledger.Call{Function: "party:Act", Arguments: []string{"describe", `{"id":"` + s.Party["line"] + `"}`},
		Transient: map[string][]byte{"content": s.papers("line").Text("party-line"), "salt": []byte(strings.Repeat("ab", 32))}, Endorsers: s.MSPs(live.Carrier)}).EndorseWithContext(s.ctx)
	f, _ := fault.Parse(said(err))
	require.NotNil(t, f, said(err))
	require.Equal(t, fault.WrongParty, f.Code)
}

// TestAPersonReadsNothingAtAnotherOrganisationsPeer: with the own TLS certificate, and with a stolen one of the other's.
func TestAPersonReadsNothingAtAnotherOrganisationsPeer(t *testing.T) {
	s := open(t)
	id := s.issued()
	cert, key := s.pair(s.person("bank-officer"))
	for _, tls := range []string{live.Bank, live.Port} {
		r := s.raid(live.Port, tls, "BankMSP", cert, key)
		for _, function := range []string{"bill:Read", "bill:History", "bill:Acts"} {
			_, err := r.call(ledger.Call{Function: function, Arguments: []string{id}, Endorsers: s.MSPs(live.Port)}).EvaluateWithContext(s.ctx)
			require.Error(t, err, function)
			if f, is := fault.Parse(said(err)); is {
				require.Equal(t, fault.WrongParty, f.Code)
			}
		}
	}
}
