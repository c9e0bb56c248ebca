package network_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"portledger/test/network/live"
)

// socket is one TCP connection or listener of a process.
type socket struct {
	local, remote netip.AddrPort
	listens       bool
}

// States of a socket in /proc/net/tcp (the kernel's tcp_states.h).
const (
	established = "01"
	synSent     = "02"
	listening   = "0A"
)

// socketsOf reads a process's TCP sockets from the kernel's tables.
func socketsOf(t *testing.T, pid int) (all []socket) {
	t.Helper()
	own := map[string]bool{}
	links, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	require.NoError(t, err)
	for _, link := range links {
		to, _ := os.Readlink(link)
		if inode, is := strings.CutPrefix(to, "socket:["); is {
			own[strings.TrimSuffix(inode, "]")] = true
		}
	}
	for _, table := range []string{"tcp", "tcp6"} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", pid, table))
		if os.IsNotExist(err) {
			continue // a machine without IPv6
		}
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			f := strings.Fields(line)
			if len(f) < 10 || !own[f[9]] || f[3] != established && f[3] != synSent && f[3] != listening {
				continue
			}
			all = append(all, socket{local: endpoint(t, f[1]), remote: endpoint(t, f[2]), listens: f[3] == listening})
		}
	}
	return all
}

// endpoint reads an address as the kernel prints it: words of four bytes, the last first, and the port.
func endpoint(t *testing.T, text string) netip.AddrPort {
	t.Helper()
	host, port, _ := strings.Cut(text, ":")
	raw, err := hex.DecodeString(host)
	require.NoError(t, err)
	for i := 0; i+4 <= len(raw); i += 4 {
		raw[i], raw[i+1], raw[i+2], raw[i+3] = raw[i+3], raw[i+2], raw[i+1], raw[i]
	}
	address, is := netip.AddrFromSlice(raw)
	require.True(t, is)
	number, err := strconv.ParseUint(port, 16, 16)
	require.NoError(t, err)
	return netip.AddrPortFrom(address.Unmap(), uint16(number))
}

// outbound are the connections that a process opened itself: those whose own end is none of its listeners.
func outbound(t *testing.T, pid int) (remote []string) {
	t.Helper()
	sockets := socketsOf(t, pid)
	listens := map[uint16]bool{}
	for _, c := range sockets {
		listens[c.local.Port()] = listens[c.local.Port()] || c.listens
	}
	for _, c := range sockets {
		if !listens[c.local.Port()] {
			remote = append(remote, c.remote.String())
		}
	}
	return remote
}

// pot is an address that nobody has any business at; it counts who comes.
type pot struct {
	net.Listener
	visits atomic.Int64
}

func newPot(t *testing.T) *pot {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &pot{Listener: listener}
	go func() {
		for {
			visitor, err := listener.Accept()
			if err != nil {
				return
			}
			p.visits.Add(1)
			visitor.Close()
		}
	}()
	t.Cleanup(func() { listener.Close() })
	return p
}

func (p *pot) url(path string) string { return "http://" + p.Addr().String() + "/" + path }

// TestNothingThatAUserNamesIsVisited puts addresses of a pot into every part of requests and documents where a user can
// write one, and looks afterwards who came, and where gateways and chaincode processes have connections to.
func TestNothingThatAUserNamesIsVisited(t *testing.T) {
	s := open(t)
	p := newPot(t)
	s.tokensThatPoint(p)
	s.headersThatPoint(p)
	v := newVoyage(s)
	v.bill = v.bill.With("1. The carrier receives", p.url("terms")+" 1. The carrier receives")
	v.order = v.order.With(v.canaries["remark of the release"].text, p.url("remark"))
	bill := v.issue()
	v.bank(bill)
	order := v.release(bill)
	v.report(order, p.url("readings"))
	require.Contains(t, string(s.get("buyer-clerk", "/v1/releases/"+order)), p.url("readings"), "the ledger must have taken it, or nobody could have followed it")
	for _, who := range []string{"line-clerk", "buyer-clerk", "terminal-clerk"} {
		for _, path := range []string{"/v1/bills/" + bill, "/v1/bills/" + bill + "/acts", "/v1/releases/" + order} {
			s.get(who, path)
		}
	}
	time.Sleep(time.Second) // a visit may come a little later
	require.Zero(t, p.visits.Load(), "somebody followed an address that a user wrote")
	s.requireDoors()
	visited, err := net.Dial("tcp", p.Addr().String())
	require.NoError(t, err)
	visited.Close()
	require.Eventually(t, func() bool { return p.visits.Load() == 1 }, time.Second, 10*time.Millisecond, "the pot must notice a visit")
}

// get reads an address of somebody's gateway, whatever it answers.
func (s *scene) get(who, path string) []byte {
	s.t.Helper()
	answer, err := s.person(who).Get(s.ctx, path)
	require.NoError(s.t, err)
	return answer.Body
}

