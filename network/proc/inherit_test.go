package proc

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestALockOfTheCallerIsNotHandedOn(t *testing.T) {
	fd, err := syscall.Open(filepath.Join(t.TempDir(), "lock"), syscall.O_CREAT|syscall.O_RDWR, 0o600)
	require.NoError(t, err)
	defer syscall.Close(fd)
	require.True(t, handedOn(t, fd), "a descriptor without close-on-exec reaches a child")

	keepToOurselves()
	require.False(t, handedOn(t, fd))
}

// handedOn tells whether a child sees the same file under the same number.
func handedOn(t *testing.T, fd int) bool {
	t.Helper()
	out, err := exec.Command("/bin/ls", "-l", "/proc/self/fd").Output()
	require.NoError(t, err)
	name, err := os.Readlink(filepath.Join("/proc/self/fd", strconv.Itoa(fd)))
	require.NoError(t, err)
	return strings.Contains(string(out), name)
}

func TestWhatAProcessMakesIsItsOwnWhoeverStartsIt(t *testing.T) {
	before := syscall.Umask(0)
	t.Cleanup(func() { syscall.Umask(before) })
	made := table(t)
	folder := t.TempDir()
	start(t, made, Spec{Name: "maker", Argv: []string{"/bin/sh", "-c", "echo x > file && ulimit -c > core && exec sleep 600"}, Dir: folder,
		Log: filepath.Join(folder, "log")})
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(filepath.Join(folder, "core"))
		return err == nil && string(text) == "0\n"
	}, grace, 10*time.Millisecond, "it would leave a core")
	about, err := os.Stat(filepath.Join(folder, "file"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), about.Mode().Perm())
}
