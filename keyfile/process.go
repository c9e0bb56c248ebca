package keyfile

import (
	"fmt"
	"syscall"
)

// private are the bits that no file made by this process gets.
const private = 0o077

// Guard makes every file that this process and its children make theirs alone, whatever its caller's umask was, and leaves
// no core behind: a core holds keys and content, and lies wherever the machine puts it. Call it first of all.
func Guard() error {
	syscall.Umask(private)
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return fmt.Errorf("forbid core files: %w", err)
	}
	return nil
}
