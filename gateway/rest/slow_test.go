package rest_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// impatient is a gateway's own server, whose time limits are first looked at and then shortened, so that the test need not wait
// as long as a slow client may.
func (w *world) impatient(t *testing.T) *http.Server {
	t.Helper()
	front := w.gates["CarrierMSP"].server.HTTP("127.0.0.1:0")
	for _, limit := range []struct {
		what string
		set  *time.Duration
		most time.Duration
	}{
		{"the headers", &front.ReadHeaderTimeout, 10 * time.Second}, {"the whole request", &front.ReadTimeout, 30 * time.Second},
		{"the answer", &front.WriteTimeout, time.Minute}, {"the next request", &front.IdleTimeout, 5 * time.Minute},
	} {
		require.Positive(t, *limit.set, "a client may not take for ever for %s", limit.what)
		require.LessOrEqual(t, *limit.set, limit.most, limit.what)
	}
	require.LessOrEqual(t, front.MaxHeaderBytes, 64<<10)
	require.LessOrEqual(t, front.ReadHeaderTimeout, front.ReadTimeout)
	front.ReadHeaderTimeout, front.ReadTimeout, front.WriteTimeout, front.IdleTimeout =
		200*time.Millisecond, 400*time.Millisecond, time.Second, 300*time.Millisecond
	return front
}

// slowly serves such a gateway on a real socket.
func slowly(t *testing.T) (address string) {
	t.Helper()
	front := newWorld(t).impatient(t)
	listener, err := net.Listen("tcp", front.Addr)
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- front.Serve(listener) }()
	t.Cleanup(func() {
		require.NoError(t, front.Close())
		require.ErrorIs(t, <-ended, http.ErrServerClosed)
	})
	return listener.Addr().String()
}

// closed waits until the server ends the connection, and tells what it said until then.
func closed(t *testing.T, connection net.Conn, within time.Duration) string {
	t.Helper()
	require.NoError(t, connection.SetReadDeadline(time.Now().Add(within)))
	said, err := io.ReadAll(connection)
	if slow, is := err.(net.Error); is {
		require.False(t, slow.Timeout(), "the connection is still open after %s", within)
	}
	return string(said)
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	connection, err := net.DialTimeout("tcp", address, time.Second)
	require.NoError(t, err)
	t.Cleanup(func() { connection.Close() })
	return connection
}

const patience = 5 * time.Second

