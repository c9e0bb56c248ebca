package content

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Checks that Parse names in a Problem.
const (
	CheckSyntax       = "syntax"
	CheckTruncated    = "truncated"
	CheckTrailing     = "trailing-data"
	CheckDuplicate    = "duplicate-member"
	CheckUTF8         = "utf-8"
	CheckSurrogate    = "surrogate"
	CheckNUL          = "nul"
	CheckNumber       = "number"
	CheckDepth        = "depth"
	CheckSize         = "size"
	CheckUnknownField = "additionalProperties"
	CheckType         = "type"
)

// Value is a JSON value that was read strictly.
type Value struct {
	raw  []byte
	tree any // nil, bool, string, json.Number, []any or map[string]any
}

// Raw gives the text as it was received. It must not be changed.
func (v Value) Raw() []byte { return v.raw }

// Parse reads strict JSON (RFC 8259 and the narrowing of RFC 7493): one value, UTF-8 throughout, no member
// twice, no lone surrogate, no NUL, and only numbers that RFC 8785 writes without loss. All errors are of
// type *Problem.
func Parse(raw []byte, limits Limits) (Value, error) {
	if len(raw) > limits.Bytes {
		return Value{}, &Problem{Code: TooLarge, Check: CheckSize}
	}
	r := reader{raw: raw, limits: limits, dec: jsontext.NewDecoder(bytes.NewReader(raw))}
	tree, err := r.value()
	if err != nil {
		return Value{}, err
	}
	if _, err := r.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return Value{}, &Problem{Code: Malformed, Check: CheckTrailing}
	}
	return Value{raw: raw, tree: tree}, nil
}

// Read reads strict JSON into a Go value, matching member names exactly and refusing unknown ones. It serves
// requests and other small objects that have no schema.
func Read(raw []byte, limits Limits, into any) error {
	if _, err := Parse(raw, limits); err != nil {
		return err
	}
	return mismatch(jsonv2.Unmarshal(raw, into, jsonv2.RejectUnknownMembers(true)))
}

// decode fills a view from a content that was checked before; members that the view leaves out are skipped.
func decode[T any](raw []byte) (T, error) {
	var view T
	err := jsonv2.Unmarshal(raw, &view)
	return view, mismatch(err)
}

// mismatch turns an error of decoding into a problem.
func mismatch(err error) error {
	if err == nil {
		return nil
	}
	p := &Problem{Code: Invalid, Check: CheckType}
	var semantic *jsonv2.SemanticError
	if errors.As(err, &semantic) {
		p.At = pointer(string(semantic.JSONPointer))
	}
	if errors.Is(err, jsonv2.ErrUnknownName) {
		p.Check = CheckUnknownField
	}
	return p
}

// reader builds the tree of one text.
type reader struct {
	raw    []byte
	limits Limits
	dec    *jsontext.Decoder
}

func (r *reader) value() (any, error) {
	tok, err := r.dec.ReadToken()
	if err != nil {
		return nil, r.malformed(err)
	}
	switch tok.Kind() {
	case '{', '[':
		if r.dec.StackDepth() > r.limits.Depth {
			return nil, r.problem(TooLarge, CheckDepth)
		}
		if tok.Kind() == '{' {
			return r.object()
		}
		return r.array()
	case '"':
		return r.text(tok)
	case '0':
		if n := tok.String(); isExact(n) {
			return json.Number(n), nil
		}
		return nil, r.problem(Malformed, CheckNumber)
	case 'n':
		return nil, nil
	default:
		return tok.Bool(), nil
	}
}

func (r *reader) object() (any, error) {
	object := map[string]any{}
	for r.dec.PeekKind() != '}' {
		tok, err := r.dec.ReadToken()
		if err != nil {
			return nil, r.malformed(err)
		}
		name, err := r.text(tok)
		if err != nil {
			return nil, err
		}
		if object[name], err = r.value(); err != nil {
			return nil, err
		}
	}
	_, err := r.dec.ReadToken()
	return object, err
}

func (r *reader) array() (any, error) {
	array := []any{}
	for r.dec.PeekKind() != ']' {
		element, err := r.value()
		if err != nil {
			return nil, err
		}
		array = append(array, element)
	}
	_, err := r.dec.ReadToken()
	return array, err
}

// text refuses NUL, which ends texts early in other systems and parts the fields of Fabric's composite keys.
func (r *reader) text(tok jsontext.Token) (string, error) {
	s := tok.String()
	if strings.ContainsRune(s, 0) {
		return "", r.problem(Malformed, CheckNUL)
	}
	return s, nil
}

func (r *reader) problem(code Code, check string) error {
	return &Problem{Code: code, At: pointer(string(r.dec.StackPointer())), Check: check}
}

// malformed names what the decoder stumbled over, by looking at the bytes where it stopped and never at the
// words of its message.
func (r *reader) malformed(err error) error {
	p := &Problem{Code: Malformed, Check: CheckSyntax}
	var syntactic *jsontext.SyntacticError
	if !errors.As(err, &syntactic) {
		p.Check = CheckTruncated // a bare io.EOF: there is no value at all
		return p
	}
	p.At = pointer(string(syntactic.JSONPointer))
	rest := r.raw[min(int(syntactic.ByteOffset), len(r.raw)):]
	first, width := utf8.DecodeRune(rest)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		p.Check = CheckTruncated
	case errors.Is(err, jsontext.ErrDuplicateName):
		p.Check = CheckDuplicate
	case first == utf8.RuneError && width == 1:
		p.Check = CheckUTF8
	case isSurrogateEscape(rest):
		p.Check = CheckSurrogate
	}
	return p
}

func isSurrogateEscape(s []byte) bool {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return false
	}
	unit, err := strconv.ParseUint(string(s[2:6]), 16, 16)
	return err == nil && unit>>11 == 0xD800>>11
}

// isExact tells whether the canonical form (RFC 8785), which goes through a binary double, keeps the number:
// at most 15 significant digits always come back. The range is narrower than a double's, wide enough for any
// weight, amount or temperature, and short to write out. Minus zero would come back as zero.
func isExact(number string) bool {
	const digitsMax, exponentMax, lengthMax = 15, 15, 40
	if len(number) > lengthMax {
		return false
	}
	mantissa, exponentText, hasExponent := strings.Cut(strings.ToLower(number), "e")
	exponent := 0
	if hasExponent {
		var err error
		if exponent, err = strconv.Atoi(exponentText); err != nil {
			return false
		}
	}
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return number[0] != '-'
	}
	// The power of ten of the first significant digit.
	magnitude := exponent + len(digits) - len(fraction) - 1
	return len(digits) <= digitsMax && -exponentMax <= magnitude && magnitude <= exponentMax
}

// pointer cuts a JSON pointer before the first token that does not look like a member name or an index.
func pointer(full string) string {
	at := 0
	for at < len(full) {
		end := strings.IndexByte(full[at+1:], '/')
		if end < 0 {
			end = len(full)
		} else {
			end += at + 1
		}
		if !isName(full[at+1 : end]) {
			return full[:at]
		}
		at = end
	}
	return full
}

func isName(token string) bool {
	const lengthMax = 64
	if token == "" || len(token) > lengthMax {
		return false
	}
	for i := range len(token) {
		c := token[i]
		if c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}
