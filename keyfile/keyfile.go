// Package keyfile reads the files that must be nobody else's: private keys, secrets, the gateway's own data. A file that
// others on the machine could read is refused, not repaired: who could read it before may have done so. It does not know
// what is in a file, nor what a key is for.
package keyfile

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// Exposed is a file that others than its owner can read or write, or that belongs to somebody else.
type Exposed struct {
	Path  string
	Mode  fs.FileMode // its permission bits
	Owner uint32      // the user id that it belongs to
}

func (e *Exposed) Error() string {
	return fmt.Sprintf("%s (mode %04o, user %d) is open to others on this machine: give it to the user of this process "+
		"and take the rights of group and others away (chmod 600), and replace the key if anybody else could log in", e.Path, e.Mode, e.Owner)
}

const (
	// largest is far above any key: what is longer is no key file, and a device would never end.
	largest = 1 << 20

	othersMay = 0o077
	// groupReads is allowed on a file of root's, which is how secrets are mounted for a process that is not root.
	groupReads = 0o040
)

// Check answers *Exposed when others can get at the file. One that is not there is another error (fs.ErrNotExist).
func Check(path string) error {
	about, err := os.Stat(path)
	if err != nil {
		return err
	}
	return check(path, about, os.Geteuid())
}

func check(path string, about fs.FileInfo, me int) error {
	mode, owner := about.Mode().Perm(), uint32(me)
	if system, is := about.Sys().(*syscall.Stat_t); is {
		owner = system.Uid
	}
	open := mode & othersMay
	if owner == 0 && me != 0 {
		open &^= groupReads
	}
	if open != 0 || owner != 0 && owner != uint32(me) {
		return &Exposed{path, mode, owner}
	}
	return nil
}

// Read answers the content of a file that nobody else can get at, or *Exposed.
func Read(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	about, err := file.Stat() // of what was opened, so that nobody swaps the file in between
	if err != nil {
		return nil, err
	}
	if err := check(path, about, os.Geteuid()); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(file, largest))
}
