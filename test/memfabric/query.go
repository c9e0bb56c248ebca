package memfabric

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/queryresult"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

const (
	compositeNamespace = "\x00"
	// firstSimpleKey replaces an empty start key: it lies after all composite keys.
	firstSimpleKey = "\x01"
	lastRune       = string(utf8.MaxRune)
	// batch is the number of results a peer sends to the chaincode at once (maxResultLimit). It looks one further.
	batch = 100
)

// rangeScan is an open range query over the public state. What counts for the phantom check is how far the peer
// scanned, which runs ahead of what the chaincode asked for.
type rangeScan struct {
	start, end string
	found      []string
	scanned    int // results read by the peer
	exhausted  bool
}

func (q *rangeScan) scanTo(results int) {
	q.scanned = min(results+1, len(q.found))
	q.exhausted = len(q.found) <= results
}

// info is the query as it stands in the read set, raw reads with the versions of w.
func (q *rangeScan) info(w world) *kvrwset.RangeQueryInfo {
	info := &kvrwset.RangeQueryInfo{StartKey: q.start, EndKey: q.end, ItrExhausted: q.exhausted}
	var reads []*kvrwset.KVRead
	for _, key := range q.found[:q.scanned] {
		reads = append(reads, &kvrwset.KVRead{Key: key, Version: w.get(slot{"", key}).version})
	}
	if !q.exhausted && len(reads) > 0 {
		info.EndKey = reads[len(reads)-1].Key
	}
	if len(reads) > 0 {
		info.ReadsInfo = &kvrwset.RangeQueryInfo_RawReads{RawReads: &kvrwset.QueryReads{KvReads: reads}}
	}
	return info
}

// iterator runs over results already read. onBatch, if set, hears when the peer fetches further results.
type iterator[T any] struct {
	items   []T
	next    int
	closed  bool
	onBatch func(results int)
}

func (it *iterator[T]) HasNext() bool { return it.next < len(it.items) }

func (it *iterator[T]) Next() (T, error) {
	var none T
	if !it.HasNext() {
		return none, errors.New("no such key")
	}
	item := it.items[it.next]
	it.next++
	if it.onBatch != nil && it.next%batch == 0 && it.HasNext() {
		if it.closed {
			return none, errors.New("query iterator not found")
		}
		it.onBatch(it.next + batch)
	}
	return item, nil
}

func (it *iterator[T]) Close() error {
	it.closed = true
	return nil
}

// publicRange opens a recorded scan of the public state.
func (s *stub) publicRange(start, end string) shim.StateQueryIteratorInterface {
	q := &rangeScan{start: start, end: end, found: s.peer.world.table("").scan(start, end)}
	q.scanTo(batch)
	s.scans = append(s.scans, q)
	return &iterator[*queryresult.KV]{items: s.rows(s.peer.world.table(""), q.found), onBatch: q.scanTo}
}

func (s *stub) rows(t *table, keys []string) []*queryresult.KV {
	var kvs []*queryresult.KV
	for _, key := range keys {
		kvs = append(kvs, &queryresult.KV{Namespace: s.net.chaincode, Key: key, Value: slices.Clone(t.rows[key].value)})
	}
	return kvs
}

// page is a paginated query. The bookmark is the first key of the next page, "" after the last one.
func (s *stub) page(start, end string, size int32, bookmark string) (shim.StateQueryIteratorInterface, *peer.QueryResponseMetadata, error) {
	if size == 0 && bookmark == "" {
		return s.publicRange(start, end), &peer.QueryResponseMetadata{}, nil
	}
	if s.wrote {
		return nil, nil, s.unsupported(peer.ChaincodeMessage_GET_STATE_BY_RANGE,
			"Paginated queries are supported only in a read-only transaction")
	}
	s.paginated = true
	if bookmark != "" {
		start = bookmark
	}
	q := &rangeScan{start: start, end: end, found: s.peer.world.table("").scan(start, end)}
	meta := &peer.QueryResponseMetadata{}
	if size > 0 && len(q.found) > int(size) {
		meta.Bookmark = q.found[size]
		q.found = q.found[:size]
	}
	// A full page stops the scan at its last key; only a short one shows that nothing follows.
	q.scanned, q.exhausted = len(q.found), size <= 0 || len(q.found) < int(size)
	meta.FetchedRecordsCount = int32(len(q.found))
	s.scans = append(s.scans, q)
	return &iterator[*queryresult.KV]{items: s.rows(s.peer.world.table(""), q.found)}, meta, nil
}

// privateRange scans this peer's own private values: nothing is recorded, and elsewhere there is nothing to find.
func (s *stub) privateRange(coll, start, end string) (shim.StateQueryIteratorInterface, error) {
	if err := s.checkCollection(coll); err != nil {
		return nil, s.failed(peer.ChaincodeMessage_GET_STATE_BY_RANGE, err)
	}
	if s.wrote {
		return nil, s.unsupported(peer.ChaincodeMessage_GET_STATE_BY_RANGE,
			"Queries on pvt data is supported only in a read-only transaction")
	}
	s.ranPvt = true
	t := s.peer.private.table(coll)
	return &iterator[*queryresult.KV]{items: s.rows(t, t.scan(start, end))}, nil
}

