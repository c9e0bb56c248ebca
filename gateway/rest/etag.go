package rest

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"portledger/chaincode/fault"
)

// etag is the control record's version as an entity tag.
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

var strongTag = regexp.MustCompile(`^"([1-9][0-9]{0,17})"$`)

// ifMatch answers the version that the caller wants to act on, 0 for any. The ledger compares it, not the gateway:
// between a look and the act somebody else may act.
func ifMatch(c *gin.Context, a Act) (int64, error) {
	given, sent := header(c, "If-Match")
	if !sent || given == "*" && !a.Birth {
		return 0, nil
	}
	tag := strongTag.FindStringSubmatch(given)
	if tag == nil || a.Birth {
		return 0, fault.New(fault.Invalid, "check", `one version such as "3", and none for a new document`).In("If-Match")
	}
	return strconv.ParseInt(tag[1], 10, 64)
}

// ifNoneMatch tells whether the caller already has this version.
func ifNoneMatch(c *gin.Context, version int64) bool {
	for tag := range strings.SplitSeq(c.GetHeader("If-None-Match"), ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == "*" || tag == etag(version) {
			return true
		}
	}
	return false
}
