package rest

import (
	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics carry route templates, stages and codes as labels, never ids or names.
type metrics struct {
	registry   *prometheus.Registry
	requests   *prometheus.HistogramVec
	stages     *prometheus.HistogramVec
	refusals   *prometheus.CounterVec
	inFlight   prometheus.Gauge
	unknown    prometheus.Counter
	open       prometheus.Gauge
	indexBlock prometheus.Gauge
	expiring   prometheus.Gauge
}

// buckets in seconds: from a read on the own peer to a request that waited for a leader election.
var buckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .15, .2, .3, .5, 1, 2.5, 5, 10, 20}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "portledger_http_request_duration_seconds",
			Help: "Duration of HTTP requests.", Buckets: buckets}, []string{"method", "route", "status"}),
		stages: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "portledger_ledger_stage_duration_seconds",
			Help: "Duration of the ledger's part of a request, by stage.", Buckets: buckets}, []string{"stage", "outcome"}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "portledger_refusals_total",
			Help: "Problems answered, by code."}, []string{"code"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "portledger_http_requests_in_flight",
			Help: "HTTP requests being worked on."}),
		unknown: prometheus.NewCounter(prometheus.CounterOpts{Name: "portledger_outcomes_unknown_total",
			Help: "Requests answered before their transaction's fate was known."}),
		open: prometheus.NewGauge(prometheus.GaugeOpts{Name: "portledger_transactions_open",
			Help: "Transactions of unknown fate that the background worker is resolving."}),
		indexBlock: prometheus.NewGauge(prometheus.GaugeOpts{Name: "portledger_index_block",
			Help: "The block whose events the index copied last."}),
	}
	m.expiring = prometheus.NewGauge(prometheus.GaugeOpts{Name: "portledger_certificates_expiring",
		Help: "Enrolled persons whose certificate expires within 30 days, or has."})
	m.registry.MustRegister(m.expiring, m.requests, m.stages, m.refusals, m.inFlight, m.unknown, m.open, m.indexBlock,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) handler() gin.HandlerFunc {
	return gin.WrapH(promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
}
