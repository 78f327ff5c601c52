"""The first SLO of a service: the answers of the interview, and the files written from them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Final, Literal

from reliability.onboarding.people import People, handle_text, team_text
from reliability.promql.histogram_query import HistogramQuery
from reliability.promql.query import read_query

LEFT_OUT: Final = re.compile(
    r"\b(an?|the|of|to|in|on|at|for|and|or|is|are|be|can|their|his|her|its|my|our|with|from)\b"
)
LONGEST: Final = 63
MetricSource = Literal["Prometheus", "Datadog"]
"""The `type` of an OpenSLO metricSource."""

SLO: Final = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: {slo}
  annotations:
    reliability/journey: {journey}
    reliability/status: provisional           # a first target, due for review on {due}
    reliability/reviewed: "{today}"
    reliability/review-every: {every}d
    reliability/rationale: {rationale}
spec:
  service: {service}
  indicator:
    metadata: {{name: {slo}-events}}
    spec:
      ratioMetric:
        counter: true
        {counts}: {{metricSource: {{type: {source}, spec: {{query: {events}}}}}}}
        total: {{metricSource: {{type: {source}, spec: {{query: {total}}}}}}}
  timeWindow: [{{duration: {period}d, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives:
    - displayName: succeeded
      target: {target}                 # 1 - target is the error budget
"""
POLICY: Final = """\
apiVersion: reliability/v1
kind: AlertPolicy
metadata: {{name: {name}}}
spec:
  service: {service}
  objectives:                       # burn-rate alerts are generated from the SLO
    - slo: {slo}
      windows: {windows}
      tiers: {{fast: {fast}, slow: ticket}}
{floor}      runbook: {runbook}
"""
FLOOR: Final = """\
      minimumFailures: {number}            # {why}
"""
OWNERSHIP: Final = """\
apiVersion: reliability/v1
kind: Ownership
metadata: {{name: {service}}}
spec:
  team: {team}
  criticality: {criticality}          # critical, important or standard
"""
APPROVERS: Final = """\
  approvers:                        # who approves changes of an SLO
    product: {product}
    technical: {technical}
"""
RUNBOOK: Final = """\
# {journey}: high error budget burn rate

{user_impact}**Investigate.** What fails, and since when:

```
{look}
```

Then check the last deployment of {service} and its dependencies.

**Mitigate.** If a deployment came just before, roll it back; then look for the cause.
After each incident, add what helped: the on-call engineer reads this page first.

**Contacts.** Team {team}.{approvers}
"""


@dataclass(frozen=True, slots=True)
class NewSli:
    """The queries of the good or bad events (`counts`) and of all events."""

    counts: str
    events: str
    total: str
    source: MetricSource = "Prometheus"

    @property
    def lines(self) -> tuple[str, str]:
        """Both queries in words, for people."""
        return f"{f'{self.counts}:':8}{_one_line(self.events)}", f"total:  {_one_line(self.total)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSlo:
    """The answers of the interview. `fast` is the tier of the fast-burn alert.

    `user_impact`, `product` and `technical` are empty if nobody has said them.
    `period` and `windows` come from the policy, `review_every` is its review interval for
    provisional SLOs.
    """

    service: str
    slo: str
    journey: str
    user_impact: str
    indicator: NewSli
    target: Decimal
    rationale: str
    people: People
    product: str
    technical: str
    criticality: str
    fast: str
    today: date
    period: timedelta
    windows: str
    review_every: timedelta
    minimum_failures: int | None = None
    """The failed events that an alert requires; None if traffic makes it needless."""

    @property
    def due(self) -> date:
        """The date of the first review."""
        return self.today + self.review_every

    @property
    def runbook(self) -> PurePosixPath:
        """The path of the runbook."""
        return PurePosixPath("docs/runbooks", f"{self.slo}.md")

    def path(self, name: str) -> PurePosixPath:
        """Return `services/<service>/<name>.yaml`."""
        return PurePosixPath("services", self.service, f"{name}.yaml")


