package release

import (
	"slices"
	"strconv"

	"portledger/chaincode/fault"
	"portledger/chaincode/hold"
	"portledger/chaincode/lifecycle"
)

// The acts on a line's reefer block (domain facts 4.5).
const (
	Plug                 lifecycle.Act = "plug"
	ReportReadings       lifecycle.Act = "report-readings"
	AcknowledgeExcursion lifecycle.Act = "acknowledge-excursion"
	CorrectPlug          lifecycle.Act = "correct-plug"
	AttachCertificate    lifecycle.Act = "attach-certificate"
)

// What one line may have of each; the private log holds no more.
const (
	PlugsMax        = 100
	ReportsMax      = 40
	CorrectionsMax  = 20
	CertificatesMax = 20
)

// SeverityCritical is the severity that holds a container at the terminal and is evidence (rule X-20).
const SeverityCritical = "CRITICAL"

// Reefer is the public half of a reefer's log: what was measured, where it stood and when it had power is private.
type Reefer struct {
	// Plugs counts the plug events 插拔电, Reports the reports of readings.
	Plugs   int `json:"plugEvents,omitempty"`
	Reports int `json:"reports,omitempty"`
	// Corrections counts the corrections of plug events 更正, Certificates the test reports and certificates 检测报告/证书.
	Corrections  int `json:"corrections,omitempty"`
	Certificates int `json:"certificates,omitempty"`
	// Open is the gravest severity that nobody acknowledged: MINOR, MAJOR or CRITICAL; empty when there is none.
	Open string `json:"openSeverity,omitempty"`
	// Evidence tells that the log holds a CRITICAL excursion, acknowledged or not. It reverses nothing (rule X-20).
	Evidence bool `json:"evidence,omitempty"`
	// Hold is the number of the hold that an open CRITICAL excursion lays on the container.
	Hold int `json:"hold,omitempty"`
	// Seal is the salted hash of the log as entitled organisations keep it.
	Seal string `json:"seal,omitempty"`
}

// Cold is what a new log says of itself.
type Cold struct {
	Open     string
	Evidence bool
	Seal     string
}

// IsOfReefer tells whether an act is about the reefer block.
func IsOfReefer(act lifecycle.Act) bool {
	return slices.Contains([]lifecycle.Act{Plug, ReportReadings, AcknowledgeExcursion, CorrectPlug, AttachCertificate}, act)
}

var (
	lineCarrier = &lineBy{Name: "carrier", Ref: func(l Line) lifecycle.Ref { return l.Carrier }, Roles: carrierRole}
	// firstHolder is the release-to party, which got the right when it accepted the order, or whoever bought the right since. Whom
	// it only delegated the right to fetches the goods, and says nothing in its name.
	firstHolder = &lineBy{Name: "release-to party", Ref: func(l Line) lifecycle.Ref {
		if l.Sold < len(l.Chain) {
			return l.Chain[l.Sold]
		}
		return l.Right
	}}
)

func reeferVerbs() []lifecycle.Verb {
	return []lifecycle.Verb{
		{Name: Plug, Takes: []string{"line"}, Content: "plug-event", Chinese: "插拔电"},
		{Name: ReportReadings, Takes: []string{"line"}, Content: "reefer-readings", Chinese: "报告温度记录"},
		{Name: AcknowledgeExcursion, Takes: []string{"line"}, Content: "excursion-acknowledgement", Chinese: "确认温度异常"},
		{Name: CorrectPlug, Takes: []string{"line"}, Content: "plug-correction", Chinese: "更正插拔电"},
		{Name: AttachCertificate, Takes: []string{"line"}, Content: "certificate", Chinese: "附检测报告或证书"},
	}
}

