package contract

import (
	"fmt"
	"reflect"

	"github.com/hyperledger/fabric-contract-api-go/v2/metadata"
)

// texts passes arguments and answers on as they are: every function of ours takes texts and answers a text. The library's
// own serializer holds each of them against a compiled schema that says no more than "a text", for a tenth of the time that
// an act takes.
type texts struct{}

func (texts) FromString(argument string, want reflect.Type, _ *metadata.ParameterMetadata, _ *metadata.ComponentMetadata) (reflect.Value, error) {
	if want.Kind() != reflect.String {
		return reflect.Value{}, fmt.Errorf("argument of type %s", want)
	}
	return reflect.ValueOf(argument), nil
}

func (texts) ToString(answer reflect.Value, _ reflect.Type, _ *metadata.ReturnMetadata, _ *metadata.ComponentMetadata) (string, error) {
	if answer.Kind() != reflect.String {
		return "", fmt.Errorf("answer of type %s", answer.Type())
	}
	return answer.String(), nil
}
