// Package api holds the contracts that both sides of the ledger share, as files: here the JSON Schemas of the
// private contents. It knows how to embed them and nothing of what they say.
package api

import "embed"

// Schemas holds schemas/*.schema.json (JSON Schema, draft 2020-12), one for each kind of content and one of
// shared definitions.
//
//go:embed schemas/*.schema.json
var Schemas embed.FS
