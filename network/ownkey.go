package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	"portledger/gateway/signing"
	"portledger/network/config"
	"portledger/network/pki"
	"portledger/network/site"
)

// attributeReader marks the certificate with which a gateway reads for a person whose key it does not have.
const attributeReader = "portledger.reader"

// A person with a key of their own keeps it in a folder that no gateway is told of, as their own machine or token would.

// applicant is what the enrolment program is told of somebody. Where the key is the person's own, only a request for its
// certificate goes along: the one in the file named, or that of a key made here anew.
func (b *bringUp) applicant(p config.Person, id string, attributes map[string]string, file string) (map[string]any, error) {
	told := map[string]any{"id": id, "attributes": attributes}
	if !p.OwnKey {
		if file != "" {
			return nil, fmt.Errorf("%s has no key of their own (own_key in network.yaml)", p.Name)
		}
		return told, nil
	}
	told["reader"] = map[string]string{attributeReader: "true"}
	if file != "" {
		text, err := os.ReadFile(file)
		told["request"] = string(text)
		return told, errors.Join(err, os.RemoveAll(b.site.OwnKey(p.Name))) // the one before is of no use any more
	}
	request, err := b.makeOwnKey(p.Name, id)
	told["request"] = request
	return told, err
}

// makeOwnKey makes a key in a file and answers the request for its certificate.
func (b *bringUp) makeOwnKey(name, id string) (string, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return "", err
	}
	file := b.site.OwnKey(name)
	if err := site.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})); err != nil {
		return "", err
	}
	key, err := signing.OpenFile(file)
	if err != nil {
		return "", err
	}
	request, err := signing.CertificateRequest(key, id)
	return string(request), err
}

// handOver gives those who have keys of their own their certificates, and the signer's settings for their gateway.
func (b *bringUp) handOver() error {
	people, err := b.people()
	if err != nil {
		return err
	}
	if err := b.site.SaveRoots(); err != nil {
		return err
	}
	for _, p := range b.site.Config.People {
		if !p.OwnKey || people[p.Name].Revoked {
			continue
		}
		if err := b.settle(p, people[p.Name].ID); err != nil {
			return err
		}
	}
	return nil
}

func (b *bringUp) settle(p config.Person, id string) error {
	certificate, err := os.ReadFile(b.site.In(p.Organisation, "identities", id, pki.CertFile))
	if err != nil {
		return err
	}
	o, _ := b.site.Config.Organisation(p.Organisation)
	settings := map[string]string{
		"gateway": b.site.GatewayURL(o), "msp": o.MSP, "roots": b.site.Roots(), "channel": b.site.Config.Channel,
		"chaincode": b.site.Config.Ledger().Name, "cert": b.site.OwnCertificate(p.Name),
	}
	if inFile, err := exists(b.site.OwnKey(p.Name)); err != nil {
		return err
	} else if inFile {
		settings["key"] = b.site.OwnKey(p.Name)
	}
	if b.site.Config.GatewayTLS {
		settings["tls_ca"] = b.site.TLSRoot(o.Key)
	}
	text, err := json.MarshalIndent(settings, "", "  ")
	if err != nil {
		return err
	}
	if err := site.WriteFile(b.site.OwnCertificate(p.Name), certificate); err != nil {
		return err
	}
	return site.WriteFile(b.site.SignerSettings(p.Name), text)
}
