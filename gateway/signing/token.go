//go:build pkcs11

package signing

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/asn1"
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/miekg/pkcs11"
)

// p256 is the curve's name as a token takes it (DER of its object identifier).
var p256 = []byte{0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07}

// tokenKey is a key in a token; Fabric's own client signs with it.
type tokenKey struct {
	public  *ecdsa.PublicKey
	sign    identity.Sign
	close   func() error
	dispose func()
}

// OpenToken finds the key pair in its token.
func OpenToken(t Token) (Key, error) {
	public, err := publicOf(t)
	if err != nil {
		return nil, fmt.Errorf("read the token's public key: %w", err)
	}
	factory, err := identity.NewHSMSignerFactory(t.Module)
	if err != nil {
		return nil, err
	}
	sign, end, err := factory.NewHSMSigner(identity.HSMSignerOptions{Label: t.Label, Pin: t.PIN, Identifier: string(t.ID)})
	if err != nil {
		factory.Dispose()
		return nil, err
	}
	return &tokenKey{public: public, sign: sign, close: end, dispose: factory.Dispose}, nil
}

func (k *tokenKey) Public() *ecdsa.PublicKey { return k.public }

func (k *tokenKey) Sign(digest []byte) ([]byte, error) { return k.sign(digest) }

func (k *tokenKey) Close() error {
	defer k.dispose()
	return k.close()
}

// MakeKey makes a key pair on P-256 in the token. The private half cannot be taken out.
func MakeKey(t Token) error {
	return within(t, func(ctx *pkcs11.Ctx, session pkcs11.SessionHandle) error {
		if _, err := find(ctx, session, t.ID, pkcs11.CKO_PRIVATE_KEY); err == nil {
			return errors.New("the token has a key under this id already")
		}
		public := []*pkcs11.Attribute{
			pkcs11.NewAttribute(pkcs11.CKA_TOKEN, true), pkcs11.NewAttribute(pkcs11.CKA_VERIFY, true),
			pkcs11.NewAttribute(pkcs11.CKA_EC_PARAMS, p256), pkcs11.NewAttribute(pkcs11.CKA_ID, t.ID),
		}
		private := []*pkcs11.Attribute{
			pkcs11.NewAttribute(pkcs11.CKA_TOKEN, true), pkcs11.NewAttribute(pkcs11.CKA_PRIVATE, true),
			pkcs11.NewAttribute(pkcs11.CKA_SENSITIVE, true), pkcs11.NewAttribute(pkcs11.CKA_EXTRACTABLE, false),
			pkcs11.NewAttribute(pkcs11.CKA_SIGN, true), pkcs11.NewAttribute(pkcs11.CKA_ID, t.ID),
		}
		_, _, err := ctx.GenerateKeyPair(session, []*pkcs11.Mechanism{pkcs11.NewMechanism(pkcs11.CKM_EC_KEY_PAIR_GEN, nil)}, public, private)
		return err
	})
}

// within opens the token for one piece of work.
func within(t Token, work func(*pkcs11.Ctx, pkcs11.SessionHandle) error) error {
	ctx := pkcs11.New(t.Module)
	if ctx == nil {
		return fmt.Errorf("%s is no PKCS #11 library", t.Module)
	}
	defer ctx.Destroy()
	if err := ctx.Initialize(); err != nil {
		return err
	}
	defer ctx.Finalize()
	slots, err := ctx.GetSlotList(true)
	if err != nil {
		return err
	}
	for _, slot := range slots {
		info, err := ctx.GetTokenInfo(slot)
		if err != nil || info.Label != t.Label {
			continue
		}
		session, err := ctx.OpenSession(slot, pkcs11.CKF_SERIAL_SESSION|pkcs11.CKF_RW_SESSION)
		if err != nil {
			return err
		}
		defer ctx.CloseSession(session)
		if err := ctx.Login(session, pkcs11.CKU_USER, t.PIN); err != nil {
			return err
		}
		defer ctx.Logout(session)
		return work(ctx, session)
	}
	return fmt.Errorf("no token is called %q", t.Label)
}

func find(ctx *pkcs11.Ctx, session pkcs11.SessionHandle, id []byte, class uint) (pkcs11.ObjectHandle, error) {
	template := []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_CLASS, class), pkcs11.NewAttribute(pkcs11.CKA_ID, id)}
	if err := ctx.FindObjectsInit(session, template); err != nil {
		return 0, err
	}
	defer ctx.FindObjectsFinal(session)
	found, _, err := ctx.FindObjects(session, 1)
	if err == nil && len(found) == 0 {
		err = errors.New("the token has no key under this id")
	}
	if err != nil {
		return 0, err
	}
	return found[0], nil
}

func publicOf(t Token) (key *ecdsa.PublicKey, err error) {
	err = within(t, func(ctx *pkcs11.Ctx, session pkcs11.SessionHandle) error {
		object, err := find(ctx, session, t.ID, pkcs11.CKO_PUBLIC_KEY)
		if err != nil {
			return err
		}
		held, err := ctx.GetAttributeValue(session, object, []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_EC_POINT, nil)})
		if err != nil {
			return err
		}
		var point []byte // an octet string around the uncompressed point
		if _, err := asn1.Unmarshal(held[0].Value, &point); err != nil {
			return errors.New("the token's key is no point")
		}
		key, err = ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
		return err
	})
	return key, err
}
