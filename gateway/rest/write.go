package rest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"portledger/chaincode/fault"
	"portledger/gateway/ledger"
	"portledger/gateway/store"
)

// idShape is what ids of documents, of legs of a bill and of parties look like; anything else cannot exist.
var idShape = regexp.MustCompile(`^([a-z]{2}-[a-z2-7]{26}(\.[1-8])?|P[A-Z2-7]{16})$`)

// keyShape of an Idempotency-Key: printable ASCII.
var keyShape = regexp.MustCompile(`^[\x21-\x7e]{1,` + strconv.Itoa(keyLength) + `}$`)

// submission is one write request, read and checked for form.
type submission struct {
	act     Act
	id      string // of the document, empty at its birth
	person  ledger.Person
	request string // the contract's public argument
	content []byte
	key     string // the Idempotency-Key, or empty
	mandate string // under which the caller acts for another, or empty
	// approval is what the caller says of four eyes, or empty: see approval.go.
	approval string
	hash     []byte // over everything that makes the request what it is
}

// act handles one birth or move: one HTTP request is one transaction.
func (s *Server) act(a Act) func(*gin.Context) error {
	return func(c *gin.Context) error {
		submitted, err := readSubmission(c, a)
		if err != nil {
			return err
		}
		carry := s.submit
		if submitted.person.SignsOutside {
			carry = s.openSigning
		}
		if submitted.key == "" {
			return carry(c, submitted, newSalt())
		}
		begun, err := s.store.Begin(c.Request.Context(), store.Request{
			Person: submitted.person.ID, Key: submitted.key, Hash: submitted.hash, Salt: newSalt(),
		}, time.Now())
		if err != nil {
			return err
		}
		switch begun.Standing {
		case store.Reused:
			return fault.New(fault.IdempotencyKeyReused).In("Idempotency-Key")
		case store.Running:
			if g := s.signings.under(submitted.person.ID, submitted.key); g != nil {
				return g.tell(c)
			}
			return fault.New(fault.InProgress).In("Idempotency-Key")
		case store.Known:
			return s.repeat(c, begun.TxID)
		default:
			return carry(c, submitted, begun.Salt)
		}
	}
}

func readSubmission(c *gin.Context, a Act) (submission, error) {
	id := c.Param("id")
	if !a.Birth && !idShape.MatchString(id) {
		return submission{}, fault.New(fault.NotFound, "family", a.Family, "id", "")
	}
	version, err := ifMatch(c, a)
	if err != nil {
		return submission{}, err
	}
	key, sent := header(c, "Idempotency-Key")
	if sent && !keyShape.MatchString(key) {
		return submission{}, fault.New(fault.Invalid, "check", "1 to "+strconv.Itoa(keyLength)+" printable ASCII characters").In("Idempotency-Key")
	}
	mandate, err := mandateOf(c)
	if err != nil {
		return submission{}, err
	}
	approval, err := approvalOf(c)
	if err != nil {
		return submission{}, err
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, bodyBytes))
	if err != nil {
		return submission{}, bodyFault(err)
	}
	if len(body) > 0 && !isJSON(c) {
		return submission{}, fault.New(fault.UnsupportedMedia).In("Content-Type")
	}
	read, err := readEnvelope(body, a)
	if err != nil {
		return submission{}, err
	}
	return submission{
		act: a, id: id, person: personOf(c), request: read.request(id, version), content: read.content, key: key,
		mandate: mandate, approval: approval,
		hash: hashOf([]byte(c.Request.URL.Path), []byte(c.GetHeader("If-Match")), []byte(mandate), []byte(approval), body),
	}, nil
}

// bodyFault tells a body that is too large from a connection that broke.
func bodyFault(err error) error {
	if f, expected := refusal(err); expected {
		return f
	}
	return fault.New(fault.Malformed, "check", "the body did not arrive whole").In("/")
}

