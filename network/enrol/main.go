// Command enrol registers and enrols people with one organisation's Fabric CA, and leaves each with a folder of a
// certificate and a key; or it revokes the certificates of people who leave, and writes the CA's list of them. It uses fabric-sdk-go's membership client, whose old dependencies keep it a program of its
// own: it reads one job as JSON on standard input and can be replaced by anything that does the same.
// It decides nothing about who the people are or what their attributes mean.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// Job is one organisation's people. Secrets arrive here, never on the command line.
type Job struct {
	MSP       string    `json:"msp"`
	CA        CA        `json:"ca"`
	Registrar Registrar `json:"registrar"`
	Out       string    `json:"out"` // gets <id>/cert.pem and <id>/key.pem
	People    []Person  `json:"people"`
	// Leavers lose their certificates after that, and cannot enrol again. CRL then gets the CA's list of all revoked
	// certificates that have not expired (PEM).
	Leavers []Leaver `json:"leavers,omitempty"`
	CRL     string   `json:"crl,omitempty"`
}

// Leaver is one whose certificates are revoked, with a reason of RFC 5280 section 5.3.1 ("keycompromise").
type Leaver struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// CA is the Fabric CA server.
type CA struct {
	Name  string `json:"name"`
	URL   string `json:"url"`
	TLSCA string `json:"tls_ca"` // path of the certificate its TLS is checked against
}

// Registrar is the CA identity that may register others.
type Registrar struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
}

// Person is one identity to be; every attribute is put into its certificate. With a Request (PKCS 10, PEM) the key is the
// person's own and stays where it is: the folder then gets <id>/cert.pem alone, and <id>/reader/{cert,key}.pem of a second
// certificate, with the attributes of Reader as well, that serves the gateway for reading.
type Person struct {
	ID         string            `json:"id"`
	Attributes map[string]string `json:"attributes"`
	Request    string            `json:"request,omitempty"`
	Reader     map[string]string `json:"reader,omitempty"`
}

func main() {
	if err := run(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "enrol:", err)
		os.Exit(1)
	}
}

func run(input io.Reader) error {
	decoder := json.NewDecoder(input)
	decoder.DisallowUnknownFields()
	var job Job
	if err := decoder.Decode(&job); err != nil {
		return fmt.Errorf("read job: %w", err)
	}
	if err := job.check(); err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "enrol-") // the SDK keeps its own copies of keys: gone at the end
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	office, err := openOffice(job, scratch)
	if err != nil {
		return err
	}
	defer office.close()
	for _, person := range job.People {
		if err := office.enrol(person); err != nil {
			return fmt.Errorf("enrol %s: %w", person.ID, err)
		}
	}
	for _, leaver := range job.Leavers {
		if err := office.revoke(leaver, job.CRL); err != nil {
			return fmt.Errorf("revoke %s: %w", leaver.ID, err)
		}
	}
	return nil
}
