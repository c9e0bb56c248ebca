// Package stories plays stories: text files that tell who does what at the gateways' REST interfaces and what comes
// back. The same files run in every go test on the in-memory Fabric, on the local network when one is up, and as the
// demonstration (package play below). The package knows HTTP and the fixtures, and nothing of the ledger's insides.
//
// A story is a YAML file of this folder; what several stories share is a file in parts/. It looks like this:
//
//	title: {en: The wrong truck, zh: 车牌不符}
//	needs: [bank2]                      # organisations beyond the founding members that must have joined; mostly left out
//	steps:
//	  - play: parts/issued              # first the steps of another file
//	    with: {line: 1}                 # having set these variables
//	  - en: Ask for a slot at the gate  # what happens, in English and Chinese
//	    zh: 预约提箱
//	    who: trucker-driver             # a person; the request goes to the gateway of the person's organisation
//	    wait: 2s                        # time that passes before; for what runs out
//	    post: /v1/releases/${order}/request-appointment    # or get:
//	    header: {If-Match: '"3"'}       # request headers
//	    body: {line: "${line}"}         # the public members of the body
//	    content: appointment            # the private member: a document of test/fixtures
//	    change: {window.from: "${now}", trailerPlate: null}    # put into the content by path; null takes out
//	    status: 200                     # by default 201 for a new document, else 200
//	    expect: {state: CHARGES_CLEARED}    # by path, what the answer must hold at least
//	    absent: [content]               # paths that the answer must not have
//	    keep: {order: id}               # variables to take from the answer, by path
//
// A path is a dotted list of members and positions from 0: lines.0.control.state. An object that is expected may have
// further members, a list must have the same length. A refusal is expected like any other answer: its body is the
// problem, with code, rule, at and args. Unknown keys are errors.
//
// Before every act the player asks, as the same person, which acts are open, and the attempt must get what was said: see
// promise.go.
//
// Variables stand as ${name} in any text, and inside names: ${out${line}}. A text that is one variable takes over its
// type. Besides those kept and given there are ${party.NAME} (a party's id on the ledger), ${now} with ${now+1h} and
// ${now-90s}, and what is new in each run, so that a story can be played any number of times: ${number} of a bill and
// ${container1} and ${container2}, which also replace the fixtures' own.
package stories
