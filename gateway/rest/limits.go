package rest

import "time"

// The gateway's limits, each with its reason. What the ledger limits (depth, lengths, list sizes) is not repeated here.
const (
	// bodyBytes holds the largest content that the ledger takes (256 KiB) and the public members around it.
	bodyBytes = 320 << 10
	// headerBytes leaves room for a token with many claims.
	headerBytes = 32 << 10
	// keyLength of an Idempotency-Key: a UUID with a prefix fits well.
	keyLength = 128
	// requestIDLength keeps log lines short.
	requestIDLength = 64
	// loggedErrorLength of an unexpected error's text, in bytes.
	loggedErrorLength = 1000
	// pageDefault and pageMost are rows of a list: a screen, and what still takes a few milliseconds.
	pageDefault, pageMost = 50, 200
	// cursorLength is far above what a cursor of ours takes.
	cursorLength = 128

	// ledgerCalls at a time: above 64 concurrent submits a small network's latency grows and its throughput does not.
	ledgerCalls = 64
	// slotWait smooths a burst; whoever waits longer is better told to come back.
	slotWait = 2 * time.Second
	// retryAfterSeconds is what a 202 or 503 tells the client to wait.
	retryAfterSeconds = "2"

	// readWait bounds an evaluation on the own peer: it takes milliseconds.
	readWait = 5 * time.Second
	// endorseWait bounds preparing and endorsing.
	endorseWait = 10 * time.Second
	// commitWait bounds the wait for a transaction's fate inside one request; a leader election (3 s) fits.
	commitWait = 10 * time.Second

	// signingLife is how long what is to be signed outside stays open: the ledger takes a proposal for five minutes.
	signingLife = 4*time.Minute + 30*time.Second
	// provingLife is shorter: the ledger takes a question for a proof of control for one minute.
	provingLife = 50 * time.Second
	// signingsMost of all persons and signingsPerPerson bound what open signings keep in memory, private content among it.
	signingsMost, signingsPerPerson = 128, 8
	// signatureBytes holds a signature in its envelope; ECDSA takes 72 bytes.
	signatureBytes = 1 << 10

	// Server timeouts against slow clients; the write timeout holds the longest request: waiting, endorsing, committing.
	headerTimeout = 5 * time.Second
	readTimeout   = 15 * time.Second
	writeTimeout  = 45 * time.Second
	idleTimeout   = 2 * time.Minute

	// requestWait bounds everything that a request waits for, within the write timeout: what has no shorter limit of its own.
	requestWait = 40 * time.Second

	// openAge is when a transaction of unknown fate is nobody's any more and the background worker takes it up.
	openAge = endorseWait + commitWait
	// openEvery is how often that worker looks; openBatch how many it takes up at once.
	openEvery = time.Second
	openBatch = 16
	// retention of answered requests and resolved transactions: a client's retries come within hours, not days.
	retention = 48 * time.Hour
	// renewWithin is how long before its certificate expires a person is warned about: time to enrol again without haste.
	renewWithin = 30 * 24 * time.Hour
	// sweepEvery is how often what is older is removed.
	sweepEvery = time.Hour
	// followPause is how long the index waits before it asks for events again.
	followPause = time.Second
	// discoveryPause keeps a missing token issuer from being asked by every request.
	discoveryPause = time.Second
	// issuerTimeout bounds one request to the token issuer.
	issuerTimeout = 5 * time.Second
	// keysPerSecond and keysBurst are how often tokens that do not fit make the gateway ask the issuer for its keys: a new key counts at
	// once, or within a second where strangers keep asking.
	keysPerSecond, keysBurst = 1, 5
	// keySetBytes is far above any issuer's key set.
	keySetBytes = 1 << 20
	// issuedAhead is how far an issuer's clock may be before the gateway's. A sign-out ends what was issued before it, so a token
	// from the future would outlive it.
	issuedAhead = time.Minute
)

// endorsePauses are the waits before endorsing again when the own peer accepted an act and another endorser did not: that
// one is often a block behind. Nothing has been submitted at that point.
var endorsePauses = []time.Duration{50 * time.Millisecond, 200 * time.Millisecond}
