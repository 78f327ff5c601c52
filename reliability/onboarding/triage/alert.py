"""One alert with its verdict and flags, derived from its rules and messages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from reliability.convert.names import slug
from reliability.convert.prometheus_rules.services import LABELS as SERVICE_LABELS
from reliability.onboarding.triage.collector import Key, SourceMessages
from reliability.onboarding.triage.declared import DeclaredRule, unknown_metrics
from reliability.onboarding.triage.flags import Flag, FlagEvidence, flags_of
from reliability.onboarding.triage.judge import Case, judge
from reliability.onboarding.triage.tally import Figures
from reliability.onboarding.triage.urgent import why_urgent
from reliability.onboarding.triage.verdict import TierVerdict
from reliability.timespan import TimeSpan


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of the worksheet: a tier or `remove`, who decided, and why."""

    tier: str
    by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriagedAlert:
    """One alert; without a decision the tier of the verdict applies.

    `distinction` tells it from other alerts of its name and severity; empty without any.
    """

    id: str
    name: str
    severity: str
    service: str
    team: str
    sources: tuple[str, ...]
    locations: tuple[str, ...]
    rules: tuple[DeclaredRule, ...]
    example: str
    figures: Figures
    verdict: TierVerdict
    flags: tuple[Flag, ...]
    distinction: str = ""
    decided: Decision | None = None

    @property
    def title(self) -> str:
        """Name, severity, and what tells it apart: `HighErrorRate (critical, service=cart)`."""
        details = ", ".join(filter(None, (self.severity, self.distinction)))
        return f"{self.name} ({details})" if details else self.name

    @property
    def tier(self) -> str:
        """The decided tier, or else the proposed one."""
        return self.decided.tier if self.decided else self.verdict.tier

    @property
    def impact(self) -> str:
        """The user impact: yes, no or unknown; a decision for the alert tier means yes."""
        if self.decided is not None:
            return "yes" if self.decided.tier == "alert" else "no"
        return self.verdict.impact


@dataclass(frozen=True, slots=True)
class ServiceIncident:
    """An incident with user impact on a service."""

    service: str
    span: TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageKnowledge:
    """Facts from other sources than messages and rules.

    `metrics` and `unhealthy` come from a live server; `evaluated` are the names of the alerting
    rules that it runs: whether others would have fired is unknown. `teams` are the owners of the
    services in the repository.
    """

    metrics: frozenset[str] = frozenset()
    unhealthy: Mapping[str, str] = field(default_factory=dict)
    evaluated: frozenset[str] = frozenset()
    teams: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    incidents: tuple[ServiceIncident, ...] = ()


def id_of(key: Key) -> str:
    """Return an ID that is readable and the same in every run."""
    # Of an alert that is the only one of its name, it is the same as without rules.
    apart = f"\n{key.distinction}" if key.distinction else ""
    written = f"{key.name}\n{key.severity}\n{key.is_alert}{apart}".encode()
    return f"{slug(key.name)[:40].strip('-')}-{hashlib.sha256(written).hexdigest()[:8]}".lstrip("-")


def alerts(messages: Iterable[SourceMessages], known: TriageKnowledge) -> list[TriagedAlert]:
    """Return every alert, those with the most notifications first."""
    made = [_alert(messages, known) for messages in messages]
    made = [*_with_twins(made)]
    return sorted(
        made,
        key=lambda alert: (-alert.figures.notifications, -alert.figures.fired, alert.name),
    )


def _alert(messages: SourceMessages, known: TriageKnowledge) -> TriagedAlert:
    rule = messages.rules[0] if messages.rules else None
    tally, key = messages.tally, messages.key
    service = _service(rule, key.distinction) or _most(tally.services)
    team = (rule.team if rule else "") or _most(tally.teams) or known.teams.get(service, "")
    incidents = [incident.span for incident in known.incidents if service in ("", incident.service)]
    figures, name = tally.figures(incidents), id_of(key)
    seen = FlagEvidence(
        figures=figures,
        is_declared=rule is not None,
        has_owner=bool(team),
        was_evaluated=key.name in known.evaluated and not messages.is_shared,
        dead=_dead(messages.rules, known),
        locations=len(tally.locations),
    )

    return TriagedAlert(
        id=name,
        name=key.name,
        severity=_severity(messages),
        distinction=key.distinction,
        service=service,
        team=team,
        sources=tuple(sorted(tally.sources | ({"rules"} if rule else set()))),
        locations=tuple(sorted(tally.locations)),
        rules=messages.rules,
        example=tally.example,
        figures=figures,
        verdict=judge(_case(messages, figures, has_incidents=bool(incidents))),
        flags=tuple(flags_of(seen)),
        decided=known.decisions.get(name),
    )


def _service(rule: DeclaredRule | None, distinction: str) -> str:
    """Return the service of a rule: that of a matcher, if only the matcher tells rules apart."""
    label, _, value = distinction.partition(", ")[0].partition("=")
    return slug(value) if label in SERVICE_LABELS else (rule.service if rule else "")


def _case(messages: SourceMessages, figures: Figures, *, has_incidents: bool) -> Case:
    rules = messages.rules
    tally, name = messages.tally, messages.key.name
    # The name is a template, in which numbers such as those of hours are replaced.
    line = "" if messages.key.is_alert else tally.example
    body = "\n".join((*(rule.summary for rule in rules), line, tally.body))
    urgent = next((rule.urgent for rule in rules if rule.urgent), "")
    return Case(
        name=name,
        severity=_severity(messages),
        figures=figures,
        guess=rules[0].guess if rules else None,
        burns=any(rule.burn is not None for rule in rules),
        has_runbook=any(rule.runbook for rule in rules),
        body=body,
        urgent=urgent or ("" if rules else why_urgent(name, "", f"{tally.example}\n{body}") or ""),
        has_incidents=has_incidents,
        is_over=not rules and tally.is_over,
    )


def _severity(messages: SourceMessages) -> str:
    return messages.key.severity or _most(messages.tally.severities)


def _dead(rules: Iterable[DeclaredRule], known: TriageKnowledge) -> str:
    """Return why none of the rules can fire; empty if one can."""
    reasons = [_reason(rule, known) for rule in rules]
    return reasons[0] if reasons and all(reasons) else ""


def _reason(rule: DeclaredRule, known: TriageKnowledge) -> str:
    if rule.dead:
        return rule.dead
    if rule.name in known.unhealthy:
        return known.unhealthy[rule.name]
    missing = unknown_metrics(rule, known.metrics)
    return f"the server has no series of {', '.join(missing)}" if missing else ""


def _most(counted: Mapping[str, int]) -> str:
    return max(counted, key=counted.__getitem__, default="")


def _with_twins(made: Iterable[TriagedAlert]) -> Iterable[TriagedAlert]:
    """Flag rules whose expression another rule has, too."""
    first: dict[str, str] = {}
    for alert in made:
        twins = [first.setdefault(rule.expr, rule.location) for rule in alert.rules]
        pairs = zip(twins, alert.rules, strict=True)
        other = next((twin for twin, rule in pairs if twin != rule.location), None)

        if other is None:
            yield alert
        else:
            flag = Flag("duplicate", f"the same expression is used at {other}")
            kept = tuple(other_flag for other_flag in alert.flags if other_flag.word != "duplicate")
            yield replace(alert, flags=(*kept, flag))
