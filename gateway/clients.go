package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
)

// askForCertificates lets clients show a certificate of the authorities in the file ca, which may be "" for none. Who shows
// none must have a token; one that is foreign, expired or without its key ends the connection.
func askForCertificates(front *http.Server, ca string) error {
	if ca == "" {
		return nil
	}
	pem, err := os.ReadFile(ca)
	if err != nil {
		return fmt.Errorf("read tls.client_ca: %w", err)
	}
	authorities := x509.NewCertPool()
	if !authorities.AppendCertsFromPEM(pem) {
		return errors.New("tls.client_ca holds no certificate")
	}
	front.TLSConfig = &tls.Config{
		MinVersion: tls.VersionTLS12, ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: authorities,
	}
	return nil
}
