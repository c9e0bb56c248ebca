package memfabric_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/stretchr/testify/require"

	"portledger/test/memfabric"
)

func TestATransactionDoesNotSeeItsOwnWrites(t *testing.T) {
	b := start(t, map[string]call{"putAndGet": func(s shim.ChaincodeStubInterface, _ []string, _ string) (string, error) {
		if err := s.PutState("k", []byte("new")); err != nil {
			return "", err
		}
		v, err := s.GetState("k")
		return string(v), err
	}})
	b.do("put", "k", "old")
	require.Equal(t, "old", string(b.do("putAndGet").Result))
	require.Equal(t, "new", b.ask("get", "k"))
}

func TestEvaluateAndRefusalLeaveTheLedgerAlone(t *testing.T) {
	b := start(t, map[string]call{"putAndFail": func(s shim.ChaincodeStubInterface, _ []string, _ string) (string, error) {
		return "", errors.Join(s.PutState("k", []byte("v")), errors.New("portledger-fault:{}"))
	}})
	b.ask("put", "k", "v")
	_, err := b.Client.Evaluate("putAndFail", nil, nil)
	require.EqualError(t, err, "evaluate call to endorser returned error: chaincode response 500, portledger-fault:{}")

	_, err = b.Client.Submit("putAndFail", nil, nil, carrier, port)
	var refused *memfabric.EndorseError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, []memfabric.Detail{
		{MSP: carrier, Message: "chaincode response 500, portledger-fault:{}"},
		{MSP: port, Message: "chaincode response 500, portledger-fault:{}"},
	}, refused.Details)
	require.Empty(t, b.ask("get", "k"))
	require.EqualValues(t, 1, b.Height())
}

func TestEndorsersMustAgree(t *testing.T) {
	self := map[string]call{"self": func(s shim.ChaincodeStubInterface, _ []string, self string) (string, error) {
		return "", s.PutState("k", []byte(self))
	}}
	b := start(t, self)
	_, err := b.Client.Submit("self", nil, nil, carrier, port)
	require.ErrorContains(t, err, "PortMSP: ProposalResponsePayloads do not match")

	_, err = b.Client.Submit("put", []string{"k", "v"}, nil)
	require.ErrorIs(t, err, memfabric.ErrEndorsersNotNamed)
	_, err = b.Client.Submit("put", []string{"k", "v"}, nil, carrier, "NobodyMSP")
	require.ErrorContains(t, err, "failed to find any endorsing peers for org(s): NobodyMSP")
}

func TestPeersAtDifferentHeightsDisagree(t *testing.T) {
	b := start(t, nil)
	b.do("put", "k", "1")
	b.Pause(port)
	b.do("put", "k", "2")
	v, err := b.Network.Evaluate(b.Proposal("get", []string{"k"}, nil), port)
	require.NoError(t, err)
	require.Equal(t, "1", string(v))
	_, err = b.Client.Submit("copy", []string{"k", "l"}, nil, carrier, port)
	require.ErrorContains(t, err, "do not match")

	b.Resume(port)
	b.do("copy", "k", "l")
	require.Equal(t, "2+", b.ask("get", "l"))
}

// recorder takes the faults that a network reports.
type recorder struct{ faults []string }

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.faults = append(r.faults, fmt.Sprintf(format, args...))
}

