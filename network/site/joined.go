package site

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"

	"portledger/network/config"
)

// joinedFile lists the organisations that joined after the channel was made, by key, in that order. It is written before
// anything else is done for one: a join that was cut short is finished by the next command.
const joinedFile = "joined.json"

// Open answers the site with those who joined it among its organisations.
func Open(root, data string, c *config.Config) (*Site, error) {
	s := New(root, data, c)
	joined, err := s.joined()
	if err != nil {
		return nil, err
	}
	s.Config, err = c.Admit(joined...)
	return s, err
}

func (s *Site) joined() ([]string, error) {
	text, err := os.ReadFile(s.In(joinedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var keys []string
	return keys, json.Unmarshal(text, &keys)
}

// Admit makes a candidate of the configuration one of the site's organisations, for good. One that is already is fine.
func (s *Site) Admit(key string) error {
	keys, err := s.joined()
	if err != nil || slices.Contains(keys, key) {
		return err
	}
	grown, err := s.Config.Admit(key)
	if err != nil {
		return err
	}
	text, err := json.Marshal(append(keys, key))
	if err != nil {
		return err
	}
	if err := WriteFile(s.In(joinedFile), text); err != nil {
		return err
	}
	s.Config = grown
	return nil
}
