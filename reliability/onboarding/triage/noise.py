"""One noise with all that triage says of it, and how it is made of what was heard."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from reliability.convert.names import slug
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
    """What people decided of a noise: a tier or `remove`, by whom, and why."""

    tier: str
    by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class NotificationSource:
    """One noise. `decided` is None where nobody has decided: then the verdict's tier counts."""

    id: str
    name: str
    severity: str
    service: str
    team: str
    sources: tuple[str, ...]
    places: tuple[str, ...]
    rules: tuple[DeclaredRule, ...]
    example: str
    figures: Figures
    verdict: TierVerdict
    flags: tuple[Flag, ...]
    decided: Decision | None = None

    @property
    def tier(self) -> str:
        """The tier that counts: people's, else the one that is proposed."""
        return self.decided.tier if self.decided else self.verdict.tier

    @property
    def impact(self) -> str:
        """Whether users feel it: yes, no or unknown. People's decisions count as knowledge."""
        if self.decided is not None:
            return "yes" if self.decided.tier == "alert" else "no"
        return self.verdict.impact


@dataclass(frozen=True, slots=True)
class ServiceIncident:
    """When users felt something of a service."""

    service: str
    span: TimeSpan


@dataclass(frozen=True, slots=True)
class TriageKnowledge:
    """What is known around the noises.

    `metrics` and `unhealthy` are those of a live server, `evaluated` the names of the alerting
    rules that it runs: of others nobody knows whether they would have fired. `teams` are the owners
    of services that the repository declares.
    """

    metrics: frozenset[str] = frozenset()
    unhealthy: Mapping[str, str] = field(default_factory=dict)
    evaluated: frozenset[str] = frozenset()
    teams: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    incidents: tuple[ServiceIncident, ...] = ()


def id_of(key: Key) -> str:
    """A name that stays the same from run to run, and can be read."""
    written = f"{key.name}\n{key.severity}\n{key.is_alert}".encode()
    return f"{slug(key.name)[:40].strip('-')}-{hashlib.sha256(written).hexdigest()[:8]}".lstrip("-")


def noises(heard: Iterable[SourceMessages], known: TriageKnowledge) -> list[NotificationSource]:
    """Every noise, the loudest first."""
    made = [_noise(messages, known) for messages in heard]
    made = [*_with_twins(made)]
    return sorted(
        made, key=lambda pair: (-pair.figures.notifications, -pair.figures.fired, pair.name)
    )


def _noise(heard: SourceMessages, known: TriageKnowledge) -> NotificationSource:
    rule = heard.rules[0] if heard.rules else None
    tally, key = heard.tally, heard.key
    service = (rule.service if rule else "") or _most(tally.services)
    team = (rule.team if rule else "") or _most(tally.teams) or known.teams.get(service, "")
    felt = [incident.span for incident in known.incidents if service in ("", incident.service)]
    figures, name = tally.figures(felt), id_of(key)
    seen = FlagEvidence(
        figures,
        is_declared=rule is not None,
        has_owner=bool(team),
        was_evaluated=key.name in known.evaluated,
        dead=_dead(heard.rules, known),
        places=len(tally.places),
    )
    return NotificationSource(
        id=name,
        name=key.name,
        severity=_severity(heard),
        service=service,
        team=team,
        sources=tuple(sorted(tally.sources | ({"rules"} if rule else set()))),
        places=tuple(sorted(tally.places)),
        rules=heard.rules,
        example=tally.example,
        figures=figures,
        verdict=judge(_case(heard, figures, has_incidents=bool(felt))),
        flags=tuple(flags_of(seen)),
        decided=known.decisions.get(name),
    )


def _case(heard: SourceMessages, figures: Figures, *, has_incidents: bool) -> Case:
    rules = heard.rules
    body = "\n".join((*(rule.summary for rule in rules), heard.tally.body))
    urgent = next((rule.urgent for rule in rules if rule.urgent), "")
    return Case(
        name=heard.key.name,
        severity=_severity(heard),
        figures=figures,
        guess=rules[0].guess if rules else None,
        burns=any(rule.burn is not None for rule in rules),
        has_runbook=any(rule.runbook for rule in rules),
        body=body,
        urgent=urgent or ("" if rules else why_urgent(heard.key.name, "", body) or ""),
        has_incidents=has_incidents,
    )


def _severity(heard: SourceMessages) -> str:
    return heard.key.severity or _most(heard.tally.severities)


def _dead(rules: Iterable[DeclaredRule], known: TriageKnowledge) -> str:
    """Why none of the rules can fire, or an empty text."""
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
    return max(counted, key=lambda pair: counted[pair], default="")


def _with_twins(made: Iterable[NotificationSource]) -> Iterable[NotificationSource]:
    """Mark rules whose expression stands in another rule of another name, or twice in one."""
    first: dict[str, str] = {}
    for noise in made:
        twins = [first.setdefault(rule.expr, rule.location) for rule in noise.rules]
        pairs = zip(twins, noise.rules, strict=True)
        other = next((twin for twin, rule in pairs if twin != rule.location), None)
        if other is None:
            yield noise
        else:
            flag = Flag("duplicate", f"the same expression stands at {other}")
            kept = tuple(each for each in noise.flags if each.word != "duplicate")
            yield replace(noise, flags=(*kept, flag))