func isJSON(c *gin.Context) bool {
	contentType, _ := header(c, "Content-Type")
	media, parameters, err := mime.ParseMediaType(contentType)
	if err != nil || media != "application/json" {
		return false
	}
	charset, given := parameters["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}

// hashOf keeps parts apart by their lengths.
func hashOf(parts ...[]byte) []byte {
	h := sha256.New()
	for _, part := range parts {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		h.Write(part)
	}
	return h.Sum(nil)
}

// newSalt is what the ledger mixes into the public commitment to private content: 32 random bytes.
func newSalt() string {
	var salt [32]byte
	rand.Read(salt[:])
	return hex.EncodeToString(salt[:])
}

// submit endorses, keeps and commits. From here on the work goes on even if the client has gone: an act half done would
// leave nobody knowing.
func (s *Server) submit(c *gin.Context, submitted submission, salt string) error {
	ctx := context.WithoutCancel(c.Request.Context())
	free, err := s.slot(c.Request.Context())
	if err != nil {
		s.release(ctx, submitted.person, submitted.key)
		return err
	}
	defer free()
	signed, err := s.endorse(ctx, submitted, salt)
	if err != nil {
		s.release(ctx, submitted.person, submitted.key)
		return err
	}
	return s.send(c, ctx, signed, submitted.act.Birth, submitted.key)
}

// send keeps what is signed, and commits it. Where it cannot be kept it is not submitted, and the request's key is free.
func (s *Server) send(c *gin.Context, ctx context.Context, signed ledger.Signed, birth bool, key string) error {
	noteOf(c).transaction = signed.TxID
	if err := s.trailSigned(noteOf(c), signed); err != nil {
		s.release(ctx, signed.Person, key)
		return err
	}
	transaction := store.Transaction{Signed: signed, Birth: birth}
	if err := s.store.SaveSigned(ctx, transaction, key, time.Now()); err != nil {
		s.release(ctx, signed.Person, key)
		return err
	}
	return s.commit(c, ctx, transaction)
}

// release makes the idempotency key of a request that came to nothing free again.
func (s *Server) release(ctx context.Context, person ledger.Person, key string) {
	if key == "" {
		return
	}
	if err := s.store.Release(ctx, person.ID, key); err != nil {
		s.log.Error("release idempotency key", "person", person.ID, "error", err.Error())
	}
}

// prepared is what the contract's Prepare answers.
type prepared struct {
	// Endorsers are exactly the organisations that may and must see the call.
	Endorsers []string `json:"endorsers"`
	// Attach is further transient input that they need.
	Attach map[string][]byte `json:"attach"`
}

// endorse asks the own peer first: what is refused there is shown to nobody else. When another endorser then answers
// differently it is mostly a block behind, so a few more tries follow; nothing has been submitted yet.
func (s *Server) endorse(ctx context.Context, submitted submission, salt string) (signed ledger.Signed, err error) {
	ctx, cancel := context.WithTimeout(ctx, endorseWait)
	defer cancel()
	if signed, guessed := s.guess(ctx, submitted, submitted.call(salt)); guessed {
		return signed, nil
	}
	for try := 0; ; try++ {
		call, endorsers, err := s.prepare(ctx, submitted, salt)
		if err != nil {
			return ledger.Signed{}, err
		}
		signed, err := stage(s, "endorse", func() (ledger.Signed, error) {
			return s.ledger.Endorse(ctx, submitted.person, call, endorsers)
		})
		if err == nil || !mayLag(err) || try == len(endorsePauses) {
			return signed, err
		}
		select {
		case <-ctx.Done():
			return ledger.Signed{}, err
		case <-time.After(endorsePauses[try]):
		}
	}
}

// call is the rehearsal of the act that was asked for.
func (r submission) call(salt string) ledger.Call {
	call := ledger.Call{
		Contract: r.act.Family, Function: "Prepare", Args: []string{r.act.Name, r.request},
		Transient: map[string][]byte{"salt": []byte(salt)},
	}
	if r.content != nil {
		call.Transient["content"] = r.content
	}
	maps.Copy(call.Transient, under(r.mandate))
	if r.approval == asking {
		return proposing(call)
	}
	maps.Copy(call.Transient, eyed(r.approval))
	return call
}

func (s *Server) prepare(ctx context.Context, submitted submission, salt string) (ledger.Call, []string, error) {
	call := submitted.call(salt)
	answer, err := s.evaluate(ctx, "prepare", submitted.person, call)
	if err != nil {
		return ledger.Call{}, nil, err
	}
	var p prepared
	if err := json.Unmarshal(answer, &p); err != nil {
		return ledger.Call{}, nil, fmt.Errorf("read the answer of Prepare: %w", err)
	}
	if len(p.Endorsers) == 0 { // without names the peer would choose, and show private input to whom it chose
		return ledger.Call{}, nil, errors.New("the answer of Prepare names no endorsers")
	}
	for name, value := range p.Attach {
		call.Transient[name] = value
	}
	call.Function = "Act"
	return call, p.Endorsers, nil
}

// commit waits for the transaction's fate and answers with it. The third answer, that it is not known yet, leaves the
// transaction to the background worker.
func (s *Server) commit(c *gin.Context, ctx context.Context, t store.Transaction) error {
	waiting, cancel := context.WithTimeout(ctx, s.commitWait)
	defer cancel()
	outcome, err := stage(s, "commit", func() (ledger.Outcome, error) { return s.ledger.Commit(waiting, t.Signed) })
	if err != nil {
		s.log.Warn("fate unknown", "request", noteOf(c).request, "transaction", t.TxID, "error", clip(err.Error()))
	}
	t.Outcome = outcome
	if outcome.Fate == ledger.Unknown {
		s.metrics.unknown.Inc()
	} else if err := s.store.Resolve(ctx, t.TxID, outcome); err != nil {
		// The fate is known here and now, so it is answered; the background worker will find it again for the store.
		s.log.Error("note transaction's fate", "transaction", t.TxID, "error", err.Error())
	}
	return s.tell(c, t)
}

// repeat answers a request that came before: with what became of its transaction, which may have to be found out first.
func (s *Server) repeat(c *gin.Context, txid string) error {
	t, found, err := s.store.Find(c.Request.Context(), txid)
	if err != nil {
		return err
	}
	if !found { // forgotten between two looks
		return fault.New(fault.InProgress).In("Idempotency-Key")
	}
	noteOf(c).transaction = txid
	c.Header("Idempotent-Replayed", "true")
	if t.Fate != ledger.Unknown {
		return s.tell(c, t)
	}
	t.Person = personOf(c)
	return s.commit(c, context.WithoutCancel(c.Request.Context()), t)
}

// written is what the contract's Act answers.
type written struct {
	Family      string `json:"family"`
	ID          string `json:"id"`
	State       string `json:"state"`
	Version     int64  `json:"version"`
	Transaction string `json:"transaction"`
}

// tell answers a write with its transaction's fate.
func (s *Server) tell(c *gin.Context, t store.Transaction) error {
	switch t.Fate {
	case ledger.Valid:
		result, err := resultOf(t)
		if err != nil {
			return err
		}
		status := http.StatusOK
		if t.Birth {
			status = http.StatusCreated
			c.Header("Location", "/v1/"+collections[result.Family]+"/"+result.ID)
		}
		c.Header("ETag", etag(result.Version))
		c.JSON(status, result)
		return nil
	case ledger.Invalid:
		return invalid(t.Code)
	default:
		c.Header("Location", "/v1/transactions/"+t.TxID)
		c.Header("Retry-After", retryAfterSeconds)
		c.JSON(http.StatusAccepted, gin.H{"transaction": t.TxID, "status": "PENDING"})
		return nil
	}
}

func resultOf(t store.Transaction) (written, error) {
	var result written
	if err := json.Unmarshal(t.Result, &result); err != nil {
		return written{}, fmt.Errorf("read the result of transaction %s: %w", t.TxID, err)
	}
	result.Transaction = t.TxID
	return result, nil
}

// invalid turns Fabric's verdict on an ordered transaction into a refusal. The endorsers were exactly those that the ledger
// named, so a record that wants others by now was changed by another transaction in between.
func invalid(code string) error {
	switch code {
	case "MVCC_READ_CONFLICT", "PHANTOM_READ_CONFLICT", "ENDORSEMENT_POLICY_FAILURE":
		return fault.New(fault.Conflict)
	default:
		return fmt.Errorf("the transaction is invalid: %s", code)
	}
}

// mayLag tells whether an endorser's no may come from being a block behind.
func mayLag(err error) bool { return fault.Of(err) != nil || errors.Is(err, ledger.ErrDiverged) }
