package content

// Notice is what the ledger's rules need of a customs notice.
type Notice struct {
	DeclarationNumber          string   `json:"declarationNumber"` // 报关单号
	Outcome                    string   `json:"outcome"`           // one of Notices
	TransportDocumentReference string   `json:"transportDocumentReference"`
	Containers                 []string `json:"containers"`
}

// The outcomes of a customs notice.
const (
	NoticeReleased    = "RELEASED"
	NoticeConditional = "CONDITIONAL_RELEASE" // 附条件提离
	NoticeHold        = "HOLD"                // 海关扣留
	NoticeRefused     = "REFUSED"             // 不予放行
	NoticeInspection  = "INSPECTION"          // 查验
)

// Releases tells whether the notice lets containers go.
func (n Notice) Releases() bool { return n.Outcome == NoticeReleased || n.Outcome == NoticeConditional }

// NoticeOf reads the view from a checked notice.
func NoticeOf(raw []byte) (Notice, error) { return decode[Notice](raw) }

type noticeDocument struct {
	Outcome    string `json:"outcome"`
	ReleasedAt string `json:"releasedAt"`
	NoticedAt  string `json:"noticedAt"`
}

// noticeProblems: a release says when it was given, any other notice when it was served.
func noticeProblems(d noticeDocument) []Problem {
	var found list
	releases := Notice{Outcome: d.Outcome}.Releases()
	found.unless(!releases || d.ReleasedAt != "", "/releasedAt", "required")
	found.unless(releases || d.NoticedAt != "", "/noticedAt", "required")
	return found
}

// Evidence is what the ledger's rules need of the proof for a clearance gate.
type Evidence struct {
	Result     string   `json:"result"` // PASS or FAIL
	Containers []string `json:"containers"`
}

// EvidenceOf reads the view from checked evidence.
func EvidenceOf(raw []byte) (Evidence, error) { return decode[Evidence](raw) }

// Amendment is what the ledger's rules need of an amendment of a release order.
type Amendment struct {
	PickupLocation *Facility `json:"pickupLocation"`
	ReturnLocation *Facility `json:"returnLocation"`
}

// AmendmentOf reads the view from a checked amendment.
func AmendmentOf(raw []byte) (Amendment, error) { return decode[Amendment](raw) }

func amendmentProblems(d Amendment) []Problem {
	var found list
	facilityProblems(&found, "/pickupLocation", d.PickupLocation)
	facilityProblems(&found, "/returnLocation", d.ReturnLocation)
	return found
}

// DangerousContainers are the containers that a bill's cargo items declare dangerous goods in 危险品.
func DangerousContainers(raw []byte) ([]string, error) {
	type document struct {
		Items []struct {
			Cargo []struct {
				Equipment string `json:"equipmentReference"`
				Outer     struct {
					Dangerous []struct{} `json:"dangerousGoods"`
				} `json:"outerPackaging"`
			} `json:"cargoItems"`
		} `json:"consignmentItems"`
	}
	d, err := decode[document](raw)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, item := range d.Items {
		for _, c := range item.Cargo {
			if len(c.Outer.Dangerous) > 0 {
				found = append(found, c.Equipment)
			}
		}
	}
	return found, nil
}
