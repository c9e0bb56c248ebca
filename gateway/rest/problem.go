package rest

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"
	"golang.org/x/text/language"

	"portledger/chaincode/fault"
	"portledger/gateway/ledger"
)

// statuses is the only place where a refusal meets HTTP.
//
// 403 is for who asks, 404 for what is not there or not theirs to see, 409 for how things stand (asking again later may
// help), 412 for If-Match, 422 for what was sent (asking again unchanged never helps).
var statuses = map[fault.Code]int{
	fault.Malformed:           http.StatusBadRequest,
	fault.TooLarge:            http.StatusRequestEntityTooLarge,
	fault.Invalid:             http.StatusUnprocessableEntity,
	fault.UnknownAct:          http.StatusNotFound,
	fault.ClockSkew:           http.StatusServiceUnavailable,
	fault.UnknownCaller:       http.StatusForbidden,
	fault.NotDirect:           http.StatusForbidden,
	fault.NotFound:            http.StatusNotFound,
	fault.NotAnchored:         http.StatusConflict,
	fault.VersionMismatch:     http.StatusPreconditionFailed,
	fault.WrongState:          http.StatusConflict,
	fault.WrongParty:          http.StatusForbidden,
	fault.WrongRole:           http.StatusForbidden,
	fault.UnknownParty:        http.StatusUnprocessableEntity,
	fault.RecipientNotAllowed: http.StatusUnprocessableEntity,
	fault.OneOrganisation:     http.StatusUnprocessableEntity,
	fault.PrivateInputMissing: http.StatusUnprocessableEntity,
	fault.ContentMismatch:     http.StatusConflict,
	fault.Duplicate:           http.StatusConflict,
	fault.KindForbids:         http.StatusConflict,
	fault.OfferOpen:           http.StatusConflict,
	fault.NoOffer:             http.StatusConflict,
	fault.NotTitleHolder:      http.StatusForbidden,
	fault.NotEndorsable:       http.StatusConflict,
	fault.ProposalOpen:        http.StatusConflict,
	fault.Pledged:             http.StatusConflict,
	fault.BillRecovered:       http.StatusConflict,
	fault.LegRecovered:        http.StatusConflict,
	fault.NoRecovery:          http.StatusConflict,
	fault.ControlNotLost:      http.StatusConflict,
	fault.SupportMissing:      http.StatusConflict,
	fault.RecoveryWaits:       http.StatusConflict,
	fault.NotHandedOver:       http.StatusConflict,
	fault.AmendmentForbids:    http.StatusConflict,
	fault.NotConserved:        http.StatusUnprocessableEntity,
	fault.OriginalsOut:        http.StatusConflict,
	fault.PartOpen:            http.StatusConflict,
	fault.PartDelivered:       http.StatusConflict,
	fault.LastContainer:       http.StatusConflict,
	fault.BalancePassedOn:     http.StatusConflict,
	fault.OnHold:              http.StatusConflict,
	fault.NoBasis:             http.StatusConflict,
	fault.NotClaimant:         http.StatusForbidden,
	fault.NotCovered:          http.StatusUnprocessableEntity,
	fault.ContainerBusy:       http.StatusConflict,
	fault.ContainerOut:        http.StatusConflict,
	fault.BankRequired:        http.StatusUnprocessableEntity,
	fault.BankNotAllowed:      http.StatusUnprocessableEntity,
	fault.GateNotCleared:      http.StatusConflict,
	fault.AlreadyCleared:      http.StatusConflict,
	fault.NoCredit:            http.StatusConflict,
	fault.ChargesOutstanding:  http.StatusConflict,
	fault.NoStatement:         http.StatusConflict,
	fault.FeedNotTrusted:      http.StatusForbidden,
	fault.NotValidNow:         http.StatusConflict,
	fault.NotRightHolder:      http.StatusForbidden,
	fault.AppointmentOpen:     http.StatusConflict,
	fault.StillValid:          http.StatusConflict,
	fault.NoExcursion:         http.StatusConflict,
	fault.NotReefer:           http.StatusConflict,
	fault.ContainerMismatch:   http.StatusConflict,
	fault.PlateMismatch:       http.StatusConflict,
	fault.PlaceMismatch:       http.StatusConflict,
	fault.ReleaseCodeMismatch: http.StatusConflict,
	fault.OutsideWindow:       http.StatusConflict,
	fault.CycleBroken:         http.StatusConflict,
	fault.HashMismatch:        http.StatusConflict,
	fault.SealMismatch:        http.StatusConflict,
	fault.TooEarly:            http.StatusConflict,
	fault.TooLate:             http.StatusConflict,
	fault.NotDeemed:           http.StatusConflict,
	fault.GuaranteeInUse:      http.StatusConflict,
	fault.FraudulentKind:      http.StatusUnprocessableEntity,
	fault.SecondPerson:        http.StatusForbidden,
	fault.AmendmentOpen:       http.StatusConflict,
	fault.NoAmendment:         http.StatusConflict,
	fault.DemandExcluded:      http.StatusConflict,
	fault.AmountExceeded:      http.StatusUnprocessableEntity,
	fault.NoExtension:         http.StatusConflict,
	fault.DeadlinePassed:      http.StatusConflict,
	fault.NotExpired:          http.StatusConflict,
	fault.NoForceMajeure:      http.StatusConflict,
	fault.CoverTooSmall:       http.StatusConflict,
	fault.NoReduction:         http.StatusConflict,
	fault.LimitExceeded:       http.StatusConflict,
	fault.FacilityInUse:       http.StatusConflict,
	fault.NoReservation:       http.StatusConflict,
	fault.FacilityNotInForce:  http.StatusConflict,
	fault.ContainerHoused:     http.StatusConflict,
	fault.HousesStand:         http.StatusConflict,
	fault.BillPresented:       http.StatusConflict,
	fault.NotWithBank:         http.StatusConflict,
	fault.NotProposed:         http.StatusConflict,
	fault.OwnProposal:         http.StatusForbidden,
	fault.LimitReached:        http.StatusConflict,
	fault.NotEmpowered:        http.StatusForbidden,
	fault.FourEyes:            http.StatusForbidden,
	fault.NotApproved:         http.StatusForbidden,

	fault.Committed:            http.StatusConflict,
	fault.SellerNotInControl:   http.StatusConflict,
	fault.NotShown:             http.StatusConflict,
	fault.PaymentForged:        http.StatusUnprocessableEntity,
	fault.PaymentOfOther:       http.StatusUnprocessableEntity,
	fault.PaymentTermsDiffer:   http.StatusUnprocessableEntity,
	fault.PaymentKeyUnknown:    http.StatusUnprocessableEntity,
	fault.PaymentKeyNotInForce: http.StatusConflict,
	fault.PaymentNotInExchange: http.StatusUnprocessableEntity,
	fault.PassedAgainstPayment: http.StatusConflict,
	fault.LegsMissing:          http.StatusConflict,
	fault.LegOutOfOrder:        http.StatusConflict,
	fault.NextLegNotReady:      http.StatusConflict,
	fault.NoLegDocument:        http.StatusConflict,
	fault.SharesMismatch:       http.StatusUnprocessableEntity,
	fault.NotAtFinalPlace:      http.StatusConflict,

	fault.ReaderOnly:     http.StatusForbidden,
	fault.SigningGone:    http.StatusNotFound,
	fault.WrongSignature: http.StatusUnprocessableEntity,

	fault.Unauthenticated:      http.StatusUnauthorized,
	fault.UnsupportedMedia:     http.StatusUnsupportedMediaType,
	fault.MethodNotAllowed:     http.StatusMethodNotAllowed,
	fault.NoSuchRoute:          http.StatusNotFound,
	fault.IdempotencyKeyReused: http.StatusUnprocessableEntity,
	fault.InProgress:           http.StatusConflict,
	fault.Conflict:             http.StatusConflict,
	fault.Busy:                 http.StatusServiceUnavailable,
	fault.RateLimited:          http.StatusTooManyRequests,
	fault.Unavailable:          http.StatusServiceUnavailable,
	fault.Internal:             http.StatusInternalServerError,
}