func TestNondeterministicChaincodeIsReported(t *testing.T) {
	for name, extra := range map[string]call{
		"a counter in a value":    counter(func(s shim.ChaincodeStubInterface, v string) error { return s.PutState("k", []byte(v)) }),
		"a counter in an event":   counter(func(s shim.ChaincodeStubInterface, v string) error { return s.SetEvent("e", []byte(v)) }),
		"a counter in a refusal":  counter(func(_ shim.ChaincodeStubInterface, v string) error { return errors.New(v) }),
		"a counter in a read key": counter(func(s shim.ChaincodeStubInterface, v string) error { _, err := s.GetState(v); return err }),
		"a counter in private use": counter(func(s shim.ChaincodeStubInterface, v string) error {
			return s.PutPrivateData(collOf(bank), "k", []byte(v))
		}),
	} {
		t.Run(name, func(t *testing.T) {
			r := &recorder{}
			b := startWith(t, r, map[string]call{"count": extra})
			_, err := b.Client.Submit("count", nil, nil, carrier, port)
			require.ErrorContains(t, err, "nondeterministic chaincode")
			require.Len(t, r.faults, 2, "one for each endorser")
			require.Contains(t, r.faults[0], "CarrierMSP")
		})
	}
}

func counter(use func(shim.ChaincodeStubInterface, string) error) call {
	count := 0
	return func(s shim.ChaincodeStubInterface, _ []string, _ string) (string, error) {
		count++
		return "", use(s, fmt.Sprint(count))
	}
}

func TestKeysAndCollectionsAreChecked(t *testing.T) {
	b := start(t, map[string]call{
		"bad": func(s shim.ChaincodeStubInterface, _ []string, _ string) (string, error) {
			_, noColl := s.GetPrivateData("", "k")
			_, bound := s.GetStateByRange("\x00a", "")
			_, zero := s.CreateCompositeKey("bill", []string{"a\x00b"})
			_, _, query := s.GetQueryResultWithPagination("{}", 1, "")
			return fmt.Sprint(s.PutState("", []byte("v")), "\n", s.PutPrivateData("_implicit_org_X", "k", nil), "\n",
				noColl, "\n", bound, "\n", zero, "\n", query, "\n", s.SetEvent("", nil), "\n",
				s.InvokeChaincode("other", nil, "").Message), nil
		},
		"compose": func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
			key, err := s.CreateCompositeKey(a[0], a[1:])
			if err != nil {
				return "", err
			}
			kind, parts, err := s.SplitCompositeKey(key)
			return fmt.Sprintf("%q %s %q", key, kind, parts), err
		},
	})
	got := strings.Split(b.ask("bad"), "\n")
	for i, want := range []string{
		"key must not be an empty string",
		"collection [_implicit_org_X] not defined in the collection config for chaincode [portledger]",
		"collection must not be an empty string",
		"contains a null character which is not allowed",
		"are not allowed in the input attribute of a composite key",
		"not supported for leveldb",
		"event name can not be empty string",
		"one chaincode only",
	} {
		require.Contains(t, got[i], want)
	}
	require.Equal(t, `"\x00bill\x00a\x00b\x00" bill ["a" "b"]`, b.ask("compose", "bill", "a", "b"))
}

func TestAnEmptyValueIsADeletion(t *testing.T) {
	b := start(t, nil)
	b.do("put", "k", "v")
	b.do("put", "k", "")
	require.Empty(t, b.ask("list", "", ""))
	require.True(t, strings.HasSuffix(strings.Split(b.ask("history", "k"), "\n")[0], " true"))
}

func TestRangesRunInKeyOrderAndKeepCompositeKeysApart(t *testing.T) {
	b := start(t, map[string]call{
		"putBill": func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
			key, err := s.CreateCompositeKey("bill", a)
			if err != nil {
				return "", err
			}
			return "", s.PutState(key, []byte("x"))
		},
		"bills": func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
			it, err := s.GetStateByPartialCompositeKey("bill", a)
			if err != nil {
				return "", err
			}
			keys, err := drain(it)
			return strings.ReplaceAll(keys, "\x00", "/"), err
		},
	})
	for _, key := range []string{"b", "a", "é", "c"} {
		b.do("put", key, "v")
	}
	b.do("putBill", "m", "2")
	b.do("putBill", "m", "1")
	b.do("putBill", "n", "1")
	require.Equal(t, "a,b,c,é", b.ask("list", "", ""))
	require.Equal(t, "b", b.ask("list", "b", "c"))
	require.Equal(t, "/bill/m/1/,/bill/m/2/", b.ask("bills", "m"))
	require.Equal(t, "/bill/m/1/,/bill/m/2/,/bill/n/1/", b.ask("bills"))
	// The shim's documentation promises nothing here; a peer's code, which counts, returns the key itself.
	require.Equal(t, "/bill/m/1/", b.ask("bills", "m", "1"))
}

