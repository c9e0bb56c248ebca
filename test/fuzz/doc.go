// Package fuzz makes requests of every operation of api/openapi.yaml, good ones and wrong ones of every kind, and judges
// the answers: whatever is asked, a gateway answers in time, in the form that it documents, and gives nothing away.
//
// It knows the interface only from the OpenAPI document, and the house from what a test tells it is there (Stock). Requests
// go out as bytes over a connection of their own, so that nothing on our side puts them right first. The case of a number
// is always made the same way.
package fuzz
