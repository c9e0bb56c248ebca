package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"

	"portledger/gateway/signing"
	"portledger/keyfile"
)

// pinVariable is where a PIN comes from when no file is named. Never the command line: others see that.
const pinVariable = "PORTLEDGER_PIN"

// keyOptions say where the key is.
type keyOptions struct {
	Key     string `help:"Private key in a file: PEM, on P-256." placeholder:"FILE"`
	Module  string `help:"PKCS #11 library of the token that has the key." placeholder:"FILE"`
	Label   string `help:"The token's label."`
	KeyID   string `help:"The key's CKA_ID, in hexadecimal." placeholder:"HEX"`
	PinFile string `help:"File with the token's PIN; without it the environment's PORTLEDGER_PIN." placeholder:"FILE"`
}

func (o keyOptions) open() (signing.Key, error) {
	if (o.Key == "") == (o.Module == "") {
		return nil, errors.New("say where the key is: --key, or --module with --label and --key-id")
	}
	if o.Key != "" {
		return signing.OpenFile(o.Key)
	}
	token, err := o.token()
	if err != nil {
		return nil, err
	}
	return signing.OpenToken(token)
}

func (o keyOptions) token() (signing.Token, error) {
	t := signing.Token{Module: o.Module, Label: o.Label, PIN: os.Getenv(pinVariable)}
	var err error
	if t.ID, err = hex.DecodeString(o.KeyID); err != nil || len(t.ID) == 0 || t.Label == "" || t.Module == "" {
		return t, errors.New("a token's key needs --module, --label and --key-id in hexadecimal")
	}
	if o.PinFile != "" {
		if t.PIN, err = secret(o.PinFile); err != nil {
			return t, err
		}
	}
	if t.PIN == "" {
		return t, fmt.Errorf("the PIN is missing: --pin-file or %s", pinVariable)
	}
	return t, nil
}

// secret reads a one-line secret from a file that nobody else may read.
func secret(file string) (string, error) {
	text, err := keyfile.Read(file)
	return strings.TrimRight(string(text), "\r\n"), err
}

type requestCommand struct {
	keyOptions `embed:""`
	Person     string `arg:"" help:"The person's opaque id, as the registrar gave it: u- and 16 hexadecimal digits."`
}

// Run prints the request.
func (c *requestCommand) Run(t terminal) error {
	key, err := c.open()
	if err != nil {
		return err
	}
	defer key.Close()
	text, err := signing.CertificateRequest(key, c.Person)
	if err != nil {
		return err
	}
	_, err = t.out.Write(text)
	return err
}

type makeKeyCommand struct {
	keyOptions `embed:""`
}

// Run makes the key pair.
func (c *makeKeyCommand) Run(t terminal) error {
	token, err := c.token()
	if err != nil {
		return err
	}
	if err := signing.MakeKey(token); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.said, "made a key pair in %s under id %s\n", token.Label, c.KeyID)
	return err
}
