"""What sync targets cannot express, as a table that compilers, findings and docs share.

Sources for Datadog: the description of its API (DataDog/datadog-api-client-python at 6d8f356,
`.generator/schemas/v1/openapi.yaml`), and
https://docs.datadoghq.com/service_level_objectives/burn_rate/. For rulers: the limits of a tenant,
pkg/ruler/ruler.go of Mimir and Cortex. For Kubernetes: the limit of prometheus-operator
(`ValidateRule`, pkg/operator/rules.go). For vmalert: VictoriaMetrics stores native histograms as
series of its own `vmrange` buckets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reliability.finding import Problem
from reliability.location import Location
from reliability.message import Message

DATADOG: Final = "Datadog"
PAGERDUTY: Final = "PagerDuty"
GRAFANA: Final = "Grafana"
AMAZON: Final = "Amazon Managed Prometheus"
PROMETHEUS: Final = "Prometheus"
VICTORIA: Final = "vmalert"
RULER: Final = "a ruler"
KUBERNETES: Final = "Kubernetes"
CODEOWNERS: Final = "CODEOWNERS"
EVERY: Final = "every sync target"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetGap:
    """A feature of our documents that a target cannot express, and the nearest that it can.

    `nearest` is None if there is nothing near: then it is not compiled. `rule` reports it.
    """

    feature: str
    target: str
    what: Message
    nearest: Message | None
    help: Message
    rule: str = "sync-target-inexact"

    def problem(self, at: Location, asked: str = "", gets: str = "") -> Problem:
        """Return the finding at the location that asks for the feature.

        `asked` is what is written there, and `gets` the value that the target gets instead.
        """
        return Problem(at, self._message(asked, gets), self.help, subject=self.feature)

    def _message(self, asked: str, gets: str) -> Message:
        what = Message("{what} ({value})", what=self.what, value=asked) if asked else self.what
        if self.nearest is None:
            return Message(
                "{target} cannot express {what}, so it is not compiled",
                target=self.target,
                what=what,
            )
        nearest = (
            Message("{what} ({value})", what=self.nearest, value=gets) if gets else self.nearest
        )
        return Message(
            "{target} cannot express {what}; it gets {nearest}",
            target=self.target,
            what=what,
            nearest=nearest,
        )


ROLLING_PERIOD: Final = TargetGap(
    feature="rolling-period",
    target=DATADOG,
    what=Message("a rolling period other than 7, 30 or 90 days"),
    nearest=Message("the nearest of these"),
    help=Message("write a timeWindow of 7d, 30d or 90d"),
)
CALENDAR_PERIOD: Final = TargetGap(
    feature="calendar-period",
    target=DATADOG,
    what=Message("a calendar period"),
    nearest=Message("the nearest rolling period"),
    help=Message("write a rolling timeWindow of 7d, 30d or 90d"),
)
SLICE_LENGTH: Final = TargetGap(
    feature="slice-length",
    target=DATADOG,
    what=Message("a time slice other than 1 or 5 minutes"),
    nearest=Message("the nearest of these"),
    help=Message("write timeSliceWindow: 1m or 5m"),
)
COUNTED_THRESHOLD: Final = TargetGap(
    feature="threshold-occurrences",
    target=DATADOG,
    what=Message("a threshold that is counted by sample"),
    nearest=Message("time slices of 1 minute"),
    help=Message("write budgetingMethod: Timeslices with timeSliceWindow: 1m"),
)
TARGET_PRECISION: Final = TargetGap(
    feature="target-precision",
    target=DATADOG,
    what=Message("a target with more than 3 decimals of a percentage"),
    nearest=Message("the rounded target"),
    help=Message("write a target with at most 5 decimals, such as 0.99995"),
)
LONG_WINDOW: Final = TargetGap(
    feature="long-window",
    target=DATADOG,
    what=Message("a long window of more than 48 hours"),
    nearest=Message("the same share of the error budget in 24 hours"),
    help=Message("use a window set with long windows of 1 to 48 hours, such as datadog-30d"),
)
SHORTER_WINDOW: Final = TargetGap(
    feature="shorter-window",
    target=DATADOG,
    what=Message("a long window of less than 1 hour"),
    nearest=Message("the same burn rate over 1 hour"),
    help=Message("use a window set with long windows of 1 to 48 hours, such as datadog-30d"),
)
SINGLE_WINDOW: Final = TargetGap(
    feature="single-window",
    target=DATADOG,
    what=Message("a burn rate over one window"),
    nearest=Message("a second window of a twelfth of its length"),
    help=Message("write the alert in an alert policy, with a long and a short window"),
)
PENDING_TIME: Final = TargetGap(
    feature="alert-after",
    target=DATADOG,
    what=Message("a burn rate that lasts for some time before the alert"),
    nearest=Message("an alert at once"),
    help=Message("remove alertAfter, or accept an earlier alert"),
)
MINIMUM_FAILURES: Final = TargetGap(
    feature="minimum-failures",
    target=DATADOG,
    what=Message("minimumFailures"),
    nearest=Message("an alert without it, so few failures can page at low traffic"),
    help=Message("remove minimumFailures, or use longer windows"),
)
FACTOR_TOO_HIGH: Final = TargetGap(
    feature="burn-rate-impossible",
    target=DATADOG,
    what=Message("a burn rate that no error ratio reaches"),
    nearest=Message("the alert without this window pair"),
    help=Message("use lower burn rates, or raise the target"),
)
GROUPS: Final = TargetGap(
    feature="group-by",
    target=DATADOG,
    what=Message("an error budget for each group"),
    nearest=Message("one error budget for all groups"),
    help=Message("write one SLO for each group, with its tag in the queries"),
)
ENVIRONMENTS: Final = TargetGap(
    feature="environments",
    target=DATADOG,
    what=Message("an SLO for each environment"),
    nearest=Message("one SLO for all environments"),
    help=Message("write one SLO for each environment, with its tag in the queries"),
)
HANDLES: Final = TargetGap(
    feature="channels",
    target=DATADOG,
    what=Message("a Slack channel or PagerDuty service of a team"),
    nearest=Message("a monitor that notifies nobody"),
    help=Message("write spec.datadog with the handles of this tier in the team's document"),
)
NO_ESCALATION: Final = TargetGap(
    feature="escalation-policy",
    target=PAGERDUTY,
    what=Message("the on-call engineer of a team without an escalation policy"),
    nearest=None,
    help=Message("write onCall.pagerduty.escalationPolicy with the ID of an existing policy"),
)
RATIO_SLICES: Final = TargetGap(
    feature="ratio-timeslices",
    target=DATADOG,
    what=Message("budgetingMethod RatioTimeslices"),
    nearest=None,
    help=Message("write budgetingMethod: Timeslices or Occurrences"),
    rule="slo-not-compiled",
)
RAW_RATIO: Final = TargetGap(
    feature="raw-occurrences",
    target=DATADOG,
    what=Message("a raw ratio with budgetingMethod Occurrences"),
    nearest=None,
    help=Message("write good and total, or budgetingMethod: Timeslices"),
    rule="slo-not-compiled",
)
OTHER_QUERIES: Final = TargetGap(
    feature="other-queries",
    target=PROMETHEUS,
    what=Message("queries of other tools"),
    nearest=None,
    help=Message("use a Prometheus source, or declare a target with provider: datadog"),
    rule="slo-not-compiled",
)
COMPOSITE: Final = TargetGap(
    feature="composite",
    target=EVERY,
    what=Message("an SLI of a single objective (composite SLO)"),
    nearest=None,
    help=Message("write one SLO for each indicator"),
    rule="slo-not-compiled",
)
NO_BUDGET: Final = TargetGap(
    feature="target-100",
    target=EVERY,
    what=Message("a target of 100 %"),
    nearest=None,
    help=Message("lower the target: 0.999"),
    rule="slo-objective-100",
)

NATIVE_HISTOGRAM: Final = TargetGap(
    feature="native-histogram",
    target=VICTORIA,
    what=Message("an SLI of native histograms"),
    nearest=Message("rules that never have data"),
    help=Message("use a counter, or send this service to a Prometheus"),
)
UNRECORDED: Final = TargetGap(
    feature="dashboard-other-queries",
    target=GRAFANA,
    what=Message("an SLO of another tool's queries, which Prometheus does not record"),
    nearest=Message("dashboards without it"),
    help=Message("use a Prometheus source, or look at this SLO in the other tool"),
)
MANY_RUNBOOKS: Final = TargetGap(
    feature="dashboard-runbooks",
    target=GRAFANA,
    what=Message("more runbooks than a dashboard of 700 kB has room for"),
    nearest=Message("tables without the column of runbooks"),
    help=Message("write folders: service, so that each service has a dashboard of its own"),
)
NO_INHIBITION: Final = TargetGap(
    feature="inhibition",
    target=GRAFANA,
    what=Message("an alert that mutes the ticket of the same error budget"),
    nearest=Message("both notifications"),
    help=Message("route with Alertmanager, or accept a ticket beside each alert"),
)
NO_UNROUTED: Final = TargetGap(
    feature="unrouted-contact-point",
    target=GRAFANA,
    what=Message("policies for alerts without a route, if no team has a channel for them"),
    nearest=None,
    help=Message("write channels.ticket with slack or webhook in the document of a team"),
)
NO_TOPIC: Final = TargetGap(
    feature="notification-topic",
    target=AMAZON,
    what=Message("a receiver without an SNS topic"),
    nearest=Message("a receiver that notifies nobody"),
    help=Message("add it to topics of the sync target, with the ARN of a topic"),
)
LARGE_GROUP: Final = TargetGap(
    feature="large-group",
    target=RULER,
    what=Message("a group with more rules than maxRulesPerGroup"),
    nearest=Message("several groups, whose rules read each other one interval late"),
    help=Message("raise the limit of the tenant and maxRulesPerGroup"),
)
MANY_GROUPS: Final = TargetGap(
    feature="many-groups",
    target=RULER,
    what=Message("more groups than maxGroups"),
    nearest=Message("the groups that fit, and refuses the rest"),
    help=Message("raise the limit of the tenant and maxGroups, or use several tenants"),
)
LARGE_SERVICE: Final = TargetGap(
    feature="large-service",
    target=KUBERNETES,
    what=Message("rules of one service that are larger than a PrometheusRule may be"),
    nearest=Message("several PrometheusRules, with whole groups in each"),
    help=Message("accept it, or write the SLOs of this service as several services"),
)
CODE_HOST: Final = TargetGap(
    feature="code-host",
    target=CODEOWNERS,
    what=Message("a team without a handle on the code host"),
    nearest=Message("each of its members"),
    help=Message("write codeHost with the handle of the team: @organization/team"),
)

TARGET_GAPS: Final[tuple[TargetGap, ...]] = (
    ROLLING_PERIOD,
    CALENDAR_PERIOD,
    SLICE_LENGTH,
    COUNTED_THRESHOLD,
    TARGET_PRECISION,
    LONG_WINDOW,
    SHORTER_WINDOW,
    SINGLE_WINDOW,
    PENDING_TIME,
    MINIMUM_FAILURES,
    FACTOR_TOO_HIGH,
    GROUPS,
    ENVIRONMENTS,
    HANDLES,
    NO_ESCALATION,
    RATIO_SLICES,
    RAW_RATIO,
    OTHER_QUERIES,
    COMPOSITE,
    NATIVE_HISTOGRAM,
    UNRECORDED,
    MANY_RUNBOOKS,
    NO_INHIBITION,
    NO_UNROUTED,
    NO_TOPIC,
    LARGE_GROUP,
    MANY_GROUPS,
    LARGE_SERVICE,
    CODE_HOST,
    NO_BUDGET,
)
"""All gaps: add a row here, a case to `tests/check/test_target_gaps.py`, and generate the docs."""
