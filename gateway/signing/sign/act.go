package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"portledger/gateway/proof"
	"portledger/gateway/signing"
)

// tokenVariable is where the bearer token comes from when no file is named.
const tokenVariable = "PORTLEDGER_TOKEN"

// requestTimeout is longer than the longest answer of a gateway.
const requestTimeout = time.Minute

type actCommand struct {
	keyOptions `embed:""`
	Family     string `arg:"" help:"Family of the document, such as bill or guarantee."`
	Act        string `arg:"" help:"The act, such as endorse or join."`
	Document   string `arg:"" optional:"" help:"The document's ledger id; none where the act gives birth to one."`

	Body    string `help:"File with the request's JSON body, private content in it; - reads standard input." placeholder:"FILE"`
	Version int64  `help:"Refuse if the document is at another version (If-Match)."`
	Mandate string `help:"Mandate to act under."`

	Approval string `help:"ask: only propose it to a second person of the own party; or the id of what a first person proposed." placeholder:"ask|ID"`
	Repeat   string `help:"Idempotency-Key of an earlier attempt that is to be repeated." placeholder:"KEY"`

	Gateway   string `required:"" help:"The gateway's base address."`
	TLSCA     string `name:"tls-ca" help:"Certificate that the gateway's TLS is checked against, instead of the system's." placeholder:"FILE"`
	TokenFile string `help:"File with the bearer token; without it the environment's PORTLEDGER_TOKEN." placeholder:"FILE"`
	Cert      string `required:"" help:"Own certificate, PEM." placeholder:"FILE"`
	MSP       string `name:"msp" required:"" help:"MSP id of the own organisation."`
	Roots     string `required:"" help:"Folder with the organisations' root certificates: one file MSPID.pem for each." placeholder:"FOLDER"`
	Channel   string `default:"portledger" help:"Name of the channel."`
	Chaincode string `default:"portledger" help:"Name of the chaincode."`
	Yes       bool   `help:"Sign without asking, if the bytes are what was asked for."`
}

// Run makes the act and prints what the gateway answered.
func (c *actCommand) Run(ctx context.Context, t terminal) error {
	key, err := c.open()
	if err != nil {
		return err
	}
	defer key.Close()
	expected, err := c.expected(key, t)
	if err != nil {
		return err
	}
	signer, err := c.signer(key, t)
	if err != nil {
		return err
	}
	repeated := c.Repeat != ""
	if !repeated {
		c.Repeat = signing.NewKey()
	}
	answer, err := signer.Carry(ctx, expected, c.Repeat)
	known := repeated && answer.Status < http.StatusMultipleChoices // what became of the earlier attempt
	if errors.Is(err, signing.ErrNotAsked) && !known {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(answer.Body))
	}
	if err != nil && !errors.Is(err, signing.ErrNotAsked) {
		return err
	}
	if _, err := fmt.Fprintf(t.out, "%s\n", bytes.TrimSpace(answer.Body)); err != nil {
		return err
	}
	switch answer.Status {
	case http.StatusOK, http.StatusCreated:
		return nil
	case http.StatusAccepted:
		return fmt.Errorf("its fate is not known yet; the same command with --repeat %s asks again", c.Repeat)
	default:
		return fmt.Errorf("the gateway answered %d", answer.Status)
	}
}

func (c *actCommand) expected(key signing.Key, t terminal) (signing.Expected, error) {
	e := signing.Expected{Channel: c.Channel, Chaincode: c.Chaincode, MSP: c.MSP, Request: signing.Request{
		Family: c.Family, Act: c.Act, ID: c.Document, Version: c.Version, Mandate: c.Mandate, Approval: c.Approval}}
	var err error
	if e.Certificate, err = signing.ReadCertificate(c.Cert, key); err != nil {
		return e, err
	}
	switch c.Body {
	case "":
	case "-":
		var body bytes.Buffer
		_, err = body.ReadFrom(t.in)
		e.Body = body.Bytes()
	default:
		e.Body, err = os.ReadFile(c.Body)
	}
	return e, err
}

func (c *actCommand) signer(key signing.Key, t terminal) (*signing.Signer, error) {
	roots, err := proof.Load(c.Roots)
	if err != nil {
		return nil, err
	}
	token := os.Getenv(tokenVariable)
	if c.TokenFile != "" {
		if token, err = secret(c.TokenFile); err != nil {
			return nil, err
		}
	}
	if token == "" {
		return nil, fmt.Errorf("the bearer token is missing: --token-file or %s", tokenVariable)
	}
	client, err := c.client()
	return &signing.Signer{Gateway: c.Gateway, Token: token, Client: client, Key: key, Roots: roots, Now: time.Now,
		Agree: c.agree(t)}, err
}

func (c *actCommand) client() (*http.Client, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	if c.TLSCA != "" {
		text, err := os.ReadFile(c.TLSCA)
		if err != nil {
			return nil, err
		}
		transport.TLSClientConfig.RootCAs = x509.NewCertPool()
		if !transport.TLSClientConfig.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s holds no certificate", c.TLSCA)
		}
	}
	return &http.Client{Timeout: requestTimeout, Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, nil
}

// errNo means that the person did not agree.
var errNo = errors.New("not signed: nothing takes effect, and the gateway forgets it within five minutes")

func (c *actCommand) agree(t terminal) func(string) error {
	answers := bufio.NewScanner(t.in)
	return func(summary string) error {
		fmt.Fprint(t.said, summary)
		if c.Yes {
			return nil
		}
		if c.Body == "-" {
			return errors.New("standard input is the body: say --yes, or put the body into a file")
		}
		fmt.Fprint(t.said, "Sign? 是否签署？ yes/no: ")
		if answers.Scan() && strings.EqualFold(strings.TrimSpace(answers.Text()), "yes") {
			return nil
		}
		return errNo
	}
}
