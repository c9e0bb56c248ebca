package party

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
)

// Certify records what the customs say of an enterprise, when it changes.
const Certify lifecycle.Act = "certify"

// AEOStatus is the customs' certification of an enterprise (Authorised Economic Operator). The vouching organisation registers
// it, as it does the roles.
type AEOStatus string

// The statuses of the PRC customs' credit rules (海关注册登记和备案企业信用管理办法). NONE takes a status away.
const (
	AEOAdvanced AEOStatus = "ADVANCED" // 高级认证企业
	AEOStandard AEOStatus = "STANDARD" // 一般认证企业, of earlier rules and of other customs
	AEONone     AEOStatus = "NONE"     // 未认证
)

var aeoStatuses = []AEOStatus{AEOAdvanced, AEOStandard, AEONone}

// Authorised tells whether the customs certified the party.
func (p Party) Authorised() bool { return p.AEO == AEOAdvanced || p.AEO == AEOStandard }

func aeoAsked(_ Party, c command) *fault.Fault {
	if c.Request.AEO == "" {
		return fault.New(fault.Invalid, "check", "required").In("/aeoStatus")
	}
	return nil
}

func aeoKnown(_ Party, c command) *fault.Fault {
	if c.Request.AEO != "" && !slices.Contains(aeoStatuses, c.Request.AEO) {
		return fault.New(fault.Invalid, "check", "enum").In("/aeoStatus")
	}
	return nil
}

func certify(p *Party, c command) {
	if p.AEO = c.Request.AEO; p.AEO == AEONone {
		p.AEO = ""
	}
}
