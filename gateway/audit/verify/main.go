// Command verify reads a gateway's audit trail: it tells every gap, change and missing end, and where the trail ends; or it
// prints the entries that were asked for.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"portledger/gateway/audit"
)

// options are the command line.
type options struct {
	Trail    string `arg:"" type:"existingfile" help:"File of the audit trail."`
	Head     string `help:"A head that was kept elsewhere, as the gateway's log told it: SEQ:HASH. The trail must contain it." placeholder:"SEQ:HASH"`
	Print    bool   `help:"Print the entries, one JSON object a line, that all of the following fit."`
	Person   string `help:"Only of this person (opaque id)."`
	Party    string `help:"Only of this party (ledger id)."`
	Document string `help:"Only about this document (ledger id)."`
	Since    string `help:"Only from this time on (RFC 3339, UTC)."`
}

func main() {
	var o options
	kong.Parse(&o, kong.Description("Checks or prints an audit trail. Leaves with 0 if nothing is wrong with it, else with 1."))
	if err := run(o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "verify-audit:", err)
		os.Exit(1)
	}
}

var errWrong = errors.New("the trail is not whole")

func run(o options, out io.Writer) error {
	known, err := headOf(o.Head)
	if err != nil {
		return err
	}
	file, err := os.Open(o.Trail)
	if err != nil {
		return err
	}
	defer file.Close()
	if o.Print {
		return o.print(file, out)
	}
	head, findings, err := audit.Check(file, known)
	if err != nil {
		return err
	}
	for _, f := range findings {
		fmt.Fprintln(out, f)
	}
	fmt.Fprintf(out, "%d entries, head %d:%s\n", head.Seq, head.Seq, head.Hash)
	if len(findings) > 0 {
		return errWrong
	}
	return nil
}

func headOf(text string) (head audit.Head, err error) {
	if text == "" {
		return head, nil
	}
	seq, hash, split := strings.Cut(text, ":")
	head.Hash = hash
	if head.Seq, err = strconv.ParseUint(seq, 10, 64); err != nil || !split {
		return head, fmt.Errorf("--head %q is not SEQ:HASH", text)
	}
	return head, nil
}

// print copies the lines as they are, so that they can be checked again.
func (o options) print(trail io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(trail)
	for lines.Scan() {
		var e audit.Entry
		if json.Unmarshal(lines.Bytes(), &e) != nil || !o.fits(e) {
			continue
		}
		if _, err := fmt.Fprintf(out, "%s\n", lines.Bytes()); err != nil {
			return err
		}
	}
	return lines.Err()
}

func (o options) fits(e audit.Entry) bool {
	for wanted, have := range map[string]string{o.Person: e.Person, o.Party: e.Party, o.Document: e.Document} {
		if wanted != "" && wanted != have {
			return false
		}
	}
	return e.At >= o.Since
}