// report tells of a container's readings, whose whole series lies at an address.
func (v *voyage) report(order, address string) {
	v.t.Helper()
	at := func(hours int) string {
		return time.Now().Add(-time.Duration(hours) * time.Hour).UTC().Format(time.RFC3339)
	}
	own := v.papers.With("2026-11-19T10:00:00+08:00", at(24),
		"2026-11-20T09:55:00+08:00", at(1), "2026-11-19T14:00:00+08:00", at(10), "2026-11-19T17:30:00+08:00", at(7))
	text := strings.ReplaceAll(string(own.Text("reefer-readings")), "https://readings.openedl.example/"+v.papers.Containers[0]+"/2026-11", address)
	v.post("line-clerk", "release", "report-readings", fields{"id": order, "line": 1}, []byte(text))
}

// tokensThatPoint are tokens whose header or issuer says where their key is to be had.
func (s *scene) tokensThatPoint(p *pot) {
	s.t.Helper()
	parts := strings.Split(s.tokenOf("buyer-clerk"), ".")
	encode := base64.RawURLEncoding.EncodeToString
	for _, header := range []string{
		`{"alg":"ES256","kid":"x","jku":%q}`, `{"alg":"ES256","kid":"y","x5u":%q}`, `{"alg":"RS256","typ":"JWT","jwk":{"kty":"RSA"},"jku":%q}`,
	} {
		token := encode(fmt.Appendf(nil, header, p.url("keys"))) + "." + parts[1] + "." + parts[2]
		s.turnedDown(token)
	}
	claims := fmt.Sprintf(`{"iss":%q,"sub":"u-0123456789abcdef","aud":["portledger"],"exp":4102444800}`, strings.TrimSuffix(p.url(""), "/"))
	s.turnedDown(parts[0] + "." + encode([]byte(claims)) + "." + parts[2])
}

func (s *scene) turnedDown(token string) {
	s.t.Helper()
	answer, err := s.person("buyer-clerk").Request(s.ctx, http.MethodGet, "/v1/me", map[string]string{"Authorization": "Bearer " + token}, nil)
	require.NoError(s.t, err)
	require.Equal(s.t, http.StatusUnauthorized, answer.Status, string(answer.Body))
}

// headersThatPoint are what servers in front of others follow, and a request as it is made to a proxy.
func (s *scene) headersThatPoint(p *pot) {
	s.t.Helper()
	header := map[string]string{}
	for _, name := range []string{"X-Forwarded-Host", "X-Original-Url", "X-Rewrite-Url", "Referer", "Origin", "Forwarded", "Destination", "Link",
		"X-Callback-Url", "SOAPAction", "Content-Location", "Traceparent", "Host"} {
		header[name] = p.url("header")
	}
	for _, path := range []string{"/v1/me", "/v1/bills?url=" + url.QueryEscape(p.url("query")), "/docs?next=" + url.QueryEscape(p.url("next"))} {
		_, err := s.person("buyer-clerk").Request(s.ctx, http.MethodGet, path, header, nil)
		require.NoError(s.t, err)
	}
	gateway, err := url.Parse(s.Organisations[live.Port].Gateway)
	require.NoError(s.t, err)
	for _, line := range []string{"GET " + p.url("proxied") + " HTTP/1.1", "CONNECT " + p.Addr().String() + " HTTP/1.1"} {
		connection, err := net.DialTimeout("tcp", gateway.Host, time.Second)
		require.NoError(s.t, err)
		_, err = fmt.Fprintf(connection, "%s\r\nHost: %s\r\nConnection: close\r\n\r\n", line, p.Addr())
		require.NoError(s.t, err)
		require.NoError(s.t, connection.SetReadDeadline(time.Now().Add(2*time.Second)))
		_, _ = connection.Read(make([]byte, 1))
		connection.Close()
	}
}

// requireDoors: a gateway has connections to its own organisation's peer and to the token issuer, a chaincode process to nobody.
func (s *scene) requireDoors() {
	s.t.Helper()
	issuer, err := url.Parse(s.Issuer)
	require.NoError(s.t, err)
	processes, err := s.Processes()
	require.NoError(s.t, err)
	met := map[string]int{}
	for _, process := range processes {
		for key, o := range s.Organisations {
			switch process.Name {
			case o.Processes["gateway"]:
				met["gateway"]++
				to := outbound(s.t, process.PID)
				require.Contains(s.t, to, o.Peer, "%s must have its own peer's connection, or the search proves nothing", key)
				for _, remote := range to {
					require.Contains(s.t, []string{o.Peer, issuer.Host}, remote, "the gateway of %s went out to somebody else", key)
				}
			case o.Processes["chaincode"]:
				met["chaincode"]++
				require.Empty(s.t, outbound(s.t, process.PID), "the chaincode process of %s went out", key)
			}
		}
	}
	require.GreaterOrEqual(s.t, met["gateway"], 4)
	require.GreaterOrEqual(s.t, met["chaincode"], 4)
}
