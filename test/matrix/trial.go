package matrix

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"portledger/test/stories"
)

// Peers are the organisations' peers, reached without any gateway.
type Peers interface {
	// Evaluate asks the peer of the organisation at, as a person of the organisation of; function is "contract:Function".
	Evaluate(ctx context.Context, of, person, at, function string, args []string, transient map[string][]byte) ([]byte, error)
}

// Trial lets everybody try everything.
type Trial struct {
	*Table
	Venue *stories.Venue
	// Peers may be nil: then nobody goes round the gateway.
	Peers Peers
	// Aside marks what is asked beside a story, Level waits until every peer has what any has; nil where there is no need.
	Aside func(context.Context) context.Context
	Level func(context.Context) error
	// Round lets one of so many go round the gateway at each operation, 0 all.
	Round int
	// Together is how many stories are played at a time; those of one bank may meet in its book, and one of them loses.
	Together int
	// AtOnce is how many try at a time at each.
	AtOnce int
	// Looks are how often everybody looks at documents; without any, at one of each family, in the first state that it is met in.
	Looks

	operations []Operation
	everybody  []Somebody

	mu      sync.Mutex
	needles map[string]bool
	done    map[string]bool
	wrong   []string
	// let and turned are who was let through and who was turned away, by operation.
	let, turned map[string]map[string]bool
	tries       int
	// listed is how many rows of lists were looked into.
	listed int
}

// New prepares a trial: it asks every gateway who its people are.
func New(ctx context.Context, venue *stories.Venue) (*Trial, error) {
	table, err := Load()
	if err != nil {
		return nil, err
	}
	t := &Trial{Table: table, Venue: venue, AtOnce: 1, done: map[string]bool{}, needles: map[string]bool{},
		let: map[string]map[string]bool{}, turned: map[string]map[string]bool{}}
	if t.operations, err = Operations(); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(venue.People)) {
		s, known, err := t.introduce(ctx, name)
		if err != nil {
			return nil, err
		}
		if known {
			t.everybody = append(t.everybody, s)
		}
	}
	displaced := t.everybody[0]
	displaced.Door = doorBeside(venue, displaced.Organisation)
	t.everybody = append(t.everybody, displaced, Somebody{Door: displaced.Organisation})
	return t, nil
}

// introduce asks who a person is; one whose certificate was taken back is nobody to try with.
func (t *Trial) introduce(ctx context.Context, name string) (Somebody, bool, error) {
	s := Somebody{Name: name, Organisation: t.Venue.People[name].Organisation}
	s.Door = s.Organisation
	if t.Venue.Gateways[s.Door] == "" {
		return s, false, nil
	}
	var err error
	if s.token, err = t.Venue.Token(ctx, name); err != nil {
		return s, false, fmt.Errorf("token for %s: %w", name, err)
	}
	answer, err := t.Venue.Send(ctx, s.token, s.Door, stories.Attempt{Who: name, Method: http.MethodGet, Path: "/v1/me"})
	if err != nil || answer.Status == http.StatusUnauthorized {
		return s, false, err
	}
	var me struct {
		Organisation string   `json:"organisation"`
		Party        string   `json:"party"`
		Roles        []string `json:"roles"`
		Registrar    bool     `json:"registrar"`
		SignsOutside bool     `json:"signsOutside"`
	}
	if err := json.Unmarshal(answer.Body, &me); err != nil {
		return s, false, err
	}
	s.MSP, s.Party, s.Roles, s.Registrar, s.SignsOutside = me.Organisation, me.Party, me.Roles, me.Registrar, me.SignsOutside
	if s.Registrar {
		s.Roles = []string{registrarRole}
	}
	return s, true, nil
}

// Leave lets those out of whom it is true.
func (t *Trial) Leave(out func(Somebody) bool) { t.everybody = slices.DeleteFunc(t.everybody, out) }

func doorBeside(v *stories.Venue, organisation string) string {
	for _, o := range slices.Sorted(maps.Keys(v.Gateways)) {
		if o != organisation {
			return o
		}
	}
	return ""
}