// reeferRows: plugs are the terminal's, while the container stands there. A controller's log may be read out later, and what
// it shows may be acknowledged later. Papers come from whoever had the goods tested.
func reeferRows() []lineRow {
	known := append(slices.Clone(collectable), LineGatedOut)
	return slices.Concat(
		lifecycle.In(collectable, lineRow{Do: Plug, By: lineTerminal, If: lineGuards{plugsFit}, Then: func(l *Line, _ command) { l.Reefer.Plugs++ }}),
		lifecycle.In(known, lineRow{Do: ReportReadings, By: lineCarrier, If: lineGuards{reportsFit}, Then: reported}),
		lifecycle.In(known, lineRow{Do: ReportReadings, By: lineTerminal, If: lineGuards{reportsFit}, Then: reported}),
		lifecycle.In(known, lineRow{Do: AcknowledgeExcursion, By: firstHolder, If: lineGuards{somethingOpen}}),
		lifecycle.In(known, lineRow{Do: CorrectPlug, By: lineTerminal, If: lineGuards{somethingPlugged, correctionsFit}, Then: corrected}),
		lifecycle.In(known, lineRow{Do: AttachCertificate, By: lineCarrier, If: lineGuards{certificatesFit}, Then: attached}),
		lifecycle.In(known, lineRow{Do: AttachCertificate, By: lineTerminal, If: lineGuards{certificatesFit}, Then: attached}),
		lifecycle.In(known, lineRow{Do: AttachCertificate, By: firstHolder, If: lineGuards{certificatesFit}, Then: attached}),
	)
}

func reported(l *Line, _ command)  { l.Reefer.Reports++ }
func corrected(l *Line, _ command) { l.Reefer.Corrections++ }
func attached(l *Line, _ command)  { l.Reefer.Certificates++ }

// somethingPlugged: there is nothing to correct before something was told.
func somethingPlugged(l Line, _ command) *fault.Fault {
	if l.Reefer.Plugs == 0 {
		return fault.New(fault.NotFound, "family", "plug-event", "id", "1")
	}
	return nil
}

func correctionsFit(l Line, _ command) *fault.Fault {
	return below(l.Reefer.Corrections, CorrectionsMax, "corrections of plug events")
}

func certificatesFit(l Line, _ command) *fault.Fault {
	return below(l.Reefer.Certificates, CertificatesMax, "certificates")
}

func plugsFit(l Line, _ command) *fault.Fault { return below(l.Reefer.Plugs, PlugsMax, "plug events") }

func reportsFit(l Line, _ command) *fault.Fault {
	return below(l.Reefer.Reports, ReportsMax, "reports of readings")
}

func below(have, limit int, what string) *fault.Fault {
	if have >= limit {
		return fault.New(fault.LimitReached, "limit", strconv.Itoa(limit), "what", what)
	}
	return nil
}

func somethingOpen(l Line, _ command) *fault.Fault {
	if l.Reefer.Open == "" {
		return fault.New(fault.NoExcursion)
	}
	return nil
}

// Logged answers the line with what its new log says. While a CRITICAL excursion is open at the terminal the container is on
// hold for TERMINAL_DAMAGE (domain facts 4.5); the acknowledgement takes the hold away. The hold stands in the terminal's name
// and in no role, so that the terminal itself cannot lift it.
func (l Line) Logged(cold Cold, c command) (Line, *fault.Fault) {
	l.Reefer.Open, l.Reefer.Evidence, l.Reefer.Seal = cold.Open, cold.Evidence, cold.Seal
	critical := cold.Open == SeverityCritical
	switch {
	case critical && l.Reefer.Hold == 0 && l.State != LineGatedOut:
		var f *fault.Fault
		frozen := Hold{Ground: "TERMINAL_DAMAGE", By: l.Terminal}
		if l.Holds, l.LastHold, f = hold.Place(l.Holds, l.LastHold, frozen, c.At); f != nil {
			return l, f
		}
		l.Reefer.Hold = l.LastHold
	case !critical && l.Reefer.Hold != 0:
		automatic := l.Reefer.Hold
		l.Holds = slices.DeleteFunc(slices.Clone(l.Holds), func(h Hold) bool { return h.Number == automatic })
		l.Reefer.Hold = 0
	}
	return l, nil
}
