package signing

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"portledger/gateway/proof"
)

// answerMost bounds what is read from a gateway: a content, copies that go along, and signatures.
const answerMost = 8 << 20

// forgetTimeout bounds a courtesy.
const forgetTimeout = 5 * time.Second

// signingShape keeps the gateway's text out of the addresses that are asked.
var signingShape = regexp.MustCompile(`^[A-Z2-7]{26}$`)

// Signer carries acts through a gateway that does not have the key.
type Signer struct {
	// Gateway is the base address, Token the bearer token.
	Gateway, Token string
	Client         *http.Client
	Key            Key
	Roots          proof.Roots
	// Agree is asked before each signature, with what would be signed in words, English and Chinese; no ends it.
	Agree func(summary string) error
	// Now is the signer's own clock.
	Now func() time.Time
}

// ErrNotAsked means that the gateway did not ask for a signature: it refused, or acted without one.
var ErrNotAsked = errors.New("the gateway did not ask for a signature")

// pending is what a gateway answers that waits for a signature.
type pending struct {
	Signing   string   `json:"signing"`
	Status    string   `json:"status"`
	Next      string   `json:"next"`
	Bytes     []byte   `json:"bytes"`
	Endorsers []string `json:"endorsers"`
}

// Carry makes the act: it asks the gateway to prepare it, checks and signs the proposal, checks and signs the transaction,
// and answers what the gateway answered to that. key is the Idempotency-Key. The error is Differences where the bytes are
// not what was asked for; then nothing was signed that could take effect.
func (s *Signer) Carry(ctx context.Context, e Expected, key string) (Answer, error) {
	asked, answer, err := s.prepare(ctx, e.Request, key)
	if err != nil {
		return answer, err
	}
	if answer, err = s.carry(ctx, e, asked, answer); err != nil {
		s.forget(ctx, asked.Signing)
	}
	return answer, err
}

func (s *Signer) carry(ctx context.Context, e Expected, asked pending, answer Answer) (Answer, error) {
	proposal, err := ReadProposal(asked.Bytes)
	if err != nil {
		return answer, err
	}
	e.Now, e.Endorsers = s.Now(), asked.Endorsers
	if err := proposal.Check(e); err != nil {
		return answer, err
	}
	if err := s.Agree(proposal.Summary(e)); err != nil {
		return answer, err
	}
	signature, err := Sign(s.Key, proposal.raw)
	if err != nil {
		return answer, fmt.Errorf("sign the proposal: %w", err)
	}
	if e.proves() {
		return s.post(ctx, "/v1/signings/"+asked.Signing+"/proof", signed(signature), nil)
	}
	endorsed, answer, err := s.endorse(ctx, asked.Signing, signature)
	if err != nil {
		return answer, err
	}
	transaction, err := ReadTransaction(endorsed.Bytes)
	if err != nil {
		return answer, err
	}
	e.Now = s.Now()
	if err := transaction.Check(proposal, e, s.Roots); err != nil {
		return answer, err
	}
	if err := s.Agree(transaction.Summary(e.Request)); err != nil {
		return answer, err
	}
	if signature, err = Sign(s.Key, endorsed.Bytes); err != nil {
		return answer, fmt.Errorf("sign the transaction: %w", err)
	}
	return s.post(ctx, "/v1/signings/"+asked.Signing+"/transaction", signed(signature), nil)
}

// forget asks the gateway to forget what was not signed. It would do so by itself, minutes later.
func (s *Signer) forget(ctx context.Context, signing string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), forgetTimeout)
	defer cancel()
	_, _ = s.send(ctx, http.MethodDelete, "/v1/signings/"+signing, nil, nil)
}

func (s *Signer) prepare(ctx context.Context, r Request, key string) (pending, Answer, error) {
	path, err := r.path()
	if err != nil {
		return pending{}, Answer{}, err
	}
	if _, _, err := r.members(); err != nil { // the person's mistake, not the gateway's lie
		return pending{}, Answer{}, err
	}
	header := map[string]string{"Idempotency-Key": key}
	if r.Version != 0 {
		header["If-Match"] = strconv.Quote(strconv.FormatInt(r.Version, 10))
	}
	if r.Mandate != "" {
		header["PortLedger-Mandate"] = r.Mandate
	}
	if r.Approval != "" {
		header["PortLedger-Approval"] = r.Approval
	}
	answer, err := s.post(ctx, path, r.Body, header)
	if err != nil {
		return pending{}, answer, err
	}
	next := "PROPOSAL"
	if r.proves() {
		next = "PROOF"
	}
	return answer.pending(http.StatusAccepted, next)
}

func (s *Signer) endorse(ctx context.Context, signing string, signature []byte) (pending, Answer, error) {
	answer, err := s.post(ctx, "/v1/signings/"+signing+"/proposal", signed(signature), nil)
	if err != nil {
		return pending{}, answer, err
	}
	return answer.pending(http.StatusOK, "TRANSACTION")
}

func signed(signature []byte) []byte {
	body, _ := json.Marshal(map[string][]byte{"signature": signature}) // always marshals
	return body
}

// Answer is what the gateway answered last.
type Answer struct {
	Status int
	Body   []byte
}

func (a Answer) pending(status int, next string) (pending, Answer, error) {
	var p pending
	if a.Status != status {
		return p, a, fmt.Errorf("%w: it answered %d", ErrNotAsked, a.Status)
	}
	if err := json.Unmarshal(a.Body, &p); err != nil || p.Status != "TO_BE_SIGNED" || p.Next != next || !signingShape.MatchString(p.Signing) {
		return p, a, fmt.Errorf("%w: its answer is of another form", ErrNotAsked)
	}
	return p, a, nil
}

func (s *Signer) post(ctx context.Context, path string, body []byte, header map[string]string) (Answer, error) {
	return s.send(ctx, http.MethodPost, path, body, header)
}

func (s *Signer) send(ctx context.Context, method, path string, body []byte, header map[string]string) (Answer, error) {
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(s.Gateway, "/")+path, bytes.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	request.Header.Set("Authorization", "Bearer "+s.Token)
	if len(body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := s.Client.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, answerMost))
	return Answer{Status: response.StatusCode, Body: text}, err
}

// NewKey makes an Idempotency-Key.
func NewKey() string { return rand.Text() }
