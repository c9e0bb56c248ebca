package tidy_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	chaincode = module + "/chaincode"
	gateway   = module + "/gateway"
)

// arrow says what the packages in a folder may import of this module and of others; the standard library is always free.
type arrow struct {
	from string
	may  []string
	why  string
}

var families = []string{"bill", "recovery", "pledge", "guarantee", "release", "interchange", "mandate", "approval", "leg", "facility", "presentation"}

const pure = "a document family decides from values alone: who knows it needs to know no ledger, no network and no other family"

func arrows() []arrow {
	all := []arrow{
		{"chaincode/fault", nil, "the vocabulary of refusals is shared by both sides of the process boundary"},
		{"chaincode/identifier", nil, "check digits are arithmetic"},
		{"chaincode/lifecycle", []string{chaincode + "/fault"}, "a table of moves knows no document, no Fabric, no clock and no storage"},
		{"chaincode/charge", []string{chaincode + "/calendar", chaincode + "/identifier", "github.com/shopspring/decimal", "github.com/go-json-experiment/json"},
			"what is owed follows from dated events and a tariff, and from nothing else"},
		{"chaincode/calendar", nil, "counting days needs the days and nothing else"},
		{"chaincode/control", []string{chaincode + "/lifecycle"}, "what peers attest is words alone, so that who checks it needs no ledger"},
		{"chaincode/answer", nil, "an answer is sealed alike whatever it is about"},
		{"chaincode/hold", []string{chaincode + "/fault", chaincode + "/lifecycle"}, "a hold is the same on every document"},
		{"chaincode/reefer", []string{chaincode + "/identifier", "github.com/shopspring/decimal"}, "the cold chain's rules are arithmetic over what was measured"},
		{"chaincode/damage", []string{"github.com/shopspring/decimal"}, "two sheets are compared from their values alone"},
		{"chaincode/party", []string{chaincode + "/fault", chaincode + "/lifecycle", chaincode + "/identifier", chaincode + "/payment"}, pure},
		{"chaincode/payment", []string{chaincode + "/fault"}, "a proof of payment is checked from its bytes, keys and times alone, so that every endorser answers alike"},
		{"chaincode/exchange", []string{chaincode + "/fault", chaincode + "/lifecycle", chaincode + "/party", chaincode + "/payment"}, pure},
		{"keyfile", nil, "what a file's rights mean is the same for every program"},
		{"gateway/pay", []string{chaincode + "/payment"}, "a bank signs where its key is, away from any ledger"},
		{"chaincode/content", []string{chaincode + "/identifier", chaincode + "/reefer", module + "/api", "github.com/go-json-experiment/json",
			"github.com/santhosh-tekuri/jsonschema/v6", "github.com/gowebpki/jcs"}, "content is checked from its bytes alone, so that every endorser answers alike"},
		{"chaincode/rules", append(in(chaincode, families...), chaincode+"/fault", chaincode+"/lifecycle", chaincode+"/reefer"), "the rules across families see records, never where they come from"},
		{"chaincode/state", []string{chaincode + "/fault", "github.com/hyperledger/fabric-chaincode-go/v2",
			"github.com/hyperledger/fabric-protos-go-apiv2", "google.golang.org/protobuf"}, "keys and policies know nothing of the trade"},
		{"chaincode/contract", append(in(chaincode, append(families, "answer", "calendar", "charge", "content", "control", "damage", "exchange", "fault", "hold", "lifecycle", "party", "recovery", "reefer", "rules", "state")...),
			"github.com/shopspring/decimal", "github.com/hyperledger/fabric-chaincode-go/v2", "github.com/hyperledger/fabric-contract-api-go/v2"), "the contract translates and assembles; what decides is below it"},
		{"gateway/ledger", nil, "what a gateway needs of a ledger is said without any ledger"},
		{"gateway/blocks", []string{gateway + "/ledger", "github.com/hyperledger/fabric-protos-go-apiv2", "google.golang.org/protobuf"},
			"reading a block asks nobody"},
		{"gateway/fabric", []string{gateway + "/ledger", gateway + "/blocks", gateway + "/proof", chaincode + "/answer", chaincode + "/fault", module + "/keyfile", "github.com/hyperledger/fabric-gateway",
			"github.com/hyperledger/fabric-protos-go-apiv2", "google.golang.org/grpc", "google.golang.org/protobuf"}, "the Fabric side of the gateway knows no HTTP, and no REST side at all"},
		{"gateway/proof", []string{chaincode + "/control", "github.com/hyperledger/fabric-protos-go-apiv2", "google.golang.org/protobuf"},
			"a statement is checked off line: from its bytes and certificates"},
		{"gateway/table", append(in(chaincode, families...), chaincode+"/exchange", chaincode+"/lifecycle", chaincode+"/party"),
			"what can be done follows from the families' tables"},
		{"gateway/signing", []string{module + "/keyfile", gateway + "/proof", gateway + "/table", "github.com/go-json-experiment/json", "github.com/hyperledger/fabric-protos-go-apiv2",
			"google.golang.org/protobuf", "github.com/hyperledger/fabric-gateway/pkg/identity", "github.com/miekg/pkcs11"},
			"who signs believes bytes, not the gateway that sent them, and shares no code with it that could be talked into a lie"},
		{"gateway/audit", nil, "a trail is read and checked where nothing else runs"},
		{"network/issuer", []string{"github.com/zitadel/oidc/v3", "github.com/go-jose/go-jose/v4", "github.com/rs/cors", "golang.org/x/crypto/bcrypt"},
			"a provider knows who signs in, and nothing of what they may do"},
		{"gateway/store", []string{gateway + "/ledger", "modernc.org/sqlite"}, "the gateway's memory knows neither HTTP nor Fabric"},
	}
	for _, f := range families {
		all = append(all, arrow{"chaincode/" + f, []string{chaincode + "/fault", chaincode + "/hold", chaincode + "/lifecycle", chaincode + "/party", chaincode + "/identifier", "github.com/shopspring/decimal"}, pure})
	}
	return all
}

