package content

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// ReleaseCode is what an appointment says of its release code 提箱码 (domain facts 4.4; DCSA releasePINCode). The trucker's own
// application draws the code and shows it to its driver once. It never leaves the two: the appointment carries the salted hash of
// the proof, the gate sheet the proof, and only whoever was told the code can make the proof.
type ReleaseCode struct {
	// Salt is 32 random bytes, hex. Check is the SHA-256 of the proof, hex.
	Salt  string `json:"salt"`
	Check string `json:"check"`
}

// CodeProof is the proof that somebody was told a code: HMAC-SHA256, keyed with the salt's bytes, over the code, hex.
func CodeProof(salt, code string) string {
	key, err := hex.DecodeString(salt)
	if err != nil { // no proof fits a salt that is none
		return ""
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(code))
	return hex.EncodeToString(mac.Sum(nil))
}

// NewReleaseCode is what an appointment says of a code.
func NewReleaseCode(salt, code string) ReleaseCode {
	return ReleaseCode{Salt: salt, Check: checkOf(CodeProof(salt, code))}
}

// Proved tells whether the proof is the one of this code.
func (c ReleaseCode) Proved(proof string) bool { return proof != "" && checkOf(proof) == c.Check }

func checkOf(proof string) string {
	raw, err := hex.DecodeString(proof)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}