func TestPagesFollowTheBookmark(t *testing.T) {
	page := func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
		it, meta, err := s.GetStateByRangeWithPagination("", "", 2, a[0])
		if err != nil {
			return "", err
		}
		keys, err := drain(it)
		return fmt.Sprintf("%s|%s|%d", keys, meta.Bookmark, meta.FetchedRecordsCount), err
	}
	b := start(t, map[string]call{
		"page": page,
		"pageThenPut": func(s shim.ChaincodeStubInterface, a []string, self string) (string, error) {
			if _, err := page(s, a, self); err != nil {
				return "", err
			}
			return "", s.PutState("k", []byte("v"))
		},
		"putThenPage": func(s shim.ChaincodeStubInterface, a []string, self string) (string, error) {
			if err := s.PutState("k", []byte("v")); err != nil {
				return "", err
			}
			return page(s, a, self)
		},
	})
	for _, key := range []string{"a", "b", "c", "d"} {
		b.do("put", key, "v")
	}
	require.Equal(t, "a,b|c|2", b.ask("page", ""))
	require.Equal(t, "c,d||2", b.ask("page", "c"))
	b.do("page", "") // read only, so it may even be submitted
	_, err := b.Client.Evaluate("pageThenPut", []string{""}, nil)
	require.ErrorContains(t, err, "Transaction has already performed a paginated query. Writes are not allowed")
	_, err = b.Client.Evaluate("putThenPage", []string{""}, nil)
	require.ErrorContains(t, err, "Paginated queries are supported only in a read-only transaction")
}

func TestCompositePagesFollowTheBookmark(t *testing.T) {
	page := func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
		it, meta, err := s.GetStateByPartialCompositeKeyWithPagination("bill", nil, 1, a[0])
		if err != nil {
			return "", err
		}
		keys, err := drain(it)
		return fmt.Sprintf("%s|%s", keys, meta.Bookmark), err
	}
	b := start(t, map[string]call{"page": page})
	for _, key := range []string{"\x00bill\x001\x00", "\x00bill\x002\x00", "\x00bond\x001\x00", "plain"} {
		b.do("put", key, "v")
	}
	require.Equal(t, "\x00bill\x001\x00|\x00bill\x002\x00", b.ask("page", ""))
	require.Equal(t, "\x00bill\x002\x00|", b.ask("page", "\x00bill\x002\x00"))
}

func TestLongRangesAreIteratedToTheirEnd(t *testing.T) {
	b := start(t, map[string]call{"fill": fill})
	b.do("fill", "250")
	require.Len(t, strings.Split(b.ask("list", "", ""), ","), 250)
	all := b.endorse("listAndPut", "", "l", "z")
	b.do("put", "k9", "late")
	require.Equal(t, []memfabric.Code{memfabric.PhantomReadConflict}, b.Commit(all))
}

// fill writes a[0] keys k000, k001 and so on.
func fill(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
	count, err := strconv.Atoi(a[0])
	for i := range count {
		err = errors.Join(err, s.PutState(fmt.Sprintf("k%03d", i), []byte("v")))
	}
	return "", err
}

