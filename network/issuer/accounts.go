package issuer

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/crypto/bcrypt"
)

// Accounts is who may ask this provider for tokens. It holds no secret that opens anything: only what one is checked against.
type Accounts struct {
	// Clients are the programs that may send people here.
	Clients []Client `json:"clients"`
	// People sign in with a name and a password, machines with their subject and a secret.
	People   []Account `json:"people"`
	Machines []Account `json:"machines"`
}

// Client is a program that runs where its user can read it, a console or a script: it has no secret, and PKCE takes its place.
type Client struct {
	ID string `json:"id"`
	// Redirects are the addresses that a code may be sent to, compared byte by byte.
	Redirects []string `json:"redirects"`
}

// Account is a person or a machine.
type Account struct {
	// Name is what a person types. It goes into no token.
	Name string `json:"name,omitempty"`
	// Subject is the opaque id ("u-" and 16 hexadecimal digits) that certificates and tokens carry.
	Subject string `json:"subject"`
	// Audience is the gateway of the organisation that the person is enrolled with.
	Audience string `json:"audience"`
	// Check is the bcrypt hash of a password, or the SHA-256 (hexadecimal) of a machine's secret.
	Check string `json:"check"`
}

// NewSecret makes a password or a machine's secret: 26 letters and digits, at least 128 bits.
func NewSecret() string { return rand.Text() }

// NewPerson makes a person's account.
func NewPerson(name, subject, audience, password string) (Account, error) {
	// The default cost: a made password has no need of more, and every sign-in of a test pays for it.
	check, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost)
	return Account{Name: name, Subject: subject, Audience: audience, Check: string(check)}, err
}

// NewMachine makes a machine's account. Its secret has the strength of a key, so one round of a hash hides it.
func NewMachine(subject, audience, secret string) Account {
	return Account{Subject: subject, Audience: audience, Check: digest(secret)}
}

func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// ReadAccounts reads the file; where there is none, nobody has an account.
func ReadAccounts(file string) (Accounts, error) {
	var a Accounts
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return a, nil
	}
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(text, &a)
}

// Write replaces the file in one step.
func (a Accounts) Write(file string) error {
	text, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	next := file + ".next"
	if err := os.WriteFile(next, text, 0o600); err != nil {
		return err
	}
	return os.Rename(next, file)
}

func (a Accounts) client(id string) (Client, bool) {
	for _, c := range a.Clients {
		if c.ID == id {
			return c, true
		}
	}
	return Client{}, false
}

// Find answers the account with that subject among some.
func Find(accounts []Account, subject string) (Account, bool) {
	for _, one := range accounts {
		if one.Subject == subject {
			return one, true
		}
	}
	return Account{}, false
}

// nobody is compared with where there is no such person, so that a guess of a name takes as long as any other.
var nobody = func() string {
	check, err := bcrypt.GenerateFromPassword([]byte(rand.Text()), bcrypt.DefaultCost)
	if err != nil {
		panic(err) // the cost is bcrypt's own
	}
	return string(check)
}

// signIn answers the person who has that name and password.
func (a Accounts) signIn(name, password, nobody string) (Account, bool) {
	someone := Account{Check: nobody}
	for _, one := range a.People {
		if one.Name == name {
			someone = one
		}
	}
	right := bcrypt.CompareHashAndPassword([]byte(someone.Check), []byte(password)) == nil
	return someone, right && someone.Subject != ""
}

// machine answers the machine that has that subject and secret.
func (a Accounts) machine(subject, secret string) (Account, bool) {
	one, found := Find(a.Machines, subject)
	right := subtle.ConstantTimeCompare([]byte(one.Check), []byte(digest(secret))) == 1
	return one, found && right
}
