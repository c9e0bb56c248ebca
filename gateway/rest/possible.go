package rest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/gateway/ledger"
)

// both is a text in both languages.
type both struct {
	English string `json:"en"`
	Chinese string `json:"zh"`
}

// possible is one act as it stands for the caller.
type possible struct {
	Act     string          `json:"act"`
	Name    both            `json:"name"`
	Line    int             `json:"line,omitempty"`
	Allowed bool            `json:"allowed"`
	Refusal *stopped        `json:"refusal,omitempty"`
	Ways    []lifecycle.Way `json:"ways,omitempty"`
}

// stopped is the first rule that stops an act, and what would help.
type stopped struct {
	Code fault.Code        `json:"code"`
	Rule string            `json:"rule,omitempty"`
	Args map[string]string `json:"args,omitempty"`
	Text both              `json:"text"`
	Help *both             `json:"help,omitempty"`
}

// possibilities answers every act of a document: whether the caller may make it now, what stops it if not, and who could
// help. The version is there for If-Match; it never stands for the whole answer, which also depends on the hour, on the
// caller and on other documents, so there is no 304.
func (s *Server) possibilities(family string) func(*gin.Context) error {
	return func(c *gin.Context) error {
		ctx, id, free, err := s.reading(c, family)
		if err != nil {
			return err
		}
		defer free()
		mandate, err := mandateOf(c)
		if err != nil {
			return err
		}
		approval, err := approvalOf(c)
		if err != nil {
			return err
		}
		with := map[string][]byte{}
		maps.Copy(with, under(mandate))
		maps.Copy(with, eyed(approval))
		answer, err := s.evaluate(ctx, "acts", personOf(c), ledger.Call{Contract: family, Function: "Acts", Args: []string{id}, Transient: with})
		if err != nil {
			return err
		}
		var all tried
		if err := json.Unmarshal(answer, &all); err != nil {
			return fmt.Errorf("read the answer of Acts: %w", err)
		}
		c.Header("ETag", etag(all.Version))
		c.JSON(http.StatusOK, gin.H{
			"family": all.Family, "id": all.ID, "state": all.State, "version": all.Version, "acts": all.told(),
		})
		return nil
	}
}

// tried is what the contract's Acts answers.
type tried struct {
	Family  string `json:"family"`
	ID      string `json:"id"`
	State   string `json:"state"`
	Version int64  `json:"version"`
	Acts    []struct {
		Act     string          `json:"act"`
		Chinese string          `json:"chinese"`
		Line    int             `json:"line"`
		Allowed bool            `json:"allowed"`
		Fault   *fault.Fault    `json:"fault"`
		Ways    []lifecycle.Way `json:"ways"`
	} `json:"acts"`
}

// told puts the texts of the catalogue to the refusals.
func (t tried) told() []possible {
	all := make([]possible, len(t.Acts))
	for i, a := range t.Acts {
		all[i] = possible{Act: a.Act, Name: both{strings.ReplaceAll(a.Act, "-", " "), a.Chinese}, Line: a.Line, Allowed: a.Allowed, Ways: a.Ways}
		if f := a.Fault; f != nil {
			all[i].Refusal = &stopped{Code: f.Code, Rule: f.Rule, Args: f.Args, Text: both{f.Text(false), inChinese(f)}}
			if help := (both{f.Help(false), helpInChinese(f)}); help.English != "" {
				all[i].Refusal.Help = &help
			}
		}
	}
	return all
}
