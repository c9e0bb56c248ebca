package rest

import (
	"strings"

	"github.com/gin-gonic/gin"

	"portledger/chaincode/fault"
)

// header answers a request header, and whether it was sent at all: sent empty, as by a script whose variable is not set, it
// must not count as left out. Lines of one name are joined as HTTP says, so that nobody in front of us can go by another of
// them than we do; what must be one value is then none.
func header(c *gin.Context, name string) (value string, sent bool) {
	lines := c.Request.Header.Values(name)
	return strings.TrimSpace(strings.Join(lines, ", ")), len(lines) > 0
}

// spelled refuses paths that are written in another way than they are read, such as %2f for a slash: whoever guards paths in
// front of us would see another one. No path of ours needs it.
func (s *Server) spelled(c *gin.Context) {
	if c.Request.URL.RawPath != "" {
		s.refuse(c, fault.New(fault.NoSuchRoute))
		return
	}
	c.Next()
}
