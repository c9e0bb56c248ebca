package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"portledger/chaincode/control"
)

// bytesMax bounds a statement: two or three certificates and what one read of a record yields.
const bytesMax = 256 << 10

// endorsersMax bounds the signatures: a bill relies on its issuer's, its holder's and a pledgee's organisation.
const endorsersMax = 8

// Expected is what the checker knows already. Bill and Issuer stand on the document that is being relied on; without them
// two organisations that collude could prove control of a bill of their own making.
type Expected struct {
	Channel, Chaincode string
	// Bill is the bill's ledger id, Issuer the MSP id of its carrier's organisation.
	Bill, Issuer string
	// Challenge is what this checker gave the holder for this occasion.
	Challenge string
	Now       time.Time
}

// Verify answers what the statement proves, or why it proves nothing.
func Verify(raw []byte, roots Roots, e Expected) (control.Claim, error) {
	s, err := read(raw)
	if err != nil {
		return control.Claim{}, err
	}
	claim, err := signed(s, e.Chaincode)
	if err != nil {
		return control.Claim{}, err
	}
	if err := fits(claim, e); err != nil {
		return control.Claim{}, err
	}
	if err := current(claim, e.Now); err != nil {
		return control.Claim{}, err
	}
	return claim, endorsed(s, claim, roots, e.Now)
}

func read(raw []byte) (Statement, error) {
	var s Statement
	if len(raw) > bytesMax {
		return s, fmt.Errorf("%w: it is larger than %d bytes", ErrMalformed, bytesMax)
	}
	if err := strict(raw, &s); err != nil {
		return s, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if s.Format != Format || len(s.Endorsements) == 0 || len(s.Endorsements) > endorsersMax {
		return s, fmt.Errorf("%w: format %q with %d signatures", ErrMalformed, s.Format, len(s.Endorsements))
	}
	return s, nil
}

func strict(raw []byte, v any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows it")
	}
	return nil
}

// signed reads the claim out of the bytes that the peers signed: the answer of the right chaincode, and a success. What the
// statement says beside them must be the same.
func signed(s Statement, chaincode string) (control.Claim, error) {
	var claim control.Claim
	var payload peer.ProposalResponsePayload
	var action peer.ChaincodeAction
	if err := proto.Unmarshal(s.Payload, &payload); err != nil {
		return claim, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if err := proto.Unmarshal(payload.GetExtension(), &action); err != nil {
		return claim, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if name := action.GetChaincodeId().GetName(); name != chaincode {
		return claim, fmt.Errorf("%w: chaincode %q", ErrForeign, name)
	}
	if status := action.GetResponse().GetStatus(); status != http.StatusOK {
		return claim, fmt.Errorf("%w: the chaincode answered %d", ErrMalformed, status)
	}
	said := action.GetResponse().GetPayload()
	if err := strict(said, &claim); err != nil || claim.Format != control.Format {
		return claim, fmt.Errorf("%w: what was signed is no claim of control", ErrMalformed)
	}
	shown, err := compact(s.Claim)
	if err != nil || !bytes.Equal(shown, said) {
		return claim, fmt.Errorf("%w: claim and payload differ", ErrAltered)
	}
	return claim, nil
}

// compact takes out the white space that people's tools put in.
func compact(raw []byte) ([]byte, error) {
	var out bytes.Buffer
	err := json.Compact(&out, raw)
	return out.Bytes(), err
}

func fits(c control.Claim, e Expected) error {
	switch {
	case c.Channel != e.Channel:
		return fmt.Errorf("%w: channel %q", ErrForeign, c.Channel)
	case c.Bill != e.Bill:
		return fmt.Errorf("%w: bill %q", ErrForeign, c.Bill)
	case c.Issuer.Org != e.Issuer:
		return fmt.Errorf("%w: a bill of %q", ErrForeign, c.Issuer.Org)
	case !control.Challenge(e.Challenge) || c.Challenge != e.Challenge:
		return ErrChallenge
	case c.Holder.Zero():
		return fmt.Errorf("%w: nobody holds the bill", ErrForeign)
	}
	return nil
}

// current tells whether now is within the claim's life, which is the same for every claim.
func current(c control.Claim, now time.Time) error {
	from, err := time.Parse(time.RFC3339, c.IssuedAt)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	until, err := time.Parse(time.RFC3339, c.ValidUntil)
	if err != nil || !until.Equal(from.Add(control.Life)) {
		return fmt.Errorf("%w: valid until %q", ErrMalformed, c.ValidUntil)
	}
	if now.Before(from.Add(-control.SkewMax)) || !now.Before(until) {
		return fmt.Errorf("%w: good from %s to %s", ErrStale, c.IssuedAt, c.ValidUntil)
	}
	return nil
}

// endorsed checks every signature, and that they are of exactly the organisations that rely on the bill: among them the
// issuer's and the holder's, whatever the claim itself lists.
func endorsed(s Statement, c control.Claim, roots Roots, now time.Time) error {
	var orgs []string
	for _, e := range s.Endorsements {
		org, err := roots.Signer(s.Payload, e, now)
		if err != nil {
			return err
		}
		orgs = append(orgs, org)
	}
	slices.Sort(orgs)
	orgs = slices.Compact(orgs)
	if !slices.Equal(orgs, c.Endorsers) || !slices.Contains(orgs, c.Issuer.Org) || !slices.Contains(orgs, c.Holder.Org) {
		return fmt.Errorf("%w: %v signed, %v have to", ErrOrganisation, orgs, c.Endorsers)
	}
	return nil
}