func TestTheStubTellsTheProposal(t *testing.T) {
	b := start(t, map[string]call{"tell": func(s shim.ChaincodeStubInterface, _ []string, _ string) (string, error) {
		slice, err := s.GetArgsSlice()
		if err != nil {
			return "", err
		}
		binding, err := s.GetBinding()
		if err != nil {
			return "", err
		}
		signed, err := s.GetSignedProposal()
		if err != nil {
			return "", err
		}
		s.StartWriteBatch()
		if err := s.PutState("k", []byte("v")); err != nil {
			return "", err
		}
		values, err := s.GetMultipleStates("k", "l")
		if err != nil {
			return "", err
		}
		creator, err := s.GetCreator()
		return fmt.Sprintf("%s %s %s %d %d %q %v %v", s.GetTxID(), s.GetChannelID(), slice, len(binding), len(s.GetDecorations()),
				values, strings.Contains(string(signed.ProposalBytes), string(creator)), strings.HasPrefix(string(creator), "\n\nCarrierMSP")),
			errors.Join(err, s.FinishWriteBatch())
	}})
	b.do("put", "l", "2")
	r := b.do("tell", "a", "b")
	require.Equal(t, r.TxID+` portledger tellab 32 0 ["" "2"] true true`, string(r.Result))
}

func TestInputChangedByAChaincodeHarmsNobodyElse(t *testing.T) {
	b := start(t, map[string]call{"scribble": func(s shim.ChaincodeStubInterface, a []string, _ string) (string, error) {
		transient, err := s.GetTransient()
		if err != nil {
			return "", err
		}
		text := string(transient["value"]) + string(s.GetArgs()[1])
		transient["value"][0], s.GetArgs()[1][0] = '!', '!'
		return text, nil
	}})
	r, err := b.Client.Submit("scribble", []string{"arg"}, map[string][]byte{"value": []byte("value")}, carrier, port)
	require.NoError(t, err)
	require.Equal(t, "valuearg", string(r.Result))
}

func TestHistoryListsValidWritesNewestFirst(t *testing.T) {
	b := start(t, nil)
	first := b.do("put", "k", "1")
	b.Advance(60e9)
	second := b.do("put", "k", "2")
	winner, loser := b.endorse("copy", "k", "k"), b.endorse("copy", "k", "k")
	require.Equal(t, []memfabric.Code{memfabric.Valid, memfabric.MVCCReadConflict}, b.Commit(winner, loser))
	b.do("policy", "k", carrier, port)
	last := b.do("del", "k")
	require.Equal(t, strings.Join([]string{
		last.TxID + " 00:01:00  true",
		winner.ID + " 00:01:00 2+ false",
		second.TxID + " 00:01:00 2 false",
		first.TxID + " 00:00:00 1 false",
	}, "\n"), b.ask("history", "k"))
}

func TestTheTimestampIsTheClientsClaim(t *testing.T) {
	b := start(t, map[string]call{"time": func(s shim.ChaincodeStubInterface, _ []string, _ string) (string, error) {
		ts, err := s.GetTxTimestamp()
		return ts.AsTime().Format("2006-01-02"), err
	}})
	require.Equal(t, "2026-01-01", b.ask("time"))
	forged := b.Proposal("time", nil, nil)
	forged.Time = b.Now().AddDate(-1, 0, 0)
	v, err := b.Network.Evaluate(forged, carrier)
	require.NoError(t, err)
	require.Equal(t, "2025-01-01", string(v))
}

func TestOnlyMembersClientsMayPropose(t *testing.T) {
	b := start(t, nil)
	stranger := b.Enrol("ElsewhereMSP", "u-2", "client", nil)
	peer := b.Enrol(carrier, "peer9", "peer", nil)
	forged := b.Enrol("ForgedMSP", "u-3", "client", nil)
	forged.MSP = carrier
	for _, who := range []memfabric.Identity{stranger, peer, forged, {}} {
		_, err := b.Network.Evaluate(memfabric.Proposal{Creator: who, Args: []string{"get", "k"}}, carrier)
		require.ErrorContains(t, err, "access denied")
	}
	admin := b.Enrol(port, "u-4", "admin", nil)
	_, err := b.Network.Evaluate(memfabric.Proposal{Creator: admin, Args: []string{"get", "k"}}, carrier)
	require.NoError(t, err)
}