// chinese are the titles; the English ones are HTTP's own.
var chinese = map[int]string{
	http.StatusBadRequest:            "请求格式错误",
	http.StatusUnauthorized:          "未通过身份认证",
	http.StatusForbidden:             "无权操作",
	http.StatusNotFound:              "未找到",
	http.StatusMethodNotAllowed:      "方法不被允许",
	http.StatusConflict:              "与当前状态冲突",
	http.StatusPreconditionFailed:    "前提条件不满足",
	http.StatusRequestEntityTooLarge: "请求体过大",
	http.StatusUnsupportedMediaType:  "不支持的媒体类型",
	http.StatusUnprocessableEntity:   "内容不可接受",
	http.StatusTooManyRequests:       "请求过于频繁",
	http.StatusInternalServerError:   "内部错误",
	http.StatusServiceUnavailable:    "服务暂不可用",
}

// Problem is RFC 9457's object with the ledger's own members.
type Problem struct {
	Type     string            `json:"type"`
	Title    string            `json:"title"`
	Status   int               `json:"status"`
	Detail   string            `json:"detail"`
	Instance string            `json:"instance"`
	Code     fault.Code        `json:"code"`
	Rule     string            `json:"rule,omitempty"`
	At       string            `json:"at,omitempty"`
	Args     map[string]string `json:"args,omitempty"`
}

