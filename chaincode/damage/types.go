package damage

import "regexp"

// Type is a CEDEX damage type with its words.
type Type struct {
	Code string // two letters
	Words
}

// Types are the damage types in use (ISO 9897, as far as domain facts 5.2 list them), by code. Another code of two
// letters is accepted with a remark: the standard has more of them than a gate needs.
var Types = []Type{
	{"BN", Words{"burned", "烧损"}},
	{"BO", Words{"burst", "爆裂"}},
	{"BR", Words{"broken or split", "破损"}},
	{"BT", Words{"bent", "弯曲"}},
	{"BW", Words{"bowed", "拱曲"}},
	{"CK", Words{"cracked", "裂纹"}},
	{"CO", Words{"corroded", "锈蚀"}},
	{"CT", Words{"contaminated", "污染"}},
	{"CU", Words{"cut", "割破"}},
	{"DL", Words{"delaminated", "脱层"}},
	{"DT", Words{"dented", "凹损"}},
	{"DY", Words{"dirty", "脏污"}},
	{"FZ", Words{"frozen", "冻结"}},
	{"GD", Words{"gouged", "划槽"}},
	{"HO", Words{"holed", "穿孔"}},
	{"IR", Words{"improper repair", "修理不当"}},
	{"LK", Words{"leaking", "渗漏"}},
	{"LO", Words{"loose", "松动"}},
	{"ML", Words{"markings or labels", "标记或标贴"}},
	{"MS", Words{"missing", "缺失"}},
	{"NI", Words{"not within ISO dimension", "尺寸不符合 ISO"}},
	{"OD", Words{"odour", "异味"}},
	{"OL", Words{"oil stain", "油污"}},
	{"PF", Words{"paint failure", "油漆脱落"}},
	{"RO", Words{"rotted", "腐烂"}},
	{"SC", Words{"scratched", "擦伤"}},
	{"WM", Words{"wrong material", "材料不符"}},
	{"WT", Words{"wear", "磨损"}},
}

var typeForm = regexp.MustCompile(`^[A-Z]{2}$`)

// TypeOf finds a damage type by its CEDEX code.
func TypeOf(code string) (Type, bool) {
	for _, t := range Types {
		if t.Code == code {
			return t, true
		}
	}
	return Type{}, false
}

// PaperLetter is a letter of the Chinese paper receipt with the CEDEX type that it means.
type PaperLetter struct {
	Letter  string
	Chinese string // as printed
	Type    string // CEDEX
}

// PaperLetters are those of the paper 设备交接单. They are not CEDEX: DL on paper is a label of dangerous goods left on the
// container (危标), in CEDEX it is a delaminated panel, and DR is no CEDEX code at all. So they are translated where paper
// is read, and never taken for a code.
var PaperLetters = []PaperLetter{
	{"BR", "破损", "BR"},
	{"D", "凹损", "DT"},
	{"M", "丢失", "MS"},
	{"DR", "污箱", "DY"},
	{"DL", "危标", "ML"},
}

// TypeOfPaper finds the damage type that a letter of the paper receipt means.
func TypeOfPaper(letter string) (Type, bool) {
	for _, p := range PaperLetters {
		if p.Letter == letter {
			return TypeOf(p.Type)
		}
	}
	return Type{}, false
}
