package memfabric_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/statebased"
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/stretchr/testify/require"

	"portledger/test/memfabric"
)

const secret = "40 crates of a secret"

// asConflict is errors.As for a version conflict.
func asConflict(err error, conflict **memfabric.CommitError) bool {
	return errors.As(err, conflict) && (*conflict).Code == memfabric.MVCCReadConflict
}

func TestPrivateValuesGoToTheirOwnersOnly(t *testing.T) {
	b := start(t, nil)
	require.NoError(t, b.putPrivate(secret, "k", []string{carrier, port}, []string{carrier, port}))

	for _, msp := range []string{carrier, port} {
		require.Equal(t, secret, string(b.PrivateData(msp, "k")))
		v, err := b.Network.Evaluate(b.Proposal("getPrivate", []string{"k", msp}, nil), msp)
		require.NoError(t, err)
		require.Equal(t, secret, string(v))
		require.Contains(t, string(b.PeerBytes(msp)), secret)
	}
	hash := fmt.Sprintf("%x", sha256.Sum256([]byte(secret)))
	for _, msp := range []string{bank, terminal} {
		require.NotContains(t, string(b.PeerBytes(msp)), secret)
		require.Empty(t, b.Shown(msp))
		v, err := b.Network.Evaluate(b.Proposal("getHash", []string{"k", carrier}, nil), msp)
		require.NoError(t, err)
		require.Equal(t, hash, string(v))
		_, err = b.Network.Evaluate(b.Proposal("getPrivate", []string{"k", carrier}, nil), msp)
		require.ErrorContains(t, err, "GET_STATE failed: transaction ID: ")
		require.ErrorContains(t, err, "private data matching public hash version is not available. "+
			"Public hash version = {BlockNum: 1, TxNum: 0}, Private data version = <nil>")
		v, err = b.Network.Evaluate(b.Proposal("getPrivate", []string{"never written", carrier}, nil), msp)
		require.NoError(t, err)
		require.Empty(t, v)
	}
}

func TestAForeignClientIsAnsweredByTheOwnersPeer(t *testing.T) {
	b := start(t, nil)
	require.NoError(t, b.putPrivate(secret, "k", []string{carrier}, []string{carrier}))
	outsider := memfabric.Client{Network: b.Network, Identity: b.Enrol(bank, "u-9", "client", nil), MSP: carrier}
	v, err := outsider.Evaluate("getPrivate", []string{"k", carrier}, nil)
	require.NoError(t, err)
	require.Equal(t, secret, string(v))
}

func TestACollectionIsWrittenWithItsOwnersEndorsement(t *testing.T) {
	b := start(t, nil)
	require.NoError(t, b.putPrivate(secret, "k", []string{carrier}, []string{carrier}), "the chaincode policy is not asked")
	for _, orgs := range [][]string{{carrier}, {port}, {bank, terminal}} {
		wantCode(t, b.putPrivate(secret, "k", []string{carrier, port}, orgs), memfabric.EndorsementPolicyFailure)
	}
	require.Contains(t, string(b.PeerBytes(bank)), secret, "a wrong list of endorsers leaks although it fails")
	require.Nil(t, b.PrivateData(port, "k"))
	require.Nil(t, b.PrivateData(bank, "k"))
}

func TestAnEndorserKeepsWhatItSawThoughNothingIsOrdered(t *testing.T) {
	b := start(t, map[string]call{"storeAndFail": func(s shim.ChaincodeStubInterface, _ []string, _ string) (string, error) {
		transient, err := s.GetTransient()
		if err != nil {
			return "", err
		}
		return "", errors.Join(s.PutPrivateData(collOf(carrier), "k", transient["value"]), errors.New("no"))
	}})
	transient := map[string][]byte{"value": []byte(secret), "unused": []byte("just shown")}
	_, err := b.Network.Evaluate(b.Proposal("storeAndFail", nil, transient), bank)
	require.ErrorContains(t, err, "no")
	require.Contains(t, string(b.PeerBytes(bank)), secret)
	require.NotContains(t, string(b.PeerBytes(bank)), "just shown")
	require.Contains(t, string(b.Shown(bank)), "just shown")
	require.NotContains(t, string(b.PeerBytes(carrier)), secret)
}

func TestValueAndHashAreOneRead(t *testing.T) {
	b := start(t, map[string]call{"check": func(s shim.ChaincodeStubInterface, _ []string, self string) (string, error) {
		read := s.GetPrivateDataHash
		if self == carrier {
			read = s.GetPrivateData
		}
		_, err := read(collOf(carrier), "k")
		return "", errors.Join(err, s.PutState("seen", []byte("v")))
	}})
	absent := b.endorse("check")
	require.NoError(t, b.putPrivate("1", "k", []string{carrier}, []string{carrier}))
	require.Equal(t, []memfabric.Code{memfabric.MVCCReadConflict}, b.Commit(absent))

	current, stale := b.endorse("check"), b.endorse("check")
	require.Equal(t, []memfabric.Code{memfabric.Valid}, b.Commit(current))
	require.NoError(t, b.putPrivate("2", "k", []string{carrier}, []string{carrier}))
	require.Equal(t, []memfabric.Code{memfabric.MVCCReadConflict}, b.Commit(stale))
}

