package keyfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAKeyThatOthersCanReadIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key.pem")
	require.NoError(t, os.WriteFile(path, []byte("a key"), 0o600))
	for _, mode := range []fs.FileMode{0o400, 0o600, 0o700} {
		require.NoError(t, os.Chmod(path, mode))
		require.NoError(t, Check(path), mode)
		text, err := Read(path)
		require.NoError(t, err)
		require.Equal(t, "a key", string(text))
	}
	for _, mode := range []fs.FileMode{0o640, 0o644, 0o604, 0o620, 0o601, 0o666} {
		require.NoError(t, os.Chmod(path, mode))
		_, err := Read(path)
		for _, err := range []error{err, Check(path)} {
			var exposed *Exposed
			require.ErrorAs(t, err, &exposed, mode)
			require.Equal(t, path, exposed.Path)
			require.Equal(t, mode, exposed.Mode)
			require.ErrorContains(t, err, "chmod 600")
		}
	}
	link := path + ".link"
	require.NoError(t, os.Symlink(path, link))
	_, err := Read(link)
	require.Error(t, err, "a link is as open as what it leads to")
	require.ErrorIs(t, Check(path+".none"), fs.ErrNotExist)
	_, err = Read(path + ".none")
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// file is a file as a test describes it.
type file struct {
	fs.FileInfo
	mode  fs.FileMode
	owner uint32
}

func (f file) Mode() fs.FileMode  { return f.mode }
func (f file) Sys() any           { return &syscall.Stat_t{Uid: f.owner} }
func (f file) ModTime() time.Time { return time.Time{} }

func TestWhoseAKeyMayBe(t *testing.T) {
	const me, other = 1000, 1001
	for _, row := range []struct {
		why   string
		file  file
		me    int
		taken bool
	}{
		{"one's own", file{mode: 0o600, owner: me}, me, true},
		{"one's own, read by the group", file{mode: 0o640, owner: me}, me, false},
		{"root's, given to the group, as secrets are mounted", file{mode: 0o440, owner: 0}, me, true},
		{"root's, written by the group", file{mode: 0o660, owner: 0}, me, false},
		{"root's, read by everybody", file{mode: 0o644, owner: 0}, me, false},
		{"somebody else's", file{mode: 0o600, owner: other}, me, false},
		{"root's own", file{mode: 0o600, owner: 0}, 0, true},
		{"root's own, read by a group", file{mode: 0o640, owner: 0}, 0, false},
		{"another user's, of root", file{mode: 0o600, owner: other}, 0, false},
	} {
		err := check("key.pem", row.file, row.me)
		var exposed *Exposed
		require.Equal(t, row.taken, err == nil, row.why)
		require.Equal(t, !row.taken, errors.As(err, &exposed), row.why)
	}
}

func TestAGuardedProcessLeavesNothingToOthers(t *testing.T) {
	var before syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_CORE, &before))
	umask := syscall.Umask(0)
	t.Cleanup(func() { syscall.Umask(umask) }) // the limit stays: only root may raise it again
	require.NoError(t, Guard())

	path := filepath.Join(t.TempDir(), "made")
	require.NoError(t, os.WriteFile(path, nil, 0o666))
	require.NoError(t, Check(path))
	require.NoError(t, os.Mkdir(path+".d", 0o777))
	require.NoError(t, Check(path+".d"))
	var after syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_CORE, &after))
	require.Zero(t, after.Cur)
	require.Zero(t, after.Max)
}