def files_of(new_slo: NewSlo) -> dict[PurePosixPath, str]:
    """Return the files of a new SLO, regardless of existing ones."""
    return {
        new_slo.path("slo"): slo_text(new_slo),
        new_slo.path("alert-policy"): policy_text(new_slo, new_slo.service),
        new_slo.path("ownership"): ownership_text(new_slo),
        new_slo.runbook: runbook_text(new_slo),
    }


def team_file(new_slo: NewSlo) -> Mapping[PurePosixPath, str]:
    """Return the file of a team that is not declared yet."""
    path = PurePosixPath("policies/teams", f"{new_slo.people.team}.yaml")
    return {path: team_text(new_slo.people)}


def slo_text(new_slo: NewSlo) -> str:
    """Return the OpenSLO document."""
    return SLO.format(
        slo=new_slo.slo,
        journey=_quoted(new_slo.journey),
        due=new_slo.due.isoformat(),
        today=new_slo.today.isoformat(),
        every=new_slo.review_every.days,
        rationale=_quoted(new_slo.rationale),
        service=new_slo.service,
        counts=new_slo.indicator.counts,
        source=new_slo.indicator.source,
        events=_single(new_slo.indicator.events),
        total=_single(new_slo.indicator.total),
        period=new_slo.period.days,
        target=f"{new_slo.target:f}",
    )


def policy_text(new_slo: NewSlo, name: str) -> str:
    """Return an alert policy for this SLO only."""
    return POLICY.format(
        name=name,
        service=new_slo.service,
        slo=new_slo.slo,
        windows=new_slo.windows,
        fast=new_slo.fast,
        floor=_floor(new_slo),
        runbook=new_slo.runbook,
    )


def _floor(new_slo: NewSlo) -> str:
    if new_slo.minimum_failures is None:
        return ""
    why = "with so few events, a single failure would fire"
    return FLOOR.format(number=new_slo.minimum_failures, why=why)


def ownership_text(new_slo: NewSlo) -> str:
    """Return the ownership document."""
    text = OWNERSHIP.format(
        service=new_slo.service, team=new_slo.people.team, criticality=new_slo.criticality
    )
    if not (new_slo.product or new_slo.technical):
        return text
    product, technical = map(handle_text, (new_slo.product, new_slo.technical))
    return text + APPROVERS.format(product=product, technical=technical)


def runbook_text(new_slo: NewSlo) -> str:
    """Return the first version of the runbook, from the answers."""
    events, total = new_slo.indicator.events, new_slo.indicator.total
    is_plain = "{{" not in events + total and "(" not in total.partition("{")[0]
    ratio = f"sum(rate({events}[5m])) / sum(rate({total}[5m]))" if is_plain else events
    histogram = read_query(events) if new_slo.indicator.source == "Prometheus" else None
    if isinstance(histogram, HistogramQuery) and histogram.bounds is not None:
        bounds = ", ".join(histogram.bounds)
        ratio = f"histogram_fraction({bounds}, sum(rate({histogram.selector}[5m])))"
    if new_slo.indicator.source == "Datadog":
        ratio = f"{events} / {total}"

    impact = _one_line(new_slo.user_impact).rstrip(".")
    approvers = dict.fromkeys(filter(None, (new_slo.product, new_slo.technical)))
    return RUNBOOK.format(
        journey=_one_line(new_slo.journey).rstrip("."),
        user_impact=f"**User impact.** {impact}.\n\n" if impact else "",
        look=ratio,
        service=new_slo.service,
        team=new_slo.people.team,
        approvers=f" Changes of the SLO are approved by {' and '.join(approvers)}."
        if approvers
        else "",
    )


def slo_name(service: str, journey: str) -> str:
    """Return a name from the service and the first three significant words of the journey."""
    words = re.findall(r"[a-z0-9]+", LEFT_OUT.sub(" ", journey.lower()))
    name = "-".join((service, *words[:3]))
    return name[:LONGEST].strip("-")


def _quoted(text: str) -> str:
    """Return a text in double quotes; a JSON string is valid YAML."""
    return json.dumps(_one_line(text), ensure_ascii=False)


def _single(text: str) -> str:
    return "'" + _one_line(text).replace("'", "''") + "'"


def _one_line(text: str) -> str:
    return " ".join(text.split())
