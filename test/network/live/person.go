package live

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"golang.org/x/oauth2"

	"portledger/network/ledger"
	"portledger/network/signin"
	"portledger/network/site"
)

// tokenRest is how much of its life a token must have left to be used for another request.
const tokenRest = 5 * time.Minute

// Person is someone enrolled, with a Fabric client at the own organisation's peer and a token for its gateway.
type Person struct {
	Name, ID, Organisation, MSP string
	// Party is the ledger id of the party the person acts for, empty for a registrar.
	Party   string
	network *Network
	client  *ledger.Client
	signing sync.Mutex // one sign-in at a time; the others use its token
	token   *oauth2.Token
}

// Act is one act as its maker means it. Request is public, Content private.
type Act struct {
	Family, Name string
	Request      map[string]any
	Content      []byte
}

// Outcome is what an act answers.
type Outcome struct {
	Family  string `json:"family"`
	ID      string `json:"id"`
	State   string `json:"state"`
	Version int    `json:"version"`
}

// Prepared is an act after its rehearsal: ready to be endorsed by exactly those who must.
type Prepared struct {
	Call    ledger.Call
	Outcome Outcome
}

// Invalid is a transaction that was ordered and then found invalid, with Fabric's code for it.
type Invalid struct{ Code peer.TxValidationCode }

func (i Invalid) Error() string { return "the transaction is invalid: " + i.Code.String() }

// Person answers someone by the name in network.yaml.
func (n *Network) Person(name string) (*Person, error) {
	n.mu.Lock()
	known := n.people[name]
	n.mu.Unlock()
	if known != nil {
		return known, nil
	}
	e, found := n.ids[name]
	if !found {
		return nil, fmt.Errorf("nobody is called %q", name)
	}
	p := &Person{Name: name, ID: e.ID, Organisation: e.Organisation, MSP: n.MSP(e.Organisation), Party: n.Party[e.Party], network: n}
	var err error
	if p.client, err = n.clientOf(e.Organisation, n.keys(name, e), n.Chaincode); err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.people[name] = p
	return p, nil
}

// keys is the folder with somebody's certificate and key: with the gateway, or where the person keeps them.
func (n *Network) keys(name string, e enrolled) string {
	own := filepath.Join(n.Folder, "own-keys", name)
	if _, err := os.Stat(own); err == nil {
		return own
	}
	return filepath.Join(n.Organisations[e.Organisation].Identities, e.ID)
}

// Token answers a token of the person's: they sign in at the provider for the first, and when it is about to expire.
func (p *Person) Token(ctx context.Context) (string, error) {
	p.signing.Lock()
	defer p.signing.Unlock()
	if p.token != nil && time.Until(p.token.Expiry) > tokenRest {
		return p.token.AccessToken, nil
	}
	with, err := p.Account()
	if err != nil {
		return "", err
	}
	token, err := p.SignIn(ctx, with)
	if err != nil {
		return "", err
	}
	p.token = token
	return token.AccessToken, nil
}

// Account answers what the person signs in with.
func (p *Person) Account() (site.SignIn, error) { return p.network.place.SignIn(p.Name) }

// SignIn gets a new token from the provider.
func (p *Person) SignIn(ctx context.Context, with site.SignIn) (*oauth2.Token, error) {
	token, err := signin.Token(ctx, p.network.Issuer, site.ScriptClient, p.Name, p.ID, with)
	if err != nil {
		return nil, fmt.Errorf("sign %s in: %w", p.Name, err)
	}
	return token, nil
}

// ClientOf answers a client, at the organisation's peer, of whoever has a folder with a certificate and its key.
func (n *Network) ClientOf(organisation, folder string) (*ledger.Client, error) {
	return n.clientOf(organisation, folder, n.Chaincode)
}

func (n *Network) clientOf(organisation, folder, chaincode string) (*ledger.Client, error) {
	connection, err := n.connect(organisation)
	if err != nil {
		return nil, err
	}
	identity, err := ledger.LoadIdentity(n.Organisations[organisation].MSP, folder)
	if err != nil {
		return nil, err
	}
	return ledger.Connect(connection, identity, n.Channel, chaincode)
}

