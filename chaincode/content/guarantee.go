package content

import "fmt"

// Guarantee is what the ledger's rules need of a letter of guarantee.
type Guarantee struct {
	Type       string       `json:"type"`   // INT_GROUP or one of the ledger's other types
	IGForm     string       `json:"igForm"` // A, AA, B, BB, C, CC; empty for other types
	Underlying []Underlying `json:"underlying"`
	// Place is where the goods go under the forms for another place (B, C).
	Place struct {
		UNLocationCode string `json:"UNLocationCode"`
	} `json:"deliveryPlace"`
	Cover
}

// Underlying is one bill that a guarantee covers, with the containers it covers of it.
type Underlying struct {
	TransportDocumentReference string   `json:"transportDocumentReference"`
	EquipmentReferences        []string `json:"equipmentReferences"`
}

// Form names the guarantee as rules do: the International Group's form, or else the type.
func (g Guarantee) Form() string {
	if g.Type == typeIntGroup {
		return g.IGForm
	}
	return g.Type
}

const typeIntGroup = "INT_GROUP"

// GuaranteeOf reads the view from a checked guarantee.
func GuaranteeOf(raw []byte) (Guarantee, error) { return decode[Guarantee](raw) }

// Joinder is what the ledger's rules need of a bank's joining.
type Joinder struct {
	BankReference string `json:"bankReference"`
	Cover
}

// JoinderOf reads the view from a checked joinder.
func JoinderOf(raw []byte) (Joinder, error) { return decode[Joinder](raw) }

// Cover is what a guarantee and a bank's joinder have in common: how much and how long. Amounts are decimal
// texts, dates RFC 3339 full-dates; what does not apply is empty.
type Cover struct {
	AmountType   string `json:"amountType"` // UNLIMITED, FIXED or PERCENT_OF_CIF
	Amount       string `json:"amount"`
	PercentOfCIF string `json:"percentOfCif"`
	CIFValue     string `json:"cifValue"`
	Currency     string `json:"currency"`
	IssueDate    string `json:"issueDate"`
	ValidityType string `json:"validityType"` // OPEN or FIXED
	ExpiryDate   string `json:"expiryDate"`
	Rules        string `json:"rules"` // URDG758 or NONE
	// PartialDemands and MultipleDemands are ALLOWED or EXCLUDED; empty is allowed (URDG 758 art 17).
	PartialDemands  string `json:"partialDemands"`
	MultipleDemands string `json:"multipleDemands"`
	// Reductions are parts of the amount that fall away on a date or with an event (URDG 758 art 13).
	Reductions []Reduction `json:"reducesBy"`
}

// Reduction is one part of an amount that falls away: on a full-date, or with an event.
type Reduction struct {
	On     string `json:"on"`
	Event  string `json:"event"`
	Amount string `json:"amount"`
}

// LetterAmendment is what the ledger's rules need of an amendment: the terms as they shall be.
type LetterAmendment struct{ Cover }

// LetterAmendmentOf reads the view from a checked amendment.
func LetterAmendmentOf(raw []byte) (LetterAmendment, error) { return decode[LetterAmendment](raw) }

func letterAmendmentProblems(a LetterAmendment) []Problem {
	var found list
	coverProblems(&found, a.Cover)
	return found
}

// Demand is what the ledger's rules need of a demand.
type Demand struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
	ExtendTo string `json:"extendTo"`
}

// DemandOf reads the view from a checked demand.
func DemandOf(raw []byte) (Demand, error) { return decode[Demand](raw) }

func joinderProblems(j Joinder) []Problem {
	var found list
	coverProblems(&found, j.Cover)
	return found
}

