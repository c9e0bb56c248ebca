package lifecycle_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPrintedLawTellsConditionsAndAutomaticMoves(t *testing.T) {
	page := law.Markdown()
	require.Contains(t, page, "| DARK | `light` |  | first (KEEPER) | LIT | needs, needs |  |")
	require.Contains(t, page, "| LIT | `burn-out` |  | *automatic* | GONE | needs |  |")
	require.Contains(t, page, "    DARK --> LIT: light\n", "one arrow, though two rows lead there")
	require.Contains(t, page, "    LIT --> DARK: quench, burn-out (auto)\n")
	require.Contains(t, page, "    GONE --> [*]\n", "nothing leads out of it")
	require.NotContains(t, page, "LIT --> [*]")
	require.Equal(t, page, law.Markdown())
}
