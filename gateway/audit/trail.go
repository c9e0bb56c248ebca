// Package audit keeps the gateway's trail 审计轨迹: who asked for what, what came of it, and in which transaction. It is only
// ever appended to, and each entry carries the hash of the one before, so that a gap, a change or a missing end shows.
//
// An entry holds ids, codes and route templates: no query, body, token, name or content. The trail does not protect
// itself from whoever may write its file: its heads go to the log, and a head that was kept elsewhere proves what came
// before it (Check).
package audit

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

// The kinds of entry.
const (
	// Opened is the first entry of a process, Closed the last of one that ended in order.
	Opened = "opened"
	Closed = "closed"
	// Signed is a transaction signed in somebody's name, noted before it is submitted. The Answered of the same request
	// follows, unless the process was killed in between.
	Signed = "signed"
	// Answered is a request that was answered.
	Answered = "answered"
)

// Entry is one line of the trail.
type Entry struct {
	// Seq counts from 1 without gaps; Prev is the Hash of the entry before, empty for the first.
	Seq  uint64 `json:"seq"`
	Prev string `json:"prev"`
	// At is when it was noted, by the gateway's clock (RFC 3339, UTC).
	At   string `json:"at"`
	Kind string `json:"kind"`
	// Request is the id that the answer and the log carry.
	Request string `json:"request,omitempty"`
	// Person is the caller's opaque id, empty where nobody was recognised; Party the ledger's id of who they act for.
	Person string `json:"person,omitempty"`
	Party  string `json:"party,omitempty"`
	// Mandate is under which they acted for another party.
	Mandate string `json:"mandate,omitempty"`
	// Approval is "ask" where they only proposed the act, else the approval of the person who had proposed it.
	Approval string `json:"approval,omitempty"`
	Method   string `json:"method,omitempty"`
	// Route is the template, Document the id in it.
	Route    string `json:"route,omitempty"`
	Document string `json:"document,omitempty"`
	// Status is HTTP's; Code and Rule are the refusal's.
	Status      int    `json:"status,omitempty"`
	Code        string `json:"code,omitempty"`
	Rule        string `json:"rule,omitempty"`
	Transaction string `json:"transaction,omitempty"`
	// Hash is the hex SHA-256 of this entry written with an empty Hash.
	Hash string `json:"hash"`
}

// seal fills in the hash.
func (e *Entry) seal() error {
	e.Hash = ""
	raw, err := json.Marshal(e)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(raw)
	e.Hash = hex.EncodeToString(sum[:])
	return nil
}

// writtenAs tells whether the line is exactly what this entry is written as, hash and all.
func (e Entry) writtenAs(line []byte) (bool, error) {
	if err := e.seal(); err != nil {
		return false, err
	}
	again, err := json.Marshal(e)
	return bytes.Equal(again, line), err
}

// Head is how far a trail goes: the last entry's number and hash.
type Head struct {
	Seq  uint64
	Hash string
}

// Trail appends. It is safe for concurrent use by one process.
type Trail struct {
	mu   sync.Mutex
	file *os.File
	head Head
	now  func() time.Time
}

// ErrInUse is that of a trail which another process writes: two would each go on from the same entry, and it would never be whole again.
var ErrInUse = errors.New("another process writes this trail")

// Open goes on with the trail in the file, or begins it; only its own user may read it. A trail that a kill tore off in
// the middle of a line goes on in a new line: the torn one stays, and reading passes over it.
func Open(path string) (*Trail, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open audit trail: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil { // ends with the process
		file.Close()
		return nil, fmt.Errorf("open audit trail %s: %w", path, errors.Join(ErrInUse, err))
	}
	t := &Trail{file: file, now: time.Now}
	if err := t.resume(); err != nil {
		file.Close()
		return nil, fmt.Errorf("resume audit trail %s: %w", path, err)
	}
	return t, t.Add(Entry{Kind: Opened})
}

// tail is how much of the file's end is read to find its last entry; entries are some hundred bytes.
const tail = 64 << 10

