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
	"path/filepath"
	"regexp"
	"strings"
)

const fabricModule = "github.com/hyperledger/fabric"

// The pinned Fabric version's orderer can hang for ever when it starts again: on replaying its log, the goroutine
// that applies membership changes waits on this channel for one that is itself waiting (upstream issue 4199, mended
// upstream in 2.5.3). With room for the tokens it no longer waits, and they are all worked off.
const (
	syncFile    = "orderer/consensus/etcdraft/storage.go"
	syncDefect  = "WALSyncC:      make(chan struct{}),"
	syncMended  = "WALSyncC:      make(chan struct{}, 1024),"
	stampSymbol = fabricModule + "/common/metadata.CommitSHA"
)

// Left out of the copy: not needed to compile the two programs.
var skippedFolders = map[string]bool{"vendor": true, "docs": true, "images": true, ".github": true}

// Fabric is a place with the peer and orderer programs and the sample configurations they are derived from.
type Fabric struct {
	Peer, Orderer             string
	PeerSample, OrdererSample string
}

// Fabric builds the pinned peer and orderer with the restart defect mended.
func (b *Builder) Fabric(ctx context.Context) (Fabric, error) {
	folder := filepath.Join(b.Root, "network", "fabric")
	inputs, err := b.sources(ctx, folder)
	if err != nil {
		return Fabric{}, err
	}
	inputs["substitution"] = []byte(syncFile + "\n" + syncDefect + "\n" + syncMended)
	done, err := b.once("fabric", Key(inputs), func(making string) error { return b.fabric(ctx, folder, making) })
	if err != nil {
		return Fabric{}, err
	}
	source := filepath.Join(done, "source")
	f := Fabric{
		Peer: filepath.Join(done, "bin", "peer"), Orderer: filepath.Join(done, "bin", "orderer"),
		PeerSample: filepath.Join(source, "sampleconfig", "core.yaml"), OrdererSample: filepath.Join(source, "sampleconfig", "orderer.yaml"),
	}
	return f, f.checkMended(ctx, source)
}

// checkMended makes sure that the orderer was built from source and that source does not have the restart defect.
func (f Fabric) checkMended(ctx context.Context, source string) error {
	stamp, err := Stamp(source)
	if err != nil {
		return err
	}
	text, err := output(ctx, source, f.Orderer, "version")
	if err != nil {
		return err
	}
	if !bytes.Contains(text, []byte(stamp)) {
		return fmt.Errorf("%s was not built from the mended source (its version does not say %s)", f.Orderer, stamp)
	}
	return nil
}

func (b *Builder) fabric(ctx context.Context, folder, making string) error {
	module, err := b.moduleFolder(ctx, folder)
	if err != nil {
		return err
	}
	source := filepath.Join(making, "source")
	if err := copySource(module, source); err != nil {
		return fmt.Errorf("copy Fabric's source: %w", err)
	}
	if err := mend(source); err != nil {
		return err
	}
	stamp, err := Stamp(source)
	if err != nil {
		return err
	}
	// The committed go.mod stays as it is; a copy of it points at the mended source.
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(making, name), text, 0o600); err != nil {
			return err
		}
	}
	modfile := filepath.Join(making, "go.mod")
	if _, err := output(ctx, folder, "go", "mod", "edit", "-replace", fabricModule+"="+source, modfile); err != nil {
		return err
	}
	return b.compile(ctx, "fabric", folder, "-ldflags=-s -w -X "+stampSymbol+"="+stamp, "-modfile="+modfile,
		"-o", filepath.Join(making, "bin")+"/", fabricModule+"/cmd/peer", fabricModule+"/cmd/orderer")
}

// moduleFolder answers where the pinned module's files are, downloading them first where needed.
func (b *Builder) moduleFolder(ctx context.Context, folder string) (string, error) {
	if err := b.logged(ctx, "fabric-download", folder, "mod", "download", fabricModule); err != nil {
		return "", err
	}
	path, err := output(ctx, folder, "go", "list", "-m", "-f", "{{.Dir}}", fabricModule)
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(path)), nil
}

// copySource copies a module folder without its tests; the originals are read-only, the copies are not.
func copySource(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		switch {
		case entry.IsDir() && (skippedFolders[inside] || entry.Name() == "testdata"):
			return fs.SkipDir
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(to, inside), 0o700)
		case strings.HasSuffix(inside, "_test.go") || !entry.Type().IsRegular():
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, inside), text, 0o600)
	})
}

// mend makes the one substitution. Anything but exactly one match means that the pinned version has changed, and
// then someone has to look.
func mend(source string) error {
	path := filepath.Join(source, syncFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if count := bytes.Count(text, []byte(syncDefect)); count != 1 {
		return fmt.Errorf("%s: the line %q is there %d times, not once: is the restart defect still in this version?", syncFile, syncDefect, count)
	}
	return os.WriteFile(path, bytes.Replace(text, []byte(syncDefect), []byte(syncMended), 1), 0o600)
}

// Stamp answers what a binary built from source carries as its commit, or an error when the source has the defect.
func Stamp(source string) (string, error) {
	text, err := os.ReadFile(filepath.Join(source, syncFile))
	if err != nil {
		return "", err
	}
	if bytes.Contains(text, []byte(syncDefect)) || bytes.Count(text, []byte(syncMended)) != 1 {
		return "", errors.New(syncFile + " has the restart defect")
	}
	digest := sha256.Sum256(text)
	return "restart-mended-" + hex.EncodeToString(digest[:8]), nil
}

var release = regexp.MustCompile(`(?m)^\s*Version:\s*v?(\d+\.\d+\.\d+)`)

// Releases that have the restart defect.
var defective = map[string]bool{"2.5.0": true, "2.5.1": true, "2.5.2": true}

// Ready takes a folder of ready peer and orderer programs, such as an official release's bin, in place of the build.
// The sample configurations come from the release's config folder beside it, or from the pinned module.
func (b *Builder) Ready(ctx context.Context, folder string) (Fabric, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return Fabric{}, err
	}
	f := Fabric{Peer: filepath.Join(folder, "peer"), Orderer: filepath.Join(folder, "orderer")}
	for _, program := range []string{f.Peer, f.Orderer} {
		text, err := output(ctx, folder, program, "version")
		if err != nil {
			return Fabric{}, err
		}
		if found := release.FindSubmatch(text); program == f.Orderer && found != nil && defective[string(found[1])] {
			return Fabric{}, fmt.Errorf("%s is release %s, whose orderer can hang after a restart: take 2.5.3 or newer", program, found[1])
		}
	}
	samples := filepath.Join(filepath.Dir(folder), "config")
	if _, err := os.Stat(filepath.Join(samples, "core.yaml")); err != nil {
		module, err := b.moduleFolder(ctx, filepath.Join(b.Root, "network", "fabric"))
		if err != nil {
			return Fabric{}, err
		}
		samples = filepath.Join(module, "sampleconfig")
	}
	f.PeerSample, f.OrdererSample = filepath.Join(samples, "core.yaml"), filepath.Join(samples, "orderer.yaml")
	return f, nil
}
