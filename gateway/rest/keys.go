package rest

import (
	"bytes"
	"io"
	"net/http"
	"sync"

	"golang.org/x/time/rate"
)

// pacedKeys asks for the key set only so often, and in between answers what it was told last: each token with a key that nobody knows,
// or a signature that does not fit, would otherwise be a request to the issuer, and strangers can make as many as they like.
type pacedKeys struct {
	next http.RoundTripper
	pace *rate.Limiter

	mu   sync.Mutex
	last []byte // the key set; nil before the first answer
}

func newPacedKeys(client *http.Client) *http.Client {
	paced, next := *client, client.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	paced.Transport = &pacedKeys{next: next, pace: rate.NewLimiter(keysPerSecond, keysBurst)}
	return &paced
}

// RoundTrip implements http.RoundTripper.
func (p *pacedKeys) RoundTrip(r *http.Request) (*http.Response, error) {
	p.mu.Lock()
	last := p.last
	p.mu.Unlock()
	if last != nil && !p.pace.Allow() {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(last)), Request: r}, nil
	}
	response, err := p.next.RoundTrip(r)
	if err != nil || response.StatusCode != http.StatusOK {
		return response, err
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, response.Body, keySetBytes))
	response.Body.Close()
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.last = body
	p.mu.Unlock()
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}