// Client answers the person's client of another chaincode.
func (p *Person) Client(chaincode string) (*ledger.Client, error) {
	return p.network.clientOf(p.Organisation, p.network.keys(p.Name, enrolled{ID: p.ID, Organisation: p.Organisation}), chaincode)
}

// Call is the act as a contract function without anything that a rehearsal adds.
func (a Act) Call(function string) (ledger.Call, error) {
	request := a.Request
	if request == nil {
		request = map[string]any{}
	}
	body, err := json.Marshal(request)
	if err != nil {
		return ledger.Call{}, err
	}
	call := ledger.Call{
		Function: a.Family + ":" + function, Arguments: []string{a.Name, string(body)},
		Transient: map[string][]byte{"salt": []byte(randomHex(32))},
	}
	if a.Content != nil {
		call.Transient["content"] = a.Content
	}
	return call, nil
}

// Prepare rehearses the act on the own peer.
func (p *Person) Prepare(ctx context.Context, a Act) (Prepared, error) {
	call, err := a.Call("Prepare")
	if err != nil {
		return Prepared{}, err
	}
	call.Endorsers = []string{p.MSP}
	answer, err := p.client.Evaluate(ctx, call)
	if err != nil {
		return Prepared{}, err
	}
	var plan struct {
		Outcome   Outcome           `json:"outcome"`
		Endorsers []string          `json:"endorsers"`
		Attach    map[string][]byte `json:"attach"`
	}
	if err := json.Unmarshal(answer, &plan); err != nil {
		return Prepared{}, fmt.Errorf("read what Prepare answered: %w", err)
	}
	call.Function, call.Endorsers = a.Family+":Act", plan.Endorsers
	for name, value := range plan.Attach {
		call.Transient[name] = value
	}
	return Prepared{Call: call, Outcome: plan.Outcome}, nil
}

// Do makes the act with the Fabric client: rehearsal, endorsement, submit. A transaction that is found invalid is an
// Invalid.
func (p *Person) Do(ctx context.Context, a Act) (Outcome, error) {
	prepared, err := p.Prepare(ctx, a)
	if err != nil {
		return Outcome{}, err
	}
	return p.Submit(ctx, prepared.Call)
}

// Submit endorses and submits a call and waits for its fate.
func (p *Person) Submit(ctx context.Context, call ledger.Call) (Outcome, error) {
	transaction, err := p.client.Endorse(ctx, call)
	if err != nil {
		return Outcome{}, err
	}
	if err := Commit(ctx, transaction); err != nil {
		return Outcome{}, err
	}
	var done Outcome
	if len(transaction.Result()) == 0 {
		return done, nil
	}
	return done, json.Unmarshal(transaction.Result(), &done)
}

// Endorse gathers a call's endorsements, without submitting.
func (p *Person) Endorse(ctx context.Context, call ledger.Call) (*client.Transaction, error) {
	return p.client.Endorse(ctx, call)
}

// Evaluate asks without writing.
func (p *Person) Evaluate(ctx context.Context, call ledger.Call) ([]byte, error) {
	return p.client.Evaluate(ctx, call)
}

// Commit submits an endorsed transaction once and waits for its fate.
func Commit(ctx context.Context, transaction *client.Transaction) error {
	commit, err := transaction.SubmitWithContext(ctx)
	if err != nil {
		return fmt.Errorf("submit: %w", err)
	}
	status, err := commit.StatusWithContext(ctx)
	if err != nil {
		return fmt.Errorf("ask after the transaction: %w", err)
	}
	if !status.Successful {
		return Invalid{status.Code}
	}
	return nil
}

// Read reads a document at the own organisation's peer.
func (p *Person) Read(ctx context.Context, family, id string, into any) error {
	answer, err := p.client.Evaluate(ctx, ledger.Call{Function: family + ":Read", Arguments: []string{id}, Endorsers: []string{p.MSP}})
	if err != nil {
		return err
	}
	return json.Unmarshal(answer, into)
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
