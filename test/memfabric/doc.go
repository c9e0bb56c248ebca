// Package memfabric is a Hyperledger Fabric network in memory. It drives the real chaincode through its
// shim.Chaincode entry point: one instance for each organisation, one peer for each organisation, one channel.
// It does not know what the chaincode does.
//
// What a test may rely on, because it is as on Fabric 2.5 (rules read from lockbased transaction manager,
// key-level validator and gateway, and measured on a real network):
//
//   - Every named organisation simulates on its own state and its own private data. The proposal response payloads
//     (response, event, read-write set with versions, hashed private sets) must be byte-identical, or the client gets
//     "ProposalResponsePayloads do not match". All peers stand at one height unless [Network.Pause] holds one back.
//   - A transaction never reads its own writes. An empty value is a deletion. Writes after a paginated or private
//     range query, and such queries after a write, are refused.
//   - Reads record versions: GetState and GetStateValidationParameter the public version, GetPrivateData,
//     GetPrivateDataHash and GetPrivateDataValidationParameter one and the same hashed read. Public range queries are
//     recorded as far as the peer scanned (batches of 100), private range queries and histories are not.
//   - Only implicit collections exist (_implicit_org_<MSP>). Anyone may write one in simulation; only its owner's
//     endorsement makes that valid, and only its owner keeps the value. No member-only read: a foreign client who
//     asks the owner's peer is answered, unless the chaincode refuses.
//   - Blocks are validated in Fabric's order: known transaction ids, endorsement policies of all transactions against
//     the state before the block, duplicates within the block, then versions and phantoms in sequence.
//   - A key-level policy replaces the chaincode policy; policies changed earlier in the same block invalidate later
//     writes of that key, even where the earlier transaction then fails its version check.
//   - Histories list valid writes, newest first. Events come from valid transactions only, the last SetEvent wins.
//   - Whatever a peer endorses or evaluates stays in its transient store with all private writes, also when the
//     chaincode answers with an error or the transaction is never sent. [Network.PeerBytes] shows it.
//
// Added to find faults: each simulation runs twice on each peer and the test fails if the two differ. So a chaincode
// that counts its calls counts double, and it must not call the network it runs on. With -short only what the first
// endorser computes is simulated again, and every eighth question.
//
// Left out: signatures on endorsements and envelopes (an endorser's word is taken), certificate expiry and
// revocation, discovery (endorsers must be named), several peers per organisation, gossip and reconciliation of
// missing private data, block-to-live, rich queries, chaincode-to-chaincode calls, Init, query limits, the Merkle
// form of range reads beyond 50 results, block cutting by time or size, peers or orderers that are down, the
// deprecated write batches (they write at once, as on a 2.5.0 peer). Private values that a peer lost cannot be pulled
// from others. Purged values stay in PeerBytes, as they stay in a real peer's files until compaction.
package memfabric