// coverProblems: an amount is stated exactly when there is one, and so is a date of expiry.
func coverProblems(found *list, c Cover) {
	fixed, percent := c.AmountType == "FIXED", c.AmountType == "PERCENT_OF_CIF"
	found.unless((c.Amount != "") == fixed, "/amount", "amount-type")
	found.unless((c.PercentOfCIF != "") == percent, "/percentOfCif", "amount-type")
	found.unless((c.CIFValue != "") == percent, "/cifValue", "amount-type")
	found.unless((c.Currency != "") == (fixed || percent), "/currency", "amount-type")
	found.unless((c.ExpiryDate != "") == (c.ValidityType == "FIXED"), "/expiryDate", "validity-type")
	found.unless(len(c.Reductions) == 0 || c.AmountType != "UNLIMITED", "/reducesBy", "amount-type")
	for i, r := range c.Reductions {
		found.unless((r.On != "") != (r.Event != ""), fmt.Sprintf("/reducesBy/%d", i), "date-or-event")
	}
	found.unless(c.ExpiryDate == "" || c.IssueDate <= c.ExpiryDate, "/expiryDate", "dates-in-order")
}

type guaranteeDocument struct {
	Guarantee
	Applicant     coded  `json:"applicant"`
	Beneficiary   coded  `json:"beneficiary"`
	GuarantorBank *coded `json:"guarantorBank"`
	DeliverTo     *coded `json:"deliverTo"`
	DeliveryPlace *struct {
		UNLocationCode string `json:"UNLocationCode"`
	} `json:"deliveryPlace"`
}

// What a guarantee of some form must name. The doubled letters are the forms that a bank joins; B and C are
// for delivery at another port than the bill's.
var (
	bankForms     = map[string]bool{"AA": true, "BB": true, "CC": true}
	placeForms    = map[string]bool{"B": true, "BB": true, "C": true, "CC": true}
	deliveryForms = map[string]bool{"A": true, "AA": true, "B": true, "BB": true, "C": true, "CC": true, "TELEX_RELEASE": true}
	// billlessForms can stand without a bill: there is none yet, or they cover charges and equipment.
	billlessForms = map[string]bool{"REEFER_SETTING": true, "DG_DECLARATION": true, "OVERWEIGHT": true, "LATE_GATE_IN": true,
		"CONTAINER_USE": true, "PORT_CREDIT": true, "CUSTOMS_DUTY": true}
)

func guaranteeProblems(d guaranteeDocument) []Problem {
	var found list
	form := d.Form()
	found.unless((d.IGForm != "") == (d.Type == typeIntGroup), "/igForm", "form-of-the-international-group")
	found.unless(d.GuarantorBank != nil || !bankForms[form], "/guarantorBank", "form-needs-bank")
	if d.Type == typeIntGroup {
		found.unless(d.GuarantorBank == nil || bankForms[form], "/guarantorBank", "form-without-bank")
	}
	found.unless(d.DeliverTo != nil || !deliveryForms[form], "/deliverTo", "form-needs-receiver")
	found.unless(d.DeliveryPlace != nil || !placeForms[form], "/deliveryPlace", "form-needs-place")
	found.unless(len(d.Underlying) > 0 || billlessForms[form], "/underlying", "form-needs-bill")
	coverProblems(&found, d.Cover)
	codeProblems(&found, "/applicant", d.Applicant.Codes)
	codeProblems(&found, "/beneficiary", d.Beneficiary.Codes)
	if d.GuarantorBank != nil {
		codeProblems(&found, "/guarantorBank", d.GuarantorBank.Codes)
	}
	if d.DeliverTo != nil {
		codeProblems(&found, "/deliverTo", d.DeliverTo.Codes)
	}
	underlyingProblems(&found, d.Underlying)
	return found
}

func underlyingProblems(found *list, bills []Underlying) {
	bill, container := map[string]bool{}, map[string]bool{}
	for i, u := range bills {
		at := fmt.Sprintf("/underlying/%d", i)
		found.unless(!bill[u.TransportDocumentReference], at+"/transportDocumentReference", "bill-once")
		bill[u.TransportDocumentReference] = true
		for j, c := range u.EquipmentReferences {
			found.unless(!container[c], fmt.Sprintf("%s/equipmentReferences/%d", at, j), "container-once")
			container[c] = true
		}
	}
}
