"""Descriptions of the keys of OpenSLO documents, which editors show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    "OpenSloMetadata.name": "The name: at most 63 lower-case letters, digits and dashes.",
    "OpenSloMetadata.displayName": "The display name, at most 63 characters.",
    "OpenSloMetadata.labels": "Labels; each value is a text or a list of texts.",
    "OpenSloMetadata.annotations": "Annotations. They hold what OpenSLO has no key for: "
    "reliability/journey, reliability/status and others.",
    "AlertAnnotations.reliability/tier": "The tier: alert (pages), ticket (working hours) or log "
    "(no action).",
    "AlertAnnotations.reliability/runbook": "The runbook: a path or a URL.",
    "Agreement.reliability/agreed-by": "Who approved it, comma-separated: '@product, @lead'.",
    "Agreement.reliability/reviewed": "The date of the approval, YYYY-MM-DD.",
    "Review.reliability/journey": "The user journey that the SLO is about.",
    "Review.reliability/status": "provisional: not approved yet, the target may be a guess. "
    "established: approved and reviewed.",
    "Review.reliability/agreed-by": "Who approved it, comma-separated: '@product, @lead'.",
    "Review.reliability/reviewed": "The date of the last review, YYYY-MM-DD.",
    "Review.reliability/review-every": "The time between reviews: 90d.",
    "Review.reliability/provisional-since": "The date since which it is provisional, YYYY-MM-DD.",
    "Review.reliability/rationale": "Why this target was chosen.",
    "Review.reliability/group-by": "Labels of the metric, comma-separated: each combination of "
    "their values is a group with its own error budget.",
    "Review.reliability/unit": "The unit of a threshold in notifications: seconds, bytes, ratio, "
    "percent or any word.",
    "Review.reliability/per-shard": "true: an error budget for each server of an environment.",
    "SloSpec.indicator": "The SLI, inline. The alternative is indicatorRef.",
    "SloSpec.indicatorRef": "The name of an SLI document. The alternative is indicator.",
    "SloSpec.budgetingMethod": "What is counted. Occurrences: events. Timeslices: time slices that "
    "met timeSliceTarget. RatioTimeslices: the average ratio of time slices.",
    "SloSpec.timeWindow": "The SLO period; exactly one.",
    "SloSpec.objectives": "The targets for the SLI.",
    "SloSpec.alertPolicies": "OpenSLO's alert policies, inline or by alertPolicyRef; each "
    "condition becomes an alerting rule with one window.",
    "TimeWindow.duration": "A whole number and m, h, d, w, M, Q or Y: 30d, 4w; 1M in a calendar.",
    "TimeWindow.isRolling": "true: a rolling window that ends now. false: a calendar window.",
    "TimeWindow.calendar": "When periods start, for a window that does not roll.",
    "Calendar.startTime": "The start of one of the periods: 2026-01-01 00:00:00.",
    "Calendar.timeZone": "The IANA time zone of startTime: Asia/Tokyo.",
    "SloObjective.displayName": "The name of the objective; records and alerts use it in lower "
    "case.",
    "SloObjective.op": "For a threshold: how good values compare with value. lte: at most.",
    "SloObjective.value": "For a threshold: the limit, in the unit of the metric.",
    "SloObjective.target": "The share that has to be good, from 0 to less than 1: 0.999.",
    "SloObjective.targetPercent": "The target in percent, from 0 to less than 100: 99.9.",
    "SloObjective.timeSliceTarget": "For Timeslices: the share of good events that makes a slice "
    "good.",
    "SloObjective.timeSliceWindow": "For time slices: their length, at least 1m.",
    "SloObjective.indicator": "The SLI of this objective, in a composite SLO; not compiled.",
    "SloObjective.indicatorRef": "The name of the SLI of this objective, in a composite SLO; not "
    "compiled.",
    "SloObjective.compositeWeight": "The weight of the objective in a composite SLO; not compiled.",
    "SliSpec.thresholdMetric": "A metric that is compared with a threshold. The alternative is "
    "ratioMetric.",
    "SliSpec.ratioMetric": "Good or bad events, and all events; or a raw ratio.",
    "MetricSource.metricSourceRef": "The name of a DataSource.",
    "MetricSource.type": "The type of the data source; only Prometheus is compiled.",
    "MetricSource.spec": "The query. For Prometheus: `query`, a selector or an expression with "
    "{{.window}} for its range.",
    "RatioMetric.counter": "true: counters, which only increase. false: gauges or counts per "
    "interval, which are summed.",
    "RatioMetric.good": "The good events. The alternative is bad.",
    "RatioMetric.bad": "The bad events. The alternative is good.",
    "RatioMetric.total": "All events.",
    "RatioMetric.rawType": "Whether the raw ratio is the share of good (success) or bad (failure) "
    "events.",
    "RatioMetric.raw": "A query for the ratio itself, 0 to 1.",
    "DataSourceSpec.type": "The type of the data source: Prometheus.",
    "DataSourceSpec.connectionDetails": "How to connect, in any form.",
    "AlertPolicyEntry.alertPolicyRef": "The name of an OpenSLO AlertPolicy.",
    "AlertPolicyEntry.metadata": "Name and labels of an inline policy.",
    "ConditionEntry.conditionRef": "The name of an AlertCondition.",
    "ConditionEntry.metadata": "Name and labels of an inline condition.",
    "TargetEntry.targetRef": "The name of an AlertNotificationTarget.",
    "TargetEntry.metadata": "Name and labels of an inline target.",
    "AlertConditionSpec.severity": "The severity, in free text: page.",
    "BurnCondition.kind": "The kind of condition; burnrate is the only one.",
    "BurnCondition.op": "How the burn rate compares with threshold. gte: at least.",
    "BurnCondition.threshold": "The burn rate: 14.4 spends 2% of a 30-day error budget in an hour.",
    "BurnCondition.lookbackWindow": "The window over which the burn rate is measured: 1h.",
    "BurnCondition.alertAfter": "How long the condition has to be true: 5m.",
    "AlertNotificationTargetSpec.target": "Where notifications go, in free text: slack.",
    "OpenSloAlertPolicySpec.alertWhenNoData": "Whether missing data notifies.",
    "OpenSloAlertPolicySpec.alertWhenResolved": "Whether the end of an alert notifies.",
    "OpenSloAlertPolicySpec.alertWhenBreaching": "Whether the condition notifies.",
    "OpenSloAlertPolicySpec.conditions": "Exactly one condition, inline or by conditionRef.",
    "OpenSloAlertPolicySpec.notificationTargets": "The receivers, inline or by targetRef.",
}
