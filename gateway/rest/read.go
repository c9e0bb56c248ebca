package rest

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"golang.org/x/sync/errgroup"

	"portledger/chaincode/fault"
	"portledger/gateway/ledger"
	"portledger/gateway/store"
)

// document answers control record, content if the caller is entitled, what the caller may do now, and the history, all
// from the own peer.
func (s *Server) document(family string) func(*gin.Context) error {
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
		read, history, err := s.readBoth(ctx, personOf(c), family, id, mandate)
		if err != nil {
			return err
		}
		var seen view
		if err := json.Unmarshal(read, &seen); err != nil {
			return fmt.Errorf("read the answer of Read: %w", err)
		}
		c.Header("ETag", etag(seen.Control.Version))
		c.Header("Vary", "Authorization, "+mandateHeader)
		if seen.whole() && ifNoneMatch(c, seen.Control.Version) {
			c.Status(http.StatusNotModified)
			return nil
		}
		body, err := withMember(read, "history", history)
		if err != nil {
			return err
		}
		c.Data(http.StatusOK, "application/json; charset=utf-8", body)
		return nil
	}
}

// reading begins a read of one document: its id, and a slot and a time limit that end with free.
func (s *Server) reading(c *gin.Context, family string) (ctx context.Context, id string, free func(), err error) {
	id = c.Param("id")
	if !idShape.MatchString(id) {
		return nil, id, nil, fault.New(fault.NotFound, "family", family, "id", "")
	}
	ctx, done, err := s.asking(c, readWait)
	return ctx, id, done, err
}

// view is what the gateway looks at in the contract's answer.
type view struct {
	Control struct {
		Version int64 `json:"version"`
		// LegDocument comes to who gets the bill, and the leg does not change by it.
		LegDocument json.RawMessage `json:"legDocument"`
	} `json:"control"`
	// Lines of a release order and the delivery, recovery and pledge of a bill are records of their own: they change while the
	// document's version stays, and a pledge's alarms with the time.
	Lines json.RawMessage `json:"lines"`
	// Exposure beside a facility changes with other facilities of the bank.
	Exposure json.RawMessage `json:"exposure"`
	Delivery struct {
		Orgs       []string `json:"orgs"`
		UnderLoi   bool     `json:"deliveredUnderLoi"`
		Guarantees []string `json:"guarantees"`
	} `json:"delivery"`
	Recovery struct {
		Control struct {
			Version int64 `json:"version"`
		} `json:"control"`
	} `json:"recovery"`
	Pledge json.RawMessage `json:"pledge"`
	// Examination of a presentation is a record of its own as well.
	Examination struct {
		Control struct {
			Version int64 `json:"version"`
		} `json:"control"`
	} `json:"examination"`
}

// whole tells whether the version says everything about the document, so that a caller who has it needs nothing new: it
// has no lines, and nothing rests on it yet.
func (v view) whole() bool {
	return v.Lines == nil && v.Control.LegDocument == nil && v.Exposure == nil && len(v.Delivery.Orgs) <= 1 && !v.Delivery.UnderLoi && len(v.Delivery.Guarantees) == 0 &&
		v.Recovery.Control.Version <= 1 && v.Pledge == nil && v.Examination.Control.Version <= 1
}

func (s *Server) readBoth(ctx context.Context, as ledger.Person, family, id, mandate string) (read, history []byte, err error) {
	both, ctx := errgroup.WithContext(ctx)
	ask := func(function, name string, to *[]byte) func() error {
		return func() (err error) {
			*to, err = s.evaluate(ctx, name, as, ledger.Call{Contract: family, Function: function, Args: []string{id}, Transient: under(mandate)})
			return err
		}
	}
	both.Go(ask("Read", "read", &read))
	both.Go(ask("History", "history", &history))
	return read, history, both.Wait()
}

// withMember puts one more member at the end of an object without touching the bytes of the others: content must leave as
// it came.
func withMember(object []byte, name string, value []byte) ([]byte, error) {
	object = bytes.TrimSpace(object)
	if len(object) < 2 || object[0] != '{' || object[len(object)-1] != '}' {
		return nil, errors.New("the answer of Read is no object")
	}
	joined := make([]byte, 0, len(object)+len(name)+len(value)+4)
	joined = append(joined, object[:len(object)-1]...)
	if len(bytes.TrimSpace(object[1:len(object)-1])) > 0 {
		joined = append(joined, ',')
	}
	joined = strconv.AppendQuote(joined, name)
	joined = append(append(joined, ':'), value...)
	return append(joined, '}'), nil
}

// stateShape is what a document's state looks like.
var stateShape = regexp.MustCompile(`^[A-Z][A-Z_]{1,31}$`)

// listed is one row of a list.
type listed struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	Version int64  `json:"version"`
}

// list answers the documents that the caller's party takes part in, newest first, from the gateway's index: what the
// chain said up to a moment ago.
func (s *Server) list(family string) func(*gin.Context) error {
	return func(c *gin.Context) error {
		query, err := readQuery(c, family)
		if err != nil {
			return err
		}
		limit := query.Limit
		query.Limit++ // one more tells whether there is a next page
		found := []store.Document{}
		if query.Party != "" {
			if found, err = s.store.List(c.Request.Context(), query); err != nil {
				return err
			}
		}
		page := struct {
			Items []listed `json:"items"`
			Next  string   `json:"next,omitempty"`
		}{Items: []listed{}}
		for i, d := range found {
			if i == limit {
				page.Next = cursorOf(query, found[i-1].Seq)
				break
			}
			page.Items = append(page.Items, listed{ID: d.ID, State: d.State, Version: d.Version})
		}
		c.JSON(http.StatusOK, page)
		return nil
	}
}

func readQuery(c *gin.Context, family string) (store.Query, error) {
	q := store.Query{Party: personOf(c).Party, Family: family, Limit: pageDefault}
	for name, values := range c.Request.URL.Query() {
		at, value := "?"+name, values[0]
		if len(values) > 1 {
			return q, fault.New(fault.Invalid, "check", "it is given more than once").In(at)
		}
		switch name {
		case "state":
			if !stateShape.MatchString(value) {
				return q, fault.New(fault.Invalid, "check", "it is no state").In(at)
			}
			q.State = value
		case "limit":
			limit, err := strconv.Atoi(value)
			if err != nil || limit < 1 || limit > pageMost {
				return q, fault.New(fault.Invalid, "check", "a number from 1 to "+strconv.Itoa(pageMost)).In(at)
			}
			q.Limit = limit
		case "cursor": // below, when the filter is known
		default:
			return q, fault.New(fault.Invalid, "check", "this parameter is not known here").In("?")
		}
	}
	if cursor, given := c.GetQuery("cursor"); given {
		before, err := readCursor(cursor, q)
		if err != nil {
			return q, err
		}
		q.Before = before
	}
	return q, nil
}

// A cursor is opaque to clients. Inside it names the list it belongs to and the last row seen, so that it cannot be
// carried over to another list by mistake. It grants nothing: each page asks again who is calling.
func cursorOf(q store.Query, last int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join([]string{q.Family, q.State, strconv.FormatInt(last, 10)}, ":")))
}

func readCursor(cursor string, q store.Query) (int64, error) {
	foreign := fault.New(fault.Invalid, "check", "it is not a cursor of this list").In("?cursor")
	if len(cursor) > cursorLength {
		return 0, foreign
	}
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return 0, foreign
	}
	parts := strings.Split(string(text), ":")
	if len(parts) != 3 || parts[0] != q.Family || parts[1] != q.State {
		return 0, foreign
	}
	last, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil || last < 1 {
		return 0, foreign
	}
	return last, nil
}
