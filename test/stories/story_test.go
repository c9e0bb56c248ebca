package stories

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func TestAMistakeInAStoryNamesFileAndStep(t *testing.T) {
	const step = "title: {en: a, zh: b}\nsteps:\n  - {en: a, zh: b, who: line-clerk, get: /v1/me}\n"
	cases := map[string]struct{ file, wrong string }{
		"unknown key":         {step + "  - {en: a, zh: b, who: x, get: /v1/me, expekt: {}}\n", `step 2: [1:37] unknown field "expekt"`},
		"key given twice":     {step + "  - {en: a, en: b, zh: b, who: x, get: /v1/me}\n", `[4:13] mapping key "en" already defined`},
		"nothing asked":       {step + "  - {en: a, zh: b, who: x}\n", "step 2: one of post, get and play is needed"},
		"two things asked":    {step + "  - {en: a, zh: b, who: x, get: /a, post: /b}\n", "step 2: one of post, get and play is needed"},
		"one language":        {step + "  - {en: a, who: x, get: /v1/me}\n", "step 2: en and zh must tell what happens"},
		"nobody":              {step + "  - {en: a, zh: b, get: /v1/me}\n", "step 2: who does it is missing"},
		"no path":             {step + "  - {en: a, zh: b, who: x, get: v1/me}\n", `step 2: "v1/me" is no path`},
		"no such fixture":     {step + "  - {en: a, zh: b, who: x, post: /a, content: bil}\n", "step 2: there is no fixture bil"},
		"change of nothing":   {step + "  - {en: a, zh: b, who: x, post: /a, change: {a: 1}}\n", "step 2: change goes with content"},
		"get with a body":     {step + "  - {en: a, zh: b, who: x, get: /a, body: {a: 1}}\n", "step 2: a get has no body"},
		"play and do":         {step + "  - {en: a, play: parts/one}\n", "step 2: a step that plays a part does nothing else"},
		"part does not exist": {step + "  - play: parts/none\n", "step 2: read story: open parts/none.yaml"},
		"plays itself":        {step + "  - play: tale\n", "plays itself"},
		"unknown key on top":  {"name: a\n" + step, `tale.yaml: [1:1] unknown field "name"`},
		"no steps":            {"title: {en: a, zh: b}\n", "tale.yaml: has no steps"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := load(fstest.MapFS{"tale.yaml": {Data: []byte(c.file)}}, "tale")
			require.ErrorContains(t, err, "tale.yaml")
			require.ErrorContains(t, err, c.wrong)
		})
	}
}

func TestAPartBeginsWithItsVariables(t *testing.T) {
	part := "title: {en: a, zh: b}\nsteps:\n  - {en: a, zh: b, who: x, get: /a}\n  - {en: c, zh: d, who: x, get: /b}\n"
	story, err := load(fstest.MapFS{
		"tale.yaml":      {Data: []byte("title: {en: t, zh: u}\nsteps:\n  - {play: parts/one, with: {line: 1}}\n  - {play: parts/one, with: {line: 2}}\n")},
		"parts/one.yaml": {Data: []byte(part)},
	}, "tale")
	require.NoError(t, err)
	require.Equal(t, Text{"t", "u"}, story.Title)
	require.Len(t, story.Steps, 4)
	require.EqualValues(t, 1, story.Steps[0].With["line"])
	require.Empty(t, story.Steps[1].With)
	require.EqualValues(t, 2, story.Steps[2].With["line"])
	require.Equal(t, "parts/one.yaml step 2", story.Steps[3].Where)
}

func TestAStoryThatNeedsAMemberIsNotPlayedWithoutIt(t *testing.T) {
	story, err := load(fstest.MapFS{"tale.yaml": {Data: []byte(
		"title: {en: t, zh: u}\nneeds: [bank2]\nsteps:\n  - {en: a, zh: b, who: x, get: /a}\n")}}, "tale")
	require.NoError(t, err)
	venue := &Venue{Gateways: map[string]string{"bank": "http://bank"}}
	require.Equal(t, []string{"bank2"}, story.Missing(venue))
	_, err = NewPlayer(venue, "en").Play(t.Context(), story, nil)
	require.ErrorContains(t, err, "scripts/join.sh --name bank2")
	venue.Gateways["bank2"] = "http://bank2"
	require.Empty(t, story.Missing(venue))
}

func TestEveryStoryAndPartIsReadable(t *testing.T) {
	for _, name := range Names() {
		story, err := Load(name)
		require.NoError(t, err)
		require.NotEmpty(t, story.Title.English, name)
		require.NotEmpty(t, story.Title.Chinese, name)
	}
	_, err := Load("nothing")
	require.ErrorContains(t, err, "scripts/demo.sh --list")
}
