package reefer

import (
	"slices"
	"time"
)

// LogCertificatesMax bounds the certificates of one container: a handful of analyses and two authorities' papers.
const LogCertificatesMax = 20

// Certificate is a paper about the goods or the container (domain facts 4.5): a test report 检测报告, or a certificate of
// disinfection 消杀 or quarantine 检验检疫. It clears no gate: that is for whoever answers for the gate.
type Certificate struct {
	Kind   string    `json:"kind"` // TEST_REPORT, DISINFECTION or QUARANTINE
	Number string    `json:"certificateNumber"`
	Agent  string    `json:"agent,omitempty"` // the laboratory, station or authority
	At     time.Time `json:"performedAt"`
	Result string    `json:"result"` // PASS, FAIL or INFORMATION
	// Hash is the SHA-256 of the document, which is kept elsewhere: at URI, where one is told.
	Hash    string `json:"documentHash"`
	URI     string `json:"uri,omitempty"`
	Remarks string `json:"remarks,omitempty"`
}

// Attached is a certificate in a log.
type Attached struct {
	Certificate
	By string    `json:"by"` // the party's id
	On time.Time `json:"on"`
}

// Attach adds a certificate; the same document comes once.
func (l Log) Attach(c Certificate, by string, at time.Time) (Log, []Problem) {
	var found list
	found.unless(!slices.ContainsFunc(l.Certificates, func(a Attached) bool { return a.Hash == c.Hash }), "/documentHash", Once)
	found.unless(!c.At.After(at), "/performedAt", NotInFuture)
	if len(l.Certificates) >= LogCertificatesMax {
		found = append(found, Problem{Check: TooMany})
	}
	if len(found) > 0 {
		return l, found
	}
	c.At = c.At.UTC()
	after := l
	after.Certificates = append(slices.Clone(l.Certificates), Attached{Certificate: c, By: by, On: at.UTC()})
	return after, nil
}
