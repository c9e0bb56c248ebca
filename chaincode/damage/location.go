package damage

import (
	"fmt"
	"regexp"
	"strings"
)

// Words are one meaning in both languages of the receipt.
type Words struct {
	English, Chinese string
}

// Location is a CEDEX damage location (ISO 9897, damage location), taken apart: the face of the container, the part of
// that face, and the sections along it. LB3N is the left side, its bottom half, section 3.
type Location struct {
	Face byte // R L T B F D U I E X
	Part byte // H T B G L R X
	// First and Last are the sections, 1 to 10 (the code writes 10 as 0), the lower one first; both are the same for one
	// section. Zero is an X: not stated. Where both are zero, the damage goes along the whole face.
	First, Last int
}

var locationForm = regexp.MustCompile(`^[RLTBFDUIEX][HTBGLRX][0-9X][0-9NX]$`)

// faces are the first characters.
var faces = map[byte]Words{
	'R': {"right side", "右侧"},
	'L': {"left side", "左侧"},
	'T': {"top", "箱顶"},
	'B': {"bottom", "箱底"},
	'F': {"front end", "前端"},
	'D': {"door end", "门端"},
	'U': {"understructure", "底部结构"},
	'I': {"interior", "箱内"},
	'E': {"exterior", "箱外"},
	'X': {"whole container", "整箱"},
}

// parts are the second characters. Sides and ends have heights, top and bottom have a left and a right.
var parts = map[byte]Words{
	'H': {"upper component (top rail)", "上部构件（上梁）"},
	'T': {"top half", "上半部"},
	'B': {"bottom half", "下半部"},
	'G': {"lower component (bottom rail)", "下部构件（下梁）"},
	'L': {"left half", "左半部"},
	'R': {"right half", "右半部"},
	'X': {"both halves", "整面"},
}

// ParseLocation takes a code apart; false when it has not the form.
func ParseLocation(code string) (Location, bool) {
	if !locationForm.MatchString(code) {
		return Location{}, false
	}
	l := Location{Face: code[0], Part: code[1], First: section(code[2]), Last: section(code[3])}
	if code[3] == 'N' {
		l.Last = l.First
	}
	// A range written backwards is the same range.
	if l.Last != 0 && l.Last < l.First {
		l.First, l.Last = l.Last, l.First
	}
	return l, true
}

// section reads a digit; 0 is the tenth section of a 40 ft container. Anything else states none.
func section(c byte) int {
	switch {
	case c == '0':
		return 10
	case c >= '1' && c <= '9':
		return int(c - '0')
	}
	return 0
}

// isOn tells whether the sections exist on a container: 20 ft ones have 1 to 5, and other lengths up to 10.
func (l Location) isOn(isoEquipmentCode string) bool {
	const sectionsOf20ft = 5
	return !strings.HasPrefix(isoEquipmentCode, "2") || max(l.First, l.Last) <= sectionsOf20ft
}

// Words say a location in English and in Chinese.
func (l Location) Words() Words {
	face, part, sections := faces[l.Face], parts[l.Part], l.sections()
	return Words{
		English: strings.Join([]string{face.English, part.English, sections.English}, ", "),
		Chinese: strings.Join([]string{face.Chinese, part.Chinese, sections.Chinese}, "，"),
	}
}

func (l Location) sections() Words {
	switch {
	case l.First == 0 && l.Last == 0:
		return Words{"all sections", "全长"}
	case l.First == 0:
		return Words{fmt.Sprintf("up to section %d", l.Last), fmt.Sprintf("至第 %d 段", l.Last)}
	case l.Last == 0:
		return Words{fmt.Sprintf("from section %d", l.First), fmt.Sprintf("自第 %d 段起", l.First)}
	case l.First == l.Last:
		return Words{fmt.Sprintf("section %d", l.First), fmt.Sprintf("第 %d 段", l.First)}
	}
	return Words{fmt.Sprintf("sections %d to %d", l.First, l.Last), fmt.Sprintf("第 %d 至 %d 段", l.First, l.Last)}
}
