package rest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"

	"github.com/gin-gonic/gin"
)

// nothing is the policy of every answer that is no page: a browser loads, frames and submits nothing for it.
const nothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// rememberTLS is for how many seconds a browser that reached the gateway over HTTPS asks for nothing else: two years, as the
// preload lists want it.
const rememberTLS = "max-age=63072000"

// secure sets the headers of every answer, whatever becomes of the request: they keep browsers from guessing, framing,
// leaking and storing. No answer names the program or its version, and none is for other origins to read.
func secure(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Security-Policy", nothing)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	if c.Request.TLS != nil {
		h.Set("Strict-Transport-Security", rememberTLS)
	}
	c.Next()
}

// policyOf allows a page its own style sheet, known by its hash, and nothing else.
func policyOf(html []byte) string {
	_, rest, _ := bytes.Cut(html, []byte("<style>"))
	sheet, _, _ := bytes.Cut(rest, []byte("</style>"))
	sum := sha256.Sum256(sheet)
	return nothing + "; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
