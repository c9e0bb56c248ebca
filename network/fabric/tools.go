//go:build tools

// Package fabric names the two Fabric programs that the local network runs, so
// that go.mod and go.sum here pin their whole dependency tree. It is a module of
// its own because that tree needs older gRPC and protobuf versions than ours.
package fabric

import (
	_ "github.com/hyperledger/fabric/cmd/orderer"
	_ "github.com/hyperledger/fabric/cmd/peer"
)