// simpleRange refuses bounds among the composite keys.
func simpleRange(start, end string) (string, error) {
	if start == "" {
		start = firstSimpleKey
	}
	for _, key := range []string{start, end} {
		if strings.HasPrefix(key, compositeNamespace) {
			return "", fmt.Errorf("first character of the key [%s] contains a null character which is not allowed", key)
		}
	}
	return start, nil
}

func (s *stub) GetStateByRange(startKey, endKey string) (shim.StateQueryIteratorInterface, error) {
	start, err := simpleRange(startKey, endKey)
	if err != nil {
		return nil, err
	}
	return s.publicRange(start, endKey), nil
}

func (s *stub) GetStateByRangeWithPagination(startKey, endKey string, pageSize int32, bookmark string) (shim.StateQueryIteratorInterface, *peer.QueryResponseMetadata, error) {
	start, err := simpleRange(startKey, endKey)
	if err != nil {
		return nil, nil, err
	}
	return s.page(start, endKey, pageSize, bookmark)
}

func (s *stub) GetStateByPartialCompositeKey(objectType string, keys []string) (shim.StateQueryIteratorInterface, error) {
	start, err := s.CreateCompositeKey(objectType, keys)
	if err != nil {
		return nil, err
	}
	return s.publicRange(start, start+lastRune), nil
}

func (s *stub) GetStateByPartialCompositeKeyWithPagination(objectType string, keys []string, pageSize int32, bookmark string) (shim.StateQueryIteratorInterface, *peer.QueryResponseMetadata, error) {
	start, err := s.CreateCompositeKey(objectType, keys)
	if err != nil {
		return nil, nil, err
	}
	return s.page(start, start+lastRune, pageSize, bookmark)
}

func (s *stub) GetAllStatesCompositeKeyWithPagination(pageSize int32, bookmark string) (shim.StateQueryIteratorInterface, *peer.QueryResponseMetadata, error) {
	return s.page(compositeNamespace, compositeNamespace+lastRune, pageSize, bookmark)
}

func (s *stub) GetPrivateDataByRange(collection, startKey, endKey string) (shim.StateQueryIteratorInterface, error) {
	if collection == "" {
		return nil, errNoCollection
	}
	start, err := simpleRange(startKey, endKey)
	if err != nil {
		return nil, err
	}
	return s.privateRange(collection, start, endKey)
}

func (s *stub) GetPrivateDataByPartialCompositeKey(collection, objectType string, keys []string) (shim.StateQueryIteratorInterface, error) {
	if collection == "" {
		return nil, errNoCollection
	}
	start, err := s.CreateCompositeKey(objectType, keys)
	if err != nil {
		return nil, err
	}
	return s.privateRange(collection, start, start+lastRune)
}

var errRichQuery = errors.New("ExecuteQuery not supported for leveldb")

func (s *stub) GetQueryResult(string) (shim.StateQueryIteratorInterface, error) {
	return nil, s.failed(peer.ChaincodeMessage_GET_QUERY_RESULT, errRichQuery)
}

func (s *stub) GetQueryResultWithPagination(string, int32, string) (shim.StateQueryIteratorInterface, *peer.QueryResponseMetadata, error) {
	return nil, nil, s.failed(peer.ChaincodeMessage_GET_QUERY_RESULT, errRichQuery)
}

func (s *stub) GetPrivateDataQueryResult(string, string) (shim.StateQueryIteratorInterface, error) {
	return nil, s.failed(peer.ChaincodeMessage_GET_QUERY_RESULT, errRichQuery)
}

// GetHistoryForKey lists the valid writes of a key up to this peer's height, newest first.
func (s *stub) GetHistoryForKey(key string) (shim.HistoryQueryIteratorInterface, error) {
	return &iterator[*queryresult.KeyModification]{items: s.net.history.of(key, s.peer.height)}, nil
}

func (s *stub) CreateCompositeKey(objectType string, attributes []string) (string, error) {
	return shim.CreateCompositeKey(objectType, attributes)
}

// SplitCompositeKey panics, as the real shim does, on what is not a composite key.
func (s *stub) SplitCompositeKey(compositeKey string) (string, []string, error) {
	parts := strings.Split(strings.TrimPrefix(compositeKey, compositeNamespace), compositeNamespace)
	if !strings.HasPrefix(compositeKey, compositeNamespace) || len(parts) < 2 {
		panic(fmt.Sprintf("SplitCompositeKey(%q): not a composite key", compositeKey))
	}
	return parts[0], parts[1 : len(parts)-1], nil
}