func (t *Trail) resume() error {
	size, err := t.file.Seek(0, io.SeekEnd)
	if err != nil || size == 0 {
		return err
	}
	end := make([]byte, min(size, tail))
	if _, err := t.file.ReadAt(end, size-int64(len(end))); err != nil {
		return err
	}
	if end[len(end)-1] != '\n' {
		if _, err := t.file.Write([]byte("\n")); err != nil {
			return err
		}
	}
	lines := bytes.Split(bytes.TrimRight(end, "\n"), []byte("\n"))
	for i := len(lines) - 1; i >= 0; i-- {
		var e Entry
		if json.Unmarshal(lines[i], &e) == nil && e.Hash != "" {
			t.head = Head{e.Seq, e.Hash}
			return nil
		}
	}
	if size > tail {
		return errors.New("its end holds no entry")
	}
	return nil // torn in its very first line
}

// Add appends an entry; it fills in number, time and hashes.
func (t *Trail) Add(e Entry) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	e.Seq, e.Prev, e.At = t.head.Seq+1, t.head.Hash, t.now().UTC().Format(time.RFC3339Nano)
	if err := e.seal(); err != nil {
		return err
	}
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if n, err := t.file.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("append to audit trail: %w", errors.Join(err, t.takeBack(n)))
	}
	t.head = Head{e.Seq, e.Hash}
	return nil
}

// takeBack removes what a full disk took of an entry: the next one would go into the same line, and neither could be read.
func (t *Trail) takeBack(written int) error {
	if written == 0 {
		return nil
	}
	info, err := t.file.Stat()
	if err != nil {
		return err
	}
	return t.file.Truncate(info.Size() - int64(written))
}

// Head is the last entry's.
func (t *Trail) Head() Head {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.head
}

// Close notes the end and forces everything to the disk.
func (t *Trail) Close() error {
	return errors.Join(t.Add(Entry{Kind: Closed}), t.file.Sync(), t.file.Close())
}

// Finding is something wrong with a trail, at a line counted from 1.
type Finding struct {
	Line int
	What string
}

func (f Finding) String() string { return fmt.Sprintf("line %d: %s", f.Line, f.What) }

// What a finding can be.
const (
	Unreadable = "not an entry" // torn off by a kill, or overwritten
	Altered    = "its hash does not fit"
	Gap        = "it does not follow the entry before"
	Unanswered = "signed, and no answer follows" // the process was killed in between; the ledger tells the fate
	Behind     = "the trail ends before the known head, or does not contain it"
)

// Check reads a trail from its beginning and tells everything that is wrong with it, and where it ends. A known head, if
// its Seq is not 0, must be in it.
func Check(trail io.Reader, known Head) (head Head, findings []Finding, err error) {
	lines := bufio.NewScanner(trail)
	lines.Buffer(nil, tail)
	type signing struct{ request, transaction string } // clients choose what their requests are called
	signed, met := map[signing]int{}, known.Seq == 0
	line := 0
	for lines.Scan() {
		line++
		say := func(what string) { findings = append(findings, Finding{line, what}) }
		var e Entry
		if json.Unmarshal(lines.Bytes(), &e) != nil || e.Hash == "" {
			say(Unreadable)
			continue
		}
		claimed := e.Hash
		same, err := e.writtenAs(lines.Bytes())
		if err != nil {
			return head, nil, err
		}
		if !same {
			say(Altered)
		}
		if e.Seq != head.Seq+1 || e.Prev != head.Hash {
			say(Gap)
		}
		switch e.Kind {
		case Signed:
			signed[signing{e.Request, e.Transaction}] = line
		case Answered:
			delete(signed, signing{e.Request, e.Transaction})
		}
		head = Head{e.Seq, claimed}
		met = met || head == known
	}
	for _, at := range slices.Sorted(maps.Values(signed)) {
		findings = append(findings, Finding{at, Unanswered})
	}
	if !met {
		findings = append(findings, Finding{line, Behind})
	}
	return head, findings, lines.Err()
}
