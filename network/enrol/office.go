package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/hyperledger/fabric-sdk-go/pkg/client/msp"
	"github.com/hyperledger/fabric-sdk-go/pkg/core/config"
	"github.com/hyperledger/fabric-sdk-go/pkg/fabsdk"
)

const (
	organisation = "organisation" // the SDK's name for the only one it is told of
	authority    = "authority"
	personType   = "client"
	secretBytes  = 16
	// signedOut is what an operator leaves in a person's folder: the gateway takes no tokens from before it.
	signedOut = "signed-out"
)

// Ids become folder names and certificate subjects, so they are opaque and closed in form.
var opaque = regexp.MustCompile(`^u-[0-9a-f]{16}$`)

func (j Job) check() error {
	if j.MSP == "" || j.CA.URL == "" || j.Out == "" || j.Registrar.ID == "" {
		return errors.New("the job needs msp, ca.url, registrar.id and out")
	}
	ids := make([]string, 0, len(j.People)+len(j.Leavers))
	for _, person := range j.People {
		ids = append(ids, person.ID)
	}
	for _, leaver := range j.Leavers {
		ids = append(ids, leaver.ID)
	}
	for _, id := range ids {
		if !opaque.MatchString(id) {
			return fmt.Errorf("person id %q is not opaque: u- and 16 hexadecimal digits", id)
		}
	}
	if len(j.Leavers) > 0 && j.CRL == "" {
		return errors.New("revoking needs crl")
	}
	return nil
}

// office is the membership client of one organisation with the folder the SDK keeps its keys in.
type office struct {
	sdk    *fabsdk.FabricSDK
	client *msp.Client
	ca     CA
	caName string
	out    string
	keys   string
}

func openOffice(job Job, scratch string) (*office, error) {
	profile, err := profileOf(job, scratch)
	if err != nil {
		return nil, err
	}
	sdk, err := fabsdk.New(config.FromRaw(profile, "json"))
	if err != nil {
		return nil, fmt.Errorf("open fabric-sdk-go: %w", err)
	}
	client, err := msp.New(sdk.Context(), msp.WithOrg(organisation))
	if err != nil {
		sdk.Close()
		return nil, fmt.Errorf("open membership client: %w", err)
	}
	return &office{sdk: sdk, client: client, ca: job.CA, caName: job.CA.Name, out: job.Out, keys: filepath.Join(scratch, "msp", "keystore")}, nil
}

func (o *office) close() { o.sdk.Close() }

// profileOf is the SDK's connection profile with one organisation and its CA.
func profileOf(job Job, scratch string) ([]byte, error) {
	type object = map[string]any
	return json.Marshal(object{
		"version": "1.0.0",
		"client": object{
			"organization":    organisation,
			"logging":         object{"level": "error"},
			"cryptoconfig":    object{"path": scratch},
			"credentialStore": object{"path": filepath.Join(scratch, "state"), "cryptoStore": object{"path": filepath.Join(scratch, "msp")}},
			"BCCSP": object{"security": object{
				"enabled": true, "default": object{"provider": "SW"}, "hashAlgorithm": "SHA2", "softVerify": true, "level": 256,
			}},
		},
		"organizations": object{organisation: object{
			"mspid":                  job.MSP,
			"cryptoPath":             filepath.Join(scratch, "users", "{username}"),
			"certificateAuthorities": []string{authority},
		}},
		"certificateAuthorities": object{authority: object{
			"url":        job.CA.URL,
			"caName":     job.CA.Name,
			"tlsCACerts": object{"path": job.CA.TLSCA},
			"registrar":  object{"enrollId": job.Registrar.ID, "enrollSecret": job.Registrar.Secret},
		}},
	})
}

// enrol gives one person a certificate, and one whose key is elsewhere a reader's as well.
func (o *office) enrol(person Person) error {
	if person.Request != "" {
		return o.enrolOutside(person)
	}
	secret, err := o.register(person.ID, person.Attributes)
	if err != nil {
		return err
	}
	if err := o.client.Enroll(person.ID, msp.WithSecret(secret), msp.WithAttributeRequests(asked(person.Attributes))); err != nil {
		return fmt.Errorf("enrol: %w", err)
	}
	if err := o.forget(person.ID, person.Attributes); err != nil {
		return err
	}
	return o.save(person.ID, "", nil)
}

// forget takes the attributes out of the CA's registration once they are in the certificates that were meant to have them. Who has
// any certificate of somebody can have the CA certify another key for the same name, with whichever registered attributes they ask
// for: without this, a reader's key would get a certificate that signs acts. Nobody has the new keys before this is done.
func (o *office) forget(id string, held map[string]string) error {
	var attributes []msp.Attribute
	for _, name := range sortedNames(held) {
		attributes = append(attributes, msp.Attribute{Name: name}) // without a value: removed
	}
	request := &msp.IdentityRequest{ID: id, Type: personType, Attributes: attributes, CAName: o.caName, MaxEnrollments: -1}
	if _, err := o.client.ModifyIdentity(request); err != nil {
		return fmt.Errorf("forget attributes: %w", err)
	}
	return nil
}

