package proc

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Fields of /proc/PID/stat after the command name, counted from zero (proc(5) numbers them 3, 20 and 22).
const (
	statState   = 0
	statThreads = 17
	statStart   = 19
)

// alive tells whether the very process that was started still runs: the same id and the same start time. A process
// that ended but was not yet reaped does not run.
func (s Spec) alive() bool {
	if s.PID <= 0 {
		return false
	}
	ticks, err := startTicks(s.PID)
	return err == nil && ticks == s.Ticks
}

// startTicks answers when a running process started, in clock ticks since boot.
func startTicks(pid int) (uint64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	end := bytes.LastIndexByte(text, ')') // the command name before it may hold anything
	fields := strings.Fields(string(text[end+1:]))
	if len(fields) <= statStart {
		return 0, fmt.Errorf("process %d has a short stat line", pid)
	}
	// A first thread that ended is not yet the end: the others may still hold ports.
	ended := fields[statState] == "Z" || fields[statState] == "X"
	if threads, err := strconv.Atoi(fields[statThreads]); err != nil || ended && threads <= 1 {
		return 0, fmt.Errorf("process %d has ended", pid)
	}
	return strconv.ParseUint(fields[statStart], 10, 64)
}

// MemoryBytes answers the resident memory of a running process.
func (s Spec) MemoryBytes() (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", s.PID))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0, errors.New("short statm line")
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}

// Strays answers running processes of this table that its specifications do not account for: left by a command that
// was killed between starting a process and writing it down, or by a table whose files were deleted.
func (t *Table) Strays() ([]Spec, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	var strays []Spec
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		name, ours := t.marked(pid)
		if !ours {
			continue
		}
		ticks, err := startTicks(pid)
		if err != nil {
			continue
		}
		if known, err := t.Load(name); err == nil && known.PID == pid && known.Ticks == ticks {
			continue
		}
		strays = append(strays, Spec{Name: name, PID: pid, Ticks: ticks})
	}
	return strays, nil
}

// marked reads the mark from a process's first environment. Processes of other users cannot be read and are not ours.
func (t *Table) marked(pid int) (string, bool) {
	environment, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	if err != nil {
		return "", false
	}
	for _, variable := range bytes.Split(environment, []byte{0}) {
		path, is := strings.CutPrefix(string(variable), markName+"=")
		if is && filepath.Dir(path) == t.folder {
			return strings.TrimSuffix(filepath.Base(path), ".json"), true
		}
	}
	return "", false
}

// keepToOurselves keeps what this process got from its caller, such as a lock of flock(1) or a pipe, from the processes
// that it starts: those live on for days and would hold it.
func keepToOurselves() {
	const standard = 2 // input, output and error are set for each process
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return
	}
	for _, entry := range open {
		if fd, err := strconv.Atoi(entry.Name()); err == nil && fd > standard {
			syscall.CloseOnExec(fd)
		}
	}
}
