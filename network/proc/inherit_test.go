package proc

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

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
