package site

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"

	"portledger/network/build"
	"portledger/network/builder"
	"portledger/network/config"
	"portledger/network/proc"
)

// Kinds of process, as network.yaml's memory section names them.
const (
	KindOrderer   = "orderer"
	KindPeer      = "peer"
	KindCA        = "ca"
	KindChaincode = "chaincode"
	KindGateway   = "gateway"
	KindIssuer    = "issuer"
)

// Names of an organisation's processes.
func PeerName(o config.Organisation) string    { return o.Key + "-peer" }
func CAName(o config.Organisation) string      { return o.Key + "-ca" }
func GatewayName(o config.Organisation) string { return o.Key + "-gateway" }

// searchPath is every process's, whoever's shell it is started from: with the caller's own, the same network would look
// changed from another shell and be restarted.
const searchPath = "/usr/local/bin:/usr/bin:/bin"

// spec fills in what all processes share: an environment of its own, so that nothing of the caller's leaks in, and
// the addresses of the ports it opens.
func (s *Site) spec(name, kind, folder string, ports []int, environment []string, argv ...string) proc.Spec {
	env := []string{"PATH=" + searchPath, "HOME=" + folder, "TMPDIR=" + filepath.Join(folder, "tmp")}
	if percent, set := s.Config.Memory.GOGC[kind]; set {
		env = append(env, fmt.Sprintf("GOGC=%d", percent))
	}
	var listen []string
	for _, port := range ports {
		listen = append(listen, s.Config.Address(port))
	}
	return proc.Spec{
		Name: name, Kind: kind, Argv: argv, Env: append(env, environment...), Dir: folder, Log: s.Log(name), Listen: listen,
	}
}

// prepare makes a process's folder and its own temporary folder.
func prepare(folder string) error { return os.MkdirAll(filepath.Join(folder, "tmp"), 0o700) }

// finish digests the program and the configuration files into the specification.
func (s *Site) finish(spec proc.Spec, files ...string) (proc.Spec, error) {
	if err := prepare(spec.Dir); err != nil {
		return spec, err
	}
	inputs := map[string][]byte{}
	for _, path := range append(files, spec.Argv[0]) {
		digest, err := s.digest(path)
		if err != nil {
			return spec, err
		}
		inputs[path] = []byte(digest)
	}
	spec.Digest = build.Key(inputs)
	return spec, nil
}

