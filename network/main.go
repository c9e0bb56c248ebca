// Command network runs the whole of PortLedger on one machine: four organisations, each with a peer, a Fabric CA, a
// chaincode process and a gateway, and an ordering organisation of three Raft nodes. It wires the packages below it
// into one verb per command and holds no knowledge of its own about documents.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/alecthomas/kong"

	"portledger/keyfile"
	"portledger/network/builder"
	"portledger/network/config"
	"portledger/network/proc"
	"portledger/network/site"
)

// commandLine is every command; field comments are its help.
type commandLine struct {
	Root   string `help:"Folder of the repository." default:"." type:"path"`
	Config string `help:"Configuration of the network; network/network.yaml of the repository by default." type:"path"`
	Data   string `help:"Folder of the network's data; .local/net of the repository by default." type:"path"`

	Up      upCommand      `cmd:"" help:"Build, make and start what is missing until the network is ready."`
	Join    joinCommand    `cmd:"" help:"Let an organisation of network.yaml's section joining join the network."`
	Down    downCommand    `cmd:"" help:"Stop every process in order; data stays."`
	Clean   cleanCommand   `cmd:"" help:"Stop every process and forget the network's data; what was built stays."`
	Status  statusCommand  `cmd:"" help:"Tell what runs, how far it is and what memory it takes."`
	Token   tokenCommand   `cmd:"" help:"Print a token for a person of network.yaml."`
	Enrol   enrolCommand   `cmd:"" help:"Give a person a new certificate; one who was revoked begins anew."`
	SignOut signOutCommand `cmd:"" help:"End all tokens that a person has; whoever signs in anew is let in."`
	Revoke  revokeCommand  `cmd:"" help:"Take a person's certificates away, at the gateway, the CA and on the channel."`
	Kill    killCommand    `cmd:"" help:"Kill every process at once, as a power cut would."`
	Restart restartCommand `cmd:"" help:"Stop one process and start it again as it was."`
	Start   startCommand   `cmd:"" help:"Start one process, if wanted with another program in its place."`
	Deploy  deployCommand  `cmd:"" help:"Deploy a further chaincode of network.yaml."`
	Publish publishCommand `cmd:"" help:"Publish a calendar of business days as an organisation's registrar."`
	Check   checkCommand   `cmd:"" help:"Commit a transaction endorsed by all and wait until every node has it."`
	Rotate  rotateCommand  `cmd:"" help:"Make a new key that signs tokens; the one before stays published."`
	Issuer  issuerCommand  `cmd:"" hidden:"" help:"Serve the OpenID provider."`
}

// world is what every command works on.
type world struct {
	site       *site.Site
	table      *proc.Table
	configFile string
}

func main() {
	if name := filepath.Base(os.Args[0]); slices.Contains(builder.Names, name) {
		exit(builder.Run(name, os.Args[1:]))
	}
	if err := keyfile.Guard(); err != nil { // for the nodes too: they are started from here
		exit(err)
	}
	var line commandLine
	chosen := kong.Parse(&line, kong.Name("network"), kong.Description("PortLedger's local network."), kong.UsageOnError())
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	w, err := open(line.Root, line.Config, line.Data)
	if err != nil {
		exit(err)
	}
	chosen.BindTo(ctx, (*context.Context)(nil))
	exit(chosen.Run(w))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "network:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func open(root, configFile, data string) (*world, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if configFile == "" {
		configFile = filepath.Join(root, "network", "network.yaml")
	}
	c, err := config.Load(configFile)
	if err != nil {
		return nil, err
	}
	if data == "" {
		data = filepath.Join(root, site.LocalFolder, "net")
	}
	s, err := site.Open(root, data, c)
	if err != nil {
		return nil, err
	}
	table, err := proc.Open(s.In("proc"))
	if err != nil {
		return nil, err
	}
	return &world{site: s, table: table, configFile: configFile}, nil
}

// lock lets one command at a time change the network. The lock goes with the process, so none is ever left behind.
func (w *world) lock() (release func(), err error) {
	path := w.site.Net + ".lock" // beside the data: clean removes the folder itself
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		err = fmt.Errorf("another command is changing this network; try again when it is done (%s: %w)", path, err)
		return nil, errors.Join(err, file.Close())
	}
	return func() { _ = file.Close() }, nil
}
