package build

import (
	"context"
	"path/filepath"
)

// CA builds the pinned Fabric CA server and answers its path. Its SQLite needs a C compiler.
func (b *Builder) CA(ctx context.Context) (string, error) {
	return b.module(ctx, "ca", "fabric-ca-server", "github.com/hyperledger/fabric-ca/cmd/fabric-ca-server")
}

// Enrol builds the enrolment program and answers its path.
func (b *Builder) Enrol(ctx context.Context) (string, error) {
	return b.module(ctx, "enrol", "enrol", ".")
}

// module builds one program of the module in network/<name>.
func (b *Builder) module(ctx context.Context, name, program, path string) (string, error) {
	folder := filepath.Join(b.Root, "network", name)
	inputs, err := b.sources(ctx, folder)
	if err != nil {
		return "", err
	}
	done, err := b.once(name, Key(inputs), func(making string) error {
		return b.compile(ctx, name, folder, "-o", filepath.Join(making, program), path)
	})
	return filepath.Join(done, program), err
}

// Own builds programs of the repository's own module into bin. Go's build cache makes a repeated call cheap.
func (b *Builder) Own(ctx context.Context, bin string, packages ...string) error {
	return b.compile(ctx, "own", b.Root, append([]string{"-o", bin + "/"}, packages...)...)
}
