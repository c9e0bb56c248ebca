package presentation

import (
	"slices"

	"portledger/chaincode/fault"
	"portledger/chaincode/lifecycle"
	"portledger/chaincode/party"
)

// bankFits: documents are presented to a bank, and to another than the presenter.
func bankFits(_ Presentation, c command) *fault.Fault {
	to := c.Request.Parties["/bank"]
	switch {
	case !to.Has(party.Bank):
		return notAllowed("/bank", "role")
	case to.Ref() == c.Actor.Ref:
		return notAllowed("/bank", "presenter")
	}
	return nil
}

func billsFit(_ Presentation, c command) *fault.Fault {
	bills := c.Request.Bills
	if len(bills) == 0 || len(bills) > BillsMax {
		return fault.New(fault.Invalid, "check", "count").In("/bills")
	}
	for i, id := range bills {
		if slices.Contains(bills[:i], id) {
			return fault.New(fault.Invalid, "check", "unique").In("/bills")
		}
	}
	return nil
}

// inValidity: a presentation is made on or before the expiry date (UCP 600 art 6(e)).
func inValidity(p Presentation, c command) *fault.Fault { return before(p.Expires, c) }

// inTime: a bank that does not give its notice by the close of the fifth banking day is precluded from claiming that the
// documents do not comply (UCP 600 art 16(d) and (f)).
func inTime(p Presentation, c command) *fault.Fault { return before(p.Due, c) }

func before(until string, c command) *fault.Fault {
	if passed(until, c.At) {
		return fault.New(fault.DeadlinePassed, "act", string(c.Act), "until", until)
	}
	return nil
}

// timePassed: until then the bank has its days to examine.
func timePassed(p Presentation, c command) *fault.Fault {
	if !passed(p.Due, c.At) {
		return fault.New(fault.TooEarly, "from", p.Due)
	}
	return nil
}

// confirms asks for a proposal of this decision on these very documents, by another person of the bank (four eyes 双人复核).
func confirms(proposal lifecycle.State) lifecycle.Guard[Presentation, Request] {
	return func(p Presentation, c command) *fault.Fault {
		e := c.Request.Examination
		switch {
		case e.State != proposal || e.Round != p.Round:
			return fault.New(fault.NotProposed, "act", string(c.Act))
		case e.Proposer == c.Actor.Person:
			return fault.New(fault.OwnProposal, "act", string(c.Act))
		}
		return nil
	}
}

func reasonGiven(_ Presentation, c command) *fault.Fault {
	if !slices.Contains(Reasons, c.Request.Reason) {
		return fault.New(fault.Invalid, "check", "reason").In("/reason")
	}
	return nil
}

// noticeRead: a second person confirms the notice that it read, not one that took its place meanwhile.
func noticeRead(_ Presentation, c command) *fault.Fault {
	if c.Request.Notice != c.Request.Examination.Commitment {
		return fault.New(fault.ContentMismatch).In("/notice")
	}
	return nil
}

// sameCredit: a set that takes the place of another is presented under the same credit, whose last day does not move.
func sameCredit(p Presentation, c command) *fault.Fault {
	if c.Request.Expires != p.Expires {
		return fault.New(fault.Invalid, "check", "differs").In("/content/credit/expiryDate")
	}
	return nil
}

// applicantFits: a credit has one applicant, which is neither the one that presents nor the one that pays.
func applicantFits(p Presentation, c command) *fault.Fault {
	asked := c.Request.Parties["/applicant"]
	switch {
	case !asked.Has(party.Consignee, party.Forwarder, party.Shipper):
		return notAllowed("/applicant", "role")
	case asked.Ref() == p.Presenter:
		return notAllowed("/applicant", "presenter")
	case !p.Applicant.Zero() && asked.Ref() != p.Applicant:
		return notAllowed("/applicant", "applicant")
	}
	return nil
}

func notAllowed(place, why string) *fault.Fault {
	return fault.New(fault.RecipientNotAllowed, "why", why).In(place)
}

func open(p *Presentation, c command) {
	p.Presenter, p.Bank = c.Actor.Ref, c.Request.Parties["/bank"].Ref()
	p.Bills, p.Calendar = slices.Clone(c.Request.Bills), c.Request.Calendar
	p.Expires = c.Request.Expires
	replace(p, c)
}

func replace(p *Presentation, c command) {
	p.Documents = c.Request.Documents
	p.Sets++
}

// complete starts the clock anew; the notice of an earlier round does not speak of these documents.
func complete(p *Presentation, c command) {
	p.Round++
	p.Due, p.Notice, p.NoticeSeal = c.Request.Due, "", ""
}

func giveNotice(p *Presentation, c command) {
	p.Notice, p.NoticeSeal = c.Request.Examination.Commitment, c.Request.Examination.Seal
	p.Notices++
}

func show(p *Presentation, c command) {
	p.Applicant, p.Shown = c.Request.Parties["/applicant"].Ref(), p.Sets
}
