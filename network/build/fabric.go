package build

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

const fabricModule = "github.com/hyperledger/fabric"

// mendFolder holds the changes to the pinned source, below its module's folder: patches that say what they mend.
const (
	mendFolder  = "mend"
	stampSymbol = fabricModule + "/common/metadata.CommitSHA"
)

// Left out of the copy: not needed to compile the two programs.
var skippedFolders = map[string]bool{"vendor": true, "docs": true, "images": true, ".github": true}

// Fabric is a place with the peer and orderer programs and the sample configurations they are derived from.
type Fabric struct {
	Peer, Orderer             string
	PeerSample, OrdererSample string
}

// Fabric builds the pinned peer and orderer with their defects mended.
func (b *Builder) Fabric(ctx context.Context) (Fabric, error) {
	folder := filepath.Join(b.Root, "network", "fabric")
	inputs, err := b.sources(ctx, folder)
	if err != nil {
		return Fabric{}, err
	}
	m, err := readMends(filepath.Join(folder, mendFolder))
	if err != nil {
		return Fabric{}, err
	}
	inputs["mends"] = []byte(m.stamp())
	done, err := b.once("fabric", Key(inputs), func(making string) error { return b.fabric(ctx, folder, making, m) })
	if err != nil {
		return Fabric{}, err
	}
	source := filepath.Join(done, "source")
	f := Fabric{
		Peer: filepath.Join(done, "bin", "peer"), Orderer: filepath.Join(done, "bin", "orderer"),
		PeerSample: filepath.Join(source, "sampleconfig", "core.yaml"), OrdererSample: filepath.Join(source, "sampleconfig", "orderer.yaml"),
	}
	return f, f.checkMended(ctx, source, m)
}

// checkMended makes sure that the programs were built from source and that source is mended.
func (f Fabric) checkMended(ctx context.Context, source string, m mends) error {
	if err := m.check(ctx, source); err != nil {
		return err
	}
	for _, program := range []string{f.Peer, f.Orderer} {
		text, err := output(ctx, source, program, "version")
		if err != nil {
			return err
		}
		if !bytes.Contains(text, []byte(m.stamp())) {
			return fmt.Errorf("%s was not built from the mended source (its version does not say %s)", program, m.stamp())
		}
	}
	return nil
}

func (b *Builder) fabric(ctx context.Context, folder, making string, m mends) error {
	module, err := b.moduleFolder(ctx, folder)
	if err != nil {
		return err
	}
	source := filepath.Join(making, "source")
	if err := copySource(module, source); err != nil {
		return fmt.Errorf("copy Fabric's source: %w", err)
	}
	if err := m.apply(ctx, source); err != nil {
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
	return b.compile(ctx, "fabric", folder, "-ldflags=-s -w -X "+stampSymbol+"="+m.stamp(), "-modfile="+modfile,
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