func TestASlowClientDoesNotKeepAConnection(t *testing.T) {
	address := slowly(t)
	t.Run("headers that never end", func(t *testing.T) {
		connection := dial(t, address)
		_, err := fmt.Fprint(connection, "GET /v1/me HTTP/1.1\r\nHost: x\r\n")
		require.NoError(t, err)
		go func() { // a header each now and then, as the attack of that name does
			for i := 0; ; i++ {
				if _, err := fmt.Fprintf(connection, "X-%d: y\r\n", i); err != nil {
					return
				}
				time.Sleep(50 * time.Millisecond)
			}
		}()
		require.NotContains(t, closed(t, connection, patience), "200 OK")
	})
	t.Run("a client that says nothing", func(t *testing.T) {
		require.Empty(t, closed(t, dial(t, address), patience))
	})
	t.Run("a body that never ends", func(t *testing.T) {
		connection := dial(t, address)
		_, err := fmt.Fprint(connection, "POST /v1/bills HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
		require.NoError(t, err)
		require.NotContains(t, closed(t, connection, patience), "201 Created")
	})
	t.Run("a connection without a next request", func(t *testing.T) {
		connection := dial(t, address)
		_, err := fmt.Fprint(connection, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
		require.NoError(t, err)
		require.Contains(t, closed(t, connection, patience), "200 OK")
	})
	t.Run("a client that does not read", func(t *testing.T) {
		connection := dial(t, address)
		const asked = 400
		_, err := fmt.Fprint(connection, strings.Repeat("GET /openapi.yaml HTTP/1.1\r\nHost: x\r\n\r\n", asked))
		require.NoError(t, err)
		time.Sleep(2 * time.Second) // twice what an answer may take
		require.Less(t, strings.Count(closed(t, connection, patience), "HTTP/1.1 200 OK"), asked)
	})
}

func TestHeadersHaveALimitAndProtocolErrorsTellNothing(t *testing.T) {
	address := slowly(t)
	for name, request := range map[string]string{
		"431": "GET /docs HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("y", 128<<10) + "\r\n\r\n",
		"400": "GET /docs HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n",
		"505": "GET /docs HTTP/7.1\r\nHost: x\r\n\r\n",
	} {
		connection := dial(t, address)
		go func() { _, _ = fmt.Fprint(connection, request) }() // it may be cut off on the way
		response, err := http.ReadResponse(bufio.NewReader(connection), nil)
		require.NoError(t, err, name)
		require.Equal(t, name, response.Status[:3])
		require.Empty(t, response.Header.Get("Server"))
		response.Body.Close()
	}
}

// askOn sends text and reads one answer.
func askOn(t *testing.T, connection net.Conn, text string) *http.Response {
	t.Helper()
	_, err := fmt.Fprint(connection, text)
	require.NoError(t, err)
	require.NoError(t, connection.SetReadDeadline(time.Now().Add(patience)))
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	require.NoError(t, err)
	response.Body.Close()
	return response
}

const alive = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

func TestThousandsWhoSayNothingKeepNobodyOut(t *testing.T) {
	address := slowly(t)
	for i := range 2000 {
		connection := dial(t, address)
		switch i % 4 {
		case 1:
			_, _ = fmt.Fprint(connection, "GET /v1/me HTTP/1.1\r\nHost: x\r\nX-")
		case 2:
			_, _ = fmt.Fprint(connection, "POST /v1/bills HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n{")
		case 3:
			_, _ = fmt.Fprint(connection, alive)
		}
	}
	began := time.Now()
	for range 20 {
		require.Equal(t, http.StatusOK, askOn(t, dial(t, address), alive).StatusCode)
	}
	require.Less(t, time.Since(began), patience)
}

func TestAClientThatStopsSpeakingIsAnswered(t *testing.T) {
	address := slowly(t)
	// Who stops speaking counts as gone: what would have to be looked up is not looked up any more, a page is still sent.
	page := strings.Replace(alive, "healthz", "docs", 1)
	for name, said := range map[string]string{"a whole request": page, "half a body": "POST /v1/bills HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{", "half a header": "GET / HTTP/1.1\r\nHo"} {
		connection := dial(t, address)
		_, err := fmt.Fprint(connection, said)
		require.NoError(t, err)
		require.NoError(t, connection.(*net.TCPConn).CloseWrite())
		answer := closed(t, connection, patience)
		require.NotContains(t, answer, "201 Created", name)
		require.Equal(t, name == "a whole request", strings.Contains(answer, "200 OK"), "%s: %s", name, answer)
	}
}

func TestRequestsInARowAreAnsweredInThatOrder(t *testing.T) {
	connection := dial(t, slowly(t))
	_, err := fmt.Fprint(connection, alive+strings.Replace(alive, "healthz", "nowhere", 1)+strings.Replace(alive, "healthz", "v1/me", 1)+alive)
	require.NoError(t, err)
	answers := bufio.NewReader(connection)
	for _, status := range []int{200, 404, 401, 200} {
		response, err := http.ReadResponse(answers, nil)
		require.NoError(t, err)
		require.Equal(t, status, response.StatusCode)
		_, err = io.Copy(io.Discard, response.Body)
		require.NoError(t, err)
	}
}

// TestWhatTwoReadersWouldReadDifferentlyIsRefused: a proxy before the gateway and the gateway must not take one request for two.
func TestWhatTwoReadersWouldReadDifferentlyIsRefused(t *testing.T) {
	address := slowly(t)
	const inner = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
	for name, head := range map[string]string{
		"two lengths":                "Content-Length: 0\r\nContent-Length: 5\r\n",
		"a length and chunks":        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
		"chunks by another name":     "Transfer-Encoding: xchunked\r\n",
		"chunks twice":               "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
		"a negative length":          "Content-Length: -1\r\n",
		"a length with a sign":       "Content-Length: +5\r\n",
		"a space before the colon":   "Content-Length : 5\r\n",
		"two hosts":                  "Host: y\r\n",
		"a NUL in a value":           "X: a\x00b\r\n",
		"a lone carriage return":     "X: a\rGET / HTTP/1.1\r\n",
		"thousands of small headers": strings.Repeat("A: b\r\n", 20000),
	} {
		connection := dial(t, address)
		go func() { _, _ = fmt.Fprint(connection, "POST /docs HTTP/1.1\r\nHost: x\r\n"+head+"\r\n"+inner) }() // it may be cut off on the way
		answer := closed(t, connection, patience)
		require.NotContains(t, answer, "200 OK", "%s: what came inside was taken for a request", name)
		if answer != "" {
			require.Regexp(t, `^HTTP/1\.1 (4\d\d|501) `, answer, name)
		}
	}
	require.Equal(t, http.StatusOK, askOn(t, dial(t, address), alive).StatusCode)
}

// TestABodyThatNeverEndsEndsByItself, also where it is somebody's who is known, over HTTP/1.1 and over HTTP/2, where others share
// the connection.
func TestABodyThatNeverEndsEndsByItself(t *testing.T) {
	for _, protocol := range []int{1, 2} {
		t.Run(fmt.Sprint("HTTP/", protocol), func(t *testing.T) {
			w := newWorld(t)
			server := httptest.NewUnstartedServer(nil)
			server.Config, server.EnableHTTP2 = w.impatient(t), protocol == 2
			server.StartTLS()
			t.Cleanup(server.Close)
			body, slow := io.Pipe()
			t.Cleanup(func() { slow.Close() })
			go func() {
				for {
					if _, err := slow.Write([]byte(" ")); err != nil {
						return
					}
					time.Sleep(20 * time.Millisecond)
				}
			}()
			request, err := http.NewRequest(http.MethodPost, server.URL+"/v1/parties", body)
			require.NoError(t, err)
			request.Header.Set("Authorization", "Bearer "+w.registrar("CarrierMSP").token)
			request.Header.Set("Content-Type", "application/json")
			ended := make(chan string, 1)
			go func() {
				answer, err := server.Client().Do(request)
				if err != nil {
					ended <- err.Error()
					return
				}
				answer.Body.Close()
				ended <- answer.Status
			}()
			for range 3 {
				answer, err := server.Client().Get(server.URL + "/healthz")
				require.NoError(t, err)
				answer.Body.Close()
				require.Equal(t, http.StatusOK, answer.StatusCode)
				require.Equal(t, protocol, answer.ProtoMajor)
			}
			select {
			case how := <-ended:
				require.NotContains(t, how, "201")
			case <-time.After(patience):
				require.Fail(t, "the body is still being read")
			}
		})
	}
}
