"""Of each guarded field of OpenSLO a change that loosens something, and the rule that finds it."""

from reliability.model.kind import Model
from reliability.model.openslo import alerting, metadata, service, sli, slo

A, C = "services/attendance/slo.yaml", "services/attendance/calendar.yaml"
D, P = "services/attendance/composite.yaml", "services/attendance/conditions.yaml"
LOOSER, TIER, LABELS = "slo-loosened", "tier-changed", "slo-labels-changed"

BASE = """\
# services/attendance/slo.yaml
apiVersion: openslo/v1
kind: SLI
metadata: {name: another}
spec:
  ratioMetric:
    counter: true
    good: {metricSource: {type: Prometheus, spec: {query: 'other_total{code="200"}'}}}
    total: {metricSource: {type: Prometheus, spec: {query: 'other_total'}}}
---
apiVersion: openslo/v1
kind: SLI
metadata: {name: clock-in}
spec:
  ratioMetric:
    counter: true
    good: {metricSource: {type: Prometheus, spec: {query: 'clock_total{code="200"}'}}}
    total: {metricSource: {type: Prometheus, spec: {query: 'clock_total'}}}
---
apiVersion: openslo/v1
kind: SLI
metadata: {name: bad-events}
spec:
  ratioMetric:
    counter: true
    bad: {metricSource: {type: Prometheus, spec: {query: 'bad_total{code="500"}'}}}
    total: {metricSource: {type: Prometheus, spec: {query: 'bad_total'}}}
---
apiVersion: openslo/v1
kind: SLI
metadata: {name: raw}
spec:
  ratioMetric:
    rawType: success
    raw: {metricSource: {metricSourceRef: prometheus, spec: {query: 'raw_ratio'}}}
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: prometheus}
spec: {type: Prometheus, connectionDetails: {url: "http://prometheus.example"}}
---
apiVersion: openslo/v1
kind: SLO
metadata:
  name: clock-in
  labels: {journey: clock}
  annotations: {reliability/group-by: "site"}
spec:
  service: attendance
  indicatorRef: clock-in
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives:
    - {displayName: most, target: 0.99}
    - {displayName: more, targetPercent: 99.5}
  alertPolicies:
    - alertPolicyRef: fast
    - kind: AlertPolicy
      metadata: {name: slow, annotations: {reliability/tier: ticket}}
      spec:
        alertWhenNoData: true
        alertWhenBreaching: true
        conditions:
          - kind: AlertCondition
            metadata: {name: slow}
            spec:
              severity: ticket
              condition: {kind: burnrate, op: gt, threshold: 1, lookbackWindow: 6h, alertAfter: 5m}
        notificationTargets: [{targetRef: nobody}]
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: bad-events}
spec:
  service: attendance
  indicatorRef: bad-events
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Timeslices
  objectives: [{target: 0.98, timeSliceTarget: 0.95, timeSliceWindow: 5m}]
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: raw}
spec:
  service: attendance
  indicatorRef: raw
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.97}]
# services/attendance/conditions.yaml
apiVersion: openslo/v1
kind: AlertPolicy
metadata: {name: fast, annotations: {reliability/tier: alert}}
spec:
  alertWhenBreaching: true
  conditions: [{conditionRef: fast}]
  notificationTargets: [{targetRef: nobody}]
---
apiVersion: openslo/v1
kind: AlertPolicy
metadata: {name: spare, annotations: {reliability/tier: alert}}
spec:
  alertWhenBreaching: true
  conditions: [{conditionRef: late}]
  notificationTargets: [{targetRef: nobody}]
---
apiVersion: openslo/v1
kind: AlertCondition
metadata: {name: fast}
spec:
  severity: page
  condition: {kind: burnrate, op: gt, threshold: 10, lookbackWindow: 1h, alertAfter: 2m}
---
apiVersion: openslo/v1
kind: AlertCondition
metadata: {name: late}
spec:
  severity: page
  condition: {kind: burnrate, op: gt, threshold: 20, lookbackWindow: 1h, alertAfter: 2m}
---
apiVersion: openslo/v1
kind: AlertNotificationTarget
metadata: {name: nobody}
spec: {target: nobody}
# services/attendance/calendar.yaml
apiVersion: openslo/v1
kind: SLO
metadata: {name: quick}
spec:
  service: attendance
  indicator:
    metadata: {name: quick}
    spec:
      thresholdMetric:
        metricSource: {type: Prometheus, spec: {query: 'quick_seconds'}}
  timeWindow:
    - duration: 1M
      calendar: {startTime: "2026-01-01 00:00:00", timeZone: UTC}
  budgetingMethod: Occurrences
  objectives: [{op: lt, value: 0.5, target: 0.96}]
# services/attendance/composite.yaml
apiVersion: openslo/v1
kind: SLO
metadata: {name: both}
spec:
  service: attendance
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives:
    - {target: 0.95, indicatorRef: clock-in, compositeWeight: 1}
    - target: 0.94
      compositeWeight: 2
      indicator:
        metadata: {name: own}
        spec:
          ratioMetric:
            counter: true
            good: {metricSource: {type: Prometheus, spec: {query: 'own_total{code="200"}'}}}
            total: {metricSource: {type: Prometheus, spec: {query: 'own_total'}}}
"""

