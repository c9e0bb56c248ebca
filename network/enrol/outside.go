package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/hyperledger/fabric-sdk-go/pkg/client/msp"
)

const (
	requestTimeout = 30 * time.Second
	answerMost     = 1 << 20
)

// enrolOutside has the CA certify a key that is not here, from the request that its owner made. The CA's registration knows
// the reader's attributes too, and puts each into a certificate only where it is asked for.
func (o *office) enrolOutside(person Person) error {
	all := maps.Clone(person.Attributes)
	maps.Copy(all, person.Reader)
	secret, err := o.register(person.ID, all)
	if err != nil {
		return err
	}
	certificate, err := o.certify(person, secret)
	if err != nil {
		return fmt.Errorf("enrol by request: %w", err)
	}
	if err := o.client.Enroll(person.ID, msp.WithSecret(secret), msp.WithAttributeRequests(asked(all))); err != nil {
		return fmt.Errorf("enrol the reader: %w", err)
	}
	if err := o.forget(person.ID, all); err != nil {
		return err
	}
	return o.save(person.ID, "reader", certificate)
}

// certify sends a request to the CA's own interface: the SDK makes keys itself and takes none.
func (o *office) certify(person Person, secret string) ([]byte, error) {
	type attribute struct {
		Name string `json:"name"`
	}
	wanted := struct {
		Request    string      `json:"certificate_request"`
		CA         string      `json:"caname"`
		Attributes []attribute `json:"attr_reqs"`
	}{Request: person.Request, CA: o.caName}
	for _, name := range sortedNames(person.Attributes) {
		wanted.Attributes = append(wanted.Attributes, attribute{name})
	}
	body, err := json.Marshal(wanted)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest(http.MethodPost, strings.TrimSuffix(o.ca.URL, "/")+"/api/v1/enroll", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.SetBasicAuth(person.ID, secret)
	client, err := o.http()
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var answer struct {
		Result struct{ Cert []byte }
		Errors []struct{ Message string }
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, answerMost)).Decode(&answer); err != nil {
		return nil, fmt.Errorf("read the CA's answer %d: %w", response.StatusCode, err)
	}
	if len(answer.Result.Cert) == 0 {
		return nil, fmt.Errorf("the CA answered %d: %v", response.StatusCode, answer.Errors)
	}
	return answer.Result.Cert, nil
}

func (o *office) http() (*http.Client, error) {
	text, err := os.ReadFile(o.ca.TLSCA)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, errors.New("ca.tls_ca holds no certificate")
	}
	return &http.Client{Timeout: requestTimeout, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}, nil
}