func TestPurgeAndDeleteTakeAwayValueAndHash(t *testing.T) {
	for _, fn := range []string{"purge", "delPrivate"} {
		t.Run(fn, func(t *testing.T) {
			b := start(t, nil)
			require.NoError(t, b.putPrivate(secret, "k", []string{carrier, port}, []string{carrier, port}))
			for _, orgs := range [][]string{{bank}, {bank, terminal, port}} {
				_, err := b.Client.Submit(fn, []string{"k", carrier}, nil, orgs...)
				wantCode(t, err, memfabric.EndorsementPolicyFailure)
			}
			b.doAt([]string{carrier}, fn, "k", carrier)
			require.Nil(t, b.PrivateData(carrier, "k"))
			require.Empty(t, b.ask("getHash", "k", carrier))
			require.Empty(t, b.ask("getPrivate", "k", carrier))
			require.Equal(t, secret, string(b.PrivateData(port, "k")), "others keep their copies")
		})
	}
}

func TestPrivateRangesSeeOwnValuesAndForbidWrites(t *testing.T) {
	list := func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
		it, err := s.GetPrivateDataByRange(collOf(a[0]), "", "")
		if err != nil {
			return "", err
		}
		return drain(it)
	}
	bills := func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
		it, err := s.GetPrivateDataByPartialCompositeKey(collOf(a[0]), "bill", nil)
		if err != nil {
			return "", err
		}
		return drain(it)
	}
	b := start(t, map[string]call{
		"list":  list,
		"bills": bills,
		"listAndPut": func(s shim.ChaincodeStubInterface, a []string, self string) (string, error) {
			_, err := list(s, a, self)
			return "", errors.Join(err, s.PutState("k", []byte("v")))
		},
		"putAndList": func(s shim.ChaincodeStubInterface, a []string, self string) (string, error) {
			if err := s.PutPrivateData(collOf(carrier), "k", []byte("v")); err != nil {
				return "", err
			}
			return list(s, a, self)
		},
	})
	require.NoError(t, b.putPrivate("1", "b", []string{carrier}, []string{carrier}))
	require.NoError(t, b.putPrivate("1", "a", []string{carrier}, []string{carrier}))
	require.NoError(t, b.putPrivate("1", "\x00bill\x001\x00", []string{carrier}, []string{carrier}))
	require.Equal(t, "a,b", b.ask("list", carrier))
	require.Equal(t, "\x00bill\x001\x00", b.ask("bills", carrier))
	elsewhere, err := b.Network.Evaluate(b.Proposal("list", []string{carrier}, nil), bank)
	require.NoError(t, err)
	require.Empty(t, elsewhere)
	_, err = b.Client.Evaluate("listAndPut", []string{carrier}, nil)
	require.ErrorContains(t, err, "Transaction has already performed queries on pvt data. Writes are not allowed")
	_, err = b.Client.Evaluate("putAndList", []string{carrier}, nil)
	require.ErrorContains(t, err, "Queries on pvt data is supported only in a read-only transaction")
}

func TestAPrivateKeyMayHaveItsOwnPolicy(t *testing.T) {
	b := start(t, map[string]call{
		"guard": func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
			ep, err := statebased.NewStateEP(nil)
			if err != nil {
				return "", err
			}
			if err := ep.AddOrgs(statebased.RoleTypeMember, a...); err != nil {
				return "", err
			}
			raw, err := ep.Policy()
			return "", errors.Join(err, s.SetPrivateDataValidationParameter(collOf(carrier), "k", raw))
		},
		"guards": func(s shim.ChaincodeStubInterface, _ []string, _ string) (string, error) {
			raw, err := s.GetPrivateDataValidationParameter(collOf(carrier), "k")
			if err != nil {
				return "", err
			}
			ep, err := statebased.NewStateEP(raw)
			if err != nil {
				return "", err
			}
			return fmt.Sprint(ep.ListOrgs()), nil
		},
	})
	require.NoError(t, b.putPrivate(secret, "k", []string{carrier}, []string{carrier}))
	b.doAt([]string{carrier}, "guard", bank)
	require.Equal(t, "[BankMSP]", b.ask("guards"))
	require.Equal(t, secret, b.ask("getPrivate", "k", carrier), "value and hash got the same new version")

	wantCode(t, b.putPrivate("2", "k", []string{carrier}, []string{carrier}), memfabric.EndorsementPolicyFailure)
	require.NoError(t, b.putPrivate("2", "k", []string{carrier}, []string{bank}))
	_, err := b.Client.Evaluate("getPrivate", []string{"k", carrier}, nil)
	require.ErrorContains(t, err, "Private data version = {BlockNum: 2, TxNum: 0}", "the owner never got the value")
}

func TestAPausedPeerCatchesUpWithItsPrivateData(t *testing.T) {
	b := start(t, nil)
	b.Pause(carrier)
	require.NoError(t, b.putPrivate(secret, "k", []string{carrier}, []string{carrier}))
	require.Nil(t, b.PrivateData(carrier, "k"))
	b.Resume(carrier)
	require.Equal(t, secret, b.ask("getPrivate", "k", carrier))
}
