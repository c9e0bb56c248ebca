package rest

import "portledger/gateway/table"

// Act is one thing that can be done over HTTP: a birth (POST to the collection) or a move (POST to the document).
type Act = table.Act

// The routes: each act also has its operation in openapi.yaml; a test compares the two, member by member.
var (
	collections = table.Collections
	families    = table.Families
	acts        = table.Acts
)
