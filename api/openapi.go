package api

import _ "embed" // the file

// OpenAPI is openapi.yaml: the source of the gateway's HTTP interface, compared with its routes by a test.
//
//go:embed openapi.yaml
var OpenAPI []byte
