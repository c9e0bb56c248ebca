// Package build compiles what the network runs from pinned sources, once for each set of inputs. It knows how the
// programs are made, not what they are for.
package build

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

// Builder compiles programs of the repository at Root into Cache, where each result stands under a key of its inputs.
type Builder struct {
	Root  string
	Cache string
	Logs  string // folder for the compilers' output
}

// Key is a short digest over everything a build depends on: named texts, in the order of their names.
func Key(inputs map[string][]byte) string {
	names := make([]string, 0, len(inputs))
	for name := range inputs {
		names = append(names, name)
	}
	sort.Strings(names)
	hash := sha256.New()
	for _, name := range names {
		fmt.Fprintf(hash, "%d %s %d\n", len(name), name, len(inputs[name]))
		hash.Write(inputs[name])
	}
	return hex.EncodeToString(hash.Sum(nil))[:16]
}

// sources reads the files of a module's own folder that decide its build, with the compiler's version.
func (b *Builder) sources(ctx context.Context, folder string) (map[string][]byte, error) {
	toolchain, err := output(ctx, b.Root, "go", "env", "GOVERSION", "GOOS", "GOARCH", "CGO_ENABLED")
	if err != nil {
		return nil, err
	}
	inputs := map[string][]byte{"toolchain": toolchain, "flags": []byte(strings.Join(append(slices.Clone(flags), environment...), " "))}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasSuffix(name, "_test.go") || !strings.HasSuffix(name, ".go") && name != "go.mod" && name != "go.sum" {
			continue
		}
		if inputs[name], err = os.ReadFile(filepath.Join(folder, name)); err != nil {
			return nil, err
		}
	}
	return inputs, nil
}

// flags make a binary depend on its sources alone, not on this machine's folders or the commit, and small.
var flags = []string{"-trimpath", "-buildvcs=false", "-ldflags=-s -w"}

// environment keeps a surrounding workspace out, makes a missing C compiler an error (Fabric CA's SQLite would be left
// out silently), and compiles C at a level that takes a third of the usual time; a local CA does not notice.
var environment = []string{"GOWORK=off", "CGO_ENABLED=1", "CGO_CFLAGS=-O1"}

// once answers the folder name-key below the cache, made by fill when it is not there yet. fill works in a folder
// that only becomes the result when it is complete; results for other keys are then dropped.
func (b *Builder) once(name, key string, fill func(folder string) error) (string, error) {
	done := filepath.Join(b.Cache, name+"-"+key)
	if _, err := os.Stat(done); err == nil {
		return done, nil
	}
	if err := os.MkdirAll(b.Cache, 0o700); err != nil {
		return "", err
	}
	making, err := os.MkdirTemp(b.Cache, ".making-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(making)
	if err := fill(making); err != nil {
		return "", err
	}
	if err := os.Rename(making, done); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return done, b.dropOthers(name, done)
}

func (b *Builder) dropOthers(name, keep string) error {
	others, err := filepath.Glob(filepath.Join(b.Cache, name+"-*"))
	if err != nil {
		return err
	}
	for _, other := range others {
		if other != keep {
			if err := os.RemoveAll(other); err != nil {
				return err
			}
		}
	}
	return nil
}

// compile runs go build in folder with the common flags and writes its output to the log called name.
func (b *Builder) compile(ctx context.Context, name, folder string, arguments ...string) error {
	return b.logged(ctx, name, folder, append(append([]string{"build"}, flags...), arguments...)...)
}

// logged runs the go command with its output in a log, and names the log and the last line when it fails.
func (b *Builder) logged(ctx context.Context, name, folder string, arguments ...string) error {
	if err := os.MkdirAll(b.Logs, 0o700); err != nil {
		return err
	}
	path := filepath.Join(b.Logs, "build-"+name+".log")
	var text bytes.Buffer
	command := exec.CommandContext(ctx, "go", arguments...)
	command.Dir, command.Stdout, command.Stderr = folder, &text, &text
	command.Env = append(os.Environ(), environment...)
	err := command.Run()
	if writeErr := os.WriteFile(path, text.Bytes(), 0o600); writeErr != nil {
		return writeErr
	}
	if err != nil {
		return fmt.Errorf("build %s: %w: %s (log: %s)", name, err, lastLine(text.String()), path)
	}
	return nil
}

func output(ctx context.Context, folder, program string, arguments ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, program, arguments...)
	command.Dir = folder
	command.Env = append(os.Environ(), environment...)
	var problem bytes.Buffer
	command.Stderr = &problem
	text, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w: %s", program, strings.Join(arguments, " "), err, lastLine(problem.String()))
	}
	return text, nil
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}
