"""GUARDS: the changes of each field that loosen a check, and the rules that report them.

Every field of every kind that people write is listed here, so that a new field needs a decision;
`policy_changes` reads the guards of `policies/` and compares by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

from reliability.model import (
    alert_policy,
    corrections,
    environments,
    error_budget,
    history,
    incidents,
    notification,
    ownership,
    rule_policy,
    slo_policy,
    targets,
    team,
)
from reliability.model.baseline import BaselineSpec
from reliability.model.kind import Model
from reliability.model.openslo import alerting, metadata, service, sli, slo

Direction = Literal["rises", "falls", "changes", "gains", "loses", "inside", "compared", "free"]
"""The condition under which a field is looser than at the base.

`rises`, `falls`: a number or a length of time moved that way. `gains`, `loses`: a list has an item
that it did not have, or the other way around. `changes`: the value differs, and it is unknown which
one is stricter. `inside`: its own fields have guards. `compared`: a dedicated function compares it.
`free`: it loosens nothing: names, texts for people, values that only reports show.
"""

Guard = Direction | str
"""A direction, or the rules that compare the field, by their ids with commas between."""

DIRECTIONS: Final = frozenset(get_args(Direction))
SLO: Final = "slo-loosened"
MADE_FOR_PEOPLE: Final = {"name": "free", "display_name": "free", "labels": "free"}

IN_REPOSITORY: Final[Mapping[str, Guard]] = {
    "name": "free",
    "on_drift": "changes",
    "limits": "inside",
    "provider": "changes",
}
"""Guards of a target of files in the repository."""
API: Final[Mapping[str, Guard]] = {**IN_REPOSITORY, "url": "changes", "timeout": "free"}
"""Guards of a target with an API."""
AMAZON: Final[Mapping[str, Guard]] = {
    **API,
    **dict.fromkeys(("profile", "region", "workspace"), "changes"),
}
"""Guards of a workspace of Amazon Managed Prometheus."""
GROUP_LIMITS: Final = {"max_rules_per_group": "free", "max_groups": "free"}
SERVER: Final[Mapping[str, Guard]] = {**API, "authorization": "changes"}
"""Guards of a target with a server."""
FOLDER_SERVER: Final[Mapping[str, Guard]] = {**SERVER, "folder": "changes"}
"""Guards of a server that loads the rule files of a folder."""

POLICIES: Final[Mapping[type[Model], Mapping[str, Guard]]] = {
    team.TeamSpec: {
        **dict.fromkeys(("display_name", "time_zone"), "free"),
        **dict.fromkeys(("members", "code_host", "on_call"), "changes"),
        **dict.fromkeys(("channels", "datadog"), "inside"),
    },
    team.DatadogHandles: {"alert": "changes", "ticket": "changes", "log": "free"},
    team.Channels: {"alert": "changes", "ticket": "changes", "log": "free"},
    notification.NotificationPolicySpec: {
        **dict.fromkeys(("tiers", "page_budget", "tickets"), "inside"),
        **dict.fromkeys(("alert_labels", "keep_sloth_labels"), "changes"),
        **dict.fromkeys(("owner", "slack", "heartbeat"), "changes"),
        "approvals": "compared",
        **dict.fromkeys(("language", "runbook_base", "pages_base"), "free"),
        "on_call_names": "changes",
    },
    notification.TierPolicies: dict.fromkeys(("alert", "ticket", "log"), "inside"),
    notification.TierPolicy: {
        **dict.fromkeys(("mention", "page", "ticket", "requires"), "compared"),
        "grouping": "inside",
    },
    notification.NotificationGrouping: dict.fromkeys(("wait", "interval", "repeat"), "rises"),
    notification.PageBudget: dict.fromkeys(("per_week", "per_shift"), "rises"),
    notification.Tickets: dict.fromkeys(("close_after", "max_open"), "falls"),
    slo_policy.SloPolicySpec: {
        "periods": "gains",
        "targets": "inside",
        "review": "inside",
        "default_windows": "changes",
        "minimum_events": "falls",
        "loosening_requires": "loses",
    },
    slo_policy.TargetBounds: {"min": "falls", "max": "rises"},
    slo_policy.ReviewCadence: dict.fromkeys(
        ("provisional", "established", "max_provisional"), "rises"
    ),
    slo_policy.BurnRateWindowsSpec: dict.fromkeys(("period", "fast", "slow"), "compared"),
    slo_policy.BurnWindow: {
        **dict.fromkeys(("long", "short", "budget"), "compared"),
        "factor": "free",  # it is computed; burn-factor-mismatch reports another one
    },
    error_budget.ErrorBudgetPolicySpec: {
        "states": "compared",
        "scopes": "compared",
        "min_coverage": "falls",
        "exceptions": "gains",
    },
    rule_policy.RulePolicySpec: dict.fromkeys(("rules", "custom"), "compared"),
    rule_policy.RuleSetting: dict.fromkeys(("severity", "locked", "options"), "compared"),
    rule_policy.CustomRule: {
        **dict.fromkeys(("id", "severity", "subject", "holds", "concerns"), "compared"),
        **dict.fromkeys(("message", "help", "why", "at", "cases"), "free"),
    },
    rule_policy.WaiversSpec: {"waivers": "compared"},
    BaselineSpec: {"findings": "compared"},
    history.HistorySourcesSpec: {
        **dict.fromkeys(("source", "step", "scrape_interval", "span", "store", "keep"), "changes"),
        "keep_labels": "free",
    },
    environments.EnvironmentsSpec: {"environments": "compared"},
    environments.Environment: {
        **dict.fromkeys(("name", "approvals", "after", "servers"), "compared"),
        **dict.fromkeys(("selector_labels", "external_labels", "series"), "changes"),
        # A lower `highest_tier` may silence production.
        **dict.fromkeys(("highest_tier", "ruler", "targets", "history"), "changes"),
    },
    environments.Shard: {
        "name": "compared",
        **dict.fromkeys(("target", "replicas", "external_labels"), "changes"),
        **dict.fromkeys(("replica_label", "drops_replica_label"), "changes"),
    },
    targets.SyncTargetsSpec: {"owner": "changes", "allowed_hosts": "gains", "targets": "compared"},
    targets.FilesTarget: {
        **IN_REPOSITORY,
        **dict.fromkeys(("writes", "folder", "owns_policy_tree"), "changes"),
    },
    targets.KubernetesTarget: {
        **IN_REPOSITORY,
        **dict.fromkeys(("folder", "namespace", "labels", "annotations", "writes"), "changes"),
    },
    targets.BackstageTarget: {
        **IN_REPOSITORY,
        **dict.fromkeys(("folder", "namespace", "groups"), "changes"),
        "grafana": "free",
    },
    targets.CodeOwnersTarget: {**IN_REPOSITORY, "path": "changes"},
    targets.PrometheusTarget: FOLDER_SERVER,
    targets.AlertmanagerTarget: {
        **SERVER,
        **dict.fromkeys(("file", "routes", "secret_files"), "changes"),
    },
    targets.MimirAlertmanagerTarget: {**SERVER, "tenant": "changes", "secrets": "changes"},
    targets.AmazonPrometheusTarget: {**AMAZON, **GROUP_LIMITS},
    targets.AmazonAlertmanagerTarget: {**AMAZON, "topics": "changes", "secrets": "changes"},
    targets.VmalertTarget: FOLDER_SERVER,
    targets.ThanosRulerTarget: FOLDER_SERVER,
    targets.MimirTarget: {**SERVER, "dialect": "changes", "tenant": "changes", **GROUP_LIMITS},
    targets.GrafanaTarget: {
        **API,
        **dict.fromkeys(("token", "namespace", "folder_uid", "folders"), "changes"),
        "folder": "free",
    },
    targets.PagerDutyTarget: {**API, "token": "changes", "services": "changes"},
    targets.DatadogTarget: {**API, "api_key": "changes", "application_key": "changes"},
    targets.ChangeLimits: dict.fromkeys(("deletes", "updates", "from_count"), "rises"),
}
"""The guards of `policies/`."""

SERVICES: Final[Mapping[type[Model], Mapping[str, Guard]]] = {
    ownership.OwnershipSpec: {
        **dict.fromkeys(("service", "team", "approvers"), "approvers-changed"),
        **dict.fromkeys(("criticality", "lifecycle"), "policy-loosened"),
        **dict.fromkeys(("description", "system", "sre", "dependencies", "hierarchy"), "free"),
        # slo-deleted and approvers-changed compare what each environment has.
        "environments": "slo-deleted",
    },
    ownership.ServiceEnvironment: {"servers": SLO, "notify": "approvers-changed"},
    ownership.Approvers: dict.fromkeys(("product", "technical"), "approvers-changed"),
    incidents.IncidentsSpec: dict.fromkeys(("service", "incidents"), "incident-changed"),
    incidents.Incident: {
        **dict.fromkeys(("name", "start", "end", "slos", "environments"), "incident-changed"),
        **dict.fromkeys(("impact", "postmortem"), "free"),
    },
    incidents.IncidentImpact: dict.fromkeys(("slo", "failed"), "incident-changed"),
    corrections.CorrectionsSpec: dict.fromkeys(("service", "corrections"), SLO),
    corrections.Correction: dict.fromkeys(corrections.Correction.model_fields, SLO),
    alert_policy.AlertPolicySpec: dict.fromkeys(
        ("service", "objectives", "signals"), "signal-deleted"
    ),
    alert_policy.ObjectiveAlerts: {
        **dict.fromkeys(("slo", "objective"), "signal-deleted"),
        **dict.fromkeys(("windows", "minimum_failures"), SLO),
        **dict.fromkeys(("tiers", "no_data", "environments"), "inside"),
        "runbook": "free",
    },
    alert_policy.AlertOverrides: {"windows": SLO, "tiers": "inside", "no_data": "inside"},
    alert_policy.TierOverrides: dict.fromkeys(("fast", "slow"), "tier-changed"),
    alert_policy.NoDataOverride: {"tier": "tier-changed"},
    alert_policy.SignalOverride: {"tier": "tier-changed"},
    alert_policy.Tiers: dict.fromkeys(("fast", "slow"), "tier-changed"),
    alert_policy.NoData: {"tier": "tier-changed", "after": SLO},
    alert_policy.Signal: {
        "name": "signal-deleted",
        "alert_name": "free",  # generated routes match other labels
        "kind": "signal-deleted",
        "tier": "tier-changed",
        "expr": "signal-loosened",
        "for_": "signal-loosened",
        "keep_firing_for": "free",  # it delays the end of an alert, not its start
        **dict.fromkeys(("slo", "labels", "summary", "description", "runbook"), "free"),
        "environments": "inside",
    },
}
"""The guards of the project's own kinds in the directories of services."""