func in(folder string, names ...string) []string {
	var paths []string
	for _, n := range names {
		paths = append(paths, folder+"/"+n)
	}
	return paths
}

func TestThePackagesKnowOnlyWhatTheyMay(t *testing.T) {
	checked := map[string]bool{}
	for _, s := range sources(t) {
		for _, a := range arrows() {
			if s.test || s.dir != a.from {
				continue
			}
			checked[a.from] = true
			for _, i := range s.imports() {
				if standard(i) {
					continue
				}
				require.True(t, below(i, a.may...), "%s imports %s: %s", s.name, i, a.why)
			}
		}
	}
	for _, a := range arrows() {
		require.True(t, checked[a.from], "there is no %s any more: take its arrow out", a.from)
	}
}

// standard tells whether an import is of the standard library: its first element has no dot, and is not this module.
func standard(i string) bool {
	first, _, _ := strings.Cut(i, "/")
	return !strings.Contains(first, ".") && first != module
}

// never says which packages something stays out of.
var never = []struct {
	what, except []string
	why          string
	from         []string
}{
	{[]string{chaincode + "/contract", chaincode + "/state", chaincode + "/rules"}, nil,
		"the gateway translates and decides nothing: a request that goes round it must meet the same rules", []string{"gateway"}},
	{[]string{gateway + "/fabric"}, nil, "rest defines the ledger that it needs; only main knows which one it gets", []string{"gateway/rest"}},
	{[]string{gateway + "/rest"}, nil, "the Fabric side serves any front", []string{"gateway/fabric", "gateway/store"}},
	{[]string{gateway, module + "/network", module + "/test"}, nil, "the ledger does not know who calls it", []string{"chaincode"}},
	{[]string{module + "/test"}, nil, "what ships does not need its tests", []string{"api", "gateway"}},
	{[]string{"github.com/gin-gonic/gin"}, []string{"gateway/rest"}, "HTTP has one room", []string{"chaincode", "gateway", "network", "api"}},
	{[]string{"github.com/hyperledger/fabric-gateway"}, []string{"gateway/fabric", "gateway/signing", "network"}, "the ledger's client has one room, and lends a signer its token", []string{"chaincode", "gateway", "api"}},
	{[]string{"github.com/hyperledger/fabric-sdk-go"}, nil,
		"the archived SDK registers the same protocol buffers as the maintained client: one binary with both panics at start", []string{"chaincode", "gateway", "network", "test"}},
	{[]string{"github.com/stretchr/testify/mock", "github.com/stretchr/testify/suite"}, nil, "fakes, not mocks", []string{"chaincode", "gateway", "network", "test", "api"}},
}

func TestThePackagesStayOutOfEachOthersRooms(t *testing.T) {
	for _, s := range sources(t) {
		for _, n := range never {
			if !below(s.dir, n.from...) || below(s.dir, n.except...) || (s.test && !strings.Contains(n.what[0], "mock") && !strings.Contains(n.what[0], "sdk")) {
				continue
			}
			for _, i := range s.imports() {
				require.False(t, below(i, n.what...), "%s imports %s: %s", s.name, i, n.why)
			}
		}
	}
}
