package network_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"portledger/chaincode/fault"
	"portledger/test/network/live"
)

// guide is the operator's guide, followed to the letter.
type guide struct {
	s    *scene
	text string
}

func (s *scene) guide() guide {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.Root, "docs", "operator.md"))
	require.NoError(s.t, err)
	return guide{s, string(text)}
}

// command is the one of the guide that begins so, with the lines that it goes on for and without what it says about itself.
func (g guide) command(begins string) string {
	g.s.t.Helper()
	found := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(begins) + `(.*\\\n)*.*$`).FindString(g.text)
	require.NotEmpty(g.s.t, found, "the guide has no such command: %s", begins)
	command, _, _ := strings.Cut(found, "  #")
	return command
}

// gateways are the addresses that the guide tells, by organisation.
var gateways = map[string]string{live.Carrier: "17110", live.Terminal: "17210", live.Bank: "17310", live.Port: "17410"}

// try runs a command of the guide with its placeholders (pairs) filled in, and answers what it printed.
func (g guide) try(begins string, fill ...string) (string, error) {
	g.s.t.Helper()
	for organisation, port := range gateways {
		fill = append(fill, "http://127.0.0.1:"+port, g.s.Organisations[organisation].Gateway)
	}
	command := strings.NewReplacer(fill...).Replace(g.command(begins))
	said := exec.CommandContext(g.s.ctx, "bash", "-c", command)
	said.Dir = g.s.Root
	said.Env = append(os.Environ(), "PORTLEDGER_TOKEN="+g.token())
	var out, complaint bytes.Buffer
	said.Stdout, said.Stderr = &out, &complaint
	err := said.Run()
	return out.String() + complaint.String(), err
}

func (g guide) token() string {
	g.s.t.Helper()
	token, err := g.s.person(bankSigner).Token(g.s.ctx)
	require.NoError(g.s.t, err)
	return token
}

// follow is try that has to succeed.
func (g guide) follow(begins string, fill ...string) string {
	g.s.t.Helper()
	said, err := g.try(begins, fill...)
	require.NoError(g.s.t, err, said)
	g.s.level()
	return said
}

func TestTheOperatorsGuidePublishesACalendar(t *testing.T) {
	s := open(t)
	g := s.guide()
	request := regexp.MustCompile("(?s)```json\n(.*?CN-XMN-BANK.*?)```").FindStringSubmatch(g.text)
	require.NotNil(t, request)
	file := filepath.Join(t.TempDir(), "calendar.json")
	require.NoError(t, os.WriteFile(file, []byte(request[1]), 0o600))
	require.Contains(t, g.follow(".local/bin/network publish", " calendar.json", " "+file), "calendar BankMSP/CN-XMN-BANK is published")
}

func TestTheOperatorsGuideSignsInAndOut(t *testing.T) {
	g := open(t).guide()
	for _, name := range []string{"line-clerk", "customs-feed"} {
		require.Regexp(t, `^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$`, g.follow("scripts/token.sh "+name))
	}
	require.Contains(t, g.follow(".local/bin/network sign-out line-clerk", "line-clerk", "depot-clerk"), "signed out")
	g.follow(".local/bin/network rotate")
	g.follow(".local/bin/network restart issuer")
	g.follow("scripts/token.sh line-clerk")
}

func TestTheOperatorsGuideLetsPeopleComeAndGo(t *testing.T) {
	s := open(t)
	g := s.guide()
	g.follow(".local/bin/network enrol forwarder-leaver")
	require.Contains(t, g.follow(".local/bin/network revoke forwarder-leaver"), "is revoked")
	_, err := g.try("scripts/token.sh line-clerk", "line-clerk", "forwarder-leaver")
	require.Error(t, err, "without an account")
	g.follow(".local/bin/network enrol forwarder-leaver")
}

func TestTheOperatorsGuideSignsWithAKeyOfOnesOwn(t *testing.T) {
	s := open(t)
	g := s.guide()
	folder, id := t.TempDir(), s.issued()
	s.do("shipper-clerk", "bill", "endorse-to-order", fields{"id": id, "to": s.Party["bank"]}, nil)
	sign := "scripts/sign.sh act --settings .local/net/own-keys/bank-signer/signer.json"
	said := g.follow(sign+" bill accept", "BILL-ID", id+" --yes")
	require.Contains(t, said, `"state":"ISSUED"`)
	challenge, statement := filepath.Join(folder, "challenge.json"), filepath.Join(folder, "statement.json")
	require.NoError(t, os.WriteFile(challenge, []byte(`{"challenge":"gate-7-asks-20261122"}`), 0o600))
	g.follow(sign+" --body challenge.json", "challenge.json", challenge+" --yes", "BILL-ID", id, "statement.json", statement)
	checked := g.follow("scripts/verify-proof.sh --roots roots", "--roots roots", "--roots "+filepath.Join(s.Folder, "roots"), "BILL-ID", id,
		"CHALLENGE", "gate-7-asks-20261122", "statement.json", statement)
	require.Contains(t, checked, s.Party["bank"])
}

