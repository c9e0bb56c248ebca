// Package matrix tries every operation of api/openapi.yaml, and every function that a contract exports, as everybody: each
// role with a part in the document and without one, registrars, people at another organisation's gateway, and nobody at all.
// What must come back is written down in expectations.yaml, from the facts of the trade.
//
// The documents are those of test/stories: before each step of a story everybody tries it too, in just the state and with
// just the request with which it is about to succeed for one of them. So whoever is refused is refused for who it is. Every
// try names a version that the document never had: who may act is told so (version-mismatch), who may not is told that first
// (decision 34), and nothing is ever written. The package knows HTTP and the stories; where people go round the gateway,
// through Peers.
package matrix