ENTRY: Final = {"reference": SLO, "kind": "free", "metadata": "inside", "spec": SLO}
OPENSLO: Final[Mapping[type[Model], Mapping[str, Guard]]] = {
    metadata.OpenSloMetadata: {
        "name": "slo-deleted",  # or slo-renamed, if the queries are known from the base
        "display_name": "free",
        "labels": "free",  # they are on no series that alerts are made of
        "annotations": "inside",
    },
    metadata.Review: {
        "group_by": SLO,
        "per_shard": SLO,
        # Records of an agreement: slo-review-too-rare compares them with the SloPolicy.
        **dict.fromkeys(("status", "agreed_by", "reviewed", "review_every"), "free"),
        **dict.fromkeys(("journey", "provisional_since", "rationale", "unit"), "free"),
    },
    metadata.AlertAnnotations: {"tier": "tier-changed", "runbook": "free"},
    slo.SloSpec: {
        "description": "free",
        **dict.fromkeys(("service", "indicator", "indicator_ref", "budgeting_method"), SLO),
        **dict.fromkeys(("time_window", "objectives", "alert_policies"), SLO),
    },
    slo.TimeWindow: dict.fromkeys(("duration", "is_rolling", "calendar"), SLO),
    slo.Calendar: dict.fromkeys(("start_time", "time_zone"), SLO),
    slo.SloObjective: {
        "display_name": "slo-labels-changed",
        **dict.fromkeys(("op", "value", "target", "target_percent"), SLO),
        **dict.fromkeys(("time_slice_target", "time_slice_window"), SLO),
        **dict.fromkeys(("indicator", "indicator_ref", "composite_weight"), SLO),
    },
    sli.InlineIndicator: {"metadata": "free", "spec": SLO},
    sli.SliSpec: {"description": "free", "threshold_metric": SLO, "ratio_metric": SLO},
    sli.RatioMetric: dict.fromkeys(("counter", "good", "bad", "total", "raw_type", "raw"), SLO),
    sli.Metric: {"metric_source": SLO},
    # All queries are evaluated by the server that has the rules, not by the named source.
    sli.MetricSource: {"metric_source_ref": "free", "type": SLO, "spec": SLO},
    service.ServiceSpec: {"description": "free"},
    service.DataSourceSpec: {"description": "free", "type": SLO, "connection_details": "free"},
    alerting.AlertConditionSpec: {"description": "free", "severity": "free", "condition": SLO},
    alerting.BurnCondition: {
        "kind": "free",  # there is only one kind
        **dict.fromkeys(("op", "threshold", "lookback_window", "alert_after"), SLO),
    },
    # Receivers are those of the tier; slo-not-compiled says that these are not used.
    alerting.AlertNotificationTargetSpec: {"description": "free", "target": "free"},
    alerting.OpenSloAlertPolicySpec: {
        "description": "free",
        **dict.fromkeys(("alert_when_no_data", "alert_when_breaching", "conditions"), SLO),
        "alert_when_resolved": "free",  # slo-not-compiled: it is not used
        "notification_targets": "free",
    },
    alerting.ConditionEntry: ENTRY,
    alerting.TargetEntry: dict.fromkeys(("reference", "kind", "metadata", "spec"), "free"),
    alerting.AlertPolicyEntry: ENTRY,
}
"""The guards of OpenSLO documents."""


def guards() -> Mapping[type[Model], Mapping[str, Guard]]:
    """Return the guards of all kinds."""
    return {**POLICIES, **SERVICES, **OPENSLO}