// Play plays stories while everybody tries each step before it is made, and looks at every document that they leave.
func (t *Trial) Play(ctx context.Context, names ...string) error {
	venue := *t.Venue
	venue.Token = func(_ context.Context, person string) (string, error) { return t.named(person).token, nil }
	together, within := errgroup.WithContext(ctx)
	together.SetLimit(max(1, t.Together))
	var alone []stories.Story
	for _, name := range names {
		story, err := stories.Load(name)
		if err != nil {
			return err
		}
		switch {
		case len(story.Missing(&venue)) > 0:
		case limits(story):
			alone = append(alone, story)
		default:
			together.Go(func() error { return t.play(within, &venue, story) })
		}
	}
	if err := together.Wait(); err != nil {
		return err
	}
	for _, story := range alone {
		if err := t.play(ctx, &venue, story); err != nil {
			return err
		}
	}
	return nil
}

// limits tells whether a story opens a facility: while it is open it limits what its bank does in any other story.
func limits(story stories.Story) bool {
	return slices.ContainsFunc(story.Steps, func(s stories.Step) bool { return strings.HasPrefix(s.Post, "/v1/facilities") })
}

func (t *Trial) play(ctx context.Context, venue *stories.Venue, story stories.Story) error {
	player := stories.NewPlayer(venue, "en")
	player.Watch = t.watch
	run, err := player.Play(ctx, story, func(e stories.Event) { t.transaction(ctx, e) })
	if err != nil {
		return err
	}
	for _, d := range run.Documents {
		if err := t.see(ctx, d.Person, nil, collectionOf(d.Family)+"/"+d.ID, t.AtEnds); err != nil {
			return err
		}
	}
	return nil
}

func collectionOf(family string) string {
	for segment, f := range families {
		if f == family {
			return "/v1/" + segment
		}
	}
	return ""
}

// watch lets everybody try what is about to be done.
func (t *Trial) watch(ctx context.Context, a stories.Attempt) error {
	t.note(a.Body)
	if t.Level != nil { // the crowd keeps the peers busy: one that is behind would make the story's own step fail
		if err := t.Level(ctx); err != nil {
			return err
		}
	}
	o, known := t.operationOf(a)
	if !known || o.apart() || a.Header[approvalHeader] != "" || !worth(a.Status, a.Refusal) {
		return nil
	}
	return t.Try(ctx, o, a)
}

// worth tells whether a step shows who may: it succeeds, or only how things stand is in the way, not the state.
func worth(status int, refusal string) bool {
	return status < http.StatusBadRequest || status == http.StatusConflict && !slices.Contains([]string{"", "wrong-state", "conflict"}, refusal)
}

func (t *Trial) operationOf(a stories.Attempt) (Operation, bool) {
	i := slices.IndexFunc(t.operations, func(o Operation) bool { return o.fits(a.Method, a.Path) })
	if i < 0 {
		return Operation{}, false
	}
	return t.operations[i], true
}

// Try lets everybody make a request that would succeed for who means to make it.
func (t *Trial) Try(ctx context.Context, o Operation, a stories.Attempt) error {
	key := o.ID + " " + a.Header[mandateHeader]
	if t.was(key) && t.was("see "+o.Family()) { // nothing new, unless it is a state
		return nil
	}
	aside := t.aside(ctx)
	document, err := t.about(aside, o, a)
	if err != nil {
		return err
	}
	if segments := strings.Split(a.Path, "/"); len(segments) >= 4 && o.Family() != "transaction" {
		if err := t.see(ctx, a.Who, a.Header, strings.Join(segments[:4], "/"), false); err != nil {
			return err
		}
	}
	if a.Status >= http.StatusBadRequest {
		if t.was(key) {
			return nil
		}
		key = "stopped " + key
	}
	number, first := t.first(key)
	if !first {
		return nil
	}
	all, ctx := errgroup.WithContext(aside)
	all.SetLimit(t.AtOnce)
	for i, s := range t.everybody {
		round := t.Peers != nil && (t.Round == 0 || s.Name == a.Who || (i+number)%t.Round == 0)
		all.Go(func() error { return t.attempt(ctx, o, s, a, document, round) })
	}
	return all.Wait()
}