func TestTheOperatorsGuideMarksAnActForTwoPersons(t *testing.T) {
	s := open(t)
	g := s.guide()
	marked := g.follow(`curl -s -X POST -H "Authorization: Bearer $(scripts/token.sh bank-officer)" -H 'Content-Type: application/json' \
  -d '{"acts":["mandate/grant"`, "PARTY-ID", s.Party["bank"])
	require.Contains(t, marked, `"state":"REGISTERED"`)
	unmark := live.Act{Family: "party", Name: "unmark-four-eyes", Request: fields{"id": s.Party["bank"], "acts": []string{"mandate/grant", "mandate/revoke"}}}
	defer s.together("bank-officer", "bank-checker", unmark)
	grant := live.Act{Family: "mandate", Name: "grant", Request: fields{"agent": s.Party["forwarder"], "acts": []string{"bill/sign"}, "until": inDays(1)}}
	answer, err := s.person("bank-officer").Post(s.ctx, grant, nil)
	require.NoError(t, err)
	require.Equal(t, string(fault.FourEyes), answer.Problem().Code, string(answer.Body))
	id := s.together("bank-officer", "bank-checker", grant)
	require.NotEmpty(t, id)

	// What the guide says of mandates, and of the trail of all this.
	trail := g.follow("scripts/verify-audit.sh .local/net", "carrier", "bank")
	require.Contains(t, trail, "entries")
	told := g.follow("scripts/verify-audit.sh --print", "carrier", "bank", "BILL-ID", s.Party["bank"])
	require.Contains(t, told, "mark-four-eyes")
}

func TestTheOperatorsGuideLetsAnotherAct(t *testing.T) {
	s := open(t)
	g := s.guide()
	head := `curl -s -X POST -H "Authorization: Bearer $(scripts/token.sh buyer-clerk)" -H 'Content-Type: application/json' \
  -d '`
	var granted, ended live.Outcome
	require.NoError(t, json.Unmarshal([]byte(g.follow(head+`{"agent"`, "AGENT-ID", s.Party["forwarder"], "UNTIL", inDays(1))), &granted))
	require.Equal(t, "ACTIVE", granted.State)
	header := map[string]string{"PortLedger-Mandate": granted.ID}
	id := s.issued() // the shipper's: the mandate lends no more than the buyer has
	answer, err := s.person("forwarder-clerk").Post(s.ctx, live.Act{Family: "bill", Name: "surrender", Request: fields{"id": id}}, header)
	require.NoError(t, err)
	require.Equal(t, string(fault.WrongParty), answer.Problem().Code, string(answer.Body))
	require.NoError(t, json.Unmarshal([]byte(g.follow(head+`{"reason":"CHANGE_OF_AGENT"`, "MANDATE-ID", granted.ID)), &ended))
	require.Equal(t, "REVOKED", ended.State)
	answer, err = s.person("forwarder-clerk").Post(s.ctx, live.Act{Family: "bill", Name: "surrender", Request: fields{"id": id}}, header)
	require.NoError(t, err)
	require.Equal(t, string(fault.NotEmpowered), answer.Problem().Code, string(answer.Body))
}

// together makes an act by two persons, as the guide tells in words, and answers its document.
func (s *scene) together(first, second string, a live.Act) string {
	s.t.Helper()
	header := map[string]string{"PortLedger-Approval": "ask"}
	if id, is := a.Request["id"].(string); is {
		answer, err := s.person(first).Get(s.ctx, "/v1/parties/"+id)
		require.NoError(s.t, err)
		header["If-Match"] = answer.Header.Get("ETag")
	}
	proposed, err := s.person(first).Post(s.ctx, a, header)
	require.NoError(s.t, err)
	asked, err := proposed.Written()
	require.NoError(s.t, err)
	s.level()
	seen, err := s.person(second).Get(s.ctx, "/v1/approvals/"+asked.ID)
	require.NoError(s.t, err)
	require.Contains(s.t, string(seen.Body), a.Family+"/"+a.Name)
	header["PortLedger-Approval"] = asked.ID
	made, err := s.person(second).Post(s.ctx, a, header)
	require.NoError(s.t, err)
	done, err := made.Written()
	require.NoError(s.t, err)
	s.level()
	return done.ID
}
