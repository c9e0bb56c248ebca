package contract

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"portledger/chaincode/fault"
)

// A token stands for a bill number or a container in public keys. Those have little entropy, so a bare hash could be
// guessed; a token is keyed with a secret that only the carrier's organisation holds. It travels with the content, so
// that whoever is entitled to the content can act, and the carrier's own endorser checks it.

// settings is what an organisation keeps for itself alone.
type settings struct {
	// Secret keys the tokens, hex, at least 32 bytes.
	Secret string `json:"secret"`
	Trust  struct {
		// Customs are the organisations (MSP ids) whose customs feed, and whose authorities' holds, this organisation accepts.
		Customs []string `json:"customs"`
		// Guardians are the other organisations (MSP ids) that this organisation trusts to recover its bills when control is
		// lost (decision 16); empty for no recovery.
		Guardians []string `json:"guardians"`
	} `json:"trust"`
	// Release is how a carrier releases.
	Release struct {
		// IssueAhead 先签发后放行: orders are issued before customs releases; customs is then asked for at the gate only.
		IssueAhead bool `json:"issueAhead"`
	} `json:"release"`
	// Charges is how a payee, carrier or terminal, gives credit.
	Charges struct {
		// CreditToAnybody 不限AEO挂账: credit is not only for those whom the customs certified.
		CreditToAnybody bool `json:"creditToAnybody"`
	} `json:"charges"`
	// Guarantee is which letters a carrier takes for goods that it delivers.
	Guarantee struct {
		// LeastPercentOfCIF 最低到岸价比例, decimal text: a cover with a limit is at least so many per cent of the CIF value. Empty
		// leaves it to whoever accepts.
		LeastPercentOfCIF string `json:"leastPercentOfCif"`
	} `json:"guarantee"`
	// Gate is how a terminal lets containers out.
	Gate struct {
		// ReleaseCode 提箱码: an appointment has a code, and the container leaves only with the driver who tells it.
		ReleaseCode bool `json:"releaseCode"`
	} `json:"gate"`
}

const settingsKey = "settings"

// own reads the settings of org on its own peer; ok is false on every other peer, which reads a hash in its place.
func (t *turn) own(org string) (s settings, ok bool, err error) {
	value, err := t.Peek(org, settingsKey)
	if err != nil || org != t.Self {
		return s, false, err
	}
	if value == nil {
		return s, false, fault.New(fault.NotAnchored, "id", "settings", "org", org)
	}
	err = json.Unmarshal(value, &s)
	return s, err == nil, err
}

func (s settings) token(what string, name []string) string {
	mac := hmac.New(sha256.New, []byte(s.Secret))
	mac.Write([]byte("portledger/" + what + "/1\n" + strings.Join(name, "\n")))
	return hex.EncodeToString(mac.Sum(nil))
}

// ownToken computes a token in a rehearsal on the caller's own peer.
func ownToken(t *turn, what string, name ...string) ([]byte, error) {
	s, ok, err := t.own(t.actor.Org)
	if err != nil || !ok {
		return nil, err
	}
	return []byte(s.token(what, name)), nil
}

// checkToken lets the organisation whose secret made the token check it; the others check its form.
func checkToken(t *turn, org, token, what string, name ...string) error {
	s, ok, err := t.own(org)
	if err != nil {
		return err
	}
	if raw, bad := hex.DecodeString(token); bad != nil || len(raw) != sha256.Size {
		return fault.New(fault.ContentMismatch)
	}
	if ok && !hmac.Equal([]byte(s.token(what, name)), []byte(token)) {
		return fault.New(fault.ContentMismatch)
	}
	return nil
}

// carrierTokens are the tokens of containers, made by the carrier's own organisation and checked by it.
func carrierTokens(t *turn, carrierOrg string, containers []string) (map[string]string, error) {
	return tokens(t, carrierOrg, containers, func() (map[string]string, error) {
		made := map[string]string{}
		for _, c := range containers {
			token, err := ownToken(t, "container", c)
			if err != nil || token == nil {
				return nil, err
			}
			made[c] = string(token)
		}
		return made, nil
	})
}

// tokens are the tokens of exactly these containers, from the transaction's private input or, in a rehearsal, from own.
func tokens(t *turn, carrierOrg string, containers []string, own func() (map[string]string, error)) (map[string]string, error) {
	raw, err := t.Supply("tokens", func() ([]byte, error) {
		held, err := own()
		if err != nil || held == nil {
			return nil, err
		}
		wanted := map[string]string{}
		for _, c := range containers {
			if held[c] == "" { // whoever holds the document holds the tokens of all its containers
				return nil, fault.New(fault.NotCovered).By("X-02").In("/content/lines")
			}
			wanted[c] = held[c]
		}
		return json.Marshal(wanted)
	})
	if err != nil {
		return nil, err
	}
	var brought map[string]string
	if json.Unmarshal(raw, &brought) != nil || len(brought) != len(containers) {
		return nil, fault.New(fault.ContentMismatch)
	}
	sorted := slices.Sorted(slices.Values(containers))
	for _, c := range sorted {
		if err := checkToken(t, carrierOrg, brought[c], "container", c); err != nil {
			return nil, err
		}
	}
	return brought, nil
}
