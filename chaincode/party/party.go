// Package party holds the register of legal persons: each is vouched for by exactly one organisation.
//
// The public record carries an id, the organisation and roles. Legal name and identifying codes are private content of
// the vouching organisation. The package knows nothing of documents.
package party

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/payment"
)

// The roles of the trade (domain roles; UN/CEFACT and DCSA party functions).
const (
	Carrier   lifecycle.Role = "CARRIER"   // 船公司 / 多式联运经营人
	Shipper   lifecycle.Role = "SHIPPER"   // 托运人
	Consignee lifecycle.Role = "CONSIGNEE" // 收货人
	Forwarder lifecycle.Role = "FORWARDER" // 货代
	Trucker   lifecycle.Role = "TRUCKER"   // 车队
	Terminal  lifecycle.Role = "TERMINAL"  // 码头
	Depot     lifecycle.Role = "DEPOT"     // 堆场
	Bank      lifecycle.Role = "BANK"      // 银行
	Customs   lifecycle.Role = "CUSTOMS"   // 海关
	Authority lifecycle.Role = "AUTHORITY" // 口岸办 / 单一窗口
	Rail      lifecycle.Role = "RAIL"      // 铁路
	Barge     lifecycle.Role = "BARGE"     // 驳船
	Airline   lifecycle.Role = "AIRLINE"   // 航空
)

// Roles are all roles a party can be registered with.
var Roles = []lifecycle.Role{Carrier, Shipper, Consignee, Forwarder, Trucker, Terminal, Depot, Bank, Customs, Authority,
	Rail, Barge, Airline}

// Registered is the state of a party from birth on.
const Registered lifecycle.State = "REGISTERED"

// The acts on a party.
const (
	Register lifecycle.Act = "register"
	Describe lifecycle.Act = "describe"
)

// Registrar is the role of an organisation's own officer who registers parties; it comes from the certificate alone.
const Registrar lifecycle.Role = "REGISTRAR"

// Party is the public record of a legal person.
type Party struct {
	lifecycle.Record
	Org   string           `json:"org"`
	Roles []lifecycle.Role `json:"roles"`
	// AutoAccept lets transfers to this party take effect at once, without its answer.
	AutoAccept bool `json:"autoAccept,omitempty"`
	// AEO is the customs' certification of the enterprise 海关信用等级, empty for none (see aeo.go).
	AEO AEOStatus `json:"aeoStatus,omitempty"`
	// PaymentKeys are a bank's keys for proofs of payment, at most payment.KeysMax (see keys.go).
	PaymentKeys []payment.Key `json:"paymentKeys,omitempty"`
	// FourEyes are the acts that take two persons of this party, as "family/act" or "family/*" (see foureyes.go).
	FourEyes []string `json:"fourEyes,omitempty"`
}

// Ref is how control records name this party.
func (p Party) Ref() lifecycle.Ref { return lifecycle.Ref{Party: p.ID, Org: p.Org} }

// Zero tells whether this is no party at all.
func (p Party) Zero() bool { return p.ID == "" }

// Relying is the organisation that vouches: it alone endorses a change.
func (p Party) Relying() []string { return []string{p.Org} }

// Parties is the party itself.
func (p Party) Parties() []lifecycle.Ref { return []lifecycle.Ref{p.Ref()} }

// Has tells whether the party is registered with one of roles.
func (p Party) Has(roles ...lifecycle.Role) bool {
	return lifecycle.Actor{Roles: p.Roles}.Has(roles)
}

// Request is the public input of the acts.
type Request struct {
	ID         string           `json:"id"`
	Version    int              `json:"version"`
	Roles      []lifecycle.Role `json:"roles"`
	AutoAccept bool             `json:"autoAccept"`
	// AEO is the status that the customs gave the enterprise; NONE or nothing where it has none.
	AEO AEOStatus `json:"aeoStatus"`
	// Witness is the second organisation (MSP id) that endorses the birth, since a new key needs two.
	Witness string `json:"witness"`
	// PublicKey, From and To are of a payment key that is registered; Key is the id of one that is revoked.
	PublicKey string `json:"publicKey"`
	From      string `json:"from"`
	To        string `json:"to"`
	Key       string `json:"key"`
	// Acts are those marked or unmarked for four eyes; Known tells whether an act can be marked.
	Acts  []string          `json:"acts"`
	Known func(string) bool `json:"-"`
}

type command = lifecycle.Command[Request]

var registrar = &lifecycle.By[Party]{Name: "registrar", Roles: []lifecycle.Role{Registrar}}

var ownRegistrar = &lifecycle.By[Party]{
	Name:  "registrar of the vouching organisation",
	Ref:   func(p Party) lifecycle.Ref { return lifecycle.Ref{Party: RegistrarOf(p.Org), Org: p.Org} },
	Roles: []lifecycle.Role{Registrar},
}

// RegistrarOf is the party id under which an organisation's registrar acts: the organisation itself.
func RegistrarOf(org string) string { return "org:" + org }

// Law is the party's lifecycle.
var Law = &lifecycle.Law[Party, Request]{
	Family: "party",
	State:  func(p *Party) *lifecycle.State { return &p.State },
	Verbs: []lifecycle.Verb{
		{Name: Register, Takes: []string{"roles", "autoAccept?", "aeoStatus?", "witness"}, Chinese: "登记"},
		{Name: Describe, Content: "party", Chinese: "补充资料"},
		{Name: Certify, Takes: []string{"aeoStatus"}, Chinese: "登记海关信用等级"},
		{Name: RegisterPaymentKey, Takes: []string{"publicKey", "from?", "to"}, Chinese: "登记付款密钥"},
		{Name: RevokePaymentKey, Takes: []string{"key"}, Chinese: "撤销付款密钥"},
		{Name: MarkFourEyes, Takes: []string{"acts"}, Chinese: "设定双人复核"},
		{Name: UnmarkFourEyes, Takes: []string{"acts"}, Chinese: "解除双人复核"},
	},
	Rows: slices.Concat([]lifecycle.Row[Party, Request]{
		{From: lifecycle.None, Do: Register, By: registrar, To: Registered,
			If: []lifecycle.Guard[Party, Request]{rolesKnown, aeoKnown, otherWitness}, Then: take},
		{From: Registered, Do: Describe, By: ownRegistrar, To: Registered},
		{From: Registered, Do: Certify, By: ownRegistrar, To: Registered,
			Asks: []lifecycle.Guard[Party, Request]{aeoAsked, aeoKnown}, Then: certify},
	}, keyRows, eyeRows),
}

func rolesKnown(_ Party, c command) *fault.Fault {
	if len(c.Request.Roles) == 0 {
		return fault.New(fault.Invalid, "check", "required").In("/roles")
	}
	for i, r := range c.Request.Roles {
		if !slices.Contains(Roles, r) || slices.Contains(c.Request.Roles[:i], r) {
			return fault.New(fault.Invalid, "check", "role").In("/roles")
		}
	}
	return nil
}

func otherWitness(_ Party, c command) *fault.Fault {
	if c.Request.Witness == c.Actor.Org {
		return fault.New(fault.OneOrganisation).In("/witness")
	}
	return nil
}

func take(p *Party, c command) {
	p.Org = c.Actor.Org
	p.Roles = slices.Clone(c.Request.Roles)
	slices.Sort(p.Roles)
	p.AutoAccept = c.Request.AutoAccept
	certify(p, c)
}
