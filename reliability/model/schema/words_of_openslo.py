"""What the keys of OpenSLO's kinds say, as editors show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    "OpenSloMetadata.name": "The name: lower case letters, digits and -, 63 at most.",
    "OpenSloMetadata.displayName": "The name as people say it, 63 characters at most.",
    "OpenSloMetadata.labels": "Labels, each a text or a list of texts.",
    "OpenSloMetadata.annotations": "Annotations. What OpenSLO has no word for stands here: "
    "reliability/journey, reliability/status and so on.",
    "AlertAnnotations.reliability/tier": "Who is told: alert (a human acts now), ticket (within "
    "days) or log (nobody).",
    "AlertAnnotations.reliability/runbook": "What a woken person reads first: a path or a URL.",
    "Agreement.reliability/agreed-by": "Who agreed, as handles with commas: '@product, @lead'.",
    "Agreement.reliability/reviewed": "The day they agreed, YYYY-MM-DD.",
    "Review.reliability/journey": "What people want to get done, that this promise is about.",
    "Review.reliability/status": "provisional: nobody has agreed yet, the target may be a guess. "
    "established: agreed on, and reviewed.",
    "Review.reliability/agreed-by": "Who agreed, as handles with commas: '@product, @lead'.",
    "Review.reliability/reviewed": "The day of the last review, YYYY-MM-DD.",
    "Review.reliability/review-every": "How often it is reviewed: 90d.",
    "Review.reliability/provisional-since": "The day since when it is provisional, YYYY-MM-DD.",
    "Review.reliability/rationale": "Why this target and no other.",
    "Review.reliability/group-by": "Labels of the metric, with commas: each combination of their "
    "values has a budget of its own.",
    "Review.reliability/unit": "The unit of a threshold's values, for notifications: seconds, "
    "bytes, ratio, percent or any word.",
    "SloSpec.indicator": "The SLI, written in place; or name one with indicatorRef.",
    "SloSpec.indicatorRef": "The name of an SLI document; or write the indicator in place.",
    "SloSpec.budgetingMethod": "What is counted. Occurrences: events. Timeslices: slices of time "
    "that were good enough. RatioTimeslices: the average of the ratios of slices.",
    "SloSpec.timeWindow": "The period that the budget is for; exactly one.",
    "SloSpec.objectives": "The targets.",
    "SloSpec.alertPolicies": "OpenSLO's own alert policies, in place or by alertPolicyRef.",
    "TimeWindow.duration": "A whole number and m, h, d, w, M, Q or Y: 30d, 4w; 1M in a calendar.",
    "TimeWindow.isRolling": "true: the last so many days, at any time. false: with a calendar.",
    "TimeWindow.calendar": "When periods begin, for a window that does not roll.",
    "Calendar.startTime": "When one of the periods begins: 2026-01-01 00:00:00.",
    "Calendar.timeZone": "Where that is the time, as in the IANA database: Asia/Tokyo.",
    "SloObjective.displayName": "What this target is called; its slug is in names of series.",
    "SloObjective.op": "For a threshold: which side of value is good. lte: at most.",
    "SloObjective.value": "For a threshold: the limit, in the unit of the metric.",
    "SloObjective.target": "The share that has to be good, from 0 to less than 1: 0.999.",
    "SloObjective.targetPercent": "The target in percent, from 0 to less than 100: 99.9.",
    "SloObjective.timeSliceTarget": "For Timeslices: the good ratio from which a slice is good.",
    "SloObjective.timeSliceWindow": "For slices: how long one is, 1m or more.",
    "SloObjective.indicator": "An SLI of this objective alone: a composite SLO (not compiled).",
    "SloObjective.indicatorRef": "The name of an SLI for this objective alone (not compiled).",
    "SloObjective.compositeWeight": "What it weighs in a composite SLO (not compiled).",
    "SliSpec.thresholdMetric": "A value that is held against a limit; or ratioMetric.",
    "SliSpec.ratioMetric": "Good or bad events over all, or a raw ratio; or thresholdMetric.",
    "MetricSource.metricSourceRef": "The name of a DataSource.",
    "MetricSource.type": "The type of the source; Prometheus is what is compiled.",
    "MetricSource.spec": "The query: for Prometheus `query`, a selector, or an expression with "
    "{{.window}} for its range.",
    "RatioMetric.counter": "true: counters, of which rates are taken. false: gauges or counts "
    "by the interval, which are added up.",
    "RatioMetric.good": "Events that went well; or bad.",
    "RatioMetric.bad": "Events that failed; or good.",
    "RatioMetric.total": "All events.",
    "RatioMetric.rawType": "What a raw ratio is a share of: success or failure.",
    "RatioMetric.raw": "A query that is a ratio already, 0 to 1.",
    "DataSourceSpec.type": "What kind of source it is: Prometheus.",
    "DataSourceSpec.connectionDetails": "How it is reached, in any form.",
    "AlertPolicyEntry.alertPolicyRef": "The name of an AlertPolicy of OpenSLO.",
    "AlertPolicyEntry.metadata": "Name and labels of a policy that is written in place.",
    "ConditionEntry.conditionRef": "The name of an AlertCondition.",
    "ConditionEntry.metadata": "Name and labels of a condition that is written in place.",
    "TargetEntry.targetRef": "The name of an AlertNotificationTarget.",
    "TargetEntry.metadata": "Name and labels of a target that is written in place.",
    "AlertConditionSpec.severity": "How severe it is, in free text: page.",
    "BurnCondition.kind": "burnrate is the one kind there is.",
    "BurnCondition.op": "How the burn rate is compared: gte, at least.",
    "BurnCondition.threshold": "The burn rate: 14.4 spends 2 % of 30 days in an hour.",
    "BurnCondition.lookbackWindow": "Over which time the burn rate is taken: 1h.",
    "BurnCondition.alertAfter": "For how long the condition has to hold: 5m.",
    "AlertNotificationTargetSpec.target": "Where a notification goes, in free text: slack.",
    "OpenSloAlertPolicySpec.alertWhenNoData": "Whether missing data alerts.",
    "OpenSloAlertPolicySpec.alertWhenResolved": "Whether the end of an alert is told.",
    "OpenSloAlertPolicySpec.alertWhenBreaching": "Whether the condition alerts.",
    "OpenSloAlertPolicySpec.conditions": "Exactly one condition, in place or by conditionRef.",
    "OpenSloAlertPolicySpec.notificationTargets": "Who is told, in place or by targetRef.",
}