EDITS: list[tuple[type[Model], str, str, str, str, str]] = [
    (metadata.OpenSloMetadata, "name", D, "name: both", "name: neither", "slo-deleted"),
    (slo.SloObjective, "display_name", A, "displayName: most", "displayName: many", LABELS),
    (metadata.Review, "group_by", A, ' {reliability/group-by: "site"}', " {}", LOOSER),
    (
        metadata.Review,
        "per_shard",
        A,
        '{reliability/group-by: "site"}',
        '{reliability/group-by: "site", reliability/per-shard: "true"}',
        LOOSER,
    ),
    (
        metadata.AlertAnnotations,
        "tier",
        A,
        "reliability/tier: ticket",
        "reliability/tier: log",
        TIER,
    ),
    (slo.SloSpec, "service", C, "service: attendance", "service: mine", LOOSER),
    (slo.SloSpec, "indicator", C, "quick_seconds", "slow_seconds", LOOSER),
    (slo.SloSpec, "indicator_ref", A, "indicatorRef: clock-in", "indicatorRef: another", LOOSER),
    (
        slo.SloSpec,
        "budgeting_method",
        A,
        "budgetingMethod: Timeslices",
        "budgetingMethod: RatioTimeslices",
        LOOSER,
    ),
    (slo.SloSpec, "time_window", A, "duration: 30d", "duration: 28d", LOOSER),
    (slo.SloSpec, "objectives", A, "    - {displayName: more, targetPercent: 99.5}\n", "", LOOSER),
    (slo.SloSpec, "alert_policies", A, "    - alertPolicyRef: fast\n", "", LOOSER),
    (slo.TimeWindow, "duration", C, "duration: 1M", "duration: 1Q", LOOSER),
    (
        slo.TimeWindow,
        "is_rolling",
        A,
        "isRolling: true",
        'calendar: {startTime: "2026-01-01 00:00:00", timeZone: UTC}',
        LOOSER,
    ),
    (
        slo.TimeWindow,
        "calendar",
        C,
        'calendar: {startTime: "2026-01-01 00:00:00", timeZone: UTC}',
        "isRolling: true",
        LOOSER,
    ),
    (slo.Calendar, "start_time", C, "2026-01-01", "2026-02-01", LOOSER),
    (slo.Calendar, "time_zone", C, "timeZone: UTC", "timeZone: Asia/Tokyo", LOOSER),
    (slo.SloObjective, "op", C, "op: lt,", "op: lte,", LOOSER),
    (slo.SloObjective, "value", C, "value: 0.5", "value: 5", LOOSER),
    (slo.SloObjective, "target", A, "target: 0.99}", "target: 0.9}", LOOSER),
    (slo.SloObjective, "target_percent", A, "targetPercent: 99.5", "targetPercent: 95", LOOSER),
    (
        slo.SloObjective,
        "time_slice_target",
        A,
        "timeSliceTarget: 0.95",
        "timeSliceTarget: 0.5",
        LOOSER,
    ),
    (
        slo.SloObjective,
        "time_slice_window",
        A,
        "timeSliceWindow: 5m",
        "timeSliceWindow: 1m",
        LOOSER,
    ),
    (slo.SloObjective, "indicator", D, "own_total{", "owned_total{", LOOSER),
    (
        slo.SloObjective,
        "indicator_ref",
        D,
        "indicatorRef: clock-in",
        "indicatorRef: another",
        LOOSER,
    ),
    (slo.SloObjective, "composite_weight", D, "compositeWeight: 2", "compositeWeight: 1", LOOSER),
    (sli.InlineIndicator, "spec", C, "quick_seconds", "slow_seconds", LOOSER),
    (sli.SliSpec, "threshold_metric", C, "quick_seconds", "slow_seconds", LOOSER),
    (sli.SliSpec, "ratio_metric", A, 'clock_total{code="200"}', "clock_total", LOOSER),
    (
        sli.RatioMetric,
        "counter",
        A,
        "counter: true\n    good: {metricSource: {type: Prometheus, spec: {query: 'clock",
        "counter: false\n    good: {metricSource: {type: Prometheus, spec: {query: 'clock",
        LOOSER,
    ),
    (sli.RatioMetric, "good", A, 'clock_total{code="200"}', "clock_total", LOOSER),
    (sli.RatioMetric, "bad", A, 'bad_total{code="500"}', 'bad_total{code="none"}', LOOSER),
    (sli.RatioMetric, "total", A, "query: 'clock_total'", "query: 'all_total'", LOOSER),
    (sli.RatioMetric, "raw_type", A, "rawType: success", "rawType: failure", LOOSER),
    (sli.RatioMetric, "raw", A, "raw_ratio", "other_ratio", LOOSER),
    (sli.Metric, "metric_source", A, "raw_ratio", "other_ratio", LOOSER),
    (sli.MetricSource, "type", C, "type: Prometheus", "type: Datadog", LOOSER),
    (sli.MetricSource, "spec", A, "raw_ratio", "other_ratio", LOOSER),
    (service.DataSourceSpec, "type", A, "spec: {type: Prometheus,", "spec: {type: Other,", LOOSER),
    (alerting.AlertConditionSpec, "condition", P, "threshold: 10", "threshold: 12", LOOSER),
    (alerting.BurnCondition, "op", P, "op: gt, threshold: 10", "op: lt, threshold: 10", LOOSER),
    (alerting.BurnCondition, "threshold", A, "threshold: 1,", "threshold: 3,", LOOSER),
    (
        alerting.BurnCondition,
        "lookback_window",
        A,
        "lookbackWindow: 6h",
        "lookbackWindow: 9h",
        LOOSER,
    ),
    (alerting.BurnCondition, "alert_after", A, "alertAfter: 5m", "alertAfter: 5h", LOOSER),
    (
        alerting.OpenSloAlertPolicySpec,
        "alert_when_no_data",
        A,
        "alertWhenNoData: true",
        "alertWhenNoData: false",
        LOOSER,
    ),
    (
        alerting.OpenSloAlertPolicySpec,
        "alert_when_breaching",
        A,
        "alertWhenBreaching: true",
        "alertWhenBreaching: false",
        LOOSER,
    ),
    (
        alerting.OpenSloAlertPolicySpec,
        "conditions",
        P,
        "conditions: [{conditionRef: fast}]",
        "conditions: [{conditionRef: late}]",
        LOOSER,
    ),
    (alerting.ConditionEntry, "reference", P, "conditionRef: fast", "conditionRef: late", LOOSER),
    (alerting.ConditionEntry, "spec", A, "threshold: 1,", "threshold: 3,", LOOSER),
    (
        alerting.AlertPolicyEntry,
        "reference",
        A,
        "alertPolicyRef: fast",
        "alertPolicyRef: spare",
        LOOSER,
    ),
    (alerting.AlertPolicyEntry, "spec", A, "lookbackWindow: 6h", "lookbackWindow: 9h", LOOSER),
]
