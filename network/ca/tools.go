//go:build tools

// Package ca names the Fabric CA server that the local network runs, so that
// go.mod and go.sum here pin its dependency tree apart from ours.
package ca

import _ "github.com/hyperledger/fabric-ca/cmd/fabric-ca-server"
