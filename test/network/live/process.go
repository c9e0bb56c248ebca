package live

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"
	"time"

	"portledger/network/proc"
)

const (
	// stopGrace is how long a process may take to end in order.
	stopGrace = 15 * time.Second
	// startWait is how long a process may take to serve again.
	startWait = 60 * time.Second
)

// alone runs change while no command of the network program changes the processes.
func (n *Network) alone(change func() error) error {
	lock, err := os.OpenFile(n.Folder+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	return change()
}

// Kill ends a process as a power cut would.
func (n *Network) Kill(name string) error {
	return n.alone(func() error {
		s, runs := n.table.Running(name)
		if !runs {
			return fmt.Errorf("%s does not run", name)
		}
		if err := syscall.Kill(s.PID, syscall.SIGKILL); err != nil {
			return err
		}
		return n.awaitEnd(name)
	})
}

func (n *Network) awaitEnd(name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopGrace)
	defer cancel()
	for {
		if _, runs := n.table.Running(name); !runs {
			return nil
		}
		if err := pause(ctx, levelEvery); err != nil {
			return fmt.Errorf("%s does not end: %w", name, err)
		}
	}
}

// Start starts a process as it was started before; one that runs is left alone.
func (n *Network) Start(name string) error {
	return n.alone(func() error {
		s, err := n.table.Load(name)
		if err != nil {
			return err
		}
		if _, runs := n.table.Running(name); runs {
			return nil
		}
		_, err = n.table.Start(s)
		return err
	})
}

// Restart stops a process in order and starts it again as it was.
func (n *Network) Restart(name string) error {
	return n.alone(func() error {
		s, err := n.table.Load(name)
		if err != nil {
			return err
		}
		return n.replace(s)
	})
}

// replace stops the process that runs under the specification's name and starts the specification.
func (n *Network) replace(s proc.Spec) error {
	if _, err := n.table.Stop(context.Background(), stopGrace, s.Name); err != nil {
		return err
	}
	_, err := n.table.Start(s)
	return err
}

// Change stops a process and starts it again, changed. The answered function puts it back as it was; it may be called
// more than once.
func (n *Network) Change(name string, change func(*proc.Spec)) (restore func() error, err error) {
	before, err := n.table.Load(name)
	if err != nil {
		return nil, err
	}
	after := before
	after.Argv, after.Env = slices.Clone(before.Argv), slices.Clone(before.Env)
	after.Digest = "changed by a test" // so that up replaces it even if this test is killed
	change(&after)
	put := func(s proc.Spec) error { return n.alone(func() error { return n.replace(s) }) }
	done := false
	restore = func() error {
		if done {
			return nil
		}
		done = true
		return put(before)
	}
	if err := put(after); err != nil {
		return nil, errors.Join(err, restore())
	}
	return restore, nil
}

// Processes answers the specifications of all processes that run.
func (n *Network) Processes() ([]proc.Spec, error) {
	all, err := n.table.List()
	if err != nil {
		return nil, err
	}
	var running []proc.Spec
	for _, s := range all {
		if now, is := n.table.Running(s.Name); is {
			running = append(running, now)
		}
	}
	return running, nil
}

// AwaitGateway waits until an organisation's gateway is ready to serve.
func (n *Network) AwaitGateway(ctx context.Context, organisation string) error {
	url := n.Organisations[organisation].Gateway + "/readyz"
	return Eventually(ctx, startWait, func(context.Context) error {
		response, err := web.Get(url)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if response.StatusCode != 200 {
			return fmt.Errorf("%s: %s", url, response.Status)
		}
		return nil
	})
}

// AwaitChaincode waits until an organisation's chaincode answers through its peer.
func (n *Network) AwaitChaincode(ctx context.Context, organisation string) error {
	registrar, err := n.Person(organisation + "-registrar")
	if err != nil {
		return err
	}
	var party string
	for _, id := range n.Party {
		party = id
	}
	return Eventually(ctx, startWait, func(ctx context.Context) error {
		var view struct{}
		return registrar.Read(ctx, "party", party, &view)
	})
}