var languages = language.NewMatcher([]language.Tag{language.English, language.Chinese})

func wantsChinese(accept string) bool {
	if accept == "" {
		return false
	}
	_, index := language.MatchStrings(languages, accept)
	return index == 1
}

// refusal finds the fault to answer with; expected is false when the cause belongs into the log.
func refusal(err error) (f *fault.Fault, expected bool) {
	var tooLarge *http.MaxBytesError
	switch {
	case fault.Of(err) != nil:
		return fault.Of(err), true
	case errors.As(err, &tooLarge):
		return fault.New(fault.TooLarge, "what", "body", "limit", "320 KiB"), true
	case errors.Is(err, ledger.ErrNotEnrolled):
		return fault.New(fault.Unauthenticated), true
	case errors.Is(err, ledger.ErrSignature):
		return fault.New(fault.WrongSignature).In("/signature"), true
	case errors.Is(err, context.Canceled): // the client has gone: nobody reads this
		return fault.New(fault.Unavailable), true
	case errors.Is(err, ledger.ErrDiverged):
		return fault.New(fault.Conflict), false
	case errors.Is(err, ledger.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		return fault.New(fault.Unavailable), false
	default:
		return fault.New(fault.Internal), false
	}
}

// refuse answers with a problem. What was not expected goes to the log under the request's id, never to the caller.
func (s *Server) refuse(c *gin.Context, err error) {
	f, expected := refusal(err)
	status, known := statuses[f.Code]
	if !known {
		f, status = fault.New(fault.Internal), http.StatusInternalServerError
	}
	note := noteOf(c)
	note.code, note.rule = f.Code, f.Rule
	if !expected {
		s.log.LogAttrs(c.Request.Context(), slog.LevelError, "unexpected", slog.String("request", note.request),
			slog.String("route", c.FullPath()), slog.String("transaction", note.transaction), slog.String("error", clip(err.Error())))
	}
	s.metrics.refusals.WithLabelValues(string(f.Code)).Inc()
	header := c.Writer.Header()
	switch status {
	case http.StatusUnauthorized:
		header.Set("WWW-Authenticate", `Bearer realm="portledger", error="invalid_token"`)
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		if header.Get("Retry-After") == "" {
			header.Set("Retry-After", retryAfterSeconds)
		}
	}
	body, language := problemOf(f, status, note.request, wantsChinese(c.GetHeader("Accept-Language")))
	header.Set("Content-Language", language)
	header.Add("Vary", "Accept-Language")
	c.Abort()
	c.Data(status, "application/problem+json", body)
}

// clip bounds a foreign text in the log: a peer may quote whole results.
func clip(text string) string {
	if len(text) > loggedErrorLength {
		return text[:loggedErrorLength] + "…"
	}
	return text
}

func problemOf(f *fault.Fault, status int, request string, zh bool) (body []byte, language string) {
	p := Problem{
		Type: "/problems#" + string(f.Code), Title: http.StatusText(status), Status: status, Detail: f.Text(zh),
		Instance: "urn:portledger:request:" + request, Code: f.Code, Rule: f.Rule, At: f.At, Args: f.Args,
	}
	language = "en"
	if zh {
		p.Title, p.Detail, language = chinese[status], inChinese(f), "zh"
	}
	body, err := json.Marshal(p)
	if err != nil { // strings and a number always marshal
		body = []byte(`{"type":"/problems#internal","title":"Internal Server Error","status":500,"code":"internal"}`)
	}
	return body, language
}
