"""A first promise of a service: all answers of the interview, and the files they become."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Final, Literal

from reliability.onboarding.people import People, team_text

LEFT_OUT: Final = re.compile(
    r"\b(an?|the|of|to|in|on|at|for|and|or|is|are|be|can|their|his|her|its|my|our|with|from)\b"
)
LONGEST: Final = 63
MetricSource = Literal["Prometheus", "Datadog"]
"""A metricSource of OpenSLO."""

SLO: Final = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: {slo}
  annotations:
    reliability/journey: {journey}
    reliability/status: provisional           # a first number; {due} brings it back
    reliability/agreed-by: {agreed}
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
    - displayName: kept
      target: {target}                 # what is left is the error budget
"""
POLICY: Final = """\
apiVersion: reliability/v1
kind: AlertPolicy
metadata: {{name: {name}}}
spec:
  service: {service}
  objectives:                       # burn-rate alerts: derived from the SLO, never hand-written
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
  criticality: {criticality}          # its worth: critical, important or standard
  approvers:                        # who agrees when a promise changes
    product: "{product}"
    technical: "{technical}"
"""
RUNBOOK: Final = """\
# {journey}: the error budget burns

**What users feel.** {hurts}.

**First look.** What fails, and since when:

```
{look}
```

Then the last deployment of {service}, and what it depends on.

**First action.** If a deployment came just before, take it back; then look for the cause.
Write here what helped, each time: this page is read by somebody who was asleep a minute ago.

**Who.** Team {team}. The promise was agreed with {product} and {technical}.
"""


@dataclass(frozen=True, slots=True)
class NewSli:
    """What counts: good or bad events (`counts`), and all of them, in the source's language."""

    counts: str
    events: str
    total: str
    source: MetricSource = "Prometheus"


@dataclass(frozen=True, slots=True)
class NewSlo:
    """Everything that was answered. `fast` is the tier of a budget that burns fast.

    `period` and `windows` are those of the policy, `review_every` is its cadence for first numbers.
    """

    service: str
    slo: str
    journey: str
    hurts: str
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
    """A floor on failed events, for so little traffic that one failure would fire."""

    @property
    def due(self) -> date:
        """The day of its review."""
        return self.today + self.review_every

    @property
    def runbook(self) -> PurePosixPath:
        """What a woken person reads first."""
        return PurePosixPath("docs/runbooks", f"{self.slo}.md")

    def path(self, name: str) -> PurePosixPath:
        """`services/<service>/<name>.yaml`."""
        return PurePosixPath("services", self.service, f"{name}.yaml")


def files_of(promise: NewSlo) -> dict[PurePosixPath, str]:
    """The files of a promise, as if none were there."""
    return {
        promise.path("slo"): slo_text(promise),
        promise.path("alert-policy"): policy_text(promise, promise.service),
        promise.path("ownership"): ownership_text(promise),
        promise.runbook: runbook_text(promise),
    }


def team_file(promise: NewSlo) -> Mapping[PurePosixPath, str]:
    """The team's file, for one that nobody has declared."""
    path = PurePosixPath("policies/teams", f"{promise.people.team}.yaml")
    return {path: team_text(promise.people)}


def slo_text(promise: NewSlo) -> str:
    """The OpenSLO document."""
    agreed = ", ".join(dict.fromkeys((promise.product, promise.technical)))
    return SLO.format(
        slo=promise.slo,
        journey=_quoted(promise.journey),
        due=promise.due.isoformat(),
        agreed=_quoted(agreed),
        today=promise.today.isoformat(),
        every=promise.review_every.days,
        rationale=_quoted(promise.rationale),
        service=promise.service,
        counts=promise.indicator.counts,
        source=promise.indicator.source,
        events=_single(promise.indicator.events),
        total=_single(promise.indicator.total),
        period=promise.period.days,
        target=f"{promise.target:f}",
    )


def policy_text(promise: NewSlo, name: str) -> str:
    """An alert policy with this one promise."""
    return POLICY.format(
        name=name,
        service=promise.service,
        slo=promise.slo,
        windows=promise.windows,
        fast=promise.fast,
        floor=_floor(promise),
        runbook=promise.runbook,
    )


def _floor(promise: NewSlo) -> str:
    if promise.minimum_failures is None:
        return ""
    why = "with so few events, one failure alone would fire"
    return FLOOR.format(number=promise.minimum_failures, why=why)


def ownership_text(promise: NewSlo) -> str:
    """Who answers."""
    return OWNERSHIP.format(
        service=promise.service,
        team=promise.people.team,
        criticality=promise.criticality,
        product=promise.product,
        technical=promise.technical,
    )


def runbook_text(promise: NewSlo) -> str:
    """The runbook's first version: what is known after the interview."""
    events, total = promise.indicator.events, promise.indicator.total
    is_plain = "{{" not in events + total and "(" not in total.partition("{")[0]
    ratio = f"sum(rate({events}[5m])) / sum(rate({total}[5m]))" if is_plain else events
    if promise.indicator.source == "Datadog":
        ratio = f"{events} / {total}"
    return RUNBOOK.format(
        journey=_one_line(promise.journey).rstrip("."),
        hurts=_one_line(promise.hurts).rstrip("."),
        look=ratio,
        service=promise.service,
        team=promise.people.team,
        product=promise.product,
        technical=promise.technical,
    )


def slo_name(service: str, journey: str) -> str:
    """A name made of the service and the first telling words of its journey."""
    words = re.findall(r"[a-z0-9]+", LEFT_OUT.sub(" ", journey.lower()))
    name = "-".join((service, *words[:3]))
    return name[:LONGEST].strip("-")


def _quoted(text: str) -> str:
    """A text in YAML's double quotes, which JSON's are too."""
    return json.dumps(_one_line(text), ensure_ascii=False)


def _single(text: str) -> str:
    return "'" + _one_line(text).replace("'", "''") + "'"


def _one_line(text: str) -> str:
    return " ".join(text.split())