// register makes somebody known to the CA and answers the enrolment secret. Someone registered before, by a run that was
// cut short, gets a new secret and the attributes asked for now.
func (o *office) register(id string, held map[string]string) (string, error) {
	secret, err := newSecret()
	if err != nil {
		return "", err
	}
	var attributes []msp.Attribute
	for _, name := range sortedNames(held) {
		attributes = append(attributes, msp.Attribute{Name: name, Value: held[name]})
	}
	request := &msp.IdentityRequest{
		ID: id, Type: personType, Attributes: attributes, Secret: secret, CAName: o.caName, MaxEnrollments: -1,
	}
	if !o.knows(id) {
		_, err := o.client.CreateIdentity(request)
		if err == nil {
			return secret, nil
		}
		if !o.knows(id) { // it would, if the CA was still busy with what that run had asked
			return "", fmt.Errorf("register: %w", err)
		}
	}
	if _, err := o.client.ModifyIdentity(request); err != nil {
		return "", fmt.Errorf("renew registration: %w", err)
	}
	return secret, nil
}

func (o *office) knows(id string) bool {
	_, err := o.client.GetIdentity(id, msp.WithCA(o.caName))
	return err == nil
}

// asked has each attribute put into the certificate, and no other.
func asked(attributes map[string]string) (all []*msp.AttributeRequest) {
	for _, name := range sortedNames(attributes) {
		all = append(all, &msp.AttributeRequest{Name: name})
	}
	return all
}

// revoke takes all certificates of a person away, and writes the list of all that were ever revoked and have not expired.
func (o *office) revoke(leaver Leaver, list string) error {
	text, err := o.strike(leaver.ID, leaver.Reason)
	if err != nil {
		return err
	}
	if len(text) == 0 { // nothing was left to revoke: an earlier run was cut short
		if text, err = o.listAnew(); err != nil {
			return err
		}
	}
	making := list + ".making"
	if err := os.WriteFile(making, text, 0o600); err != nil {
		return err
	}
	return os.Rename(making, list)
}

// strike revokes, and answers the CA's list, which it gives only where it revoked something.
func (o *office) strike(id, reason string) ([]byte, error) {
	answer, err := o.client.Revoke(&msp.RevocationRequest{Name: id, Reason: reason, CAName: o.caName, GenCRL: true})
	if err != nil {
		return nil, err
	}
	return answer.CRL, nil
}

// listAnew gets the CA's list at the price of an identity that nobody ever was.
func (o *office) listAnew() ([]byte, error) {
	half, err := newSecret()
	if err != nil {
		return nil, err
	}
	nobody := "u-" + half[:16]
	secret, err := o.client.Register(&msp.RegistrationRequest{Name: nobody, Type: personType, CAName: o.caName, MaxEnrollments: 1})
	if err != nil {
		return nil, fmt.Errorf("register: %w", err)
	}
	if err := o.client.Enroll(nobody, msp.WithSecret(secret)); err != nil {
		return nil, fmt.Errorf("enrol: %w", err)
	}
	text, err := o.strike(nobody, "superseded")
	if err == nil && len(text) == 0 {
		err = errors.New("the CA answers no list of revoked certificates")
	}
	return text, err
}

// save puts what was enrolled last into the person's folder in one step, so that a folder that exists is complete: the
// certificate and key, or those in a folder below and beside it the certificate of a key that is elsewhere.
func (o *office) save(id, below string, outside []byte) error {
	identity, err := o.client.GetSigningIdentity(id)
	if err != nil {
		return fmt.Errorf("read enrolment: %w", err)
	}
	key, err := os.ReadFile(filepath.Join(o.keys, hex.EncodeToString(identity.PrivateKey().SKI())+"_sk"))
	if err != nil {
		return fmt.Errorf("read key: %w", err)
	}
	files := map[string][]byte{
		filepath.Join(below, "cert.pem"): identity.EnrollmentCertificate(), filepath.Join(below, "key.pem"): key,
	}
	if outside != nil {
		files["cert.pem"] = outside
	}
	if err := os.MkdirAll(o.out, 0o700); err != nil {
		return err
	}
	making, err := os.MkdirTemp(o.out, ".making-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(making)
	for name, text := range files {
		file := filepath.Join(making, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return err
		}
	}
	final := filepath.Join(o.out, id)
	// Tokens that were ended stay ended: a link keeps the time that counts.
	err = os.Link(filepath.Join(final, signedOut), filepath.Join(making, signedOut))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.RemoveAll(final); err != nil {
		return err
	}
	return os.Rename(making, final)
}

func newSecret() (string, error) {
	bytes := make([]byte, secretBytes)
	if _, err := rand.Read(bytes); err != nil {
		return "", err
	}
	return hex.EncodeToString(bytes), nil
}

func sortedNames(values map[string]string) []string {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
