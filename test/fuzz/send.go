package fuzz

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"
)

// Patience is how long any answer may take: less than a gateway's own longest wait, more than a busy machine needs.
const Patience = 20 * time.Second

// answerMost bounds what is read of one answer.
const answerMost = 8 << 20

// Answer is what came back for a request.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	Took   time.Duration
	// HungUp is set where the connection ended in the middle: HTTP servers do that to whom they do not understand.
	HungUp bool
}

// Send writes the bytes to address over a connection of its own and reads one answer. The error tells of a connection that
// broke, or of an answer that did not come in time.
func Send(ctx context.Context, address, method string, raw []byte) (Answer, error) {
	start := time.Now()
	dialer := net.Dialer{Timeout: Patience}
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return Answer{}, err
	}
	defer connection.Close()
	if err := connection.SetDeadline(start.Add(Patience)); err != nil {
		return Answer{}, err
	}
	go func() { _, _ = connection.Write(raw) }() // a server that has heard enough stops listening: what counts is its answer
	reader := bufio.NewReader(connection)
	for {
		response, err := http.ReadResponse(reader, &http.Request{Method: method})
		took := time.Since(start)
		if errors.Is(err, syscall.ECONNRESET) {
			return Answer{Took: took, HungUp: true}, nil
		}
		if err != nil {
			return Answer{}, fmt.Errorf("no answer after %s: %w", took.Round(time.Millisecond), err)
		}
		body, err := io.ReadAll(io.LimitReader(response.Body, answerMost))
		_ = response.Body.Close()
		if err != nil && !errors.Is(err, syscall.ECONNRESET) {
			return Answer{}, fmt.Errorf("half an answer: %w", err)
		}
		if response.Header.Get("Content-Encoding") == "gzip" { // the metrics are packed for whoever asks for that
			if body, err = unzipped(body); err != nil {
				return Answer{}, fmt.Errorf("unpack the answer: %w", err)
			}
		}
		if response.StatusCode != http.StatusContinue {
			return Answer{Status: response.StatusCode, Header: response.Header, Body: body, Took: time.Since(start), HungUp: err != nil}, nil
		}
	}
}

func unzipped(body []byte) ([]byte, error) {
	packed, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(packed, answerMost))
}
