//go:build !pkcs11

package signing

// OpenToken needs the build tag pkcs11.
func OpenToken(Token) (Key, error) { return nil, ErrNoTokens }

// MakeKey needs the build tag pkcs11.
func MakeKey(Token) error { return ErrNoTokens }