func (t *Trial) aside(ctx context.Context) context.Context {
	if t.Aside == nil {
		return ctx
	}
	return t.Aside(ctx)
}

const mandateHeader = "PortLedger-Mandate"

// about reads the document that a request is about, or those that a birth rests on, as who means to make it.
func (t *Trial) about(ctx context.Context, o Operation, a stories.Attempt) (any, error) {
	if about := t.Operations[o.ID].About; about != nil {
		return t.basis(ctx, about, a)
	}
	segments := strings.Split(a.Path, "/")
	if len(segments) < 4 || o.Family() == "transaction" {
		return nil, nil
	}
	answer, err := t.read(ctx, a.Who, a.Header, strings.Join(segments[:4], "/"))
	return answer.Value, err
}

func (t *Trial) basis(ctx context.Context, about map[string]string, a stories.Attempt) (any, error) {
	body, err := decode(a.Body)
	if err != nil {
		return nil, err
	}
	all := map[string]any{}
	for name, at := range about {
		for _, id := range parties(body, at, "") {
			family := name
			if name == "out" {
				family = "interchange"
			}
			answer, err := t.read(ctx, a.Who, a.Header, collectionOf(family)+"/"+id)
			if err != nil {
				return nil, err
			}
			all[name] = answer.Value
			if answer.Text("control.kind") == "SEA_WAYBILL" {
				all["waybill"] = answer.Value
			}
		}
	}
	return all, nil
}

func (t *Trial) read(ctx context.Context, who string, header map[string]string, path string) (stories.Answer, error) {
	s := t.named(who)
	asked := stories.Attempt{Who: who, Method: http.MethodGet, Path: path, Header: mandateOnly(header)}
	answer, err := t.Venue.Send(ctx, s.token, s.Door, asked)
	if err == nil && answer.Status != http.StatusOK {
		err = fmt.Errorf("%s reads %s: %d %s", who, path, answer.Status, answer.Body)
	}
	return answer, err
}

func mandateOnly(header map[string]string) map[string]string {
	if id := header[mandateHeader]; id != "" {
		return map[string]string{mandateHeader: id}
	}
	return nil
}

func (t *Trial) named(name string) Somebody {
	i := slices.IndexFunc(t.everybody, func(s Somebody) bool { return s.Name == name && s.Door == s.Organisation })
	if i < 0 {
		return Somebody{}
	}
	return t.everybody[i]
}

// first tells whether something is done for the first time, and how many things were done so far.
func (t *Trial) first(what string) (number int, first bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	first = !t.done[what]
	t.done[what] = true
	return len(t.done), first
}

func (t *Trial) was(what string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.done[what]
}

// complain notes what is not as expected; a trial goes on, so that one run tells all.
func (t *Trial) complain(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.wrong = append(t.wrong, fmt.Sprintf(format, args...))
}

func (t *Trial) count(in map[string]map[string]bool, o Operation, s Somebody) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tries++
	if in[o.ID] == nil {
		in[o.ID] = map[string]bool{}
	}
	in[o.ID][s.String()] = true
}

// Wrong are all complaints so far, each once, in order.
func (t *Trial) Wrong() []string {
	return slices.Compact(slices.Sorted(slices.Values(t.wrong)))
}

// Tries is how many requests of others were judged.
func (t *Trial) Tries() int { return t.tries }

// Untried are the operations that nobody was let through or nobody was turned away from, though there are both.
func (t *Trial) Untried() []string {
	var all []string
	for _, o := range t.operations {
		if o.apart() {
			continue
		}
		if len(t.let[o.ID]) == 0 {
			all = append(all, o.ID+": nobody was let through")
		}
		if !o.Open && len(t.turned[o.ID]) < 2 {
			all = append(all, o.ID+": nobody was turned away")
		}
	}
	return all
}