// digest reads a file once, however many processes share it.
func (s *Site) digest(path string) (string, error) {
	if known, found := s.digests.Load(path); found {
		return known.(string), nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	digest := build.Key(map[string][]byte{"": text})
	if !strings.HasPrefix(path, s.Net) {
		s.digests.Store(path, digest) // programs do not change while a command runs; configurations are written by it
	}
	return digest, nil
}

// Orderer writes the node's configuration and answers how it is started.
func (s *Site) Orderer(f build.Fabric, node config.Orderer) (proc.Spec, error) {
	org := s.Config.Ordering
	home := s.In(org.Key, node.Name)
	cert, key, root := filepath.Join(home, "tls", "cert.pem"), filepath.Join(home, "tls", "key.pem"), s.TLSRoot(org.Key)
	file, roots := filepath.Join(home, "config", "orderer.yaml"), filepath.Join(home, "config", "tls-roots.pem")
	if err := s.bundleRoots(roots); err != nil {
		return proc.Spec{}, err
	}
	err := derive(f.OrdererSample, file, []setting{
		{"General.ListenAddress", s.Config.Host},
		{"General.ListenPort", node.Listen},
		{"General.TLS.Enabled", true},
		{"General.TLS.PrivateKey", key},
		{"General.TLS.Certificate", cert},
		{"General.TLS.RootCAs", []string{root}},
		{"General.TLS.ClientAuthRequired", true},
		{"General.TLS.ClientRootCAs", []string{roots}},
		{"General.Cluster.ClientCertificate", cert},
		{"General.Cluster.ClientPrivateKey", key},
		{"General.Cluster.RootCAs", []string{root}},
		{"General.BootstrapMethod", "none"},
		{"General.LocalMSPDir", filepath.Join(home, "msp")},
		{"General.LocalMSPID", org.MSP},
		{"FileLedger.Location", filepath.Join(home, "data")},
		{"Operations.ListenAddress", s.Config.Address(node.Operations)},
		{"Metrics.Provider", "prometheus"},
		{"Admin.ListenAddress", s.Config.Address(node.Admin)},
		{"Admin.TLS.Enabled", true},
		{"Admin.TLS.PrivateKey", key},
		{"Admin.TLS.Certificate", cert},
		{"Admin.TLS.ClientAuthRequired", true},
		{"Admin.TLS.ClientRootCAs", []string{root}},
		{"Consensus.WALDir", filepath.Join(home, "data", "wal")},
		{"Consensus.SnapDir", filepath.Join(home, "data", "snapshot")},
	})
	if err != nil {
		return proc.Spec{}, err
	}
	ports := []int{node.Listen, node.Admin, node.Operations}
	return s.finish(s.spec(node.Name, KindOrderer, home, ports, []string{"FABRIC_CFG_PATH=" + filepath.Dir(file), logWarnings}, f.Orderer), file)
}

const logWarnings = "FABRIC_LOGGING_SPEC=warn"

// Peer writes the node's configuration and answers how it is started.
func (s *Site) Peer(f build.Fabric, o config.Organisation) (proc.Spec, error) {
	home := s.In(o.Key, "peer")
	tls := filepath.Join(home, "tls")
	address := s.Config.Address(o.Peer.Listen)
	file := filepath.Join(home, "config", "core.yaml")
	roots := filepath.Join(home, "config", "tls-roots.pem")
	if err := s.bundleRoots(roots); err != nil {
		return proc.Spec{}, err
	}
	settings := []setting{
		{"peer.id", PeerName(o)},
		{"peer.networkId", s.Config.Channel},
		{"peer.listenAddress", address},
		{"peer.address", address},
		{"peer.chaincodeListenAddress", s.Config.Address(o.Peer.Chaincode)},
		{"peer.fileSystemPath", filepath.Join(home, "data")},
		{"peer.mspConfigPath", filepath.Join(home, "msp")},
		{"peer.localMspId", o.MSP},
		{"peer.tls.enabled", true},
		{"peer.tls.clientAuthRequired", true},
		{"peer.tls.cert.file", filepath.Join(tls, "cert.pem")},
		{"peer.tls.key.file", filepath.Join(tls, "key.pem")},
		{"peer.tls.rootcert.file", roots},
		{"peer.tls.clientRootCAs.files", []string{roots}},
		{"peer.tls.clientCert.file", filepath.Join(tls, "cert.pem")},
		{"peer.tls.clientKey.file", filepath.Join(tls, "key.pem")},
		{"vm.endpoint", ""}, // no container engine
		{"chaincode.externalBuilders", []map[string]any{{
			"name": "service", "path": s.In("builder"), "propagateEnvironment": []string{builder.ConfigVariable},
		}}},
		{"ledger.history.enableHistoryDatabase", true},
		{"ledger.snapshots.rootDir", filepath.Join(home, "snapshots")},
		{"operations.listenAddress", s.Config.Address(o.Peer.Operations)},
		{"metrics.provider", "prometheus"},
	}
	if err := derive(f.PeerSample, file, append(settings, gossipSettings(address)...)); err != nil {
		return proc.Spec{}, err
	}
	services, err := s.builderConfig(o)
	if err != nil {
		return proc.Spec{}, err
	}
	environment := []string{"FABRIC_CFG_PATH=" + filepath.Dir(file), builder.ConfigVariable + "=" + services, logWarnings}
	ports := []int{o.Peer.Listen, o.Peer.Chaincode, o.Peer.Operations}
	return s.finish(s.spec(PeerName(o), KindPeer, home, ports, environment, f.Peer, "node", "start"), file)
}

// gossipSettings let peers of other organisations be found soon after a start, and keep a foreign organisation's
// invalid transactions from holding up this peer's commits.
func gossipSettings(address string) []setting {
	return []setting{
		{"peer.gossip.bootstrap", address},
		{"peer.gossip.externalEndpoint", address},
		{"peer.gossip.aliveTimeInterval", "1s"},
		{"peer.gossip.reconnectInterval", "2s"},
		{"peer.gossip.membershipTrackerInterval", "1s"},
		{"peer.gossip.publishStateInfoInterval", "1s"}, // which chaincodes and blocks a peer has
		{"peer.gossip.requestStateInfoInterval", "1s"},
		{"peer.gossip.pvtData.skipPullingInvalidTransactionsDuringCommit", true},
		{"peer.gossip.pvtData.pullRetryThreshold", "3s"},
	}
}

// builderConfig tells the peer's builder where its organisation's chaincode processes listen.
func (s *Site) builderConfig(o config.Organisation) (string, error) {
	tls := s.In(o.Key, "peer", "tls")
	var texts [3]string
	for i, path := range []string{s.TLSRoot(o.Key), filepath.Join(tls, "cert.pem"), filepath.Join(tls, "key.pem")} {
		text, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		texts[i] = string(text)
	}
	services := builder.Config{}
	for _, cc := range s.Config.Chaincodes {
		services[cc.Name] = builder.Connection{
			Address: s.Config.Address(cc.Ports[o.Key]), DialTimeout: "10s", TLSRequired: true, ClientAuthRequired: true,
			RootCert: texts[0], ClientCert: texts[1], ClientKey: texts[2],
		}
	}
	text, err := json.Marshal(services)
	if err != nil {
		return "", err
	}
	path := s.In(o.Key, "peer", "chaincodes.json")
	return path, WriteFile(path, text)
}

// LinkBuilder makes the network program itself the peers' external builder.
func (s *Site) LinkBuilder(program string) error {
	folder := s.In("builder", "bin")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	for _, name := range builder.Names {
		next := filepath.Join(folder, name+".next")
		if err := os.RemoveAll(next); err != nil {
			return err
		}
		if err := os.Symlink(program, next); err != nil {
			return err
		}
		if err := os.Rename(next, filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	return nil
}

// CA writes the Fabric CA's configuration and answers how it is started. The bootstrap secret stands in that file,
// for the owner alone, and on no command line.
func (s *Site) CA(program string, o config.Organisation) (proc.Spec, error) {
	home := s.In(o.Key, "ca")
	secret, err := os.ReadFile(s.CASecret(o.Key))
	if err != nil {
		return proc.Spec{}, err
	}
	type object = map[string]any
	text, err := yaml.Marshal(object{
		"address": s.Config.Host,
		"port":    o.CA.Listen,
		"tls":     object{"enabled": true, "certfile": filepath.Join(home, "tls", "cert.pem"), "keyfile": filepath.Join(home, "tls", "key.pem")},
		"ca":      object{"name": CAName(o), "certfile": filepath.Join(s.authority(o.Key), "cert.pem"), "keyfile": filepath.Join(s.authority(o.Key), "key.pem")},
		"db":      object{"type": "sqlite3", "datasource": filepath.Join(home, "ca.db")},
		// Ten wrong passwords by anybody would lock the registrar out for good, and with it every revocation. Its secret cannot be guessed.
		"cfg":        object{"identities": object{"passwordattempts": -1}},
		"operations": object{"listenAddress": s.Config.Address(o.CA.Operations)},
		"metrics":    object{"provider": "prometheus"},
		"signing":    object{"default": object{"usage": []string{"digital signature"}, "expiry": "8760h"}},
		"registry": object{"maxenrollments": -1, "identities": []object{{
			"name": CARegistrar, "pass": strings.TrimSpace(string(secret)), "type": "client",
			"attrs": object{"hf.Registrar.Roles": "client", "hf.Registrar.Attributes": "portledger.*", "hf.Revoker": true},
		}}},
	})
	if err != nil {
		return proc.Spec{}, err
	}
	file := filepath.Join(home, "fabric-ca-server-config.yaml")
	if err := WriteFile(file, text); err != nil {
		return proc.Spec{}, err
	}
	environment := []string{"FABRIC_CA_SERVER_HOME=" + home, "FABRIC_CA_SERVER_LOGLEVEL=warning"}
	ports := []int{o.CA.Listen, o.CA.Operations}
	return s.finish(s.spec(CAName(o), KindCA, home, ports, environment, program, "start", "--config", file), file)
}

// CARegistrar is the Fabric CA identity that registers people.
const CARegistrar = "registrar"
