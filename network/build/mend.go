package build

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// mends are changes to a pinned source: patches, each with its reason above it, in the order of their names.
type mends struct {
	paths []string
	texts [][]byte
}

func readMends(folder string) (m mends, err error) {
	if m.paths, err = filepath.Glob(filepath.Join(folder, "*.patch")); err != nil {
		return m, err
	}
	if len(m.paths) == 0 {
		return m, errors.New(folder + " holds no patch")
	}
	for _, path := range m.paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return m, err
		}
		m.texts = append(m.texts, text)
	}
	return m, nil
}

// stamp is what a binary built with these mends carries as its commit.
func (m mends) stamp() string {
	hash := sha256.New()
	for _, text := range m.texts {
		fmt.Fprintf(hash, "%d\n", len(text))
		hash.Write(text)
	}
	return "mended-" + hex.EncodeToString(hash.Sum(nil)[:8])
}

// apply mends the source. A patch that does not fit to the letter means that the pinned version has changed, and then
// someone has to look.
func (m mends) apply(ctx context.Context, source string) error {
	for _, path := range m.paths {
		if err := patch(ctx, source, path); err != nil {
			return fmt.Errorf("is the defect still in this version? %w", err)
		}
	}
	return m.check(ctx, source)
}

// check makes sure that the source is mended.
func (m mends) check(ctx context.Context, source string) error {
	for _, path := range m.paths {
		if err := patch(ctx, source, path, "--reverse", "--check"); err != nil {
			return fmt.Errorf("the source is not mended: %w", err)
		}
	}
	return nil
}

// patch runs git apply in a folder as if that were no part of a repository: it would look for its files elsewhere.
func patch(ctx context.Context, folder, path string, options ...string) error {
	command := exec.CommandContext(ctx, "git", append(append([]string{"-c", "core.autocrlf=false", "apply"}, options...), path)...)
	command.Dir, command.Env = folder, append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(folder))
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("git apply %s: %w: %s", filepath.Base(path), err, strings.TrimSpace(string(said)))
	}
	return nil
}
