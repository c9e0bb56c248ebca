package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"portledger/keyfile"
)

// lookEvery is how often a handshake looks whether the certificate's files were replaced.
const lookEvery = time.Second

// listenTLS serves over TLS until the server is shut down. Whether clients show certificates is the server's own setting.
func listenTLS(front *http.Server, cert, key string, log *slog.Logger) error {
	pair, err := openPair(cert, key, log)
	if err != nil {
		return err
	}
	offered := serverTLS(pair)
	if asked := front.TLSConfig; asked != nil {
		offered.ClientAuth, offered.ClientCAs = asked.ClientAuth, asked.ClientCAs
	}
	front.TLSConfig = offered
	return front.ListenAndServeTLS("", "")
}

// serverTLS is what the gateway offers: TLS 1.3, or 1.2 with forward secrecy and authenticated encryption for machines that
// cannot do better. There are no session tickets, so that what is stolen from memory opens no recorded session, and a
// changed certificate counts for everybody's next connection.
func serverTLS(pair *servedPair) *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: pair.get,
		CipherSuites: []uint16{
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		},
		CurvePreferences:       []tls.CurveID{tls.X25519MLKEM768, tls.X25519, tls.CurveP256, tls.CurveP384},
		SessionTicketsDisabled: true,
	}
}

// servedPair is the gateway's certificate and key, read anew when their files change: a renewed certificate needs no restart.
// It is safe for concurrent use.
type servedPair struct {
	cert, key string
	log       *slog.Logger

	mu     sync.Mutex
	now    *tls.Certificate
	stamp  pairStamp
	looked time.Time
}

// pairStamp tells whether the files were replaced since they were read.
type pairStamp struct {
	cert, key         time.Time
	certSize, keySize int64
}

// openPair reads the pair; a key that others can read is *keyfile.Exposed.
func openPair(cert, key string, log *slog.Logger) (*servedPair, error) {
	p := &servedPair{cert: cert, key: key, log: log}
	return p, p.read()
}

func (p *servedPair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.looked) < lookEvery {
		return p.now, nil
	}
	p.looked = time.Now()
	if stamp, err := p.stampNow(); err != nil || stamp == p.stamp {
		return p.now, nil // between two files of a change the old pair goes on
	}
	if err := p.read(); err != nil {
		p.log.Error("the certificate was replaced by one that cannot be served; the old one is", "error", err.Error())
	} else {
		p.log.Info("serving a replaced certificate", "until", p.now.Leaf.NotAfter.UTC().Format(time.RFC3339))
	}
	return p.now, nil
}

// read takes the pair from its files, and keeps the old one if they are not a pair.
func (p *servedPair) read() error {
	stamp, err := p.stampNow()
	if err != nil {
		return fmt.Errorf("read tls.cert and tls.key: %w", err)
	}
	cert, err := os.ReadFile(p.cert)
	if err != nil {
		return fmt.Errorf("read tls.cert: %w", err)
	}
	key, err := keyfile.Read(p.key)
	if err != nil {
		return fmt.Errorf("read tls.key: %w", err)
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return fmt.Errorf("tls.cert and tls.key: %w", err)
	}
	p.now, p.stamp = &pair, stamp
	return nil
}

func (p *servedPair) stampNow() (pairStamp, error) {
	cert, err := os.Stat(p.cert)
	if err != nil {
		return pairStamp{}, err
	}
	key, err := os.Stat(p.key)
	if err != nil {
		return pairStamp{}, err
	}
	return pairStamp{cert.ModTime(), key.ModTime(), cert.Size(), key.Size()}, nil
}
